import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Query } from "#domain/query.ts";
import { tally } from "./counts.ts";
import { influences } from "./influence.ts";
import { quotas } from "./quotas.ts";
import type { Asked, Tally } from "./select.ts";

/** A group with its figure; `base` is what the smallest group is measured by. */
export type Group = { label: string; value: number | null; parts?: [number, number]; base: number; rows: number };

/** The groups of a query with their figures; where nothing is split the one there is. */
export async function groupsOf(asked: Asked, key: MeasureKey): Promise<Group[]> {
  const { query } = asked;
  if (key === "influence") return influences(asked);
  const counts = await tally(asked, [key]);
  if (key === "quota_attainment") await quotas(asked, counts);
  const groups = [...counts]
    .filter(([label]) => query.group === null || label !== null)
    .map(([label, figures]) => groupOf(key, label ?? "", figures));
  return withEmpty(query, key, groups, counts);
}

export function groupOf(key: MeasureKey, label: string, figures: Record<string, number>): Group {
  const measure = measureOf(key);
  const base = measure.least ? (figures[measure.least.of] ?? 0) : 0;
  if (measure.kind === "rate" || measure.kind === "mean") {
    const [top, bottom] = [figures[measure.of[0]!] ?? 0, figures[measure.of[1]!] ?? 0];
    const hours = measure.unit === "小时" ? top / 3_600_000 : top;
    const scale = measure.unit === "%" && measure.kind === "rate" ? 100 : 1;
    const value = bottom === 0 ? null : (hours / bottom) * scale;
    return { label, value, parts: [hours, bottom], base, rows: bottom };
  }
  const of = measure.of[0];
  const value = of ? (figures[of] ?? 0) : (figures.value ?? 0);
  const isBlind =
    measure.subject === "posts" &&
    of !== undefined &&
    of !== "blind" &&
    (figures.value ?? 0) > 0 &&
    (figures.figures ?? 0) === 0;
  return { label, value: isBlind ? null : value, base, rows: figures.value ?? value };
}

/** Groups that were named, and the weeks of a series, are shown even where nothing happened in them. */
function withEmpty(query: Query, key: MeasureKey, groups: Group[], counts: Tally): Group[] {
  const expected = query.group?.by === "period" ? query.group.periods?.map((p) => p.label) : query.group?.keys;
  if (!expected) return groups;
  const isCount = ["count", "sum"].includes(measureOf(key).kind);
  return expected.map(
    (label) =>
      groups.find((g) => g.label === label) ?? {
        label,
        value: isCount && !counts.has(label) ? 0 : null,
        base: 0,
        rows: 0,
      },
  );
}
