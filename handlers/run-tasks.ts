import type { Tx } from "#db/store.ts";
import type { Task } from "#domain/task.ts";
import { endingOf, isUnanswered, waveDueAt } from "#domain/task-life.ts";
import type { Context } from "./context.ts";
import { freeOffers, redrawOffers } from "./free-offers.ts";
import { continueTask } from "./next-wave.ts";
import { planNextWave } from "./plan-wave.ts";
import { sendWave } from "./send-wave.ts";

/** How long a wave that would ask nobody, or that a manager was shown, is left alone. */
const lookAgainMs = 12 * 3_600_000;

/** What time does to tasks: scheduled ones open, those whose end has come close, and the next wave of the others is looked at. */
export async function runTasks(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  for (const task of await tx.tasks.list({ status: "scheduled" }))
    if (task.publishedAt !== null && task.publishedAt <= now) await openTask(tx, ctx, task);
  for (const task of await tx.tasks.list({ status: "open" })) {
    const overdue = task.deadlineAt !== null && now > task.deadlineAt;
    const lookAt = Number((await tx.settings.get(`task-look:${task.id}`)) ?? 0);
    if (overdue || lookAt <= now) await lookAfter(tx, ctx, task);
  }
}

async function openTask(tx: Tx, ctx: Context, scheduled: Task): Promise<void> {
  const task: Task = { ...scheduled, status: "open", updatedAt: ctx.now() };
  await tx.tasks.save(task);
  const asked = await sendWave(tx, ctx, task, await planNextWave(tx, ctx, task));
  await tx.settings.audit({ at: ctx.now(), actor: "koloop", action: "task.send", subject: task.id, detail: { asked } });
}

async function lookAfter(tx: Tx, ctx: Context, task: Task): Promise<void> {
  const now = ctx.now();
  const assignments = await tx.tasks.assignmentsOf(task.id);
  if (await endIfDone(tx, ctx, task)) return;
  const sent = assignments.filter((a) => a.policy !== "import");
  const due = waveDueAt(sent);
  // What came from elsewhere is watched, not continued: koloop has never asked anybody for it.
  const continues = sent.length > 0 && due <= now;
  if (continues) await continueTask(tx, ctx, task);
  const next = continues || sent.length === 0 ? now + lookAgainMs : due;
  await tx.settings.set(`task-look:${task.id}`, String(next), now);
}

/**
 * Closes a task whose deadline or quota has come, and frees whoever has not answered; with the quota reached while some are at work,
 * only the latter. True where the task asks nobody any more.
 */
export async function endIfDone(tx: Tx, ctx: Context, task: Task): Promise<boolean> {
  const now = ctx.now();
  const ending = endingOf(task, await tx.tasks.assignmentsOf(task.id), now);
  if (ending === null || task.status !== "open") return false;
  const ended: Task = ending === "enough" ? task : { ...task, status: "closed", updatedAt: now };
  if (ended !== task) {
    await tx.tasks.save(ended);
    const detail = { why: ending };
    await tx.settings.audit({ at: now, actor: "koloop", action: "task.close", subject: task.id, detail });
  }
  await freeOffers(tx, ctx, ended, isUnanswered, null);
  if (ended !== task) await redrawOffers(tx, ctx, ended);
  return true;
}
