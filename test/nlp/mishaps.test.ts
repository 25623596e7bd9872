import { describe, expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const extract = createExtractor(loadKnowledge());
const ended = (text: string) => extract([{ who: "customer", text }]).retractions.map(({ tag }) => tag);

describe("nothing ends", () => {
  test.each([
    [
      "what breaks or is cut off",
      "跟男朋友的视频断了 网太差",
      "接单软件闪退了 一上午没单",
      "跑步机皮带断了 家里每天要跑",
    ],
    ["what one runs out of", "猫砂没了 给我来两箱", "猫罐头没了 我家那只天天叫"],
    ["what is lost", "工牌丢了 挂绳能单买吗", "学生证丢了 还能学生价吗"],
    ["what is replaced", "旧吉他卖了 换了把马丁", "显卡卖了换4090 终于能开光追了", "瑜伽垫卖了旧的换了个加厚的"],
    ["what goes on", "健身卡到期了 刚续了三年", "跑滴滴的旧车卖了 换了台电的接着跑"],
    [
      "what one's kin no longer do or have",
      "我老婆不买了 说要等等",
      "男朋友的手机卖了 壳要重新买",
      "my kids no longer fit in the back",
    ],
    ["what is for now", "放假了 不用上课了 这两周有空", "今天下暴雨 不跑车了"],
    [
      "whom or what one leaves for a while",
      "left him at home, just me today",
      "left the ward at 6, still in scrubs",
      "left the office late",
    ],
    ["what gives up on one", "my hiking boots gave up on me halfway up", "my cat no longer fits the carrier"],
    ["what nobody named", "号注销了", "转行卖保险了", "吉他弦又断了", "carplay dropped out again"],
    ["an order by the car alone", "picked it up on Saturday", "finally picked her up yesterday"],
  ])("by %s", (_, ...texts) => {
    for (const text of texts) expect([text, ...ended(text)]).toEqual([text]);
  });
});

describe("a state ends", () => {
  test.each([
    ["in_relationship", "跟男朋友断了 一个人过"],
    ["in_relationship", "女朋友跑了 房子也退了"],
    ["in_relationship", "my boyfriend left me for his coworker"],
    ["pet_family", "狗没了 上个月走的"],
    ["pet_family", "猫走丢了 找了一个月"],
    ["business_owner", "店没了 房东不续租"],
    ["music", "吉他卖了 手指伤了弹不了"],
    ["fitness", "健身卡退了 膝盖废了"],
    ["ride_hailing_driver", "网约车不跑了 证也注销了"],
    ["content_creator", "抖音号注销了 不拍了"],
    ["it_professional", "程序员转行卖保险了"],
    ["student", "dropped out of uni"],
    ["office_worker", "left my office job in June"],
    ["ordered", "等了三个月 车终于提回来了"],
    ["teacher", "不教了 回家带孙子"],
  ])("%s: %s", (tag, text) => {
    expect(ended(text)).toContain(tag);
  });
});
