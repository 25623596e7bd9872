import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const tagsOf = (text: string) => extract([{ who: "customer", text }]).cues.map(({ tag }) => tag);

test("hears moods, roles in groups, events of life, traits and knowledge that are plainly said, and not their false friends", () => {
  const lines = hearCueLines("mood-plain", extract, knowledge);
  const wanted = lines.flatMap(({ meant, shown }) => [...meant].map((tag) => shown.has(tag)));
  const trapped = lines.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
  const idle = lines.filter(({ meant, traps }) => meant.size === 0 && traps.length === 0);

  expect(shareOf(wanted)).toBeGreaterThan(0.81);
  expect(shareOf(trapped)).toBeLessThan(0.09);
  expect(idle.filter(({ shown }) => shown.size > 0).length).toBeLessThan(4);
});

test("who calls after asking all tells of themselves", () => {
  expect(tagsOf("周六爬山有人去吗 我带队")).toContain("organizer");
  expect(tagsOf("有人去吗 老王带队")).not.toContain("organizer");
});

test.each([
  ["电饭煲用了两周就开裂了", "电饭煲会不会开裂", "dissatisfied"],
  ["新买的水壶用了两周就漏水了", "这水壶会不会漏水", "dissatisfied"],
  ["上午约我等于白约", "孩子早上叫不醒", "night_owl"],
  ["公司让我带一个组", "公司给我升级了会员", "promotion"],
  ["部门撤了 我也走了", "要是部门撤了 我也走", "job_change"],
  ["我完全不懂这个", "我闺蜜完全不懂这个", "novice"],
])("takes whole fields of words, and leaves what only looks like them: %s / %s", (said, near, tag) => {
  expect(tagsOf(said)).toContain(tag);
  expect(tagsOf(near)).not.toContain(tag);
});

test("a child that something has taken hold of is one's own, and no bloke is broke", () => {
  expect(tagsOf("儿子迷上乐高")).toContain("has_kids");
  expect(tagsOf("我姐家儿子迷上乐高")).not.toContain("has_kids");
  expect(tagsOf("the bloke at the counter was rude")).not.toContain("price_sensitive");
});
