import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { talk } from "../setup/talk.ts";

const extract = createExtractor(loadKnowledge());
const heard = (...turns: string[]) => extract(talk(...turns)).cues.map(({ tag }) => tag);

test.each([
  ["老李: 他是哪年出生的", "c: 1978年7月", ["long_time_owner", "new_parent"]],
  ["老李: 这部片子哪年上映的", "c: 2009年", ["long_time_owner"]],
  ["老李: 地址在北京市朝阳区酒仙桥路2号 电话你知道吗", "c: 对 有的", ["city:北京"]],
  ["老李: 你知道她是哪里人吗", "c: 出生在西安", ["city:西安"]],
  ["koe: 给您安排在维也纳国际酒店好吗", "c: 可以呀", ["city:维也纳"]],
])("what is asked of a film, a singer or a sight tells nothing of who answers: %s / %s", (asked, answer, tags) => {
  for (const tag of tags) expect(heard(asked, answer)).not.toContain(tag);
});

test("who says 'I tell you' follows nobody, who goes along with somebody does", () => {
  expect(heard("老李: 去不去", "c: 我才不去呢 太远了", "老李: 我跟你说 风景好得很")).not.toContain("opinion_leader");
  expect(heard("老李: 哪款好", "c: 别买那款 等新款", "老李: 行 跟着你买")).toContain("opinion_leader");
});

test("an order's card holds nothing, the words behind it do", () => {
  expect(heard("c: 订单编号:88123456,订单金额:￥99.00,下单时间:2018-01-01 12:00:00")).toEqual([]);
  expect(heard("c: 订单编号:88123456 我要退款 你们太垃圾了")).toContain("dissatisfied");
});

test("a repost keeps others' words", () => {
  expect(heard("c: 真的假的//@路人: 我家两个娃都中招了")).toEqual([]);
});

test("an employee who is sorry for nothing in particular makes no complaint", () => {
  expect(heard("c: 两件都要拿去送人", "koe: 非常抱歉亲 系统升级中")).not.toContain("dissatisfied");
  expect(heard("c: 等了三天都没到 说好两天的", "koe: 非常抱歉 给您带来不便")).toContain("dissatisfied");
});

test.each([
  ["没有其他问题了", "dissatisfied"],
  ["你一个人回不去了吧", "satisfied"],
  ["帮我把退款取消 不退了", "churn_risk"],
  ["给我开下发票", "test_drive"],
  ["个人抬头可以换开公司抬头吗", "business_owner"],
  ["送货到家省得自己去超市扛", "business_owner"],
  ["电话没人接", "resale_value"],
  ["包装精美 味道不错", "gift"],
  ["前台服务好 地毯脏", "interior"],
  ["速度快 服务好", "impatient"],
  ["在外婆家店里吃的", "married"],
  ["键盘按键失灵 怎么办", "gaming"],
  ["发票抬头已经给了", "new_parent"],
])("words of other senses: %s is no %s", (text, tag) => {
  expect(heard(`c: ${text}`)).not.toContain(tag);
});
