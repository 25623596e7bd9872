import { describe, expect, test } from "vitest";
import { closeImplied, type TagKey } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const closed = (tags: readonly TagKey[]): Set<TagKey> =>
  new Set(tags.flatMap((tag) => closeImplied(knowledge.taxonomy, tag)));

const heard = readCueLines("chat-answers").map(({ tags, traps, turns }) => {
  const wanted = closed(tags);
  const shown = closed(extract(turns).cues.map(({ tag }) => tag));
  return { wanted, shown, traps };
});
const sum = (count: (line: (typeof heard)[number]) => number): number => heard.reduce((n, line) => n + count(line), 0);
const found = sum(({ wanted, shown }) => [...wanted].filter((tag) => shown.has(tag)).length);

describe("chats of two to four turns", () => {
  test("five of six tags are heard in what answers show", () => {
    expect(found / sum(({ wanted }) => wanted.size)).toBeGreaterThan(0.81);
  });

  test("and six of seven of those heard are right", () => {
    expect(found / sum(({ shown }) => shown.size)).toBeGreaterThan(0.84);
  });

  test("a guess denied, another's answer and talk of others are seldom taken for the subject's", () => {
    const trapped = sum(({ traps, shown }) => traps.filter((tag) => shown.has(tag)).length);
    expect(trapped / sum(({ traps }) => traps.length)).toBeLessThan(0.05);
  });
});

describe("who is looked for in a group", () => {
  const say = (asked: string, answer: string) =>
    extract([
      { who: "阿木", text: asked },
      { who: "customer", text: answer },
    ]).cues.map(({ tag }) => tag);

  test("is who steps forward", () => {
    expect(say("群里有厦门的没 拼个单", "有 思明的")).toContain("city:厦门");
    expect(say("有没有开网约车的", "举手")).toContain("ride_hailing_driver");
  });

  test("and nobody who does not", () => {
    expect(say("群里有厦门的没 拼个单", "帮顶")).toEqual([]);
    expect(say("有没有开网约车的", "没有吧")).toEqual([]);
  });
});

test("two messages in a row may make one answer", () => {
  const { cues } = extract([
    { who: "koe", text: "是您本人用吗" },
    { who: "customer", text: "不是我" },
    { who: "customer", text: "我姥姥" },
  ]);
  expect(cues.map(({ tag }) => tag)).toEqual(["for_elders"]);
});
