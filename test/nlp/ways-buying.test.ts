import { expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

test("hears what situations tell of needs, motives and stages without naming them, and steps into few of the traps beside them", () => {
  const lines = readCueLines("ways-w2").map((line) => ({
    ...line,
    heard: new Set(extract(line.turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag))),
  }));
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  const trapped = lines.flatMap(({ traps, heard }) => traps.map((tag) => heard.has(tag)));
  expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.8);
  expect(trapped.filter(Boolean).length / trapped.length).toBeLessThan(0.07);
});
