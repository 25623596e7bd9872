import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type LabelledCase, scoreHearing } from "#nlp/evaluate.ts";
import { createExtractor } from "#nlp/extract.ts";
import { nlpFile, root } from "#nlp/files.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const file = join(root(), "..", "shared", "data", "cues-dev.jsonl");
const committed = JSON.parse(readFileSync(nlpFile("scores.json"), "utf8")) as { development: Record<string, number> };

test.skipIf(!existsSync(file))(
  "the score on the development set has not fallen by more than a point (needs ../shared/data)",
  () => {
    const cases = readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LabelledCase);

    const { f1, precision, trapRate, evidenceRate, retractionF1 } = scoreHearing(
      loadTaxonomy(),
      cases,
      createExtractor(loadKnowledge()),
    );

    expect(100 * f1).toBeGreaterThanOrEqual(committed.development.f1! - 1);
    expect(100 * precision).toBeGreaterThanOrEqual(committed.development.precision! - 1);
    expect(100 * evidenceRate).toBeGreaterThanOrEqual(committed.development.evidenceRate! - 1);
    expect(100 * retractionF1).toBeGreaterThanOrEqual(committed.development.retractionF1! - 4);
    expect(100 * trapRate).toBeLessThanOrEqual(committed.development.trapRate! + 1);
  },
);
