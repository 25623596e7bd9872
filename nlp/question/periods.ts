import type { Period } from "#domain/query.ts";
import { fromZoned, isoDate, startOfDay, zoned } from "#domain/zone.ts";

const dayMs = 86_400_000;

/** A stretch of time that has no name. */
export const stretch = (from: number, until: number): Period => ({ from, until, label: "", words: "" });

/** The weeks, months or days that a period is made of, in order. */
export function splitPeriod(whole: Period, unit: "week" | "month" | "day", zone: string): Period[] {
  const periods: Period[] = [];
  let from = startOfUnit(whole.from, unit, zone);
  while (from < whole.until && periods.length < 400) {
    const next = nextUnit(from, unit, zone);
    const label = isoDate(from, zone).slice(0, unit === "month" ? 7 : 10);
    const until = Math.min(next, whole.until);
    periods.push({ from: Math.max(from, whole.from), until: until, label, words: label });
    from = next;
  }
  return periods;
}

function startOfUnit(ms: number, unit: "week" | "month" | "day", zone: string): number {
  const wall = zoned(ms, zone);
  if (unit === "month") return fromZoned({ year: wall.year, month: wall.month, day: 1 }, zone);
  return startOfDay(ms, zone, unit === "week" ? 1 - wall.weekday : 0);
}

function nextUnit(from: number, unit: "week" | "month" | "day", zone: string): number {
  const wall = zoned(from, zone);
  if (unit === "month") return fromZoned({ year: wall.year, month: wall.month + 1, day: 1 }, zone);
  return startOfDay(from + dayMs / 2, zone, unit === "week" ? 7 : 1);
}

/** The same stretch of the calendar so many years on; before where negative. */
export function yearsOn(p: Period, years: number, zone: string): Period {
  const moved = (ms: number): number => {
    const wall = zoned(ms, zone);
    return fromZoned({ ...wall, year: wall.year + years }, zone);
  };
  const label = isoDate(moved(p.from), zone).slice(0, /^\d{4}-\d\d$/.test(p.label) ? 7 : 10);
  return { from: moved(p.from), until: moved(p.until), label, words: label };
}

/** The period of the same length, or the same kind, before this one. */
export function periodBefore(p: Period, unit: "day" | "week" | "month" | "other", now: number, zone: string): Period {
  const wall = zoned(p.from, zone);
  const label = (ms: number, length: number) => isoDate(ms, zone).slice(0, length);
  if (unit === "month") {
    const from = fromZoned({ year: wall.year, month: wall.month - 1, day: 1 }, zone);
    return { from, until: p.from, label: label(from, 7), words: label(from, 7) };
  }
  if (unit === "week" || unit === "day") {
    const from = startOfDay(p.from + dayMs / 2, zone, unit === "week" ? -7 : -1);
    return { from, until: p.from, label: label(from, 10), words: label(from, 10) };
  }
  const length = Math.min(p.until, now) - p.from;
  return {
    from: p.from - length,
    until: p.from,
    label: label(p.from - length, 10),
    words: `${label(p.from - length, 10)} –`,
  };
}
