import type { Asker } from "#domain/answer-rights.ts";
import type { Named } from "#domain/catalog.ts";
import { type ClarifyReason, type Dimension, emptyQuery, type Query, type UnknownReason } from "#domain/query.ts";
import { apart, clausesOf, isSeveral } from "./clauses.ts";
import { fillFilters } from "./fill-filters.ts";
import { fillGroup } from "./fill-group.ts";
import { fillChange, fillCounting, fillOrder, fillShare } from "./fill-order.ts";
import { followUp, isFollowUp } from "./follow-up.ts";
import { chooseMeasure } from "./measure-choice.ts";
import type { Chosen } from "./measure-content.ts";
import type { NameIndex } from "./names.ts";
import { fillNone } from "./none.ts";
import { asGrowth, saysDifference } from "./period-comparison.ts";
import { fillPlace } from "./place.ts";
import { scan } from "./scan.ts";
import { settle } from "./settle.ts";
import { is, marksOf, type Slots, slotsOf } from "./slots.ts";
import { timesInto } from "./time-choice.ts";
import { eachOfPair, type PairNamed, pairNamed } from "./two-kinds.ts";

/** What was understood. `people` are all persons who may have been meant, so that rights can be looked at before anything else. */
export type Reading = {
  query: Query;
  /** Names that fit two things equally. */
  doubts: { text: string; choices: Named[] }[];
  clarify: ClarifyReason | null;
  unknown: { why: UnknownReason; about: string } | null;
  people: Named[];
  koes: Named[];
  isOwn: boolean;
  namesKoes: boolean;
  /** Speaks of others than oneself, or of one's place among them. */
  namesOthers: boolean;
  /** The other questions of the same sentence: `完成率多少,还有多少人拒绝了?` */
  next: Reading[];
  /** Two things of different kinds, set beside each other. */
  pair: PairNamed | undefined;
  /** About the one that the question before finds to be first: of this kind. */
  ofTopBy?: Dimension;
};

export type Reader = { names: NameIndex; now: number; zone: string; asker: Asker };

/** Reads a question, with the earlier ones of the same chat for what it leaves out. Pure: the same words are always the same query. */
export function understand(question: string, context: readonly string[], reader: Reader): Reading {
  let before: Reading | undefined;
  for (const earlier of context.slice(-4)) before = readOne(earlier, before, reader);
  const whole = readOne(question, before, reader);
  const [first, ...others] =
    partsOf(question, before, reader, whole) ??
    eachFigure(whole).flatMap((one) => ofTwoKinds(one) ?? besideAll(one, question));
  return { ...first!, next: others };
}

/** Each question of a sentence read by itself, leaning on those before it; undefined where it is one question, or one of them is not clear. */
function partsOf(question: string, before: Reading | undefined, reader: Reader, whole: Reading): Reading[] | undefined {
  const clauses = clausesOf(question);
  if (clauses.length < 2 || (isClear(whole) && isSeveral(whole.query))) return undefined;
  const parts: Reading[] = [];
  for (const clause of clauses) {
    const last = parts.at(-1);
    const part = last ? readOne(clause, aboutTheSame(last), reader, true) : readOne(clause, before, reader);
    if (!last && (!isClear(part) || namesNoFigure(part))) return undefined;
    const isNew = isClear(part) && !(last && JSON.stringify(part.query) === JSON.stringify(last.query));
    parts.push(isNew ? ofTop(part, last, clause) : unclear(part, clause));
  }
  return parts.flatMap(eachFigure);
}

/** `哪个任务最拉胯`: by which figure, the next words say. */
const namesNoFigure = ({ query }: Reading): boolean => query.measures[0] === "tasks" && query.limit !== null;

/** What a second question leaves open is said of it, and not left out. */
const unclear = (part: Reading, clause: string): Reading =>
  part.unknown ? part : { ...part, clarify: null, unknown: { why: "unclear", about: clause } };

/** `哪个分群接受率最高,是多少人`: the second is about the one that the first finds. */
function ofTop(part: Reading, last: Reading | undefined, clause: string): Reading {
  const by = last?.query.limit === 1 ? last.query.group?.by : undefined;
  if (!last || !by || by === "period" || part.query.group || part.query.filters[by as "city"]) return part;
  const isSize = /多少人|几个人|人数|有多大|\bsize\b|how (?:big|large|many people)/.test(clause);
  return { ...part, query: { ...part.query, ...(isSize && { measures: ["people"], count: "rows" }) }, ofTopBy: by };
}

/** What is asked of a segment and a tag side by side. */
const ofTwoKinds = (reading: Reading): Reading[] | undefined =>
  reading.pair && !reading.query.group && isClear(reading)
    ? eachOfPair(reading.query, reading.pair).map((query) => ({ ...reading, query }))
    : undefined;

/** `比品牌平均呢`, `compared to the brand average`: the same without the one that is named. */
function besideAll(reading: Reading, question: string): Reading[] {
  const keys = (["koe", "segment", "theme", "city", "task", "platform", "form", "person"] as const).filter(
    (key) => reading.query.filters[key]?.in?.length === 1,
  );
  const [key] = keys;
  const isAsked = besideAllForms.test(question) && keys.length === 1 && isClear(reading) && !reading.query.group;
  if (!isAsked || !key) return [reading];
  const { [key]: _, ...filters } = reading.query.filters;
  return [reading, { ...reading, query: { ...reading.query, filters }, people: [], koes: [] }];
}
const besideAllForms =
  /(?:比|跟|和|与|较|对比|高于|低于|超过)(?:全?(?:品牌|社群)的?)?(?:平均|整体|大盘|总体|均值|全品牌|全国)|(?:compared (?:to|with)|vs\.?|versus|than|against|above|below) (?:the )?(?:brand|overall|average|community|everyone)/i;

/** Whom and when the question before was about, and nothing of how its figure was shown. */
const aboutTheSame = (reading: Reading): Reading => ({
  ...reading,
  query: { ...emptyQuery, ...pick(reading.query) },
});
const pick = ({ measures, filters, period, at, count, group }: Query): Partial<Query> => ({
  ...{ measures, filters, period, at, count },
  ...(group?.keys && { filters: { ...filters, [group.by]: { in: group.keys } } }),
});

const isClear = (reading: Reading): boolean =>
  !reading.clarify && !reading.unknown && reading.doubts.length === 0 && reading.query.measures.length > 0;

const eachFigure = (reading: Reading): Reading[] =>
  isClear(reading) ? apart(reading.query).map((query) => ({ ...reading, query })) : [reading];

/** `isJoined`: said in one breath with the one before, so that it is about the same people and time, unless it names others. */
function readOne(question: string, before: Reading | undefined, reader: Reader, isJoined = false): Reading {
  const scanned = scan(question, reader.names, reader.now, reader.zone);
  const asksForTag = /标签|\btags?\b/.test(scanned.text) && !/不是(?:问)?标签|不算标签|not the tag/.test(scanned.text);
  const slots = slotsOf(scanned, false);
  const tagged = asksForTag ? slotsOf(scanned, true) : slots;
  const chosen = chooseMeasure(tagged);
  const final = asksForTag && !/分群.{0,4}(?:里|中)/.test(scanned.text) ? tagged : slots;
  const own = build(final, chosen, reader);
  const reading =
    before && (isJoined || isFollowUp(final, own, chosen !== undefined))
      ? followUp(before, own, final, chosen !== undefined)
      : own;
  const settled = settle(
    reading,
    final,
    chosen !== undefined || (before !== undefined && reading !== own),
    reading !== own,
  );
  return isAhead(settled, reader.now)
    ? { ...settled, unknown: { why: "future", about: settled.query.period!.words } }
    : settled;
}

/** What has not come yet has no figure; only what is planned has. */
const isAhead = ({ query, unknown, clarify }: Reading, now: number): boolean =>
  !unknown &&
  !clarify &&
  (query.period?.from ?? 0) >= now &&
  !["tasks", "task_field"].includes(query.measures[0] ?? "");

function build(slots: Slots, chosen: Chosen | undefined, reader: Reader): Reading {
  const query: Query = {
    ...emptyQuery,
    measures: chosen?.measures ?? [],
    field: chosen?.field ?? null,
    between: chosen?.between ?? null,
    filters: {},
  };
  const people = slots.references.filter((r) => r.kind === "person").flatMap((r) => r.ids);
  const koes = slots.references.filter((r) => r.kind === "koe").flatMap((r) => r.ids.filter((n) => n.kind === "koe"));
  const reading: Reading = {
    query,
    doubts: [
      ...slots.doubts,
      ...slots.references.filter((r) => r.ids.length > 1).map((r) => ({ text: r.text, choices: r.ids })),
    ],
    clarify: null,
    unknown: null,
    next: [],
    pair: pairNamed(slots),
    people,
    koes,
    isOwn: false,
    namesKoes:
      query.group?.by === "koe" ||
      slots.grouped.some((g) => g.by === "koe") ||
      (is(slots, "role", "koe") && (is(slots, "order") || is(slots, "each") || is(slots, "compare"))),
    namesOthers: is(slots, "others") || (reader.asker.role === "koc" && !slots.self && saysEverybody(slots)),
  };
  fillFilters(query, slots, reading, reader);
  fillGroup(query, slots);
  if (query.group?.keys?.length === 2 && wantsDifference(slots))
    query.compare = asGrowth(query, slots) ? "growth" : "difference";
  timesInto(query, slots, reader);
  fillCounting(query, slots);
  fillOrder(query, slots);
  fillChange(query, slots, reader.now);
  fillNone(query, slots);
  fillPlace(query, slots);
  fillShare(query, slots);
  return reading;
}

/** `社群里`, `大盘`: the brand as a whole, and not only all of one's own. */
const saysEverybody = (slots: Slots): boolean =>
  marksOf(slots, "everything").some((m) =>
    /社群|大盘|大家|品牌|整体|总体|community|everyone|brand|overall/.test(m.text),
  );

/** How far apart two are, and not only each of them. */
const wantsDifference = (slots: Slots): boolean =>
  (saysDifference(slots.text) || is(slots, "compare", "difference") || is(slots, "compare", "growth")) &&
  !/都报|各是|各自|分别/.test(slots.text);
