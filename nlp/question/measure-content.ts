import type { MeasureKey } from "#domain/measures.ts";
import { inOrder, is, marksOf, type Slots } from "./slots.ts";

/** What a question measures, and whether the words for it were clear. */
export type Chosen = { measures: MeasureKey[]; field?: string; between?: [string, string]; filtersBySteps?: boolean };

const figures = ["reads", "likes", "comments", "shares", "favourites", "interactions"] as const;

/** Pieces, their figures and comments. */
export function contentNamed(slots: Slots): Chosen | undefined {
  if (
    is(slots, "measure", "collected_comments") ||
    (slots.keywords.length > 0 &&
      (is(slots, "content", "comment") || is(slots, "measure", "comments") || is(slots, "mention")))
  )
    return { measures: ["collected_comments"] };
  if (
    /(?:没有?|无|缺|未有)(?:任何|到)?(?:数据|快照|指标)|抓不到数据|(?:without|no|lack(?:ing)?) (?:any )?(?:figures|metrics|snapshots?|data)/.test(
      slots.text,
    ) &&
    is(slots, "content")
  )
    return { measures: ["posts_without_figures"] };
  const named = inOrder(slots, "measure", figures);
  // Comments are counted by the counter, unless their texts are asked for.
  const found = named.length === 0 && is(slots, "content", "comment") ? ["comments"] : named;
  const isReadStep =
    found.length === 1 &&
    found[0] === "reads" &&
    marksOf(slots, "measure").every((m) => m.text === "read") &&
    !is(slots, "content");
  if (found.length > 0 && !isReadStep) {
    if (is(slots, "average")) return { measures: found.map((f) => `avg_${f}` as MeasureKey) };
    const isGrowth =
      /涨|增长|grew|grow/.test(slots.text) &&
      !/环比|同比|率|百分|%|percent|growth rate|month over|week over/.test(slots.text) &&
      slots.times.filter((t) => t.sense.kind === "period").length < 2;
    if (isGrowth || /快照|snapshot|首次|第一次记录/.test(slots.text))
      return { measures: found.map((f) => `growth_${f}` as MeasureKey) };
    return { measures: found as MeasureKey[] };
  }
  const isReview = /过审|审核通过|approved|通过的/.test(slots.text);
  const post = marksOf(slots, "content").some((m) => m.key === "post");
  const handIn = is(slots, "content", "hand_in");
  // `收到几篇作品`: what came in, and no push.
  if (
    (post || handIn) &&
    !isReview &&
    /收[到了回](?!藏)[^,,。]{0,4}篇|[收交]上来[^,,。]{0,4}(?:篇|作品|稿)|(?:作品|稿件?|稿子)收到|收到[^,,。]{0,6}(?:作品|稿)|received .{0,12}(?:posts|pieces)/.test(
      slots.text,
    )
  )
    return { measures: ["hand_ins"] };
  const byPlatform =
    slots.references.some((r) => r.kind === "platform") || slots.grouped.some((g) => g.by === "platform");
  const piece = /篇|条内容|份稿/.test(slots.text);
  if (is(slots, "step", "rejected")) return undefined;
  if (post && isReview && !/稿.{0,3}通过|通过.{0,3}稿/.test(slots.text)) return { measures: ["posts"] };
  if (byPlatform && is(slots, "step", "approved")) return { measures: ["posts"] };
  // `国庆交的稿子通过了多少`: of those handed in then, and not those approved then.
  if (
    handIn &&
    /[交收投](?:上来|来|到)?的(?:稿子?|作品|稿件|内容)[^,,。]{0,8}(?:通过|过审|过)了?(?:多少|几)/.test(slots.text)
  )
    return { measures: ["posts"] };
  if (handIn && !isReview && !/(?:逾期|没|未)交/.test(slots.text)) {
    // `交稿的有多少人` asks for the step; pieces ask for every hand-in.
    const isStep =
      is(slots, "step", "submitted") &&
      (is(slots, "people") || slots.references.some((r) => r.kind === "task")) &&
      !piece;
    return { measures: [isStep ? "submitted" : "hand_ins"] };
  }
  if (
    is(slots, "step", "submitted") &&
    !is(slots, "step", "approved") &&
    (byPlatform || (piece && !is(slots, "people")))
  )
    return { measures: ["hand_ins"] };
  if (post && !is(slots, "step", "approved") && !is(slots, "step", "submitted") && !is(slots, "step", "pushed"))
    return { measures: ["posts"] };
  if (post && is(slots, "step", "submitted") && !is(slots, "step", "approved")) return { measures: ["hand_ins"] };
  if (byPlatform && !is(slots, "step") && !is(slots, "people")) return { measures: ["posts"] };
  const videos =
    is(slots, "form") &&
    /发了|发过|发的|发布|有多少|多少个|几个|几条|多少条|多少篇|几篇|how many|posted|published/.test(slots.text);
  if (
    videos &&
    !is(slots, "step") &&
    !slots.mentioned.some((m) => m.by === "task") &&
    !is(slots, "people") &&
    !is(slots, "role")
  )
    return { measures: ["posts"] };
  return undefined;
}

/** Tags that begin, end or were confirmed. */
export function tagsNamed(slots: Slots): Chosen | undefined {
  const aboutTags = /标签|\btags?\b/.test(slots.text) || slots.references.some((r) => r.kind === "tag");
  const confirmed =
    is(slots, "measure", "tags_confirmed") &&
    (aboutTags ||
      slots.references.some((r) => r.kind === "koe") ||
      slots.self ||
      slots.grouped.some((g) => g.by === "koe"));
  if (confirmed) return { measures: ["tags_confirmed"] };
  if (/(?:加|打|贴|增)(?:上)?了?(?:多少|几)(?:个|条)?(?:新)?标签/.test(slots.text)) return { measures: ["tags_new"] };
  if (!aboutTags) return undefined;
  if (is(slots, "measure", "tags_ended") || (is(slots, "status", "closed") && /结束|失效|到期|ended/.test(slots.text)))
    return { measures: ["tags_ended"] };
  if (is(slots, "measure", "segment_left") && !slots.references.some((r) => r.kind === "segment"))
    return { measures: ["tags_ended"] };
  const isState = /(?:[日号天底初末前]|\d)(?:的)?时候?|那时|当时|at the time/.test(slots.text);
  const holders =
    slots.times.length === 0 &&
    /(?:打了|打上了?|贴了|带了?|挂了?).{1,12}的(?:客户|顾客|人|koc|车主|用户)/.test(slots.text);
  if (holders) return undefined;
  const fresh = (!isState && is(slots, "measure", "tags_new")) || is(slots, "measure", "segment_joined");
  if (fresh && !slots.references.some((r) => r.kind === "segment")) return { measures: ["tags_new"] };
  if (is(slots, "source")) return { measures: ["tags_new"] };
  return undefined;
}
