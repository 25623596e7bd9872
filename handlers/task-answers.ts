import type { TaskAnswers } from "#cards/task-answers.ts";
import type { Tx } from "#db/store.ts";
import type { Task } from "#domain/task.ts";

const notesShown = 5;

/** What people answered to a task besides taking it: noes by reason, their own words, and what was taken back. */
export async function answersOf(tx: Tx, task: Task): Promise<TaskAnswers> {
  const assignments = await tx.tasks.assignmentsOf(task.id);
  const declined = assignments.filter((a) => a.declinedAt !== null);
  const reasons = new Map<string, number>();
  for (const { declineReason } of declined)
    reasons.set(declineReason ?? "other", (reasons.get(declineReason ?? "other") ?? 0) + 1);
  const noted = declined
    .filter((a) => a.declineNote)
    .sort((a, b) => (b.declinedAt ?? 0) - (a.declinedAt ?? 0))
    .slice(0, notesShown);
  const people = new Map(
    (await tx.people.list(noted.map((a) => a.personId))).map((person) => [person.id, person.name]),
  );
  const count = (step: "pushedAt" | "acceptedAt" | "submittedAt" | "approvedAt") =>
    assignments.filter((a) => a[step] !== null).length;
  return {
    asked: count("pushedAt"),
    waiting: assignments.filter((a) => a.pushedAt === null && a.withdrawnAt === null && a.blocked === null).length,
    accepted: count("acceptedAt"),
    submitted: count("submittedAt"),
    approved: count("approvedAt"),
    withdrawn: assignments.filter((a) => a.withdrawnAt !== null).length,
    declines: [...reasons].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n),
    notes: noted.map((a) => ({ who: people.get(a.personId) ?? a.personId, words: a.declineNote ?? "" })),
  };
}
