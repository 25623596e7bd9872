import { expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const heardIn = (turns: Parameters<typeof extract>[0]) =>
  new Set(extract(turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag)));

test("hears for whom a thing is from who is named near it, and where a purchase or a life stands from what lies on the table", () => {
  const lines = readCueLines("motive-near").map((line) => ({ ...line, heard: heardIn(line.turns) }));
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  const trapped = lines.flatMap(({ traps, heard }) => traps.map((tag) => heard.has(tag)));

  expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.705);
  expect(trapped.filter(Boolean).length / trapped.length).toBeLessThan(0.06);
});

test("who is named near goods uses them, and near a car only rides in it", () => {
  const told = (text: string) => heardIn([{ who: "customer", text }]);

  expect(told("羽绒服要到膝盖那么长的 我爷爷天天扫雪")).toContain("for_elders");
  expect(told("我妈说你们这羽绒服她年轻时候就有了")).not.toContain("for_elders");
  expect(told("后排七座的 我爷爷天天要坐着去复诊 够不够宽")).not.toContain("for_elders");
});
