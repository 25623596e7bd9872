/**
 * Notices that a segment has stopped liking a form: a cumulative sum of how much better a clearly lower liking explains the answers than
 * the belief does (Page 1954, Continuous inspection schemes). A chance run of refusals decays; what one task alone can add is limited,
 * since a task may go badly for reasons of its own.
 */
import type { LikingNote } from "./liking.ts";

export type ChangeWatch = Record<string, WatchSum>;
/**
 * `said`: how many gave a reason for declining, and how many of those named the form. `before`: what the segment liked when the sum last
 * left zero, the likeliest time of the change: what was learned since then was learned of a world that was no more.
 */
type WatchSum = {
  sum: number;
  byTask: Record<string, number>;
  said?: [form: number, all: number];
  before?: LikingNote | undefined;
};
export type Fallen = { segment: string; before: LikingNote };

/**
 * By how many logits a liking must fall to be looked for, how much evidence (natural log of odds) raises the alarm, and how much of it
 * the answers to one task may give. Reasons are not limited so: nobody says that the form is wrong because a task has failed.
 */
export const WATCH = { drop: 1.5, alarm: 7, fromOneTask: 3 };
/** The share of reasons that name the form: usual before any is known (worth so many reasons), and where it has fallen. */
export const FORM_SAID = { usual: 0.1, worth: 12, fallen: 0.5 };

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

/**
 * Takes one answer; returns the segments that no longer like the form, whose sums then start afresh. Watched is the form that a segment
 * likes best: that another is liked even less changes nothing. `likedIn` says what a segment likes now.
 */
export function watchAnswer(
  watch: ChangeWatch,
  { task, segments, form, chance, yes, reason }: WatchedAnswer,
  likedIn: (segment: string) => LikingNote,
): Fallen[] {
  // Liking is the mean over a person's segments: where one of three falls, the person's falls by a third.
  const share = 1 / Math.max(1, segments.length);
  const lower = 1 / (1 + Math.exp(share * WATCH.drop - Math.log(chance / (1 - chance))));
  const step = yes ? Math.log(lower / chance) : Math.log((1 - lower) / (1 - chance));
  const changed: Fallen[] = [];
  for (const segment of segments) {
    const key = `${segment} ${form}`;
    watch[key] ??= { sum: 0, byTask: {} };
    const account = watch[key]!;
    if (account.sum === 0) account.before = likedIn(segment);
    if (account.before?.best !== form) continue;
    const given = account.byTask[task] ?? 0;
    const after = Math.min(WATCH.fromOneTask, Math.max(0, given + step));
    account.byTask[task] = after;
    const said = reason === undefined ? 0 : wordsSay(account, reason === "wrong_form", share);
    account.sum = Math.max(0, account.sum + (step < 0 ? step : after - given) + said);
    if (account.sum > WATCH.alarm) changed.push({ segment, before: account.before });
  }
  for (const { segment } of changed)
    for (const key of Object.keys(watch)) if (key.startsWith(`${segment} `)) watch[key] = { sum: 0, byTask: {} };
  return changed;
}

/** How much likelier the reason is where the form has fallen than as usual; what is usual for the form is learned. */
function wordsSay(account: WatchSum, namesForm: boolean, share: number): number {
  account.said ??= [FORM_SAID.usual * FORM_SAID.worth, FORM_SAID.worth];
  const usual = account.said[0] / account.said[1];
  const fallen = usual + share * (Math.max(FORM_SAID.fallen, (1 + usual) / 2) - usual);
  account.said[0] += namesForm ? 1 : 0;
  account.said[1] += 1;
  return namesForm ? Math.log(fallen / usual) : Math.log((1 - fallen) / (1 - usual));
}

/** A task is over: what it gave stays in the sums, its own account is closed. */
export function closeWatch(watch: ChangeWatch, task: string): void {
  for (const { byTask } of Object.values(watch)) delete byTask[task];
}
