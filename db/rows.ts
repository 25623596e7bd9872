import { type Clash, marks, type RowShape, type Sql, type SqlValue } from "./sql.ts";

const camel = new Map<string, string>();
const snake = new Map<string, string>();

/** `personId` from `person_id`; each name is worked out once. */
function toCamel(column: string): string {
  let name = camel.get(column);
  if (name === undefined) {
    name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    camel.set(column, name);
  }
  return name;
}

function toSnake(name: string): string {
  let column = snake.get(name);
  if (column === undefined) {
    column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snake.set(name, column);
  }
  return column;
}

/** A row's columns under the domain's names. Values are as the database has them: the caller reads JSON and lists. */
export function fromRow<T>(row: object): T {
  const value: Record<string, unknown> = {};
  // Not Object.entries: this runs for every row of the hot path.
  for (const column in row) value[toCamel(column)] = (row as Record<string, unknown>)[column];
  return value as T;
}

/** A domain value as a row: booleans become 0 or 1, lists and objects JSON. */
export function toRow(value: object): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name];
    if (field === undefined) continue;
    if (typeof field === "boolean") row[toSnake(name)] = field ? 1 : 0;
    else if (field !== null && typeof field === "object" && !(field instanceof Uint8Array))
      row[toSnake(name)] = JSON.stringify(field);
    else row[toSnake(name)] = field as SqlValue;
  }
  return row;
}

/** `SET a = ?, b = ?` and its values, for an update of the given fields. */
export function assignments(value: object): { text: string; values: SqlValue[] } {
  const row = toRow(value);
  return {
    text: Object.keys(row)
      .map((column) => `${column} = ?`)
      .join(", "),
    values: Object.values(row),
  };
}

/** Adds a row, or changes all but its key where it stands already. */
export async function upsert(sql: Sql, table: string, key: readonly string[], value: object): Promise<void> {
  const row = toRow(value);
  const columns = Object.keys(row);
  const rest = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await sql.run(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks(columns.length)})
     ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${rest.join(", ")}`,
    ...Object.values(row),
  );
}

/** A Prisma row with its 64-bit times as plain numbers; all of ours are below 2^53. */
export function plain<T>(row: object): T {
  const value: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(row)) value[name] = typeof field === "bigint" ? Number(field) : field;
  return value as T;
}

const cellOf = (field: unknown): SqlValue => {
  if (field === undefined || field === null) return null;
  if (typeof field === "boolean") return field ? 1 : 0;
  if (typeof field === "object" && !(field instanceof Uint8Array)) return JSON.stringify(field);
  return field as SqlValue;
};

/**
 * Adds values of one kind to a table: what `toRow` and `insert` do, with names worked out once. For the tables that every message writes to: rows
 * wait for others of their kind, and go many in a statement.
 */
export function rowWriter<T extends object>(
  table: string,
  fields: Record<keyof T & string, true>,
  clash?: Clash,
): (sql: Sql, values: readonly T[]) => Promise<void> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const shape: RowShape = { table, columns: names.map(toSnake), clash };
  const cellsOf = (value: T): SqlValue[] => {
    const cells: SqlValue[] = [];
    for (const name of names) cells.push(cellOf(value[name]));
    return cells;
  };
  return (sql, values) => sql.add(shape, values.map(cellsOf));
}
