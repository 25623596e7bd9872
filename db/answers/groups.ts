import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Dimension, Query } from "#domain/query.ts";
import { tally } from "./counts.ts";
import { influences } from "./influence.ts";
import { taskParts } from "./parts.ts";
import { quotas } from "./quotas.ts";
import type { Asked, Tally } from "./select.ts";

/** A group with its figure; `base` is what the smallest group is measured by. */
export type Group = { label: string; value: number | null; parts?: [number, number]; base: number; rows: number };

/** The groups of a query with their figures; where nothing is split the one there is. */
export async function groupsOf(asked: Asked, key: MeasureKey): Promise<Group[]> {
  const { query } = asked;
  if (key === "influence") return influences(asked);
  const counts = query.group?.by === "weekday" ? await byDayKind(asked, key) : await tally(asked, [key]);
  if (key === "quota_attainment") await quotas(asked, counts);
  const groups = [...counts]
    .filter(([label]) => query.group === null || label !== null)
    .map(([label, figures]) => groupOf(key, label ?? "", figures));
  const missing = asksForNone(query) ? await withoutAny(asked, counts) : [];
  return withEmpty(query, key, [...groups, ...missing], counts);
}

/** The stretches of a query are many, and their kinds few: figures that add up are put together by kind. */
async function byDayKind(asked: Asked, key: MeasureKey): Promise<Tally> {
  const { query } = asked;
  const counts = await tally({ ...asked, query: { ...query, group: { ...query.group!, by: "period" } } }, [key]);
  const kinds: Tally = new Map();
  for (const [label, figures] of counts) {
    const kind = query.group!.keys?.find((one) => label?.startsWith(one)) ?? null;
    const known = kinds.get(kind) ?? {};
    for (const [name, value] of Object.entries(figures)) known[name] = (known[name] ?? 0) + value;
    kinds.set(kind, known);
  }
  return kinds;
}

/** `哪些任务一个通过的都没有`: what has no row at all is asked for too. */
const asksForNone = ({ group, having }: Query): boolean =>
  group !== null && group.keys === null && having?.is === "equal" && having.value === 0;

const published = "t.status NOT IN ('draft', 'cancelled')";
/** Everything there is of a kind, of what may come into a question. */
const allOf: Partial<Record<Dimension, string>> = {
  task: `SELECT t.id AS id FROM task t WHERE ${published}`,
  theme: `SELECT DISTINCT t.theme AS id FROM task t WHERE ${published}`,
  segment: "SELECT id FROM segment WHERE status = 'active'",
  city: "SELECT DISTINCT city AS id FROM person WHERE merged_into IS NULL AND city IS NOT NULL AND (' ' || roles || ' ') LIKE '% koc %'",
  koe: "SELECT id FROM person WHERE merged_into IS NULL AND (' ' || roles || ' ') LIKE '% koe %'",
  channel: "SELECT DISTINCT home_channel AS id FROM person WHERE home_channel IS NOT NULL",
  platform: "SELECT DISTINCT platform AS id FROM submission",
  form: "SELECT DISTINCT form AS id FROM assignment",
};

async function withoutAny({ sql, query }: Asked, counts: Tally): Promise<Group[]> {
  const { by } = query.group!;
  const isOfTasks = by === "task" || by === "theme";
  const where = isOfTasks ? taskParts(query.filters) : [];
  const text = [allOf[by] ?? "", ...where.map((one) => one.text)].join(" AND ");
  if (text === "") return [];
  const rows = await sql.all<{ id: string }>(text, ...where.flatMap((one) => one.values));
  const labels = rows.map(({ id }) => id).filter((id) => !counts.has(id));
  return labels.map((label) => ({ label, value: 0, base: 0, rows: 0 }));
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
