import { refusesForm, refusesTheme, restsUntil, type Standing } from "./standing-declines.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WEEK = 7 * DAY;

/** Quiet hours on the person's own clock, as `HH:MM`. `from` belongs to them, `to` does not; they may span midnight. */
export type QuietHours = { from: string; to: string };

/** Minutes added to UTC to get a person's clock: fixed, or a function of the instant where summer time matters. */
export type Offset = number | ((at: number) => number);

/** All that decides whether one push may go. Times are epoch milliseconds. */
export type PushFacts = {
  person: {
    koc: boolean;
    consent: boolean;
    offset: Offset;
    standing: Standing;
    /** Send times of the person's pushes that count against the weekly cap, future ones included, in any order. */
    sends: readonly number[];
  };
  task: {
    theme: string;
    form: string;
    /** The person is not among those whom the task is for. */
    excluded: boolean;
    /** The person already has a push of this task, in whatever state. */
    asked: boolean;
    sent: number;
    budget: number;
    /** Pushes of this task go out at or before this moment; without it there is no last moment. */
    sendBy?: number;
    /** A task that is not running sends nothing. */
    running?: boolean;
  };
  limits: { perWeek: number; quiet: QuietHours | null };
};

export type NeverReason =
  | "not-running"
  | "not-koc"
  | "no-consent"
  | "excluded"
  | "duplicate"
  | "over-budget"
  | "declined-theme"
  | "declined-form"
  | "too-late";
export type LaterReason = "resting" | "quiet-hours" | "capped";
export type GateVerdict = { go: true } | { later: number; why: LaterReason } | { never: NeverReason };

/**
 * Says whether this push may go at `at`: now, later (the first moment at which all rules allow it) or never. The one gate of the
 * program: whatever sends a push asks here, and asks again at the moment of sending.
 */
export function mayPush(facts: PushFacts, at: number): GateVerdict {
  const never = forbidden(facts, at);
  if (never) return { never };
  const { person, task, limits } = facts;
  let time = Math.max(at, restsUntil(person.standing));
  let why: LaterReason | null = time > at ? "resting" : null;
  // Each pass moves time forward past one obstacle; both together settle after a few, since sends are finite.
  for (;;) {
    const awake = afterQuiet(time, person.offset, limits.quiet);
    const free = afterCap(person.sends, awake, limits.perWeek);
    if (free === Number.POSITIVE_INFINITY) return { never: "over-budget" };
    if (awake > time) why ??= "quiet-hours";
    if (free > awake) why ??= "capped";
    if (free === time) break;
    time = free;
  }
  if (task.sendBy !== undefined && time > task.sendBy) return { never: "too-late" };
  return why ? { later: time, why } : { go: true };
}

function forbidden({ person, task }: PushFacts, at: number): NeverReason | null {
  if (task.running === false) return "not-running";
  if (!person.koc) return "not-koc";
  if (!person.consent) return "no-consent";
  if (task.excluded) return "excluded";
  if (task.asked) return "duplicate";
  if (task.sent >= task.budget) return "over-budget";
  if (refusesTheme(person.standing, task.theme, at)) return "declined-theme";
  return refusesForm(person.standing, task.form, at) ? "declined-form" : null;
}

export const offsetAt = (offset: Offset, at: number): number => (typeof offset === "number" ? offset : offset(at));

/** Minutes since midnight on the person's clock, with fractions. */
export function localMinute(at: number, offset: Offset): number {
  const minutes = (at / MINUTE + offsetAt(offset, at)) % 1440;
  return minutes < 0 ? minutes + 1440 : minutes;
}

/** `08:30` as minutes since midnight. */
export const clockMinutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export function isQuiet(at: number, offset: Offset, quiet: QuietHours | null): boolean {
  if (!quiet) return false;
  const [from, to, now] = [clockMinutes(quiet.from), clockMinutes(quiet.to), localMinute(at, offset)];
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

/** The first moment from `at` on that lies outside the quiet hours. */
export function afterQuiet(at: number, offset: Offset, quiet: QuietHours | null): number {
  if (!quiet || !isQuiet(at, offset, quiet)) return at;
  const wait = (clockMinutes(quiet.to) - localMinute(at, offset) + 1440) % 1440;
  const until = at + Math.ceil(wait * MINUTE);
  // Where the zone changes its offset in between, the clock there reads earlier or later than was counted.
  const turned = until - (offsetAt(offset, until) - offsetAt(offset, at)) * MINUTE;
  if (turned > at && turned !== until && !isQuiet(turned, offset, quiet)) return turned;
  return typeof offset === "number" || !isQuiet(until, offset, quiet) ? until : afterQuiet(until, offset, quiet);
}

/**
 * Would a push at this time leave more than `perWeek` of the person's pushes within less than 168 hours? Pushes planned for later count
 * as well as those sent.
 */
export function isCapped(sends: readonly number[], at: number, perWeek: number): boolean {
  if (perWeek <= 0) return true;
  const near = sends.filter((s) => Math.abs(s - at) < WEEK);
  if (near.length < perWeek) return false;
  const all = [...near, at].sort((a, b) => a - b);
  for (let i = 0; i + perWeek < all.length; i++) if (all[i + perWeek]! - all[i]! < WEEK) return true;
  return false;
}

/** The first moment from `at` on at which the cap leaves room; infinity when the cap is zero. */
export function afterCap(sends: readonly number[], at: number, perWeek: number): number {
  if (perWeek <= 0) return Number.POSITIVE_INFINITY;
  let time = at;
  // The room can only open a week after some earlier push.
  for (const s of [...sends].sort((a, b) => a - b)) {
    if (!isCapped(sends, time, perWeek)) return time;
    time = Math.max(time, s + WEEK);
  }
  return time;
}
