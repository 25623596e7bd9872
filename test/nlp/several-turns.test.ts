import { describe, expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { talk } from "../setup/talk.ts";

const extract = createExtractor(loadKnowledge());
const hear = (...said: string[]) => extract(talk(...said));
const tags = (...said: string[]) => hear(...said).cues.map(({ tag }) => tag);

describe("what is asked further", () => {
  test("is read together with what was asked before", () => {
    expect(tags("koe: 换车计划有吗", "c: 有", "koe: 大概什么时候", "c: 一年左右吧")).toContain("replace_within_2y");
    expect(tags("koe: 自用还是送人", "c: 送人", "koe: 朋友?", "c: 枕边那位")).toContain("for_partner");
  });

  test("and not once the question before was answered with a no", () => {
    expect(tags("koe: 换车计划有吗", "c: 没有", "koe: 什么时候提的现在这台", "c: 去年")).not.toContain(
      "replace_within_2y",
    );
  });
});

describe("in a group", () => {
  test("who says more of themselves when asked for it helps nobody", () => {
    expect(tags("阿飞: 你们都干嘛呢", "c: 上线", "阿飞: 啥上线?", "c: 发版啊 回滚两次了")).not.toContain(
      "helpful_answerer",
    );
  });

  test("what is asked further of a thing is still answered", () => {
    expect(
      tags("小满: 胎压灯亮了咋办", "c: 先看是不是天冷", "小满: 降温了", "c: 那就打到2.5 开几公里自己灭"),
    ).toContain("helpful_answerer");
  });
});

describe("a guess of the employee's", () => {
  test("shows nothing where the answer says that it is over", () => {
    expect(tags("koe: 您孩子明年高考吧", "c: 早毕业了")).not.toContain("school_age_kid");
  });

  test("that it is the first is not held by `the fourth`", () => {
    expect(tags("koe: 第一次买车?", "c: 第四台了")).not.toContain("first_time_buyer");
  });
});

test("a verdict on how one side of the car does is about that side", () => {
  expect(tags("koe: 自动泊车体验如何", "c: 鸡肋 一次没停进去过")).toContain("smart_driving");
});

test("how many days old the baby is tells of a baby", () => {
  expect(tags("koe: 宝宝多大", "c: 才47天")).toContain("new_parent");
});

describe("what others say to it", () => {
  test("a few words asked about what was just told are answered about oneself", () => {
    expect(tags("阿May: 你假咋那么多", "c: 攒着呢", "阿May: 又出去?", "c: 这回冰岛 上半年刚去完秘鲁")).not.toContain(
      "helpful_answerer",
    );
  });

  test("an employee's congratulations say what there is to congratulate on", () => {
    expect(tags("koe: 车给谁开呢", "c: 给她开", "koe: 嫂子真幸福")).toContain("for_partner");
  });
});

test("praise of a repair that was asked about is about service", () => {
  expect(tags("koe: 昨天师傅去了吧", "c: 去了 弄得没得挑")).toContain("after_sales");
});

test("another's child asked about in a group is not the subject's", () => {
  expect(tags("栗子: 孩子烧退了又起", "c: 三天以上就查个血")).not.toContain("new_parent");
});
