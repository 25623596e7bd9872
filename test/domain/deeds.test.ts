import { describe, expect, it } from "vitest";
import { deedsIn, isQuestion, type Said } from "#domain/deeds.ts";

let clock = 0;
const says = (fromId: string, text: string, minutes = 1): Said => {
  clock += minutes * 60_000;
  return { fromId, name: `名${fromId}`, staff: fromId.startsWith("E"), at: clock, text };
};

describe("the talk of a group", () => {
  it("an answer soon after a question counts for whoever gave it", () => {
    const talk = [says("A", "这车冬天续航掉得厉害吗?"), says("B", "我开了两年,冬天大概打八折")];

    expect(deedsIn(talk)).toEqual([{ personId: "B", kind: "answered", about: "A" }]);
  });

  it.each<[string, Said[]]>([
    ["a question back", [says("A", "续航怎么样?"), says("B", "您说的是哪一款呢?")]],
    ["two words", [says("A", "续航怎么样?"), says("B", "还行")]],
    ["hours later", [says("A", "续航怎么样?"), says("B", "我开了两年,大概打八折", 180)]],
    ["staff, whose work it is", [says("A", "续航怎么样?"), says("E1", "官方数据是六百公里哦")]],
    ["a question of staff", [says("E1", "大家周末怎么安排?"), says("B", "打算带孩子去露营两天")]],
    ["one's own question", [says("A", "续航怎么样?"), says("A", "算了我自己查到了谢谢")]],
    ["nobody asked", [says("A", "今天提车了"), says("B", "恭喜恭喜好看的很啊")]],
  ])("is no answer: %s", (_, talk) => {
    expect(deedsIn(talk).filter(({ kind }) => kind === "answered")).toEqual([]);
  });

  it("answering the same question again counts once", () => {
    const question = says("A", "续航怎么样?");
    const first = says("B", "我开了两年,大概打八折");

    expect(deedsIn([question, first, says("B", "高速再打个九折的样子")])).toEqual([]);
  });

  it("words taken up by others count for whoever said them", () => {
    const said = says("A", "胎压保持两点五,冬天多打零点一");

    expect(deedsIn([said, says("B", "「胎压保持两点五,冬天多打零点一」学习了")])).toContainEqual({
      personId: "A",
      kind: "quoted",
      about: "B",
    });
    expect(deedsIn([said, says("B", "@名A 说得对,我也这么干")])).toContainEqual({
      personId: "A",
      kind: "quoted",
      about: "B",
    });
    expect(deedsIn([said, says("B", "今天天气真不错适合出门")])).toEqual([]);
  });

  it.each(["续航怎么样", "有没有推荐的安全座椅", "how long does it last", "这样可以吗"])(
    "hears a question: %s",
    (text) => {
      expect(isQuestion(text)).toBe(true);
    },
  );

  it.each(["我开了两年", "周末去露营了", "it lasts two days"])("hears no question: %s", (text) => {
    expect(isQuestion(text)).toBe(false);
  });
});
