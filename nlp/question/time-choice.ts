import { isPercent, measureOf } from "#domain/measures.ts";
import type { Period, Query } from "#domain/query.ts";
import { addsUpOverDays, dayKindsAsked, fillDayKinds } from "./day-kinds.ts";
import { periodBefore, splitPeriod, yearsOn } from "./periods.ts";
import { asksWhither, is, type Slots, type TimeMark } from "./slots.ts";
import { heldNowAndBefore, isTagGrowth } from "./tag-growth.ts";

type Clock = { now: number; zone: string };
type Unit = "week" | "month" | "day";
const states = new Set(["people", "active_koc", "silent_koc"]);

/** Works out what the times of a question mean for its measure: a period, a moment, a series, or two periods to compare. */
export function timesInto(query: Query, slots: Slots, clock: Clock): void {
  const times = joinRanges(slots, clock);
  const measure = query.measures[0];
  if (measure === "person_field" || (measure === "task_field" && query.filters.task)) return;
  if (dayKindsAsked(slots).length > 0 && addsUpOverDays(query)) {
    fillDayKinds(query, slots, times, clock);
    return;
  }
  const isState = measure !== undefined && states.has(measure);
  const unit = slots.mentioned.map((m) => unitOf(slots, m.text, m.at)).find((u) => u !== null) ?? null;
  const each = times.find((t) => t.sense.kind === "each" && t.sense.periods.length > 1);
  const periods = times.flatMap(periodMarks);
  if (each?.sense.kind === "each") {
    const whole = each.sense.periods;
    const wants = unit ?? (wantsSeries(slots) || asksWhither(slots.text) ? each.sense.unit : null);
    if (wants) {
      series(
        query,
        wants === each.sense.unit ? whole : splitPeriod(wholeOf(whole, each), wants, clock.zone),
        clock.now,
      );
      return;
    }
    const joined = wholeOf(whole, each);
    if (isTagGrowth(query, slots)) {
      heldNowAndBefore(query, joined);
      return;
    }
    if (isState && !is(slots, "compare", "growth")) {
      query.at = null;
      if (query.filters.never || query.filters.done) query.period = joined;
      return;
    }
    query.period = joined;
    compareWithBefore(query, slots, joined, "other", clock);
    return;
  }
  const beside = besideAnother(slots, periods, clock);
  if (beside) {
    several(query, slots, beside, []);
    return;
  }
  if (periods.length >= 2 && isApart(slots, query)) {
    several(
      query,
      slots,
      periods.map((p) => p.period),
      periods,
    );
    return;
  }
  const moments = times.flatMap((t) => (t.sense.kind === "at" ? [t.sense] : []));
  if (moments.length === 2 && is(slots, "compare")) {
    several(
      query,
      slots,
      moments.map((m) => ({ from: m.ms, until: m.ms + 1, label: m.words, words: m.words })),
      [],
    );
    return;
  }
  const first = periods[0];
  const open = first && isSince(slots, first) ? { ...first.period, until: clock.now + 1 } : first?.period;
  if (unit && measure && !slots.grouped.some((g) => g.by !== "period")) {
    const whole = open ?? {
      from: clock.now - lookBackDays(unit, slots) * 86_400_000,
      until: clock.now + 1,
      label: "",
      words: "",
    };
    series(query, splitPeriod(whole, unit, clock.zone), clock.now);
    return;
  }
  if (first) {
    onePeriod(query, slots, first, isState, clock);
    return;
  }
  const moment = moments[0];
  if (moment) {
    oneMoment(query, slots, moment, isState, clock);
    return;
  }
  if (measure && measure !== "segment_net" && asksWhither(slots.text)) {
    const half = {
      from: clock.now - lookBackDays("month", slots) * 86_400_000,
      until: clock.now + 1,
      label: "",
      words: "",
    };
    series(query, splitPeriod(half, "month", clock.zone), clock.now);
    return;
  }
  if (is(slots, "compare", "growth") || /环比/.test(slots.text)) {
    const wall = splitPeriod(
      { from: clock.now, until: clock.now + 1, label: "", words: "" },
      /周环比|week over week|上周/.test(slots.text) ? "week" : "month",
      clock.zone,
    );
    const label = wall[0]!.label;
    const kind = label.length === 7 ? "month" : "week";
    const start = startOf(label, kind, clock);
    compareWithBefore(query, slots, { ...wall[0]!, from: start }, kind, clock);
  }
}

/**
 * Two periods of which the words name one: `上个月比前一个月`, `比上周多吗` (this week beside it), `去年10月同比` (this October beside the last). The
 * one asked about comes first.
 */
function besideAnother(slots: Slots, periods: readonly PeriodMark[], clock: Clock): Period[] | undefined {
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
  const [today] = splitPeriod({ from: clock.now, until: clock.now + 1, label: "", words: "" }, first.unit, clock.zone);
  const current = first.unit === "day" ? today : today && { ...today, from: startOf(today.label, first.unit, clock) };
  return current && periodBefore(current, first.unit, clock.now, clock.zone).label === first.period.label
    ? [current, first.period]
    : undefined;
}

/** A time that is one stretch; `前一个月` is the last so many months, of which there is one. */
function periodMarks(mark: TimeMark): PeriodMark[] {
  const { sense } = mark;
  if (sense.kind === "period") return [{ ...mark, period: sense.period, unit: sense.unit }];
  const [only, another] = sense.kind === "each" ? sense.periods : [];
  return only && !another && sense.kind === "each" ? [{ ...mark, period: only, unit: sense.unit }] : [];
}

function startOf(label: string, kind: "month" | "week", { now, zone }: Clock): number {
  const back = splitPeriod(
    { from: now - (kind === "month" ? 31 : 7) * 86_400_000, until: now + 1, label: "", words: "" },
    kind,
    zone,
  );
  return back.find((p) => p.label === label)?.from ?? now;
}

const wholeOf = (periods: readonly Period[], mark: TimeMark): Period => {
  const words = mark.sense.kind === "each" ? `${periods[0]?.label} – ${periods.at(-1)?.label}` : "";
  return { from: periods[0]!.from, until: periods.at(-1)!.until, label: words, words };
};

const wantsSeries = (slots: Slots): boolean =>
  /每|各|逐|趋势|走势|曲线|变化|each|every|per|trend|by (?:week|month|day)|week by|month by|weekly|monthly/.test(
    slots.text,
  );

function unitOf(slots: Slots, text: string, at: number): Unit | null {
  const keys = (slots.marks.dimension ?? []).filter((m) => m.at === at && m.text === text).map((m) => m.key);
  return (keys.find((k) => k === "week" || k === "month" || k === "day") as Unit | undefined) ?? null;
}

function isApart(slots: Slots, query: Query): boolean {
  return (
    is(slots, "compare") ||
    is(slots, "each") ||
    is(slots, "order") ||
    /和|与|跟|比|vs|and|、/.test(slots.text) ||
    query.measures.length === 0
  );
}

function series(query: Query, all: Period[], now: number): void {
  // What has not begun has no figures; only tasks are planned ahead.
  const isAhead = ["tasks", "task_field"].includes(query.measures[0] ?? "");
  const begun = all.filter((p) => isAhead || p.from <= now);
  const periods = begun.length > 0 ? begun : all;
  if (query.group && query.group.by !== "period") {
    query.period = { ...periods[0]!, until: periods.at(-1)!.until };
    return;
  }
  query.group = { by: "period", keys: null, periods };
}

function several(query: Query, slots: Slots, periods: Period[], marks: readonly TimeMark[]): void {
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

function compareWithBefore(
  query: Query,
  slots: Slots,
  period: Period,
  unit: "day" | "week" | "month" | "other",
  clock: Clock,
): void {
  const isWanted =
    /环比|compared (?:with|to)|month over month|month-over-month|week over week|\bmom\b|增长率|增幅|增速|growth rate|比上|较上|percent change|grow by|grew by|百分之/.test(
      slots.text,
    ) &&
    (is(slots, "compare") || /比上|较上/.test(slots.text));
  if (!isWanted || (/百分之/.test(slots.text) && !is(slots, "compare", "growth"))) return;
  const measure = query.measures[0];
  const isState = measure !== undefined && states.has(measure);
  const before =
    isState && !/环比|比上|较上|over month|over week|compared/.test(slots.text)
      ? { from: 0, until: period.from, label: "before", words: "before" }
      : periodBefore(period, unit, clock.now, clock.zone);
  query.period = null;
  query.group = { by: "period", keys: null, periods: [period, before] };
  query.compare = asGrowth(query, slots) ? "growth" : "difference";
}

type PeriodMark = TimeMark & { period: Period; unit: "day" | "week" | "month" | "other" };

const around = (slots: Slots, mark: TimeMark) => ({
  after: slots.text.slice(mark.end, mark.end + 4),
  before: slots.text.slice(Math.max(0, mark.at - 14), mark.at),
});

/** `10月以来`, `since November 2`: from its start until now. */
function isSince(slots: Slots, mark: TimeMark): boolean {
  const { after, before } = around(slots, mark);
  return (
    /^(?:以来|以后|之后|至今|起|开始|到现在|到今天|后)/.test(after) ||
    /(?:since|自从?|从|from|starting) ?(?:the )?$/.test(before)
  );
}

function onePeriod(query: Query, slots: Slots, mark: PeriodMark, isState: boolean, clock: Clock): void {
  const { period } = mark;
  const { after, before } = around(slots, mark);
  const isBefore = /^(?:之?前|以前)/.test(after) || /(?:before|prior to|ahead of) ?(?:the )?$/.test(before);
  const isUntil =
    /^(?:为止|底|末)/.test(after) ||
    /(?:截至|截止到?|到|until|by the end of|by|as of|up to|end of) ?(?:the )?$/.test(before);
  if (isTagGrowth(query, slots)) {
    heldNowAndBefore(query, period);
    return;
  }
  if (isState) {
    const isCourse =
      /变化|走势|趋势|曲线|trend|over time/.test(slots.text) && period.until - period.from > 45 * 86_400_000;
    if (isCourse && !is(slots, "count")) {
      series(query, splitPeriod(period, "month", clock.zone), clock.now);
      return;
    }
    compareWithBefore(query, slots, period, mark.unit, clock);
    if (query.compare) return;
    const ms = isBefore ? period.from : Math.min(period.until - 1, clock.now);
    // Who never took a step within a time: the time is the step's.
    if (query.filters.never || query.filters.done)
      query.period = isSince(slots, mark) ? { ...period, until: clock.now + 1, words: `${period.words}以来` } : period;
    else query.at = { ms, words: period.words };
    return;
  }
  if (isSince(slots, mark)) query.period = { ...period, until: clock.now + 1, words: `${period.words}以来` };
  else if (isBefore) query.period = { ...period, from: 0, until: period.from, words: `${period.words}之前` };
  else if (isUntil && query.measures[0] && measureOf(query.measures[0]).kind === "count")
    query.period = { ...period, from: 0, words: `截至${period.words}` };
  else query.period = period;
  if (!isSince(slots, mark) && !isBefore) compareWithBefore(query, slots, period, mark.unit, clock);
}

function oneMoment(
  query: Query,
  slots: Slots,
  moment: { ms: number; words: string },
  isState: boolean,
  clock: Clock,
): void {
  if (isState) query.at = { ms: moment.ms, words: moment.words };
  else if (/以来|到现在|至今|since|起/.test(slots.text))
    query.period = { from: moment.ms, until: clock.now + 1, label: moment.words, words: `${moment.words}以来` };
  else query.period = { from: 0, until: moment.ms + 1, label: moment.words, words: moment.words };
}

/** `8月到10月`, `10月1日至7日`, `from August to October`: two times that are the ends of one. */
function joinRanges(slots: Slots, clock: Clock): TimeMark[] {
  const times = [...slots.times];
  for (let i = 0; i + 1 < times.length; i++) {
    const [a, b] = [times[i]!, times[i + 1]!];
    if (a.sense.kind !== "period" || b.sense.kind !== "period") continue;
    const between = slots.text.slice(a.end, b.at);
    const isRange =
      /^ ?(?:到|至|~|-|–|—|through|to|until) ?$/.test(between) ||
      (/^ ?and ?$/.test(between) && /between ?$/.test(slots.text.slice(0, a.at)));
    const isCompared = is(slots, "compare", "difference") || is(slots, "compare", "growth");
    if (!isRange || a.sense.period.from > b.sense.period.from || (isCompared && a.sense.unit === "month")) continue;
    const period: Period = {
      from: a.sense.period.from,
      until: Math.min(b.sense.period.until, Math.max(clock.now + 1, b.sense.period.until)),
      label: `${a.sense.period.label} – ${b.sense.period.label}`,
      words: `${a.sense.period.words}到${b.sense.period.words}`,
    };
    times.splice(i, 2, { sense: { kind: "period", unit: "other", period }, at: a.at, end: b.end });
  }
  return times;
}

/** How far back to look where no period was said: for the best of all, far enough. */
function lookBackDays(unit: Unit, slots: Slots): number {
  const isBestOf = is(slots, "order");
  if (unit === "month") return isBestOf ? 365 : 180;
  return unit === "week" ? (isBestOf ? 365 : 27) : isBestOf ? 365 : 6;
}
