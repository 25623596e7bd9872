import { expect, test } from "vitest";
import { among } from "#nlp/among.ts";
import { readYaml } from "#nlp/yaml.ts";

/** Expressions as the packs have them, with what can begin anywhere or with one unit among them. */
const written = Object.values(
  (readYaml("packs/core/exchanges.yaml") as { zh: { topics: Record<string, string> } }).zh.topics,
)
  .map((source) => source.replace(/<[a-z]+>/g, "(?:男|女)"))
  .concat(
    "(?<=我)家里",
    "^好",
    "[^,]{0,2}吗$",
    "没?",
    "a{2}",
    "\\d+(?:岁|个月)",
    "(?:空调)?[^,。]{0,4}关了才|[^,]{2}爬|.*?坡",
    "(?<![a-z])(?:thank you|kids?|[^,]{0,3}ing time|our (?:son|kid))(?![a-z])",
    "(没)\\1|有",
    "😀",
    "[买换]车",
  );
const expressions = written.map((source) => new RegExp(source, "u"));

const texts = [
  "",
  "吗",
  "我家里有3岁的娃,想换车吗",
  "好的aa😀",
  "空调关了才爬得上坡",
  "think, thank you",
  "bathing time with our kid, kids",
  "akid",
  "没没",
  ...written.map((source) => source.replace(/[()?:|[\]^$\\]/g, "")),
];

test("what is tried by its first units is what matches, in its order, from the first text to the last", () => {
  const matching = among(expressions, (expression) => expression);

  expect(texts.map((text) => matching(text))).toEqual(
    texts.map((text) => expressions.filter((expression) => expression.test(text))),
  );
});

test("an expression that cannot be taken apart is always tried", () => {
  const odd = { source: "没)有", test: (text: string) => text.includes("没有") } as RegExp;

  const alone = among([odd], (expression) => expression);

  expect(["没有", "有"].map((text) => alone(text))).toEqual([[odd], []]);
});

test("where some lists are asked for, only what these hold is found", () => {
  const matching = among(expressions, (expression) => expression);
  const lists = [expressions.slice(0, 2), expressions.slice(-6)];
  const asked = new Set(lists.flat());

  expect(texts.map((text) => matching(text, lists))).toEqual(
    texts.map((text) => expressions.filter((expression) => asked.has(expression) && expression.test(text))),
  );
  expect(texts.map((text) => matching(text))).toEqual(
    texts.map((text) => expressions.filter((expression) => expression.test(text))),
  );
});
