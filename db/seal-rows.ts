import type { SealedColumn } from "./sealed-columns.ts";
import { isSealed } from "./sealed-columns.ts";
import { marks, type Sql, type SqlValue } from "./sql.ts";

type Place = readonly SqlValue[];

/**
 * Seals at most so many cells of a column that still lie open, behind a row's key in the order of keys; returns the key of the last row,
 * undefined: there are no more. `sql` is behind the door: what is read from it is open, and what is written to it is sealed.
 */
export async function sealSome(
  sql: Sql,
  { table, column, key }: SealedColumn,
  after: Place | undefined,
  atMost: number,
): Promise<{ last: Place; rows: number } | undefined> {
  const names = key.join(", ");
  const behind = after ? `(${names}) > (${marks(key.length)}) AND ` : "";
  const rows = await sql.all<Record<string, SqlValue> & { v: string }>(
    `SELECT ${names}, ${column} AS v FROM ${table} WHERE ${behind}${liesOpen(column)} ORDER BY ${names} LIMIT ?`,
    ...(after ?? []),
    atMost,
  );
  const isRow = key.map((name) => `${name} = ?`).join(" AND ");
  let last: Place | undefined;
  for (const row of rows) {
    last = key.map((name) => row[name] ?? null);
    await sql.run(`UPDATE ${table} SET ${column} = ? WHERE ${isRow}`, row.v, ...last);
  }
  return last && { last, rows: rows.length };
}

/** How many cells of a column lie sealed, and how many open. */
export async function countSealed(
  sql: Sql,
  { table, column }: SealedColumn,
): Promise<{ sealed: number; open: number }> {
  const count = async (which: string) =>
    Number((await sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${which}`))?.n ?? 0);
  return { sealed: await count(isSealed(column)), open: await count(liesOpen(column)) };
}

const liesOpen = (column: string): string => `${column} IS NOT NULL AND ${column} <> '' AND NOT (${isSealed(column)})`;
