import { afterQuiet, type Offset, type QuietHours } from "./push-gate.ts";
import { judge, leavesOf, nextChange, type Reason, type Rule, type SegmentFacts } from "./segment.ts";
import { strengthOf, type TagHold } from "./tag.ts";
import { definitionOf, type TagKey, type Taxonomy } from "./taxonomy.ts";

const dayMs = 86_400_000;

type Words = { zh: string; en: string };

/** A kind of moment as the pack tells it: when it comes, how much it matters, and words that an employee may use. */
export type MomentRule = {
  key: string;
  name: Words;
  when: Rule;
  /** The conditions must have come about within so many days; older ones are no news. */
  freshDays: number;
  /** The same person has this kind of moment at most once in so many days. */
  againAfterDays: number;
  /** 1 is usual. */
  weight: number;
  unlessKoc: boolean;
  /** With `{name}` for the person and `{tag}` for the newest tag that brought it about. */
  say: Words;
};

/** A moment of one person. `waiting` is due from `dueAt` on; `gone`: it was no longer true, or nobody answered. */
export type Moment = {
  id: string;
  personId: string;
  ownerId: string;
  rule: string;
  status: "waiting" | "shown" | "taken" | "unfit" | "gone";
  score: number;
  reason: Reason[];
  createdAt: number;
  dueAt: number;
  shownAt: number | null;
  settledAt: number | null;
  settledBy: string | null;
  later: number;
};

/** How often a kind of moment was taken, found unfit, or put off. */
export type MomentOutcomes = ReadonlyMap<string, { shown: number; taken: number; unfit: number; later: number }>;

export type Noticed = { rule: MomentRule; reasons: Reason[]; tag: TagKey | null; score: number };

/** The moments that have come for a person: the rule holds, something of it is news, and the same was not said lately. */
export function noticeMoments(
  rules: readonly MomentRule[],
  person: { koc: boolean; facts: SegmentFacts; holds: readonly TagHold[]; lastOf: ReadonlyMap<string, number> },
  setup: { taxonomy: Taxonomy; outcomes: MomentOutcomes },
  now: number,
): Noticed[] {
  const { facts, holds, lastOf } = person;
  return rules.flatMap((rule) => {
    if (rule.unlessKoc && person.koc) return [];
    const last = lastOf.get(rule.key);
    if (last !== undefined && Math.abs(now - last) < rule.againAfterDays * dayMs) return [];
    const judged = judge(rule.when, facts, now);
    if (!judged.holds) return [];
    const newest = newestOf(judged.reasons, holds, setup.taxonomy);
    if (!isNews(rule, judged.reasons, newest, facts, now)) return [];
    const strength = newest ? strengthOf(newest, setup.taxonomy, now) : 0.7;
    const score = rule.weight * strength * acceptance(rule.key, setup.outcomes);
    return [{ rule, reasons: judged.reasons, tag: newest?.tag ?? null, score }];
  });
}

/** The share of such moments that employees took, two imagined of four beforehand. */
function acceptance(key: string, outcomes: MomentOutcomes): number {
  const seen = outcomes.get(key);
  return ((seen?.taken ?? 0) + 2) / ((seen?.taken ?? 0) + (seen?.unfit ?? 0) + 4);
}

function newestOf(reasons: readonly Reason[], holds: readonly TagHold[], taxonomy: Taxonomy): TagHold | undefined {
  const counts = (hold: TagHold) =>
    reasons.some(
      ({ rule, holds: found }) =>
        found &&
        ((rule.kind === "tag" && rule.tag === hold.tag) ||
          (rule.kind === "dimension" && rule.dimension === definitionOf(taxonomy, hold.tag)?.dimension)),
    );
  return holds.filter(counts).reduce<TagHold | undefined>((a, b) => (a && a.since >= b.since ? a : b), undefined);
}

/** News is a tag that began lately, or a silence that has just grown long enough. */
function isNews(
  rule: MomentRule,
  reasons: readonly Reason[],
  newest: TagHold | undefined,
  facts: SegmentFacts,
  now: number,
): boolean {
  if (newest) return now - newest.since < rule.freshDays * dayMs;
  return reasons.some(({ rule: part }) => {
    if (part.kind !== "silent" || facts.lastActiveAt === null) return false;
    return now - facts.lastActiveAt < (part.forDays + rule.freshDays) * dayMs;
  });
}

/** When time alone may bring one of these moments about. */
export function nextMoment(rules: readonly MomentRule[], facts: SegmentFacts, now: number): number | undefined {
  const times = rules
    .filter(({ when }) => leavesOf(when).some(({ kind }) => kind === "silent"))
    .flatMap(({ when }) => nextChange(when, facts, now) ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** At most so many cards of this kind reach an employee in a day. */
export const momentsPerDay = 5;
/** "Later" puts a moment off for three days, twice at most. */
export const laterMs = 3 * dayMs;
export const laterAtMost = 2;
/** A card that nobody answered for two weeks is about a moment that has passed. */
export const momentLifeMs = 14 * dayMs;

/** Which of the waiting moments an employee is shown now: the best first, as many as the day has left, none in quiet hours. */
export function chooseMoments(
  waiting: readonly Moment[],
  shownToday: number,
  now: number,
  clock: { offset: Offset; quiet: QuietHours | null },
): Moment[] {
  if (afterQuiet(now, clock.offset, clock.quiet) > now) return [];
  return [...waiting]
    .filter(({ dueAt }) => dueAt <= now)
    .sort((a, b) => b.score - a.score || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, momentsPerDay - shownToday));
}
