/**
 * What a person's posts draw in genuine interactions against what others' would on the same task, form and platform. 1 is typical.
 *
 * Two readings of each post are compared with its peers', in logarithms: how many read it (reach) and how many of those reacted
 * (engagement). Each is the sum of form and platform, the task, the person and chance; the person's part is shrunk towards what
 * their tags would suggest, by how much a single post tells (empirical Bayes; Efron and Morris 1975). Bought likes show as reactions
 * out of proportion to reads, comments and shares: such a reading is set aside for the latest honest one of the same post.
 */
import { medianOf } from "./interval.ts";
import { splitLogs, type Value } from "./log-parts.ts";

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

/** Weighs everybody with a post. `tagsOf` lets people borrow from those with the same tags. */
export function weighInfluence(state: InfluenceState, tagsOf: (person: string) => Iterable<string>): InfluenceFit {
  const values = cleanValues(Object.values(state.posts));
  const reach = splitLogs(
    values,
    (v) => v.reach,
    (v) => v.reachNoise,
    { person: 0.2, task: 0.15, noise: 0.2 },
    tagsOf,
  );
  const rate = splitLogs(
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

const likesPerRead = (r: Reading): number => Math.log((r.likes + 0.5) / (r.reads + 1));
const likesPerWord = (r: Reading): number => Math.log((r.likes + 0.5) / (r.comments + r.shares + 0.5));

type Norm = { perRead: number; perWord: number; spreadRead: number; spreadWord: number; perShare: number };

function cleanValues(posts: readonly Post[]): Value[] {
  const norms = new Map<string, Norm>();
  const byForm = new Map<string, Post[]>();
  for (const p of posts) {
    const list = byForm.get(p.form);
    if (list) list.push(p);
    else byForm.set(p.form, [p]);
  }
  for (const [form, list] of byForm) norms.set(form, normOf(list));
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
  const [perRead, perWord] = [medianOf(a) ?? 0, medianOf(b) ?? 0];
  const spread = (xs: number[], mid: number, least: number): number =>
    Math.max(least, 1.48 * (medianOf(xs.map((x) => Math.abs(x - mid))) ?? 0));
  return {
    perRead,
    perWord,
    spreadRead: spread(a, perRead, 0.3),
    spreadWord: spread(b, perWord, 0.25),
    perShare: medianOf(first.map((r) => Math.log((r.reads + 1) / (r.shares + 0.5)))) ?? 0,
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
      if (r.day < 7) {
        const list = ratios.get(r.day) ?? [];
        ratios.set(r.day, list);
        list.push(Math.log((r.reads + 1) / (full.reads + 1)));
      }
  }
  return new Map([...ratios].map(([day, xs]) => [day, medianOf(xs) ?? 0]));
}
