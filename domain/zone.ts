/** A wall clock reading. `month` 1-12, `weekday` 1 (Monday) to 7 (Sunday). */
export type Zoned = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  weekday: number;
};

/** A wall clock reading to be found on the time line; what is left out is zero. */
export type WallClock = {
  year: number;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
};

const dayMs = 86_400_000;

// Making a formatter costs 50 times what using it does; the same zone always makes the same one.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  formatters.set(zone, made);
  return made;
}

/** Whether this is a time zone the runtime knows, such as `Asia/Shanghai`. The functions below throw RangeError for others. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The minute that each zone was last asked for: clocks change at whole minutes since 1973, and what is asked is mostly of now. */
const lastAsked = new Map<string, { minute: number; offset: number }>();
const wholeMinutesSince = Date.UTC(1973, 0);

/** How far the zone's clocks are ahead of UTC at that instant, in milliseconds. */
export function offsetMs(ms: number, zone: string): number {
  const minute = Math.floor(ms / 60_000);
  const last = lastAsked.get(zone);
  if (last?.minute === minute) return last.offset;
  const offset = readOffset(ms, zone);
  if (ms >= wholeMinutesSince) lastAsked.set(zone, { minute, offset });
  return offset;
}

function readOffset(ms: number, zone: string): number {
  const shown = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatterOf(zone).format(ms));
  if (!shown?.[1]) return 0;
  const seconds = Number(shown[2]) * 3600 + Number(shown[3]) * 60 + Number(shown[4] ?? 0);
  return (shown[1] === "-" ? -seconds : seconds) * 1000;
}

/** Days from 1 January 1970 to a date of the Gregorian calendar; months and days out of range carry over. */
function dayNumber(year: number, month: number, day: number): number {
  const carried = year + Math.floor((month - 1) / 12);
  const inYear = (((month - 1) % 12) + 12) % 12;
  // Years are counted from March, so that the leap day comes last (Hinnant, "chrono-compatible low-level date algorithms").
  const marchYear = inYear < 2 ? carried - 1 : carried;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((inYear + 10) % 12) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468 + day - 1;
}

function dateOfDay(number: number): { year: number; month: number; day: number } {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

/** What a clock and a calendar on the wall show in that zone at that instant (epoch milliseconds). */
export function zoned(ms: number, zone: string): Zoned {
  const local = Math.floor(ms) + offsetMs(ms, zone);
  const number = Math.floor(local / dayMs);
  const inDay = local - number * dayMs;
  return {
    ...dateOfDay(number),
    hour: Math.floor(inDay / 3_600_000),
    minute: Math.floor(inDay / 60_000) % 60,
    second: Math.floor(inDay / 1000) % 60,
    millisecond: inDay % 1000,
    weekday: ((((number + 3) % 7) + 7) % 7) + 1,
  };
}

/**
 * The instant (epoch milliseconds) at which the wall shows this. Parts out of range carry over (`day: 32`, `month: 0`). A reading that
 * a change of clocks repeats is its first occurrence; one that it skips is moved on by the length of the gap.
 */
export function fromZoned(clock: WallClock, zone: string): number {
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = clock;
  const inDay = hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond;
  const local = dayNumber(clock.year, clock.month, clock.day) * dayMs + inDay;
  const before = offsetMs(local - dayMs, zone);
  const after = offsetMs(local + dayMs, zone);
  if (before === after && offsetMs(local - before, zone) === before) return local - before;
  const first = [local - before, local - after].filter((ms) => local - ms === offsetMs(ms, zone));
  return first.length > 0 ? Math.min(...first) : local - before;
}

/** The first instant of the zone's day that holds `ms`, `days` days later (or earlier, when negative). */
export function startOfDay(ms: number, zone: string, days = 0): number {
  const { year, month, day } = zoned(ms, zone);
  return fromZoned({ year, month, day: day + days }, zone);
}

/** The last millisecond of the zone's day that holds `ms`, `days` days later. */
export function endOfDay(ms: number, zone: string, days = 0): number {
  return startOfDay(ms, zone, days + 1) - 1;
}

/** How many days a month has; month 13 is the next January. */
export function daysInMonth(year: number, month: number): number {
  return dayNumber(year, month + 1, 1) - dayNumber(year, month, 1);
}

/** The zone's date at that instant as `2026-05-23`. */
export function isoDate(ms: number, zone: string): string {
  const { year, month, day } = zoned(ms, zone);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
