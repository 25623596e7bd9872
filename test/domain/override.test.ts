import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { newLearner } from "#domain/learning.ts";
import { type MatchPerson, type MatchSetup, type MatchTask, rankPeople } from "#domain/match.ts";
import { endOf, type Override, readOverride, readTerms, shiftFor, shiftOf } from "#domain/override.ts";
import { noStanding } from "#domain/standing-declines.ts";

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 2, 4);
const word = (kind: Override["kind"], value: number): Override => ({
  ...{ id: "w1", kind, value, reason: "launch", by: "M1", at: now, until: now + DAY },
});

describe("a manager's word on a weight", () => {
  it.each([
    ["冻结权重 家庭 视频,因为新品期,30天", { kind: "freeze", what: "家庭 视频", reason: "新品期", days: 30 }],
    [
      "设下限 家庭 视频 20%,因为要拍新车,到12月31日",
      { kind: "floor", value: 0.2, reason: "要拍新车", until: "12月31日" },
    ],
    ["保底 家庭的视频 不低于 12.5%,原因:大促,2周", { kind: "floor", value: 0.125, reason: "大促", days: 14 }],
    ["解冻 家庭 视频", { kind: "release", what: "家庭 视频" }],
    ["freeze weight family video for 2 weeks because the launch", { kind: "freeze", days: 14, reason: "the launch" }],
    ["floor family video at 20 % because of the launch", { kind: "floor", value: 0.2, reason: "the launch" }],
  ])("is read from %s", (text, order) => {
    expect(readOverride(text)).toMatchObject(order);
  });

  it.each(["视频的权重是多少", "家庭 视频", "freeze", "今天很冷,冻死了"])("is not read into %s", (text) => {
    expect(readOverride(text)).toBeUndefined();
  });

  it("keeps a reason that holds a comma", () => {
    expect(readTerms(["因为新品期", "要多拍车内", "30天"])).toEqual({ reason: "新品期,要多拍车内", days: 30 });
  });

  it("ends after a month unless said, and within a year", () => {
    expect(endOf({}, undefined, now)).toBe(now + 30 * DAY);
    expect(endOf({ days: 999 }, undefined, now)).toBe(now + 365 * DAY);
    expect(endOf({}, now - 1, now)).toBeUndefined();
  });

  it("moves a frozen weight both ways, and lifts a floored one only", () => {
    expect(shiftOf(word("freeze", 0.3), 0.5)).toBeLessThan(0);
    expect(shiftOf(word("freeze", 0.5), 0.5)).toBeCloseTo(0, 9);
    expect(shiftOf(word("floor", 0.3), 0.5)).toBe(0);
    expect(shiftOf(word("floor", 0.6), 0.5)).toBeGreaterThan(0);
    expect(shiftFor({ a: { video: 2 } }, ["a", "b"], "video")).toBe(1);
  });

  it("is obeyed by the choice of form, and changes nothing that is expected of it", () => {
    const people: MatchPerson[] = Array.from({ length: 40 }, (_, i) => ({
      ...{ id: `p${i}`, koc: true, consent: true, tags: new Set(["camping"]), segments: ["road"], offset: 480 },
      ...{ told: [], standing: noStanding(), sends: [] },
    }));
    const task: MatchTask = {
      ...{ id: "t1", theme: "tents", wording: "tents#1", forms: ["video", "photo_text"], importance: 3, wanted: 20 },
      ...{
        budget: 40,
        sent: 0,
        isFor: () => true,
        hinted: ["road"],
        mentions: new Map(),
        opensAt: now,
        asked: new Set(),
      },
    };
    const setup = (shifts?: MatchSetup["shifts"]): MatchSetup => ({
      learner: newLearner({ forms: task.forms, segments: [{ id: "road", tags: ["camping"] }], told: [], at: now }),
      ...{ limits: { perWeek: 2, quiet: null }, influence: {}, themes: [], chance: seededChance(7) },
      ...(shifts && { shifts }),
    });
    const videos = (shifts?: MatchSetup["shifts"]) =>
      rankPeople(task, people, setup(shifts)).offers.filter(({ form }) => form === "video").length;

    expect(videos({ road: { video: 3 } })).toBeGreaterThan(35);
    expect(videos({ road: { video: -3 } })).toBeLessThan(5);
    const [plain, moved] = [setup(), setup({ road: { video: 3 } })].map((s) => rankPeople(task, people, s).offers[0]!);
    expect(moved!.prospects).toEqual(plain!.prospects);
    expect(Math.min(...Object.values(moved!.chances))).toBeGreaterThanOrEqual(0.025 - 1e-9);
  });
});
