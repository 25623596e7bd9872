import { expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const lines = readCueLines("exchanges").map((line) => ({
  ...line,
  heard: new Set(extract(line.turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag))),
}));

test("an answer is heard by what was asked, also where it agrees without a word for yes", () => {
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  expect(wanted.length).toBeGreaterThan(340);
  expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.68);
});

test("what the employee takes for granted and the answer turns down is not held", () => {
  const traps = lines.flatMap(({ traps, heard }) => traps.map((trap) => heard.has(trap)));
  expect(traps.length).toBeGreaterThan(70);
  expect(traps.filter(Boolean).length / traps.length).toBeLessThan(0.2);
});

test("an answer that turns to something else leaves nothing standing", () => {
  const heard = extract([
    { who: "koe", text: "您是经常出差吧" },
    { who: "customer", text: "谢谢,我看看价格" },
  ]);
  expect(heard.cues.map(({ tag }) => tag)).not.toContain("business_traveler");
});
