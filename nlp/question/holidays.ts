import { fromZoned, startOfDay, zoned } from "#domain/zone.ts";

/** A day of a year; one below 1 or beyond its month lies in the month next to it. */
type CalendarDay = { month: number; day: number };
type Stretch = CalendarDay & { days: number };

type Holiday = {
  zh: string;
  en: string;
  /** Its own day; undefined for a year whose lunar days are not known here. */
  day: (year: number) => CalendarDay | undefined;
  /** What is meant unless the day itself is named: as many days, begun so many before it; `bridge`: the day and the weekend it touches. */
  off?: { before: number; days: number } | "bridge";
  /** For days of shopping: the sale runs from this day of the month. */
  saleFrom?: number;
};

const fixed = (month: number, day: number) => () => ({ month, day });
const lunarOrder = ["newYear", "dragonBoat", "qixi", "midAutumn", "doubleNinth"] as const;
const lunar =
  (name: (typeof lunarOrder)[number], days = 0) =>
  (year: number): CalendarDay | undefined => {
    const [month, day] = lunarDays[year]?.[lunarOrder.indexOf(name)]?.split("-").map(Number) ?? [];
    return month && day ? { month, day: day + days } : undefined;
  };

/** The so-manieth weekday (1 is Monday) of a month. */
const weekdayOfMonth = (month: number, weekday: number, nth: number) => (year: number) => {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay() || 7;
  return { month, day: 1 + ((weekday - first + 7) % 7) + 7 * (nth - 1) };
};
const thanksgiving = (days: number) => (year: number) => {
  const { month, day } = weekdayOfMonth(11, 4, 4)(year);
  return { month, day: day + days };
};

/**
 * The holidays of Chinese law with the length that the State Council has given them (春节 eight days from its eve and 五一 five since 2024/2025;
 * https://www.gov.cn/zhengce/content/202411/content_6986382.htm), and the days by which shops count. One day off is joined to the weekend it touches;
 * the working weekends by which a year moves its bridges are not known here, so answers say from when to when they count.
 */
const holidays: Holiday[] = [
  { zh: "元旦", en: "new year'?s(?: day)?", day: fixed(1, 1), off: "bridge" },
  { zh: "除夕|年三十", en: "(?:chinese|lunar) new year'?s eve", day: lunar("newYear", -1) },
  {
    zh: "春节|大年初一|过年(?=期间|那)",
    en: "spring festival|(?:chinese|lunar) new year",
    day: lunar("newYear"),
    off: { before: 1, days: 8 },
  },
  { zh: "元宵", en: "lantern festival", day: lunar("newYear", 14) },
  { zh: "情人节", en: "valentine'?s(?: day)?", day: fixed(2, 14) },
  { zh: "妇女节|女神节|三八(?=节|当天|那天|期间)|38(?=节|大促)", en: "women'?s day", day: fixed(3, 8), saleFrom: 1 },
  { zh: "清明", en: "qing ?ming(?: festival)?|tomb[- ]sweeping(?: day)?", day: qingming, off: "bridge" },
  { zh: "五一|劳动节", en: "may day|labou?r day", day: fixed(5, 1), off: { before: 0, days: 5 } },
  { zh: "母亲节", en: "mother'?s day", day: weekdayOfMonth(5, 7, 2) },
  { zh: "520(?=当天|那天|那一天|期间|大促|活动)", en: "520(?= (?:day|sale))", day: fixed(5, 20) },
  { zh: "儿童节|六一(?=节|当天|那天|期间)", en: "children'?s day", day: fixed(6, 1) },
  { zh: "端午", en: "dragon[- ]boat(?: festival)?|duanwu", day: lunar("dragonBoat"), off: "bridge" },
  { zh: "618", en: "618", day: fixed(6, 18), saleFrom: 1 },
  { zh: "父亲节", en: "father'?s day", day: weekdayOfMonth(6, 7, 3) },
  { zh: "七夕", en: "qi ?xi(?: festival)?", day: lunar("qixi") },
  { zh: "教师节", en: "teachers?'? day", day: fixed(9, 10) },
  { zh: "中秋", en: "mid[- ]autumn(?: festival| day)?|moon festival", day: lunar("midAutumn"), off: "bridge" },
  {
    zh: "国庆|十一(?=假期|长假|期间|黄金周|小长假|那几天)",
    en: "national day|golden week",
    day: fixed(10, 1),
    off: { before: 0, days: 7 },
  },
  { zh: "重阳", en: "double ninth(?: festival)?", day: lunar("doubleNinth") },
  { zh: "万圣节", en: "halloween", day: fixed(10, 31) },
  {
    zh: "双(?:十一|11)|光棍节",
    en: "(?:double|double[- ])(?:eleven|11)|singles'? day|11\\.11",
    day: fixed(11, 11),
    saleFrom: 1,
  },
  { zh: "感恩节", en: "thanksgiving(?: day)?", day: thanksgiving(0) },
  { zh: "黑五|黑色星期五", en: "black friday", day: thanksgiving(1) },
  { zh: "网络星期一", en: "cyber monday", day: thanksgiving(4) },
  {
    zh: "双(?:十二|12)",
    en: "(?:double|double[- ])(?:twelve|12)|12\\.12",
    day: fixed(12, 12),
    saleFrom: 1,
  },
  { zh: "平安夜", en: "christmas eve", day: fixed(12, 24) },
  { zh: "圣诞", en: "christmas(?: day)?|xmas", day: fixed(12, 25) },
];

const yearWord = "(今年|去年|前年|明年|(?:20)?\\d\\d年?)的?";
const ownDay = "当天|当日|那天|那一天|这天|正日子";
const tail = `(?:节日?)?(?:的)?(${ownDay}|七天长假|小长假|长假|假期|期间|前后|黄金周|大促|活动|那几天|七天|那会儿)?`;
/** What makes a bare number of a shopping day a number again: `618篇`. */
const isNumber = "(?![\\d.%]| ?[篇个人次条单元分名位块万千])";

/** A holiday with its year, in a folded question. Which of the holidays it is stands in the groups that follow the year. */
export const holidayPatterns: readonly { pattern: string; holiday: number }[] = holidays.flatMap(
  ({ zh, en }, holiday) => [
    { pattern: `(?:${yearWord})?(?:${zh})${/\d/.test(zh) ? isNumber : ""}${tail}`, holiday },
    {
      pattern: `(?:(?:on|during|over|at|around|for|in) )?(?:the )?(?:(this|last|20\\d\\d)(?: year'?s)? )?(?:${en})${isNumber}( holidays?| week| sales?| festival| period)?(?: (?:in |of )?(this year|last year|20\\d\\d))?`,
      holiday,
    },
  ],
);

/** From its start to its end, the end excluded. Epoch milliseconds. */
export type HolidaySpan = { from: number; until: number; days: number };

/**
 * When a holiday that was named lasts: of the year that is named with it, otherwise of the last one that has begun. `hit` is what one of
 * `holidayPatterns` found. Undefined for a year whose lunar days are not known here.
 */
export function holidaySpan(holiday: number, hit: RegExpExecArray, now: number, zone: string): HolidaySpan | undefined {
  const which = holidays[holiday]!;
  const [, first, part, last] = hit;
  const spanOf = (year: number): HolidaySpan | undefined => {
    const stretch = stretchOf(which, year, part?.trim() ?? "");
    if (!stretch) return undefined;
    const from = fromZoned({ year, month: stretch.month, day: stretch.day }, zone);
    return { from, until: startOfDay(from + halfDayMs, zone, stretch.days), days: stretch.days };
  };
  const { year: current } = zoned(now, zone);
  const named = yearNamed(first ?? last, current);
  if (named !== undefined) return spanOf(named);
  const latest = spanOf(current);
  return latest && latest.from <= now ? latest : spanOf(current - 1);
}

const halfDayMs = 43_200_000;

function yearNamed(word: string | undefined, current: number): number | undefined {
  if (word === undefined) return undefined;
  const digits = /\d+/.exec(word)?.[0];
  if (digits) return digits.length === 2 ? 2000 + Number(digits) : Number(digits);
  if (word === "前年") return current - 2;
  if (word === "明年") return current + 1;
  return /去年|last/.test(word) ? current - 1 : current;
}

function stretchOf({ day, off, saleFrom }: Holiday, year: number, part: string): Stretch | undefined {
  const on = day(year);
  if (!on) return undefined;
  const own = { ...on, days: 1 };
  if (new RegExp(`^(?:${ownDay})$`).test(part)) return own;
  if (part === "前后") return { ...own, day: own.day - 3, days: 7 };
  if (saleFrom !== undefined)
    return /期间|大促|活动|sale|festival|period|week/.test(part)
      ? { ...own, day: saleFrom, days: own.day - saleFrom + 1 }
      : own;
  if (off === undefined) return own;
  if (off !== "bridge") return { ...own, day: own.day - off.before, days: off.days };
  const weekday = new Date(Date.UTC(year, own.month - 1, own.day)).getUTCDay() || 7;
  const back = { 1: 2, 5: 0, 6: 0, 7: 1 }[weekday];
  return back === undefined ? own : { ...own, day: own.day - back, days: 3 };
}

/** Of the solar terms, for 2000 to 2099: 0.2422 days are what a year has over 365 (https://zh.wikipedia.org/wiki/节气). */
function qingming(year: number): { month: number; day: number } {
  const of = year % 100;
  return { month: 4, day: Math.floor(of * 0.2422 + 4.81) - Math.floor(of / 4) };
}

/**
 * When days of the lunar calendar fall, as month and day: 正月初一, 五月初五, 七月初七, 八月十五, 九月初九. From the Hong Kong Observatory's tables
 * (https://www.hko.gov.hk/en/gts/time/conversion1_text.htm). ICU's own calendar is a day late for the new moons near midnight of 2027 and a day
 * early for those of 2030, hence a table.
 */
const lunarDays: Record<number, readonly string[]> = {
  2022: ["02-01", "06-03", "08-04", "09-10", "10-04"],
  2023: ["01-22", "06-22", "08-22", "09-29", "10-23"],
  2024: ["02-10", "06-10", "08-10", "09-17", "10-11"],
  2025: ["01-29", "05-31", "08-29", "10-06", "10-29"],
  2026: ["02-17", "06-19", "08-19", "09-25", "10-18"],
  2027: ["02-06", "06-09", "08-08", "09-15", "10-08"],
  2028: ["01-26", "05-28", "08-26", "10-03", "10-26"],
  2029: ["02-13", "06-16", "08-16", "09-22", "10-16"],
  2030: ["02-03", "06-05", "08-05", "09-12", "10-05"],
};
