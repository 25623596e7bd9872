import { formName, say } from "#cards/names.ts";
import { type ReportView, taskReportCard } from "#cards/task-report.ts";
import { hasRole } from "#domain/person.ts";
import { funnelOf, grouped, weakestConversion } from "#domain/report.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

/** "See progress" and "refresh". */
export async function reportTapped(scene: Scene<TapEvent>): Promise<void> {
  if (!hasRole(scene.person, "manager")) return replyRefusal(scene, "not-for-your-role");
  const task = await scene.tx.tasks.find(scene.event.action.id);
  if (!task) return replyRefusal(scene, "gone");
  await redraw(scene.tx, scene.ctx, taskReportCard(await viewOf(scene, task)), scene.event.address);
}

/** `进展`, `报告 儿童安全座椅`, `report T12`: how a task is doing; without a name, the newest one that is running. */
export async function askedForReport(scene: Scene<MessageEvent>): Promise<boolean> {
  const asked = /^(?:\/report|report|progress|进展|报告|任务进展)(?:[\s::]+(.+))?$/i.exec(scene.event.text.trim());
  if (!asked || !hasRole(scene.person, "manager")) return false;
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

async function viewOf({ tx, ctx, person }: Scene, task: Task): Promise<ReportView> {
  const assignments = await tx.tasks.assignmentsOf(task.id);
  const segments = await tx.segments.active();
  const stays = await tx.segments.staysAround(task.id);
  const segmentsAtPush = (a: Assignment): string[] =>
    (stays.get(a.personId) ?? [])
      .filter((s) => a.pushedAt !== null && s.enteredAt <= a.pushedAt && (s.leftAt === null || a.pushedAt < s.leftAt))
      .map((s) => s.segmentId);
  const bySegment = grouped(assignments, segmentsAtPush);
  const byForm = grouped(assignments, (a) => [a.form]);
  const funnel = funnelOf(assignments);
  return {
    task,
    funnel,
    bySegment: [...bySegment]
      .map(([id, own]) => ({ name: segments.find((s) => s.id === id)?.name ?? id, funnel: funnelOf(own) }))
      .sort((a, b) => b.funnel.pushed - a.funnel.pushed)
      .slice(0, 8),
    byForm: [...byForm].map(([form, own]) => ({ name: formName(form, person.lang), funnel: funnelOf(own) })),
    weakest: weakestConversion(funnel),
    figures: await tx.submissions.latestSums(task.id),
    now: ctx.now(),
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  };
}
