import { expect, test } from "vitest";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const heardIn = (...turns: [string, string][]): string[] =>
  extract(turns.map(([who, text]) => ({ who, text }))).cues.map(({ tag }) => tag);
const lines = readCueLines("turns-answers").map((line) => ({
  ...line,
  heard: new Set(extract(line.turns).cues.flatMap(({ tag }) => closeImplied(knowledge.taxonomy, tag))),
}));

test("a short answer is heard by the kind of question it answers", () => {
  const wanted = lines.flatMap(({ tags, heard }) => tags.map((tag) => heard.has(tag)));
  expect(wanted.length).toBeGreaterThan(500);
  expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.6);
});

test("noes, evasions and answers about others hold nothing of what was asked", () => {
  const traps = lines.flatMap(({ traps, heard }) => traps.map((trap) => heard.has(trap)));
  expect(traps.length).toBeGreaterThan(110);
  expect(traps.filter(Boolean).length / traps.length).toBeLessThan(0.14);
});

test.each([
  ["dissatisfied", "用得还习惯吗", "不咋地"],
  ["space", "后排坐着还够宽敞吧", "不太够"],
  ["churn_risk", "下个月的菜还续吗", "没必要了"],
  ["city:郑州", "快递还是寄到公司吗", "发家里 郑州"],
  ["for_kids", "防晒霜要儿童的吗", "要 她脸嫩"],
  ["range", "这款纯电续航是510公里", "实打实?"],
  ["smart_driving", "这款标配自动泊车", "斜的车位也能停?"],
  ["comfort", "昨天底盘感受如何", "偏硬"],
  ["interior", "内饰您还满意吗", "看着一般"],
])("%s is shown by a plain answer: %s / %s", (tag, asked, answer) => {
  expect(heardIn(["koe", asked], ["customer", answer])).toContain(tag);
});

test.each([
  ["churn_risk", "会员续费吗", "续 老规矩"],
  ["price_sensitive", "觉得门票贵吧", "一年就来一回 不贵"],
  ["range", "这款续航是610公里", "好的"],
  ["comfort", "座椅带按摩和通风", "我今天有点忙 晚点说"],
  ["charging", "充电桩免费安装", "那什么时候提车呢"],
  ["range", "这版续航够吗", "您帮我问一下电话"],
  ["city:三亚", "地址没变吧", "我人在三亚度假"],
])("%s is not shown by an answer that turns it down or away: %s / %s", (tag, asked, answer) => {
  expect(heardIn(["koe", asked], ["customer", answer])).not.toContain(tag);
});

test("a member's words call for a role without a question", () => {
  expect(heardIn(["阿强", "好久没聚了"], ["customer", "周六下午老地方 来的扣1 我订桌"])).toContain("organizer");
});

test.each([
  ["gift", "是自己用还是送长辈呀", "后者"],
  ["energy_cost", "油耗和动力二选一您选哪个", "那就前面那个"],
  ["safety", "刹车还是气囊不放心?", "都是"],
])("%s is shown by the place of what is chosen: %s / %s", (tag, asked, answer) => {
  expect(heardIn(["koe", asked], ["customer", answer])).toContain(tag);
});

test("what was asked and is said to be done is a yes", () => {
  expect(heardIn(["阿木", "你跟嫂子领证没啊"], ["customer", "领啦"])).toContain("married");
});

test("a question of the subject's own leaves open what they were asked", () => {
  const chat: [string, string][] = [
    ["koe", "家里有小朋友吗"],
    ["customer", "你们周末几点关门"],
    ["koe", "九点关门哈"],
  ];
  expect(heardIn(...chat, ["customer", "有一个 五岁"])).toContain("has_kids");
  expect(heardIn(...chat, ["customer", "好的"])).not.toContain("has_kids");
  expect(heardIn(...chat, ["koe", "您周六来吗"], ["customer", "有空就来"])).not.toContain("has_kids");
});

test("what comes right behind a few words that answer still answers", () => {
  const chat: [string, string][] = [
    ["koe", "现在的车开了多少公里了"],
    ["customer", "十八万"],
  ];
  expect(heardIn(...chat, ["customer", "老出毛病 不想修了"])).toContain("plans_replacement");
});

test.each([
  ["price_sensitive", "现在落地要二十二万", "这么贵?"],
  ["waiting", "下个月改款上市哦", "那我等等"],
  ["space", "这款是五座的", "太小了吧"],
  ["dissatisfied", "还得再等一周哦", "上周也这么说"],
])("%s is shown by how one takes what the employee tells: %s / %s", (tag, told, answer) => {
  expect(heardIn(["koe", told], ["customer", answer])).toContain(tag);
});

test.each([
  ["price_sensitive", "现在落地要二十二万", "知道了"],
  ["waiting", "下个月改款上市哦", "哦这样"],
  ["space", "这款是五座的", "好的"],
])("%s is not shown by taking note: %s / %s", (tag, told, answer) => {
  expect(heardIn(["koe", told], ["customer", answer])).not.toContain(tag);
});

test("a question that was turned down is not taken up by the answer to what is said next", () => {
  expect(
    heardIn(["koe", "需要帮您约试驾吗"], ["customer", "不用"], ["koe", "好的 那有需要说"], ["customer", "嗯"]),
  ).not.toContain("test_drive");
});
