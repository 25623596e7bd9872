import { isPercent, measureOf } from "#domain/measures.ts";
import type { FilterKey, Query } from "#domain/query.ts";
import { comparatives, hasSuperlative } from "./fill-group.ts";
import { asksWhichChange } from "./measure-people.ts";
import { is, marksOf, type Reference, type Slots } from "./slots.ts";

/** Rows or people. */
export function fillCounting(query: Query, slots: Slots): void {
  const measure = query.measures[0];
  if (!measure) return;
  const { subject, kind } = measureOf(measure);
  if (
    !["assignments", "submissions", "posts", "tags", "comments"].includes(subject) ||
    (kind !== "count" && measure !== "funnel")
  )
    return;
  const strong = marksOf(slots, "people").some((m) => !/^(?:人|成员|位)$/.test(m.text));
  const rows =
    is(slots, "times") ||
    /多少(?:个)?任务|几个任务|任务数|几篇|多少篇|几条|多少条|how many (?:tasks|assignments|cards|posts|times)/.test(
      slots.text,
    );
  const some = is(slots, "people") || (is(slots, "role", "koc") && /多少|几|how many|number of/.test(slots.text));
  const forbids =
    /人次/.test(slots.text) ||
    (["koe", "reason"].includes(query.group?.by ?? "") && !/多少人|几个人|按人|人头|去重/.test(slots.text)) ||
    query.group?.by === "person" ||
    query.filters.person?.in?.length === 1;
  if (!forbids && (strong || (some && !rows))) query.count = "people";
  if (
    strong &&
    rows &&
    /(?:多少|几)(?:条|次|单|篇|个任务)/.test(slots.text) &&
    !/多少人|几个人|按人|去重/.test(slots.text)
  )
    query.count = "rows";
}

/** Which end of a ranking, and how much of it. */
export function fillOrder(query: Query, slots: Slots): void {
  if (
    query.field === "published_at" &&
    /最近|最新|刚|latest|newest|most recent/.test(slots.text) &&
    query.group?.by === "task"
  ) {
    Object.assign(query, { order: "desc", limit: slots.limit ?? 1 });
    return;
  }
  const isDown = /最[低少差小短弱早惨烂]|拉胯|拖后腿|倒数|垫底|lowest|least|worst|fewest|shortest|bottom|smallest/.test(
    slots.text,
  );
  const isHigh = is(slots, "order", "desc") || (hasSuperlative(slots) && !isDown);
  const isLow = is(slots, "order", "asc") || (hasSuperlative(slots) && isDown);
  const { group } = query;
  query.having = group && slots.having ? slots.having : null;
  query.countGroups = query.having !== null && /几[个篇条位人次]|多少[个篇条位人]|有多少|how many/.test(slots.text);
  if (group?.by === "weekday") {
    query.having = null;
    const isBest = hasSuperlative(slots) || comparatives.test(slots.text);
    if (!query.compare && isBest && group.keys?.length === 2)
      Object.assign(query, { order: isDown ? "asc" : "desc", limit: null });
    return;
  }
  if (!group || group.by === "period") {
    if (group && hasSuperlative(slots)) {
      query.order = isDown ? "asc" : "desc";
      query.limit = slots.limit ?? 1;
    }
    return;
  }
  if (query.having && !hasSuperlative(slots)) {
    query.order = null;
    return;
  }
  if (isLow || isHigh) {
    const text = slots.text;
    const rankingUp = /从低到高|从小到大|从少到多|升序|ascending/.test(text);
    const lowFirst =
      isLow &&
      (!isHigh ||
        /最[低少差短小快弱早惨烂]|拉胯|拖后腿|倒数|垫底|lowest|least|worst|fewest|fastest|quickest|shortest|bottom|smallest/.test(
          text,
        ));
    query.order = rankingUp || lowFirst ? "asc" : "desc";
    const quick = query.measures.some((m) => m === "response_time" || m === "review_time");
    if (quick && /最慢|最久|最长|slowest|longest|更慢|更久/.test(text)) query.order = "desc";
    else if (quick && /最快|最短|fastest|quickest|shortest|更快|最好|best/.test(text)) query.order = "asc";
    else if (!quick && /最快|最慢/.test(text)) query.order = "desc";
    const plural = /哪些|哪几|分别|各|都报|排|从[高大多低小少]到|rank|sort|list|respectively|both|each/.test(text);
    if (slots.limit) query.limit = slots.limit;
    else if (group.keys)
      query.limit = /都报|各|分别|both|respectively|each|分别是多少|是多少.{0,4}和/.test(text)
        ? null
        : hasSuperlative(slots) || comparatives.test(text) || /谁|哪个|which|还是/.test(text)
          ? 1
          : null;
    else query.limit = hasSuperlative(slots) && !plural ? 1 : null;
    if (
      group.keys &&
      query.limit === null &&
      !hasSuperlative(slots) &&
      !comparatives.test(text) &&
      !/从[高大多低小少]|排|rank/.test(text) &&
      !/谁/.test(text)
    )
      query.order = null;
  } else if (slots.limit) {
    query.order = "desc";
    query.limit = slots.limit;
  }
  if (query.compare) Object.assign(query, { order: null, limit: null });
}

/** `哪些分群在变少`: those whose net change lies on one side of nothing. */
export function fillChange(query: Query, slots: Slots, now: number): void {
  if (query.measures[0] !== "segment_net" || !asksWhichChange(slots)) return;
  const isLess = /变少|变小|缩小|shrinking/.test(slots.text);
  query.order = isLess ? "asc" : "desc";
  query.having = { is: isLess ? "below" : "above", value: 0, orEqual: false };
  const month = { from: now - 30 * 86_400_000, until: now + 1, label: "近30天", words: "近30天" };
  query.period ??= month;
}

/** Which filters are the part of a share; without them is the whole. */
export function fillShare(query: Query, slots: Slots): void {
  const measure = query.measures[0];
  if (!measure || !is(slots, "share") || isPercent(measure) || query.compare) return;
  const mark = marksOf(slots, "share")[0]!;
  const isShare =
    /比例|占比|百分之|几成|比重|份额|share|proportion|percent|fraction|portion|make up|占多少(?!个|人)|占[^,,。??]{1,8}的?(?:多少(?!个|人)|几成)|占总|占全部/.test(
      slots.text,
    );
  if (!isShare) return;
  if (query.group && !query.group.keys) {
    query.share = [];
    return;
  }
  // What stands next to the word is the part; what stands before 里 / 中 / among is the whole.
  const frame = /(?:里|中|当中|里面|之中|内)(?!程)|among|of (?:all|the)|out of/.exec(slots.text);
  const roleMarks = marksOf(slots, "role").map((m) => ({ key: "role" as FilterKey, at: m.at }));
  const simple = (["form", "channel", "reason", "consent", "source"] as const).flatMap((kind) =>
    marksOf(slots, kind).map((m) => ({ key: kind as FilterKey, at: m.at })),
  );
  const places = [
    ...slots.references.map((r: Reference) => ({ key: r.kind as FilterKey, at: r.at })),
    ...roleMarks,
    ...simple,
  ].filter((p) => query.filters[p.key]);
  const parts = frame
    ? /^[a-z]/.test(frame[0])
      ? places.filter((p) => p.at < frame.index)
      : places.filter((p) => p.at > frame.index)
    : places.filter((p) => p.at < mark.at).length > 0 && places.some((p) => p.at > mark.at)
      ? places.filter((p) => p.at < mark.at)
      : places.filter((p) => p.key !== "role").slice(-1);
  const after = new Set(frame ? [] : places.filter((p) => p.at > mark.at).map((p) => p.key));
  const rest = parts.filter((p) => !after.has(p.key));
  const taken = rest.length > 0 ? rest : parts.length > 0 ? parts : places.slice(-1);
  query.share = [...new Set(taken.map((p) => p.key))];
  if (query.filters.keyword) query.share = ["keyword"];
}
