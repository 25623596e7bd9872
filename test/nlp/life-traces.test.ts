import { expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const heardIn = (turns: Parameters<typeof extract>[0]) =>
  new Set(extract(turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag)));
const told = (text: string) => heardIn([{ who: "customer", text }]);

test("hears lives told by their traces, in voice notes and with slips, too, and steps into few of the traps beside them", () => {
  const lines = readCueLines("life-traces").map((line) => ({ ...line, heard: heardIn(line.turns) }));
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  const trapped = lines.flatMap(({ traps, heard }) => traps.map((tag) => heard.has(tag)));

  expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.85);
  expect(trapped.filter(Boolean).length / trapped.length).toBeLessThan(0.06);
});

test.each([
  ["who is greeted before it", "你好 我家俩娃", "two_kids"],
  ["who sent one here", "a friend sent me here, I'm a nurse on nights", "medical_worker"],
  ["that one has asked before", "之前问过一次 我家养了条金毛", "pet_family"],
  ["a later clause that asks", "我刚退休,有没有轻便的?", "retiree"],
  ["what else does not matter", "后备箱得大 其他随意", "space"],
  ["an errand for one's own wife", "我老婆生日 想给她买个包", "for_partner"],
  ["主要是, which only holds 要是", "主要是我家有俩娃", "two_kids"],
])("what the subject says stands whatever comes beside it: %s", (_, text, tag) => {
  expect(told(text)).toContain(tag);
});

test.each([
  ["同事刚生了二胎 想给她买个礼物", "two_kids"],
  ["你们谁家养狗,有推荐的牵引绳吗?", "pet_family"],
  ["后备箱多大 我无所谓", "space"],
  ["要是我家有俩娃就好了", "two_kids"],
])("what is another's, asked, waived or wished for stays unheard: %s", (text, tag) => {
  expect(told(text)).not.toContain(tag);
});
