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
  const isApart =
    is(slots, "each") || is(slots, "compare") || is(slots, "order") || /还是|哪个|谁|which|更/.test(slots.text);
  const measure = query.measures[0];
  // Two or more of a kind, side by side.
  if (isApart && !is(slots, "intersect")) {
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
      return;
    }
  }
  const grouped = slots.grouped.filter((g) => g.by !== "period");
  const isKoe = slots.mentioned.some((m) => m.by === "koe") && grouped.every((g) => g.by === "person");
  // `拒绝原因里没时间占多少`: one of them, and not each.
  const isOneReason = is(slots, "share") && (query.filters.reason?.in?.length ?? 0) === 1;
  if (isOneReason) grouped.splice(0, grouped.length, ...grouped.filter((g) => g.by !== "reason"));
  const explicit =
    isKoe && grouped[0]
      ? { ...grouped[0], by: "koe" as const }
      : (grouped.find((g) => g.by !== "person") ?? grouped[0]);
  if (explicit && allowed(explicit.by, measure)) {
    query.group = { by: explicit.by, keys: null };
    // `最多的理由是不是没时间`: all of them, so that it shows.
    if (explicit.by === "reason" && hasSuperlative(slots)) delete query.filters.reason;
  } else if (slots.grouped.some((g) => g.by === "period")) return;
  else if (
    measure &&
    measureOf(measure).subject === "tags" &&
    (hasSuperlative(slots) || /哪些标签|什么标签|which tags/.test(slots.text))
  )
    query.group = { by: "tag", keys: null };
  else if (
    (is(slots, "order") || hasSuperlative(slots) || is(slots, "each") || slots.having || slots.limit) &&
    !query.group
  ) {
    const isOfTasks =
      measure === "quota_attainment" && slots.having !== null && slots.references.every((r) => r.kind !== "task");
    if (isOfTasks && slots.mentioned.some((m) => m.by === "task")) {
      query.group = { by: "task", keys: null };
      return;
    }
    const named = slots.mentioned.find(
      (m) => m.by !== "period" && allowed(m.by, measure) && !isCounted(m.text, m.end, slots),
    );
    if (named) query.group = { by: named.by, keys: null };
    else if (is(slots, "role", "koc") && (hasSuperlative(slots) || slots.limit || slots.having))
      query.group = { by: "person", keys: null };
    else if (
      (hasSuperlative(slots) || slots.having || slots.limit) &&
      measure &&
      measureOf(measure).subject === "posts" &&
      (is(slots, "content", "post") || /[篇条](?:$|[,,。?? ])/.test(slots.text))
    )
      query.group = { by: "post", keys: null };
  }
  // `各任务还差几篇`: of those that still want some.
  if (query.field === "left" && query.group?.by === "task") query.filters.status ??= { in: ["open"] };
  if (measure === "posts" && !query.group && is(slots, "list") && !/多少|几/.test(slots.text))
    query.group = { by: "post", keys: null };
  if (measure === "tasks" && !query.group && !/多少|几个|how many|number of|数量|任务数|总数/.test(slots.text))
    query.group = { by: "task", keys: null };
  if (measure === "task_field" && !query.group && !query.filters.task) query.group = { by: "task", keys: null };
  if (measure === "people" && query.filters.person && !query.group) {
    if (is(slots, "measure", "segments_of") || slots.mentioned.some((m) => m.by === "segment"))
      query.group = { by: "segment", keys: null };
    else if (is(slots, "measure", "tags_of") || slots.mentioned.some((m) => m.by === "tag"))
      query.group = { by: "tag", keys: null };
  }
  const listsPeople = is(slots, "list") && !is(slots, "count") && (is(slots, "role", "koc") || is(slots, "people"));
  if (
    measure &&
    ["assignments", "people"].includes(measureOf(measure).subject) &&
    measureOf(measure).kind === "count" &&
    !query.group &&
    listsPeople
  ) {
    query.group = { by: "person", keys: null };
  }
  if (measure === "people" && !query.group && is(slots, "list") && !is(slots, "count"))
    query.group = { by: "person", keys: null };
  const isOwnList = slots.self && /什么|哪些|which|what/.test(slots.text) && !/多少|几/.test(slots.text);
  const isTaskList = is(slots, "which") || is(slots, "list");
  if (
    measure &&
    measureOf(measure).subject === "assignments" &&
    measureOf(measure).kind === "count" &&
    !query.group &&
    isTaskList &&
    (isOwnList || slots.mentioned.some((m) => m.by === "task")) &&
    !/多少|几个/.test(slots.text)
  )
    query.group = { by: "task", keys: null };
}

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
