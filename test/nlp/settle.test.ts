import { expect, test } from "vitest";
import type { Heard } from "#domain/cue.ts";
import { createTextReader } from "#nlp/read-text.ts";
import { type Found, readTurn } from "#nlp/reading.ts";
import { settle } from "#nlp/settle.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const taxonomy = loadTaxonomy();
const text = "换轮胎多少钱 我家养了条金毛";
const reader = createTextReader(() => []);
reader.begin();
const reading = readTurn({ who: "customer", text }, 0, reader.read(text));

/** Something one phrase was heard to show in some of the words, with the model's odds. */
const heard = (tag: string, words: string, odds: number | undefined, ended = false): Found => ({
  tag,
  place: { reading, start: text.indexOf(words), end: text.indexOf(words) + words.length },
  turn: 0,
  way: "says",
  evidence: `core/made-up/${tag}#1`,
  ended,
  ...(odds === undefined ? {} : { odds }),
});

const tags = (found: readonly Found[]): string[] =>
  settle(taxonomy, found).cues.map(({ tag }: Heard["cues"][number]) => tag);

/** Sure enough to be shown, not to be all that is shown. */
const weak = heard("married", "换轮胎多少钱", -3.6);

test("a cue that is not sure, and that the model speaks against, does not stand for a whole talk", () => {
  expect(tags([weak])).toEqual([]);
});

test("it stands beside another thing that is told, or that ends", () => {
  expect(tags([weak, heard("pet_family", "我家养了条金毛", 1)])).toEqual(["married", "pet_family"]);
  expect(tags([weak, heard("pet_family", "我家养了条金毛", 1, true)])).toEqual(["married"]);
});

test("alone it stands where the model does not speak against it, or cannot judge", () => {
  expect(tags([heard("after_sales", "换轮胎多少钱", -1)])).toEqual(["after_sales"]);
  expect(tags([heard("after_sales", "换轮胎多少钱", undefined)])).toEqual(["after_sales"]);
});

/** What the model alone takes the words to show. */
const inferred = (tag: string, words: string, odds: number): Found => ({
  ...heard(tag, words, odds),
  way: "infers",
  evidence: `core/model/${tag}#odds`,
});

test("the model's word alone is shown beside other things, and for a whole talk only where it is sure", () => {
  const dog = heard("pet_family", "我家养了条金毛", 1);
  expect(tags([inferred("after_sales", "换轮胎多少钱", 0.3), dog])).toEqual(["after_sales", "pet_family"]);
  expect(tags([inferred("after_sales", "换轮胎多少钱", 0.3)])).toEqual([]);
  expect(tags([inferred("after_sales", "换轮胎多少钱", 2)])).toEqual(["after_sales"]);
});

test("where a phrase shows it too, the phrase is the evidence", () => {
  const { cues } = settle(taxonomy, [inferred("after_sales", "换轮胎多少钱", 1), heard("after_sales", "换轮胎", 1)]);
  expect(cues.map(({ evidence }) => evidence)).toEqual([["core/made-up/after_sales#1"]]);
});

test("what one phrase alone shows and the model speaks against is not shown beside other things either", () => {
  const dog = heard("pet_family", "我家养了条金毛", 1);
  expect(tags([heard("after_sales", "换轮胎多少钱", -3.5), dog])).toEqual(["pet_family"]);
  expect(tags([heard("after_sales", "换轮胎多少钱", -2), dog])).toEqual(["after_sales", "pet_family"]);
  expect(tags([heard("after_sales", "换轮胎多少钱", undefined), dog])).toEqual(["after_sales", "pet_family"]);
});

const scoreOf = (found: readonly Found[]): number => settle(taxonomy, found).cues[0]!.score;

test("what two ways hear is surer than what one does, and what the model takes for likely surer still", () => {
  const once = heard("pet_family", "我家养了条金毛", -1);
  const again = { ...once, evidence: "core/made-up/pet_family#2" };
  expect(scoreOf([once, again])).toBeGreaterThan(scoreOf([once]));
  expect(scoreOf([heard("pet_family", "我家养了条金毛", 1)])).toBeGreaterThan(scoreOf([once, again]));
});

test("an answer stands for a whole talk where the same words unasked do not", () => {
  const words = heard("after_sales", "换轮胎多少钱", -1.7);
  expect(tags([words])).toEqual([]);
  expect(tags([{ ...words, way: "answer" }])).toEqual(["after_sales"]);
});
