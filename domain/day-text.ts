import { readChinese } from "./number.ts";
import { daysInMonth, endOfDay, fromZoned, type WallClock, type Zoned } from "./zone.ts";

/** What the reader of a time knows: now, as an instant and on the wall. */
export type Now = { ms: number; zone: string; wall: Zoned };

/** A stretch of time that somebody named: `from` its first, `until` its last millisecond. `day` where it is one day; both ends inclusive. */
export type Stretch = { from: number; until: number; day: { year: number; month: number; day: number } | null };

type Rule = { pattern: RegExp; read: (match: RegExpExecArray, now: Now) => Stretch | null };

const hourMs = 3_600_000;

/** `3`, `三`, `十五`; English words up to ten. NaN for anything else. */
function count(text: string): number {
  const english = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].indexOf(text);
  if (english >= 0) return english;
  if (/^an?$/.test(text)) return 1;
  return /^\d+$/.test(text) ? Number(text) : (readChinese(text) ?? Number.NaN);
}

function dayOf(clock: WallClock, now: Now): Stretch {
  const from = fromZoned(clock, now.zone);
  const { year, month, day } = clock;
  return { from, until: endOfDay(from, now.zone), day: { year, month, day } };
}

/** The day that many days from today. */
function inDays(days: number, now: Now): Stretch | null {
  if (!Number.isInteger(days) || Math.abs(days) > 3660) return null;
  const { year, month, day } = now.wall;
  const carried = fromZoned({ year, month, day: day + days, hour: 12 }, now.zone);
  return {
    from: fromZoned({ year, month, day: day + days }, now.zone),
    until: endOfDay(carried, now.zone),
    day: { year, month, day: day + days },
  };
}

function span(first: WallClock, last: WallClock, now: Now): Stretch {
  return {
    from: fromZoned(first, now.zone),
    until: fromZoned({ ...last, day: last.day + 1 }, now.zone) - 1,
    day: null,
  };
}

/** Now until a moment: `24小时内` lasts until then, and `24小时后` is then. */
function moment(ms: number): Stretch {
  return { from: ms, until: ms, day: null };
}

const isDay = (year: number, month: number, day: number) =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);

/** A date without a year is the next one that exists: in December `1月5日` is next year's, and `2月29日` waits for a leap year. */
function nextDate(month: number, day: number, now: Now): Stretch | null {
  for (let year = now.wall.year; year <= now.wall.year + 8; year++) {
    if (!isDay(year, month, day)) continue;
    const named = dayOf({ year, month, day }, now);
    if (named.until >= now.ms) return named;
  }
  return null;
}

function dated(year: string | undefined, month: string, day: string, now: Now): Stretch | null {
  const [m, d] = [count(month), count(day)];
  if (year === undefined) return nextDate(m, d, now);
  const y = yearNamed(year, now);
  return y !== null && isDay(y, m, d) ? dayOf({ year: y, month: m, day: d }, now) : null;
}

function yearNamed(text: string, now: Now): number | null {
  const near = { 今年: 0, 明年: 1, 后年: 2, 去年: -1 }[text.replace(/年?$/, "年")];
  if (near !== undefined) return now.wall.year + near;
  const digits = count(text.replace(/年$/, ""));
  if (digits >= 1900 && digits < 2200) return digits;
  return digits >= 20 && digits < 60 ? 2000 + digits : null;
}

/** A day of this month, or of the next when this month's has passed. */
function dayOfMonth(day: number, now: Now): Stretch | null {
  for (let ahead = 0; ahead < 3; ahead++) {
    const year = now.wall.year + Math.floor((now.wall.month - 1 + ahead) / 12);
    const month = ((now.wall.month - 1 + ahead) % 12) + 1;
    if (!isDay(year, month, day)) continue;
    const named = dayOf({ year, month, day }, now);
    if (named.until >= now.ms) return named;
  }
  return null;
}

function inMonth(ahead: number, now: Now): { year: number; month: number } {
  const index = now.wall.month - 1 + ahead;
  return { year: now.wall.year + Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 };
}

function wholeMonth({ year, month }: { year: number; month: number }, now: Now): Stretch {
  return span({ year, month, day: 1 }, { year, month, day: daysInMonth(year, month) }, now);
}

/** A part of a month: its end, its middle, or one of its three tens of days. */
function partOfMonth(part: string, at: { year: number; month: number }, now: Now): Stretch | null {
  const last = daysInMonth(at.year, at.month);
  if (/底|末/.test(part)) return dayOf({ ...at, day: last }, now);
  if (/中$|月中/.test(part) && !/旬/.test(part)) return dayOf({ ...at, day: 15 }, now);
  const tens = { 上旬: [1, 10], 中旬: [11, 20], 下旬: [21, last] }[part];
  return tens ? span({ ...at, day: tens[0]! }, { ...at, day: tens[1]! }, now) : null;
}

/** The month that is named, this year's or the next to come. */
function monthNamed(text: string, now: Now): { year: number; month: number } | null {
  const month = count(text);
  if (!(month >= 1 && month <= 12)) return null;
  return { year: now.wall.year + (month < now.wall.month ? 1 : 0), month };
}

const weekdayOf: Record<string, number> = {
  一: 1,
  二: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  日: 7,
  天: 7,
  末: 7,
  "1": 1,
  "2": 2,
  "3": 3,
  "4": 4,
  "5": 5,
  "6": 6,
  "7": 7,
};
const englishDays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const englishMonths = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A weekday of this week (`weeks` 0), the next (1) …; weeks begin on Monday. Without a week: the next such day, today included. */
function weekday(day: number, weeks: number | null, now: Now): Stretch | null {
  const ahead = day - now.wall.weekday;
  return inDays(weeks === null ? (ahead + 7) % 7 : ahead + 7 * weeks, now);
}

function wholeWeek(weeks: number, now: Now): Stretch {
  const monday = now.wall.day - now.wall.weekday + 1 + 7 * weeks;
  const { year, month } = now.wall;
  return span({ year, month, day: monday }, { year, month, day: monday + 6 }, now);
}

const weeksAhead = (text: string | undefined): number | null => {
  if (!text) return null;
  if (/^(?:上|last)/.test(text)) return -(text.match(/上/g)?.length ?? 1);
  if (/^(?:这|本|this)/.test(text)) return 0;
  return text.match(/下/g)?.length ?? 1;
};

/** Days that everybody knows by name and that fall on the same date each year. */
const holidays: Record<string, [month: number, day: number]> = {
  元旦: [1, 1],
  情人节: [2, 14],
  妇女节: [3, 8],
  三八节: [3, 8],
  愚人节: [4, 1],
  五一: [5, 1],
  劳动节: [5, 1],
  儿童节: [6, 1],
  六一: [6, 1],
  "618": [6, 18],
  七一: [7, 1],
  国庆节: [10, 1],
  国庆: [10, 1],
  十一: [10, 1],
  万圣节: [10, 31],
  双十一: [11, 11],
  双11: [11, 11],
  双十二: [12, 12],
  双12: [12, 12],
  平安夜: [12, 24],
  圣诞节: [12, 25],
  圣诞: [12, 25],
  christmas: [12, 25],
  halloween: [10, 31],
};

const n = "\\d{1,4}|[一二两兩三四五六七八九十]{1,3}";
const small = "\\d{1,2}|[一二三四五六七八九十]{1,3}";
const en = "\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten";
const monthName = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?";
const weekName = "(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|r|rs|nes)?(?![a-z])";
const sticky = (source: string) => new RegExp(source, "y");
const englishMonth = (name: string) => englishMonths.indexOf(name) + 1;

/** Most exact first: the first that fits at a place is taken. */
// biome-ignore format: a table, one way of naming days a line
const rules: Rule[] = [
  { pattern: sticky("((?:19|20)\\d\\d)[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)"), read: ([, y, m, d], now) => dated(y, m!, d!, now) },
  { pattern: sticky(`(\\d{4}年|\\d\\d年|二〇[〇一二三四五六七八九]{2}年|今年|明年|去年|后年)?(${small})月份?(${small})(?:[日号]|(?![\\d个]))`), read: ([, y, m, d], now) => dated(y, m!, d!, now) },
  { pattern: sticky(`(${n})个?小时(?:之?[内后]|以内|以后)`), read: ([, h], now) => (count(h!) <= 10_000 ? moment(now.ms + count(h!) * hourMs) : null) },
  { pattern: sticky("半个?小时(?:之?[内后]|以内|以后)"), read: (_, now) => moment(now.ms + hourMs / 2) },
  { pattern: sticky(`(${n})分钟(?:之?[内后]|以内|以后)`), read: ([, m], now) => moment(now.ms + count(m!) * 60_000) },
  { pattern: sticky(`(${n})[天日](?:之?[内后]|以内|以后|时间)`), read: ([, d], now) => inDays(count(d!), now) },
  { pattern: sticky(`(${n})[天日](?:之?前|以前)`), read: ([, d], now) => inDays(-count(d!), now) },
  { pattern: sticky(`(${n})(?:个?星期|个?礼拜|周)(?:之?[内后]|以内|以后|时间)`), read: ([, w], now) => inDays(7 * count(w!), now) },
  { pattern: sticky("半个?月(?:之?[内后]|以内|以后|时间)"), read: (_, now) => inDays(15, now) },
  { pattern: sticky(`(${n})个月(?:之?[内后]|以内|以后|时间)`), read: ([, m], now) => monthsLater(count(m!), now) },
  { pattern: sticky("大后[天日]"), read: (_, now) => inDays(3, now) },
  { pattern: sticky("后[天日](?!的?努力)"), read: (_, now) => inDays(2, now) },
  { pattern: sticky("明[天日]"), read: (_, now) => inDays(1, now) },
  { pattern: sticky("今[天日]|当天"), read: (_, now) => inDays(0, now) },
  { pattern: sticky("前天"), read: (_, now) => inDays(-2, now) },
  { pattern: sticky("昨[天日]"), read: (_, now) => inDays(-1, now) },
  { pattern: sticky("(下{1,3}个?|上{1,2}个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天末1-7])(?![\\d年月个])"), read: ([, w, d], now) => weekday(weekdayOf[d!]!, weeksAhead(w), now) },
  { pattern: sticky("(下{1,3}个?|上{1,2}个?|这个?|本)(?:周|星期|礼拜)(?:内|底|之内)?"), read: ([, w], now) => wholeWeek(weeksAhead(w)!, now) },
  { pattern: sticky("(下{1,2}个?|上个?|这个?|本|当)月(\\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"), read: ([, w, d], now) => dated(...monthDay(w!, d!, now), now) },
  { pattern: sticky("(下{1,2}个?|上个?|这个?|本|当)月(底|末|中旬|上旬|下旬|中)"), read: ([, w, part], now) => partOfMonth(part!, inMonth(weeksAhead(w!.replace("当", "本"))!, now), now) },
  { pattern: sticky("(下{1,2}个?|上个?|这个?|本|当)月(?:之?内)?"), read: ([, w], now) => wholeMonth(inMonth(weeksAhead(w!.replace("当", "本"))!, now), now) },
  { pattern: sticky(`(${small})月份?(底|末|中旬|上旬|下旬|中)`), read: ([, m, part], now) => monthPart(m!, part!, now) },
  { pattern: sticky(`(${small})月份?(?:之?内|(?=之?前))`), read: ([, m], now) => monthPart(m!, "", now) },
  { pattern: sticky("月(底|末|中)(?!旬)"), read: ([, part], now) => partOfMonth(part!, inMonth(0, now), now) },
  { pattern: sticky("(?:(今|明)年)?年[底末]|(今|明)年[底末]"), read: ([, a, b], now) => dated(`${a ?? b ?? "今"}年`, "12", "31", now) },
  { pattern: sticky("(?:本|这个?)?季度?(?:底|末)|季末"), read: (_, now) => quarterEnd(now) },
  { pattern: sticky(`(?:(今年|明年)的?)?(${Object.keys(holidays).join("|")})(?![月点:\\d])`), read: ([, y, name], now) => holiday(y, name!, now) },
  { pattern: sticky("(\\d{1,2}|[一二三四五六七八九十]{1,3})[号日](?![\\u4e00-\\u9fff]?[线楼店车])"), read: ([, d], now) => dayOfMonth(count(d!), now) },
  { pattern: sticky("(\\d{1,2})[-/](\\d{1,2})(?![\\d/-])"), read: ([, m, d], now) => dated(undefined, m!, d!, now) },
  { pattern: sticky("(\\d{1,2})\\.(\\d{1,2})(?=日|号| ?(?:之?前|截止|交|到期))[日号]?"), read: ([, m, d], now) => dated(undefined, m!, d!, now) },
  { pattern: sticky(`${monthName} ?(\\d{1,2})(?:st|nd|rd|th)?(?:,? ?((?:19|20)\\d\\d))?(?![\\d:])`), read: ([, m, d, y], now) => dated(y, String(englishMonth(m!)), d!, now) },
  { pattern: sticky(`(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${monthName}(?:,? ?((?:19|20)\\d\\d))?(?![a-z])`), read: ([, d, m, y], now) => dated(y, String(englishMonth(m!)), d!, now) },
  { pattern: sticky("the day after tomorrow"), read: (_, now) => inDays(2, now) },
  { pattern: sticky("(?:tomorrow|tmrw|tmr)(?![a-z])"), read: (_, now) => inDays(1, now) },
  { pattern: sticky("(?:today|eod|end of (?:the )?day|cob)(?![a-z])"), read: (_, now) => inDays(0, now) },
  { pattern: sticky("yesterday"), read: (_, now) => inDays(-1, now) },
  { pattern: sticky(`(?:in|within) (?:the next )?(${en}) hours?`), read: ([, h], now) => moment(now.ms + count(h!) * hourMs) },
  { pattern: sticky(`(?:in|within) (?:the next )?(${en}) days?`), read: ([, d], now) => inDays(count(d!), now) },
  { pattern: sticky(`(?:in|within) (?:the next )?(${en}) weeks?`), read: ([, w], now) => inDays(7 * count(w!), now) },
  { pattern: sticky(`(?:in|within) (?:the next )?(${en}) months?`), read: ([, m], now) => monthsLater(count(m!), now) },
  { pattern: sticky("(?:the )?end of (?:the |this )?week|eow|(?:this )?weekend"), read: (_, now) => weekday(7, 0, now) },
  { pattern: sticky("(?:the )?end of (?:the |this )?month|eom"), read: (_, now) => partOfMonth("底", inMonth(0, now), now) },
  { pattern: sticky("(?:the )?end of next month"), read: (_, now) => partOfMonth("底", inMonth(1, now), now) },
  { pattern: sticky("(?:the )?end of next week"), read: (_, now) => weekday(7, 1, now) },
  { pattern: sticky(`(?:the )?end of ${monthName}`), read: ([, m], now) => monthPart(String(englishMonth(m!)), "底", now) },
  { pattern: sticky("(?:the )?end of (?:the |this )?year|eoy|year[- ]end"), read: (_, now) => dated("今年", "12", "31", now) },
  { pattern: sticky(`(?:(this|next|last|coming) )?${weekName}`), read: ([, w, d], now) => weekday(englishDays.indexOf(d!) + 1, weeksAhead(w === "coming" ? undefined : w), now) },
  { pattern: sticky("(this|next|last) week"), read: ([, w], now) => wholeWeek(weeksAhead(w)!, now) },
  { pattern: sticky("(this|next|last) month"), read: ([, w], now) => wholeMonth(inMonth(weeksAhead(w)!, now), now) },
  { pattern: sticky("the (\\d{1,2})(?:st|nd|rd|th)"), read: ([, d], now) => dayOfMonth(Number(d), now) },
];

function monthDay(which: string, day: string, now: Now): [string, string, string] {
  const { year, month } = inMonth(weeksAhead(which.replace("当", "本"))!, now);
  return [String(year), String(month), day];
}

function monthPart(month: string, part: string, now: Now): Stretch | null {
  const named = monthNamed(month, now);
  if (!named) return null;
  return part === "" ? wholeMonth(named, now) : partOfMonth(part, named, now);
}

/** The same day of a later month, or that month's last when it is shorter. */
function monthsLater(months: number, now: Now): Stretch | null {
  if (!Number.isInteger(months) || months > 240) return null;
  const at = inMonth(months, now);
  return dayOf({ ...at, day: Math.min(now.wall.day, daysInMonth(at.year, at.month)) }, now);
}

function quarterEnd(now: Now): Stretch {
  const month = Math.ceil(now.wall.month / 3) * 3;
  return dayOf({ year: now.wall.year, month, day: daysInMonth(now.wall.year, month) }, now);
}

function holiday(year: string | undefined, name: string, now: Now): Stretch | null {
  const [month, day] = holidays[name]!;
  return dated(year, String(month), String(day), now);
}

/**
 * The day, week, month or moment that is named at a place of a lower-case text, and where its name ends. The stretch is null for a date
 * that no calendar has (`2月30日`).
 */
export function readDayAt(text: string, index: number, now: Now): { end: number; stretch: Stretch | null } | null {
  for (const { pattern, read } of rules) {
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    if (!match) continue;
    const stretch = read(match, now);
    const end = index + match[0].length;
    if (stretch && Number.isFinite(stretch.until)) return { end, stretch };
    if (/^[^月]{1,6}月.{1,3}[日号]$|^\d{4}\D/.test(match[0])) return { end, stretch: null };
  }
  return null;
}
