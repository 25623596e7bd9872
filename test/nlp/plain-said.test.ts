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

test("hears needs, motives, stages and moods that one turn says plainly", () => {
  const lines = readCueLines("plain-said").map((line) => ({ ...line, heard: heardIn(line.turns) }));
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  const trapped = lines.flatMap(({ traps, heard }) => traps.map((tag) => heard.has(tag)));

  expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.715);
  expect(trapped.filter(Boolean).length / trapped.length).toBeLessThan(0.09);
});

test.each([
  ["这个是给老婆买的 好看就行", "for_partner"],
  ["给幼儿园采购的 小凳子六十把", "company_purchase"],
  ["准备送导师的 别太俗气", "gift"],
  ["德牧也要坐后排 座垫选哪种", "pet_family"],
  ["凯美瑞看完又看雅阁 看晕了", "comparing"],
])("takes whole fields of words: %s", (text, tag) => {
  expect(told(text)).toContain(tag);
});

test("what somebody's wife bought is not for her", () => {
  expect(told("是我老婆买的 我哪懂这个")).not.toContain("for_partner");
});

test("praise is irony only where something went wrong", () => {
  expect(told("brilliant service from Dave today")).toContain("satisfied");
  expect(told("brilliant, third week and still no parcel, love your service")).not.toContain("satisfied");
  expect(told("服务真贴心👏👏")).toContain("satisfied");
  expect(told("修了三次还响 真棒👏👏")).not.toContain("satisfied");
});
