import fc from "fast-check";
import { expect, test } from "vitest";
import { finderOf } from "#nlp/finder.ts";
import { openingsOf } from "#nlp/openings.ts";

/** Expressions of every kind that the packs hold. */
const SOURCES = [
  "同事|朋友(?!圈)|哥们儿?(?!,)|我[哥姐弟妹](?!们)",
  "(?<![一-鿿])(?:以前|之前)|(?<=[我他])(?:以前|之前)|那会儿?",
  "(?:没有?|不)([^,。!?;]{0,3})$",
  "^(?:没有?|不(?!过))",
  "[^,。]{0,2}不(?:来|惯)",
  "又(?:坏|漏)|第[二三\\d]+[次回]|等了(?:我|整整)?[一二\\d]+个?(?:天|月)",
  "(?<![a-z])(?:(?:my|our) (?:\\w+ )?(?:son|kid)s?)(?![a-z])",
  "🙄|👏👏|真{2,3}|a{0}b|\\?|吗$",
  "(没)(有)|(?:哈){2}|x+y",
  ".不|\\s好",
];
const texts = fc.string({
  unit: fc.constantFrom(..."我他同事朋友圈哥们儿以前之没有不来惯,。又坏第二次回等了天月真哈吗? \n🙄👏mykidsonabxy2"),
  maxLength: 40,
});

test.each(SOURCES)("a finder finds what the expression finds: %s", (source) => {
  const finder = finderOf(new RegExp(source, "u"));
  const all = new RegExp(source, "gu");

  fc.assert(
    fc.property(texts, (text) => {
      const first = new RegExp(source, "u").exec(text);
      expect(finder.find(text)?.[0]).toBe(first?.[0]);
      expect(finder.find(text)?.index).toBe(first?.index);
      expect(finder.test(text)).toBe(first !== null);
      expect(finder.without(text, "□")).toBe(text.replace(all, "□"));
    }),
    { seed: 1, numRuns: 400 },
  );
});

test("openings are the first two units of what a list can begin with", () => {
  expect([...openingsOf("(?:没|不)(?:有|是)?|(?<=我)家里|吗$")!].sort()).toEqual(
    ["没", "没有", "没是", "不", "不有", "不是", "家里", "吗"].sort(),
  );
});

test("nothing is said of what may begin with nearly anything, or be empty", () => {
  expect(openingsOf("[^,]不")).toBeUndefined();
  expect(openingsOf("没?")).toBeUndefined();
  expect(openingsOf("[一-鿿]吗")).toBeUndefined();
});

test("an expression that cannot be read is refused", () => {
  expect(() => openingsOf("没)有")).toThrow("cannot read");
});
