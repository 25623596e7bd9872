import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Context } from "./context.ts";

/** A task card was displayed to the person it was offered to. Other cards are not followed. */
export async function noteSeen(tx: Tx, ctx: Context, person: Person, cardKey: string, at: number): Promise<void> {
  if (!cardKey.startsWith("offer-")) return;
  const assignment = await tx.tasks.findAssignment(cardKey.slice("offer-".length));
  if (!assignment || assignment.personId !== person.id || assignment.seenAt !== null || assignment.pushedAt === null)
    return;
  const seenAt = Math.max(at, assignment.pushedAt);
  await tx.tasks.saveAssignment({ ...assignment, seenAt });
  await tx.tasks.addStep({
    assignmentId: assignment.id,
    taskId: assignment.taskId,
    personId: person.id,
    form: assignment.form,
    step: "seen",
    reason: null,
    at: seenAt,
    recordedAt: ctx.now(),
    byId: person.id,
  });
}
