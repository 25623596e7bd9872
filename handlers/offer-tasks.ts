import { refusalText } from "#cards/refusals.ts";
import { type PlanView, planListCard, taskPlanCard, taskSettledCard } from "#cards/task-plan.ts";
import { retiredThemeText } from "#cards/theme-verdict.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { ok, type Result, refuse } from "#domain/result.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import type { Context, Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { planView } from "./plan-view.ts";
import { isRetired, planNextWave } from "./plan-wave.ts";
import { redraw, reply, replyRefusal, tellMember } from "./say.ts";
import { secondYes, showAwaited } from "./second-yes.ts";
import { sendWave } from "./send-wave.ts";

/** Shows the manager who would be asked for a task, and why, before anything goes out. */
export async function showPlan(scene: Scene, task: Task): Promise<void> {
  await reply(scene, taskPlanCard(await planOf(scene, task)));
  if (await isRetired(scene.tx, task.theme)) await reply(scene, retiredThemeText(task.theme, scene.person.lang));
}

const planOf = async ({ tx, ctx, person }: Scene, task: Task): Promise<PlanView> =>
  planView(tx, ctx, person, task, await planNextWave(tx, ctx, task));

/** "See the list": everybody of the plan, with reasons. */
export async function peopleTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await plannableOf(scene);
  if (task) await reply(scene, planListCard(await planOf(scene, task)));
}

/** "Cancel": the draft is dropped. */
export async function cancelTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await draftOf(scene);
  if (!task) return;
  const cancelled = await dropDraft(scene.tx, scene.ctx, scene.person, task);
  await redraw(
    scene.tx,
    scene.ctx,
    taskSettledCard({ task: cancelled, asked: 0, lang: scene.person.lang }),
    scene.event.address,
  );
}

/** A draft that will not be sent. */
export async function dropDraft(tx: Tx, ctx: Context, by: Person, draft: Task): Promise<Task> {
  const cancelled: Task = { ...draft, status: "cancelled", updatedAt: ctx.now() };
  await tx.tasks.save(cancelled);
  await tx.settings.audit({ at: ctx.now(), actor: by.id, action: "task.drop", subject: draft.id, detail: {} });
  return cancelled;
}

/** "Send": the task opens and its first wave goes out through the gate, each push with its choice and chances on record. */
export async function sendTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const task = await draftOf(scene);
  if (!task) return;
  const sent = await sendDraft(tx, ctx, person, task);
  if (!sent.ok && sent.refused === "awaits-second") return showAwaited(scene, "send", task.id);
  if (!sent.ok) return replyRefusal(scene, sent.refused);
  await redraw(tx, ctx, taskSettledCard({ ...sent.value, lang: person.lang }), scene.event.address);
}

/** Opens a draft and sends its first wave; a large one once a second manager has agreed. */
export async function sendDraft(
  tx: Tx,
  ctx: Context,
  person: Person,
  draft: Task,
): Promise<
  Result<{ task: Task; asked: number }, "deadline-passed" | "no-candidates" | "theme-retired" | "awaits-second">
> {
  const now = ctx.now();
  if (draft.deadlineAt !== null && draft.deadlineAt <= now) return refuse("deadline-passed");
  const task: Task = { ...draft, status: "open", publishedAt: now, updatedAt: now };
  const planned = await planNextWave(tx, ctx, task);
  const people = planned.wave.offers.length;
  if (people === 0) return refuse((await isRetired(tx, draft.theme)) ? "theme-retired" : "no-candidates");
  const about = { subject: task.id, people, what: task.title, changedAt: draft.updatedAt };
  if (await secondYes(tx, ctx, { kind: "send", ...about, by: person })) return refuse("awaits-second");
  await tx.tasks.save(task);
  const asked = await sendWave(tx, ctx, task, planned);
  await tx.settings.audit({ at: now, actor: person.id, action: "task.send", subject: task.id, detail: { asked } });
  return ok({ task, asked });
}

/** Sends a draft that a second manager has agreed to, for whoever asked. */
export async function sendAgreedDraft(tx: Tx, ctx: Context, taskId: string, by: Person): Promise<void> {
  const task = await tx.tasks.find(taskId);
  if (task?.status !== "draft" && task?.status !== "scheduled") return;
  const sent = await sendDraft(tx, ctx, by, task);
  if (sent.ok) await redraw(tx, ctx, taskSettledCard({ ...sent.value, lang: by.lang }));
  else await tellMember(tx, ctx, by, refusalText(sent.refused, by.lang));
}

/** A task whose next wave may be looked at: a draft, or one that runs. */
async function plannableOf(scene: Scene<TapEvent>): Promise<Task | undefined> {
  const task = await scene.tx.tasks.find(scene.event.action.id);
  return task?.status === "open" && mayAtAll(scene.person, "task.run") ? task : draftOf(scene);
}

/** The draft that a button is about, if this manager may decide on it; says why not otherwise. */
async function draftOf(scene: Scene<TapEvent>): Promise<Task | undefined> {
  const task = await scene.tx.tasks.find(scene.event.action.id);
  if (!mayAtAll(scene.person, "task.run")) await replyRefusal(scene, "not-for-your-role");
  else if (!task) await replyRefusal(scene, "gone");
  else if (task.status !== "draft" && task.status !== "scheduled") await replyRefusal(scene, "not-a-draft");
  else return task;
  return undefined;
}
