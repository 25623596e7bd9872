import { describe, expect, it } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const hear = createExtractor(loadKnowledge());
const said = (text: string): Turn[] => [{ who: "customer", text }];
const answered = (question: string, answer: string): Turn[] => [
  { who: "koe", text: question },
  { who: "customer", text: answer },
];
const tagsOf = (turns: Turn[]) => hear(turns).cues.map((cue) => cue.tag);

describe("what the subject denies outright", () => {
  it.each([
    ["没娃 安全座椅装不装都行", "has_kids"],
    ["我又没养猫 猫粮猫砂别给我推", "pet_family"],
    ["we don't have kids so leave the child seat out", "has_kids"],
  ])("hears nothing else of it in the same words: %s", (text, tag) => {
    expect(tagsOf(said(text))).not.toContain(tag);
  });

  it("does not silence what holds beside it", () => {
    expect(tagsOf(said("我家没养狗 养了两只猫 猫毛到处都是"))).not.toContain("has_kids");
    expect(tagsOf(said("家里两只猫 天天掉毛"))).toContain("pet_family");
  });

  it("denies nothing in a supposition or of somebody else", () => {
    expect(tagsOf(said("我同事没孩子 我家儿子都上小学了"))).toContain("has_kids");
  });
});

describe("somebody else inside a way of saying", () => {
  it.each([
    ["昨天相亲那男的说他爱露营", "camping"],
    ["昨天群里那个露营的是我哥拍的", "camping"],
    ["我要是会弹吉他早就脱单了", "music"],
    ["my neighbour's twins kept me up all night", "new_parent"],
    ["开滴滴的师傅都挺能聊", "ride_hailing_driver"],
    ["养狗的都知道,掉毛季就是噩梦", "pet_family"],
  ])("is not the subject: %s", (text, tag) => {
    expect(tagsOf(said(text))).not.toContain(tag);
  });

  it("may come along", () => {
    expect(tagsOf(said("周末跟朋友去露营,帐篷都买好了"))).toContain("camping");
  });
});

describe("words that only hold for now, or are not minded", () => {
  it("takes being busy for no habit", () => {
    expect(tagsOf(said("等会儿我在高速上 别打电话"))).not.toContain("no_calls");
    expect(tagsOf(said("平时别打电话 发微信就行"))).toContain("no_calls");
  });

  it("takes a need back also where its words begin inside the denial", () => {
    expect(tagsOf(said("不在乎颜值 能跑就行啦"))).not.toContain("looks");
    expect(tagsOf(said("也不是不在乎颜值 太丑的不行"))).toContain("looks");
  });

  it("holds a need that is denied twice", () => {
    expect(tagsOf(said("不是不看重油耗 是预算不够"))).toContain("energy_cost");
    expect(tagsOf(said("谁说我不看油耗 一个月跑三千公里"))).toContain("energy_cost");
    expect(tagsOf(said("说不在乎电费是假的"))).toContain("energy_cost");
    expect(tagsOf(said("不看重油耗 开得爽就行"))).not.toContain("energy_cost");
  });
});

describe("what a question elicits", () => {
  it("is no sign of something else in the same field", () => {
    expect(tagsOf(answered("您在哪高就", "税务局"))).not.toContain("business_owner");
    expect(tagsOf(answered("有毛孩子吗", "两只"))).not.toContain("has_kids");
  });
});

describe("a lone phrase in words that show something else", () => {
  it("adds no need to what they show more surely", () => {
    const heard = hear(said("两米长的竿包后备箱能放平吗 我每周都去钓鱼")).cues;
    expect(heard.map((cue) => cue.tag)).toContain("fishing");
    expect(heard.map((cue) => cue.tag)).not.toContain("comfort");
  });

  it("leaves the need that a family's things show beside it", () => {
    const tags = tagsOf(said("后备箱能放下婴儿车吗"));
    expect(tags).toContain("space");
    expect(tags).toContain("has_kids");
  });
});

describe("an answer to another member", () => {
  it("shows who helps, and no need of their own", () => {
    const tags = tagsOf([
      { who: "小周", text: "首保要带啥材料" },
      { who: "customer", text: "带行驶证和保养手册就行 别的不用" },
    ]);
    expect(tags).toContain("helpful_answerer");
    expect(tags).not.toContain("after_sales");
  });
});

describe("small talk with words that mean something else", () => {
  it.each([
    "我师父钓鱼钓到半夜老婆找上门",
    "婚纱照下周拍 酒店定金交了",
    "研究生导师让我帮他带本书",
    "附近哪有修鞋的",
    "七座大空间 全家出行首选 到店试驾有礼",
  ])("shows nothing: %s", (text) => {
    expect(tagsOf(said(text))).toEqual([]);
  });
});
