import type { Asker } from "#domain/answer-rights.ts";
import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Filter, FilterKey, Filters, Query } from "#domain/query.ts";
import { asksForNone } from "./none.ts";
import { is, marksOf, type SimpleMark, type Slots } from "./slots.ts";
import type { Reader, Reading } from "./understand.ts";

const put = (filters: Filters, key: FilterKey, value: Filter): void => {
  const known = filters[key];
  filters[key] = {
    ...known,
    ...value,
    ...(known?.in && value.in && { in: [...new Set([...known.in, ...value.in])] }),
    ...(known?.not && value.not && { not: [...new Set([...known.not, ...value.not])] }),
  };
};

/** Whom and what a question is about: names, roles, forms, reasons, and whose they are. */
export function fillFilters(query: Query, slots: Slots, reading: Reading, { asker }: Reader): void {
  const { filters } = query;
  for (const reference of slots.references) {
    if (reference.ids.length > 1 && reference.kind !== "person" && reference.kind !== "koe") continue;
    put(filters, reference.kind as FilterKey, { [reference.negated ? "not" : "in"]: reference.ids.map((n) => n.id) });
  }
  for (const kind of ["form", "channel", "reason", "status", "consent", "source"] as const)
    for (const mark of (slots.marks[kind] ?? []) as SimpleMark[])
      if (isMeant(kind, mark, slots, query)) put(filters, kind, { [mark.negated ? "not" : "in"]: [mark.key] });
  fillRoles(query, slots);
  if (latestPost.test(slots.text) && query.measures.some((m) => measureOf(m).subject === "posts"))
    filters.post = { in: ["latest"] };
  if (is(slots, "unowned")) filters.koe = { in: ["none"] };
  if (slots.keywords.length > 0) filters.keyword = { in: slots.keywords };
  for (const kind of ["segment", "tag"] as const)
    if ((filters[kind]?.in?.length ?? 0) > 1 && isWithin(slots, kind)) filters[kind]!.every = true;
  for (const kind of ["segment", "tag"] as const)
    if (
      (filters[kind]?.in?.length ?? 0) > 1 &&
      (is(slots, "intersect") || /又[^,,]+又|既[^,,]+(?:又|也|还)/.test(slots.text))
    )
      filters[kind]!.every = true;
  const step = stepOf(query.measures[0]);
  if ((is(slots, "never") || saysNotAny(slots)) && asksForNone(slots) === undefined && step) {
    filters.never = { in: [step] };
    query.measures = ["people"];
    filters.role ??= { in: ["koc"] };
  }
  if (query.measures[0] === "people" && slots.marks.state?.some((m) => m.key === "not_accepted"))
    filters.never = { in: ["accepted"] };
  if (query.measures[0] === "people" && slots.marks.state?.some((m) => m.key === "not_handed_in"))
    filters.never = { in: ["submitted"] };
  ownPeople(query, slots, reading, asker);
}

const taken = ["pushed", "seen", "accepted", "submitted", "approved", "declined"];
/** The step that somebody never took: no hand-in is a step not taken, no post one never approved. */
const stepOf = (measure: MeasureKey | undefined): string | undefined =>
  measure === "hand_ins" ? "submitted" : measure === "posts" ? "approved" : taken.find((step) => step === measure);

/** `haven't accepted anything`, of people. */
const saysNotAny = (slots: Slots): boolean =>
  slots.grouped.some((g) => g.by === "person") &&
  /\b(?:have|has|had|did)(?:n't| not)\b.+\b(?:any|anything|a single)\b/.test(slots.text);

const latestPost =
  /(?:最近|最新|最后|上)(?:发布?的|过审的|通过的|的)?(?:一|那|这)?(?:篇|条|个(?:作品|视频|帖子|内容))|(?:latest|most recent|newest|my last) (?:approved )?(?:post|video|piece|article)/;

/** `续航焦虑里性能车爱好者有几个`: one among the other. */
function isWithin(slots: Slots, kind: string): boolean {
  const [a, b] = slots.references.filter((r) => r.kind === kind && !r.negated);
  return (
    a !== undefined &&
    b !== undefined &&
    /^(?:这个群|那个群|的人|分群|群|的)?(?:里面|里头|里|当中|之中|中)/.test(slots.text.slice(a.end, b.at))
  );
}

/** A word of two uses counts as a filter only where it is one: 图片 in 图文, 取消 of a status. */
function isMeant(kind: string, mark: SimpleMark, slots: Slots, query: Query): boolean {
  if (kind === "status")
    return query.measures[0] !== "task_field" || (query.filters.task === undefined && query.field !== "status");
  if (kind === "consent") return query.measures[0] === "people" || query.measures[0] === "people_joined";
  if (kind === "reason")
    return (
      query.measures[0] === "declined" &&
      (mark.key !== "other" || /其他/.test(slots.text) || mark.text.includes("other"))
    );
  if (kind === "channel") return !slots.text.includes("微信公众号");
  return true;
}

/** `新加入的客户里有多少成了KOC`: those who are both now. */
const becomesKoc =
  /(?:客户|顾客|用户)[^,,。]*(?:成了|成为|变成|变为|转成|转为|转化成|当上|做了|当了)了?koc|customers?\b.*\b(?:became|become|turned|turn(?:ed)? into|are now) (?:a )?kocs?/;

function fillRoles(query: Query, slots: Slots): void {
  const { filters } = query;
  if (is(slots, "both_roles") || becomesKoc.test(slots.text)) {
    filters.role = { in: ["koc", "customer"], every: true };
    return;
  }
  const marks = marksOf(slots, "role").filter(
    (m) => !slots.grouped.some((g) => g.by === "koe" && g.at >= m.at - 6 && g.at <= m.at) || m.key !== "koe",
  );
  const roles = [...new Set(marks.map((m) => m.key))].filter((role) => {
    if (role === "koe" && is(slots, "unowned")) return false;
    // `KOE 按客户数排名`: whose customers are counted, and no role of those who are.
    if (role === "koe" && marks.some((m) => m.key !== "koe") && is(slots, "order")) return false;
    if (role === "koe")
      return query.measures[0] === "people" && !is(slots, "owned") && slots.references.every((r) => r.kind !== "koe");
    return true;
  });
  // `杭州的客户`: nobody's in particular, so the word says the role.
  if (
    !roles.includes("customer") &&
    (slots.self
      ? /我的客户/.test(slots.text)
      : marksOf(slots, "owned").some((m) => m.text === "的客户") && slots.references.every((r) => r.kind !== "koe"))
  )
    roles.push("customer");
  const isOnly = is(slots, "only") && roles.length === 1 && roles[0] === "customer";
  const kept = roles.filter(
    (role) =>
      !(
        role === "koc" &&
        query.measures.every((m) => ["active_koc", "silent_koc"].includes(m)) &&
        query.measures.length > 0
      ),
  );
  const negated = new Set(
    kept.filter((role) => {
      const mark = marks.find((m) => m.key === role);
      if (!mark) return false;
      return /(?:不是|非|除了|不含|不算|not |non-?|without |excluding )$/.test(
        slots.text.slice(Math.max(0, mark.at - 10), mark.at),
      );
    }),
  );
  const wanted = kept.filter((role) => !negated.has(role));
  if (wanted.length > 0) filters.role = { in: wanted };
  if (negated.size > 0) filters.role = { ...filters.role, not: [...negated] };
  if (isOnly) filters.role = { in: ["customer"], not: ["koc"] };
}

function ownPeople(query: Query, slots: Slots, reading: Reading, asker: Asker): void {
  if (!slots.self) return;
  if (asker.role === "koe") {
    if (query.measures[0] === "person_field") return;
    const aboutSelf =
      query.measures[0] === "people" &&
      slots.mentioned.some((m) => m.by === "tag") &&
      !is(slots, "owned") &&
      !is(slots, "people") &&
      !is(slots, "count");
    if (!aboutSelf && !query.filters.koe) query.filters.koe = { in: [asker.id] };
    reading.isOwn = true;
  }
  if (asker.role === "koc" && reading.people.length === 0) {
    query.filters.person = { in: [asker.id] };
    reading.isOwn = true;
  }
}
