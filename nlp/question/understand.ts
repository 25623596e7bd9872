import type { Asker } from "#domain/answer-rights.ts";
import type { Named } from "#domain/catalog.ts";
import { type ClarifyReason, emptyQuery, type Query, type UnknownReason } from "#domain/query.ts";
import { fillFilters } from "./fill-filters.ts";
import { fillGroup } from "./fill-group.ts";
import { fillCounting, fillOrder, fillShare } from "./fill-order.ts";
import { followUp, isFollowUp } from "./follow-up.ts";
import { chooseMeasure } from "./measure-choice.ts";
import type { Chosen } from "./measure-content.ts";
import type { NameIndex } from "./names.ts";
import { scan } from "./scan.ts";
import { settle } from "./settle.ts";
import { is, marksOf, type Slots, slotsOf } from "./slots.ts";
import { asGrowth, saysDifference, timesInto } from "./time-choice.ts";

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
};

export type Reader = { names: NameIndex; now: number; zone: string; asker: Asker };

/** Reads a question, with the earlier ones of the same chat for what it leaves out. Pure: the same words are always the same query. */
export function understand(question: string, context: readonly string[], reader: Reader): Reading {
  let before: Reading | undefined;
  for (const earlier of context.slice(-4)) before = readOne(earlier, before, reader);
  return readOne(question, before, reader);
}

function readOne(question: string, before: Reading | undefined, reader: Reader): Reading {
  const scanned = scan(question, reader.names, reader.now, reader.zone);
  const asksForTag = /标签|\btags?\b/.test(scanned.text) && !/不是(?:问)?标签|不算标签|not the tag/.test(scanned.text);
  const slots = slotsOf(scanned, false);
  const tagged = asksForTag ? slotsOf(scanned, true) : slots;
  const chosen = chooseMeasure(tagged);
  const final = asksForTag && !/分群.{0,4}(?:里|中)/.test(scanned.text) ? tagged : slots;
  const own = build(final, chosen, reader);
  const reading =
    before && isFollowUp(final, own, chosen !== undefined) ? followUp(before, own, final, chosen !== undefined) : own;
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
