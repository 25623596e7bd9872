import type { Assignment, Task } from "./task.ts";
import { endOfDay } from "./zone.ts";

/** Six in the evening of the day before, where the end is the end of a day. */
const aheadMs = 30 * 3_600_000;

/**
 * When somebody who said yes is reminded, once: the evening before the day they promised or the deadline, whichever comes first, and never in
 * the first half of the time they have. Null where nothing is due from them, or they were reminded already.
 */
export function reminderAt(assignment: Assignment, task: Task): number | null {
  const { acceptedAt, promisedAt } = assignment;
  if (acceptedAt === null || assignment.submittedAt !== null || assignment.remindedAt !== null) return null;
  if (assignment.declinedAt !== null || assignment.withdrawnAt !== null || task.status !== "open") return null;
  const ends = [promisedAt, task.deadlineAt].filter((at) => at !== null);
  if (ends.length === 0) return null;
  const end = Math.min(...ends);
  return Math.max(end - aheadMs, acceptedAt + (end - acceptedAt) / 2);
}

/** Up to three days to promise a piece for, soonest first: in two days, in five, and the last there is. */
export function promiseDays(task: Task, now: number, zone: string): number[] {
  const last = task.deadlineAt ?? endOfDay(now, zone, 10);
  const days = [endOfDay(now, zone, 2), endOfDay(now, zone, 5)].filter((day) => day < last);
  return last > now ? [...days, last] : [];
}
