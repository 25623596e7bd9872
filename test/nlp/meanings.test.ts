import { expect, test } from "vitest";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { classAt, entriesOf, meaningsOf, tableOf } from "#nlp/meanings.ts";
import { loadMeanings } from "#nlp/meanings-packs.ts";
import { newTokens, tokenize } from "#nlp/tokens.ts";

const meanings = meaningsOf([
  ["婴儿车", "pram", "push chair"],
  ["婴儿", "baby"],
  ["车", "baby"],
]);

const classOf = (text: string, table = meanings) => {
  const folded = foldInto(text, newFolded());
  return classAt(tokenize(folded, 0, folded.n, newTokens()), table, 0);
};

test("the longest word that begins at a token names the meaning, in either language", () => {
  expect(classOf("婴儿车塞不下")).toEqual({ class: 0, last: 2 });
  expect(classOf("婴儿床")).toEqual({ class: 1, last: 1 });
  expect(classOf("Push-chair too wide")).toEqual({ class: 0, last: 1 });
  expect(classOf("push harder")).toBeUndefined();
});

test("a word with 's means what it means without", () => {
  expect(classOf("pram's too wide")).toEqual({ class: 0, last: 0 });
  expect(classOf("push chair's gone")).toEqual({ class: 0, last: 1 });
  expect(classOf("prams's")).toBeUndefined();
});

test("a word of two meanings has the first, and punctuation ends a word", () => {
  expect(classOf("baby")?.class).toBe(1);
  expect(classOf("婴儿,车")).toEqual({ class: 1, last: 1 });
});

test("a table is the same after it was kept as a list", () => {
  expect(entriesOf(tableOf(entriesOf(meanings)))).toEqual(entriesOf(meanings));
});

test("the classes that ship can be read, and know everyday words of both languages", () => {
  const shipped = loadMeanings();
  const [zh, en, other] = [classOf("婴儿车", shipped), classOf("pram", shipped), classOf("鱼竿", shipped)];
  expect(zh?.class).toBe(en?.class);
  expect(other?.class).not.toBe(zh?.class);
});
