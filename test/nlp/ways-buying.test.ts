import { describe, expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

/** The shares of the wanted tags that are heard and of the traps that are stepped into, over the lines of a fixture. */
function sharesOf(name: string): { heard: number; trapped: number } {
  const lines = readCueLines(name).map((line) => ({
    ...line,
    heard: new Set(extract(line.turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag))),
  }));
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  const traps = lines.flatMap(({ traps, heard }) => traps.map((tag) => heard.has(tag)));
  return { heard: wanted.filter(Boolean).length / wanted.length, trapped: traps.filter(Boolean).length / traps.length };
}

describe("hears what situations tell without naming it, and few of the traps beside them", () => {
  test.each([
    { name: "ways-need", heard: 0.7, trapped: 0.1 },
    { name: "ways-motive", heard: 0.7, trapped: 0.1 },
    { name: "ways-stage", heard: 0.7, trapped: 0.1 },
  ])("in $name.txt", ({ name, heard, trapped }) => {
    const shares = sharesOf(name);
    expect(shares.heard).toBeGreaterThan(heard);
    expect(shares.trapped).toBeLessThan(trapped);
  });
});
