import { describe, expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

/** How many of a hundred lines raise a tag that they do not show, and one that they warn of. */
function falseOf(name: string): { false: number; trapped: number } {
  const lines = readCueLines(name);
  let [raised, trapped] = [0, 0];
  for (const { tags, traps, turns } of lines) {
    const shown = new Set(tags.flatMap((tag) => closeImplied(knowledge.taxonomy, tag)));
    const heard = extract(turns).cues.map(({ tag }) => tag);
    if (heard.some((tag) => !shown.has(tag))) raised++;
    if (heard.some((tag) => traps.includes(tag))) trapped++;
  }
  return { false: (100 * raised) / lines.length, trapped: (100 * trapped) / lines.length };
}

describe("of a hundred lines that show nothing of the subject", () => {
  test("fewer than twelve raise a tag, and fewer than four the one that they warn of", () => {
    const { false: raised, trapped } = falseOf("nothing");

    expect(raised).toBeLessThan(12);
    expect(trapped).toBeLessThan(4);
  });

  test("whose words have another sense than their tag's, fewer than ten raise a tag, and fewer than two that one", () => {
    const { false: raised, trapped } = falseOf("other-senses");

    expect(raised).toBeLessThan(10);
    expect(trapped).toBeLessThan(2);
  });
});
