import type { Incoming } from "#handlers/incoming.ts";

/** Whoever has more than this waiting is served after everybody else. */
const floodsFrom = 64;
/** What may wait of one sender, and of all; what is beyond is refused before it is acknowledged, so that its vendor keeps it. */
const senderBytesAtMost = 12 * 1024 * 1024;
/** Some 20,000 events, eight seconds of work: after five a vendor asks again anyhow, and the engine's heap grows by several times as much. */
const bytesAtMost = 24 * 1024 * 1024;
/** What an event costs beside its words, measured. */
const eventBytes = 1100;

/** 0: a tap. 1: what else people do. 2: what a flood brings. A lower number is served first. */
export type Urgency = 0 | 1 | 2;
type Line<T> = { key: string; items: T[]; flood: boolean };
type Sender = { waiting: number; bytes: number; inRooms: number };

export const roomOf = ({ address }: Incoming): string => `${address.channel} ${address.room}`;
const senderOf = ({ address, from }: Incoming): string => `${address.channel} ${from}`;
const weightOf = (event: Incoming): number => eventBytes + (event.type === "message" ? 2 * event.text.length : 0);

export type FairQueue<T> = {
  /** False: there is no room for it, and it was not taken. Whoever has nothing waiting is always taken. */
  add(item: T): boolean;
  /**
   * The next to handle, the most urgent first, in turn by room; nothing of a busy room, whose order has to stay. With `before` only what
   * is more urgent than that, as far as it `suits`.
   */
  next(atMost: number, busyRooms: ReadonlySet<string>, before?: Urgency, suits?: (item: T) => boolean): T[];
  /** These were taken and not handled: they are first again, in their order. */
  putBack(items: readonly T[]): void;
  /** This one is handled, or set aside for good. */
  settled(item: T): void;
  /** How urgent an item that was taken is, by what waits of its sender. */
  urgencyOf(item: T): Urgency;
  /** Whether something waits that is more urgent than this. */
  hasBefore(urgency: Urgency): boolean;
  readonly size: number;
};

/**
 * Events that wait, a line for each room, served in turn, taps first: so the many words of one room hold up nobody else. Who floods gets
 * a line of their own, behind the others, which keeps the order of their own events but not their order among those of others.
 */
export function createFairQueue<T extends { event: Incoming }>(): FairQueue<T> {
  const lines = new Map<string, Line<T>>();
  const senders = new Map<string, Sender>();
  /** Lines by the urgency of their first item; a set keeps the order in which they had their turn. */
  const byUrgency = [new Set<Line<T>>(), new Set<Line<T>>(), new Set<Line<T>>()] as const;
  /** Of each that is not settled: whose it is, its line, and what it weighs. */
  const places = new Map<T, { whose: string; sender: Sender; line: Line<T>; weight: number }>();
  let bytes = 0;
  let size = 0;

  function place(line: Line<T>): void {
    for (const set of byUrgency) set.delete(line);
    const [first] = line.items;
    if (!first) lines.delete(line.key);
    else byUrgency[line.flood ? 2 : first.event.type === "tap" ? 0 : 1].add(line);
  }

  function lineFor(item: T, sender: Sender): Line<T> {
    const floodKey = `flood ${senderOf(item.event)}`;
    const flood = lines.has(floodKey) || sender.waiting >= floodsFrom;
    const key = flood ? floodKey : roomOf(item.event);
    const line = lines.get(key) ?? { key, items: [], flood };
    lines.set(key, line);
    return line;
  }

  /** A flood may begin only when what its sender said before it is through. */
  const mayBegin = (line: Line<T>, busyRooms: ReadonlySet<string>): boolean => {
    const first = line.items[0] as T;
    if (busyRooms.has(roomOf(first.event))) return false;
    return !line.flood || (senders.get(senderOf(first.event))?.inRooms ?? 0) === 0;
  };

  return {
    add(item) {
      const key = senderOf(item.event);
      const weight = weightOf(item.event);
      const sender = senders.get(key) ?? { waiting: 0, bytes: 0, inRooms: 0 };
      if (sender.waiting > 0 && (sender.bytes + weight > senderBytesAtMost || bytes + weight > bytesAtMost))
        return false;
      senders.set(key, sender);
      const line = lineFor(item, sender);
      line.items.push(item);
      places.set(item, { whose: key, sender, line, weight });
      if (!line.flood) sender.inRooms++;
      if (line.items.length === 1) place(line);
      sender.waiting++;
      sender.bytes += weight;
      bytes += weight;
      size++;
      return true;
    },

    next(atMost, busyRooms, before, suits = () => true) {
      const taken: T[] = [];
      for (const lane of byUrgency.slice(0, before)) {
        let resting = 0;
        while (taken.length < atMost && resting < lane.size) {
          const [line] = lane as Set<Line<T>>;
          if (!line) break;
          lane.delete(line);
          if (mayBegin(line, busyRooms) && suits(line.items[0] as T)) {
            taken.push(line.items.shift() as T);
            resting = 0;
            place(line);
          } else {
            resting++;
            lane.add(line);
          }
        }
      }
      size -= taken.length;
      return taken;
    },

    putBack(items) {
      const back = new Map<string, T[]>();
      for (const item of items) {
        const key = places.get(item)?.line.key as string;
        const some = back.get(key);
        if (some) some.push(item);
        else back.set(key, [item]);
      }
      for (const [key, some] of back) {
        const line = lines.get(key) ?? { key, items: [], flood: key.startsWith("flood ") };
        lines.set(key, line);
        line.items = [...some, ...line.items];
        place(line);
      }
      size += items.length;
    },

    settled(item) {
      const place = places.get(item);
      if (!place) return;
      const { whose, sender, line, weight } = place;
      sender.waiting--;
      sender.bytes -= weight;
      bytes -= weight;
      if (!line.flood) sender.inRooms--;
      places.delete(item);
      if (sender.waiting === 0) senders.delete(whose);
    },

    urgencyOf: (item) => (places.get(item)?.line.flood ? 2 : item.event.type === "tap" ? 0 : 1),

    hasBefore: (urgency) => byUrgency.some((lane, rank) => rank < urgency && lane.size > 0),

    get size() {
      return size;
    },
  };
}
