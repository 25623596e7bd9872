import { allocate } from "./allocation.ts";
import type { Offer } from "./match.ts";

/** What a task would ask for if it were alone: whom, the best first, and how many of them now. */
export type Contender = {
  /** 1 to 5. */
  importance: number;
  slots: number;
  offers: readonly Pick<Offer, "person" | "worth" | "expected" | "price">[];
};

/** A task of the usual importance. */
const usual = 3;

/**
 * Whom a task leaves to the other running tasks: people who have no push to spare for both and are worth more there, by one allocation
 * over all of them. Somebody whom another task could easily replace is not kept for it. `roomOf`: pushes the person can still take.
 */
export function keptForOthers(
  own: Contender,
  others: readonly Contender[],
  roomOf: (person: string) => number,
): Set<string> {
  const tasks = [own, ...others.filter((task) => task.slots > 0)];
  if (tasks.length === 1) return new Set();
  const wanted = new Set(own.offers.map((offer) => offer.person));
  // People whom this task does not want decide as well: they are what the others could have instead.
  const people = [...new Set(tasks.flatMap((task) => task.offers.map((offer) => offer.person)))];
  const rowOf = new Map(people.map((person, row) => [person, row]));
  const values = tasks.map((task) => {
    const column = new Float64Array(people.length);
    for (const offer of task.offers) column[rowOf.get(offer.person) as number] = gainOf(offer, task.importance);
    return column;
  });
  const rooms = people.map((person) => Math.max(0, Math.min(tasks.length, roomOf(person))));
  const given = allocate(
    tasks,
    rooms.map((room) => ({ room })),
    (task, person) => values[task]?.[person] ?? 0,
  );
  const elsewhere = new Uint16Array(people.length);
  const here = new Set<number>();
  for (const { task, person } of given) {
    if (task === 0) here.add(person);
    else elsewhere[person] = (elsewhere[person] ?? 0) + 1;
  }
  const kept = people.filter(
    (person, row) => wanted.has(person) && !here.has(row) && (elsewhere[row] ?? 0) >= Math.max(1, rooms[row] ?? 0),
  );
  return new Set(kept);
}

/** What a push brings, in completions of a usual task, less what it costs elsewhere. */
const gainOf = (offer: Contender["offers"][number], importance: number): number =>
  Math.max(0, (importance / usual) * offer.worth * offer.expected - offer.price);
