import { expect, test } from "vitest";
import { compileLexicon } from "#nlp/compile.ts";
import { nlpFile } from "#nlp/files.ts";
import { fold, foldInto, newFolded } from "#nlp/fold.ts";
import { builtInClasses, suggestible } from "#nlp/knowledge.ts";
import { readAllLines } from "#nlp/lines.ts";
import { createMatcher } from "#nlp/match.ts";
import { loadPacks } from "#nlp/pack.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const talk = readAllLines((file) => /^(?:everyday|goods|ways)/.test(file)).flatMap(({ turns }) =>
  turns.map(({ text }) => text),
);
const phrases = loadPacks(nlpFile("packs"), ["retail"], suggestible(loadTaxonomy()), builtInClasses());

test("the talk that a lexicon is compiled for says where matching begins, and changes no phrase that is found", () => {
  const unread = createMatcher(compileLexicon(phrases));
  const read = createMatcher(compileLexicon(phrases, talk.map(fold)));
  const text = newFolded();
  // Where a phrase holds in several ways, which of them is told hangs on where matching begins.
  const found = (match: typeof read) =>
    talk.map((said) => [...new Set(match(foldInto(said, text)).map(({ phrase }) => phrase))].sort());

  expect(found(read).flat().length).toBeGreaterThan(150);
  expect(found(read)).toEqual(found(unread));
});
