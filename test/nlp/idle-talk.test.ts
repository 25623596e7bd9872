import { describe, expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { hearCueLines, shareOf } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const hear = (name: string) => hearCueLines(name, extract, knowledge);

const said = (...texts: string[]) => {
  const turns = texts.map((text, at) => ({ who: (texts.length - at) % 2 === 1 ? "customer" : "koe", text }));
  const { cues, retractions } = extract(turns);
  return { shown: cues.map(({ tag }) => tag), ended: retractions.map(({ tag }) => tag) };
};

describe("talk that shows nothing, of every trade", () => {
  const idle = hear("prec-idle");

  test("raises a false suggestion in few of its lines, those never mended for included", () => {
    expect(idle.length).toBeGreaterThan(280);
    expect(idle.flatMap(({ wrong }) => wrong).length / idle.length).toBeLessThan(0.11);
  });

  test("is seldom taken for what its words look like", () => {
    const sprung = idle.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(shareOf(sprung)).toBeLessThan(0.044);
  });
});

test("what was parted with, handed in or came to nothing is over", () => {
  const over = hear("prec-parted").flatMap(({ retracted, ended }) => retracted.map((tag) => ended.has(tag)));
  expect(over.length).toBeGreaterThan(110);
  expect(shareOf(over)).toBeGreaterThan(0.72);
});

describe("what is nearly said", () => {
  test("an order that hangs on a discount is none yet", () => {
    expect(said("再便宜三千我今天就交定金").shown).not.toContain("ordered");
    expect(said("昨天交了定金").shown).toContain("ordered");
  });

  test("what is sold for a better one ends nothing", () => {
    expect(said("那台单反出了 加钱上全画幅").ended).toEqual([]);
    expect(said("那台单反出了 再也不拍了").ended).toEqual(["photography"]);
  });

  test("a teacher's parents' evening is the pupils'", () => {
    expect(said("我教初三 家长会开完嗓子都哑了").shown).toEqual(["teacher"]);
    expect(said("我教初三 我儿子也上初三了").shown).toContain("school_age_kid");
  });

  test("a wish answers no question for what one does", () => {
    expect(said("平时周末喜欢干嘛", "要是有空就去钓鱼").shown).toEqual([]);
    expect(said("平时周末喜欢干嘛", "有空就去钓鱼").shown).toEqual(["fishing"]);
  });

  test("what the employee tells of themselves asks nothing", () => {
    expect(said("我下班了哈 明早给您发", "好的 路上慢点开").shown).toEqual([]);
  });

  test("a second child that is far off is none, and what was done once was no habit", () => {
    expect(said("二胎还八字没一撇").shown).toEqual([]);
    expect(said("大三那年跑过一次半马 现在爬个天桥都喘").ended).toEqual([]);
  });
});
