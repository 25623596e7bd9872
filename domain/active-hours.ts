/**
 * When a person is likely to look: told hours where there are any, else a belief over the windows that others have told, moved by how
 * fast and whether they answered at each hour (Bayes' rule over 24 windows; people without hours borrow from the rest).
 */
import { localMinute, type Offset } from "./push-gate.ts";

const HOUR = 3_600_000;
/** Ends of the bins of delay between sending and seeing, in hours; the last bin is "never". */
const DELAYS = [1, 3, 6];
const BINS = DELAYS.length + 2;

export type HoursState = {
  /** How many people told a window that starts in each hour, and its usual length in hours. */
  starts: number[];
  length: number;
  /** Answers by delay bin: sent in active hours, and outside. */
  inside: number[];
  outside: number[];
  /** Belief over 24 windows of people who told none and have been pushed. */
  people: Record<string, number[]>;
};

export type ToldHours = readonly (readonly [from: number, to: number])[];

/** Before any answer: most people look within hours when active; weights of eight pushes. */
export function newHours(told: readonly ToldHours[]): HoursState {
  const starts = Array.from({ length: 24 }, (_, h) => (h >= 8 && h < 22 ? 0.5 : 0.1));
  const lengths: number[] = [];
  for (const [from, to] of told.flat()) {
    starts[((Math.floor(from) % 24) + 24) % 24]! += 1;
    lengths.push((to - from + 24) % 24 || 24);
  }
  lengths.sort((a, b) => a - b);
  return {
    starts,
    length: Math.max(1, lengths[lengths.length >> 1] ?? 3),
    inside: [2.8, 2.4, 0.8, 0.8, 1.2],
    outside: [0.8, 1.2, 1.2, 2.2, 2.6],
    people: {},
  };
}

const inWindow = (hour: number, from: number, length: number): boolean => (hour - from + 24) % 24 < length;

const isTold = (hour: number, told: ToldHours): boolean =>
  told.some(([from, to]) => inWindow(hour, from, (to - from + 24) % 24 || 24));

/** What was told is told once and asked for at every task: the hours of each list are worked out once. */
const toldByHour = new WeakMap<ToldHours, number[]>();

/** Chance per hour of the day (24 numbers) that the person is active then. */
export function activeByHour(state: HoursState, person: string, told: ToldHours): readonly number[] {
  if (told.length > 0) {
    let hours = toldByHour.get(told);
    if (!hours) {
      hours = Array.from({ length: 24 }, (_, h) => (isTold(h, told) ? 1 : 0));
      toldByHour.set(told, hours);
    }
    return hours;
  }
  const belief = state.people[person] ?? state.starts;
  const total = belief.reduce((a, b) => a + b, 0);
  return startsThatCover(state.length).map((starts) => {
    let sum = 0;
    for (const from of starts) sum += belief[from]!;
    return sum / total;
  });
}

const coverings = new Map<number, number[][]>();
/** Per hour of the day, the starts of the windows of this length that hold its middle. */
function startsThatCover(length: number): number[][] {
  let list = coverings.get(length);
  if (!list) {
    const hours = Array.from({ length: 24 }, (_, h) => h);
    list = hours.map((h) => hours.filter((from) => inWindow(h + 0.5, from, length)));
    coverings.set(length, list);
  }
  return list;
}

/** Learns from one push: sent at this hour of the person's day, seen after `delayMs` or never (null). */
export function noteDelay(
  state: HoursState,
  person: string,
  told: ToldHours,
  hour: number,
  delayMs: number | null,
): void {
  const bin = delayMs === null ? BINS - 1 : DELAYS.filter((d) => delayMs > d * HOUR).length;
  if (told.length > 0) {
    (isTold(hour, told) ? state.inside : state.outside)[bin]! += 1;
    return;
  }
  const share = (counts: number[]): number => counts[bin]! / counts.reduce((a, b) => a + b, 0);
  const [inside, outside] = [share(state.inside), share(state.outside)];
  state.people[person] ??= [...state.starts];
  const belief = state.people[person]!;
  for (let from = 0; from < 24; from++) belief[from]! *= inWindow(hour, from, state.length) ? inside : outside;
  const total = belief.reduce((a, b) => a + b, 0);
  for (let from = 0; from < 24; from++) belief[from] = belief[from]! / total;
}

export const hourOf = (at: number, offset: Offset): number => localMinute(at, offset) / 60;
