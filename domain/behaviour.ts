import { type Offset, offsetAt } from "./push-gate.ts";
import type { TagKey } from "./taxonomy.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/**
 * What can be counted of a person within a window:
 * `night_share`, `weekend_share` of their messages; `form_share` of their approved posts in one form; `topic_days` on which they talked
 * of one thing; `answered_people` whose questions they answered; `quoted_by` so many people; `active_days` on which they wrote;
 * `silent_days` since they last did.
 */
export type BehaviourMeasure =
  | "night_share"
  | "weekend_share"
  | "form_share"
  | "topic_days"
  | "answered_people"
  | "quoted_by"
  | "active_days"
  | "silent_days";

export type BehaviourBar = { measure: BehaviourMeasure; atLeast: number; form?: string | undefined };

/** When behaviour shows a tag: every bar of `when` (and one of `orWhen`, if it lists any), seen in at least `minimum` things. */
export type BehaviourRule = {
  /** Absent for `topic_days`: the topic's own tag. */
  tag?: TagKey | undefined;
  windowDays: number;
  /** The least sample of the first bar: fewer messages, posts, answers or quotes say nothing. */
  minimum: number;
  when: readonly BehaviourBar[];
  orWhen: readonly BehaviourBar[];
  /** Below this the first measure takes the tag back; between the two nothing changes. */
  endsBelow: number;
  /** Not for people who are KOCs already. */
  unlessKoc: boolean;
  /** The dimensions of the topics that count; for `topic_days`. */
  dimensions: readonly string[];
};

/** What a person did, as far as rules look. Times are epoch milliseconds. */
export type Deeds = {
  now: number;
  offset: Offset;
  koc: boolean;
  /** When they wrote, within the last year, in any order. */
  messages: readonly number[];
  posts: readonly { form: string; at: number }[];
  /** By day: a topic talked of, a person answered, a person who quoted them. */
  deeds: readonly { kind: "topic" | "answered" | "quoted"; about: string; day: number; count: number }[];
};

/** A figure and what it was counted in: `12 of 20 messages within 60 days`. */
export type BehaviourFigure = { measure: BehaviourMeasure; value: number; sample: number; windowDays: number };

export type BehaviourVerdict = { tag: TagKey; holds: boolean; figures: BehaviourFigure[] };

/** Days since 1970 on a person's clock. */
export const localDay = (at: number, offset: Offset): number =>
  Math.floor((at + offsetAt(offset, at) * minuteMs) / dayMs);

/** What the rules say of a person: tags that behaviour shows, and those that it shows no longer. Too small a sample says nothing. */
export function judgeBehaviour(
  rules: readonly BehaviourRule[],
  deeds: Deeds,
  dimensionOf: (tag: TagKey) => string | undefined,
): BehaviourVerdict[] {
  return rules.flatMap((rule) => {
    if (rule.when[0]?.measure === "topic_days") return topicVerdicts(rule, deeds, dimensionOf);
    return rule.tag === undefined ? [] : (verdictOf(rule, rule.tag, deeds) ?? []);
  });
}

function verdictOf(rule: BehaviourRule, tag: TagKey, deeds: Deeds, topic?: TagKey): BehaviourVerdict | undefined {
  const figures = rule.when.map((bar) => figureOf(bar, rule, deeds, topic));
  const [first] = figures;
  if (!first || first.sample < rule.minimum) return undefined;
  if (rule.unlessKoc && deeds.koc) return { tag, holds: false, figures: [first] };
  const others = rule.orWhen.map((bar) => ({ bar, figure: figureOf(bar, rule, deeds, topic) }));
  const met = others.filter(({ bar, figure }) => figure.value >= bar.atLeast).map(({ figure }) => figure);
  const holds =
    figures.every((figure, i) => figure.value >= rule.when[i]!.atLeast) && (others.length === 0 || met.length > 0);
  if (holds) return { tag, holds: true, figures: [...figures, ...met] };
  return first.value < rule.endsBelow ? { tag, holds: false, figures: [first] } : undefined;
}

function topicVerdicts(
  rule: BehaviourRule,
  deeds: Deeds,
  dimensionOf: (tag: TagKey) => string | undefined,
): BehaviourVerdict[] {
  const topics = new Set(deeds.deeds.filter(({ kind }) => kind === "topic").map(({ about }) => about));
  return [...topics]
    .filter((topic) => rule.dimensions.includes(dimensionOf(topic) ?? ""))
    .sort()
    .flatMap((topic) => verdictOf(rule, topic, deeds, topic) ?? []);
}

function figureOf(bar: BehaviourBar, { windowDays }: BehaviourRule, deeds: Deeds, topic?: TagKey): BehaviourFigure {
  const since = deeds.now - windowDays * dayMs;
  const figure = (value: number, sample: number) => ({ measure: bar.measure, value, sample, windowDays });
  const messages = deeds.messages.filter((at) => at > since && at <= deeds.now);
  const share = (count: number, of: number) => figure(of === 0 ? 0 : count / of, of);
  switch (bar.measure) {
    case "night_share":
      return share(messages.filter((at) => isNight(at, deeds.offset)).length, messages.length);
    case "weekend_share":
      return share(messages.filter((at) => isWeekend(at, deeds.offset)).length, messages.length);
    case "form_share": {
      const posts = deeds.posts.filter(({ at }) => at > since && at <= deeds.now);
      return share(posts.filter(({ form }) => form === bar.form).length, posts.length);
    }
    case "active_days":
      return figure(new Set(messages.map((at) => localDay(at, deeds.offset))).size, messages.length);
    case "silent_days":
      return silence(deeds, figure);
    case "topic_days": {
      const talked = counted("topic", deeds, since).filter(({ about }) => about === topic);
      return figure(new Set(talked.map(({ day }) => day)).size, talked.length);
    }
    case "answered_people":
    case "quoted_by": {
      const done = counted(bar.measure === "quoted_by" ? "quoted" : "answered", deeds, since);
      const times = done.reduce((sum, { count }) => sum + count, 0);
      return figure(new Set(done.map(({ about }) => about)).size, times);
    }
  }
}

/** Days without a word, against how much there was in the year before. */
function silence({ now, messages }: Deeds, figure: (value: number, sample: number) => BehaviourFigure) {
  const last = messages.reduce((latest, at) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  return messages.length === 0 ? figure(0, 0) : figure(Math.floor((now - last) / dayMs), messages.length);
}

function counted(kind: Deeds["deeds"][number]["kind"], deeds: Deeds, since: number) {
  const from = localDay(since, deeds.offset);
  const to = localDay(deeds.now, deeds.offset);
  return deeds.deeds.filter((deed) => deed.kind === kind && deed.day > from && deed.day <= to);
}

/** From eleven in the evening to five in the morning. */
function isNight(at: number, offset: Offset): boolean {
  const hour = ((((at / minuteMs + offsetAt(offset, at)) / 60) % 24) + 24) % 24;
  return hour >= 23 || hour < 5;
}

/** 1 January 1970 was a Thursday. */
const isWeekend = (at: number, offset: Offset): boolean => [2, 3].includes(((localDay(at, offset) % 7) + 7) % 7);

/** When time alone may next change a verdict: a silence grows, and what was counted leaves its window. Epoch milliseconds. */
export function nextLook(rules: readonly BehaviourRule[], deeds: Deeds): number | undefined {
  const last = deeds.messages.reduce((latest, at) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const silent = rules.flatMap((rule) =>
    rule.when.filter(({ measure }) => measure === "silent_days").map(({ atLeast }) => last + atLeast * dayMs),
  );
  const later = silent.filter((at) => Number.isFinite(at) && at > deeds.now);
  return later.length > 0 ? Math.min(...later) : undefined;
}
