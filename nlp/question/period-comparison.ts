import { isPercent } from "#domain/measures.ts";
import type { Period, Query } from "#domain/query.ts";
import { periodBefore, splitPeriod, stretch, yearsOn } from "./periods.ts";
import { is, type Slots, type TimeMark } from "./slots.ts";
import type { TimeUnit } from "./time-sense.ts";

/** When a question is asked, and where. */
export type AskedAt = { now: number; zone: string };

/** A time of the question that is one stretch. */
export type PeriodMark = TimeMark & { period: Period; unit: TimeUnit };

/** What are figures of a moment, not of a stretch of time. */
const states = new Set(["people", "active_koc", "silent_koc"]);
export const isState = (query: Query): boolean => states.has(query.measures[0] ?? "");

/** The few letters around a time, which may open it on one side or set it against another. */
export const around = (slots: Slots, mark: TimeMark) => ({
  after: slots.text.slice(mark.end, mark.end + 4),
  before: slots.text.slice(Math.max(0, mark.at - 14), mark.at),
});

/**
 * Two periods of which the words name one: `上个月比前一个月`, `比上周多吗` (this week beside it), `去年10月同比` (this October beside the last). The
 * one asked about comes first.
 */
export function besideAnother(slots: Slots, periods: readonly PeriodMark[], clock: AskedAt): Period[] | undefined {
  const { text } = slots;
  const [first, second] = periods;
  if (!first || (first.unit !== "month" && first.unit !== "week" && first.unit !== "day")) return undefined;
  if (!second && /同比|去年同期|year[- ]over[- ]year|\byoy\b|同期比/.test(text)) {
    const wasLastYear = /去年|上一年|last year/.test(text.slice(first.at, first.end));
    const current = wasLastYear ? yearsOn(first.period, 1, clock.zone) : first.period;
    return [current, yearsOn(current, -1, clock.zone)];
  }
  if (second) return undefined;
  // `this month vs last?`
  if (/(?:vs\.?|versus|than|compared (?:to|with)|and|from) last ?[?.!]?$/.test(text) && first.period.until > clock.now)
    return [first.period, periodBefore(first.period, first.unit, clock.now, clock.zone)];
  if (
    /(?:跟|与|和|比|较)(?:它)?(?:的)?(?:之)?前一个?(?:月|周|天)|(?:to|with|than|from) the (?:month|week|day) before/.test(
      text,
    )
  )
    return [first.period, periodBefore(first.period, first.unit, clock.now, clock.zone)];
  const isAgainst = /(?:比|than|against|versus|vs\.?|compared (?:with|to)) ?(?:the )?$/.test(
    around(slots, first).before,
  );
  const isLeading = slots.times.length === 1 && first.period.until <= clock.now;
  if (!isAgainst || !isLeading) return undefined;
  const [today] = splitPeriod(stretch(clock.now, clock.now + 1), first.unit, clock.zone);
  const current = first.unit === "day" ? today : today && { ...today, from: startOf(today.label, first.unit, clock) };
  return current && periodBefore(current, first.unit, clock.now, clock.zone).label === first.period.label
    ? [current, first.period]
    : undefined;
}

function startOf(label: string, kind: "month" | "week", { now, zone }: AskedAt): number {
  const back = splitPeriod(stretch(now - (kind === "month" ? 31 : 7) * 86_400_000, now + 1), kind, zone);
  return back.find((p) => p.label === label)?.from ?? now;
}

/** `比上月多吗`, `环比` with no time named: this month or week beside the one before. */
export function compareThisWithBefore(query: Query, slots: Slots, clock: AskedAt): void {
  const unit = /周环比|week over week|上周/.test(slots.text) ? "week" : "month";
  const [current] = splitPeriod(stretch(clock.now, clock.now + 1), unit, clock.zone);
  const kind = current!.label.length === 7 ? "month" : "week";
  compareWithBefore(query, slots, { ...current!, from: startOf(current!.label, kind, clock) }, kind, clock);
}

/** Sets periods side by side: two of them as a difference where that is asked for, else in their order. */
export function several(query: Query, slots: Slots, periods: Period[], marks: readonly TimeMark[]): void {
  const named = [...new Map(periods.map((p) => [p.label, p])).values()];
  const isDifference = is(slots, "compare", "difference") || saysDifference(slots.text);
  const isGrowth = is(slots, "compare", "growth");
  if (isDifference || isGrowth || /环比|涨了|跌了|提高|下降/.test(slots.text)) {
    // `A比B多多少` is A less B; otherwise the later less the earlier.
    const between = marks.length >= 2 ? slots.text.slice(marks[0]!.end, marks[1]!.at) : "";
    const inOrder = /比/.test(between) || (/than|compared|against|versus/.test(slots.text) && marks.length >= 2);
    const ordered = inOrder ? named : [...named].sort((a, b) => b.from - a.from);
    query.group = { by: "period", keys: null, periods: ordered.slice(0, 2) };
    query.compare = asGrowth(query, slots) ? "growth" : "difference";
    return;
  }
  query.group = { by: "period", keys: null, periods: [...named].sort((a, b) => a.from - b.from) };
}

/** `比9月多推了多少条`: more or less than another, by how much. */
export const saysDifference = (text: string): boolean => /比.*(?:多|少|高|低|涨|降)[^,,]{0,6}(?:多少|几)/.test(text);

/** Whether a comparison is asked for in percent of the earlier figure. */
export function asGrowth(query: Query, slots: Slots): boolean {
  const measure = query.measures[0];
  if (
    /增长率|百分之|增幅|涨幅|增速|%|percent(?! point)|growth rate|跌幅|降幅/.test(slots.text) &&
    !/百分点|percentage point/.test(slots.text)
  )
    return !(measure && isPercent(measure) && !/增长率|growth rate/.test(slots.text));
  return (
    is(slots, "compare", "growth") &&
    measure !== undefined &&
    !isPercent(measure) &&
    !/多少(?:人|个|条|篇|次|单)|几(?:个|条|篇|次)/.test(slots.text)
  );
}

/** Sets a period against the one before it, where the words ask for that. */
export function compareWithBefore(query: Query, slots: Slots, period: Period, unit: TimeUnit, clock: AskedAt): void {
  const isWanted =
    /环比|compared (?:with|to)|month over month|month-over-month|week over week|\bmom\b|增长率|增幅|增速|growth rate|比上|较上|percent change|grow by|grew by|百分之/.test(
      slots.text,
    ) &&
    (is(slots, "compare") || /比上|较上/.test(slots.text));
  if (!isWanted || (/百分之/.test(slots.text) && !is(slots, "compare", "growth"))) return;
  const before =
    isState(query) && !/环比|比上|较上|over month|over week|compared/.test(slots.text)
      ? { from: 0, until: period.from, label: "before", words: "before" }
      : periodBefore(period, unit, clock.now, clock.zone);
  query.period = null;
  query.group = { by: "period", keys: null, periods: [period, before] };
  query.compare = asGrowth(query, slots) ? "growth" : "difference";
}
