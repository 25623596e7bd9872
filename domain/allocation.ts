/**
 * Several running tasks share the same people: one allocation over all of them, so that a rare person is kept for the task that needs them.
 * An auction (Bertsekas 1988, The auction algorithm: a distributed relaxation method for the assignment problem; with several slots per
 * task and people who may stay unasked): people bid for the task that is worth most to them above its price, a full task lets its lowest
 * bid go. The sum found is within `slack` times the number asked of the best possible.
 */
export type AllocationTask = { slots: number };
/** `room`: how many pushes the person can still take. */
export type AllocationPerson = { room: number };
export type Allocated = { task: number; person: number; value: number };

/** Values are compared to this share of their mean: a finer auction takes longer and gains less than that. */
const SLACK_SHARE = 0.004;

/**
 * Who is asked for which task. `value(task, person)` is what the push is worth; zero or less means it may not or should not be made. A
 * person is asked at most once per task and `room` times in all, a task takes at most its slots.
 */
export function allocate(
  tasks: readonly AllocationTask[],
  people: readonly AllocationPerson[],
  value: (task: number, person: number) => number,
): Allocated[] {
  const table = tabulate(tasks.length, people.length, value);
  const slack = SLACK_SHARE * meanOfBest(table, tasks, people.length);
  const halls = tasks.map((t) => new Hall(t.slots));
  const queue: number[] = [];
  people.forEach((p, i) => {
    for (let k = 0; k < Math.min(p.room, tasks.length); k++) queue.push(i);
  });
  const held: Set<number>[] = people.map(() => new Set());
  while (queue.length > 0) {
    const person = queue.pop()!;
    const bid = bestBid(table, tasks.length, person, halls, held[person]!, slack);
    if (!bid) continue;
    const out = halls[bid.task]!.enter(person, bid.price);
    held[person]!.add(bid.task);
    if (out !== null) {
      held[out]!.delete(bid.task);
      queue.push(out);
    }
  }
  return halls.flatMap((hall, task) =>
    hall.people().map((person) => ({ task, person, value: table[person * tasks.length + task]! })),
  );
}

function tabulate(tasks: number, people: number, value: (task: number, person: number) => number): Float64Array {
  const table = new Float64Array(tasks * people);
  for (let p = 0; p < people; p++) for (let t = 0; t < tasks; t++) table[p * tasks + t] = Math.max(0, value(t, p));
  return table;
}

/** The mean value of what could be chosen at best, task by task: the scale for how fine the auction must be. */
function meanOfBest(table: Float64Array, tasks: readonly AllocationTask[], people: number): number {
  let sum = 0;
  let count = 0;
  tasks.forEach((task, t) => {
    const column = new Float64Array(people);
    for (let p = 0; p < people; p++) column[p] = table[p * tasks.length + t]!;
    column.sort();
    for (let k = 1; k <= Math.min(task.slots, people) && column[people - k]! > 0; k++) {
      sum += column[people - k]!;
      count++;
    }
  });
  return count > 0 ? sum / count : 1;
}

type Bid = { task: number; price: number };

function bestBid(
  table: Float64Array,
  tasks: number,
  person: number,
  halls: readonly Hall[],
  held: ReadonlySet<number>,
  slack: number,
): Bid | null {
  let best = -1;
  let first = 0;
  let second = 0;
  for (let t = 0; t < tasks; t++) {
    const worth = table[person * tasks + t]!;
    if (worth <= 0) continue;
    const gain = worth - halls[t]!.price;
    if (gain <= second || held.has(t)) continue;
    if (gain > first) [second, first, best] = [first, gain, t];
    else second = gain;
  }
  if (best < 0) return null;
  return { task: best, price: halls[best]!.price + (first - second) + slack };
}

/** A task's slots with the bids that hold them, the lowest on top of a heap. A hall with room costs nothing. */
class Hall {
  private readonly slots: number;
  private readonly heap: { person: number; bid: number }[] = [];

  constructor(slots: number) {
    this.slots = slots;
  }

  get price(): number {
    if (this.slots <= 0) return Number.POSITIVE_INFINITY;
    return this.heap.length < this.slots ? 0 : this.heap[0]!.bid;
  }

  people(): number[] {
    return this.heap.map((h) => h.person);
  }

  /** Takes a bidder in; returns who had to leave for them, if the hall was full. */
  enter(person: number, bid: number): number | null {
    const { heap } = this;
    if (heap.length >= this.slots) {
      const out = heap[0]!.person;
      heap[0] = { person, bid };
      this.sink();
      return out;
    }
    let i = heap.push({ person, bid }) - 1;
    while (i > 0 && heap[i]!.bid < heap[(i - 1) >> 1]!.bid) {
      const up = (i - 1) >> 1;
      [heap[i], heap[up]] = [heap[up]!, heap[i]!];
      i = up;
    }
    return null;
  }

  private sink(): void {
    const { heap } = this;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < heap.length && heap[child]!.bid < heap[least]!.bid) least = child;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }
}
