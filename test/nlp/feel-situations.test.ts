import { describe, expect, test } from "vitest";
import { closeImplied, definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

const shownBy = (turns: Parameters<typeof extract>[0]): Set<string> =>
  new Set(extract(turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag)));

const heard = readCueLines("feel-situations").map(({ tags, traps, turns }) => ({ tags, traps, shown: shownBy(turns) }));

const shareOf = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;

const member = (who: string, text: string) => ({ who, text });
const subject = (text: string) => ({ who: "customer", text });

describe("what is felt, what one is to a group and how one is reached, told by what is done", () => {
  test.each([
    ["emotion", 0.63],
    ["community", 0.705],
    ["persona", 0.805],
    ["format", 0.85],
  ])("is heard of %s in at least the share reached when the lines were written", (dimension, floor) => {
    const wanted = heard.flatMap(({ tags, shown }) =>
      tags.filter((tag) => definitionOf(knowledge.taxonomy, tag)?.dimension === dimension).map((tag) => shown.has(tag)),
    );
    expect(shareOf(wanted)).toBeGreaterThan(floor);
  });

  test("is seldom heard in the traps set beside them", () => {
    const sprung = heard.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(sprung.length).toBeGreaterThan(100);
    expect(shareOf(sprung)).toBeLessThan(0.055);
  });
});

describe("an answer in a group", () => {
  test("helps whoever asked, though others joked in between", () => {
    const shown = shownBy([
      member("阿凯", "发票抬头开错了咋办啊"),
      member("三哥", "凉拌"),
      subject("当月能作废重开 跨月得红冲"),
    ]);
    expect(shown).toContain("helpful_answerer");
  });

  test("helps whoever told of a plight, once the subject has asked back", () => {
    const shown = shownBy([
      member("老洪", "冬天打不着火"),
      subject("电瓶几年了"),
      member("老洪", "四年"),
      subject("该换了 先拿启动宝搭一下"),
    ]);
    expect(shown).toContain("helpful_answerer");
  });

  test.each([
    ["is no help where it only sympathises", "小满", "我家老大又发烧了", "没事的 多喝水 好好休息"],
    ["is no help where the members themselves are asked about", "甜筒", "你家猫叫啥", "叫煤球 三岁了 贼能吃"],
    [
      "is no help where somebody else is named",
      "Priya",
      "who should speak at the meetup",
      "Marco. He knows more than us",
    ],
  ])("%s", (_, who, asked, answer) => {
    expect(shownBy([member(who, asked), subject(answer)])).not.toContain("helpful_answerer");
  });

  test("leads where it was asked for and is then followed", () => {
    const talk = [member("阿强", "选A还是B 纠结死"), subject("A吧"), member("阿强", "得嘞 下单了")];
    expect(shownBy(talk)).toContain("opinion_leader");
    expect(shownBy(talk.slice(0, 2))).not.toContain("opinion_leader");
  });
});

describe("what others make of what was said", () => {
  test("signing up shows who calls", () => {
    const call = subject("周日早上七点 水库边上见 我带锅");
    expect(shownBy([call, member("大熊", "算我一个"), member("小满", "+1")])).toContain("organizer");
    expect(shownBy([call, member("大熊", "起不来"), member("小满", "羡慕")])).not.toContain("organizer");
  });

  test("an employee who asks for patience after a complaint confirms it, one who cannot answer a question does not", () => {
    const koe = (text: string) => ({ who: "koe", text });
    expect(shownBy([subject("哇 三块钱的券 够我提辆车了"), koe("亲您消消气")])).toContain("dissatisfied");
    expect(shownBy([subject("附近有什么好玩的景点吗"), koe("非常抱歉 没有查到")])).not.toContain("dissatisfied");
  });
});
