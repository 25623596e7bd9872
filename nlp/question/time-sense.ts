import type { Period } from "#domain/query.ts";
import { daysInMonth, fromZoned, isoDate, startOfDay, type Zoned } from "#domain/zone.ts";

/** What a stretch of time is one of. */
export type TimeUnit = "day" | "week" | "month" | "other";

/**
 * A time in a question. `period`: from its start to its end; a word next to it may open it on one side. `at`: a moment for what is a state. `each`: the last so
 * many weeks or months, one by one. `never`: a date that does not exist.
 */
export type TimeSense =
  | { kind: "period"; period: Period; unit: TimeUnit }
  | { kind: "at"; ms: number; words: string }
  | { kind: "each"; unit: "week" | "month" | "day"; periods: Period[] }
  | { kind: "never"; words: string };

/** What times are worked out from: now, and as the clock on the wall shows it. */
export type Clock = { now: number; zone: string; wall: Zoned };

export const dayMs = 86_400_000;

export const period = (from: number, until: number, label: string, words: string, unit: TimeUnit): TimeSense => ({
  kind: "period",
  unit,
  period: { from, until, label, words },
});

export function dayPeriod(c: Clock, from: number, words: string): TimeSense {
  return period(from, startOfDay(from + dayMs / 2, c.zone, 1), isoDate(from, c.zone), words, "day");
}

/** The day so many days after today; before where negative. */
export const today = (c: Clock, days: number, words: string) => dayPeriod(c, startOfDay(c.now, c.zone, days), words);

/** When the week begins that is so many weeks after this one. */
const monday = (c: Clock, weeks: number): number => startOfDay(c.now, c.zone, 1 - c.wall.weekday + 7 * weeks);

export const weekPeriod = (c: Clock, weeks: number, words: string): TimeSense =>
  period(monday(c, weeks), monday(c, weeks + 1), isoDate(monday(c, weeks), c.zone), words, "week");

export const monthStart = (c: Clock, year: number, month: number): number => fromZoned({ year, month, day: 1 }, c.zone);

export function monthPeriod(c: Clock, year: number, month: number, words: string): TimeSense {
  const from = monthStart(c, year, month);
  return period(from, monthStart(c, year, month + 1), isoDate(from, c.zone).slice(0, 7), words, "month");
}

export const monthBack = (c: Clock, back: number, words: string) =>
  monthPeriod(c, c.wall.year, c.wall.month - back, words);

/** So many months from the first of one. */
export const span = (
  c: Clock,
  year: number,
  fromMonth: number,
  count: number,
  label: string,
  words: string,
): TimeSense => period(monthStart(c, year, fromMonth), monthStart(c, year, fromMonth + count), label, words, "other");

export const quarter = (c: Clock, year: number, q: number, words: string) =>
  span(c, year, q * 3 - 2, 3, `${year}-Q${q}`, words);

/** The year of a month said without one: the last that has begun. */
export const yearOf = (c: Clock, month: number, said?: string): number =>
  said ? Number(said.length === 2 ? `20${said}` : said) : month > c.wall.month ? c.wall.year - 1 : c.wall.year;

export const nextDays = (c: Clock, days: number, words: string) =>
  period(c.now, c.now + days * dayMs, words, words, "other");

export const lastDays = (c: Clock, days: number, words: string): TimeSense =>
  period(c.now - days * dayMs, c.now + 1, words, words, "other");

/** A day of the calendar; `never` where it has none such. */
export function dateOf(c: Clock, year: number, month: number, day: number, words: string): TimeSense {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return { kind: "never", words };
  return dayPeriod(c, fromZoned({ year, month, day }, c.zone), words);
}

/** The last so many days, weeks or months, this one among them, one by one. */
export function eachBack(c: Clock, unit: "week" | "month" | "day", count: number): TimeSense {
  const one = (back: number): TimeSense =>
    unit === "week" ? weekPeriod(c, -back, "") : unit === "month" ? monthBack(c, back, "") : today(c, -back, "");
  const periods = Array.from({ length: Math.min(count, 60) }, (_, i) => one(count - 1 - i)).flatMap((s) =>
    s.kind === "period" ? [{ ...s.period, words: s.period.label }] : [],
  );
  return { kind: "each", unit, periods };
}

export const ago = (c: Clock, ms: number, words: string): TimeSense => ({ kind: "at", ms: c.now - ms, words });

/** This moment of the calendar, so many years and months back. */
export const sameDate = (c: Clock, years: number, monthsBack: number): number =>
  fromZoned({ ...c.wall, year: c.wall.year - years, month: c.wall.month - monthsBack }, c.zone);

export function weekdayPeriod(c: Clock, weeks: number, weekday: number, words: string): TimeSense {
  return dayPeriod(c, startOfDay(monday(c, weeks) + dayMs / 2, c.zone, weekday - 1), words);
}

export function weekend(c: Clock, weeks: number, words: string): TimeSense {
  const from = startOfDay(monday(c, weeks) + dayMs / 2, c.zone, 5);
  return period(from, monday(c, weeks + 1), isoDate(from, c.zone), words, "other");
}

/** `初` and `底` are moments, a third of a month is a stretch. */
export function partOfMonth(c: Clock, year: number, month: number, part: string, words: string): TimeSense {
  const from = monthStart(c, year, month);
  const end = monthStart(c, year, month + 1);
  if (part === "初") return { kind: "at", ms: from, words };
  if (part === "底" || part === "末") return { kind: "at", ms: Math.min(end - 1, c.now), words };
  const eleventh = startOfDay(from + dayMs / 2, c.zone, 10);
  const twentyFirst = startOfDay(from + dayMs / 2, c.zone, 20);
  if (part === "上旬") return period(from, eleventh, words, words, "other");
  return part === "中旬"
    ? period(eleventh, twentyFirst, words, words, "other")
    : period(twentyFirst, end, words, words, "other");
}
