import { describe, expect, it, test } from "vitest";
import { compileLexicon } from "#nlp/compile.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { createMatcher } from "#nlp/match.ts";
import { parsePattern } from "#nlp/pattern.ts";

const CLASSES: Record<string, string[]> = { milk: ["冲奶", "喂奶", "换(尿布|尿不湿)"], a: ["<b>"], b: ["<a>"] };

function matches(pattern: string, text: string, lang: "zh" | "en" = /[a-z]/.test(pattern) ? "en" : "zh"): boolean {
  const sequences = parsePattern(pattern, (name) => CLASSES[name]);
  const lexicon = compileLexicon([{ tag: "t", manner: "says", lang, pattern, evidence: "e", sequences }]);
  return createMatcher(lexicon)(foldInto(text, newFolded())).length > 0;
}

describe("a pattern matches", () => {
  it.each([
    ["宝宝刚满月", "我家寶寶剛滿月啦"],
    ["宝宝刚满月", "宝宝 刚 满月"],
    ["(半夜|凌晨)~起来~<milk>", "半夜还要起来给娃冲奶"],
    ["换个<milk>", "换个换尿不湿"],
    ["娃(才|刚)<num>个(多)?月", "娃刚三个多月"],
    ["娃(才|刚)<num>个(多)?月", "娃才3个月"],
    ["<num>个娃", "家里两个娃"],
    ["^对$", "对!"],
    ["一天~~两趟", "一天要跑,来回两趟"],
    ["my (two |)kids", "My two kids"],
    ["(our|my) (newborn|baby) is <num> (weeks?|months?)", "our baby is five months old"],
    ["drive ~ every week", "I drive to see clients every week"],
    ["老婆孩子|老公孩子", "带老公孩子"],
    ["好看\\?", "好看?"],
    ["s<any1>v", "suv"],
    ["太土(了|<end>)", "颜色太土 换一个"],
    ["太土(了|<end>)", "颜色太土,换一个"],
    ["太土(了|<end>)", "颜色太土"],
  ])("%s in %s", (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });
});

describe("a pattern does not match", () => {
  it.each([
    ["半夜~起来", "半夜。起来"],
    ["半夜~起来", "半夜还要再过一个小时才能够起来"],
    ["一天~~两趟", "一天要跑。来回两趟"],
    ["^对$", "对不起"],
    ["cat", "concatenate"],
    ["<num>个娃", "那个娃"],
    ["my kids", "my two kids"],
    ["太土(了|<end>)", "太土豪"],
  ])("%s in %s", (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });
});

test.each([
  ["(半夜", "a ( without its )"],
  ["半夜)", "a ) without its ("],
  ["<nobody>", "unknown class <nobody>"],
  ["<a>", "contains itself"],
  ["(的)?", "may match nothing"],
  ["<num", "a < without its >"],
])("refuses %s", (pattern, fault) => {
  expect(() => parsePattern(pattern, (name) => CLASSES[name])).toThrow(fault);
});
