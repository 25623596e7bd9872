import { WINDOWS } from "./learning.ts";
import { ok, type Result, refuse } from "./result.ts";
import type { Assignment, Task, TaskStatus } from "./task.ts";

export type TaskMove = "pause" | "resume" | "close" | "archive";

const moves: Record<TaskMove, { from: TaskStatus[]; to: TaskStatus }> = {
  pause: { from: ["open", "scheduled"], to: "paused" },
  resume: { from: ["paused", "closed"], to: "open" },
  close: { from: ["open", "paused", "scheduled"], to: "closed" },
  archive: { from: ["closed", "cancelled", "draft"], to: "archived" },
};

/**
 * Moves a task to another state. Refuses what its state does not allow, and to go on after the deadline. What was stopped before anybody
 * was asked (`asked: "nobody"`) is scheduled again: going on means that its first wave goes out.
 */
export function moveTask(
  task: Task,
  move: TaskMove,
  now: number,
  asked: "somebody" | "nobody" = "somebody",
): Result<Task, "wrong-state" | "deadline-passed"> {
  const { from, to } = moves[move];
  if (!from.includes(task.status)) return refuse("wrong-state");
  if (move === "resume" && task.deadlineAt !== null && task.deadlineAt <= now) return refuse("deadline-passed");
  if (move === "resume" && asked === "nobody")
    return ok({ ...task, status: "scheduled", publishedAt: task.publishedAt ?? now, updatedAt: now });
  return ok({
    ...task,
    status: to,
    publishedAt: to === "open" ? (task.publishedAt ?? now) : task.publishedAt,
    updatedAt: now,
  });
}

/** Sets a draft to open by itself at a time. */
export function scheduleTask(task: Task, at: number, now: number): Result<Task, "wrong-state" | "past-time"> {
  if (task.status !== "draft" && task.status !== "scheduled") return refuse("wrong-state");
  if (at <= now || (task.deadlineAt !== null && at >= task.deadlineAt)) return refuse("past-time");
  return ok({ ...task, status: "scheduled", publishedAt: at, updatedAt: now });
}

/** Accepted, nothing handed in that counts, and neither declined nor taken back. */
export const isAtWork = (a: Assignment): boolean =>
  a.acceptedAt !== null &&
  a.approvedAt === null &&
  a.declinedAt === null &&
  a.withdrawnAt === null &&
  a.rejectedAt === null;

/** Offered or about to be, and not answered. */
export const isUnanswered = (a: Assignment): boolean =>
  a.acceptedAt === null &&
  a.declinedAt === null &&
  a.submittedAt === null &&
  a.withdrawnAt === null &&
  a.blocked === null;

/**
 * Why a running task ends now: its deadline, or its quota. `enough`: the quota is reached while people who said yes are still at work;
 * they may finish, nobody else is asked. Null: it goes on.
 */
export function endingOf(
  task: Task,
  assignments: readonly Assignment[],
  now: number,
): "deadline" | "quota" | "enough" | null {
  if (task.deadlineAt !== null && now > task.deadlineAt) return "deadline";
  if (assignments.filter((a) => a.approvedAt !== null).length < task.quota) return null;
  return assignments.some(isAtWork) ? "enough" : "quota";
}

/** The chances that were believed of an assignment's steps when it was offered. */
export type StepChances = { seen: number; accepted: number; submitted: number; approved: number };

const answerMs = WINDOWS.seen + WINDOWS.accepted;

/** When the outcomes of a task's last wave are due: everybody has answered, or has had the time in which people answer. */
export function waveDueAt(assignments: readonly Assignment[]): number {
  const last = Math.max(0, ...assignments.map((a) => a.wave));
  const open = assignments.filter((a) => a.wave === last && isUnanswered(a));
  return Math.max(0, ...open.map((a) => (a.pushedAt ?? a.sendAfter ?? a.plannedAt) + answerMs));
}

/**
 * The chance of completion of each person who was asked and is not done: what they have reached counts, silence past its time does not.
 * Unlike the learner's own count it knows cards that still wait and tasks that people took of their own accord.
 */
export function pendingChances(
  asked: readonly { assignment: Assignment; chances: StepChances }[],
  now: number,
): number[] {
  return asked.map(({ assignment, chances }) => pendingChance(assignment, chances, now)).filter((chance) => chance > 0);
}

function pendingChance(a: Assignment, chances: StepChances, now: number): number {
  const isOver = [a.approvedAt, a.rejectedAt, a.declinedAt, a.withdrawnAt].some((at) => at !== null);
  if (isOver || a.blocked !== null) return 0;
  if (a.submittedAt !== null) return chances.approved;
  if (a.acceptedAt !== null) return stillWorking(a, now) ? chances.submitted * chances.approved : 0;
  if (now >= (a.pushedAt ?? a.sendAfter ?? a.plannedAt) + answerMs) return 0;
  return chances.seen * chances.accepted * chances.submitted * chances.approved;
}

const stillWorking = (a: Assignment, now: number): boolean =>
  now < Math.max(a.promisedAt ?? 0, (a.acceptedAt ?? 0) + 2 * WINDOWS.submitted);
