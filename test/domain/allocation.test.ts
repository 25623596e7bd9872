import { describe, expect, it } from "vitest";
import { optimum } from "#bench/allocation.ts";
import { allocate } from "#domain/allocation.ts";
import { seededChance } from "#domain/chance.ts";

describe("the allocation over running tasks", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("reaches 98 % of the exact optimum and breaks no limit (case %i)", (seed) => {
    const chance = seededChance(seed);
    const slots = Array.from({ length: 5 }, () => 1 + Math.floor(6 * chance()));
    const rooms = Array.from({ length: 30 }, () => Math.floor(3 * chance()));
    const table = slots.map(() => rooms.map(() => (chance() < 0.4 ? 0 : chance() ** 2)));
    const value = (t: number, p: number) => table[t]![p]!;

    const plan = allocate(
      slots.map((n) => ({ slots: n })),
      rooms.map((room) => ({ room })),
      value,
    );

    const sum = plan.reduce((total, a) => total + a.value, 0);
    expect(sum).toBeGreaterThanOrEqual(0.98 * optimum(slots, rooms, value));
    for (const [t, n] of slots.entries()) expect(plan.filter((a) => a.task === t).length).toBeLessThanOrEqual(n);
    for (const [p, n] of rooms.entries()) expect(plan.filter((a) => a.person === p).length).toBeLessThanOrEqual(n);
    expect(new Set(plan.map((a) => `${a.task} ${a.person}`)).size).toBe(plan.length);
    for (const a of plan) expect(value(a.task, a.person)).toBeGreaterThan(0);
  });

  it("keeps a rare person for the task that needs them", () => {
    const value = (task: number, person: number) =>
      [
        [0.9, 0.8],
        [0.7, 0],
      ][task]![person]!;

    const plan = allocate([{ slots: 1 }, { slots: 1 }], [{ room: 1 }, { room: 1 }], value);

    expect(plan.sort((a, b) => a.task - b.task)).toEqual([
      { task: 0, person: 1, value: 0.8 },
      { task: 1, person: 0, value: 0.7 },
    ]);
  });

  it("asks nobody where nothing is worth it", () => {
    expect(allocate([{ slots: 3 }], [{ room: 1 }, { room: 0 }], () => 0)).toEqual([]);
  });
});
