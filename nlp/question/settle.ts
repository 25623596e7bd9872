import { measureOf } from "#domain/measures.ts";
import type { ClarifyReason, FilterKey, Query } from "#domain/query.ts";
import { dayKindsAsked } from "./day-kinds.ts";
import { asksForNone } from "./none.ts";
import { asksHowLong, is, marksOf, type Slots } from "./slots.ts";
import type { Reading } from "./understand.ts";

/** What the query type cannot say: better asked back than answered with a part left out. */
function isBeyondUs(query: Query, slots: Slots): boolean {
  const [measure, { text }] = [query.measures[0], slots];
  const perHead = /人均|平均每(?:个|位|名)?(?:koc|人|客户|koe)|per (?:koc|person|customer|head)/.test(text);
  if (perHead && measure && ["count", "sum"].includes(measureOf(measure).kind)) return true;
  if (dayKindsAsked(slots).length > 0 && query.group?.by !== "weekday") return true;
  // `没人接的任务`, as a number of something else.
  if (
    asksForNone(slots) === undefined &&
    /没有?人[接交看做]|nobody (?:took|accepted|saw)/.test(text) &&
    measure &&
    measureOf(measure).subject === "assignments"
  )
    return true;
  // Two conditions at once, such as pushed often and never accepted; a share with no part that could be left out.
  if (slots.having !== null && query.filters.never) return true;
  if (query.share?.length === 0 && !query.group) return true;
  const isOfTask = slots.having !== null && is(slots, "task_field") && !is(slots, "task_field", "quota");
  if (isOfTask && measure !== "task_field" && measure !== "tasks" && measure !== "quota_attainment") return true;
  const countsSegments =
    slots.mentioned.some((m) => m.by === "segment") && slots.references.every((r) => r.kind !== "segment");
  return countsSegments && !query.group && (slots.having !== null || is(slots, "never"));
}

const pointsBack = /^(?:那|其中|and |what about)|呢[??]?$/;

/** Last word: what is missing, what does not exist, what cannot be known. */
export function settle(reading: Reading, slots: Slots, hasMeasure: boolean, isFollowing: boolean): Reading {
  const { query } = reading;
  const notHeld = marksOf(slots, "not_held").filter(
    (m) => !(/多少钱|成本|费用/.test(m.text) && is(slots, "task_field", "reward")),
  );
  const never = slots.times.find((t) => t.sense.kind === "never");
  const absent = slots.references.flatMap((r) => r.ids).find((n) => n.absent);
  if (absent) return { ...reading, unknown: { why: "no-such-name", about: absent.name } };
  if (notHeld.length > 0) return { ...reading, unknown: { why: "not-held", about: notHeld[0]!.text } };
  if (slots.unknown.length > 0) return { ...reading, unknown: { why: "no-such-name", about: slots.unknown[0]! } };
  // After other questions, talk of other things (`学习有用吗`) is no question about a name.
  const isAboutFigures = slots.marks.measure !== undefined || pointsBack.test(slots.text) || !isFollowing;
  if (hasMeasure && slots.strange.length > 0 && !isAboutFigures) return { ...reading, clarify: "not-understood" };
  if (hasMeasure && slots.strange.length > 0)
    return { ...reading, unknown: { why: "no-such-name", about: slots.strange[0]! } };
  if (never?.sense.kind === "never") return { ...reading, unknown: { why: "no-such-date", about: never.sense.words } };
  if (reading.doubts.length > 0) return { ...reading, clarify: "which-one" };
  if (!hasMeasure || query.measures.length === 0)
    return {
      ...reading,
      clarify: is(slots, "vague") || slots.references.length > 0 ? "which-measure" : "not-understood",
    };
  const [first] = query.measures;
  if (first && asksHowLong(slots.text) && measureOf(first).kind === "count" && is(slots, "step"))
    return { ...reading, unknown: { why: "not-held", about: /how/.test(slots.text) ? "how long" : "用时" } };
  if (isBeyondUs(query, slots)) return { ...reading, clarify: "not-understood" };
  // `完成得怎么样`: done well or badly by which figure?
  const isVagueStep =
    is(slots, "vague") &&
    is(slots, "step") &&
    query.measures.length < 2 &&
    !["measure", "count", "state", "reason", "order", "people", "times"].some((of) => is(slots, of)) &&
    !/多少|几|率/.test(slots.text);
  if (isVagueStep) return { ...reading, clarify: "which-measure" };
  const points: [string, FilterKey, ClarifyReason][] = [
    ["that_task", "task", "which-task"],
    ["that_person", "person", "which-person"],
    ["that_segment", "segment", "which-segment"],
  ];
  for (const [mark, key, why] of points)
    if (
      is(slots, mark) &&
      !query.filters[key] &&
      !(query.group?.by === key) &&
      !(key === "person" && query.filters.koe)
    ) {
      if (key === "task" && (query.filters.theme || query.group)) continue;
      return { ...reading, clarify: why };
    }
  if (query.measures[0] === "influence" && !query.filters.person && !query.group)
    return { ...reading, clarify: "which-person" };
  if ((query.measures[0] === "task_field" || query.field === "left") && !query.filters.task && !query.group)
    return { ...reading, clarify: "which-task" };
  if (
    (query.measures[0] === "segment_left" || query.measures[0] === "segment_net") &&
    !query.filters.segment &&
    !query.group
  )
    return { ...reading, clarify: "which-segment" };
  return reading;
}
