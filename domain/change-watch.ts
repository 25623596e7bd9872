/**
 * Notices that a segment has stopped liking a form: a cumulative sum of how much better a clearly lower liking explains the answers than
 * the belief does (Page 1954, Continuous inspection schemes). A chance run of refusals decays; what one task alone can add is limited,
 * since a task may go badly for reasons of its own.
 */
export type ChangeWatch = Record<string, WatchSum>;
type WatchSum = { sum: number; byTask: Record<string, number> };

/**
 * By how many logits a liking must fall to be looked for, how much evidence (natural log of odds) raises the alarm, how much of it
 * may come from one task, and how much more a spoken "not this form" says, or less another reason.
 */
export const WATCH = { drop: 1.5, alarm: 5, fromOneTask: 3, saysForm: 1.2, saysOther: -0.4 };

export type WatchedAnswer = {
  task: string;
  /** Segments of the person: each is answerable for its part. */
  segments: readonly string[];
  form: string;
  /** Chance of a yes as believed just before the answer, the task's own luck so far included. */
  chance: number;
  yes: boolean;
  /** Why not, where somebody said so. */
  reason?: string | undefined;
};

/** Takes one answer; returns the segments that no longer like the form, whose sums then start afresh. */
export function watchAnswer(
  watch: ChangeWatch,
  { task, segments, form, chance, yes, reason }: WatchedAnswer,
): string[] {
  const lower = 1 / (1 + Math.exp(WATCH.drop - Math.log(chance / (1 - chance))));
  const says = reason === undefined ? 0 : reason === "wrong_form" ? WATCH.saysForm : WATCH.saysOther;
  const odds = yes ? Math.log(lower / chance) : Math.log((1 - lower) / (1 - chance)) + says;
  const step = odds / Math.max(1, segments.length);
  const changed: string[] = [];
  for (const segment of segments) {
    const key = `${segment} ${form}`;
    watch[key] ??= { sum: 0, byTask: {} };
    const account = watch[key]!;
    const before = account.byTask[task] ?? 0;
    const after = Math.min(WATCH.fromOneTask, Math.max(0, before + step));
    account.byTask[task] = after;
    account.sum = Math.max(0, account.sum + (step < 0 ? step : after - before));
    if (account.sum > WATCH.alarm) changed.push(segment);
  }
  for (const segment of changed)
    for (const key of Object.keys(watch)) if (key.startsWith(`${segment} `)) watch[key] = { sum: 0, byTask: {} };
  return changed;
}

/** A task is over: what it gave stays in the sums, its own account is closed. */
export function closeWatch(watch: ChangeWatch, task: string): void {
  for (const { byTask } of Object.values(watch)) delete byTask[task];
}
