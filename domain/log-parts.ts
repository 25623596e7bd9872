/**
 * Splits the logarithms of what posts drew into parts: form and platform, task, the person, what the person's tags have in common, and
 * chance. Each part is shrunk by its variance, which is estimated on the way (empirical Bayes; Efron and Morris 1975).
 */
import { medianOf } from "./interval.ts";

/** One post as two logarithms, how many read it and how many of those reacted, each with the variance that counting alone gives it. */
export type Value = {
  person: string;
  task: string;
  theme: string;
  cell: string;
  reach: number;
  rate: number;
  reachNoise: number;
  rateNoise: number;
  aside: boolean;
};

export type LogParts = {
  people: Map<string, number>;
  tags: Map<string, number>;
  themes: Record<string, { effect: number; variance: number }>;
};
type Spread = { person: number; task: number; noise: number };

/** Values sorted into groups by a key, as numbers: the group of each value, and the values of each group. */
type Grouping = { names: string[]; of: Int32Array; members: number[][] };

function groupBy(values: readonly Value[], key: (v: Value) => string): Grouping {
  const index = new Map<string, number>();
  const grouping: Grouping = { names: [], of: new Int32Array(values.length), members: [] };
  values.forEach((v, i) => {
    const name = key(v);
    let k = index.get(name);
    if (k === undefined) {
      k = grouping.names.length;
      index.set(name, k);
      grouping.names.push(name);
      grouping.members.push([]);
    }
    grouping.of[i] = k;
    grouping.members[k]!.push(i);
  });
  return grouping;
}

/** How far a residual may lie from what is known of its group, in standard deviations, before it counts as that far (winsorised). */
const FAR = 2.5;
/** A few imagined posts keep the variances sane while there are few real ones. */
const IMAGINED = { people: 10, tasks: 10, posts: 20 };

/**
 * Splits values into cell + task + tags + person + chance by going round (backfitting), each part shrunk by its variance, which is
 * estimated on the way.
 */
export function splitLogs(
  values: readonly Value[],
  of: (v: Value) => number,
  noiseOf: (v: Value) => number,
  start: Spread,
  tagsOf: (person: string) => Iterable<string>,
): LogParts {
  const y = Float64Array.from(values, of);
  const extra = Float64Array.from(values, noiseOf);
  const spread = { ...start };
  const cell = groupBy(values, (v) => v.cell);
  const task = groupBy(values, (v) => v.task);
  const person = groupBy(values, (v) => v.person);
  const cells = Float64Array.from(cell.members, (list) => medianOf(list.map((i) => y[i]!)) ?? 0);
  const tasks = new Float64Array(task.names.length);
  const taskMeans = task.names.map(() => ({ mean: 0, variance: 0 }));
  const people = new Float64Array(person.names.length);
  const tags = newTagParts(person.names, tagsOf);
  const rest = new Float64Array(values.length);
  /** The mean and precision of what a group's values have beyond `without`, far ones drawn in towards `known`. */
  const weigh = (list: readonly number[], known: number): { mean: number; precision: number } => {
    let sum = 0;
    let precision = 0;
    for (const i of list) {
      const variance = spread.noise + extra[i]!;
      const limit = FAR * Math.sqrt(variance);
      sum += Math.max(known - limit, Math.min(known + limit, rest[i]!)) / variance;
      precision += 1 / variance;
    }
    return { mean: sum / precision, precision };
  };
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < y.length; i++)
      rest[i] = y[i]! - tasks[task.of[i]!]! - people[person.of[i]!]! - tags.sums[person.of[i]!]!;
    cell.members.forEach((list, k) => {
      cells[k] = weigh(list, cells[k]!).mean;
    });
    let taskSquares = 0;
    for (let i = 0; i < y.length; i++)
      rest[i] = y[i]! - cells[cell.of[i]!]! - people[person.of[i]!]! - tags.sums[person.of[i]!]!;
    task.members.forEach((list, k) => {
      const { mean, precision } = weigh(list, tasks[k]!);
      const shrunk = (mean * precision) / (precision + 1 / spread.task);
      taskMeans[k] = { mean, variance: spread.task + 1 / precision };
      tasks[k] = shrunk;
      taskSquares += shrunk * shrunk + 1 / (precision + 1 / spread.task);
    });
    let personSquares = 0;
    for (let i = 0; i < y.length; i++)
      rest[i] = y[i]! - cells[cell.of[i]!]! - tasks[task.of[i]!]! - tags.sums[person.of[i]!]!;
    person.members.forEach((list, k) => {
      const { mean, precision } = weigh(list, people[k]!);
      const shrunk = (mean * precision) / (precision + 1 / spread.person);
      people[k] = shrunk;
      personSquares += shrunk * shrunk + 1 / (precision + 1 / spread.person);
    });
    fitTags(tags, people, spread.person);
    let squares = 0;
    for (let i = 0; i < y.length; i++) {
      const k = person.of[i]!;
      const r = y[i]! - cells[cell.of[i]!]! - tasks[task.of[i]!]! - tags.sums[k]! - people[k]!;
      squares += Math.min(r * r, FAR * FAR * (spread.noise + extra[i]!));
    }
    const free = Math.max(0, y.length - 0.5 * people.length);
    spread.person = (start.person * IMAGINED.people + personSquares) / (IMAGINED.people + people.length);
    spread.task = (start.task * IMAGINED.tasks + taskSquares) / (IMAGINED.tasks + tasks.length);
    spread.noise = (start.noise * IMAGINED.posts + squares) / (IMAGINED.posts + free);
  }
  return {
    people: new Map(person.names.map((id, k) => [id, people[k]!])),
    tags: new Map(tags.shared.map(({ tag }, k) => [tag, tags.parts[k]!])),
    themes: themeEffects(values, task, taskMeans),
  };
}

/** What people with a tag have in common; only tags that some but not nearly all of them hold. `sums` adds up each person's. */
type TagParts = { shared: { tag: string; people: number[] }[]; parts: Float64Array; sums: Float64Array };

function newTagParts(persons: readonly string[], tagsOf: (person: string) => Iterable<string>): TagParts {
  const groups = new Map<string, number[]>();
  persons.forEach((p, k) => {
    for (const tag of tagsOf(p)) {
      const list = groups.get(tag);
      if (list) list.push(k);
      else groups.set(tag, [k]);
    }
  });
  const shared = [...groups]
    .filter(([, people]) => people.length >= 4 && people.length <= 0.8 * persons.length)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([tag, people]) => ({ tag, people }));
  return { shared, parts: new Float64Array(shared.length), sums: new Float64Array(persons.length) };
}

/** Moves what people with a tag have in common from the people to the tag, shrunk by how few they are. */
function fitTags(tags: TagParts, people: Float64Array, personVariance: number): void {
  tags.shared.forEach(({ people: list }, k) => {
    const old = tags.parts[k]!;
    let sum = 0;
    for (const p of list) sum += people[p]!;
    const fresh = (sum / list.length + old) * (list.length / (list.length + personVariance / 0.01));
    tags.parts[k] = fresh;
    for (const p of list) {
      people[p]! += old - fresh;
      tags.sums[p]! += fresh - old;
    }
  });
}

/** What the tasks of a theme have in common, against all tasks' middle; the variance says how few they are. */
function themeEffects(
  values: readonly Value[],
  task: Grouping,
  taskMeans: readonly { mean: number; variance: number }[],
): LogParts["themes"] {
  const byTheme = new Map<string, Set<number>>();
  values.forEach((v, i) => {
    const list = byTheme.get(v.theme);
    if (list) list.add(task.of[i]!);
    else byTheme.set(v.theme, new Set([task.of[i]!]));
  });
  const middle = medianOf(taskMeans.map((t) => t.mean)) ?? 0;
  const out: LogParts["themes"] = {};
  for (const [theme, list] of byTheme) {
    let sum = 0;
    let precision = 0;
    for (const k of list) {
      const { mean, variance } = taskMeans[k]!;
      sum += (mean - middle) / variance;
      precision += 1 / variance;
    }
    out[theme] = { effect: sum / precision, variance: 1 / precision };
  }
  return out;
}
