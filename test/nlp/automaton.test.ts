import fc from "fast-check";
import { expect, test } from "vitest";
import { buildAutomaton, newHits, scanText, scanUnits } from "#nlp/automaton.ts";
import { foldInto, foldUnit, newFolded } from "#nlp/fold.ts";

const letters = fc.constantFrom(..."ab我们没娃ＡA車车 ");
const words = fc.string({ unit: letters, minLength: 1, maxLength: 5 });

function bruteForce(phrases: readonly string[], text: string): string[] {
  return phrases.flatMap((phrase, k) =>
    [...text].flatMap((_, i) => (text.startsWith(phrase, i) ? [`${k}:${i + phrase.length}`] : [])),
  );
}

function found(phrases: readonly string[], text: string): string[] {
  const hits = scanText(buildAutomaton(phrases), text, newHits(2));
  return Array.from({ length: hits.n }, (_, h) => `${hits.phrase[h]}:${hits.end[h]}`);
}

test("every occurrence that brute force finds is found, and no other", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(words, { maxLength: 40 }),
      fc.string({ unit: letters, maxLength: 120 }),
      (phrases, text) => {
        expect(found(phrases, text).sort()).toEqual(bruteForce(phrases, text).sort());
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test("case, width and traditional forms do not matter when the classes fold", () => {
  const automaton = buildAutomaton(["suv很猛", "开车"], foldUnit);

  const hits = scanText(automaton, "ＳＵＶ很猛，我開車", newHits());

  expect(hits.n).toBe(2);
});

test("folded units are scanned like text", () => {
  const folded = foldInto("两 个 娃", newFolded());

  const hits = scanUnits(buildAutomaton(["两个娃"]), folded.units, folded.n, newHits());

  expect(hits.n).toBe(1);
});

test("an empty set of phrases finds nothing", () => {
  expect(found([], "我们没娃")).toEqual([]);
});
