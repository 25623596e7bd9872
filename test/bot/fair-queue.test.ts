import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFairQueue } from "#bot/fair-queue.ts";
import type { Incoming } from "#handlers/incoming.ts";

type Item = { event: Incoming; n: number };

let serial = 0;
const item = (from: string, room: string, type: "message" | "tap" = "message", text = ""): Item => {
  const envelope = { eventId: `e${++serial}`, from, address: { channel: "c", room }, roomKind: "bot" as const, at: 0 };
  const event: Incoming =
    type === "tap"
      ? { ...envelope, type, action: { type: "suggestion.confirm", id: "x" } }
      : { ...envelope, type, text, addressed: false };
  return { event, n: serial };
};
const nobody = new Set<string>();

describe("events that wait", () => {
  it("are served a tap first, then in turn by room, and whoever floods last", () => {
    const queue = createFairQueue<Item>();
    for (let n = 0; n < 200; n++) queue.add(item("flooder", "r1"));
    const [hello, bye] = [item("ann", "r2"), item("ann", "r2")];
    const tap = item("ben", "r3", "tap");
    for (const waiting of [hello, bye, tap]) queue.add(waiting);

    const first = queue.next(4, nobody).map(({ event }) => event.from);

    expect(first).toEqual(["ben", "flooder", "ann", "flooder"]);
  });

  it("keep the order of each sender, and of a room whose people do not flood, whatever is put back", () => {
    const step = fc.record({
      from: fc.constantFrom("a", "b", "c"),
      room: fc.constantFrom("r1", "r2", "g"),
      tap: fc.boolean(),
      many: fc.constantFrom(1, 1, 1, 2, 90),
      take: fc.integer({ min: 0, max: 80 }),
      keep: fc.integer({ min: 1, max: 80 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const queue = createFairQueue<Item>();
        const added: Item[] = [];
        const handled: Item[] = [];
        const work = (take: number, keep: number) => {
          const batch = queue.next(take, nobody);
          for (const one of batch.slice(0, keep)) {
            handled.push(one);
            queue.settled(one);
          }
          queue.putBack(batch.slice(keep));
        };
        for (const { from, room, tap, many, take, keep } of steps) {
          for (let n = 0; n < many; n++) {
            const one = item(from, room, tap ? "tap" : "message");
            expect(queue.add(one)).toBe(true);
            added.push(one);
          }
          work(take, keep);
        }
        for (let round = 0; queue.size > 0 && round < 5000; round++) work(64, 64);

        expect(handled.length).toBe(added.length);
        const inOrder = (some: Item[]) => some.every((one, i) => i === 0 || (some[i - 1] as Item).n < one.n);
        const pairs = new Set(added.map(({ event }) => `${event.from} ${event.address.room}`));
        for (const pair of pairs)
          expect(inOrder(handled.filter(({ event }) => `${event.from} ${event.address.room}` === pair))).toBe(true);
        const floods = added.length > 64;
        for (const room of ["r1", "r2", "g"])
          if (!floods) expect(inOrder(handled.filter(({ event }) => event.address.room === room))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("of one sender are refused beyond 12 MiB, and taken again when there is room; others are not touched by it", () => {
    const queue = createFairQueue<Item>();
    const long = "长".repeat(1024 * 1024);
    const taken = [1, 2, 3, 4, 5].map(() => queue.add(item("flooder", "r1", "message", long)));

    expect(taken).toEqual(Array.from({ length: 5 }, () => true));
    while (queue.add(item("flooder", "r1", "message", long))) taken.push(true);
    expect(taken.length).toBe(5);
    expect(queue.add(item("ann", "r2"))).toBe(true);
    const [one] = queue.next(1, nobody) as [Item];
    queue.settled(one);
    expect(queue.add(item("flooder", "r1", "message", long))).toBe(true);
  });

  it("leave a busy room alone", () => {
    const queue = createFairQueue<Item>();
    queue.add(item("ann", "r1"));
    queue.add(item("ben", "r2"));

    const batch = queue.next(64, new Set(["c r1"]));

    expect(batch.map(({ event }) => event.from)).toEqual(["ben"]);
    expect(queue.size).toBe(1);
  });
});
