import { formName, say } from "#cards/names.ts";
import { type Funnel, type ReportView, smallestGroup, taskReportCard } from "#cards/task-report.ts";
import { type AnswerRow, type Dimension, emptyQuery, type Filters, type Query } from "#domain/query.ts";
import { mayAtAll } from "#domain/rights.ts";
import { type Step, steps, type Task } from "#domain/task.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { redraw, reply, replyRefusal } from "./say.ts";
import { answersOf } from "./task-answers.ts";

/** "See progress" and "refresh". */
export async function reportTapped(scene: Scene<TapEvent>): Promise<void> {
  if (!mayAtAll(scene.person, "task.measure")) return replyRefusal(scene, "not-for-your-role");
  const task = await scene.tx.tasks.find(scene.event.action.id);
  if (!task) return replyRefusal(scene, "gone");
  await redraw(scene.tx, scene.ctx, taskReportCard(await viewOf(scene, task)), scene.event.address);
}

/** `进展`, `报告 儿童安全座椅`, `report T12`: how a task is doing; without a name, the newest one that is running. */
export async function askedForReport(scene: Scene<MessageEvent>): Promise<boolean> {
  const asked = /^(?:\/report|report|progress|进展|报告|任务进展)(?:[\s::]+(.+))?$/i.exec(scene.event.text.trim());
  if (!asked || !mayAtAll(scene.person, "task.measure")) return false;
  const wanted = asked[1]?.trim() ?? "";
  const tasks = (await scene.tx.tasks.list()).filter((task) => task.publishedAt !== null);
  const task =
    wanted === ""
      ? tasks.find((t) => t.status === "open")
      : tasks.find((t) => t.id === wanted || t.title.includes(wanted));
  if (!task) {
    const titles = tasks.slice(0, 5).map((t) => t.title);
    const { lang } = scene.person;
    await reply(
      scene,
      say(
        lang,
        `没有找到这个任务。最近的任务:${titles.join("、")}`,
        `There is no such task. The latest: ${titles.join(", ")}`,
      ),
    );
    return true;
  }
  await reply(scene, taskReportCard(await viewOf(scene, task)));
  return true;
}

/** Every number by the measures' one definition, as answers and dashboards have it. */
async function viewOf({ tx, ctx, person }: Scene, task: Task): Promise<ReportView> {
  const now = ctx.now();
  const filters: Filters = { task: { in: [task.id] } };
  const valuesOf = async (query: Partial<Query>): Promise<AnswerRow[]> => {
    const answer = await tx.answers.answer({ ...emptyQuery, filters, ...query }, now);
    return "value" in answer && Array.isArray(answer.value) ? answer.value : [];
  };
  const funnelFrom = (rows: readonly AnswerRow[]) =>
    Object.fromEntries(steps.map((step) => [step, rows.find(({ label }) => label === step)?.value ?? 0])) as Funnel;
  const groupsBy = async (by: Dimension): Promise<Map<string, Funnel>> => {
    const groups = new Map<string, Funnel>();
    for (const step of steps)
      for (const { label, value } of await valuesOf({ measures: [step], group: { by, keys: null } })) {
        const funnel = groups.get(label) ?? funnelFrom([]);
        groups.set(label, { ...funnel, [step]: value ?? 0 });
      }
    return groups;
  };
  const segments = await tx.segments.active();
  const [weakest] = await valuesOf({ measures: ["weakest_step"] });
  const [from, to] = (weakest?.label ?? "").split(">") as [Step, Step];
  const enough = (weakest?.parts?.[1] ?? 0) >= smallestGroup;
  return {
    task,
    funnel: funnelFrom(await valuesOf({ measures: ["funnel"] })),
    bySegment: [...(await groupsBy("segment"))]
      .map(([id, funnel]) => ({ name: segments.find((s) => s.id === id)?.name ?? id, funnel }))
      .sort((a, b) => b.funnel.pushed - a.funnel.pushed)
      .slice(0, 8),
    byForm: [...(await groupsBy("form"))].map(([form, funnel]) => ({ name: formName(form, person.lang), funnel })),
    weakest: weakest && enough ? { from, to, rate: (weakest.value ?? 0) / 100 } : undefined,
    figures: await tx.submissions.latestSums(task.id),
    answers: await answersOf(tx, task),
    now,
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  };
}
