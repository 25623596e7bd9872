import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { talk } from "../setup/talk.ts";

const extract = createExtractor(loadKnowledge());
const heard = (...turns: string[]) => extract(talk(...turns)).cues.map(({ tag }) => tag);

test.each([
  ["老李: 这张专辑里有几首歌", "c: 一共十二首 我最爱第三首"],
  ["老李: 知道那个男主吗", "c: 知道呀 演过好多古装戏"],
  ["老李: 她是哪年出道的", "c: 她十六岁就出道了 拿过好几个奖"],
  ["老李: 昨晚的事你别往心里去好吗", "c: 我没生气 就是有点累了"],
  ["老李: 我怎么跟我妈开口啊 你说是吧", "c: 你自己不想说那谁也帮不了你"],
  ["老李: 他怎么又不接电话", "c: 凭什么每次都要我先打过去"],
])("who chats of films and stars, or quarrels, helps nobody: %s / %s", (asked, answer) => {
  expect(heard(asked, answer)).not.toContain("helpful_answerer");
});

test.each([
  ["老李: 锅底糊了咋洗", "c: 倒点白醋烧开 泡一晚再擦"],
  ["老李: 有人知道车管所几点下班吗", "c: 五点半 但四点半就不发号了 早点去"],
  ["老李: 片荒了 求推荐电影", "c: 先看肖申克的救赎 再看阿甘正传 都不会失望"],
])("who tells another how, when or which helps: %s / %s", (asked, answer) => {
  expect(heard(asked, answer)).toContain("helpful_answerer");
});

test("thanks that are waved away make nobody a leader of opinion", () => {
  expect(heard("老李: 要不要带伞", "c: 带一把吧 谢谢你提醒", "老李: 不用谢")).not.toContain("opinion_leader");
});

test("who asks back after the other's family tells nothing of their own", () => {
  expect(heard("koe: 家里有小孩吗", "c: 你儿子多大")).not.toContain("has_kids");
  expect(heard("koe: 家里有小孩吗", "c: 有 儿子五岁")).toContain("has_kids");
});

test("a yes to what the parcel holds takes up nothing of its name", () => {
  expect(heard("koe: 您要的是儿童钢琴教学套装这个商品吗", "c: 是的")).toEqual([]);
  expect(heard("koe: 请问是这个订单吗", "c: 对")).toEqual([]);
  expect(heard("koe: 定金交了吗", "c: 交了")).toContain("ordered");
});

test("where a shop is says nothing of where one lives, a parcel's address does", () => {
  expect(heard("老李: 你清楚具体位置在哪吗", "c: 清楚 在北京市海淀区学院路12号")).not.toContain("city:北京");
  expect(heard("koe: 收货地址发我下", "c: 北京市海淀区学院路12号")).toContain("city:北京");
});

test("news is not about who passes it on, unless they say so", () => {
  expect(heard("c: 据了解 该县人民医院骨科两名医生已带病人转至市里手术")).toEqual([]);
  expect(heard("c: 我是骨科医生 据了解病房还没空出来 病人都在走廊")).toContain("medical_worker");
});

test("single words that meet by chance in a long post show nothing of its writer", () => {
  const post =
    "c: 房间在三楼 走廊有点暗 早餐一般 前台换了两次房卡才打开门 客人很多 电梯要等 隔壁是医院的急诊 半夜还听见救护车 病人家属在楼下说话 停车场倒是免费 总的来说这个价位也就这样";
  expect(heard(post)).not.toContain("medical_worker");
  expect(heard("c: 我在急诊 病人一个接一个 晚点回你")).toContain("medical_worker");
});

test("a post of one's own is full of what looks like an answer, and answers nobody", () => {
  expect(heard("c: 我的六万公里换的火花塞 你可以先看看再说")).not.toContain("helpful_answerer");
  expect(heard("老李: 火花塞多久换", "c: 我的六万公里换的 你可以先看看间隙")).toContain("helpful_answerer");
});

test("who moves into a hotel moves nowhere", () => {
  expect(heard("c: 下午两点入住 房间还没打扫 前台态度一般")).not.toContain("moving");
  expect(heard("c: 下周入住新房 想配个洗衣机")).toContain("moving");
});
