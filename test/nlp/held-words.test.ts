import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cutClauses } from "#nlp/clauses.ts";
import { nlpFile } from "#nlp/files.ts";
import { foldInto, hasChinese, newFolded } from "#nlp/fold.ts";
import { heldIn } from "#nlp/held-words.ts";
import { denies } from "#nlp/negating.ts";
import { type Scope, scopeOf } from "#nlp/scope.ts";
import { loadScopeWords, type ScopeWords } from "#nlp/scope-words.ts";
import { supposes } from "#nlp/supposing.ts";

const WORDS = loadScopeWords();
/** One line in so many is tried. */
const EACH = 5;
const lines = readdirSync(nlpFile("lines"))
  .flatMap((file) => readFileSync(nlpFile(`lines/${file}`), "utf8").split("\n"))
  .filter((line, k) => line !== "" && !line.startsWith("#") && k % EACH === 0);

const JUDGEMENTS = [
  "negated",
  "indifferent",
  "whose",
  "hypothetical",
  "imagined",
  "past",
  "over",
  "asked",
  "quoted",
  "told",
  "once",
  "busy",
  "sarcastic",
  "ended",
  "passing",
] as const satisfies (keyof Scope)[];

/** What is judged of some spans of a line. */
function judgedOf(line: string, wordsFor: (words: ScopeWords, text: string) => ScopeWords): string[] {
  const folded = foldInto(line, newFolded(line.length + 1));
  const clauses = cutClauses(folded);
  const words = wordsFor(hasChinese(folded) ? WORDS.zh : WORDS.en, clauses.text);
  return [0.1, 0.4, 0.7].map((share) => {
    const start = Math.floor(share * folded.n);
    const end = Math.min(folded.n, start + 3);
    const scope = scopeOf(clauses, start, end, words, []);
    const span = clauses.text.slice(start, end);
    return [...JUDGEMENTS.map((name) => scope[name]), denies(words, span), supposes(words, span)].join();
  });
}

test("words that a text cannot hold change nothing of what is judged in it", () => {
  expect(lines.length).toBeGreaterThan(500);

  const differ = lines.filter((line) => judgedOf(line, heldIn).join() !== judgedOf(line, (words) => words).join());
  expect(differ).toEqual([]);
});

test("words that a text does not hold are not looked for, those that it may hold are the words themselves", () => {
  const held = heldIn(WORDS.zh, "我以前老去露营");

  expect(held.past).toBe(WORDS.zh.past);
  expect(held.media.test("电视里说")).toBe(false);
});

test("words that parts of a text make only together are found in these", () => {
  const folded = foldInto("难七座得加班", newFolded());
  const clauses = cutClauses(folded);

  expect(clauses.text.includes("难得")).toBe(false);
  expect(scopeOf(clauses, 1, 3, heldIn(WORDS.zh, clauses.text), []).once).toBe(true);
});
