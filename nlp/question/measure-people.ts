import type { MeasureKey } from "#domain/measures.ts";
import type { Chosen } from "./measure-content.ts";
import { asksWhither, inOrder, is, type Slots } from "./slots.ts";

/** The measure of a question about people: who comes and goes, who is what, how many there are. */
export const peopleNamed = (slots: Slots): Chosen | undefined =>
  flowNamed(slots) ?? growthNamed(slots) ?? whatOneIs(slots) ?? peopleCounted(slots);

/** `哪些分群在变少`. */
export const asksWhichChange = (slots: Slots): boolean =>
  asksWhither(slots.text) && slots.grouped.some((g) => g.by === "segment") && /哪|which/.test(slots.text);

const refersTo = (slots: Slots, ...kinds: string[]): boolean => slots.references.some((r) => kinds.includes(r.kind));
const isSplitBy = (slots: Slots, ...by: string[]): boolean => slots.grouped.some((g) => by.includes(g.by));
const mentions = (slots: Slots, ...by: string[]): boolean => slots.mentioned.some((m) => by.includes(m.by));

const isAboutSegments = (slots: Slots): boolean =>
  refersTo(slots, "segment") || isSplitBy(slots, "segment") || mentions(slots, "segment");

const saysChange = (slots: Slots): boolean =>
  is(slots, "growth") || /涨了|增加了|减少了|少了多少|多了多少|变化|grew|change/.test(slots.text);

/** Whether it asks for a change over one stretch of time, and for no rate of growth. */
const asksChangeOver = (slots: Slots): boolean =>
  saysChange(slots) &&
  !is(slots, "compare", "growth") &&
  slots.times.length === 1 &&
  ["period", "each"].includes(slots.times[0]!.sense.kind);

const flows: readonly MeasureKey[] = ["segment_net", "segment_left", "segment_joined", "people_joined"];

/** Who came, who left, and what is left of it: of segments, or of all. */
function flowNamed(slots: Slots): Chosen | undefined {
  const named = inOrder(slots, "measure", flows) as MeasureKey[];
  const ofSegments = isAboutSegments(slots);
  if ((ofSegments && named.includes("segment_net")) || asksWhichChange(slots)) return { measures: ["segment_net"] };
  if (named.length === 0) return ofSegments && asksChangeOver(slots) ? { measures: ["segment_net"] } : undefined;
  const ways = named.filter((key) => key !== "segment_net");
  const [first] = ways;
  if (!ofSegments) return { measures: [first === "segment_left" ? "segment_left" : "people_joined"] };
  if (ways.length > 1 && !ways.includes("people_joined")) return { measures: ways };
  return { measures: [first === "segment_left" ? "segment_left" : "segment_joined"] };
}

/** `这个月涨了多少人`: of all, or of a role, how many came. */
function growthNamed(slots: Slots): Chosen | undefined {
  if (isAboutSegments(slots)) return undefined;
  const areAllOfACity = slots.references.every((r) => r.kind === "city" || r.kind === "koe");
  const ofAll =
    (/(?:社群|社区|总|全部)?人数|社群|community|members/.test(slots.text) && slots.references.length === 0) ||
    ((is(slots, "role") || is(slots, "owned") || is(slots, "people")) && areAllOfACity);
  const ofRole = is(slots, "role", "koc") && isSplitBy(slots, "period") && saysChange(slots);
  return (ofAll && asksChangeOver(slots)) || ofRole ? { measures: ["people_joined"] } : undefined;
}

/** `韩梅梅有哪些标签`, `我的标签`: what one person is. */
function whatOneIs(slots: Slots): Chosen | undefined {
  const ofOne =
    (slots.self || refersTo(slots, "person")) &&
    (is(slots, "measure", "tags_of") ||
      is(slots, "measure", "segments_of") ||
      isSplitBy(slots, "tag", "segment") ||
      mentions(slots, "tag", "segment"));
  return ofOne ? { measures: ["people"] } : undefined;
}

/** How many people there are, or which. */
function peopleCounted(slots: Slots): Chosen | undefined {
  if (mentions(slots, "task") || refersTo(slots, "task", "theme")) return undefined;
  const ofPeople = saysWhichPeople(slots) || isSplitBy(slots, "segment", "tag", "city", "koe", "channel", "role");
  return ofPeople && (asksHowMany(slots) || isBareName(slots)) ? { measures: ["people"] } : undefined;
}

const asksHowMany = (slots: Slots): boolean =>
  ["people", "count", "each", "consent", "unowned", "list", "who", "share", "order"].some((of) => is(slots, of)) ||
  slots.grouped.length > 0 ||
  is(slots, "compare", "difference") ||
  is(slots, "compare", "growth") ||
  asksWhither(slots.text);

const saysWhichPeople = (slots: Slots): boolean =>
  refersTo(slots, "segment", "tag", "city") ||
  ["role", "channel", "consent", "unowned", "both_roles", "owned", "people", "who"].some((of) => is(slots, of)) ||
  (is(slots, "order") && mentions(slots, "segment", "tag", "city", "koe", "channel")) ||
  (slots.self && /我的(?:客户|koc|人)/.test(slots.text));

/** `有流失风险标签的KOC`: people, and nothing that is done with them. */
const isBareName = (slots: Slots): boolean =>
  !is(slots, "vague") && slots.times.length === 0 && is(slots, "role") && refersTo(slots, "tag", "koe");
