import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

test("hears for whom and why something is bought and where a purchase stands, and little else", () => {
  const lines = hearCueLines("deal-situations", extract, knowledge);
  const wanted = lines.flatMap(({ meant, shown }) => [...meant].map((tag) => shown.has(tag)));
  const shown = lines.flatMap(({ shown, meant }) => [...shown].map((tag) => meant.has(tag)));
  const trapped = lines.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));

  expect(shareOf(wanted)).toBeGreaterThan(0.776);
  expect(shareOf(shown)).toBeGreaterThan(0.81);
  expect(shareOf(trapped)).toBe(0);
});
