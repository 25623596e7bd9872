import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import type { TaskDeskView, TaskListView, TaskPreview, WrittenTask } from "#bot/task-view.ts";
import { saveTemplate } from "#handlers/use-template.ts";
import { asksAs } from "../setup/asks-as.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

let koloop: Koloop;
const cookies = new Map<string, string>();
beforeEach(async () => {
  cookies.clear();
  const config = readConfig({
    ...{ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0", KOLOOP_QUIET_HOURS: "off" },
  });
  koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
  await koloop.start();
  await addCast(koloop);
});
afterEach(() => koloop.stop());

const asks = <T>(who: string, path: string, body?: object) => asksAs<T>(koloop, cookies, who, path, body);

const blank = async () => (await asks<TaskDeskView>("M1", "/api/tasks/new")).said.form;
const filled = async (change: Partial<WrittenTask> = {}): Promise<WrittenTask> => ({
  ...(await blank()),
  title: "冬季续航实测",
  forms: [{ form: "video", brief: "拍仪表盘" }],
  quota: 2,
  ...change,
});
const keep = (task: WrittenTask, version = 0) =>
  asks<{ id: string; said: string }>("M1", "/api/tasks", { task, version });
const desk = async (id: string) => (await asks<TaskDeskView>("M1", `/api/tasks/${id}`)).said;
const act = async (id: string, what: string, more: object = {}) =>
  asks<{ said: string }>("M1", `/api/tasks/${id}/act`, { act: what, version: (await desk(id)).version, ...more });
const preview = async (task: WrittenTask) => (await asks<TaskPreview>("M1", "/api/tasks/preview", task)).said;
const draft = async (change: Partial<WrittenTask> = {}) => (await keep(await filled(change))).said.id;
const assignments = (id: string) => koloop.store.read((tx) => tx.tasks.assignmentsOf(id));

describe("the page of tasks", () => {
  it("tells whom a task would ask while it is written, and nothing happens by looking", async () => {
    const shown = await preview(await filled());

    expect(shown).toMatchObject({ people: 2 });
    expect(JSON.stringify(shown)).toContain("李雷");
    expect((await asks<TaskListView>("M1", "/api/tasks")).said.tasks).toEqual([]);
  });

  it("keeps all that was filled in, and shows it again as it was", async () => {
    const written = await filled({
      ...{ theme: "续航", brief: "开空调跑一天", materials: ["https://example.com/spec.pdf"], excluded: ["单身"] },
      ...{ importance: 5, pushBudget: 4, reward: 300, deadline: "2099-12-05T18:00", platforms: ["douyin"] },
      ...{ count: 2, mustMention: ["真实里程"], newerThanTask: false },
    });
    const { id } = (await keep(written)).said;

    const { form, state, isEditable } = await desk(id);
    expect(form).toEqual({ ...written, id });
    expect([state, isEditable]).toEqual(["草稿", true]);
    const kept = await koloop.store.read((tx) => tx.tasks.find(id));
    expect(kept?.deadlineAt).toBe(Date.parse("2099-12-05T18:00+08:00"));
    expect(kept?.target.exclude.tags).toEqual(["single"]);
  });

  it.each<[string, Partial<WrittenTask>, string]>([
    ["a name", { title: " " }, "任务名称"],
    ["a form", { forms: [] }, "形式"],
    ["a goal", { quota: 0 }, "至少是 1"],
    ["a deadline that is to come", { deadline: "2020-01-01T08:00" }, "已经过了"],
    ["known people", { audience: ["外星人"] }, "「外星人」"],
    ["whole addresses", { materials: ["javascript:alert(1)"] }, "完整网址"],
  ])("asks for %s, in the preview and when it is kept", async (_, change, words) => {
    const written = await filled(change);
    const refused = await keep(written);

    expect(JSON.stringify(await preview(written))).toContain(words);
    expect(refused.status).toBe(422);
    expect(refused.said.message).toContain(words);
  });

  it("says which rule leaves nobody, and sends to nobody then", async () => {
    const id = await draft({ audience: ["单身"] });
    const sent = await act(id, "send");

    expect(JSON.stringify(await preview((await desk(id)).form))).toContain("没有可以推送的人");
    expect(sent.status).toBe(422);
    expect((await desk(id)).state).toBe("草稿");
  });

  it("sends, pauses, goes on, takes back, closes and archives, each with its own buttons", async () => {
    const id = await draft();
    expect((await act(id, "send")).said.said).toBe("已发送给 2 人");
    expect(await assignments(id)).toHaveLength(2);

    for (const [what, state] of [
      ["pause", "已暂停"],
      ["resume", "进行中"],
      ["autopilot-on", "进行中"],
    ] as const) {
      // biome-ignore format: short
      expect((await act(id, what)).status).toBe(200);
      expect((await desk(id)).state).toBe(state);
    }
    expect((await act(id, "withdraw")).said.said).toBe("已收回 2 份");
    expect((await act(id, "close")).status).toBe(200);
    expect((await act(id, "archive")).status).toBe(200);
    const last = await desk(id);
    expect([last.state, last.buttons, last.isEditable]).toEqual(["已归档", [], false]);
    expect(JSON.stringify(last.progress)).toContain("已撤回");
  });

  it("opens by itself at the time it was set to, also after a pause before anybody was asked", async () => {
    const id = await draft();

    expect((await act(id, "schedule", { at: "2020-01-01T08:00" })).status).toBe(422);
    expect((await act(id, "schedule", { at: "2098-01-01T08:00" })).status).toBe(422); // after its deadline
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
    expect((await act(id, "schedule", { at: soon })).status).toBe(200);
    await act(id, "pause");
    await act(id, "resume");

    expect((await desk(id)).state).toBe("已排期");
  });

  it("changes once: who looked at an older one is told so, and nothing is lost", async () => {
    const id = await draft();
    const { form, version } = await desk(id);
    await new Promise((wait) => setTimeout(wait, 3));

    expect((await keep({ ...form, reward: 100 }, version)).status).toBe(200);
    expect((await keep({ ...form, reward: 200 }, version)).status).toBe(409);
    expect((await asks("M1", `/api/tasks/${id}/act`, { act: "send", version })).status).toBe(409);
    expect((await desk(id)).form.reward).toBe(100);
  });

  it("refuses a button that its state has not", async () => {
    const id = await draft();

    expect((await act(id, "archive")).status).toBe(422);
    expect((await act(id, "fly")).status).toBe(400);
    expect((await asks("M1", "/api/tasks/none/act", { act: "send", version: 0 })).status).toBe(422);
    expect((await asks("M1", "/api/tasks/none")).status).toBe(404);
  });

  it("begins from a template", async () => {
    const task = await koloop.store.read(async (tx) => tx.tasks.find(await draft({ brief: "开空调" })));
    const { id } = await koloop.store.transaction((tx) => saveTemplate(tx, koloop.ctx, task!, "M1"));

    const { templates } = (await asks<TaskListView>("M1", "/api/tasks")).said;
    const { form } = (await asks<TaskDeskView>("M1", `/api/tasks/new?template=${id}`)).said;
    expect(templates).toMatchObject([{ id, title: "冬季续航实测" }]);
    expect(form).toMatchObject({ id: null, title: "冬季续航实测", brief: "开空调" });
    expect((await asks("M1", "/api/tasks/new?template=none")).status).toBe(404);
  });

  it.each(["E1", "C1", "K1"])("is not for %s", async (who) => {
    const id = await draft();

    for (const path of ["/api/tasks", "/api/tasks/new", `/api/tasks/${id}`])
      expect((await asks(who, path)).status).toBe(403);
    expect((await asks(who, "/api/tasks", { task: await filled(), version: 0 })).status).toBe(403);
    expect((await asks(who, `/api/tasks/${id}/act`, { act: "send", version: 0 })).status).toBe(403);
    expect((await asks(who, "/api/tasks/preview", await filled())).status).toBe(403);
  });

  it("takes nothing from another site, and is linked from the chat", async () => {
    const { origin } = new URL(koloop.address);
    const foreign = await fetch(`${origin}/api/tasks`, {
      ...{ method: "POST", headers: { "content-type": "application/json", origin: "https://evil.example" } },
      body: "{}",
    });

    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(foreign.status).toBeLessThan(500);
  });
});
