import { describe, expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const hear = (name: string) =>
  readCueLines(name).map(({ tags, traps, retracted, turns }) => {
    const { cues, retractions } = extract(turns);
    const shown = new Set(cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag)));
    return { tags, traps, retracted, cues, shown, ended: new Set(retractions.map(({ tag }) => tag)) };
  });

const [talk, traps, ends] = [hear("scope-talk"), hear("scope-traps"), hear("scope-ends")];
const shareOf = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;

describe("what shows nothing", () => {
  test.each([
    ["parcels, greetings and invoices", talk, 0.131],
    ["suppositions, denials, other people and words of two meanings", traps, 0.115],
  ])("is mostly left alone: %s", (_, lines, most) => {
    const idle = lines.filter(({ tags, retracted }) => tags.length + retracted.length === 0);
    expect(idle.length).toBeGreaterThan(150);
    expect(idle.flatMap(({ cues }) => cues).length / idle.length).toBeLessThan(most);
  });

  test("is seldom what its words look like", () => {
    const sprung = [...talk, ...traps, ...ends].flatMap((line) => line.traps.map((tag) => line.shown.has(tag)));
    expect(sprung.length).toBeGreaterThan(400);
    expect(shareOf(sprung)).toBeLessThan(0.066);
  });
});

describe("what is over", () => {
  test("is taken back in most of the lines that tell of an end", () => {
    const over = ends.flatMap(({ retracted, ended }) => retracted.map((tag) => ended.has(tag)));
    expect(over.length).toBeGreaterThan(200);
    expect(shareOf(over)).toBeGreaterThan(0.798);
  });

  test("is hardly ever another state than the one told of", () => {
    const taken = [...talk, ...traps, ...ends].flatMap(({ retracted, ended }) =>
      [...ended].map((tag) => !retracted.includes(tag)),
    );
    expect(shareOf(taken)).toBeLessThan(0.097);
  });
});
