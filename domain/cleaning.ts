/**
 * Raw figures and cleaned ones side by side. Nothing raw is changed; each flag says which figure, why, and what stands in for it: a number that
 * follows from the others, or nothing. A person's overrule brings the raw figure back.
 */
import { medianOf } from "./interval.ts";
import { type Metric, metrics } from "./metric-words.ts";

export type Figures = Record<Metric, number | null>;
export type FigureSource = "import" | "koc" | "manager" | "api" | "folder";
export type RawSnapshot = { id: string; at: number; source: FigureSource; figures: Figures; overruled: boolean };

export type FlagReason =
  | "future"
  | "negative"
  | "above-reads"
  | "decreasing"
  | "contradiction"
  | "reactions-without-reads"
  | "reads-without-reactions";
export type Flag = { snapshotId: string; metric: Metric; why: FlagReason; raw: number; cleaned: number | null };
export type CleanedSnapshot = { raw: RawSnapshot; figures: Figures; flags: Flag[] };

/** What posts of the same form and platform draw: the logarithms of reactions per read and of likes per other reaction (`company`). */
export type PeerRatios = Record<
  "likes" | "interactions" | "company",
  { middle: number; spread: number; posts: number }
>;

const counters = metrics.filter((metric) => metric !== "completionRate");
const reactions = ["likes", "comments", "shares", "favourites"] as const;
/** Who is believed where two sources of the same hour contradict each other. */
const trust: Record<FigureSource, number> = { api: 4, folder: 3, import: 3, manager: 2, koc: 1 };
const hourMs = 3_600_000;
/** Likes are taken back and comments deleted: a fall this small is life. */
const smallFall = 0.03;
/** A jump counts from this many reactions or reads on, so that small posts are left alone. */
const smallestJump = { likes: 60, reads: 2000 };
/** How many spreads away from the peers is no longer chance, and by which factor at least. */
const farAway = { spreads: 4, factor: 3 };

export const sumOfReactions = (figures: Figures): number =>
  reactions.reduce((sum, metric) => sum + (figures[metric] ?? 0), 0);

/** The peers' ratios from the latest figures of many posts. Few posts give a wide spread, so that little is flagged. */
export function peerRatios(latest: readonly Figures[]): PeerRatios {
  const ratios = (value: (figures: Figures) => number | null, usual: number) => {
    const logs = latest.flatMap((figures) => {
      const ratio = value(figures);
      return ratio === null || !figures.reads || figures.reads < 100 ? [] : [Math.log(ratio)];
    });
    const middle = medianOf(logs) ?? Math.log(usual);
    const measured = 1.4826 * (medianOf(logs.map((log) => Math.abs(log - middle))) ?? 0.7);
    return { middle, spread: Math.max(0.35, logs.length < 8 ? 0.9 : measured), posts: logs.length };
  };
  const perRead = (part: number | null, { reads }: Figures) => (part === null ? null : (part + 0.5) / (reads ?? 1));
  return {
    likes: ratios((f) => perRead(f.likes, f), 0.04),
    interactions: ratios((f) => perRead(f.likes === null ? null : sumOfReactions(f), f), 0.06),
    company: ratios((f) => (f.likes === null || f.comments === null ? null : companyOf(f.likes, sumOfReactions(f))), 3),
  };
}

/** Likes per other reaction: bought likes come alone. */
const companyOf = (likes: number, all: number): number => (likes + 0.5) / (all - likes + 3);

/** Cleans the snapshots of one post, in the order of their times. The same snapshots give the same answer, however often. */
export function cleanPost(snapshots: readonly RawSnapshot[], peers: PeerRatios, now: number): CleanedSnapshot[] {
  const cleaned = [...snapshots]
    .sort((a, b) => a.at - b.at || trust[b.source] - trust[a.source])
    .map((raw): CleanedSnapshot => ({ raw, figures: { ...raw.figures }, flags: [] }));
  for (const one of cleaned) {
    if (one.raw.at > now + hourMs) flagAll(one, "future");
    flagImpossible(one);
  }
  flagContradictions(cleaned);
  for (const metric of counters) flagFalls(cleaned, metric);
  flagJumps(cleaned, peers);
  for (const one of cleaned) if (one.raw.overruled) one.figures = { ...one.raw.figures };
  return cleaned;
}

function flag(one: CleanedSnapshot, metric: Metric, why: FlagReason, value: number | null): void {
  const raw = one.raw.figures[metric];
  if (raw === null || one.raw.overruled) {
    if (raw !== null) one.flags.push({ snapshotId: one.raw.id, metric, why, raw, cleaned: raw });
    return;
  }
  one.figures[metric] = value;
  one.flags.push({ snapshotId: one.raw.id, metric, why, raw, cleaned: value });
}

function flagAll(one: CleanedSnapshot, why: FlagReason): void {
  for (const metric of metrics) if (one.figures[metric] !== null) flag(one, metric, why, null);
}

function flagImpossible(one: CleanedSnapshot): void {
  for (const metric of metrics) {
    const value = one.figures[metric];
    if (value === null) continue;
    const share = metric === "completionRate" && value > 1;
    if (value < 0 || share || !Number.isFinite(value)) flag(one, metric, "negative", null);
  }
  const { reads } = one.figures;
  if (reads === null) return;
  const above = reactions.filter((metric) => (one.figures[metric] ?? 0) > reads);
  // Where most are above, it is the reads that are wrong.
  if (above.length >= 2) flag(one, "reads", "above-reads", null);
  else for (const metric of above) flag(one, metric, "above-reads", null);
}

/** Two sources of the same hour that differ by more than a tenth: the one that is believed less is set aside. */
function flagContradictions(cleaned: readonly CleanedSnapshot[]): void {
  cleaned.forEach((one, i) => {
    for (const other of cleaned.slice(i + 1)) {
      if (other.raw.at - one.raw.at > hourMs) break;
      if (other.raw.source === one.raw.source) continue;
      const less = trust[one.raw.source] < trust[other.raw.source] ? one : other;
      for (const metric of counters) {
        const [a, b] = [one.figures[metric], other.figures[metric]];
        if (a === null || b === null || Math.abs(a - b) <= 0.1 * Math.max(a, b, 20)) continue;
        flag(less, metric, "contradiction", null);
      }
    }
  });
}

/** Counters never fall: what is outside the longest rising run of the curve is set aside; of two such runs, the lower one stands. */
function flagFalls(cleaned: readonly CleanedSnapshot[], metric: Metric): void {
  const points = cleaned.filter((one) => one.figures[metric] !== null);
  const value = (i: number) => points[i]!.figures[metric]!;
  const best = points.map(() => ({ length: 1, from: -1 }));
  for (let i = 0; i < points.length; i++) {
    for (let j = Math.max(0, i - 60); j < i; j++) {
      if (value(i) < value(j) * (1 - smallFall) || best[j]!.length + 1 <= best[i]!.length) continue;
      best[i] = { length: best[j]!.length + 1, from: j };
    }
  }
  let end = -1;
  for (let i = 0; i < points.length; i++) {
    const longer = end < 0 || best[i]!.length > best[end]!.length;
    if (longer || (best[i]!.length === best[end]!.length && value(i) < value(end))) end = i;
  }
  const kept = new Set<number>();
  for (let i = end; i >= 0; i = best[i]!.from) kept.add(i);
  points.forEach((one, i) => {
    if (!kept.has(i)) flag(one, metric, "decreasing", null);
  });
}

/** What came in between two readings, against what peers draw from as many reads, and against the post's own curve before. */
function flagJumps(cleaned: readonly CleanedSnapshot[], peers: PeerRatios): void {
  let before: Figures | undefined;
  for (const one of cleaned) {
    const { figures } = one;
    if (figures.reads === null || figures.likes === null) continue;
    const base = before ?? { ...figures, reads: 0, likes: 0, comments: 0, shares: 0, favourites: 0 };
    const reads = figures.reads - (base.reads ?? 0);
    const likes = figures.likes - (base.likes ?? 0);
    const all = sumOfReactions(figures) - sumOfReactions(base);
    const own = before?.reads ? Math.log(((before.likes ?? 0) + 0.5) / before.reads) : undefined;
    const isAlone = Math.log(companyOf(likes, all)) > peers.company.middle + Math.log(2);
    const isTooMany = isAbove(Math.log((likes + 0.5) / (Math.max(0, reads) + 20)), peers.likes, own);
    if (likes >= smallestJump.likes && isTooMany && isAlone) {
      const usual = Math.exp(own ?? peers.likes.middle);
      flag(one, "likes", "reactions-without-reads", Math.round((base.likes ?? 0) + Math.max(0, reads) * usual));
    } else if (
      reads >= smallestJump.reads &&
      all >= 0 &&
      isBelow(Math.log((all + 0.5) / reads), peers.interactions, before ? reads / (before.reads || 1) : undefined)
    ) {
      const usual = Math.exp(peers.interactions.middle);
      flag(one, "reads", "reads-without-reactions", Math.round((base.reads ?? 0) + (all + 1) / usual));
    }
    before = one.raw.overruled ? one.raw.figures : one.figures;
  }
}

function isAbove(log: number, peer: PeerRatios["likes"], own: number | undefined): boolean {
  const factor = Math.log(farAway.factor);
  return (
    log > peer.middle + Math.max(factor, farAway.spreads * peer.spread) && (own === undefined || log > own + factor)
  );
}

/** Bought reads come in a jump: a post that is only dull grows no faster than before. */
function isBelow(log: number, peer: PeerRatios["likes"], growth: number | undefined): boolean {
  const distance = Math.max(Math.log(farAway.factor), farAway.spreads * peer.spread);
  return log < peer.middle - distance && (growth === undefined || growth > 1);
}

/** The latest cleaned value of each figure; null where none is known. */
export function latestOf(cleaned: readonly CleanedSnapshot[]): Figures {
  const latest = Object.fromEntries(metrics.map((metric) => [metric, null])) as Figures;
  for (const { figures } of cleaned) for (const metric of metrics) latest[metric] = figures[metric] ?? latest[metric];
  return latest;
}

/** Letters and figures alone: what is left of a comment that somebody pastes with another smile. */
const bare = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");

/**
 * The comments that somebody wrote: without the post's own author, without doubles of one writer, and without what three or more writers
 * have said in the very same words of eight letters or more (`copied`).
 */
export function cleanComments<T extends { submissionId: string; author: string; text: string }>(
  comments: readonly T[],
  authorOf: (submissionId: string) => string | undefined,
): { kept: T[]; copied: T[]; doubles: number; own: number } {
  const writers = new Map<string, Set<string>>();
  const keys = comments.map((comment) => bare(comment.text));
  comments.forEach((comment, i) => {
    const key = keys[i]!;
    if (key.length < 8) return;
    const known = writers.get(key);
    if (known) known.add(comment.author);
    else writers.set(key, new Set([comment.author]));
  });
  const result = { kept: [] as T[], copied: [] as T[], doubles: 0, own: 0 };
  const seen = new Set<string>();
  comments.forEach((comment, i) => {
    const double = `${comment.submissionId}\n${comment.author}\n${keys[i] || comment.text}`;
    if (comment.author === authorOf(comment.submissionId)) result.own++;
    else if (seen.has(double)) result.doubles++;
    else if ((writers.get(keys[i]!)?.size ?? 0) >= 3) result.copied.push(comment);
    else result.kept.push(comment);
    seen.add(double);
  });
  return result;
}
