import { type PlanView, planListCard, taskPlanCard, taskSettledCard } from "#cards/task-plan.ts";
import { retiredThemeText } from "#cards/theme-verdict.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { planView } from "./plan-view.ts";
import { isRetired, planNextWave } from "./plan-wave.ts";
import { redraw, reply, replyRefusal } from "./say.ts";
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
  const cancelled: Task = { ...task, status: "cancelled", updatedAt: scene.ctx.now() };
  await scene.tx.tasks.save(cancelled);
  await redraw(
    scene.tx,
    scene.ctx,
    taskSettledCard({ task: cancelled, asked: 0, lang: scene.person.lang }),
    scene.event.address,
  );
}

/** "Send": the task opens and its first wave goes out through the gate, each push with its choice and chances on record. */
export async function sendTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const task = await draftOf(scene);
  if (!task) return;
  const now = ctx.now();
  if (task.deadlineAt !== null && task.deadlineAt <= now) return replyRefusal(scene, "deadline-passed");
  const open: Task = { ...task, status: "open", publishedAt: now, updatedAt: now };
  const planned = await planNextWave(tx, ctx, open);
  if (planned.wave.offers.length === 0) return replyRefusal(scene, "no-candidates");
  await tx.tasks.save(open);
  const asked = await sendWave(tx, ctx, open, planned);
  await tx.settings.audit({ at: now, actor: person.id, action: "task.send", subject: task.id, detail: { asked } });
  await redraw(tx, ctx, taskSettledCard({ task: open, asked, lang: person.lang }), scene.event.address);
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
