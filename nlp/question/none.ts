import { measureOf } from "#domain/measures.ts";
import type { Dimension, Query } from "#domain/query.ts";
import type { Slots } from "./slots.ts";

const what = "(?:稿件?|稿子|交稿|交付|提交|通过|过审|作品|内容|接受|接单|响应|评论|阅读|点赞|推送|人接|人交|人看|人做)";
const noneForms = [
  /[一半](?:个|单|篇|条|次|人|位|份|件)[^,,。??]{0,6}?(?:都|也)(?:还)?(?:没|未|无)/,
  /(?:没有?|无)人(?:来)?[接交看做领完]/,
  /(?:还|都|从来?|一直)(?:没有?|未)(?:人)?(?:推|发|派)/,
  new RegExp(`(?<!有)(?:没有?|无)(?:任何|收到|产出|出过)?(?:任何)?${what}`),
  new RegExp(`[零0] ?(?:个|篇|条)?${what}`),
  /(?:为|是|等于)[零0](?![\d.])|挂零|颗粒无收|一无所获/,
  /\b(?:zero|no|without (?:any|a single)|not (?:a single|any)) (?:\w+ )?(?:submissions?|hand-?ins?|pieces?|posts?|accept\w*|approv\w*|push\w*|views?|takers?|responses?|completions?|tasks? pushed)\b/,
  /\b(?:nobody|no ?one) (?:has )?(?:took|taken|accepted|saw|seen|submitted|handed in|touched)\b/,
  /\bnothing (?:was )?(?:approved|submitted|handed in|pushed)\b/,
];
const kinds: readonly Dimension[] = ["task", "theme", "segment", "city", "koe", "channel", "platform", "form"];

/** `哪些任务一个通过的都没有`: which of a kind, that is no person, has nothing of what is counted. Its kind; undefined: it asks no such thing. */
export function asksForNone(slots: Slots): Dimension | undefined {
  const isPerson = slots.grouped.some((g) => g.by === "person");
  if (isPerson || slots.having !== null || !noneForms.some((form) => form.test(slots.text))) return undefined;
  const which = slots.grouped.find((g) => kinds.includes(g.by));
  if (which) return which.by;
  const isOpen =
    /哪|有没有|有什么|list|列|\bany\b|\bare there\b|which/.test(slots.text) || /^(?:没|未|零)/.test(slots.text);
  return isOpen ? slots.mentioned.find((m) => kinds.includes(m.by))?.by : undefined;
}

/** Only groups whose count is nothing. */
export function fillNone(query: Query, slots: Slots): void {
  const by = asksForNone(slots);
  const measure = query.measures[0];
  if (!by || !measure || query.group?.keys || !isCounted(measure)) return;
  Object.assign(query, { group: { by, keys: null }, order: null, limit: null });
  query.having = { is: "equal", value: 0, orEqual: true };
  query.countGroups = /(?:多少|几)(?:个|家|座)|how many/.test(slots.text);
}

const isCounted = (measure: Query["measures"][number]): boolean => {
  const { kind, subject } = measureOf(measure);
  return ["count", "sum"].includes(kind) && ["assignments", "submissions", "posts", "comments"].includes(subject);
};
