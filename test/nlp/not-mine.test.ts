import { describe, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());
const hear = (...turns: Turn[]) => extract(turns);
const said = (text: string) => hear({ who: "customer", text });
const asked = (question: string, text: string) => hear({ who: "koe", text: question }, { who: "customer", text });
const tagsOf = ({ cues }: ReturnType<typeof said>) => cues.map(({ tag }) => tag);
const gone = ({ retractions }: ReturnType<typeof said>) => retractions.map(({ tag }) => tag);

describe("who talks of people of a kind is none of them", () => {
  test.each([
    ["当护士的真不容易", "medical_worker"],
    ["钓鱼那帮人真能聊", "fishing"],
    ["露营那片区域在几楼", "camping"],
    ["满大街都是程序员", "it_professional"],
    ["有二胎的优先是吧", "two_kids"],
    ["带娃的特别多 排队都排到门口", "has_kids"],
  ])("%s", (text, tag) => {
    expect(tagsOf(said(text))).not.toContain(tag);
  });

  test("unless they say that they are", () => {
    expect(tagsOf(said("我们当护士的真不容易 站一天"))).toContain("medical_worker");
  });
});

describe("what is only others' idea of one, or turned down, holds nothing", () => {
  test.each([
    ["有人约我钓鱼 我推了", "fishing"],
    ["我同事拉我去露营 没去", "camping"],
    ["自由职业听着好 我可不敢", "freelancer"],
    ["哪有空钓鱼", "fishing"],
    ["带娃多好 羡慕", "has_kids"],
    ["他们以为我有二胎呢", "two_kids"],
  ])("%s", (text, tag) => {
    expect(tagsOf(said(text))).not.toContain(tag);
  });

  test("a girlfriend who sends one is no friend who has one ask", () => {
    expect(tagsOf(said("终于脱单了 女朋友让我来看看"))).toContain("in_relationship");
  });

  test("a no is no sign of what was asked for", () => {
    expect(tagsOf(asked("您平时化妆吗", "不化 就涂个防晒"))).toEqual([]);
  });
});

describe("what stands about in the seller's rooms is no need of what is sold", () => {
  test.each(["你们门口那个充电桩是坏的", "店里凳子太硬了 我站会儿"])("%s", (text) => {
    expect(tagsOf(said(text))).toEqual([]);
  });

  test("a car on show is for sale", () => {
    expect(tagsOf(said("你们展厅那台车座椅太硬了"))).toContain("comfort");
  });
});

describe("an end is one where something was", () => {
  test.each([
    ["还在读书吧", "毕业都两年啦", "student"],
    ["还玩改装吗", "早退坑了", "modding"],
    ["还打王者吗", "卸载半年了", "gaming"],
    ["店里生意怎么样", "关张了 房租顶不住", "business_owner"],
    ["还在两家之间摇摆吗", "不摇了 选了那家", "comparing"],
  ])("%s %s", (question, answer, tag) => {
    expect(gone(asked(question, answer))).toEqual([tag]);
  });

  test.each([
    "颜色还改吗 不改了吧",
    "我对钓鱼没兴趣",
    "昨天刚从成都回来",
    "刚从医院出来 拿了点药",
    "这周不露营了 下雨",
    "不等了 我先走 你们慢慢来",
  ])("%s", (text) => {
    expect(gone(said(text))).toEqual([]);
  });
});
