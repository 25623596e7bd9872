import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";

/** A task asks nobody any more, by a manager's word (`byId`) or its end: a line of its own in the log that the learner folds. */
export async function markClosed(tx: Tx, ctx: Context, taskId: string, byId: string | null): Promise<void> {
  const at = ctx.now();
  const ofNobody = { assignmentId: "", personId: "", form: "" };
  await tx.tasks.addStep({ ...ofNobody, taskId, step: "closed", reason: null, at, recordedAt: at, byId });
}
