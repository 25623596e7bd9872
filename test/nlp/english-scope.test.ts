import { describe, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());
const said = (text: string) => extract([{ who: "customer", text }]);
const tagsOf = (turns: readonly Turn[]) => extract(turns).cues.map(({ tag }) => tag);

describe("what one gave up for it, or beside it, does not end what one is", () => {
  test.each([
    ["quit my job in june and freelance full time now", "freelancer"],
    ["quit the bank and opened my own bakery", "business_owner"],
    ["i sold the flat and moved in with my parents", "lives_with_elders"],
    ["sold the old one and got a dog", "pet_family"],
    ["i'm a nurse and i gave up coffee", "medical_worker"],
    ["i'm a teacher and sold my car last week", "teacher"],
    ["my wife quit her job", "married"],
    ["we sold our car when the twins came", "two_kids"],
    ["i run a bakery and sold out by 9", "business_owner"],
    ["since i stopped working i have all the time in the world", "retiree"],
  ])("%s", (text, tag) => {
    const { cues, retractions } = said(text);
    expect(retractions.map((gone) => gone.tag)).not.toContain(tag);
    expect(cues.map((cue) => cue.tag)).toContain(tag);
  });

  test.each([
    ["quit fishing years ago", "fishing"],
    ["i gave up my office job last year", "office_worker"],
    ["i stopped going to the gym", "fitness"],
    ["sold my tent and all the camping gear", "camping"],
  ])("but it ends what it names: %s", (text, tag) => {
    const { cues, retractions } = said(text);
    expect(retractions.map((gone) => gone.tag)).toContain(tag);
    expect(cues.map((cue) => cue.tag)).not.toContain(tag);
  });
});

describe("he and she, where nobody else was named, are one's own little ones", () => {
  test.each([
    ["she's 5 months and hates the pram", "new_parent"],
    ["he's in year 4 and needs a bag", "school_age_kid"],
    ["for my daughter, she's in year 4", "school_age_kid"],
  ])("%s", (text, tag) => {
    expect(tagsOf([{ who: "customer", text }])).toContain(tag);
  });

  test.each([
    ["my sister had a baby, she's 5 months now", "new_parent"],
    ["it's for my nephew, he's in year 4", "school_age_kid"],
  ])("not where somebody else was: %s", (text, tag) => {
    expect(tagsOf([{ who: "customer", text }])).not.toContain(tag);
  });

  test("nor in a group, where they may be anybody's", () => {
    const turns = [
      { who: "Mel", text: "our Lily got her first tooth" },
      { who: "customer", text: "she's 5 months right? early" },
    ];
    expect(tagsOf(turns)).not.toContain("new_parent");
  });
});
