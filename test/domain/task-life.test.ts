import { describe, expect, it } from "vitest";
import { newAssignment, type Task, type TaskStatus } from "#domain/task.ts";
import { editTask, isMaterial, readEdits, showsOnOffers } from "#domain/task-edit.ts";
import { endingOf, moveTask, pendingChances, scheduleTask, type TaskMove, waveDueAt } from "#domain/task-life.ts";

const day = 86_400_000;
const now = Date.parse("2026-11-20T10:00:00Z");
const task = (change: Partial<Task> = {}): Task => ({
  ...{
    id: "T1",
    title: "冬季续航实测",
    theme: "续航",
    brief: "开空调",
    materials: [],
    forms: [{ form: "video", brief: "" }],
  },
  target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
  proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
  ...{ importance: 3, quota: 2, pushBudget: null, reward: 0, status: "open", autopilot: false, briefVersion: 1 },
  ...{
    publishedAt: now - day,
    deadlineAt: now + 5 * day,
    templateId: null,
    createdBy: "M1",
    createdAt: 0,
    updatedAt: 0,
  },
  ...change,
});
const asked = (change = {}) => ({
  ...newAssignment({ id: "a", taskId: "T1", personId: "K1", form: "video", wave: 1, policy: "learned" }, now - day),
  pushedAt: now - day,
  ...change,
});

describe("a task's states", () => {
  const allowed: Record<TaskMove, TaskStatus[]> = {
    pause: ["open", "scheduled"],
    resume: ["paused", "closed"],
    close: ["open", "paused", "scheduled"],
    archive: ["closed", "cancelled", "draft"],
  };
  const states: TaskStatus[] = ["draft", "scheduled", "open", "paused", "closed", "cancelled", "archived"];

  it.each(Object.keys(allowed) as TaskMove[])("allow to %s from some, and from no others", (move) => {
    for (const status of states)
      expect(moveTask(task({ status }), move, now).ok, `${move} from ${status}`).toBe(allowed[move].includes(status));
  });

  it("go on only before the deadline; where nobody was asked yet, the first wave is still to come", () => {
    const paused = task({ status: "paused" });

    expect(moveTask(paused, "resume", now + 6 * day)).toEqual({ ok: false, refused: "deadline-passed" });
    expect(moveTask(paused, "resume", now)).toMatchObject({ value: { status: "open", publishedAt: now - day } });
    expect(moveTask(paused, "resume", now, "nobody")).toMatchObject({ value: { status: "scheduled" } });
  });

  it("are set for a time that is to come and before the deadline", () => {
    const draft = task({ status: "draft", publishedAt: null });

    expect(scheduleTask(draft, now + day, now)).toMatchObject({
      value: { status: "scheduled", publishedAt: now + day },
    });
    for (const at of [now, now - day, now + 5 * day])
      expect(scheduleTask(draft, at, now)).toEqual({ ok: false, refused: "past-time" });
    expect(scheduleTask(task(), now + day, now)).toEqual({ ok: false, refused: "wrong-state" });
  });

  it("end with the deadline, or with the quota once nobody is at work", () => {
    const done = asked({ acceptedAt: now, submittedAt: now, approvedAt: now });
    const busy = asked({ acceptedAt: now });

    expect(endingOf(task(), [done], now)).toBeNull();
    expect(endingOf(task(), [done, done], now)).toBe("quota");
    expect(endingOf(task(), [done, done, busy], now)).toBe("enough");
    expect(endingOf(task(), [], now + 6 * day)).toBe("deadline");
  });

  it("have their next wave once everybody has answered, or has had the time to", () => {
    expect(waveDueAt([asked({ declinedAt: now })])).toBe(0);
    expect(waveDueAt([asked()])).toBeGreaterThan(now - day);
  });

  it("count of those who were asked what is still to come", () => {
    const chances = { seen: 0.8, accepted: 0.5, submitted: 0.5, approved: 0.9 };
    const of = (change: object) => pendingChances([{ assignment: asked(change), chances }], now);

    expect(of({ acceptedAt: now, submittedAt: now })).toEqual([0.9]);
    expect(of({ acceptedAt: now })).toEqual([0.45]);
    expect(of({ pushedAt: now })[0]).toBeCloseTo(0.18);
    for (const over of ["declinedAt", "withdrawnAt", "approvedAt", "rejectedAt"])
      expect(of({ [over]: now })).toEqual([]);
  });
});

describe("a change of a task", () => {
  const zone = "Asia/Shanghai";
  const edits = (text: string) => readEdits(text, now, zone).map(({ name, edit }) => [name, edit]);

  it("is read with the name that stands before it", () => {
    expect(edits("改 冬季续航实测 名额 30,奖励 300")).toContainEqual(["冬季续航实测", { quota: 30, reward: 300 }]);
    expect(edits("改 冬季续航实测 素材 https://example.com/a https://example.com/b")).toContainEqual([
      "冬季续航实测",
      { materials: ["https://example.com/a", "https://example.com/b"] },
    ]);
    expect(edits("改 冬季续航实测 名额 很多")).toEqual([]);
  });

  it("with another brief is another wording; cards that are out follow what they show", () => {
    expect(editTask(task(), { brief: "不开空调" }, now)).toMatchObject({ value: { briefVersion: 2 } });
    expect(editTask(task(), { brief: "开空调", reward: 5 }, now)).toMatchObject({ value: { briefVersion: 1 } });
    expect([{ quota: 3 }, { importance: 5 }].map(showsOnOffers)).toEqual([false, false]);
    expect([{ reward: 3 }, { materials: [] }, { proof: { count: 2 } }].map(showsOnOffers)).toEqual([true, true, true]);
  });

  it.each([
    [{ deadlineAt: now }, "past-time"],
    [{ quota: 0 }, "bad-number"],
    [{ reward: -1 }, "bad-number"],
    [{ pushBudget: 1.5 }, "bad-number"],
    [{ importance: 6 }, "bad-number"],
    [{ proof: { count: 0 } }, "bad-number"],
  ])("to %o is refused", (edit, refused) => {
    expect(editTask(task(), edit, now)).toEqual({ ok: false, refused });
  });

  it("of a task that has ended is refused", () => {
    expect(editTask(task({ status: "closed" }), { quota: 3 }, now)).toEqual({ ok: false, refused: "wrong-state" });
  });

  it.each([
    "javascript:alert(1)",
    "example.com/a",
    "https://a b.com",
    'https://x.com/">',
    "ftp://x.com/a",
    "https://nodot",
  ])("takes no %s among its materials", (address) => expect(isMaterial(address)).toBe(false));
});
