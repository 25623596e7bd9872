import { expect, it } from "vitest";
import { createSieve, phraseMark } from "#nlp/changed-phrases.ts";
import { compileLexicon } from "#nlp/compile.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { packPhrases } from "#nlp/knowledge.ts";
import { createMatcher } from "#nlp/match.ts";

const phrases = packPhrases();
const texts = phrases
  .filter(({ pattern }) => /^[\p{L}\p{N} '-]+$/u.test(pattern))
  .flatMap(({ pattern }, n) => {
    const forms = [`嗯 ${pattern} 哈`, pattern.toUpperCase(), [...pattern].join(" "), pattern.replaceAll(" ", "-")];
    return [forms[n % forms.length]!];
  })
  .filter((_, n) => n % 3 === 0);

it("lets through whatever the matcher finds a changed way of saying in, however it is written", () => {
  const some = phrases.filter((_, n) => n % 7 === 0);
  const sieve = createSieve(some);
  const match = createMatcher(compileLexicon(some));

  const wrong = texts.filter((text) => sieve.mayConcern(text) !== match(foldInto(text, newFolded())).length > 0);

  expect(texts.length).toBeGreaterThan(150);
  expect(texts.filter((text) => sieve.mayConcern(text)).length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});

it("knows a way of saying by what it says, not by where it stands", () => {
  const [one, other] = phrases;

  expect(phraseMark({ ...one!, evidence: "elsewhere#9" })).toBe(phraseMark(one!));
  expect(phraseMark(other!)).not.toBe(phraseMark(one!));
});
