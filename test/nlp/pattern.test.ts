import { describe, expect, it, test } from "vitest";
import { compileLexicon } from "#nlp/compile.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { createMatcher, type Match } from "#nlp/match.ts";
import { parsePattern } from "#nlp/pattern.ts";

const CLASSES: Record<string, string[]> = {
  milk: ["冲奶", "喂奶", "换(尿布|尿不湿)"],
  // More than are written out together with what they are joined to.
  many: Array.from({ length: 50 }, (_, n) => `w${n}`),
  a: ["<b>"],
  b: ["<a>"],
};

function found(pattern: string, text: string, lang: "zh" | "en" = /[a-z]/.test(pattern) ? "en" : "zh"): Match[] {
  const sequences = parsePattern(pattern, (name) => CLASSES[name]);
  const lexicon = compileLexicon([{ tag: "t", manner: "says", lang, pattern, evidence: "e", sequences }]);
  return createMatcher(lexicon)(foldInto(text, newFolded()));
}
const matches = (pattern: string, text: string): boolean => found(pattern, text).length > 0;

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
    ["(我|她)穿(,| |的)", "是她穿的"],
    ["(knees|hips) (are |is )?(done|shot) ~(seat|$)?", "my knees are done"],
    ["(<many>) (are |is )?(<many>|done) ~(seat|$)?", "w3 are done"],
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
    ["(我|她)穿(,| |的)", "她穿去"],
    ["(我|她|<many>)穿(,| |的|<many>)", "她穿去"],
  ])("%s in %s", (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });
});

test.each([
  ["(能|能不能)(快|快点)", "能不能快点", 0, 5],
  ["(能|能不能|<many>)(快|快点|<many>)", "能不能快点", 0, 5],
  ["(催|一催|<many>)快(点|点吧|<many>)", "我一催快点吧", 1, 6],
])(
  "of words that are joined the longest are taken, however many there are to choose from: %s",
  (pattern, text, start, end) => {
    expect(found(pattern, text, "zh")).toContainEqual({ phrase: 0, start, end });
  },
);

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
