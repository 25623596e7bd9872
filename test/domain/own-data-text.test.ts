import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marksOf, withoutMarks } from "#domain/erasure.ts";
import { type OwnDataWord, readOwnData } from "#domain/own-data-text.ts";

const said: [string, OwnDataWord["kind"]][] = [
  ["你记得我什么?", "show"],
  ["请问你们都保存了我哪些数据", "show"],
  ["你知道我哪些信息?", "show"],
  ["我的标签有哪些", "show"],
  ["what do you have on me?", "show"],
  ["忘了我吧", "forget"],
  ["请删除我的所有数据", "forget"],
  ["注销我的账号", "forget"],
  ["Please delete my data", "forget"],
  ["forget me", "forget"],
  ["把我的标签都删了", "clear"],
  ["清空我的全部标签", "clear"],
  ["delete all my tags", "clear"],
  ["删除标签 单身", "drop"],
  ["去掉「单身」这个标签", "drop"],
  ["remove tag single", "drop"],
  ["别再记录我", "no-capture"],
  ["不要收集我的信息", "no-capture"],
  ["我撤回同意", "no-capture"],
  ["stop recording me", "no-capture"],
  ["同意记录", "capture"],
  ["I agree", "capture"],
];

describe("what somebody says about their data", () => {
  it.each(said)("%s is %s", (text, kind) => {
    expect(readOwnData(text)?.kind).toBe(kind);
  });

  it.each([
    "我忘了我的密码",
    "别忘了我们的约定",
    "我记得你说过什么",
    "删除任务 儿童座椅",
    "你知道我家在哪里吗",
    "同意",
    "我的任务",
    "不要发任务了",
    "我忘了我昨天说了什么",
    "查看我的任务",
  ])("%s is none of it", (text) => {
    expect(readOwnData(text)).toBeUndefined();
  });
});

describe("taking somebody out of a text", () => {
  it("leaves ids of others that begin the same alone", () => {
    const marks = marksOf(["CUST12"], [], "gone");

    expect(withoutMarks('{"a":"CUST12","b":"CUST123","c":"bot:CUST12"}', marks)).toBe(
      '{"a":"gone.0","b":"CUST123","c":"bot:gone.0"}',
    );
  });

  it("a short id goes only where koloop put it, not out of what people say", () => {
    const marks = marksOf(["C1"], [], "gone");

    expect(withoutMarks("C1 驾照考过了", marks)).toBe("C1 驾照考过了");
    expect(withoutMarks("spoken:C1", marks)).toBe("spoken:gone.0");
  });

  it("keeps JSON whole whatever the words are, and leaves none of them", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 2, maxLength: 20, unit: "binary" }),
        fc.string({ unit: "binary" }),
        (word, around) => {
          fc.pre([...word.trim()].length >= 2 && !"[已删除]".includes(word) && !/["\\[\]{}:,]/.test(word));
          const text = JSON.stringify({ text: `${around} ${word} ${around}`, inner: JSON.stringify([word]) });
          fc.pre(!'{"text":"inner"}'.includes(word));
          const left = withoutMarks(text, marksOf([], [word], "gone"));

          expect(() => JSON.parse(left)).not.toThrow();
          expect((JSON.parse(left) as { text: string }).text.includes(word)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
