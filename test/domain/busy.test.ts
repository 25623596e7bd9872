import { describe, expect, it } from "vitest";
import { acceptedBy, busyChance, excuseOf, newBusy, noteAnswer } from "#domain/busy.ts";

const DAY = 24 * 3_600_000;
const now = Date.UTC(2026, 10, 2);

describe("busy spells", () => {
  it("are likely after somebody said that they have no time, and fade within three weeks", () => {
    const busy = newBusy();
    noteAnswer(busy, "ann", now, 0.3, false, "too_busy");

    expect(busyChance(busy, "ann", now)).toBeGreaterThan(0.4);
    expect(busyChance(busy, "ann", now + 10 * DAY)).toBeLessThan(0.3);
    expect(busyChance(busy, "ann", now + 30 * DAY)).toBeCloseTo(busyChance(busy, "bob", now + 30 * DAY), 1);
  });

  it("are likelier after the silence of somebody who mostly accepts than of somebody who hardly does", () => {
    const busy = newBusy();
    noteAnswer(busy, "keen", now, 0.8, false);
    noteAnswer(busy, "slow", now, 0.05, false);

    expect(busyChance(busy, "keen", now)).toBeGreaterThan(2 * busyChance(busy, "slow", now));
  });

  it("are as good as ruled out by a yes, and by a no for another reason", () => {
    const busy = newBusy();
    noteAnswer(busy, "ann", now, 0.3, true);
    noteAnswer(busy, "bob", now, 0.3, false, "wrong_form");

    expect(busyChance(busy, "ann", now)).toBeLessThan(0.01);
    expect(busyChance(busy, "bob", now)).toBeLessThan(0.03);
  });

  it("excuse a no in so far as they are likely, and leave a busy person a small chance", () => {
    const busy = newBusy();

    expect(excuseOf(busy, "ann", now, "too_busy")).toBeGreaterThan(10 * excuseOf(busy, "ann", now, "not_my_topic"));
    expect(acceptedBy(0.5, 0)).toBe(0.5);
    expect(acceptedBy(0.5, 1)).toBeGreaterThan(0);
  });

  it("come to be expected as often as they are found", () => {
    const busy = newBusy();
    const before = busyChance(busy, "stranger", now);
    for (let i = 0; i < 300; i++) noteAnswer(busy, `p${i}`, now, 0.3, false, "too_busy");

    expect(busyChance(busy, "stranger", now)).toBeGreaterThan(3 * before);
  });
});
