import {
  type CleanedSnapshot,
  cleanPost,
  type Figures,
  type Flag,
  latestOf,
  type PeerRatios,
  peerRatios,
  sumOfReactions,
} from "./cleaning.ts";
import type { HealthFacts, PostFact, ReadComment } from "./health-facts.ts";
import { type Share, shareOf } from "./interval.ts";

export type PostResult = {
  post: Omit<PostFact, "snapshots">;
  /** Cleaned; `raw` as reported. */
  figures: Figures;
  raw: Figures;
  interactions: number;
  /** Interactions per read, where there are reads enough. */
  rate: number | null;
  asOf: number;
};

/** A rate of posts with a 95 % interval over posts: posts differ more than their readers do. */
export type ContentRate = {
  form: string;
  posts: number;
  rate: number;
  low: number;
  high: number;
  usual: number | null;
};

export type ContentHealth = {
  posts: number;
  withFigures: number;
  reads: number;
  interactions: number;
  rawReads: number;
  rawInteractions: number;
  byForm: ContentRate[];
  best: PostResult[];
  flags: (Flag & { submissionId: string })[];
  /** The sums day by day since each post went up; null where no post has figures so late. */
  curve: { day: number; reads: number | null }[];
  /** The newest snapshot that was counted; null without any. */
  asOf: number | null;
};

/** Posts under this many reads say too little of their rate, and forms under this many posts. */
const smallest = { reads: 100, posts: 5 };
const dayMs = 86_400_000;

/** What the posts drew, from cleaned figures; the raw sums stand beside them. */
export function contentOf(facts: HealthFacts): ContentHealth {
  const ratios = new Map<string, PeerRatios>();
  const ratiosOf = ({ form, platform }: PostFact): PeerRatios => {
    const key = `${form}\n${platform}`;
    let known = ratios.get(key);
    if (!known) {
      const same = facts.peerPosts.filter((peer) => peer.form === form && peer.platform === platform);
      const among = same.length >= 8 ? same : facts.peerPosts.filter((peer) => peer.form === form);
      known = peerRatios(among.map(({ figures }) => figures));
      ratios.set(key, known);
    }
    return known;
  };
  const cleaned = facts.posts.map((post) => ({ post, curve: cleanPost(post.snapshots, ratiosOf(post), facts.now) }));
  const results = cleaned.flatMap(({ post, curve }) => resultOf(post, curve));
  const sum = (of: (result: PostResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return {
    posts: facts.posts.length,
    withFigures: results.length,
    reads: sum(({ figures }) => figures.reads ?? 0),
    interactions: sum(({ interactions }) => interactions),
    rawReads: sum(({ raw }) => raw.reads ?? 0),
    rawInteractions: sum(({ raw }) => sumOfReactions(raw)),
    byForm: rates(results, facts),
    best: [...results]
      .filter(({ figures }) => (figures.reads ?? 0) >= smallest.reads)
      .sort((a, b) => b.interactions - a.interactions || (b.figures.reads ?? 0) - (a.figures.reads ?? 0))
      .slice(0, 5),
    flags: cleaned.flatMap(({ post, curve }) =>
      curve.flatMap((one) => one.flags.map((flag) => ({ ...flag, submissionId: post.id }))),
    ),
    curve: curveOf(cleaned),
    asOf: results.length === 0 ? null : Math.max(...results.map(({ asOf }) => asOf)),
  };
}

function resultOf({ snapshots, ...post }: PostFact, curve: CleanedSnapshot[]): PostResult[] {
  if (snapshots.length === 0) return [];
  const figures = latestOf(curve);
  if (Object.values(figures).every((value) => value === null)) return [];
  const raw = latestOf(curve.map((one) => ({ ...one, figures: one.raw.figures })));
  const interactions = sumOfReactions(figures);
  const rate =
    figures.reads && figures.reads >= smallest.reads && figures.likes !== null ? interactions / figures.reads : null;
  return [{ post, figures, raw, interactions, rate, asOf: curve.at(-1)!.raw.at }];
}

function rates(results: readonly PostResult[], facts: HealthFacts): ContentRate[] {
  const forms = [...new Set(results.map(({ post }) => post.form))];
  return forms.flatMap((form) => {
    const own = results.flatMap((result) => (result.post.form === form && result.rate !== null ? [result.rate] : []));
    if (own.length < smallest.posts) return [];
    const usual = facts.peerPosts
      .filter((peer) => peer.form === form && (peer.figures.reads ?? 0) >= smallest.reads)
      .map(({ figures }) => sumOfReactions(figures) / figures.reads!);
    return [
      {
        form,
        posts: own.length,
        ...meanOfLogs(own),
        usual: usual.length < smallest.posts ? null : meanOfLogs(usual).rate,
      },
    ];
  });
}

/** The geometric mean with its 95 % interval: rates of posts lie apart by factors, not by differences. */
function meanOfLogs(rates: readonly number[]): { rate: number; low: number; high: number } {
  const logs = rates.map((rate) => Math.log(rate + 1e-4));
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / Math.max(1, logs.length - 1);
  const half = 2 * Math.sqrt(variance / logs.length);
  return { rate: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
}

function curveOf(cleaned: readonly { post: PostFact; curve: CleanedSnapshot[] }[]): ContentHealth["curve"] {
  return [1, 3, 7, 14, 30].map((day) => {
    let [reads, posts] = [0, 0];
    for (const { post, curve } of cleaned) {
      const until = curve.filter((one) => one.raw.at - post.submittedAt <= (day + 0.5) * dayMs);
      const known = until.findLast((one) => one.figures.reads !== null);
      if (!known) continue;
      reads += known.figures.reads!;
      posts++;
    }
    return { day, reads: posts === 0 ? null : Math.round(reads) };
  });
}

export type Topic = { name: string; mentions: number; positive: number; negative: number; quotes: ReadComment[] };
export type CommentHealth = {
  read: number;
  copied: number;
  doubles: number;
  own: number;
  positive: Share;
  negative: Share;
  /** False: too few for a share. */
  enough: boolean;
  aspects: Topic[];
  keywords: Topic[];
  praise: ReadComment[];
  complaints: ReadComment[];
};

const enoughComments = 20;

/** The mood and the topics, each with words that were really said. */
export function commentsOf({ comments }: HealthFacts): CommentHealth {
  const { read, ...left } = comments;
  const of = (sentiment: string) => read.filter((comment) => comment.sentiment === sentiment);
  const [positive, negative] = [of("positive"), of("negative")];
  return {
    read: read.length,
    ...left,
    positive: shareOf(positive.length, read.length),
    negative: shareOf(negative.length, read.length),
    enough: read.length >= enoughComments,
    aspects: topics(read, (comment) => comment.aspects.map(({ aspect, sentiment }) => [aspect, sentiment])).slice(0, 8),
    keywords: topics(read, (comment) => [...new Set(comment.keywords)].map((word) => [word, comment.sentiment])).slice(
      0,
      12,
    ),
    praise: surest(positive),
    complaints: surest(negative),
  };
}

/** The three that were judged most surely, the oldest first among equals. Chosen in one pass: of 50,000 a sort would take longest of all. */
function surest(some: readonly ReadComment[]): ReadComment[] {
  const best: ReadComment[] = [];
  for (const comment of some) {
    const last = best[2];
    const isBetter = !last || comment.score > last.score || (comment.score === last.score && comment.at < last.at);
    if (!isBetter || comment.text.length < 6 || [...comment.text].length < 6) continue;
    best.push(comment);
    best.sort((a, b) => b.score - a.score || a.at - b.at);
    best.length = Math.min(3, best.length);
  }
  return best;
}

function topics(comments: readonly ReadComment[], named: (comment: ReadComment) => [string, string][]): Topic[] {
  const found = new Map<string, Topic>();
  for (const comment of comments) {
    for (const [name, sentiment] of named(comment)) {
      const topic = found.get(name) ?? { name, mentions: 0, positive: 0, negative: 0, quotes: [] };
      found.set(name, topic);
      topic.mentions++;
      if (sentiment === "positive") topic.positive++;
      if (sentiment === "negative") topic.negative++;
      if (topic.quotes.length < 2) topic.quotes.push(comment);
    }
  }
  return [...found.values()].filter(({ mentions }) => mentions >= 3).sort((a, b) => b.mentions - a.mentions);
}
