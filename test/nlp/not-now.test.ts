import { describe, expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const hear = (name: string) => hearCueLines(name, extract, knowledge);

const [nothing, ends] = [hear("prec-nothing"), hear("prec-ends")];

describe("chats written to show nothing", () => {
  test("are left alone but for one in twelve", () => {
    expect(nothing.length).toBeGreaterThan(200);
    expect(nothing.flatMap(({ wrong }) => wrong).length / nothing.length).toBeLessThan(0.085);
  });

  test("are seldom taken for what their words look like", () => {
    const sprung = nothing.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(shareOf(sprung)).toBeLessThan(0.045);
  });
});

describe("what is over", () => {
  const taken = ends.flatMap(({ retracted, ended }) => retracted.map((tag) => ended.has(tag)));

  test("is taken back in two lines of three, the oblique ones included", () => {
    expect(taken.length).toBeGreaterThan(150);
    expect(shareOf(taken)).toBeGreaterThan(0.66);
  });

  test("is not taken for a state that goes on", () => {
    const lost = ends.flatMap(({ retracted, ended }) => [...ended].map((tag) => !retracted.includes(tag)));
    expect(shareOf(lost)).toBeLessThan(0.18);
  });
});

const DOINGS = [
  ["fitness", "天天泡健身房"],
  ["camping", "周末去露营"],
  ["gaming", "天天打游戏"],
  ["business_traveler", "一个月出差二十天"],
] as const;
const shows = (frame: string) =>
  DOINGS.filter(([tag, words]) => {
    const { cues } = extract([{ who: "customer", text: frame.replace("X", words) }]);
    return cues.some((cue) => cue.tag === tag);
  }).map(([tag]) => tag);

describe("the same words", () => {
  test.each(["X", "现在X", "带娃X", "跟老婆X"])("are heard of the subject and of now: %s", (frame) => {
    expect(shows(frame).length).toBeGreaterThanOrEqual(3);
  });

  test.each([
    "年轻气盛的时候X",
    "十年前X",
    "有一阵子X",
    "在北京的时候X",
    "换工作前X",
    "X 那是老黄历了",
    "X 好汉不提当年勇",
    "等我X再说",
    "除非X",
    "哪敢X",
    "X 那是后话",
    "我合租那小子X",
    "我对桌X",
    "我球友X",
    "我们部门小刘X",
    "X 说的是我室友",
  ])("show nothing of another time, a thought or somebody else: %s", (frame) => {
    expect(shows(frame).length).toBeLessThanOrEqual(1);
  });

  test.each(["以前老钓鱼", "我室友钓鱼", "我爸钓 我晕水", "等退休了钓鱼"])(
    "answer a question for a hobby and show none: %s",
    (text) => {
      const { cues } = extract([
        { who: "koe", text: "周末一般都干嘛呀 钓鱼吗" },
        { who: "customer", text },
      ]);
      expect(cues.map(({ tag }) => tag)).not.toContain("fishing");
    },
  );
});
