import { describe, expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());
const quoteOf = (tag: string, text: string) =>
  extract([{ who: "customer", text }]).cues.find((cue) => cue.tag === tag)?.quote;

describe("a quote", () => {
  test.each([
    [
      "pet_family",
      "你们家东西质量还行吧 上次买的沙发用了两年都没塌 就是我家那只猫老爱挠 皮面抓得一道一道的 这次想看看有没有耐抓的布艺",
    ],
    [
      "business_traveler",
      "前两天跟你同事也聊过 他说得挺清楚的 我一个月出差二十天 箱子必须结实 颜色倒是随便什么都行 你看着推荐",
    ],
    [
      "pet_family",
      "hi there, we spoke last week about the sofa, just so you know we have two cats at home, so the fabric has to survive claws, anything in green would be lovely",
    ],
  ])("leaves out what shows nothing of %s, and cuts no clause", (tag, text) => {
    const quote = quoteOf(tag, text)!;
    const clauses = text.split(/, | /);

    expect(quote.length).toBeLessThan(text.length * 0.7);
    expect(text).toContain(quote);
    expect(clauses).toContain(quote.split(/, | /)[0]);
    expect(clauses).toContain(quote.split(/, | /).at(-1));
  });

  test("of a few words takes those beside them along", () => {
    expect(quoteOf("two_kids", "家里俩娃 都上小学")).toBe("家里俩娃 都上小学");
  });

  test("of what ended holds the end", () => {
    const [ended] = extract([{ who: "customer", text: "以前老出差 一个月飞六趟 现在不跑了" }]).retractions;

    expect(ended?.quote).toContain("现在不跑了");
  });
});
