import { taskOfferCard } from "#cards/task-offer.ts";
import type { Tx } from "#db/store.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { linked } from "./offer-card.ts";
import { offerView } from "./offer-steps.ts";
import { redraw } from "./say.ts";

/** Takes offers back: what waits is not sent, and a card that is out says so in place. Returns how many people were freed. */
export async function freeOffers(
  tx: Tx,
  ctx: Context,
  task: Task,
  which: (assignment: Assignment) => boolean,
  byId: string | null,
): Promise<Assignment[]> {
  const now = ctx.now();
  const freed: Assignment[] = [];
  for (const assignment of (await tx.tasks.assignmentsOf(task.id)).filter(which)) {
    const withdrawn = { ...assignment, withdrawnAt: now };
    await tx.tasks.saveAssignment(withdrawn);
    await tx.outbox.dropForAssignment(assignment.id);
    freed.push(withdrawn);
    if (assignment.pushedAt === null) continue;
    await tx.tasks.addStep({
      assignmentId: assignment.id,
      taskId: task.id,
      personId: assignment.personId,
      form: assignment.form,
      step: "withdrawn",
      reason: null,
      at: now,
      recordedAt: now,
      byId,
    });
    await redrawOffer(tx, ctx, task, withdrawn);
  }
  return freed;
}

/** Brings every card of a task that is out in line with the task as it is now, and what waits as well. Returns how many people hold one. */
export async function redrawOffers(tx: Tx, ctx: Context, task: Task): Promise<number> {
  let held = 0;
  for (const assignment of await tx.tasks.assignmentsOf(task.id)) {
    if (assignment.withdrawnAt !== null || assignment.declinedAt !== null || assignment.approvedAt !== null) continue;
    if (await redrawOffer(tx, ctx, task, assignment)) held++;
  }
  return held;
}

/** The same for one offer; false where nobody holds its card yet. */
export async function redrawOffer(tx: Tx, ctx: Context, task: Task, assignment: Assignment): Promise<boolean> {
  const person = await tx.people.find(assignment.personId);
  if (!person) return false;
  const card = taskOfferCard(await offerView(tx, ctx, person, assignment, task));
  if (assignment.pushedAt === null)
    await tx.outbox.rewriteWaiting(card.key, {
      type: "card",
      card: await linked(tx, ctx, person, assignment, card),
    });
  if (assignment.pushedAt !== null) await redraw(tx, ctx, card);
  return assignment.pushedAt !== null;
}
