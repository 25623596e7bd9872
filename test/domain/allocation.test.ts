import { describe, expect, it } from "vitest";
import { allocate } from "#domain/allocation.ts";
import { seededChance } from "#domain/chance.ts";

/**
 * The exact optimum by successive shortest augmenting paths (Bellman-Ford over the residual network): slow and certain. Source -> person
 * (room), person -> task (1, -value), task -> sink (slots).
 */
function optimum(slots: number[], rooms: number[], value: (task: number, person: number) => number): number {
  type Edge = { to: number; room: number; cost: number; back: number };
  const nodes = 2 + rooms.length + slots.length;
  const graph: Edge[][] = Array.from({ length: nodes }, () => []);
  const link = (from: number, to: number, room: number, cost: number) => {
    graph[from]!.push({ to, room, cost, back: graph[to]!.length });
    graph[to]!.push({ to: from, room: 0, cost: -cost, back: graph[from]!.length - 1 });
  };
  for (const [p, room] of rooms.entries()) link(0, 2 + p, room, 0);
  for (const [t, room] of slots.entries()) link(2 + rooms.length + t, 1, room, 0);
  for (const p of rooms.keys())
    for (const t of slots.keys()) if (value(t, p) > 0) link(2 + p, 2 + rooms.length + t, 1, -value(t, p));
  let total = 0;
  for (;;) {
    const cost = new Array<number>(nodes).fill(Number.POSITIVE_INFINITY);
    const via: { node: number; edge: number }[] = [];
    cost[0] = 0;
    for (let changed = true; changed; ) {
      changed = false;
      for (let n = 0; n < nodes; n++)
        graph[n]!.forEach((e, k) => {
          if (e.room > 0 && cost[n]! + e.cost < cost[e.to]! - 1e-12) {
            cost[e.to] = cost[n]! + e.cost;
            via[e.to] = { node: n, edge: k };
            changed = true;
          }
        });
    }
    if (!(cost[1]! < -1e-12)) return total;
    for (let n = 1; n !== 0; n = via[n]!.node) {
      const e = graph[via[n]!.node]![via[n]!.edge]!;
      e.room--;
      graph[n]![e.back]!.room++;
    }
    total -= cost[1]!;
  }
}

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
