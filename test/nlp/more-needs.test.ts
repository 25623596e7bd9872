import { describe, expect, test } from "vitest";
import { definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const isNeed = (tag: string): boolean => definitionOf(knowledge.taxonomy, tag)?.dimension === "need";

describe.each([
  { name: "more-needs", lines: 1000, recall: 0.708, precision: 0.875 },
  { name: "more-needs-kept", lines: 190, recall: 0.656, precision: 0.86 },
])(
  "$name: prices, quality, service, ease, room, comfort, resale and carrying, in lines of how people put them",
  ({ name, lines, recall, precision }) => {
    const heard = hearCueLines(name, extract, knowledge);

    test("are heard in at least the share reached when they were written", () => {
      expect(heard.length).toBeGreaterThan(lines);
      const wanted = heard.flatMap(({ meant, shown }) => [...meant].filter(isNeed).map((tag) => shown.has(tag)));
      expect(shareOf(wanted)).toBeGreaterThan(recall);
    });

    test("are what at least the share then reached of the suggested needs are", () => {
      const suggested = heard.flatMap(({ meant, shown }) => [...shown].filter(isNeed).map((tag) => meant.has(tag)));
      expect(shareOf(suggested)).toBeGreaterThan(precision);
    });
  },
);

test("a sum with a deed, a fee and the price of last week are bargaining; a price once asked is none", () => {
  const told = (text: string) => extract([{ who: "customer", text }]).cues.map(({ tag }) => tag);
  expect(told("两千八我扫码就走")).toContain("price_sensitive");
  expect(told("上门费你们出呗 我马上下单")).toContain("price_sensitive");
  expect(told("上周还卖两百六 今天就三百一了")).toContain("price_sensitive");
  expect(told("这款多少钱 能刷卡吗")).not.toContain("price_sensitive");
  expect(told("羊毛衫穿着扎脖子")).not.toContain("price_sensitive");
});
