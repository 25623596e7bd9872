import { describe, expect, it } from "vitest";
import { readDecline } from "#domain/decline-words.ts";

describe("a no in somebody's own words", () => {
  it.each([
    ["最近太忙了,年底再说吧", "no_time"],
    ["下周要出差", "no_time"],
    ["no time this month", "no_time"],
    ["不想出镜", "wrong_form"],
    ["视频我做不来", "wrong_form"],
    ["积分太少了", "reward_low"],
    ["感觉不划算", "reward_low"],
    ["你们推得太勤了", "too_often"],
    ["对这个没什么兴趣", "not_interested"],
    ["我家里没有小孩", "not_me"],
    ["最近没有时间拍视频", "no_time"],
  ])("%s is %s", (words, reason) => {
    expect(readDecline(words)).toBe(reason);
  });

  it.each(["下次一定", "谢谢", "ok", "视频链接打不开"])("%s is no known reason", (words) => {
    expect(readDecline(words)).toBeUndefined();
  });
});
