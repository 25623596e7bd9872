import type { Tx } from "#db/store.ts";
import type { Assignment, Form, Task } from "#domain/task.ts";
import { isAtWork, isUnanswered } from "#domain/task-life.ts";
import type { Context } from "./context.ts";

/**
 * A running task asks for some of its forms no longer. Whoever was to be asked in one of them is asked in another, and silence of whoever
 * was asked in it says nothing from now on. Those who are at it may finish: their yes stands.
 */
export async function leaveForms(tx: Tx, ctx: Context, task: Task, byId: string): Promise<void> {
  const kept = task.forms.map(({ form }) => form);
  const touched = (await tx.tasks.assignmentsOf(task.id)).filter(
    (a) => !kept.includes(a.form) && (isUnanswered(a) || (isAtWork(a) && a.submittedAt === null)),
  );
  const now = ctx.now();
  for (const assignment of touched) {
    const { id: assignmentId, taskId, personId, form } = assignment;
    const step = "form_withdrawn";
    if (assignment.pushedAt !== null)
      await tx.tasks.addStep({
        assignmentId,
        taskId,
        personId,
        form,
        step,
        reason: null,
        at: now,
        recordedAt: now,
        byId,
      });
    if (isUnanswered(assignment))
      await tx.tasks.saveAssignment({ ...assignment, form: await nextBest(tx, assignment, kept) });
  }
}

/** The form that was likeliest beside the one that is gone, as was decided when this person was chosen. */
async function nextBest(tx: Tx, { id, form }: Assignment, kept: readonly Form[]): Promise<Form> {
  const decision = await tx.learning.decisionFor(id);
  const chances = decision ? (JSON.parse(decision.options) as Record<string, number>) : {};
  const chanceOf = (each: Form): number => chances[each] ?? 0;
  return kept.reduce((best, each) => (chanceOf(each) > chanceOf(best) ? each : best), kept[0] ?? form);
}
