import { say } from "#cards/names.ts";
import { templateSavedCard } from "#cards/templates.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import type { Scene } from "./context.ts";
import { reportHealth } from "./gather-health.ts";
import type { TapEvent } from "./incoming.ts";
import { settleTheme, themeCardOf } from "./judge-themes.ts";
import { showPlan } from "./offer-tasks.ts";
import { reply, replyRefusal, tellMember } from "./say.ts";
import { saveTemplate } from "./use-template.ts";

/** The task of a report's button; undefined after saying why not. */
async function taskOf(scene: Scene<TapEvent>): Promise<Task | undefined> {
  if (!mayAtAll(scene.person, "task.run")) {
    await replyRefusal(scene, "not-for-your-role");
    return undefined;
  }
  const task = await scene.tx.tasks.find(scene.event.action.id);
  if (!task) await replyRefusal(scene, "gone");
  return task;
}

/** Marks a move as done; false, with words, where somebody has done it already. */
async function once(scene: Scene<TapEvent>, move: string): Promise<boolean> {
  const { tx, ctx, event, person } = scene;
  const key = `health-move:${move}:${event.action.id}`;
  if (await tx.settings.get(key)) {
    await reply(scene, say(person.lang, "这一步已经做过了。", "This has been done already."));
    return false;
  }
  await tx.settings.set(key, person.id, ctx.now());
  await tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action: `report.${move}`,
    subject: event.action.id,
    detail: {},
  });
  return true;
}

/** Writes the task anew in the form that did better, and shows its plan: nothing goes out before the manager says so. */
export async function repushTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await taskOf(scene);
  const form = scene.event.action.arg;
  if (!task || !form) return;
  if (!task.forms.some((offered) => offered.form === form)) return replyRefusal(scene, "gone");
  if (!(await once(scene, "repush"))) return;
  const { tx, ctx, person } = scene;
  const now = ctx.now();
  const days =
    task.deadlineAt !== null && task.publishedAt !== null ? task.deadlineAt - task.publishedAt : 7 * 86_400_000;
  const missing = Math.max(1, task.quota - (await tx.tasks.countApproved(task.id)));
  const again: Task = {
    ...task,
    id: ctx.newId(),
    forms: task.forms.filter((offered) => offered.form === form),
    quota: missing,
    publishedAt: null,
    deadlineAt: now + days,
    status: "draft",
    createdBy: person.id,
    createdAt: now,
    updatedAt: now,
  };
  await tx.tasks.add(again);
  await showPlan(scene, again);
}

/** Nothing of this theme is proposed any more; the evidence stays beside it. */
export async function retireThemeTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await taskOf(scene);
  if (!task || !(await once(scene, "retire-theme"))) return;
  const { tx, ctx, person, event } = scene;
  const word = await settleTheme(tx, ctx, person, { theme: task.theme, status: "retired", reason: "" });
  await reply(scene, { ...(await themeCardOf(tx, task, person, word)), key: `retired-${event.eventId}` });
}

/** Keeps the task as a template, with what it reached. */
export async function templateTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await taskOf(scene);
  if (!task || !(await once(scene, "template"))) return;
  const { tx, ctx, person } = scene;
  const template = await saveTemplate(tx, ctx, task, person.id);
  const card = { key: `template-${template.id}`, template, lang: person.lang };
  await reply(scene, templateSavedCard(card));
}

/** Thanks the people behind the three best posts: an answer to what they made, which asks nothing of them. */
export async function thankTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await taskOf(scene);
  if (!task || !(await once(scene, "thank"))) return;
  const { tx, ctx, person } = scene;
  const scope = { kind: "task", id: task.id, name: task.title } as const;
  const report = await reportHealth(tx, scope, {
    now: ctx.now(),
    timeZone: ctx.timeZone,
    readComment: ctx.readComment,
  });
  const move = report.next.find((next) => next.kind === "thank");
  const people = move?.kind === "thank" ? await tx.people.list(move.people.map(({ id }) => id)) : [];
  for (const member of people) {
    const words = say(
      member.lang,
      `谢谢你!「${task.title}」里,你的作品是表现最好的几篇之一。`,
      `Thank you! Your post is among the best of "${task.title}".`,
    );
    await tellMember(tx, ctx, member, words);
  }
  const names = people.map(({ name }) => name).join("、");
  await reply(scene, say(person.lang, `已感谢 ${names}。`, `Thanked: ${names}.`));
}
