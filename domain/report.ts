import { type Assignment, type Step, steps } from "./task.ts";

export type Funnel = Record<Step, number>;

/** Groups under this many pushes are shown without a rate: too little to say. */
export const smallestGroup = 5;

/** How many of these assignments reached each step. */
export function funnelOf(assignments: readonly Assignment[]): Funnel {
  const reached = (at: (a: Assignment) => number | null) => assignments.filter((a) => at(a) !== null).length;
  return {
    pushed: reached((a) => a.pushedAt),
    seen: reached((a) => a.seenAt),
    accepted: reached((a) => a.acceptedAt),
    submitted: reached((a) => a.submittedAt),
    approved: reached((a) => a.approvedAt),
  };
}

export type Conversion = { from: Step; to: Step; rate: number };

/** The step that loses most: the lowest conversion of a step that enough people entered; undefined where there is too little to say. */
export function weakestConversion(funnel: Funnel): Conversion | undefined {
  let weakest: Conversion | undefined;
  for (let i = 1; i < steps.length; i++) {
    const [from, to] = [steps[i - 1] as Step, steps[i] as Step];
    if (funnel[from] < smallestGroup) continue;
    const rate = funnel[to] / funnel[from];
    if (!weakest || rate < weakest.rate) weakest = { from, to, rate };
  }
  return weakest;
}

/** The assignments by a key of each; an assignment may count in several groups. */
export function grouped<K>(
  assignments: readonly Assignment[],
  keysOf: (a: Assignment) => readonly K[],
): Map<K, Assignment[]> {
  const groups = new Map<K, Assignment[]>();
  for (const assignment of assignments) {
    for (const key of keysOf(assignment)) {
      const group = groups.get(key);
      if (group) group.push(assignment);
      else groups.set(key, [assignment]);
    }
  }
  return groups;
}
