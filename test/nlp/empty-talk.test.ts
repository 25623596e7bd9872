import { describe, expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const shown = (...texts: string[]) =>
  extract(texts.map((text, at) => ({ who: (texts.length - at) % 2 === 1 ? "customer" : "koe", text }))).cues.map(
    ({ tag }) => tag,
  );

describe("chats that show nothing", () => {
  const idle = hearCueLines("empty-talk", extract, knowledge);

  test("raise a false tag in few of their lines, those never mended for included", () => {
    expect(idle.length).toBeGreaterThan(590);
    expect(idle.flatMap(({ wrong }) => wrong).length / idle.length).toBeLessThan(0.135);
  });

  test("are seldom taken for what their words look like", () => {
    expect(shareOf(idle.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag))))).toBeLessThan(0.08);
  });
});

describe("talk that shows one thing beside a tempting second", () => {
  const beside = hearCueLines("empty-beside", extract, knowledge);

  test("is heard for what it shows", () => {
    expect(shareOf(beside.flatMap(({ meant, shown }) => [...meant].map((tag) => shown.has(tag))))).toBeGreaterThan(
      0.785,
    );
  });

  test("is seldom heard for more", () => {
    expect(beside.flatMap(({ wrong }) => wrong).length / beside.length).toBeLessThan(0.19);
  });
});

describe("what is not minded", () => {
  test("no need is shown where its own words begin to wave it away", () => {
    expect(shown("质保不在我考虑范围")).toEqual([]);
    expect(shown("质保几年")).toContain("after_sales");
  });

  test("nor where it is named only to be waved away", () => {
    expect(shown("油耗? 我哪有那闲心")).toEqual([]);
    expect(shown("油耗? 高速要几个油")).toContain("energy_cost");
  });
});

describe("what is only supposed", () => {
  test("what one would have done long ago but for something is not so", () => {
    expect(shown("要不是没钱 我早生了二胎了")).toEqual([]);
    expect(shown("我生了二胎了")).toContain("two_kids");
  });

  test("what only such people would mind is not the subject's", () => {
    expect(shown("一天跑五百公里的人才会算计那几个油钱吧")).toEqual([]);
  });
});

describe("what answers nothing", () => {
  test("who doubts the question, evades it or only complies says no yes", () => {
    for (const answer of ["嗯? 发错人了吧", "好的谢谢", "查户口呢", "说来话长"])
      expect(shown("您家有小朋友吗", answer)).toEqual([]);
    expect(shown("您家有小朋友吗", "有的")).toContain("has_kids");
  });

  test("a day that was proposed is no habit", () => {
    expect(shown("安装师傅这周六上午有空 您看行不", "周六可以 十点后来")).toEqual([]);
  });
});
