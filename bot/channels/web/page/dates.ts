import type { Lang, Say } from "./words.ts";

const locales = { zh: "zh-CN", en: "en-GB" };
const formats = new Map<string, Intl.DateTimeFormat>();

function format(lang: Lang, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = lang + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locales[lang], options);
    formats.set(key, made);
  }
  return made.format(at);
}

/** `14:03` */
export function clock(lang: Lang, at: number): string {
  return format(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, at);
}

/** The day as a number that grows by one each day, in the reader's own zone. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** The head of a day in a chat: 今天, 昨天, 11月20日 星期四. */
export function dayName(lang: Lang, say: Say, at: number, now: number): string {
  const ago = dayOf(now) - dayOf(at);
  if (ago === 0) return say("today");
  if (ago === 1) return say("yesterday");
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const year: Intl.DateTimeFormatOptions = sameYear ? {} : { year: "numeric" };
  return format(lang, { ...year, month: "long", day: "numeric", weekday: "long" }, at);
}

/** The time beside a chat in the list: the hour today, then the day. */
export function shortTime(lang: Lang, say: Say, at: number, now: number): string {
  const ago = dayOf(now) - dayOf(at);
  if (ago <= 0) return clock(lang, at);
  if (ago === 1) return say("yesterday");
  if (ago < 7) return format(lang, { weekday: "short" }, at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? format(lang, { month: "numeric", day: "numeric" }, at)
    : format(lang, { year: "numeric", month: "numeric", day: "numeric" }, at);
}
