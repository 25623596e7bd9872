import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterCap, isCapped, isQuiet, mayPush, type PushFacts } from "#domain/push-gate.ts";
import { noStanding, noteDecline } from "#domain/standing-declines.ts";
import { offsetMs } from "#domain/zone.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const noon = Date.parse("2026-03-02T04:00:00Z"); // 12:00 in Shanghai

const facts = (change: { person?: object; task?: object; limits?: object } = {}): PushFacts => ({
  person: { koc: true, consent: true, offset: 480, standing: noStanding(), sends: [], ...change.person },
  task: { theme: "camping", form: "video", excluded: false, asked: false, sent: 0, budget: 10, ...change.task },
  limits: { perWeek: 2, quiet: { from: "22:00", to: "08:00" }, ...change.limits },
});

describe("the gate", () => {
  it("lets a push go that breaks no rule", () => {
    expect(mayPush(facts(), noon)).toEqual({ go: true });
  });

  it.each([
    ["somebody who is no KOC", { person: { koc: false } }, "not-koc"],
    ["somebody who has not agreed to pushes", { person: { consent: false } }, "no-consent"],
    ["somebody whom the task is not for", { task: { excluded: true } }, "excluded"],
    ["the same person twice", { task: { asked: true } }, "duplicate"],
    ["more people than the budget", { task: { sent: 10 } }, "over-budget"],
    ["anybody for a paused task", { task: { running: false } }, "not-running"],
    ["anybody when the cap is zero", { limits: { perWeek: 0 } }, "over-budget"],
  ])("never asks %s", (_, change, why) => {
    expect(mayPush(facts(change), noon)).toEqual({ never: why });
  });

  it("obeys a declined theme for 90 days and a declined form for 60", () => {
    const theme = noteDecline(noStanding(), "not_my_topic", "camping", "video", noon);
    const form = noteDecline(noStanding(), "wrong_form", "camping", "video", noon);

    expect(mayPush(facts({ person: { standing: theme } }), noon + 90 * DAY - 1)).toEqual({ never: "declined-theme" });
    expect(mayPush(facts({ person: { standing: theme } }), noon + 90 * DAY)).toEqual({ go: true });
    expect(mayPush(facts({ person: { standing: form } }), noon + 60 * DAY - 1)).toEqual({ never: "declined-form" });
    expect(mayPush(facts({ person: { standing: form }, task: { form: "longform" } }), noon)).toEqual({ go: true });
  });

  it("waits 14 days after too often and 10 after too busy, and out of the quiet hours then", () => {
    const often = noteDecline(noStanding(), "too_often", "camping", "video", noon);
    const busyAtNight = noteDecline(noStanding(), "too_busy", "camping", "video", noon + 11 * HOUR);

    expect(mayPush(facts({ person: { standing: often } }), noon)).toEqual({ later: noon + 14 * DAY, why: "resting" });
    expect(mayPush(facts({ person: { standing: busyAtNight } }), noon)).toEqual({
      later: noon + 10 * DAY + 20 * HOUR,
      why: "resting",
    });
  });

  it("keeps the quiet hours of the person's own clock, from inclusive and to exclusive", () => {
    const at = (clock: string) => Date.parse(`2026-03-02T${clock}:00Z`);

    expect(mayPush(facts(), at("14:00"))).toEqual({ later: Date.parse("2026-03-03T00:00:00Z"), why: "quiet-hours" });
    expect(mayPush(facts(), at("13:59"))).toEqual({ go: true });
    expect(mayPush(facts({ person: { offset: -300 } }), at("14:00"))).toEqual({ go: true });
  });

  it.each([
    ["forward in New York", "America/New_York", "2026-03-08T06:30:00Z", "2026-03-08T12:00:00Z"],
    ["back in New York", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T13:00:00Z"],
    ["forward by half an hour on Lord Howe", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", "2026-10-03T21:00:00Z"],
    ["on a leap day", "Asia/Shanghai", "2028-02-28T15:00:00Z", "2028-02-29T00:00:00Z"],
  ])("ends the quiet hours at eight by the person's clock in the night it goes %s", (_, zone, at, until) => {
    const offset = (time: number) => offsetMs(time, zone) / 60_000;

    expect(mayPush(facts({ person: { offset } }), Date.parse(at))).toEqual({
      later: Date.parse(until),
      why: "quiet-hours",
    });
  });

  it("counts pushes planned for later against the week", () => {
    const sends = [noon + 2 * DAY, noon + 3 * DAY];

    expect(mayPush(facts({ person: { sends } }), noon)).toEqual({ later: noon + 9 * DAY, why: "capped" });
  });

  it("says too late when the first free moment lies after the task's last", () => {
    const verdict = mayPush(
      facts({ person: { sends: [noon - DAY, noon - HOUR] }, task: { sendBy: noon + DAY } }),
      noon,
    );

    expect(verdict).toEqual({ never: "too-late" });
  });

  it("never breaks the cap or the quiet hours, whatever was sent, and 'later' names a moment at which it would go", () => {
    const time = fc.integer({ min: 0, max: 30 * 24 * 60 }).map((minutes) => noon + minutes * 60_000);
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`);
    fc.assert(
      fc.property(
        fc.array(time, { maxLength: 12 }),
        time,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: -720, max: 840 }),
        fc.tuple(clock, clock),
        (planned, at, perWeek, offset, [from, to]) => {
          const sends: number[] = [];
          for (const t of planned) if (!isCapped(sends, t, perWeek)) sends.push(t);
          const quiet = { from, to };
          const asked = facts({ person: { sends, offset }, limits: { perWeek, quiet } });

          const verdict = mayPush(asked, at);

          if ("never" in verdict) throw new Error(`unexpected ${verdict.never}`);
          const goes = "later" in verdict ? verdict.later : at;
          expect(mayPush(asked, goes)).toEqual({ go: true });
          expect(isQuiet(goes, offset, quiet)).toBe(false);
          const all = [...sends, goes].sort((a, b) => a - b);
          for (let i = 0; i + perWeek < all.length; i++)
            expect(all[i + perWeek]! - all[i]!).toBeGreaterThanOrEqual(WEEK);
          expect(goes).toBeGreaterThanOrEqual(at);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds the first free moment of the cap, not merely a free one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }),
        fc.integer({ min: 0, max: 400 }),
        (hours, start) => {
          const sends: number[] = [];
          for (const h of hours) if (!isCapped(sends, h * HOUR, 2)) sends.push(h * HOUR);

          const free = afterCap(sends, start * HOUR, 2);

          for (let h = start; h * HOUR < free; h++) expect(isCapped(sends, h * HOUR, 2)).toBe(true);
          expect(isCapped(sends, free, 2)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
