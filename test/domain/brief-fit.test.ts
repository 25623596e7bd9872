import { describe, expect, it } from "vitest";
import { briefMentions, briefVocabulary } from "#domain/brief-fit.ts";

const tags = [
  { key: "pet_family", zh: "有宠家庭", meaning: "家里养猫或养狗" },
  { key: "night_driver", zh: "夜间驾驶", meaning: "晚上开车多" },
  { key: "camper", zh: "露营爱好者", meaning: "周末去露营 camping" },
];

describe("what a brief speaks of", () => {
  const vocabulary = briefVocabulary(tags);

  it("is the tags whose name or meaning it holds", () => {
    expect([...briefMentions("带狗去露营,拍一下后排空间", vocabulary).keys()]).toEqual(["camper"]);
  });

  it("is found by a Latin word in any case", () => {
    expect(briefMentions("Camping weekend", vocabulary).get("camper")).toBe(1);
  });

  it("is nothing where the words are about something else", () => {
    expect(briefMentions("续航实测", vocabulary).size).toBe(0);
  });

  it("is told by no piece that many tags share", () => {
    const many = ["a", "b", "c", "d"].map((key) => ({ key, zh: `露营${key}`, meaning: "" }));

    expect(briefMentions("露营", briefVocabulary(many)).size).toBe(0);
  });
});
