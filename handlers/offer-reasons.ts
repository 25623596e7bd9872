import { reasonForKoc } from "#cards/match-reason.ts";
import type { Tx } from "#db/store.ts";
import type { MatchReason } from "#domain/match-reasons.ts";
import type { Person } from "#domain/person.ts";
import type { Assignment } from "#domain/task.ts";
import type { Context } from "./context.ts";

/** Why this task was offered to this person, in words they may read; three at most. */
export async function offerReasons(tx: Tx, ctx: Context, assignment: Assignment, person: Person): Promise<string[]> {
  const decision = await tx.learning.decisionFor(assignment.id);
  if (!decision) return [];
  const reasons = JSON.parse(decision.reasons) as MatchReason[];
  return reasons.flatMap((reason) => reasonForKoc(reason, ctx.taxonomy, person.lang) ?? []).slice(0, 3);
}
