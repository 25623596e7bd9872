import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Dimension, FilterKey, Query } from "#domain/query.ts";
import { is, marksOf, type Slots } from "./slots.ts";

const membersOf: Partial<Record<Dimension, FilterKey>> = {
  segment: "segment",
  tag: "tag",
  task: "task",
  theme: "theme",
  form: "form",
  platform: "platform",
  city: "city",
  koe: "koe",
  person: "person",
  channel: "channel",
  reason: "reason",
  role: "role",
  status: "status",
  consent: "consent",
};

/** What a question splits by. */
export function fillGroup(query: Query, slots: Slots): void {
  if (setSideBySide(query, slots)) return;
  const named = splitNamed(query, slots);
  if (named && allowed(named, query.measures[0])) {
    query.group = { by: named, keys: null };
    // `最多的理由是不是没时间`: all of them, so that it shows.
    if (named === "reason" && hasSuperlative(slots)) delete query.filters.reason;
  } else if (slots.grouped.some((g) => g.by === "period")) return;
  else {
    const ranked = splitRanked(query, slots);
    if (ranked) query.group = { by: ranked, keys: null };
    if (ranked === "task" && ranksWhatIsLeft(query, slots)) return;
  }
  // `各任务还差几篇`: of those that still want some.
  if (query.field === "left" && query.group?.by === "task") query.filters.status ??= { in: ["open"] };
  const listed = query.group ? undefined : splitListed(query, slots);
  if (listed) query.group = { by: listed, keys: null };
}

/** Two or more of a kind, side by side: whether the question names such. */
function setSideBySide(query: Query, slots: Slots): boolean {
  const isApart =
    is(slots, "each") || is(slots, "compare") || is(slots, "order") || /还是|哪个|谁|which|更/.test(slots.text);
  if (!isApart || is(slots, "intersect")) return false;
  for (const [by, key] of Object.entries(membersOf) as [Dimension, FilterKey][]) {
    const values = query.filters[key]?.in;
    if (!values || values.length < 2 || query.filters[key]?.every) continue;
    if (by === "role" && !is(slots, "each") && !is(slots, "compare", "difference")) continue;
    const references = slots.references.filter((r) => r.kind === by);
    const isUnion =
      /一共|总共|合计|加起来|together|in total/.test(slots.text) && !is(slots, "each") && references.length > 0;
    if (isUnion) continue;
    query.group = { by, keys: values };
    delete query.filters[key];
    return true;
  }
  return false;
}

/** What the words say outright: `按城市`, `各任务`. */
function splitNamed(query: Query, slots: Slots): Dimension | undefined {
  // `拒绝原因里没时间占多少`: one of them, and not each.
  const isOneReason = is(slots, "share") && query.filters.reason?.in?.length === 1;
  const named = slots.grouped.map((g) => g.by).filter((by) => by !== "period");
  const isKoe = mentions(slots, "koe") && named.every((by) => by === "person");
  const kept = isOneReason ? named.filter((by) => by !== "reason") : named;
  if (isKoe && kept.length > 0) return "koe";
  return kept.find((by) => by !== "person") ?? kept[0];
}

const ranks = (slots: Slots): boolean => hasSuperlative(slots) || slots.having !== null || Boolean(slots.limit);

/** `哪些任务还差五篇以上`: whichever task it is, open or not. */
const ranksWhatIsLeft = ({ measures }: Query, slots: Slots): boolean =>
  measures[0] === "quota_attainment" &&
  slots.having !== null &&
  slots.references.every((r) => r.kind !== "task") &&
  mentions(slots, "task");

/** What stands in an order, or is held against a bar. */
function splitRanked(query: Query, slots: Slots): Dimension | undefined {
  const measure = query.measures[0];
  const subject = measure && measureOf(measure).subject;
  if (subject === "tags" && (hasSuperlative(slots) || /哪些标签|什么标签|which tags/.test(slots.text))) return "tag";
  if (query.group || !(ranks(slots) || is(slots, "order") || is(slots, "each"))) return undefined;
  if (ranksWhatIsLeft(query, slots)) return "task";
  const named = slots.mentioned.find(
    (m) => m.by !== "period" && allowed(m.by, measure) && !isCounted(m.text, m.end, slots),
  );
  if (named) return named.by;
  if (!ranks(slots)) return undefined;
  if (is(slots, "role", "koc")) return "person";
  const isOfPosts = is(slots, "content", "post") || /[篇条](?:$|[,,。?? ])/.test(slots.text);
  return subject === "posts" && isOfPosts ? "post" : undefined;
}

/** What is listed, where the question wants names and no number. */
function splitListed(query: Query, slots: Slots): Dimension | undefined {
  const measure = query.measures[0];
  if (!measure) return undefined;
  const { subject, kind } = measureOf(measure);
  const { text } = slots;
  if (measure === "posts" && is(slots, "list") && !/多少|几/.test(text)) return "post";
  if (measure === "tasks" && !/多少|几个|how many|number of|数量|任务数|总数/.test(text)) return "task";
  if (measure === "task_field" && !query.filters.task) return "task";
  if (measure === "people" && query.filters.person) {
    if (is(slots, "measure", "segments_of") || mentions(slots, "segment")) return "segment";
    if (is(slots, "measure", "tags_of") || mentions(slots, "tag")) return "tag";
  }
  const wantsNames = is(slots, "list") && !is(slots, "count");
  const ofPeople = is(slots, "role", "koc") || is(slots, "people");
  if (wantsNames && (subject === "assignments" || subject === "people") && kind === "count" && ofPeople)
    return "person";
  if (wantsNames && measure === "people") return "person";
  const isOwnList = slots.self && /什么|哪些|which|what/.test(text) && !/多少|几/.test(text);
  const ofTasks = (is(slots, "which") || is(slots, "list")) && (isOwnList || mentions(slots, "task"));
  return ofTasks && subject === "assignments" && kind === "count" && !/多少|几个/.test(text) ? "task" : undefined;
}

const mentions = (slots: Slots, by: Dimension): boolean => slots.mentioned.some((m) => m.by === by);

/** `接了几个任务` counts tasks and does not split by them. */
const isCounted = (text: string, end: number, slots: Slots): boolean =>
  /(?<![这那哪])(?:多少|几)(?:个|条|项)?$/.test(slots.text.slice(0, end - text.length));

function allowed(by: Dimension, measure: MeasureKey | undefined): boolean {
  if (!measure) return true;
  const { subject } = measureOf(measure);
  if (by === "reason") return measure === "declined";
  if (by === "post" || by === "platform")
    return subject === "posts" || subject === "submissions" || subject === "comments" || subject === "assignments";
  if (by === "task" || by === "theme" || by === "form" || by === "status")
    return ["assignments", "posts", "submissions", "comments", "tasks"].includes(subject);
  return true;
}

const superlatives =
  /最|第一|垫底|拉胯|拖后腿|倒数|冠军|居首|领先|highest|lowest|most|least|best|worst|top|largest|smallest|biggest|longest|shortest|fastest|slowest|fewest|quickest|bottom/;
export const hasSuperlative = (slots: Slots): boolean =>
  superlatives.test(
    marksOf(slots, "order")
      .map((m) => m.text)
      .join(" "),
  ) || superlatives.test(slots.text.replace(/最近/g, ""));
export const comparatives =
  /更|谁高|谁低|谁多|谁少|谁快|谁慢|谁大|高还是|哪个高|哪个低|哪个多|哪个少|哪个快|哪边|higher|lower|more|better|faster|larger/;
