import { type Now, readDayAt, type Stretch } from "./day-text.ts";
import { narrowDigits, readChinese } from "./number.ts";
import { fromZoned, startOfDay, zoned } from "./zone.ts";

/** A time that somebody wrote. `from` and `until` are its first and last millisecond; a moment has both the same. */
export type TimeHit = {
  start: number;
  end: number;
  text: string;
  from: number;
  until: number;
  /** A time of day was said, not only a date. */
  hasTime: boolean;
  /** Said as a limit: `前`, `截止`, `by`, `due`. */
  isLimit: boolean;
};

/** `past12`: hours up to eleven mean the afternoon. `alone`: what the word means without an hour, as the hour at which it ends. */
const partsOfDay: Record<string, { past12: boolean; alone: number }> = {
  凌晨: { past12: false, alone: 6 },
  早上: { past12: false, alone: 12 },
  早晨: { past12: false, alone: 12 },
  上午: { past12: false, alone: 12 },
  早: { past12: false, alone: 12 },
  中午: { past12: true, alone: 13 },
  下午: { past12: true, alone: 18 },
  傍晚: { past12: true, alone: 20 },
  晚上: { past12: true, alone: 24 },
  晚间: { past12: true, alone: 24 },
  夜里: { past12: true, alone: 24 },
  晚: { past12: true, alone: 24 },
};

const partWord = /(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里|晚|早)/y;
const chineseClock =
  /(\d{1,2}|[一二两三四五六七八九十]{1,3}|零)(?:点|時|时)(?:(半)|(一刻)|(三刻)|(\d{1,2}|[一二三四五六七八九十]{1,3})分?|整|钟)?(?!击|赞|评)/y;
const digitalClock = /(\d{1,2})[:：](\d\d)(?::\d\d)? ?(am|pm)?(?!\d)/y;
const englishClock = /(\d{1,2}) ?(am|pm)(?![a-z])/y;
const namedClock = /(noon|midnight)(?![a-z])|(?:end of (?:the )?day|eod|cob)(?![a-z])/y;

type Clock = { end: number; hour: number; minute: number; isExact: boolean; hasHalf: boolean };

function at(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

const whole = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) : text === "零" ? 0 : (readChinese(text) ?? Number.NaN);

function minuteOf([, , half, quarter, three, minute]: RegExpExecArray): number {
  if (half) return 30;
  if (quarter) return 15;
  return three ? 45 : minute ? whole(minute) : 0;
}

/** A time of day at a place: `晚8点半`, `20:30`, `8pm`, `noon`, or only its part (`下午`). `hasHalf`: which half of the day is certain. */
function readClockAt(text: string, index: number): Clock | null {
  const part = at(partWord, text, index);
  const place = part ? partWord.lastIndex : index;
  const spaced = /^ ?/.exec(text.slice(place, place + 1))![0].length + place;
  const hit = at(chineseClock, text, spaced) ?? at(digitalClock, text, spaced) ?? at(englishClock, text, spaced);
  if (hit) return clockOf(hit, spaced, part?.[1]);
  const named = at(namedClock, text, index);
  if (named)
    return {
      end: namedClock.lastIndex,
      hour: named[1] === "noon" ? 12 : 24,
      minute: 0,
      isExact: Boolean(named[1]),
      hasHalf: true,
    };
  if (
    !part ||
    (part[1]!.length === 1 && /[\u4e00-\u9fff]/.test(text[place] ?? "") && !/^[前之交截发给]/.test(text.slice(place)))
  )
    return null;
  return { end: place, hour: partsOfDay[part[1]!]!.alone, minute: 0, isExact: false, hasHalf: true };
}

function clockOf(hit: RegExpExecArray, start: number, part: string | undefined): Clock | null {
  const isChinese = /[点時时]/.test(hit[0]);
  const isEnglish = !isChinese && !/[:：]/.test(hit[0]);
  let hour = whole(hit[1]!);
  const minute = isChinese ? minuteOf(hit) : isEnglish ? 0 : Number(hit[2]);
  const half = isEnglish ? hit[2] : isChinese ? undefined : hit[3];
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === "pm" ? 12 : 0);
  if (part && partsOfDay[part]!.past12 && hour < 12 && !(part === "中午" && hour >= 10)) hour += 12;
  else if (part && /晚|夜/.test(part) && hour === 12) hour = 24;
  if (!(hour <= 24 && minute < 60) || (hour === 24 && minute > 0)) return null;
  // `20:30` and `20点` name one half of the day; `8点` alone does not.
  return {
    end: start + hit[0].length,
    hour,
    minute,
    isExact: true,
    hasHalf: Boolean(half ?? part) || hour > 12 || hour === 0 || !isChinese,
  };
}

const eveningDays: Record<string, string> = { 今: "今天", 明: "明天", 昨: "昨天", 当: "今天" };
const eveningOf = /(今|明|昨|当)(晚上?|早上?|夜)/y;

type NamedDay = { end: number; stretch: Stretch | null };

/** The day that is named at a place, `明` of `明晚` and `tonight` included. */
function readNamedDayAt(text: string, index: number, now: Now): NamedDay | null {
  const evening = at(eveningOf, text, index);
  if (evening) return { end: index + 1, stretch: readDayAt(eveningDays[evening[1]!]!, 0, now)!.stretch };
  const isTonight = /^tonight(?![a-z])/.test(text.slice(index, index + 8));
  return isTonight ? { end: index + 7, stretch: readDayAt("today", 0, now)!.stretch } : readDayAt(text, index, now);
}

/** A time of day on a day; without a day, the next time the clock shows it, and of `8点` the half of the day that is still to come. */
function withClock(stretch: Stretch | null, clock: Clock, now: Now): { from: number; until: number } {
  const { year, month, day } = stretch?.day ?? now.wall;
  const instant = (hour: number, days = 0) =>
    fromZoned({ year, month, day: day + days, hour, minute: clock.minute }, now.zone);
  let ms = instant(clock.hour);
  const isToday = stretch === null || startOfDay(ms, now.zone) === startOfDay(now.ms, now.zone);
  if (isToday && ms <= now.ms && !clock.hasHalf && clock.hour < 12) ms = instant(clock.hour + 12);
  if (stretch === null && ms <= now.ms) ms = instant(clock.hour, 1);
  // A part of the day that ends at midnight ends with its day.
  return clock.isExact ? { from: ms, until: ms } : { from: startOfDay(ms - 1, now.zone), until: ms - 1 };
}

const limitBefore =
  /(?:截止(?:到|至|于|时间|日期)?|deadline|ddl|due|by|before|until|till|期限|最晚|最迟|不晚于|赶在|until|交稿|到)(?: ?(?:is|on|at|the|为|是|:|：))* ?$/;
const limitAfter = /^ ?(?:之?前|以前|为止|截止|截稿|到期|交稿|ddl|deadline|内)/;
const strictlyBefore = /(?:before|赶在) ?(?:the )?$/;

/** At this place, a date, a time or both; `hit` is null for a date that does not exist. */
function readAt(text: string, index: number, now: Now): { end: number; hit: TimeHit | null } | null {
  const day = readNamedDayAt(text, index, now);
  if (day && !day.stretch) return { end: day.end, hit: null };
  const stretch = day?.stretch ?? null;
  const gap = day ? /^(?:[ ,，的]{0,2}(?:at )?)/.exec(text.slice(day.end, day.end + 6))![0].length : 0;
  const clock = !day || stretch?.day ? readClockAt(text, day ? day.end + gap : index) : null;
  if (!day && !clock) return null;
  // `12月1日(周二)`
  const tail = clock ? null : /^[（(]?(?:周|星期)[一二三四五六日天][)）]?/.exec(text.slice(day!.end, day!.end + 6));
  const end = (clock?.end ?? day!.end) + (tail?.[0].length ?? 0);
  return { end, hit: hitOf(text, index, end, stretch, clock, now) };
}

function hitOf(
  text: string,
  start: number,
  end: number,
  stretch: Stretch | null,
  clock: Clock | null,
  now: Now,
): TimeHit {
  const named = text.slice(start, end);
  const before = text.slice(Math.max(0, start - 16), start);
  const isLimit = limitBefore.test(before) || limitAfter.test(text.slice(end, end + 10)) || /内$/.test(named);
  const said = clock ? withClock(stretch, clock, now) : stretch!;
  const isMoment = said.from === said.until;
  const endsSooner = strictlyBefore.test(before) || (/^ ?之?前/.test(text.slice(end, end + 3)) && endsBefore(named));
  const until = !clock && !isMoment && endsSooner && said.from > now.ms ? said.from - 1 : said.until;
  return {
    start,
    end,
    text: named,
    from: Math.min(said.from, until),
    until,
    hasTime: clock?.isExact ?? isMoment,
    isLimit,
  };
}

/** `国庆前`, `12月前`: before it begins. `12月1日前` is taken to hold the day itself. */
function endsBefore(named: string): boolean {
  return !/[\d一二三四五六七八九十][日号]|[-/.]|周|星期|礼拜|天|底|末|月\d/.test(named);
}

/**
 * The times in a text, in order: dates, weekdays, `三天后`, `月底`, `明晚8点`, `by Dec 1`, `next Friday`. Read in the zone given; weeks
 * begin on Monday; a date without a year is the next one to come. `until` of a bare date is the end of its day. At most 200 are told: a
 * message of 30,000 dates would hold everybody else up for seconds.
 */
export function findTimes(text: string, now: number, zone: string): TimeHit[] {
  const lower = narrowDigits(text).toLowerCase();
  const read = lower.length === text.length ? lower : narrowDigits(text);
  const at: Now = { ms: now, zone, wall: zoned(now, zone) };
  const hits: TimeHit[] = [];
  const start =
    /(?<![a-z\d.])(?<!\d[:：/-])[a-z\d]|[一二两兩三四五六七八九十零半大后明今前昨下上这本当周星礼月年季元情妇愚劳儿国万双平圣凌早中傍晚夜去]/g;
  for (let place = start.exec(read); place && hits.length < 200; place = start.exec(read)) {
    const found = readAt(read, place.index, at);
    if (!found) continue;
    if (found.hit) hits.push({ ...found.hit, text: text.slice(found.hit.start, found.end) });
    start.lastIndex = found.end;
  }
  return hits;
}

/**
 * The deadline that a text names, in epoch milliseconds: the time said as a limit, or the only time there is. Null where none is, or
 * where it cannot be told which.
 */
export function readDeadline(text: string, now: number, zone: string): number | null {
  const hits = findTimes(text, now, zone);
  const limits = hits.filter((hit) => hit.isLimit);
  const named = new Set((limits.length > 0 ? limits : hits).map((hit) => hit.until));
  return named.size === 1 ? [...named][0]! : null;
}
