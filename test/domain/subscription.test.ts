import { describe, expect, it } from "vitest";
import { nextDue, readSubscription, withoutSubscription } from "#domain/subscription.ts";

const zone = "Asia/Shanghai";
const friday = Date.parse("2026-11-20T18:00:00+08:00");

describe("a subscription", () => {
  it.each([
    ["科技关注者的完成率,每周一9点发我", { kind: "schedule", every: "week", day: 1, hour: 9, minute: 0 }],
    ["每天早上8点半发给我逾期人数", { kind: "schedule", every: "day", day: 0, hour: 8, minute: 30 }],
    ["每月1号发我新加入人数", { kind: "schedule", every: "month", day: 1, hour: 9, minute: 0 }],
    ["completion rate by theme every Monday at 10", { kind: "schedule", every: "week", day: 1, hour: 10, minute: 0 }],
    ["参与率低于 20 % 告诉我", { kind: "alarm", is: "below", value: 20 }],
    ["逾期超过500就提醒我", { kind: "alarm", is: "above", value: 500 }],
  ])("is read from what was said: %s", (text, rule) => {
    expect(readSubscription(text)).toEqual(rule);
  });

  it.each(["最近四周每周的参与率", "完成率低于20%的主题有哪些", "每天推了多少"])(
    "is not heard in a plain question: %s",
    (text) => {
      expect(readSubscription(text)).toBeNull();
    },
  );

  it("leaves the question without its wish", () => {
    expect(withoutSubscription("科技关注者的完成率,每周一9点发我")).toBe("科技关注者的完成率");
    expect(withoutSubscription("参与率低于 20 % 告诉我")).toBe("参与率");
  });

  it("is due at the next reading of the clock", () => {
    expect(nextDue({ kind: "schedule", every: "week", day: 1, hour: 9, minute: 0 }, friday, zone)).toBe(
      Date.parse("2026-11-23T09:00:00+08:00"),
    );
    expect(nextDue({ kind: "schedule", every: "month", day: 1, hour: 9, minute: 0 }, friday, zone)).toBe(
      Date.parse("2026-12-01T09:00:00+08:00"),
    );
  });
});
