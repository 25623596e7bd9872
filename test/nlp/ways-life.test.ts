import { describe, expect, test } from "vitest";
import { closeImplied, definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const heard = ["ways-w1", "ways-w1-ends"].flatMap(readCueLines).map(({ tags, traps, retracted, turns }) => {
  const { cues, retractions } = extract(turns);
  const shown = new Set(cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag)));
  return { tags, traps, retracted, shown, ended: new Set(retractions.map(({ tag }) => tag)) };
});

const shareOf = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;

const shownIn = (words: string): string[] => extract([{ who: "customer", text: words }]).cues.map(({ tag }) => tag);

describe("who somebody is, lives with and likes, told by their days", () => {
  test.each([
    ["identity", 0.9],
    ["family", 0.87],
    ["interest", 0.9],
    ["life_event", 0.87],
  ])("is heard of %s in at least the share reached when the lines were written", (dimension, floor) => {
    const wanted = heard.flatMap(({ tags, shown }) =>
      tags.filter((tag) => definitionOf(knowledge.taxonomy, tag)?.dimension === dimension).map((tag) => shown.has(tag)),
    );
    expect(shareOf(wanted)).toBeGreaterThan(floor);
  });

  test("is over in at least the share of the lines that end a tag, whatever its dimension", () => {
    const ends = heard.flatMap(({ retracted, ended }) => retracted.map((tag) => ended.has(tag)));
    expect(ends.length).toBeGreaterThan(200);
    expect(shareOf(ends)).toBeGreaterThan(0.82);
  });

  test("is seldom heard in the traps set beside them", () => {
    const sprung = heard.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(shareOf(sprung)).toBeLessThan(0.03);
  });
});

describe("a first child on its way", () => {
  test("is no child at home, though its bed is bought", () => {
    const shown = shownIn("预产期七月 想先把婴儿床买了散散味");
    expect(shown).toContain("expecting");
    expect(shown).not.toContain("new_parent");
    expect(shown).not.toContain("has_kids");
  });

  test("leaves the elder one standing", () => {
    expect(shownIn("老大上小学了 老二预产期七月 先看看双人推车")).toEqual(
      expect.arrayContaining(["expecting", "two_kids"]),
    );
  });
});
