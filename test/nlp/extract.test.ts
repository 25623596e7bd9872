import { describe, expect, it, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());
const says = (...texts: string[]): Turn[] => texts.map((text) => ({ who: "customer", text }));
const talk = (...lines: [string, string][]): Turn[] => lines.map(([who, text]) => ({ who, text }));
const tagsOf = (turns: Turn[]) => extract(turns).cues.map((cue) => cue.tag);
const endedOf = (turns: Turn[]) => extract(turns).retractions.map((cue) => cue.tag);

describe("hears of the subject", () => {
  it.each([
    ["new_parent", "半夜还要起来给宝宝冲奶"],
    ["business_traveler", "我一周飞三趟,天天住酒店"],
    ["married", "我老婆想要大一点的后备箱"],
    ["charging", "小区不让装充电桩怎么办"],
    ["city:上海", "我在魔都上班"],
    ["city:杭州", "我住杭州,周末有空"],
    ["married", "my wife picked the colour"],
    ["charging", "is there a home charger included?"],
  ])("%s: %s", (tag, text) => {
    expect(tagsOf(says(text))).toContain(tag);
  });
});

describe("what kin stopped doing takes nothing back", () => {
  it.each([
    "Tent's down, the kids have stopped asking where we are",
    "My son has given up arguing about the music",
    "我家娃现在坐车不哭了",
  ])("%s", (text) => {
    expect(endedOf(says(text))).not.toContain("has_kids");
  });
});

describe("does not hear", () => {
  it.each([
    ["has_kids", "我没有孩子"],
    ["has_kids", "要是以后有了孩子再说"],
    ["new_parent", "我同事半夜还要起来给宝宝冲奶"],
    ["business_traveler", "我以前老出差"],
    ["energy_cost", "油耗多少都无所谓"],
    ["it_professional", "我老公是程序员"],
    ["city:成都", "下个月去成都旅游"],
    ["city:成都", "我老家成都的"],
    ["married", "my neighbour and his wife came along"],
    ["gaming", "我从来不打游戏"],
    ["camping", "我们主管每个周末都去露营"],
    ["married", "等我结了婚再考虑大的"],
    ["has_kids", "当了爹的人才会天天研究儿童座椅"],
  ])("%s: %s", (tag, text) => {
    expect(tagsOf(says(text))).not.toContain(tag);
  });
});

test("a yes takes up what the employee asked, and quotes the answer", () => {
  const { cues } = extract(talk(["koe", "您是经常出差吧"], ["customer", "对"]));

  expect(cues.map(({ tag, quote, turn }) => [tag, quote, turn])).toEqual([["business_traveler", "对", 1]]);
});

test("the employee's words alone show nothing", () => {
  expect(tagsOf(talk(["koe", "您是经常出差吧"], ["customer", "谢谢,我看看价格"]))).not.toContain("business_traveler");
});

test.each([
  ["power", "更看重油耗还是动力", "动力"],
  ["gift", "自用还是送礼呀", "后面那个"],
  ["replace_within_2y", "打算什么时候换车呢", "明年开春吧"],
  ["single", "有对象了吗", "没有呢"],
  ["charging", "最大的顾虑是什么", "充电"],
  ["satisfied", "用得怎么样", "爽得很"],
])("an answer shows %s by what was asked: %s / %s", (tag, asked, answer) => {
  expect(tagsOf(talk(["koe", asked], ["customer", answer]))).toContain(tag);
  expect(tagsOf(says(answer))).not.toContain(tag);
});

test.each([
  ["energy_cost", "更看重油耗还是动力", "动力"],
  ["charging", "充电和续航最担心什么", "充电无所谓 就怕掉电"],
  ["plans_replacement", "听说你又要换车?", "换个锤子 还能再战五年"],
])("an answer that waives or mocks does not show %s: %s / %s", (tag, asked, answer) => {
  expect(tagsOf(talk(["koe", asked], ["customer", answer]))).not.toContain(tag);
});

test("a count answers the question for children", () => {
  expect(tagsOf(talk(["koe", "家里有小孩吗"], ["customer", "两个"]))).toContain("two_kids");
});

test("a bare city answers the question for it, another member's city does not", () => {
  expect(tagsOf(talk(["koe", "您在哪个城市呀"], ["customer", "无锡"]))).toEqual(["city:无锡"]);
  expect(tagsOf(talk(["老李", "我在无锡"], ["customer", "哈哈远得很"]))).toEqual([]);
});

test("a state that ended is taken back", () => {
  expect(endedOf(says("我早就不跑滴滴了"))).toContain("ride_hailing_driver");
  expect(endedOf(says("我们分手了"))).toContain("in_relationship");
});

test.each([
  ["fishing", "鱼竿全送人了"],
  ["teacher", "早就不是老师了"],
  ["business_owner", "店上个月盘出去了"],
  ["gaming", "sold my xbox last week"],
])("a frame of undoing takes %s back: %s", (tag, text) => {
  expect(endedOf(says(text))).toContain(tag);
});

test("what is only for today or only intended ends nothing", () => {
  expect(endedOf(says("今天不钓鱼了", "打算把鱼竿卖了", "thinking of selling my xbox"))).toEqual([]);
});

test("a no to what the employee presumes takes it back", () => {
  expect(endedOf(talk(["koe", "您还钓鱼吗"], ["customer", "早戒了"]))).toEqual(["fishing"]);
});

test("another city than the one presumed takes it back", () => {
  const turns = talk(["koe", "您还住青岛吧"], ["customer", "去年回烟台了"]);

  expect(endedOf(turns)).toEqual(["city:青岛"]);
  expect(tagsOf(turns)).toEqual(["city:烟台"]);
});

test.each([
  ["told on a screen", "single", "刚看完那个讲单亲妈妈的剧"],
  ["asked for somebody else", "charging", "有朋友问 你们家充电桩能不能单买"],
  ["an exception to the habit", "office_worker", "今天加班到十点 难得一次"],
  ["hearsay without a question", "after_sales", "网上有人说他家售后特别烂 我没买过不清楚"],
  ["doubted and denied", "has_kids", "我儿子? 没有没有 那是我侄子"],
  ["repeated to say that it is not for one", "two_kids", "二胎家庭?跟我没关系"],
  ["a slip put right", "married", "我媳妇 啊不是 我妹来取"],
  ["a slip put right", "married", "我太太……口误 太太乐那瓶酱油"],
  ["denied in a gap", "outdoors", "又不是去爬山"],
])("%s is nobody's own: %s", (_, tag, text) => {
  expect(tagsOf(says(text))).not.toContain(tag);
});

test("every quote stands in its turn word for word, whatever the text is made of", () => {
  const turns = says("ＭＹ ＷＩＦＥ 和我，兩個娃😂 \ud800 半夜还要起来给宝宝冲奶", "", "   ");

  for (const { quote, turn } of extract(turns).cues) expect(turns[turn]!.text).toContain(quote);
});

test("an advert says nothing of who forwards it, a call of one's own does", () => {
  expect(tagsOf(says("【秋季自驾节】到店试驾即送露营帐篷,名额有限,点击报名"))).toEqual([]);
  expect(tagsOf(says("SUMMER SALE sign up now for a free test drive, limited spots"))).toEqual([]);
  expect(tagsOf(says("我想约个试驾,周六能到店吗"))).toContain("test_drive");
});

test("thick praise right behind a complaint blames; a but between gives both their due", () => {
  expect(tagsOf(says("第三次来修了 服务真到位"))).not.toContain("satisfied");
  expect(tagsOf(says("等了两个小时 不过师傅服务真到位"))).toContain("satisfied");
});

test("what reviews say in quotes is nobody's own", () => {
  expect(tagsOf(says("reviews say 'absolutely love it, no regrets', hmm"))).not.toContain("satisfied");
  expect(tagsOf(says("absolutely love it, no regrets"))).toContain("satisfied");
});

test("one tag of a group is proposed", () => {
  const tags = tagsOf(says("我单身", "上个月刚和我老婆领证结婚了"));

  expect(tags.filter((tag) => ["single", "in_relationship", "married"].includes(tag)).length).toBeLessThanOrEqual(1);
});

test("the same conversation is heard the same twice", () => {
  const turns = says("我老婆想要大一点的后备箱", "我住杭州");

  expect(extract(turns)).toEqual(extract(turns));
});

test("an enormous turn is survived", () => {
  expect(() => extract(says("我老婆".repeat(500_000)))).not.toThrow();
});

test.each([
  ["music", "冬天掉电快 我心里直打鼓"],
  ["introvert", "方便 放门口吧"],
])("an idiom or an errand does not show %s: %s", (tag, text) => {
  expect(tagsOf(says(text))).not.toContain(tag);
});

test.each([
  ["married", "我丈母娘问我是不是买了二手的"],
  ["has_kids", "我家娃一坐上去就不哭了"],
  ["has_kids", "the kids have stopped asking where we're going"],
])("what is asked or comes of it ends nothing: %s in %s", (tag, text) => {
  expect(extract([{ who: "customer", text }]).retractions.map((ended) => ended.tag)).not.toContain(tag);
});
