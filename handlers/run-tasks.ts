import { continueTasksCard } from "#cards/task-orders.ts";
import type { Tx } from "#db/store.ts";
import type { Task } from "#domain/task.ts";
import { endingOf, isUnanswered, waveDueAt } from "#domain/task-life.ts";
import type { Context } from "./context.ts";
import { freeOffers, redrawOffers } from "./free-offers.ts";
import { markClosed } from "./mark-closed.ts";
import { continueTask, managerOf } from "./next-wave.ts";
import { planNextWave } from "./plan-wave.ts";
import { showStaff } from "./say.ts";
import { isAwaited, secondYes } from "./second-yes.ts";
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
  await offerToContinue(tx, ctx);
}

/**
 * Tasks that were begun elsewhere and run on here: koloop asks nobody for them by itself, but their manager is told once that it could.
 */
async function offerToContinue(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const begun: { task: Task; approved: number }[] = [];
  for (const task of await tx.tasks.list({ status: "open" })) {
    if (task.deadlineAt === null || task.deadlineAt <= now) continue;
    if (await tx.settings.get(`continue-offered:${task.id}`)) continue;
    const assignments = await tx.tasks.assignmentsOf(task.id);
    const approved = assignments.filter((a) => a.approvedAt !== null).length;
    await tx.settings.set(`continue-offered:${task.id}`, "yes", now);
    if (assignments.every((a) => a.policy === "import") && approved < task.quota) begun.push({ task, approved });
  }
  const first = begun[0];
  const manager = first && (await managerOf(tx, first.task));
  if (manager) await showStaff(tx, ctx, manager, continueTasksCard({ tasks: begun, lang: manager.lang }));
}

/** The tasks whose first or next wave the next look at them will plan. */
export async function tasksToPlan(tx: Tx, ctx: Context): Promise<Task[]> {
  const now = ctx.now();
  const scheduled = await tx.tasks.list({ status: "scheduled" });
  const due = scheduled.filter(({ publishedAt }) => publishedAt !== null && publishedAt <= now);
  for (const task of await tx.tasks.list({ status: "open" })) {
    if (Number((await tx.settings.get(`task-look:${task.id}`)) ?? 0) > now) continue;
    const assignments = await tx.tasks.assignmentsOf(task.id);
    const sent = assignments.filter((a) => a.policy !== "import");
    if (sent.length > 0 && waveDueAt(sent) <= now && endingOf(task, assignments, now) === null) due.push(task);
  }
  return due;
}

async function openTask(tx: Tx, ctx: Context, scheduled: Task): Promise<void> {
  if (await isAwaited(tx, ctx, "send", scheduled.id)) return;
  const task: Task = { ...scheduled, status: "open", updatedAt: ctx.now() };
  const planned = await planNextWave(tx, ctx, task);
  const wish = { subject: task.id, people: planned.wave.offers.length, what: task.title };
  const by = await managerOf(tx, task);
  if (await secondYes(tx, ctx, { kind: "send", ...wish, changedAt: scheduled.updatedAt, by })) return;
  await tx.tasks.save(task);
  const asked = await sendWave(tx, ctx, task, planned);
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
  if (ended !== task) {
    await redrawOffers(tx, ctx, ended);
    await markClosed(tx, ctx, task.id, null);
  }
  return true;
}
