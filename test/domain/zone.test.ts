import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysInMonth, endOfDay, fromZoned, isoDate, isZone, offsetMs, startOfDay, zoned } from "#domain/zone.ts";

const zones = [
  "UTC",
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Havana",
  "Europe/Dublin",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Casablanca",
];
const iso = (text: string) => Date.parse(text);

describe("a wall clock", () => {
  it("reads Shanghai eight hours ahead", () => {
    expect(zoned(iso("2026-05-22T20:30:05.250Z"), "Asia/Shanghai")).toEqual({
      year: 2026,
      month: 5,
      day: 23,
      hour: 4,
      minute: 30,
      second: 5,
      millisecond: 250,
      weekday: 6,
    });
  });

  it.each(zones)("agrees with Intl on every part in %s", (zone) => {
    const format = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    fc.assert(
      fc.property(fc.integer({ min: iso("1901-01-01T00:00Z"), max: iso("2099-12-31T00:00Z") }), (ms) => {
        const parts = Object.fromEntries(format.formatToParts(ms).map((p) => [p.type, Number(p.value)]));

        const { year, month, day, hour, minute, second } = zoned(ms, zone);

        expect({ year, month, day, hour, minute, second }).toEqual({
          year: parts.year,
          month: parts.month,
          day: parts.day,
          hour: parts.hour,
          minute: parts.minute,
          second: parts.second,
        });
      }),
    );
  });

  it.each(zones)("is found again on the time line in %s", (zone) => {
    fc.assert(
      fc.property(fc.integer({ min: iso("1901-01-01T00:00Z"), max: iso("2099-12-31T00:00Z") }), (ms) => {
        const back = fromZoned(zoned(ms, zone), zone);

        const { year, month, day, hour, minute } = zoned(back, zone);
        const then = zoned(ms, zone);
        expect([year, month, day, hour, minute]).toEqual([then.year, then.month, then.day, then.hour, then.minute]);
        expect(back).toBeLessThanOrEqual(ms); // the first of a repeated hour
      }),
    );
  });

  it.each([
    [
      "a skipped half past two is read as half past three",
      "America/New_York",
      [2026, 3, 8, 2, 30],
      "2026-03-08T07:30:00Z",
    ],
    [
      "a repeated half past one is its first occurrence",
      "America/New_York",
      [2026, 11, 1, 1, 30],
      "2026-11-01T05:30:00Z",
    ],
    ["a day skipped altogether is the next one", "Pacific/Apia", [2011, 12, 30, 9, 0], "2011-12-30T19:00:00Z"],
    ["month 13 is the next January", "Asia/Shanghai", [2026, 13, 1, 0, 0], "2026-12-31T16:00:00Z"],
    ["month 0 is the last December", "UTC", [2026, 0, 31, 0, 0], "2025-12-31T00:00:00Z"],
    ["day 0 is the last of the month before", "UTC", [2024, 3, 0, 12, 0], "2024-02-29T12:00:00Z"],
    ["minute 90 is the next hour", "UTC", [2024, 3, 1, 0, 90], "2024-03-01T01:30:00Z"],
  ] as const)("%s", (_, zone, [year, month, day, hour, minute], expected) => {
    expect(fromZoned({ year, month, day, hour, minute }, zone)).toBe(iso(expected));
  });
});

describe("a day", () => {
  it("is 23 hours long when the clocks go forward", () => {
    const noon = iso("2026-03-08T16:00:00Z");

    expect(endOfDay(noon, "America/New_York") + 1 - startOfDay(noon, "America/New_York")).toBe(23 * 3_600_000);
  });

  it("begins at one where midnight is skipped", () => {
    expect(zoned(startOfDay(iso("2018-11-04T15:00:00Z"), "America/Sao_Paulo"), "America/Sao_Paulo").hour).toBe(1);
  });

  it("is counted on the calendar, not in hours", () => {
    const late = iso("2026-03-08T03:30:00Z"); // 22:30 on the 7th

    expect(isoDate(startOfDay(late, "America/New_York", 1), "America/New_York")).toBe("2026-03-08");
    expect(isoDate(endOfDay(late, "America/New_York", 2), "America/New_York")).toBe("2026-03-09");
  });

  it.each([
    [2024, 2, 29],
    [2025, 2, 28],
    [2100, 2, 28],
    [2000, 2, 29],
    [2026, 12, 31],
    [2026, 13, 31],
    [2026, 4, 30],
  ])("%i-%i has %i days", (year, month, days) => {
    expect(daysInMonth(year, month)).toBe(days);
  });
});

describe("a zone", () => {
  it("is known by its IANA name alone", () => {
    expect(["Asia/Shanghai", "UTC", "Mars/Olympus", "", "北京"].map(isZone)).toEqual([true, true, false, false, false]);
    expect(() => zoned(0, "Mars/Olympus")).toThrow(RangeError);
  });

  it("keeps the seconds of offsets before zones were standard", () => {
    expect(offsetMs(iso("1890-01-01T00:00:00Z"), "Asia/Shanghai")).toBe((8 * 3600 + 5 * 60 + 43) * 1000);
  });
});
