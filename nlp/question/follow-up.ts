import { measureOf } from "#domain/measures.ts";
import type { FilterKey, Filters, Query } from "#domain/query.ts";
import { is, type Slots } from "./slots.ts";
import type { Reading } from "./understand.ts";

const pointers =
  /^(?:那|其中|这其中|再|还有|那么|换成|改成|and |what about|how about|of those|of them|then )|呢[?？]?$|其中|里面(?:有|的)|这些|那些|他们|她们|它|这群人|那群人|他|她|这个|那个|同样|上面|刚才|the same|of those|of them|what about|how about|instead|\b(?:it|them|those|they|that|he|she|his|her)\b/;

/** Whether a question leans on the one before: it points back, or says no measure of its own. */
export function isFollowUp(slots: Slots, own: Reading, hasMeasure: boolean): boolean {
  if (!hasMeasure) return true;
  const isBare =
    Object.keys(own.query.filters).length === 0 &&
    !own.query.period &&
    isOnlyCount(own.query) &&
    !is(slots, "role") &&
    (!is(slots, "dimension") || isOnlySplit(slots));
  if (isBare || (own.query.field === "left" && !own.query.filters.task && !own.query.group)) return true;
  const isComplete = Object.keys(own.query.filters).length > 0 && !pointers.test(slots.text);
  return !isComplete && pointers.test(slots.text);
}

/** What follows from which slot being named again: a task speaks of its own theme, so the theme before falls. */
const displaces: Partial<Record<FilterKey, FilterKey[]>> = {
  task: ["theme"],
  theme: ["task"],
  person: ["koe"],
  koe: ["person"],
};

/** Takes from the question before what this one leaves out. */
export function followUp(before: Reading, own: Reading, slots: Slots, hasMeasure: boolean): Reading {
  const was = before.query;
  const narrows = /其中|这其中|里面|of those|of them|among|这些|那些/.test(slots.text);
  const filters: Filters = { ...was.filters };
  for (const [key, filter] of Object.entries(own.query.filters) as [FilterKey, Filters[FilterKey]][]) {
    if (key === "role" && hasMeasure && !is(slots, "role")) continue;
    filters[key] = filter;
    if (!narrows) for (const other of displaces[key] ?? []) delete filters[other];
  }
  if (was.group?.keys && !own.query.group) {
    const key = was.group.by as FilterKey;
    const isReplaced = own.query.filters[key] !== undefined;
    if (isReplaced) was.group = null;
  }
  const saysCount = hasMeasure && !(isOnlyCount(own.query) && narrows && !isOnlyCount(was));
  const keepsMeasure =
    !hasMeasure ||
    !saysCount ||
    (isOnlyCount(own.query) && !is(slots, "measure") && !is(slots, "role") && was.measures.length > 0);
  const measures = keepsMeasure && was.measures.length > 0 ? was.measures : own.query.measures;
  const sameSubject =
    measures[0] !== undefined &&
    was.measures[0] !== undefined &&
    (keepsMeasure || measureOf(measures[0]).subject === measureOf(was.measures[0]).subject);
  const hasTime = own.query.period !== null || own.query.at !== null || own.query.group?.by === "period";
  const isState = measures[0] === "people";
  const at =
    own.query.at ??
    (hasTime
      ? isState && own.query.period
        ? { ms: own.query.period.until - 1, words: own.query.period.words }
        : null
      : was.at);
  const query: Query = {
    ...own.query,
    measures,
    filters,
    field: own.query.field ?? (keepsMeasure ? was.field : null),
    between: own.query.between ?? (keepsMeasure ? was.between : null),
    period: isState ? null : (own.query.period ?? (hasTime ? null : was.period)),
    at: isState ? at : own.query.at,
    group: own.query.group ?? keptGroup(was, own, hasTime),
    count: keepsMeasure && own.query.count === "rows" ? was.count : own.query.count,
    order: own.query.order ?? (own.query.group ? null : keptOrder(was, own, slots)),
    limit:
      own.query.limit ?? (own.query.group ? null : (slots.limit ?? (keptOrder(was, own, slots) ? was.limit : null))),
    compare: own.query.compare ?? (sameSubject && !hasTime ? was.compare : null),
    share: own.query.share ?? (sameSubject && !narrows ? was.share : null),
  };
  if (query.measures[0] === "task_field" && filters.task) query.group = null;
  compareToBefore(query, was, own, slots);
  return {
    ...own,
    query,
    doubts:
      own.doubts.length > 0 ? own.doubts : hasMeasure || own.query.filters ? keptDoubts(before, own) : before.doubts,
    people: own.people.length > 0 ? own.people : filters.person ? before.people : [],
    koes: own.koes.length > 0 ? own.koes : filters.koe ? before.koes : [],
    isOwn: own.isOwn || before.isOwn,
    namesOthers: own.namesOthers,
    namesKoes: own.namesKoes || (query.group?.by === "koe" && before.namesKoes),
  };
}

/** `按城市拆一下`: how to split, and nothing of what. */
const isOnlySplit = (slots: Slots): boolean =>
  slots.grouped.length > 0 && !["people", "count", "list", "who", "order", "measure"].some((of) => is(slots, of));

const isOnlyCount = (query: Query): boolean => query.measures.length === 1 && query.measures[0] === "people";

/** A doubt is settled by naming one of the kinds that were in doubt. */
function keptDoubts(before: Reading, own: Reading): Reading["doubts"] {
  return before.doubts.filter(
    (doubt) => !doubt.choices.some((c) => own.query.filters[c.kind as FilterKey] !== undefined),
  );
}

function keptGroup(was: Query, own: Reading, hasTime: boolean): Query["group"] {
  if (!was.group) return null;
  if (was.group.by === "period" && hasTime) return null;
  return own.query.filters[was.group.by as FilterKey] ? null : was.group;
}

function keptOrder(was: Query, own: Reading, slots: Slots): Query["order"] {
  if (!was.group || own.query.filters[was.group.by as FilterKey]) return null;
  // `最低的呢`, `倒数的呢`: the other end of the same ranking.
  const [up, down] = [is(slots, "order", "asc"), is(slots, "order", "desc")];
  return up === down ? was.order : up ? "asc" : "desc";
}

/** `和露营装备比差多少`, `跟上个月比呢`: what was asked before against what is named now. */
function compareToBefore(query: Query, was: Query, own: Reading, slots: Slots): void {
  if (!/比|差多少|差几|相差|compare|versus|\bvs\b|difference/.test(slots.text) || query.group?.keys) return;
  for (const [key, filter] of Object.entries(own.query.filters) as [FilterKey, Filters[FilterKey]][]) {
    const [before, now] = [was.filters[key]?.in, filter?.in];
    if (before?.length !== 1 || now?.length !== 1 || before[0] === now[0]) continue;
    query.group = { by: key as "theme", keys: [before[0]!, now[0]!] };
    delete query.filters[key];
    query.compare = /差|difference|多多少|少多少|高多少|低多少/.test(slots.text) ? "difference" : null;
    Object.assign(query, { order: null, limit: null });
    return;
  }
  if (was.period && own.query.period && was.period.from !== own.query.period.from) {
    const periods = [was.period, own.query.period].sort((a, b) => b.from - a.from);
    const isDifference = /差|difference|多多少|少多少|高多少|低多少|变化|涨|降/.test(slots.text);
    query.group = { by: "period", keys: null, periods: isDifference ? periods : periods.reverse() };
    query.compare = isDifference ? "difference" : null;
    query.period = null;
  }
}
