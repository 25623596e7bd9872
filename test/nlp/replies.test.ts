import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const knowledge = loadKnowledge();
const talks = readFileSync(join(import.meta.dirname, "../fixtures/cues/own.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => (JSON.parse(line) as { turns: Turn[] }).turns)
  .filter((turns) => turns.length > 1);

test("a chat that is heard again with each message shows what it shows to who hears it for the first time", () => {
  const known = createExtractor(knowledge);
  for (const turns of talks) for (const k of turns.keys()) known(turns.slice(0, k + 1));

  for (const turns of talks) expect(known(turns)).toEqual(createExtractor(knowledge)(turns));
});

test("the same words answer another question otherwise", () => {
  const hear = createExtractor(knowledge);
  const tagsOf = (question: string) =>
    hear([
      { who: "koe", text: question },
      { who: "customer", text: "是的" },
    ]).cues.map(({ tag }) => tag);

  const first = tagsOf("您家养猫吗?");
  const other = tagsOf("您经常出差吗?");

  expect([first, other, tagsOf("您家养猫吗?")]).toEqual([["pet_family"], ["business_traveler"], ["pet_family"]]);
});
