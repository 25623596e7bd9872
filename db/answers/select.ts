import type { DetailRow, Dimension, Period, Query } from "#domain/query.ts";
import { marks, type Sql } from "../sql.ts";
import { groupColumn } from "./columns.ts";
import { all, among, holdsAt, joined, type Part, part } from "./parts.ts";

/** Figures by group: the key is null where nothing is split. Each part of the measure under its name. */
export type Tally = Map<string | null, Record<string, number>>;

/** `detail`: instead of counting, the rows themselves are put into it, newest first. */
export type Asked = {
  sql: Sql;
  query: Query;
  now: number;
  detail?: { most: number; rows: DetailRow[]; onlyCleaned?: boolean };
};

export type Select = {
  from: string;
  joins: Part[];
  where: Part[];
  group: Part | undefined;
  columns: [name: string, column: Part][];
  /** What a row is shown by: its time, person, task and words. */
  shows: { at: string; person: string; task: string; text: string };
};

async function showRows({ sql, detail }: Asked, { from, joins, where, shows }: Select): Promise<void> {
  const condition = all(where);
  const values = [...joins.flatMap((j) => j.values), ...condition.values];
  const rows = await sql.all<{ at: number | null; person: string | null; task: string | null; words: string | null }>(
    `SELECT DISTINCT ${shows.at} AS at, ${shows.person} AS person, ${shows.task} AS task, ${shows.text} AS words
     FROM ${from} ${joins.map((j) => j.text).join(" ")} WHERE ${condition.text} ORDER BY 1 DESC, 2, 3 LIMIT ${detail!.most}`,
    ...values,
  );
  for (const { at, person, task, words } of rows)
    detail!.rows.push({ at: at === null ? null : Number(at), personId: person, taskId: task, text: words ?? "" });
}

/** Counts what was picked, by group. */
export async function run(asked: Asked, select: Select): Promise<Tally> {
  const { sql, query } = asked;
  if (asked.detail) {
    await showRows(asked, select);
    return new Map();
  }
  const columns = select.columns.map(([name, column]) => part(`${column.text} AS ${name}`, ...column.values));
  const key = select.group ? [part(`${select.group.text} AS grouped`, ...select.group.values)] : [];
  const picked = joined([...key, ...columns], ", ");
  const where = all(select.where);
  const values = [...picked.values, ...select.joins.flatMap((j) => j.values), ...where.values];
  const text = `SELECT ${picked.text} FROM ${select.from} ${select.joins.map((j) => j.text).join(" ")} WHERE ${where.text}${
    select.group ? " GROUP BY 1" : ""
  }`;
  const rows = await sql.all<Record<string, unknown>>(text, ...values);
  const found: Tally = new Map();
  const periods = query.group?.by === "period" ? query.group.periods : undefined;
  for (const { grouped, ...figures } of rows) {
    const key =
      grouped === undefined || grouped === null ? null : periods ? periods[Number(grouped)]?.label : String(grouped);
    if (select.group && (key === null || key === undefined)) continue;
    found.set(
      key ?? null,
      Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value ?? 0)])),
    );
  }
  return found;
}

export const within = (column: string, period: Period | null): Part[] =>
  period ? [part(`${column} >= ? AND ${column} < ?`, period.from, period.until)] : [];

export const wholePeriod = (query: Query): Period | null => {
  const periods = query.group?.periods;
  if (query.group?.by !== "period" || !periods || periods.length === 0) return query.period;
  return {
    ...periods[0]!,
    from: Math.min(...periods.map((p) => p.from)),
    until: Math.max(...periods.map((p) => p.until)),
  };
};

/** Splits by what a person belonged to at a time, or by a column. */
export function groupOf(
  query: Query,
  row: "a" | "s" | "p" | "t",
  at: Part,
): { joins: Part[]; group: Part | undefined; where: Part[] } {
  const { group } = query;
  if (!group) return { joins: [], group: undefined, where: [] };
  const person = row === "p" ? "p.id" : `${row}.person_id`;
  if (group.by === "segment" || group.by === "tag") {
    const [table, key, from, until] =
      group.by === "segment"
        ? ["segment_stay", "segment_id", "entered_at", "left_at"]
        : ["tag_hold", "tag", "since", "until"];
    const when = holdsAt(`g.${from}`, `g.${until}`, at);
    const only = group.keys ? ` AND g.${key} IN (${marks(group.keys.length)})` : "";
    const join = part(
      `JOIN ${table} g ON g.person_id = ${person} AND ${when.text}${only}`,
      ...when.values,
      ...(group.keys ?? []),
    );
    return { joins: [join], group: part(`g.${key}`), where: [] };
  }
  const column = groupColumn(group.by, row);
  if (!column) return { joins: [], group: undefined, where: [] };
  // A card has no platform until something is handed in for it.
  const handedIn = part(
    "JOIN (SELECT DISTINCT task_id, person_id, platform FROM submission) s ON s.task_id = a.task_id AND s.person_id = a.person_id",
  );
  const joins = row === "a" && group.by === "platform" ? [handedIn] : [];
  return { joins, group: part(column), where: group.keys ? among(column, { in: group.keys }) : [] };
}

const needs = (query: Query, keys: readonly string[], dimensions: readonly Dimension[]): boolean =>
  keys.some((key) => query.filters[key as keyof Query["filters"]] !== undefined) ||
  (query.group !== null && dimensions.includes(query.group.by));

export function joinsFor(query: Query, row: "a" | "s", withTask: boolean): Part[] {
  const person = needs(
    query,
    ["city", "koe", "channel", "consent", "role", "segment", "tag", "person"],
    ["city", "koe", "channel", "consent", "role"],
  );
  const task = withTask || needs(query, ["theme", "status", "task"], ["theme", "status"]);
  return [
    ...(person ? [part(`JOIN person p ON p.id = ${row}.person_id`)] : []),
    ...(task ? [part(`JOIN task t ON t.id = ${row}.task_id`)] : []),
  ];
}
