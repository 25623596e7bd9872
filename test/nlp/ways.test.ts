import { describe, expect, test } from "vitest";
import { closeImplied, definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const heard = readCueLines("ways-w3").map(({ tags, traps, retracted, turns }) => {
  const { cues, retractions } = extract(turns);
  return {
    tags,
    traps,
    retracted,
    shown: new Set(cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag))),
    ended: new Set(retractions.map(({ tag }) => tag)),
  };
});

/** The share of the tags of a dimension in the lines that is heard. */
function heardOf(dimension: string): number {
  const wanted = heard.flatMap(({ tags, shown }) =>
    tags.filter((tag) => definitionOf(knowledge.taxonomy, tag)?.dimension === dimension).map((tag) => shown.has(tag)),
  );
  return wanted.filter(Boolean).length / wanted.length;
}

describe("situations that name no feeling, character, role or form", () => {
  test.each([
    ["emotion", 0.74],
    ["persona", 0.84],
    ["expertise", 0.77],
    ["community", 0.73],
    ["format", 0.85],
  ])("show tags of %s in at least the share reached when they were written", (dimension, floor) => {
    expect(heardOf(dimension)).toBeGreaterThan(floor);
  });

  test("end in seven of eight lines that take a tag back", () => {
    const ends = heard.flatMap(({ retracted, ended }) => retracted.map((tag) => ended.has(tag)));
    expect(ends.filter(Boolean).length / ends.length).toBeGreaterThan(0.87);
  });

  test("do not spring the traps set among them", () => {
    const sprung = heard.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(sprung.filter(Boolean).length / sprung.length).toBeLessThan(0.03);
  });

  test("are not found in greetings, errands and other people's lives", () => {
    const small = heard.filter(
      ({ tags, traps, retracted }) => tags.length === 0 && traps.length === 0 && retracted.length === 0,
    );
    const suggested = small.reduce((sum, { shown }) => sum + shown.size, 0);
    expect(small.length).toBeGreaterThan(300);
    expect(suggested / small.length).toBeLessThan(0.06);
  });
});
