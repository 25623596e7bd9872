/**
 * What a person's posts draw in genuine interactions against what others' would on the same task, form and platform. 1 is typical.
 *
 * Two readings of each post are compared with its peers', in logarithms: how many read it (reach) and how many of those reacted
 * (engagement). Each is the sum of form and platform, the task, the person and chance; the person's part is shrunk towards what
 * their tags would suggest, by how much a single post tells (empirical Bayes; Efron and Morris 1975). Bought likes show as reactions
 * out of proportion to reads, comments and shares: such a reading is set aside for the latest honest one of the same post.
 */
export type Reading = {
  day: number;
  reads: number;
  likes: number;
  comments: number;
  shares: number;
  completionRate: number | null;
};
export type Post = { person: string; task: string; theme: string; form: string; platform: string; readings: Reading[] };
export type InfluenceState = { posts: Record<string, Post>; byPerson: Record<string, string[]> };

/** Posts kept per person: older ones say little of today's audience. */
const KEPT = 30;

export const newInfluence = (): InfluenceState => ({ posts: {}, byPerson: {} });

/** Notes one reading of a post; a later reading of the same day replaces the earlier. */
export function noteReading(state: InfluenceState, post: Omit<Post, "readings">, reading: Reading): void {
  const key = `${post.task} ${post.person}`;
  const known = state.posts[key];
  if (known) {
    known.readings = [...known.readings.filter((r) => r.day !== reading.day), reading]
      .sort((a, b) => a.day - b.day)
      .slice(-6);
    return;
  }
  state.posts[key] = { ...post, readings: [reading] };
  state.byPerson[post.person] ??= [];
  const keys = state.byPerson[post.person]!;
  keys.push(key);
  if (keys.length > KEPT) delete state.posts[keys.shift()!];
}

/** One listed reason of a weight: they add up to it. */
export type InfluencePart = { kind: "base" | "reach" | "engagement" | "tags"; points: number };
export type InfluenceWeight = { weight: number; posts: number; setAside: number; parts: InfluencePart[] };
export type InfluenceFit = {
  people: Record<string, InfluenceWeight>;
  themes: Record<string, { effect: number; variance: number }>;
  prior: (tags: Iterable<string>) => number;
};

type Value = {
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

/** Weighs everybody with a post. `tagsOf` lets people borrow from those with the same tags. */
export function weighInfluence(state: InfluenceState, tagsOf: (person: string) => Iterable<string>): InfluenceFit {
  const values = cleanValues(Object.values(state.posts));
  const reach = fitLogs(
    values,
    (v) => v.reach,
    (v) => v.reachNoise,
    { person: 0.2, task: 0.15, noise: 0.2 },
    tagsOf,
  );
  const rate = fitLogs(
    values,
    (v) => v.rate,
    (v) => v.rateNoise,
    { person: 0.09, task: 0.01, noise: 0.06 },
    tagsOf,
  );
  const people: Record<string, InfluenceWeight> = {};
  for (const v of values) {
    people[v.person] ??= { weight: 0, posts: 0, setAside: 0, parts: [] };
    people[v.person]!.posts++;
    if (v.aside) people[v.person]!.setAside++;
  }
  const prior = (tags: Iterable<string>): number => {
    let sum = 0;
    for (const tag of tags) sum += (reach.tags.get(tag) ?? 0) + (rate.tags.get(tag) ?? 0);
    return Math.exp(sum);
  };
  for (const [id, entry] of Object.entries(people)) {
    const logs: [InfluencePart["kind"], number][] = [
      ["reach", reach.people.get(id) ?? 0],
      ["engagement", rate.people.get(id) ?? 0],
      ["tags", Math.log(prior(tagsOf(id)))],
    ];
    const total = logs.reduce((a, [, x]) => a + x, 0);
    entry.weight = Math.exp(total);
    // The parts multiply; shown as points they are shared out so that their sum is the weight.
    const unit = Math.abs(total) < 1e-9 ? 1 : (entry.weight - 1) / total;
    entry.parts = [{ kind: "base", points: 1 }, ...logs.map(([kind, x]) => ({ kind, points: x * unit }))];
  }
  return { people, themes: reach.themes, prior };
}

// ---------------------------------------------------------------- from readings to clean values

const median = (xs: number[]): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted.length ? (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2 : 0;
};

const likesPerRead = (r: Reading): number => Math.log((r.likes + 0.5) / (r.reads + 1));
const likesPerWord = (r: Reading): number => Math.log((r.likes + 0.5) / (r.comments + r.shares + 0.5));

type Norm = { perRead: number; perWord: number; spreadRead: number; spreadWord: number; perShare: number };

function cleanValues(posts: readonly Post[]): Value[] {
  const norms = new Map<string, Norm>();
  for (const form of new Set(posts.map((p) => p.form))) norms.set(form, normOf(posts.filter((p) => p.form === form)));
  const ripe = ripeness(posts);
  return posts.map((post) => {
    const norm = norms.get(post.form)!;
    const honest = post.readings.filter((r, i) => !isBought(r, norm) && !isJump(post.readings[i - 1], r));
    const aside = honest.length < post.readings.length;
    const r = honest.at(-1) ?? withoutLikes(post.readings[0]!, norm);
    const acts = r.likes + r.comments + r.shares;
    return {
      person: post.person,
      task: post.task,
      theme: post.theme,
      cell: `${post.form} ${post.platform}`,
      reach: Math.log(r.reads + 1) - (ripe.get(r.day) ?? 0),
      rate: Math.log((acts + 0.5) / (r.reads + 1)),
      reachNoise: honest.length ? 0 : 0.5,
      rateNoise: 1 / (acts + 1) + (honest.length ? 0 : 1),
      aside,
    };
  });
}

/** What is usual among posts of one form, from first readings, where little has been bought yet; spreads by the median deviation. */
function normOf(posts: readonly Post[]): Norm {
  const first = posts.map((p) => p.readings[0]!);
  const [a, b] = [first.map(likesPerRead), first.map(likesPerWord)];
  const [perRead, perWord] = [median(a), median(b)];
  const spread = (xs: number[], mid: number, least: number): number =>
    Math.max(least, 1.48 * median(xs.map((x) => Math.abs(x - mid))));
  return {
    perRead,
    perWord,
    spreadRead: spread(a, perRead, 0.3),
    spreadWord: spread(b, perWord, 0.25),
    perShare: median(first.map((r) => Math.log((r.reads + 1) / (r.shares + 0.5)))),
  };
}

function isBought(r: Reading, norm: Norm): boolean {
  if (r.likes < 100) return false;
  return likesPerRead(r) > norm.perRead + 3.5 * norm.spreadRead || likesPerWord(r) > norm.perWord + 4 * norm.spreadWord;
}

/** Likes that multiply between two readings while shares and comments do not. */
function isJump(before: Reading | undefined, r: Reading): boolean {
  if (!before || r.likes < 100) return false;
  const likes = Math.log((r.likes + 5) / (before.likes + 5));
  const others = Math.log((r.comments + r.shares + 3) / (before.comments + before.shares + 3));
  return likes > others + 1 && likes > Math.log((r.reads + 50) / (before.reads + 50)) + 0.7;
}

/** Where every reading is out of proportion: what the shares alone suggest. */
function withoutLikes(r: Reading, norm: Norm): Reading {
  const reads = Math.min(r.reads, Math.exp(norm.perShare) * (r.shares + 0.5));
  return { ...r, reads, likes: Math.exp(norm.perRead) * reads };
}

/** How much of its reads a post has by each day, in logarithms, against the day most posts end with. */
function ripeness(posts: readonly Post[]): Map<number, number> {
  const ratios = new Map<number, number[]>();
  for (const p of posts) {
    const full = p.readings.find((r) => r.day >= 7);
    if (!full) continue;
    for (const r of p.readings)
      if (r.day < 7) ratios.set(r.day, [...(ratios.get(r.day) ?? []), Math.log((r.reads + 1) / (full.reads + 1))]);
  }
  return new Map([...ratios].map(([day, xs]) => [day, median(xs)]));
}

// ---------------------------------------------------------------- parts of a logarithm

type Fit = {
  people: Map<string, number>;
  tags: Map<string, number>;
  themes: Record<string, { effect: number; variance: number }>;
};
type Spread = { person: number; task: number; noise: number };

/**
 * Splits values into cell + task + tags + person + chance by going round (backfitting), each part shrunk by its variance, which is
 * estimated on the way. Residuals beyond 2.5 standard deviations count as 2.5 (winsorised).
 */
function fitLogs(
  values: readonly Value[],
  of: (v: Value) => number,
  noiseOf: (v: Value) => number,
  start: Spread,
  tagsOf: (person: string) => Iterable<string>,
): Fit {
  const y = values.map(of);
  const extra = values.map(noiseOf);
  const spread = { ...start };
  const cells = new Map<string, number>();
  const tasks = new Map<string, number>();
  const taskMeans = new Map<string, { mean: number; variance: number }>();
  const people = new Map<string, number>();
  const tags = new Map<string, number>();
  const persons = [...new Set(values.map((v) => v.person))];
  const tagged = new Map(persons.map((p) => [p, [...tagsOf(p)]]));
  const tagSum = (p: string): number => tagged.get(p)!.reduce((sum, t) => sum + (tags.get(t) ?? 0), 0);
  const group = (key: (v: Value) => string): Map<string, number[]> => {
    const groups = new Map<string, number[]>();
    values.forEach((v, i) => {
      const list = groups.get(key(v));
      if (list) list.push(i);
      else groups.set(key(v), [i]);
    });
    return groups;
  };
  const [byCell, byTask, byPerson] = [group((v) => v.cell), group((v) => v.task), group((v) => v.person)];
  const rest = (i: number, without: "cell" | "task" | "person"): number => {
    const v = values[i]!;
    let r = y[i]!;
    if (without !== "cell") r -= cells.get(v.cell) ?? 0;
    if (without !== "task") r -= tasks.get(v.task) ?? 0;
    if (without !== "person") r -= (people.get(v.person) ?? 0) + tagSum(v.person);
    return r;
  };
  const weigh = (
    list: number[],
    without: "cell" | "task" | "person",
    shift: number,
    known: number,
  ): { mean: number; precision: number } => {
    let sum = 0;
    let precision = 0;
    for (const i of list) {
      const limit = 2.5 * Math.sqrt(spread.noise + extra[i]!);
      const r = rest(i, without) - shift;
      const w = 1 / (spread.noise + extra[i]!);
      sum += w * Math.max(known - limit, Math.min(known + limit, r));
      precision += w;
    }
    return { mean: sum / precision, precision };
  };
  for (let round = 0; round < 12; round++) {
    for (const [cell, list] of byCell)
      cells.set(cell, weigh(list, "cell", 0, cells.get(cell) ?? median(list.map((i) => y[i]!))).mean);
    let taskSquares = 0;
    for (const [task, list] of byTask) {
      const { mean, precision } = weigh(list, "task", 0, tasks.get(task) ?? 0);
      const shrunk = (mean * precision) / (precision + 1 / spread.task);
      taskMeans.set(task, { mean, variance: spread.task + 1 / precision });
      tasks.set(task, shrunk);
      taskSquares += shrunk * shrunk + 1 / (precision + 1 / spread.task);
    }
    let personSquares = 0;
    for (const [person, list] of byPerson) {
      const { mean, precision } = weigh(list, "person", tagSum(person), people.get(person) ?? 0);
      const shrunk = (mean * precision) / (precision + 1 / spread.person);
      people.set(person, shrunk);
      personSquares += shrunk * shrunk + 1 / (precision + 1 / spread.person);
    }
    fitTags(persons, tagged, people, tags, spread.person);
    let squares = 0;
    values.forEach((_, i) => {
      const r = rest(i, "person") - tagSum(values[i]!.person) - (people.get(values[i]!.person) ?? 0);
      squares += Math.min(r * r, 6.25 * (spread.noise + extra[i]!));
    });
    const count = values.length;
    // A few imagined posts keep the variances sane while there are few real ones.
    spread.person = (start.person * 10 + personSquares) / (10 + persons.length);
    spread.task = (start.task * 10 + taskSquares) / (10 + byTask.size);
    spread.noise = (start.noise * 20 + squares) / (20 + Math.max(0, count - 0.5 * persons.length));
  }
  return { people, tags, themes: themeEffects(values, taskMeans) };
}

/** Moves what people with a tag have in common from the people to the tag, shrunk by how few they are. */
function fitTags(
  persons: readonly string[],
  tagged: Map<string, string[]>,
  people: Map<string, number>,
  tags: Map<string, number>,
  personVariance: number,
): void {
  const groups = new Map<string, string[]>();
  for (const p of persons) for (const t of tagged.get(p)!) groups.set(t, [...(groups.get(t) ?? []), p]);
  for (const [tag, list] of [...groups].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    if (list.length < 4 || list.length > 0.8 * persons.length) continue;
    const old = tags.get(tag) ?? 0;
    const mean = list.reduce((sum, p) => sum + people.get(p)!, 0) / list.length + old;
    const fresh = mean * (list.length / (list.length + personVariance / 0.01));
    tags.set(tag, fresh);
    for (const p of list) people.set(p, people.get(p)! + old - fresh);
  }
}

/** What the tasks of a theme have in common, against all tasks' middle; the variance says how few they are. */
function themeEffects(
  values: readonly Value[],
  taskMeans: Map<string, { mean: number; variance: number }>,
): Fit["themes"] {
  const byTheme = new Map<string, Set<string>>();
  for (const v of values) byTheme.set(v.theme, (byTheme.get(v.theme) ?? new Set()).add(v.task));
  const middle = median([...taskMeans.values()].map((t) => t.mean));
  const out: Fit["themes"] = {};
  for (const [theme, list] of byTheme) {
    let sum = 0;
    let precision = 0;
    for (const task of list) {
      const { mean, variance } = taskMeans.get(task)!;
      sum += (mean - middle) / variance;
      precision += 1 / variance;
    }
    out[theme] = { effect: sum / precision, variance: 1 / precision };
  }
  return out;
}
