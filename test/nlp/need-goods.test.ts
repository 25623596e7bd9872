import { describe, expect, test } from "vitest";
import { closeImplied, definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const { taxonomy } = loadKnowledge();
const extract = createExtractor(loadKnowledge());

const isNeed = (tag: string): boolean => definitionOf(taxonomy, tag)?.dimension === "need";

const heard = readCueLines("need-goods").map(({ tags, traps, turns }) => ({
  tags: tags.filter(isNeed),
  traps: traps.filter(isNeed),
  shown: new Set(
    extract(turns)
      .cues.flatMap(({ tag }) => closeImplied(taxonomy, tag))
      .filter(isNeed),
  ),
}));

const share = (some: readonly boolean[]): number => some.filter(Boolean).length / some.length;

describe("needs over goods of every shop, in 740 lines of how people put them", () => {
  test("are heard in at least the share reached when they were written", () => {
    const wanted = heard.flatMap(({ tags, shown }) => tags.map((tag) => shown.has(tag)));
    expect(wanted.length).toBeGreaterThan(450);
    expect(share(wanted)).toBeGreaterThan(0.86);
  });

  test("are what at least the share then reached of the suggested needs are", () => {
    const suggested = heard.flatMap(({ tags, shown }) => [...shown].map((tag) => tags.includes(tag)));
    expect(share(suggested)).toBeGreaterThan(0.91);
  });

  test("are not taken from what one does not mind, had once, or tells of others", () => {
    const sprung = heard.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(sprung.length).toBeGreaterThan(100);
    expect(share(sprung)).toBeLessThan(0.05);
  });
});
