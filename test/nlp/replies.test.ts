import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const knowledge = loadKnowledge();
const talks = readFileSync(join(import.meta.dirname, "../fixtures/cues/own.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => (JSON.parse(line) as { turns: Turn[] }).turns)
  .filter((turns) => turns.length > 1);

const heard = createExtractor(knowledge);
const said = (text: string): Turn => ({ who: "customer", text });

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

describe("a member's question about somebody else", () => {
  test.each([
    ["小李还在医院上班吗", "不知道"],
    ["老张还单着吗", "没听说"],
    ["你们谁还在跑滴滴", "不清楚 问老王"],
    ["咱群还有做老师的吗", "没有了吧 都跑了"],
    ["大家还在玩这个游戏吗", "看情况"],
  ])("takes nothing back of the subject: %s", (asked, answered) => {
    expect(heard([{ who: "阿强", text: asked }, said(answered)]).retractions).toEqual([]);
  });

  test("about the subject still does", () => {
    const { retractions } = heard([{ who: "阿强", text: "你还打游戏吗" }, said("早不打了")]);

    expect(retractions.map(({ tag }) => tag)).toEqual(["gaming"]);
  });
});

describe("an answer to what is offered", () => {
  test("takes the other choice not back", () => {
    expect(heard([{ who: "koe", text: "第一次买车还是置换呢" }, said("置换")]).retractions).toEqual([]);
  });

  test("waits for no better price when it waits for a parcel", () => {
    const waits = (asked: string) =>
      heard([{ who: "koe", text: asked }, said("行 再等等")]).cues.some(({ tag }) => tag === "waiting");

    expect([waits("您的快递明天到"), waits("现在下定送脚垫")]).toEqual([false, true]);
  });
});
