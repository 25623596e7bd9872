import { differenceOf, shareOf as intervalOf } from "#domain/interval.ts";
import { type MeasureKey, measureOf } from "#domain/measures.ts";
import { type Answer, type AnswerRow, type Apart, passes, type Query } from "#domain/query.ts";
import type { Group } from "./groups.ts";
import type { Asked } from "./select.ts";

export function unitOf(query: Query, key: MeasureKey): string {
  if (query.share || query.compare === "growth") return "%";
  if (query.field === "left") return "篇";
  const { unit } = measureOf(key);
  if (query.compare === "difference" && unit === "%") return "pp";
  return query.count === "people" && ["次", "条", "篇"].includes(unit) ? "人" : unit;
}

const minimumOf = (query: Query, key: MeasureKey): number => {
  const { least } = measureOf(key);
  if (!least || !query.group || query.group.keys || query.group.by === "period") return 0;
  if (least.of === "pushed") return least.count;
  if (query.group.by === "person") return 3;
  if (query.group.by === "post") return key === "interaction_rate" ? 500 : 0;
  return least.count;
};

/** How many pieces are still wanted, of the parts of a quota that was reached so far. */
export const leftOf = ([done, wanted]: readonly [number, number]): number => Math.max(0, wanted - done);

/** Groups as a list: in the order asked for, cut where a few are wanted, without those that have too little to show. */
export function listed(asked: Asked, key: MeasureKey, groups: Group[]): Answer {
  const { query } = asked;
  const least = minimumOf(query, key);
  const enough = groups.filter(
    (g) => (query.group?.by === "post" && least > 0 ? (g.parts?.[1] ?? 0) : g.base) >= least,
  );
  const isOrdered = query.order !== null || !(query.group?.keys || query.group?.by === "period");
  const { keys = null, periods = [] } = query.group ?? {};
  // Of all the months of a year, those before the first figure are no candidates for the best one.
  const isNamed = keys !== null || (periods.length > 0 && (query.order === null || periods.length <= 3));
  const kept = enough
    .filter((g) => passes(query.having, g.value))
    .filter((g) => g.value !== null || (keys !== null && query.order === null));
  const row = (g: Group): AnswerRow => rowOf(asked, key, g);
  const beside = isNamed && query.having === null ? groups.filter((g) => !kept.includes(g)).map(row) : [];
  if (kept.length > 0 && kept.every((g) => g.value === null)) return nothingToDivide(kept.map(row));
  const shown =
    isOrdered && query.group?.by !== "period"
      ? kept.sort(byValue(query.order ?? "desc"))
      : query.order && query.limit
        ? kept.sort(byValue(query.order))
        : kept;
  const some = dropZeros(query, key) ? shown.filter((g) => g.value !== 0) : shown;
  const cut = query.limit === null ? some : some.slice(0, query.limit);
  if (query.countGroups) return { type: "number", value: cut.length, unit: "个", rows: groups.length };
  const type = query.group?.by === "period" ? "series" : isOrdered ? "ranking" : "list";
  if (cut.length === 0 && (measureOf(key).kind === "rate" || beside.length > 0)) return nothingToDivide(beside);
  return {
    type,
    value: cut.map(row),
    unit: unitOf(query, key),
    rows: groups.reduce((sum, g) => sum + g.rows, 0),
    left: groups.length - enough.length,
    ...(kept.length === 2 && apartOf(key, kept[0], kept[1])),
    ...(beside.length > 0 && { beside }),
  };
}

const nothingToDivide = (beside: AnswerRow[]): Answer => ({
  type: "unknown",
  why: "nothing-to-divide",
  ...(beside.length > 0 && { beside }),
});

/** A group as a line of an answer; without a figure it says whether one may still come. */
export function rowOf({ query, now }: Asked, key: MeasureKey, g: Group): AnswerRow {
  const row = { label: g.label, name: g.label, value: g.value, ...(g.parts && { parts: g.parts }) };
  if (g.value !== null) return row;
  if (key === "influence") return { ...row, missing: "too-few" };
  const period =
    query.group?.by === "period" ? query.group.periods?.find((p) => p.label === g.label) : (query.period ?? undefined);
  return { ...row, missing: period && period.until > now ? "yet" : "over" };
}

/** People and tasks with a count of nothing are not on the list of those who have one. */
const dropZeros = (query: Query, key: MeasureKey): boolean =>
  !query.group?.keys &&
  query.group?.by !== "period" &&
  ["count", "sum"].includes(measureOf(key).kind) &&
  query.having === null &&
  key !== "segment_net" &&
  query.order !== "asc";

const byValue = (order: "desc" | "asc") => (a: Group, b: Group) => {
  if (a.value === null || b.value === null) return a.value === b.value ? 0 : a.value === null ? 1 : -1;
  return (order === "desc" ? b.value - a.value : a.value - b.value) || (a.label < b.label ? -1 : 1);
};

/** Only rates have an interval: a share of so many. */
function apartOf(key: MeasureKey, a: Group | undefined, b: Group | undefined): { apart?: Apart } {
  if (measureOf(key).kind !== "rate" || !a?.parts || !b?.parts || a.parts[1] === 0 || b.parts[1] === 0) return {};
  // A quota may be more than met, and reads are no trials.
  if (a.parts[0] > a.parts[1] || b.parts[0] > b.parts[1] || measureOf(key).subject !== "assignments") return {};
  const { value, low, high } = differenceOf(intervalOf(...a.parts), intervalOf(...b.parts));
  return { apart: { value: value * 100, low: low * 100, high: high * 100 } };
}

/** The place of one among all that have enough to be ranked; equals share a place. */
export function placed(asked: Asked, key: MeasureKey, groups: Group[]): Answer {
  const { query } = asked;
  const least = minimumOf(query, key);
  const isCount = ["count", "sum"].includes(measureOf(key).kind);
  const own = groups.find((g) => g.label === query.place) ?? {
    label: query.place ?? "",
    value: isCount ? 0 : null,
    base: 0,
    rows: 0,
  };
  if (own.value === null) return nothingToDivide([rowOf(asked, key, own)]);
  const others = groups.filter((g) => g.label !== own.label && g.value !== null && g.base >= least);
  const isBefore = (g: Group) => (query.order === "asc" ? g.value! < own.value! : g.value! > own.value!);
  const value = others.filter(isBefore).length + 1;
  const place = { among: others.length + 1, row: rowOf(asked, key, own) };
  return { type: "number", value, unit: "名", rows: groups.reduce((sum, g) => sum + g.rows, 0), place };
}

/** The first group against the second: how far apart, or by how many percent. */
export function compared(asked: Asked, key: MeasureKey, groups: Group[]): Answer {
  const { query } = asked;
  const [a, b] = [groups[0], groups[1]];
  const sides = groups.slice(0, 2).map((g) => rowOf(asked, key, g));
  if (!a || !b || a.value === null || b.value === null) return nothingToDivide(sides);
  const unit = unitOf(query, key);
  const rows = a.rows + b.rows;
  if (query.compare === "growth") {
    if (b.value === 0) return nothingToDivide(sides);
    return {
      type: "percent",
      value: ((a.value - b.value) / b.value) * 100,
      unit: "%",
      rows,
      parts: [a.value, b.value],
    };
  }
  return {
    type: unit === "pp" ? "percent" : "number",
    value: a.value - b.value,
    unit,
    rows,
    parts: [a.value, b.value],
    ...apartOf(key, a, b),
  };
}
