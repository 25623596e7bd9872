import type { FilterKey, Query } from "#domain/query.ts";
import type { Slots } from "./slots.ts";

/** A name of a question, by the filter that it makes. */
export type PairNamed = readonly [FilterKey, FilterKey];

const kinds = ["segment", "tag", "city", "koe"] as const;
const joint =
  /^(?:(?:分群|标签|人群|的人|这个|那个|们|用户|客户|segment|tag|people|的) ?)*,? ?(?:和|与|跟|比|还是|vs\.?|versus|or|and|than|、)(?: ?(?:the|those|标签|分群))* ?$/;
const setsApart =
  /哪个|哪边|谁更?[高低多少大小快慢]|还是|对比|(?:比|较)[^,,。]*[多少高低大小快慢]|\bvs\b|versus|compared|\bthan\b|\bwhich\b|\bor\b/;

/** Two things of different kinds that a word of comparing joins; one in the other (`海钓一族里船主`) is no pair. */
export function pairNamed({ references, text }: Slots): PairNamed | undefined {
  const [a, b, ...others] = references.toSorted((x, y) => x.at - y.at);
  if (!a || !b || others.length > 0 || a.kind === b.kind || !setsApart.test(text)) return undefined;
  if ([a, b].some(({ negated, ids, kind }) => negated || ids.length > 1 || !kinds.some((one) => one === kind)))
    return undefined;
  return joint.test(text.slice(a.end, b.at).trimStart()) ? [a.kind as FilterKey, b.kind as FilterKey] : undefined;
}

/**
 * `露营户外和企业主哪个接受率高`: a query splits by one kind alone, and both filters at once are those who are both. So each has a query of its own, in
 * the order of the words.
 */
export function eachOfPair(query: Query, [first, second]: PairNamed): [Query, Query] {
  const without = (key: FilterKey): Query => {
    const { [key]: _, ...filters } = query.filters;
    return { ...query, filters, compare: null, order: null, limit: null };
  };
  return [without(second), without(first)];
}
