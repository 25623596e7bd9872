import type { Tx } from "#db/store.ts";
import type { Offer } from "#domain/match.ts";
import type { Assignment } from "#domain/task.ts";
import type { Context } from "./context.ts";
import type { DecisionDetail } from "./learner.ts";

/** Writes down a choice as it is made: the options with their chances, what was believed, and who chose. */
export async function recordDecision(tx: Tx, ctx: Context, assignment: Assignment, offer: Offer): Promise<void> {
  const detail: DecisionDetail = { situation: offer.situation, logits: offer.logits, usual: offer.usualLogit };
  const chosen = assignment.policy === "import" ? "manual" : assignment.policy;
  await tx.learning.addDecisions([
    {
      id: ctx.newId(),
      taskId: assignment.taskId,
      personId: assignment.personId,
      assignmentId: assignment.id,
      form: assignment.form,
      // Somebody who takes a task of their own accord has drawn no lot: the form they chose was certain.
      options: JSON.stringify(chosen === "manual" ? { [assignment.form]: 1 } : offer.chances),
      probability: chosen === "manual" ? 1 : offer.probability,
      score: offer.score,
      reasons: JSON.stringify(offer.reasons),
      policy: chosen,
      detail: JSON.stringify(detail),
      at: ctx.now(),
    },
  ]);
}
