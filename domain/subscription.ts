import { narrowDigits, readChinese } from "./number.ts";
import { fromZoned, zoned } from "./zone.ts";

/** When a question is answered by itself: on a schedule, or when its figure crosses a line. */
export type SubscriptionRule =
  | { kind: "schedule"; every: "day" | "week" | "month"; day: number; hour: number; minute: number }
  | { kind: "alarm"; is: "above" | "below"; value: number };

export type Subscription = {
  id: string;
  personId: string;
  question: string;
  /** Earlier questions that it leans on. */
  context: string[];
  rule: SubscriptionRule;
  nextAt: number;
  /** An alarm rings once, and again only after its figure has come back. */
  isRinging: boolean;
  createdAt: number;
};

const weekdays = "一二三四五六日";
const dayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** `每周一9点发我`, `每天早上8点半发给我`, `每月1号`, `every Monday at 9`, `低于 20% 告诉我`. Null where a text asks for neither. */
export function readSubscription(text: string): SubscriptionRule | null {
  const plain = narrowDigits(text).toLowerCase();
  return readAlarm(plain) ?? readSchedule(plain);
}

function readAlarm(text: string): SubscriptionRule | null {
  if (!/告诉我|提醒我|通知我|叫我|报警|喊我|tell me|alert me|notify me|let me know/.test(text)) return null;
  const hit =
    /(低于|不到|少于|跌破|小于|below|under|less than|drops? below|高于|超过|多于|大于|涨破|above|over|more than|exceeds?) ?(\d+(?:\.\d+)?)/.exec(
      text,
    );
  if (!hit) return null;
  return {
    kind: "alarm",
    is: /低|不到|少|跌|小|below|under|less/.test(hit[1]!) ? "below" : "above",
    value: Number(hit[2]),
  };
}

function readSchedule(text: string): SubscriptionRule | null {
  const time = clockIn(text);
  const week = /每(?:个)?(?:周|星期|礼拜)([一二三四五六日天])/.exec(text);
  if (week)
    return { kind: "schedule", every: "week", day: weekdays.indexOf(week[1] === "天" ? "日" : week[1]!) + 1, ...time };
  const named = /every (monday|tuesday|wednesday|thursday|friday|saturday|sunday)/.exec(text);
  if (named) return { kind: "schedule", every: "week", day: dayNames.indexOf(named[1]!) + 1, ...time };
  const month = /每(?:个)?月(\d{1,2})[号日]/.exec(text);
  if (month) return { kind: "schedule", every: "month", day: Math.min(28, Math.max(1, Number(month[1]))), ...time };
  const asksToSend = /发我|发给我|推给我|给我发|send/.test(text);
  return asksToSend && /每天|每日|every day|daily/.test(text)
    ? { kind: "schedule", every: "day", day: 0, ...time }
    : null;
}

function clockIn(text: string): { hour: number; minute: number } {
  const hit =
    /(早上|上午|下午|晚上|晚)?(\d{1,2}|[一二三四五六七八九十]{1,3})(?:点|:)(半|\d{2})?|at (\d{1,2})(?::(\d{2}))? ?(am|pm)?/.exec(
      text,
    );
  if (!hit) return { hour: 9, minute: 0 };
  const said = hit[2] ?? hit[4]!;
  const hour = /^\d/.test(said) ? Number(said) : (readChinese(said) ?? 9);
  const minute = hit[3] === "半" ? 30 : Number(hit[3] ?? hit[5] ?? 0);
  const isLater = /下午|晚/.test(hit[1] ?? "") || hit[6] === "pm";
  return { hour: Math.min(23, isLater && hour < 12 ? hour + 12 : hour), minute: Math.min(59, minute) };
}

/** When it is due after a time (epoch milliseconds): the next reading of the clock, or for alarms an hour later. */
export function nextDue(rule: SubscriptionRule, after: number, zone: string): number {
  if (rule.kind === "alarm") return after + 3_600_000;
  const { year, month, day, weekday } = zoned(after, zone);
  const clock = { hour: rule.hour, minute: rule.minute };
  for (let ahead = 0; ahead <= 62; ahead++) {
    const at = fromZoned({ year, month, day: day + ahead, ...clock }, zone);
    const then = zoned(at, zone);
    const isDay =
      rule.every === "day" ||
      (rule.every === "week" ? ((weekday - 1 + ahead) % 7) + 1 === rule.day : then.day === rule.day);
    if (isDay && at > after) return at;
  }
  return after + 86_400_000;
}

/** The question without what it says of when to send it. */
export function withoutSubscription(text: string): string {
  return text
    .replace(
      /(?:,|,)?(?:请)?每(?:个)?(?:周|星期|礼拜|天|日|月)[一二三四五六日天\d号日]*(?:早上|上午|下午|晚上)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})?(?:点|:)?(?:半|\d{2})?(?:整)?(?:都)?(?:发我|发给我|推给我|给我发(?:一次)?|发一次)/g,
      "",
    )
    .replace(
      /(?:,|,)?(?:如果|一旦|要是)?(?:低于|不到|少于|跌破|小于|高于|超过|多于|大于|涨破) ?\d+(?:\.\d+)? ?%? ?(?:就|时|的话|的时候)? ?(?:请)?(?:告诉我|提醒我|通知我|叫我|喊我|报警)/g,
      "",
    )
    .replace(/,? ?(?:every (?:day|\w+day)|daily)(?: at [\d:]+ ?(?:am|pm)?)?/gi, "")
    .replace(
      /,? ?(?:and )?(?:tell|alert|notify) me (?:when|if) (?:it|this) (?:is |drops? |falls? |goes )?(?:below|under|above|over) \d+ ?%?/gi,
      "",
    )
    .replace(/^ *(?:send me|please send me)/i, "")
    .trim();
}
