import { measureOf } from "#domain/measures.ts";
import type { Period, Query } from "#domain/query.ts";
import { zoned } from "#domain/zone.ts";
import { splitPeriod } from "./periods.ts";
import { is, type Slots, type TimeMark } from "./slots.ts";

const workdayForms = /工作日|平日(?!里)|平时|周中|周一到周五|\bweekdays?\b|\bworking days?\b/;
const weekendForms = /周末|双休|周六日|\bweekends?\b/;
const yearMs = 365 * 86_400_000;

/** Whether a question sets weekdays against weekends, or asks for weekdays alone. Those that fall on holidays are not known. */
export function dayKindsAsked(slots: Slots): string[] {
  if (!workdayForms.test(slots.text)) return [];
  return weekendForms.test(slots.text) ? ["workday", "weekend"] : ["workday"];
}

/** Only what adds up over stretches of time can be split so: no states, no members, no influence. */
export const addsUpOverDays = ({ measures }: Query): boolean =>
  measures.length === 1 &&
  measures.every((key) => ["assignments", "submissions", "posts", "comments"].includes(measureOf(key).subject)) &&
  !["influence", "funnel", "weakest_step", "step_lost", "quota_attainment"].includes(measures[0] ?? "");

/** `工作日和周末比`: the whole time that is asked for, or the last year, in stretches of one kind. */
export function fillDayKinds(
  query: Query,
  slots: Slots,
  times: readonly TimeMark[],
  clock: { now: number; zone: string },
): void {
  const keys = dayKindsAsked(slots);
  const said = times.flatMap((mark) =>
    mark.sense.kind === "period" && !isWeekend(mark, slots) ? [mark.sense.period] : [],
  );
  const words = /[\u4e00-\u9fff]/.test(slots.text) ? "近一年" : "the last year";
  const whole = said[0] ?? { from: clock.now - yearMs, until: clock.now + 1, label: words, words };
  query.period = whole;
  query.group = {
    by: "weekday",
    keys,
    periods: stretches(whole, clock.zone).filter((p) => keys.some((key) => p.label.startsWith(key))),
  };
  query.count = "rows";
  const isDifference = is(slots, "compare", "difference") && /多少|几|how (?:much|many)/.test(slots.text);
  query.compare = keys.length === 2 && isDifference ? "difference" : null;
}

const isWeekend = (mark: TimeMark, slots: Slots): boolean => weekendForms.test(slots.text.slice(mark.at, mark.end));

/** Labels begin with the kind: `weekend 2026-11-14`. */
function stretches(whole: Period, zone: string): Period[] {
  const found: Period[] = [];
  for (const day of splitPeriod(whole, "day", zone)) {
    const kind = zoned(day.from, zone).weekday >= 6 ? "weekend" : "workday";
    const last = found.at(-1);
    if (last?.label.startsWith(kind)) last.until = day.until;
    else found.push({ ...day, label: `${kind} ${day.label}` });
  }
  return found;
}
