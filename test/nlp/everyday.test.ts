import { describe, expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const lines = readCueLines("everyday");

/** The share of the lines' tags that is heard. */
function heardOf(some: typeof lines): number {
  const wanted = some.flatMap(({ tags, turns }) => {
    const heard = new Set(extract(turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag)));
    return tags.map((tag) => heard.has(tag));
  });
  return wanted.filter(Boolean).length / wanted.length;
}

describe("hears four of five tags in what people say every day", () => {
  test("in a line by itself", () => {
    expect(heardOf(lines.filter(({ turns }) => turns.length === 1))).toBeGreaterThan(0.8);
  });

  test("and nine of ten in an answer that only its question explains", () => {
    expect(heardOf(lines.filter(({ turns }) => turns.length === 2))).toBeGreaterThan(0.9);
  });
});
