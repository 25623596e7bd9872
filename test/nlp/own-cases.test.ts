import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { calibrationOf, type LabelledCase, scoreHearing } from "#nlp/evaluate.ts";
import { createExtractor } from "#nlp/extract.ts";
import { nlpFile } from "#nlp/files.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const committed = JSON.parse(readFileSync(nlpFile("scores.json"), "utf8")) as { own: Record<string, number> };
const lines = readFileSync(join(import.meta.dirname, "../fixtures/cues/own.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean);
const cases = lines.map((line) => JSON.parse(line) as LabelledCase);

test("the score on our own 150 cases, written after the packs, has not fallen by more than two points", () => {
  const { f1, precision, trapRate } = scoreHearing(loadTaxonomy(), cases, createExtractor(loadKnowledge()));

  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(100 * f1).toBeGreaterThanOrEqual(committed.own.f1! - 2);
  expect(100 * precision).toBeGreaterThanOrEqual(committed.own.precision! - 2);
  expect(100 * trapRate).toBeLessThanOrEqual(committed.own.trapRate! + 2);
});

test("what is scored higher is right more often on our own cases", () => {
  const curve = calibrationOf(loadTaxonomy(), cases, createExtractor(loadKnowledge()));
  const low = curve.filter(({ from }) => from < 0.7);
  const high = curve.filter(({ from }) => from >= 0.8);
  const rightOf = (some: typeof curve) =>
    some.reduce((sum, { count, right }) => sum + count * right, 0) / some.reduce((sum, { count }) => sum + count, 0);

  expect(rightOf(high)).toBeGreaterThan(rightOf(low) + 0.05);
});
