import { describe, expect, it } from "vitest";
import { createSteadyClock } from "#bot/steady-clock.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

function clocks() {
  const at = { now: 1_000 * day, steady: 0 };
  const jumps: number[] = [];
  const isSteady = createSteadyClock({
    now: () => at.now,
    steadyMs: () => at.steady,
    alarm: (aheadMs) => jumps.push(aheadMs),
  });
  const pass = (steadyMs: number, nowMs = steadyMs) => {
    at.steady += steadyMs;
    at.now += nowMs;
    return isSteady();
  };
  return { pass, jumps };
}

describe("a clock that jumps ahead", () => {
  it("holds what is due for a quarter of an hour, with one alarm", () => {
    const { pass, jumps } = clocks();

    expect(pass(minute)).toBe(true);
    expect(pass(minute, day)).toBe(false);
    expect(pass(14 * minute)).toBe(false);
    expect(pass(minute)).toBe(true);
    expect(jumps).toEqual([day - minute]);
  });

  it("and comes back holds nothing any more", () => {
    const { pass } = clocks();
    pass(minute, day);

    expect(pass(minute, minute - day)).toBe(true);
  });

  it("by less than an hour, or back, holds nothing", () => {
    const { pass, jumps } = clocks();

    expect(pass(minute, 50 * minute)).toBe(true);
    expect(pass(minute, -day)).toBe(true);
    expect(jumps).toEqual([]);
  });
});
