import type { OutboxItem } from "#db/outbox.ts";
import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";
import { redrawOffer } from "./free-offers.ts";

/** A task card has reached its channel: from now on the offer counts as pushed. */
export async function markPushed(tx: Tx, ctx: Context, assignmentId: string, at: number): Promise<void> {
  const assignment = await tx.tasks.findAssignment(assignmentId);
  if (!assignment || assignment.pushedAt !== null) return;
  const pushed = { ...assignment, pushedAt: at };
  await tx.tasks.saveAssignment(pushed);
  const { taskId, personId, form, withdrawnAt } = pushed;
  const about = { assignmentId, taskId, personId, form, reason: null, recordedAt: ctx.now(), byId: null };
  await tx.tasks.addStep({ ...about, step: "pushed", at });
  if (withdrawnAt === null) return;
  // Taken back while it was on its way: it stands there all the same, and has to say so.
  await tx.tasks.addStep({ ...about, step: "withdrawn", at: Math.max(at, withdrawnAt) });
  const task = await tx.tasks.find(taskId);
  if (task) await redrawOffer(tx, ctx, task, pushed);
}

/** The gate said never: the offer is void, and the assignment keeps why. */
export async function blockPush(tx: Tx, item: OutboxItem, why: string): Promise<void> {
  await tx.outbox.markDropped(item.id, why);
  const assignment = item.assignmentId === null ? undefined : await tx.tasks.findAssignment(item.assignmentId);
  if (assignment && assignment.pushedAt === null) await tx.tasks.saveAssignment({ ...assignment, blocked: why });
}

/** Nobody will read this any more: the offer is void. */
export async function undeliverable(tx: Tx, item: OutboxItem): Promise<void> {
  if (item.assignmentId !== null) {
    const assignment = await tx.tasks.findAssignment(item.assignmentId);
    if (assignment && assignment.pushedAt === null)
      await tx.tasks.saveAssignment({ ...assignment, blocked: "undeliverable" });
  }
}
