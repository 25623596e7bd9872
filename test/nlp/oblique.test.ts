import { describe, expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const lines = readCueLines("oblique").map(({ tags, turns }) => ({
  tags,
  heard: extract(turns).cues.map(({ tag }) => tag),
}));

describe("hears what is said round a corner", () => {
  test("in three of four oblique lines about what is needed, for whom, where the deal stands and how it pleases", () => {
    const wanted = lines.flatMap(({ tags, heard }) => {
      const closed = new Set(heard.flatMap((tag) => closeImplied(knowledge.taxonomy, tag)));
      return tags.map((tag) => closed.has(tag));
    });
    expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.758);
  });

  test("and little in talk of trains, bosses and neighbours", () => {
    const idle = lines.filter(({ tags }) => tags.length === 0);
    expect(idle.length).toBeGreaterThan(30);
    expect(idle.flatMap(({ heard }) => heard).length / idle.length).toBeLessThan(0.25);
  });
});
