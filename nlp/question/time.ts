import { readChinese } from "#domain/number.ts";
import { isoDate, zoned } from "#domain/zone.ts";
import { holidayPatterns, holidaySpan } from "./holidays.ts";
import {
  ago,
  type Clock,
  dateOf,
  dayMs,
  dayPeriod,
  eachBack,
  lastDays,
  monthBack,
  monthPeriod,
  monthStart,
  nextDays,
  partOfMonth,
  period,
  quarter,
  sameDate,
  span,
  type TimeSense,
  today,
  weekdayPeriod,
  weekend,
  weekPeriod,
  yearOf,
} from "./time-sense.ts";

/** A way of naming a time, and what it means now; null where these words name none after all. */
type Rule = { pattern: RegExp; read: (hit: RegExpExecArray, clock: Clock) => TimeSense | null };

const numeral = "(\\d{1,3}|[一二两三四五六七八九十]{1,3}|半)";
const toNumber = (text: string): number =>
  /^\d/.test(text) ? Number(text) : text === "半" ? 0.5 : (readChinese(text) ?? 1);
const englishNumbers = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const englishNumber = (text: string): number =>
  /^\d/.test(text) ? Number(text) : Math.max(1, englishNumbers.indexOf(text));
const en = `(\\d{1,3}|${englishNumbers.slice(1).join("|")}|a|an)`;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const monthWord =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const monthOf = (word: string): number => months.indexOf(word.slice(0, 3)) + 1;

const weekdays = "一二三四五六日天";
const weekdayOf = (word: string): number => (word === "天" ? 7 : weekdays.indexOf(word) + 1);
const englishDays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A holiday is shown with its dates, which a name alone leaves open. */
function holidayTime(c: Clock, hit: RegExpExecArray, holiday: number): TimeSense {
  const said = hit[0].replace(/的$/, "");
  const span = holidaySpan(holiday, hit, c.now, c.zone);
  if (!span) return { kind: "never", words: said };
  const first = isoDate(span.from, c.zone);
  if (span.days === 1) return dayPeriod(c, span.from, `${said} (${first})`);
  const words = `${said} (${first} – ${isoDate(span.until - 1, c.zone).slice(5)})`;
  return period(span.from, span.until, first, words, "other");
}

const weekWord = "(?:周|星期|礼拜|个星期|个礼拜)";
const rule = (pattern: string, read: Rule["read"]): Rule => ({ pattern: new RegExp(pattern, "y"), read });

const rules: Rule[] = [
  rule(
    "一年前(?:的)?(?:今天|这个时候|同期|这时候)?(?:这个时间|这个时候)?|去年(?:的)?(?:今天|这个时候|这时候|此时)(?:这个时间)?|(?:a|one) year ago(?: today)?|this time last year",
    (h, c) => ({ kind: "at", ms: sameDate(c, 1, 0), words: h[0] }),
  ),
  rule("上上周(?:的)?(?:这个时候|此时|今天)", (h, c) => ago(c, 14 * dayMs, h[0])),
  rule(
    "上(?:个)?(?:周|星期)(?:的)?(?:这个时候|这个时间|此时|今天|同一时间)|(?:at )?this time last week|a week ago",
    (h, c) => ago(c, 7 * dayMs, h[0]),
  ),
  rule("上(?:个)?月(?:的)?(?:今天|这个时候|此时|这个时间)|this time last month", (h, c) => ({
    kind: "at",
    ms: sameDate(c, 0, 1),
    words: h[0],
  })),
  rule(`${numeral}(?:天|日)(?:之)?前`, (h, c) => ago(c, toNumber(h[1]!) * dayMs, h[0])),
  rule(`${numeral}(?:个)?(?:周|星期|礼拜)(?:之)?前`, (h, c) => ago(c, toNumber(h[1]!) * 7 * dayMs, h[0])),
  rule(`${numeral}个月(?:之)?前`, (h, c) =>
    h[1] === "半" ? ago(c, 15 * dayMs, h[0]) : { kind: "at", ms: sameDate(c, 0, toNumber(h[1]!)), words: h[0] },
  ),
  rule("半年前|six months ago", (h, c) => ({ kind: "at", ms: sameDate(c, 0, 6), words: h[0] })),
  rule(`${en} (day|week|month)s? ago`, (h, c) =>
    h[2] === "month"
      ? { kind: "at", ms: sameDate(c, 0, englishNumber(h[1]!)), words: h[0] }
      : ago(c, englishNumber(h[1]!) * (h[2] === "week" ? 7 : 1) * dayMs, h[0]),
  ),
  // Series of calendar weeks and months.
  rule(`(?:最近|近|过去|前)(?:的)?${numeral}(?:个)?(?:周|星期|礼拜)(?:里)?`, (h, c) => {
    const n = toNumber(h[1]!);
    return n === 1 && !h[0].includes("前") ? lastDays(c, 7, h[0]) : eachBack(c, "week", n);
  }),
  rule("(?:(?:最近|近|过去)(?:的)?|这)半年(?:里|来|以来)?|(?:in |over )?(?:the )?(?:last|past) half[- ]year", (_, c) =>
    eachBack(c, "month", 6),
  ),
  rule("(?:最近|近|过去)(?:的)?半个月", (h, c) => lastDays(c, 15, h[0])),
  rule(`(?:(?:最近|近|过去)(?:的)?(?:这)?|这)${numeral}个月(?:里|来|以来)?`, (h, c) =>
    toNumber(h[1]!) === 1 ? lastDays(c, 30, h[0]) : eachBack(c, "month", toNumber(h[1]!)),
  ),
  rule(`(?:最近|近|过去|前)(?:的)?(?:这)?(\\d{1,4}|[一二两三四五六七八九十百]{1,5})(?:天|日)(?:里|内)?`, (h, c) =>
    lastDays(c, toNumber(h[1]!), h[0]),
  ),
  rule("(?:最近|近|过去)(?:的)?一年", (h, c) => lastDays(c, 365, h[0])),
  rule(`(?:最近|近|过去)(?:的)?${numeral}(?:个)?小时|(?:in the )?(?:last|past) (\\d{1,3}) hours`, (h, c) =>
    period(c.now - toNumber(h[1] ?? h[2]!) * 3_600_000, c.now + 1, h[0], h[0], "other"),
  ),
  rule(`(?:in |over |during )?(?:the )?(?:last|past|previous) ${en} days?`, (h, c) =>
    lastDays(c, englishNumber(h[1]!), h[0]),
  ),
  rule(`(?:in |over |during )?(?:the )?(?:last|past|previous) ${en} weeks?`, (h, c) =>
    englishNumber(h[1]!) === 1 ? lastDays(c, 7, h[0]) : eachBack(c, "week", englishNumber(h[1]!)),
  ),
  rule(`(?:in |over |during )?(?:the )?(?:last|past|previous) ${en} months?`, (h, c) =>
    englishNumber(h[1]!) === 1 ? lastDays(c, 30, h[0]) : eachBack(c, "month", englishNumber(h[1]!)),
  ),
  rule(
    `(?:未来|接下来|今后|往后)(?:的)?${numeral}(?:天|日)(?:内|里)?|(?:in |over |within )?(?:the )?next ${en} days`,
    (h, c) => nextDays(c, h[1] ? toNumber(h[1]) : englishNumber(h[2]!), h[0]),
  ),
  rule("快要?(?:到了?)?(?=截止|到期)|(?:即将|马上(?:就|要)?)(?=截止|到期)|(?<=due )soon", (h, c) =>
    nextDays(c, 7, /[a-z]/.test(h[0]) ? "within 7 days" : "7 天内"),
  ),
  rule("(?:in |over |for |during )?the past quarter", (h, c) => lastDays(c, 91, h[0])),
  rule("(?:in |over )?the past week", (h, c) => lastDays(c, 7, h[0])),
  rule("(?:in |over )?the past month", (h, c) => lastDays(c, 30, h[0])),
  // Holidays and seasons.
  ...holidayPatterns.map(({ pattern, holiday }) => rule(pattern, (h, c) => holidayTime(c, h, holiday))),
  rule(
    "暑假(?!亲子)(?:里|期间)?|暑期|(?:这个|今年)?夏天(?!的内饰)(?:里)?|(?:今年)夏季|(?:in |during |this |over )?(?:the )?summer(?: holidays?)?",
    (h, c) => span(c, yearOf(c, 7), 7, 2, h[0], h[0]),
  ),
  // Halves and quarters.
  rule("(?:今年)?上半年|(?:the )?first half(?: of (?:the|this) year)?", (h, c) =>
    span(c, c.wall.year, 1, 6, `${c.wall.year}-H1`, h[0]),
  ),
  rule("(?:今年)?下半年|(?:the )?second half(?: of (?:the|this) year)?", (h, c) =>
    span(c, c.wall.year, 7, 6, `${c.wall.year}-H2`, h[0]),
  ),
  rule("(?:这|本|当前|这个)季度?(?!前)|this quarter", (h, c) =>
    h[0].endsWith("度") || h[0].endsWith("quarter") ? quarter(c, c.wall.year, Math.ceil(c.wall.month / 3), h[0]) : null,
  ),
  rule("上(?:一)?(?:个)?季度?|last quarter|(?:the )?previous quarter", (h, c) => {
    const q = Math.ceil(c.wall.month / 3) - 1;
    return q === 0 ? quarter(c, c.wall.year - 1, 4, h[0]) : quarter(c, c.wall.year, q, h[0]);
  }),
  rule(
    "(?:(今年|去年|20\\d\\d年?)的?)?第?([一二三四1-4])季度|(?:in )?q([1-4])(?:(?: of)? (20\\d\\d|last year))?",
    (h, c) => {
      const said = h[1] ?? h[4] ?? "";
      const year = /去年|last/.test(said) ? c.wall.year - 1 : Number(/\d+/.exec(said)?.[0] ?? c.wall.year);
      return quarter(c, year, toNumber(h[2] ?? h[3]!), h[0]);
    },
  ),
  // Dates and months.
  rule("(20\\d\\d)[-/.年](\\d{1,2})[-/.月](\\d{1,2})[日号]?", (h, c) =>
    dateOf(c, Number(h[1]), Number(h[2]), Number(h[3]), h[0]),
  ),
  rule("(20\\d\\d)[-/.年](\\d{1,2})(?:月(?:份)?)?(?![\\d])", (h, c) =>
    Number(h[2]) > 12 || Number(h[2]) < 1
      ? { kind: "never", words: h[0] }
      : monthPeriod(c, Number(h[1]), Number(h[2]), h[0]),
  ),
  rule(
    `(今年|去年)?(\\d{1,2}|[一二三四五六七八九十]{1,2})月(\\d{1,3}|[一二三四五六七八九十]{1,3})[日号](?:那天|当天|这天|那一天)?`,
    (h, c) => {
      const month = toNumber(h[2]!);
      const year = h[1] === "去年" ? c.wall.year - 1 : h[1] ? c.wall.year : yearOf(c, month);
      return dateOf(c, year, month, toNumber(h[3]!), h[0]);
    },
  ),
  rule("(\\d{1,2})[/.](\\d{1,2})(?!\\d|%)", (h, c) =>
    Number(h[1]) <= 12 && Number(h[1]) > 0 && h[0].includes("/")
      ? dateOf(c, yearOf(c, Number(h[1])), Number(h[1]), Number(h[2]), h[0])
      : null,
  ),
  rule(`(今年|去年)?(\\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(上旬|中旬|下旬|初|底|末)`, (h, c) => {
    const month = toNumber(h[2]!);
    if (month < 1 || month > 12) return { kind: "never", words: h[0] };
    const year = h[1] === "去年" ? c.wall.year - 1 : yearOf(c, month);
    return partOfMonth(c, year, month, h[3]!, h[0]);
  }),
  rule(`(今年|去年)?(\\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?!\\d(?!\\d?月))`, (h, c) => {
    const month = toNumber(h[2]!);
    if (month < 1 || month > 12) return { kind: "never", words: h[0] };
    return monthPeriod(c, h[1] === "去年" ? c.wall.year - 1 : h[1] ? c.wall.year : yearOf(c, month), month, h[0]);
  }),
  rule("(上上个?月|上个?月|本月|这个?月|月)(初|底|末|上旬|中旬|下旬)", (h, c) => {
    const back = h[1]!.startsWith("上上") ? 2 : h[1]!.startsWith("上") ? 1 : 0;
    return partOfMonth(c, c.wall.year, c.wall.month - back, h[2]!, h[0]);
  }),
  rule("年初|今年年初", (h, c) => ({ kind: "at", ms: monthStart(c, c.wall.year, 1), words: h[0] })),
  rule("去年(?:年)?底|去年末", (h, c) => ({ kind: "at", ms: monthStart(c, c.wall.year, 1) - 1, words: h[0] })),
  rule(`(?:the )?(?:end|close) of ${monthWord}(?![a-z])(?: (20\\d\\d))?`, (h, c) =>
    partOfMonth(c, yearOf(c, monthOf(h[1]!), h[2]), monthOf(h[1]!), "底", h[0]),
  ),
  rule(`(?:the )?(?:beginning|start) of ${monthWord}(?![a-z])`, (h, c) =>
    partOfMonth(c, yearOf(c, monthOf(h[1]!)), monthOf(h[1]!), "初", h[0]),
  ),
  rule("(?:the )?(?:end) of last month", (h, c) => partOfMonth(c, c.wall.year, c.wall.month - 1, "底", h[0])),
  rule(`(?:on )?(?:the )?${monthWord}(?![a-z])\\.? (\\d{1,2})(?:st|nd|rd|th)?(?![\\d])(?:,? (20\\d\\d))?`, (h, c) =>
    dateOf(c, yearOf(c, monthOf(h[1]!), h[3]), monthOf(h[1]!), Number(h[2]), h[0]),
  ),
  rule(`(?:on )?(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${monthWord}(?![a-z])(?: (20\\d\\d))?`, (h, c) =>
    dateOf(c, yearOf(c, monthOf(h[2]!), h[3]), monthOf(h[2]!), Number(h[1]), h[0]),
  ),
  rule(`(?:in |during |of |for )?${monthWord}(?![a-z])(?: (20\\d\\d))?`, (h, c) =>
    /^(?:for )?(?:may|mar)$/.test(h[0]) ? null : monthPeriod(c, yearOf(c, monthOf(h[1]!), h[2]), monthOf(h[1]!), h[0]),
  ),
  // Days and weeks.
  rule("今天|今日|今儿|当天|today", (h, c) => today(c, 0, h[0])),
  rule("昨天|昨日|昨儿|yesterday", (h, c) => today(c, -1, h[0])),
  rule("前天|前日|the day before yesterday", (h, c) => today(c, -2, h[0])),
  rule("大前天", (h, c) => today(c, -3, h[0])),
  rule("明天|明日|tomorrow", (h, c) => today(c, 1, h[0])),
  rule("后天", (h, c) => today(c, 2, h[0])),
  rule(
    `上上(?:个)?${weekWord}末|(?:the )?weekend before last|(?<=(?:上(?:个)?${weekWord}末|last weekend).{0,30})(?:(?:再|更)?[前上]一个${weekWord}末|(?:the )?(?:weekend before|previous weekend))`,
    (h, c) => weekend(c, -2, h[0]),
  ),
  rule(`上(?:一)?(?:个)?${weekWord}末|(?:the )?(?:last|past|previous) weekend`, (h, c) => weekend(c, -1, h[0])),
  rule(`(?:这|本)(?:个)?${weekWord}末|周末|this weekend|(?:the )?weekend`, (h, c) =>
    weekend(c, h[0] === "周末" && c.wall.weekday < 6 ? -1 : 0, h[0]),
  ),
  rule(`上上${weekWord}([一二三四五六日天])(?!共)`, (h, c) => weekdayPeriod(c, -2, weekdayOf(h[1]!), h[0])),
  rule(`上(?:个)?${weekWord}([一二三四五六日天])(?!共)`, (h, c) => weekdayPeriod(c, -1, weekdayOf(h[1]!), h[0])),
  rule(`(?:这|本)(?:个)?${weekWord}([一二三四五六日天])(?!共)`, (h, c) => weekdayPeriod(c, 0, weekdayOf(h[1]!), h[0])),
  rule(`(?:周|星期|礼拜)([一二三四五六日天])(?!共)`, (h, c) =>
    weekdayPeriod(c, weekdayOf(h[1]!) <= c.wall.weekday ? 0 : -1, weekdayOf(h[1]!), h[0]),
  ),
  rule(`(?:on |last )?(${englishDays.join("|")})`, (h, c) => {
    const weekday = englishDays.indexOf(h[1]!) + 1;
    return weekdayPeriod(c, h[0].startsWith("last") || weekday > c.wall.weekday ? -1 : 0, weekday, h[0]);
  }),
  rule(`上上(?:个)?(?:周|星期|礼拜)|the week before last`, (h, c) => weekPeriod(c, -2, h[0])),
  rule(`上(?:一)?(?:个)?(?:周|星期|礼拜)(?![一二三四五六日天](?!共)|年|期)|last week|(?:the )?previous week`, (h, c) =>
    weekPeriod(c, -1, h[0]),
  ),
  rule(`(?:这|本)(?:一)?(?:个)?(?:周|星期|礼拜)|this week`, (h, c) => weekPeriod(c, 0, h[0])),
  rule("下(?:一)?(?:个)?(?:周|星期|礼拜)|next week", (h, c) => weekPeriod(c, 1, h[0])),
  rule("上上(?:个)?月|the month before last", (h, c) => monthBack(c, 2, h[0])),
  rule("上(?:一)?(?:个)?月(?:份)?|last month|(?:the )?previous month", (h, c) => monthBack(c, 1, h[0])),
  rule("(?:这|本|当)(?:一)?(?:个)?月(?:份)?(?:里|内)?|this month", (h, c) => monthBack(c, 0, h[0])),
  rule("下(?:一)?(?:个)?月(?:份)?|next month", (h, c) => monthBack(c, -1, h[0])),
  rule("今年|本年(?:度)?|这一年|this year|year to date", (h, c) =>
    span(c, c.wall.year, 1, 12, String(c.wall.year), h[0]),
  ),
  rule("去年(?:全年)?|上一年|last year", (h, c) => span(c, c.wall.year - 1, 1, 12, String(c.wall.year - 1), h[0])),
  rule("最近(?:这)?(?:几天|一阵|一段时间)|这几天|lately|recently", (h, c) => lastDays(c, 7, h[0])),
];

const isLatin = (character: string | undefined): boolean => character !== undefined && /[a-z]/.test(character);

/** Every time named in a folded question; longer ones and their parts alike, for the reader to choose from. */
export function findTimeSpans(
  text: string,
  now: number,
  zone: string,
): { start: number; end: number; sense: TimeSense }[] {
  const clock: Clock = { now, zone, wall: zoned(now, zone) };
  const found: { start: number; end: number; sense: TimeSense }[] = [];
  for (let start = 0; start < text.length; start++) {
    if (isLatin(text[start]) && isLatin(text[start - 1])) continue;
    if (/\d/.test(text[start]!) && /\d/.test(text[start - 1] ?? "")) continue;
    for (const { pattern, read } of rules) {
      pattern.lastIndex = start;
      const hit = pattern.exec(text);
      if (!hit || (isLatin(text[pattern.lastIndex - 1]) && isLatin(text[pattern.lastIndex]))) continue;
      const end = start + hit[0].length;
      const sense = read(hit, clock);
      if (sense) found.push({ start, end, sense });
    }
  }
  return found;
}
