import { describe, expect, it } from "vitest";
import type { Task } from "#domain/task.ts";
import { taskFromTemplate, templateOf, usualDays } from "#domain/template.ts";

const day = 86_400_000;
const now = Date.parse("2026-11-20T10:00:00Z");
const task: Task = {
  ...{ id: "T1", title: "冬季续航实测", theme: "续航", brief: "开空调跑一天", materials: ["https://example.com/a"] },
  target: { segments: ["s1"], tags: ["camping"], exclude: { segments: [], tags: ["single"] } },
  forms: [{ form: "video", brief: "拍仪表盘" }],
  proof: { platforms: ["douyin"], count: 2, mustMention: ["真实里程"], newerThanTask: true },
  ...{ importance: 4, quota: 20, pushBudget: 90, reward: 300, status: "closed", autopilot: true, briefVersion: 3 },
  ...{ publishedAt: now - 30 * day, deadlineAt: now - 20 * day, templateId: null, createdBy: "M1" },
  ...{ createdAt: now - 40 * day, updatedAt: now },
};
const by = { id: "T2", createdBy: "M2" };
const again = (changes = {}) => taskFromTemplate({ id: "V1", body: templateOf(task) }, changes, by, now);

describe("a template", () => {
  it("keeps how long a task ran, from its opening on", () => {
    expect(templateOf(task).days).toBe(10);
    expect(templateOf({ ...task, publishedAt: null }).days).toBe(20);
    expect(templateOf({ ...task, deadlineAt: null }).days).toBe(usualDays);
    expect(templateOf({ ...task, deadlineAt: task.publishedAt }).days).toBe(1);
  });

  it("makes a draft that nobody was asked for, with all that is worth using again", () => {
    const { title, theme, brief, materials, target, forms, proof, importance, quota, reward } = task;

    expect(again()).toEqual({
      ...{ title, theme, brief, materials, target, forms, proof, importance, quota, reward },
      ...{ id: "T2", createdBy: "M2", templateId: "V1", status: "draft", autopilot: false, briefVersion: 1 },
      ...{ publishedAt: null, pushBudget: null, deadlineAt: now + 10 * day, createdAt: now, updatedAt: now },
    });
  });

  it("takes what is said differently this time, and leaves the rest", () => {
    const said = { quota: 5, deadlineAt: now + 3 * day, reward: 0, importance: null, pushBudget: 40 };

    expect(again(said)).toMatchObject({ ...said, importance: 4 });
  });

  it("keeps the brief of a form that is asked for again; another form has none yet", () => {
    expect(again({ forms: ["video", "live"] }).forms).toEqual([
      { form: "video", brief: "拍仪表盘" },
      { form: "live", brief: "" },
    ]);
    expect(again({ forms: [] }).forms).toEqual(task.forms);
  });
});
