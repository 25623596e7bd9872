import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const tagsOf = (text: string) => extract([{ who: "customer", text }]).cues.map(({ tag }) => tag);

test("hears praise, blame, haste and farewell in the plain ways that customers type them", () => {
  const lines = hearCueLines("mood-grid", extract, knowledge);
  const wanted = lines.flatMap(({ meant, shown }) => [...meant].map((tag) => shown.has(tag)));
  const idle = lines.filter(({ meant }) => meant.size === 0);

  expect(shareOf(wanted)).toBeGreaterThan(0.6);
  expect(idle.filter(({ shown }) => shown.size > 0).length).toBeLessThan(13);
});

test.each([
  ["店里那个戴眼镜的小哥讲得特别明白", "satisfied"],
  ["小姑娘态度挺好", "satisfied"],
  ["你们群里就知道发广告 问个问题没一个人回", "dissatisfied"],
])("who serves is what a mood is about, not who has it: %s", (said, tag) => {
  expect(tagsOf(said)).toContain(tag);
});

test("what others say or feel stays theirs", () => {
  expect(tagsOf("店员说这款特别好用")).not.toContain("satisfied");
  expect(tagsOf("我同事态度挺好")).not.toContain("satisfied");
  expect(tagsOf("我儿子说这椅子没白买")).not.toContain("satisfied");
});
