import { describe, expect, it } from "vitest";
import { briefMentions, briefVocabulary } from "#domain/brief-fit.ts";
import { tagKinship } from "#domain/tag-kinship.ts";

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

describe("the kinship of a tag", () => {
  const person = (held: string[], segments: string[] = []) => ({ tags: new Set(held), segments });
  const many = (count: number, of: ReturnType<typeof person>) => Array.from({ length: count }, () => of);

  it("is high where members of the audience hold it more often than others do", () => {
    const people = [...many(20, person(["pet_family", "driver"], ["s1"])), ...many(80, person(["driver"]))];

    const kinship = tagKinship(people, ["s1"]);

    expect(kinship.get("pet_family")).toBeGreaterThan(1);
    expect(kinship.has("driver")).toBe(false);
  });

  it("is not claimed for a tag that one of a few members happens to hold", () => {
    const people = [person(["rare"], ["s1"]), ...many(99, person([], ["s1"])), ...many(100, person(["rare"]))];

    expect(tagKinship(people, ["s1"]).has("rare")).toBe(false);
  });

  it("is nothing where the audience has no members", () => {
    expect(tagKinship(many(5, person(["driver"])), ["s1"]).size).toBe(0);
  });
});
