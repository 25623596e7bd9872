import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { calibrationOf, type LabelledCase, scoreHearing } from "#nlp/evaluate.ts";
import { createExtractor } from "#nlp/extract.ts";
import { nlpFile } from "#nlp/files.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const committed = JSON.parse(readFileSync(nlpFile("scores.json"), "utf8")) as Record<string, Record<string, number>>;
const casesOf = (set: string): LabelledCase[] =>
  readFileSync(join(import.meta.dirname, `../fixtures/cues/${set}.jsonl`), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LabelledCase);

test.each([
  ["own", "written after the first packs"],
  ["fresh", "written by somebody who knew the rules of labelling and no pack"],
  ["fresh-2", "written by another such, later"],
  ["fresh-3", "written by a third such"],
  ["fresh-4", "written by a fourth"],
])("the score on our cases %s.jsonl, %s, has not fallen by more than two points", (set) => {
  const some = casesOf(set);
  const { f1, precision, trapRate } = scoreHearing(loadTaxonomy(), some, createExtractor(loadKnowledge()));

  expect(some.length).toBeGreaterThanOrEqual(150);
  expect(100 * f1).toBeGreaterThanOrEqual(committed[set]!.f1! - 2);
  expect(100 * precision).toBeGreaterThanOrEqual(committed[set]!.precision! - 2);
  expect(100 * trapRate).toBeLessThanOrEqual(committed[set]!.trapRate! + 2);
});

test("what is scored higher is right more often on our own cases", () => {
  const cases = [
    ...casesOf("own"),
    ...casesOf("fresh"),
    ...casesOf("fresh-2"),
    ...casesOf("fresh-3"),
    ...casesOf("fresh-4"),
  ];
  const curve = calibrationOf(loadTaxonomy(), cases, createExtractor(loadKnowledge()));
  const low = curve.filter(({ from }) => from < 0.7);
  const high = curve.filter(({ from }) => from >= 0.8);
  const rightOf = (some: typeof curve) =>
    some.reduce((sum, { count, right }) => sum + count * right, 0) / some.reduce((sum, { count }) => sum + count, 0);

  // The unsure ones that the model speaks against are not shown, so what is left of them is right nearly as often.
  expect(rightOf(high)).toBeGreaterThan(rightOf(low) + 0.02);
});
