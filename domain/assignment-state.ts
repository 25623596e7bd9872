import type { Assignment, Submission, Task } from "./task.ts";

export type AssignmentState =
  | "waiting"
  | "offered"
  | "accepted"
  | "submitted"
  | "sent_back"
  | "approved"
  | "rejected"
  | "declined"
  | "withdrawn"
  | "missed";

/** Where an assignment stands, as its KOC sees it. `waiting` has not reached them yet. */
export function stateOf(assignment: Assignment, task: Task, own: readonly Submission[], now: number): AssignmentState {
  if (assignment.approvedAt !== null) return "approved";
  if (assignment.withdrawnAt !== null) return "withdrawn";
  if (assignment.declinedAt !== null) return "declined";
  if (assignment.submittedAt !== null) return handInState(own);
  if (task.status !== "open" || (task.deadlineAt !== null && now > task.deadlineAt)) return "missed";
  if (assignment.acceptedAt !== null) return "accepted";
  return assignment.pushedAt === null ? "waiting" : "offered";
}

/** The latest hand-in decides: a piece that was sent back and handed in again waits again. */
function handInState(own: readonly Submission[]): AssignmentState {
  const latest = [...own].sort((a, b) => b.submittedAt - a.submittedAt)[0];
  if (latest?.status === "sent_back" || latest?.status === "rejected") return latest.status;
  return "submitted";
}

/** States in which the KOC is expected to do something, the most urgent first. */
export const toDo: readonly AssignmentState[] = ["sent_back", "accepted", "offered"];
