import { describe, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());
const talk = (...said: [who: string, text: string][]) =>
  extract(said.map(([who, text]): Turn => ({ who: who === "c" ? "customer" : who, text })));
const shown = (...said: [who: string, text: string][]) => talk(...said).cues.map(({ tag }) => tag);
const over = (...said: [who: string, text: string][]) => talk(...said).retractions.map(({ tag }) => tag);

describe("joy or pity for what another member tells is about them", () => {
  test.each([
    ["阿飞", "提车啦!!!", "帅 这颜色显贵", "looks"],
    ["阿紫", "我新染的头发", "显白 好看", "looks"],
    ["豆豆妈", "我预产期下周", "待产包备好没", "expecting"],
  ])("%s: %s / %s", (who, news, reply, tag) => {
    expect(shown([who, news], ["c", reply])).not.toContain(tag);
  });

  test("nor is anything of one's own over", () => {
    expect(over(["豆豆妈", "我二胎卸货了"], ["c", "天呐 母子平安就好"])).toEqual([]);
  });

  test("unless it is told of oneself", () => {
    expect(shown(["豆豆妈", "我预产期下周"], ["c", "我也快了 待产包备好了"])).toContain("expecting");
  });
});

describe("an end is heard in the answer to what took the state for granted", () => {
  test.each([
    ["How's the dog?", "he died in may", "pet_family"],
    ["Another bag of the senior kibble?", "no, she passed away last week", "pet_family"],
    ["Still at the bank?", "no i quit in may", "office_worker"],
    ["Are your parents still with you?", "no they went back to Cork in spring", "lives_with_elders"],
    ["All set for Thursday's test drive?", "scrap that, I don't need it any more", "test_drive"],
  ])("%s / %s", (asked, reply, tag) => {
    expect(over(["koe", asked], ["c", reply])).toContain(tag);
  });

  test.each([
    ["胖胖", "你家猫呢好久没见晒", "上个月走了 十六岁 没受罪", "pet_family"],
    ["小满", "你婆婆还跟你们住啊", "回老家了 说城里没意思", "lives_with_elders"],
    ["三哥", "今天跑了多少单", "车都退了 不跑了", "ride_hailing_driver"],
    ["阿飞", "车还没到?", "到了 昨天提的 今天上牌", "ordered"],
    ["小鹿", "你们还在谈着呢?", "谈啥谈 证都扯了", "in_relationship"],
  ])("%s: %s / %s", (who, asked, reply, tag) => {
    expect(over([who, asked], ["c", reply])).toContain(tag);
  });

  test("who is only not coming along is still there", () => {
    expect(over(["koe", "Is your husband still coming?"], ["c", "no he's stuck at work"])).toEqual([]);
  });
});

describe("what was done today is done for good", () => {
  test.each([
    ["今天把编制辞了 爱咋咋地", "civil_servant"],
    ["今天办完离职 明天不用打卡了", "office_worker"],
    ["被裁了 工牌今天收走的", "office_worker"],
  ])("%s", (text, tag) => {
    expect(over(["c", text])).toContain(tag);
  });

  test.each(["今天不打卡 调休", "今天不上班", "工牌今天没带"])("%s", (text) => {
    expect(over(["c", text])).toEqual([]);
  });
});

test("who was left ends the tie there was, and no other", () => {
  expect(over(["c", "my bf dumped me"])).toEqual(["in_relationship"]);
});
