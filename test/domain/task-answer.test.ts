import { describe, expect, it } from "vitest";
import { withAnswer, withoutName } from "#domain/task-answer.ts";

describe("an answer about a task", () => {
  it.each([
    ["audience", "有孩家庭", "新任务:,视频,给有孩家庭"],
    ["quota", "5", "新任务:,视频,5篇"],
    ["deadline", "12月1日", "新任务:,视频,12月1日前"],
    ["deadline", "7天内", "新任务:,视频,7天内"],
    ["reward", "200", "新任务:,视频,奖励200"],
  ] as const)("to %s, %s, joins the message", (field, words, whole) => {
    expect(withAnswer("新任务:,视频", field, words)).toBe(whole);
  });

  it("to what it is about becomes the title, commas and all", () => {
    expect(withAnswer("新任务", "title", "冬季续航,实测")).toBe("新任务:《冬季续航,实测》,");
  });

  it("takes people's name out with what led to it, and leaves the title", () => {
    expect(withoutName("新任务:座椅安装给有孩子的家庭们呀,视频", "有孩子的家庭")).toBe("新任务:座椅安装,视频");
  });
});
