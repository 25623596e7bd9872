import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { loadPacks, PackError, readPacks } from "#nlp/pack.ts";
import { loadTaxonomy, parseTaxonomy } from "#nlp/vocabulary.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packs-"));
  mkdirSync(join(folder, "core"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, "core", name), text);
const knows = (tag: string) => tag === "new_parent";

test("a phrase carries its manner, its language and an evidence id", () => {
  write("classes.yaml", "classes:\n  milk: [冲奶]\n");
  write(
    "family.yaml",
    "dimension: family\ntags:\n  new_parent:\n    zh:\n      says: [半夜<milk>]\n      not: [宝宝树]\n",
  );

  const phrases = loadPacks(folder, ["core"], knows);

  expect(phrases.map(({ tag, manner, lang, evidence }) => [tag, manner, lang, evidence])).toEqual([
    ["new_parent", "says", "zh", "core/family/new_parent#1"],
    ["new_parent", "not", "zh", "core/family/new_parent#2"],
  ]);
});

test.each([
  [
    "an unknown tag",
    "tags:\n  new_parents:\n    zh:\n      says: [宝宝]\n",
    "core/family.yaml:3: unknown or retired tag new_parents",
  ],
  ["an unknown field", "tags:\n  new_parent:\n    zh:\n      say: [宝宝]\n", "core/family.yaml:5:"],
  [
    "an unknown class",
    "tags:\n  new_parent:\n    zh:\n      says:\n        - 宝宝\n        - <nobody>\n",
    "core/family.yaml:7: unknown class <nobody>",
  ],
  [
    "an empty phrase",
    "tags:\n  new_parent:\n    zh:\n      says:\n        - ''\n",
    "core/family.yaml:6: the phrase may match nothing",
  ],
  [
    "a pattern that does not parse",
    "tags:\n  new_parent:\n    zh:\n      says:\n        - (宝宝\n",
    "core/family.yaml:6: a ( without its )",
  ],
  [
    "a regular expression",
    "tags:\n  new_parent:\n    zh:\n      says:\n        - 宝宝\n        - (半夜|凌晨)*冲奶\n",
    'core/family.yaml:7: patterns are no regular expressions, ")*" would be taken literally',
  ],
  [
    "a class of characters",
    "tags:\n  new_parent:\n    en:\n      says:\n        - bab[yi]\n",
    "core/family.yaml:6: patterns are no regular expressions",
  ],
  ["broken YAML", "tags:\n  new_parent: [\n", "core/family.yaml:"],
])("refuses %s with file and line", (_, body, fault) => {
  write("family.yaml", `dimension: family\n${body}`);

  expect(() => loadPacks(folder, ["core"], knows)).toThrow(PackError);
  expect(() => loadPacks(folder, ["core"], knows)).toThrow(fault);
});

test("one broken phrase is named and the others can still be tried", () => {
  write("family.yaml", "tags:\n  new_parent:\n    zh:\n      says: [宝宝刚满月, (宝宝]\n");

  const { phrases, faults } = readPacks(folder, ["core"], knows);

  expect([phrases.length, faults.length]).toEqual([1, 1]);
});

test("the words a tag is undone by take the frames of their kind", () => {
  write(
    "undoing.yaml",
    "frames:\n  zh: { doing: { retracts: [不<it>了], asked: [还<it>吗] }, thing: { retracts: [<it>卖了], asked: [] } }\n  en: {}\n",
  );
  write("family.yaml", "tags:\n  new_parent:\n    zh:\n      undone: { doing: [喂奶, 带娃] }\n");

  const phrases = loadPacks(folder, ["core"], knows);

  expect(phrases.map(({ manner, sequences }) => [manner, sequences[0]?.pieces[0]])).toEqual([
    ["retracts", ["不喂奶了", "不带娃了"]],
    ["asked", ["还喂奶吗", "还带娃吗"]],
  ]);
});

test("the shipped packs compile and their taxonomy closes", () => {
  expect(loadKnowledge().lexicon.phrases.length).toBeGreaterThan(5_000);
  expect(loadTaxonomy().tags.get("city")?.open).toBe(true);
});

const dimension = { key: "family", zh: "家庭", en: "Family", half_life_days: 730 };
const tag = (key: string, more: object = {}) => ({ key, dimension: "family", zh: key, en: key, meaning: key, ...more });

test("a circle in implies is refused", () => {
  const circle = {
    version: 1,
    dimensions: [dimension],
    tags: [tag("a", { implies: ["b"] }), tag("b", { implies: ["a"] })],
  };

  expect(() => parseTaxonomy(circle)).toThrow("a -> b -> a");
});

test("implying an unknown tag is refused", () => {
  expect(() => parseTaxonomy({ version: 1, dimensions: [dimension], tags: [tag("a", { implies: ["x"] })] })).toThrow(
    "unknown tag x",
  );
});
