import type { PushFact } from "./health-facts.ts";
import { medianOf } from "./interval.ts";
import { type Cell, noCounts } from "./step-health.ts";

/** How long silence is patience where a task still runs: the slowest tenth of answers usually comes within these days. */
const patienceDays = [2, 3, 10, 4];
const dayMs = 86_400_000;

type Times = [entered: number | null, passed: number | null];

/** The steps of a push in their order: when it was entered and when it was passed. A later step implies the earlier. */
function stepsOf(push: PushFact): Times[] {
  const approved = push.approvedAt;
  const submitted = push.submittedAt ?? approved;
  const accepted = push.acceptedAt ?? submitted;
  const seen = push.seenAt ?? accepted ?? push.declinedAt;
  return [
    [push.pushedAt, seen],
    [seen, accepted],
    [accepted, submitted],
    [submitted, approved],
  ];
}

/**
 * Counts by task and form. While somebody may still answer they count neither way, and nor do those of the same days who have answered:
 * the quick ones alone would look like everybody.
 */
export function countsOf(pushes: readonly PushFact[], now: number): Cell[] {
  const cells = new Map<string, Cell>();
  for (const push of pushes) {
    const key = `${push.taskId}\n${push.form}`;
    let cell = cells.get(key);
    if (!cell) {
      cell = { task: push.taskId, form: push.form, ...noCounts() };
      cells.set(key, cell);
    }
    const ended = push.endsAt !== null && now >= push.endsAt;
    stepsOf(push).forEach(([entered, passed], i) => {
      if (entered === null || !(ended || now - entered > patienceDays[i]! * dayMs)) return;
      cell.entered[i]!++;
      if (passed !== null) cell.passed[i]!++;
    });
  }
  return [...cells.values()];
}

/** How many reached each step so far, whether or not others may still follow. */
export function reachedOf(pushes: readonly PushFact[]): number[] {
  const counts = [pushes.length, 0, 0, 0, 0];
  for (const push of pushes)
    stepsOf(push).forEach(([, passed], i) => {
      if (passed !== null) counts[i + 1]!++;
    });
  return counts;
}

/** The median hours of each step among those who passed it; null where none did. */
export function hoursOf(pushes: readonly PushFact[]): (number | null)[] {
  const waits: number[][] = [[], [], [], []];
  for (const push of pushes)
    stepsOf(push).forEach(([entered, passed], i) => {
      if (entered !== null && passed !== null) waits[i]!.push((passed - entered) / 3_600_000);
    });
  return waits.map((hours) => medianOf(hours) ?? null);
}
