import type { OfferView } from "#cards/task-offer.ts";
import type { Tx } from "#db/store.ts";
import type { StepFact } from "#db/tasks.ts";
import type { Person } from "#domain/person.ts";
import { promiseDays } from "#domain/reminder.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Context, Scene } from "./context.ts";
import { offerReasons } from "./offer-reasons.ts";

/** The ledger lines for the steps that the answer has added. */
export function newSteps(before: Assignment, after: Assignment, { ctx, person }: Scene): StepFact[] {
  const line = (step: StepFact["step"], at: number, reason: string | null = null): StepFact => ({
    assignmentId: after.id,
    taskId: after.taskId,
    personId: after.personId,
    form: after.form,
    step,
    reason,
    at,
    recordedAt: ctx.now(),
    byId: person.id,
  });
  const lines: StepFact[] = [];
  if (before.pushedAt === null && after.pushedAt !== null) lines.push(line("pushed", after.pushedAt));
  if (before.seenAt === null && after.seenAt !== null) lines.push(line("seen", after.seenAt));
  if (before.acceptedAt === null && after.acceptedAt !== null) lines.push(line("accepted", after.acceptedAt));
  if (before.declinedAt === null && after.declinedAt !== null)
    lines.push(line("declined", after.declinedAt, after.declineReason));
  return lines;
}

/** The offer as its KOC sees it now. */
export const viewOf = ({ tx, ctx, person }: Scene, assignment: Assignment, task: Task): Promise<OfferView> =>
  offerView(tx, ctx, person, assignment, task);

export async function offerView(
  tx: Tx,
  ctx: Context,
  person: Person,
  assignment: Assignment,
  task: Task,
): Promise<OfferView> {
  return {
    assignment,
    task,
    because: await offerReasons(tx, ctx, assignment, person),
    promises: promiseDays(task, ctx.now(), person.timeZone ?? ctx.timeZone),
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  };
}
