import { measureOf } from "#domain/measures.ts";
import type { Period, Query } from "#domain/query.ts";
import { addsUpOverDays, dayKindsAsked, fillDayKinds } from "./day-kinds.ts";
import {
  type AskedAt,
  around,
  besideAnother,
  compareThisWithBefore,
  compareWithBefore,
  isState,
  type PeriodMark,
  several,
} from "./period-comparison.ts";
import { splitPeriod, stretch } from "./periods.ts";
import { asksWhither, is, type Slots, type TimeMark } from "./slots.ts";
import { heldNowAndBefore, isTagGrowth } from "./tag-growth.ts";
import { dayMs } from "./time-sense.ts";

type Unit = "week" | "month" | "day";
type Each = { unit: Unit; periods: readonly Period[] };
type Moment = { ms: number; words: string };

/** Works out what the times of a question mean for its measure: a period, a moment, a series, or two periods to compare. */
export function timesInto(query: Query, slots: Slots, clock: AskedAt): void {
  const times = joinRanges(slots);
  const measure = query.measures[0];
  if (measure === "person_field" || (measure === "task_field" && query.filters.task)) return;
  if (dayKindsAsked(slots).length > 0 && addsUpOverDays(query)) {
    fillDayKinds(query, slots, times, clock);
    return;
  }
  const unit = slots.mentioned.map((m) => unitOf(slots, m.text, m.at)).find((u) => u !== null) ?? null;
  const each = times.flatMap((t) => (t.sense.kind === "each" && t.sense.periods.length > 1 ? [t.sense] : []))[0];
  if (each) {
    oneByOne(query, slots, each, unit, clock);
    return;
  }
  const periods = times.flatMap(periodMarks);
  const moments = times.flatMap((t) => (t.sense.kind === "at" ? [t.sense] : []));
  const apart = setApart(query, slots, periods, moments, clock);
  if (apart) {
    several(query, slots, apart.periods, apart.marks);
    return;
  }
  const [first] = periods;
  const [moment] = moments;
  if (unit && measure && !slots.grouped.some((g) => g.by !== "period")) {
    const open = first && (isSince(slots, first) ? { ...first.period, until: clock.now + 1 } : first.period);
    series(query, splitPeriod(open ?? lookedBack(unit, slots, clock), unit, clock.zone), clock.now);
  } else if (first) onePeriod(query, slots, first, clock);
  else if (moment) oneMoment(query, slots, moment, clock);
  else if (measure && measure !== "segment_net" && asksWhither(slots.text))
    series(query, splitPeriod(lookedBack("month", slots, clock), "month", clock.zone), clock.now);
  else if (is(slots, "compare", "growth") || /环比/.test(slots.text)) compareThisWithBefore(query, slots, clock);
}

/** The last so many weeks or months: a series where one is asked for, else the whole of them. */
function oneByOne(query: Query, slots: Slots, each: Each, unit: Unit | null, clock: AskedAt): void {
  const whole = wholeOf(each.periods);
  const wanted = unit ?? (wantsSeries(slots) || asksWhither(slots.text) ? each.unit : null);
  if (wanted) {
    series(query, wanted === each.unit ? each.periods : splitPeriod(whole, wanted, clock.zone), clock.now);
  } else if (isTagGrowth(query, slots)) heldNowAndBefore(query, whole);
  else if (isState(query) && !is(slots, "compare", "growth")) {
    query.at = null;
    if (query.filters.never || query.filters.done) query.period = whole;
  } else {
    query.period = whole;
    compareWithBefore(query, slots, whole, "other", clock);
  }
}

/** The times that a question sets side by side, and which words name them; undefined where it asks for one. */
function setApart(
  query: Query,
  slots: Slots,
  marks: readonly PeriodMark[],
  moments: readonly Moment[],
  clock: AskedAt,
): { periods: Period[]; marks: readonly PeriodMark[] } | undefined {
  const beside = besideAnother(slots, marks, clock);
  if (beside) return { periods: beside, marks: [] };
  if (marks.length >= 2 && isApart(slots, query)) return { periods: marks.map(({ period }) => period), marks };
  if (moments.length !== 2 || !is(slots, "compare")) return undefined;
  return { periods: moments.map(({ ms, words }) => ({ from: ms, until: ms + 1, label: words, words })), marks: [] };
}

/** A time that is one stretch; `前一个月` is the last so many months, of which there is one. */
function periodMarks(mark: TimeMark): PeriodMark[] {
  const { sense } = mark;
  if (sense.kind === "period") return [{ ...mark, period: sense.period, unit: sense.unit }];
  const [only, another] = sense.kind === "each" ? sense.periods : [];
  return only && !another && sense.kind === "each" ? [{ ...mark, period: only, unit: sense.unit }] : [];
}

const wholeOf = (periods: readonly Period[]): Period => {
  const words = `${periods[0]?.label} – ${periods.at(-1)?.label}`;
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

function series(query: Query, all: readonly Period[], now: number): void {
  // What has not begun has no figures; only tasks are planned ahead.
  const isAhead = ["tasks", "task_field"].includes(query.measures[0] ?? "");
  const begun = all.filter((p) => isAhead || p.from <= now);
  const periods = begun.length > 0 ? begun : all;
  if (query.group && query.group.by !== "period") {
    query.period = { ...periods[0]!, until: periods.at(-1)!.until };
    return;
  }
  query.group = { by: "period", keys: null, periods: [...periods] };
}

/** `10月以来`, `since November 2`: from its start until now. */
function isSince(slots: Slots, mark: TimeMark): boolean {
  const { after, before } = around(slots, mark);
  return (
    /^(?:以来|以后|之后|至今|起|开始|到现在|到今天|后)/.test(after) ||
    /(?:since|自从?|从|from|starting) ?(?:the )?$/.test(before)
  );
}

function onePeriod(query: Query, slots: Slots, mark: PeriodMark, clock: AskedAt): void {
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
  if (isState(query)) {
    const isCourse = /变化|走势|趋势|曲线|trend|over time/.test(slots.text) && period.until - period.from > 45 * dayMs;
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

function oneMoment(query: Query, slots: Slots, moment: Moment, clock: AskedAt): void {
  if (isState(query)) query.at = { ms: moment.ms, words: moment.words };
  else if (/以来|到现在|至今|since|起/.test(slots.text))
    query.period = { from: moment.ms, until: clock.now + 1, label: moment.words, words: `${moment.words}以来` };
  else query.period = { from: 0, until: moment.ms + 1, label: moment.words, words: moment.words };
}

/** `8月到10月`, `10月1日至7日`, `from August to October`: two times that are the ends of one. */
function joinRanges(slots: Slots): TimeMark[] {
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
      until: b.sense.period.until,
      label: `${a.sense.period.label} – ${b.sense.period.label}`,
      words: `${a.sense.period.words}到${b.sense.period.words}`,
    };
    times.splice(i, 2, { sense: { kind: "period", unit: "other", period }, at: a.at, end: b.end });
  }
  return times;
}

/** Where to look where no period was said: for the best of all, far enough back. */
function lookedBack(unit: Unit, slots: Slots, { now }: AskedAt): Period {
  const usual = { month: 180, week: 27, day: 6 };
  return stretch(now - (is(slots, "order") ? 365 : usual[unit]) * dayMs, now + 1);
}
