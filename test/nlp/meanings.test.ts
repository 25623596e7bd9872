import { expect, test } from "vitest";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { classOf, lastOf, meaningAt, meaningsOf, UNKNOWN } from "#nlp/meanings.ts";
import { loadMeanings } from "#nlp/meanings-packs.ts";
import { newTokens, tokenize } from "#nlp/tokens.ts";

const meanings = meaningsOf([
  ["婴儿车", "pram", "push chair"],
  ["婴儿", "baby"],
  ["车", "baby"],
]);

const heardIn = (text: string, table = meanings) => {
  const folded = foldInto(text, newFolded());
  const found = meaningAt(tokenize(folded, 0, folded.n, newTokens()), table, 0);
  return found === UNKNOWN ? undefined : { class: classOf(found), last: lastOf(found) };
};

test("the longest word that begins at a token names the meaning, in either language", () => {
  expect(heardIn("婴儿车塞不下")).toEqual({ class: 0, last: 2 });
  expect(heardIn("婴儿床")).toEqual({ class: 1, last: 1 });
  expect(heardIn("Push-chair too wide")).toEqual({ class: 0, last: 1 });
  expect(heardIn("push harder")).toBeUndefined();
});

test("a word with 's means what it means without", () => {
  expect(heardIn("pram's too wide")).toEqual({ class: 0, last: 0 });
  expect(heardIn("push chair's gone")).toEqual({ class: 0, last: 1 });
  expect(heardIn("prams's")).toBeUndefined();
});

test("a word of two meanings has the first, and punctuation ends a word", () => {
  expect(heardIn("baby")?.class).toBe(1);
  expect(heardIn("婴儿,车")).toEqual({ class: 1, last: 1 });
});

test("the classes that ship can be read, and know everyday words of both languages", () => {
  const shipped = loadMeanings();
  const [zh, en, other] = [heardIn("婴儿车", shipped), heardIn("pram", shipped), heardIn("鱼竿", shipped)];
  expect(zh?.class).toBe(en?.class);
  expect(other?.class).not.toBe(zh?.class);
});
