import { formsOf, type Mark } from "#domain/erasure.ts";
import { isSealed, type SealedColumn, sealedIn } from "./sealed-columns.ts";
import { marks as places, type Sql, type SqlValue } from "./sql.ts";

// Where the marks of somebody who is forgotten still stand, sealed or open.

const within = (sql: Sql, column: string): string =>
  sql.dialect === "sqlite" ? `instr(${column}, ?) > 0` : `strpos(${column}, ?) > 0`;
const valuesOf = (marks: readonly Mark[]): string[] => marks.flatMap((mark) => formsOf(mark.text));

/** Words with a mark in them, and the condition that finds the rows where they stand. */
export type Held = { value: string; where: string; at: SqlValue[] };

export async function holding(
  sql: Sql,
  table: string,
  column: string,
  marks: readonly Mark[],
  among = "1 = 1",
): Promise<Held[]> {
  const sealed = sealedIn(table).find((known) => known.column === column);
  if (!sealed) {
    const held = await holdingAny(sql, table, [column], () => marks, among);
    return [...(held.get(column) ?? [])].map((value) => ({ value, where: `${column} = ?`, at: [value] }));
  }
  const open = await rowsHolding(sql, table, [...sealed.key, column], [[column, marks]], among);
  const found = heldBy(open, sealed, marks);
  if (await sql.get("SELECT 1 AS one FROM data_key LIMIT 1"))
    found.push(...(await holdingSealed(sql, sealed, marks, among)));
  return found;
}

/** What stands in these columns of a table and has a mark in it, by column, in one look through the table. */
export async function holdingAny(
  sql: Sql,
  table: string,
  columns: readonly string[],
  marksFor: (column: string) => readonly Mark[],
  among = "1 = 1",
): Promise<Map<string, Set<string>>> {
  const wanted = columns.map((column) => [column, marksFor(column)] as const);
  const rows = await rowsHolding(sql, table, columns, wanted, among);
  const found = new Map<string, Set<string>>();
  for (const [column, marks] of wanted) {
    const forms = valuesOf(marks);
    const values = new Set<string>();
    for (const { [column]: value } of rows)
      if (typeof value === "string" && forms.some((form) => value.includes(form))) values.add(value);
    if (values.size > 0) found.set(column, values);
  }
  return found;
}

/** SQLite takes a thousand conditions at most: where there are more, the table is looked through several times. */
const conditionsAtOnce = 800;

async function rowsHolding(
  sql: Sql,
  table: string,
  columns: readonly string[],
  wanted: readonly (readonly [column: string, marks: readonly Mark[]])[],
  among: string,
): Promise<Record<string, SqlValue>[]> {
  const looks = wanted.flatMap(([column, marks]) => valuesOf(marks).map((form) => ({ column, form })));
  const rows: Record<string, SqlValue>[] = [];
  for (let i = 0; i < looks.length; i += conditionsAtOnce) {
    const some = looks.slice(i, i + conditionsAtOnce);
    const found = await sql.all<Record<string, SqlValue>>(
      `SELECT ${columns.join(", ")} FROM ${table} WHERE ${among} AND (${some.map(({ column }) => within(sql, column)).join(" OR ")})`,
      ...some.map(({ form }) => form),
    );
    for (const row of found) rows.push(row);
  }
  return rows;
}

const sealedAtOnce = 1000;

/** The database cannot look into a sealed cell: each is opened, so many at a time, and looked through here. */
async function holdingSealed(sql: Sql, sealed: SealedColumn, marks: readonly Mark[], among: string): Promise<Held[]> {
  const { table, column, key } = sealed;
  const names = key.join(", ");
  const found: Held[] = [];
  for (let after: SqlValue[] = key.map(() => ""); ; ) {
    const rows = await sql.all<Record<string, SqlValue>>(
      `SELECT ${names}, ${column} FROM ${table} WHERE (${names}) > (${places(key.length)})
       AND ${among} AND ${isSealed(column)} ORDER BY ${names} LIMIT ?`,
      ...after,
      sealedAtOnce,
    );
    found.push(...heldBy(rows, sealed, marks));
    const last = rows.at(-1);
    if (!last || rows.length < sealedAtOnce) return found;
    after = key.map((name) => last[name] ?? null);
  }
}

function heldBy(
  rows: readonly Record<string, SqlValue>[],
  { column, key }: SealedColumn,
  marks: readonly Mark[],
): Held[] {
  const forms = valuesOf(marks);
  const where = key.map((name) => `${name} = ?`).join(" AND ");
  return rows.flatMap((row) => {
    const value = String(row[column] ?? "");
    return forms.some((form) => value.includes(form))
      ? [{ value, where, at: key.map((name) => row[name] ?? null) }]
      : [];
  });
}

/**
 * Every column that holds text, read from the database itself, so that a table added later is looked through as well. Wrapped keys are
 * left out: what looks like an id there is chance, and to black it out would lose the key.
 */
export async function textTables(sql: Sql): Promise<Map<string, string[]>> {
  const found = await sql.all<{ table: string; column: string }>(
    sql.dialect === "sqlite"
      ? `SELECT t.name AS "table", c.name AS "column" FROM sqlite_master t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN ('_prisma_migrations', 'data_key') AND upper(c.type) LIKE '%TEXT%'`
      : `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') AND table_name NOT IN ('_prisma_migrations', 'data_key')`,
  );
  const tables = new Map<string, string[]>();
  for (const { table, column } of found) tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}

/** The columns of a table's primary key, in its order. */
export async function keyColumns(sql: Sql, table: string): Promise<string[]> {
  const found = await sql.all<{ column: string }>(
    sql.dialect === "sqlite"
      ? `SELECT name AS "column" FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk`
      : `SELECT a.attname AS "column" FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
         WHERE i.indrelid = to_regclass(?) AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)`,
    table,
  );
  return found.map(({ column }) => column);
}
