export type SqlValue = string | number | null | Uint8Array;

/**
 * SQL by hand, for the hot path and for reports, where a Prisma call costs 70-110 µs (docs/dependencies.md has the measurement).
 * Texts are written once for both databases: `?` marks a value, names are snake_case and unquoted. Integers come back as numbers.
 */
export interface Sql {
  readonly dialect: "sqlite" | "postgresql";
  all<Row>(text: string, ...values: SqlValue[]): Promise<Row[]>;
  get<Row>(text: string, ...values: SqlValue[]): Promise<Row | undefined>;
  /** Runs a statement and returns how many rows it changed. */
  run(text: string, ...values: SqlValue[]): Promise<number>;
  /** Adds one row: `{person_id: "P1"}` by column name. `clash`: what becomes of it where its key is taken; without, it is refused. */
  insert(table: string, row: Record<string, SqlValue | undefined>, clash?: Clash): Promise<void>;
  /** Adds rows, their values in the order of the columns. They may wait for others of their kind until something else is said of their table. */
  add(shape: RowShape, rows: readonly (readonly SqlValue[])[]): Promise<void>;
  /** Does the work so that a throw undoes only it, inside the transaction that is open. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Does the work with all items of this name at the end of the transaction, which no other in the whole cluster does meanwhile: `committed`
   * reads what those before it have left. For what stands in one row after the other; waiting makes nobody begin anew.
   */
  atEnd<Item>(
    name: string,
    item: Item,
    work: (items: readonly Item[], committed: Pick<Sql, "get">) => Promise<void>,
  ): Promise<void>;
  /** What `ask` answers, where it must be asked: an answer of before is good until something is written to the table. Nobody may change it. */
  kept<T>(table: string, key: string, ask: () => Promise<T>): Promise<T>;
  /** Keeps what was read, or is being written, in another way. */
  keep(table: string, key: string, value: unknown): void;
  /** Whether `kept` has the answer already. */
  knows(table: string, key: string): boolean;
  /** One statement that changes nothing in the table but what is kept under these keys. */
  touching<T>(table: string, keys: readonly string[], write: () => Promise<T>): Promise<T>;
}

/** The columns of a unique key, and the ON CONFLICT clause on them. `isThere`, on PostgreSQL: the row is changed where it is there, and never added. */
export type Clash = { key: readonly string[]; clause: string; isThere?: true };

/** A kind of row: one object for all of them, made once. */
export type RowShape = { table: string; columns: readonly string[]; clash?: Clash | undefined };

/** Values in the order of the columns, by their names. */
export const rowOf = (columns: readonly string[], cells: readonly SqlValue[]): Record<string, SqlValue> =>
  Object.fromEntries(columns.map((column, n) => [column, cells[n] ?? null]));

/** `ON CONFLICT (key) DO …` */
export const clashOn = (key: readonly string[], action: string): Clash => ({
  key,
  clause: `ON CONFLICT (${key.join(", ")}) DO ${action}`,
});

const insertTexts = new Map<string, string>();

/** Texts for more rows than this are made anew each time: few are the same. */
const rowsRemembered = 4;

/** The INSERT for rows of a table and its columns. `conflict`: its ON CONFLICT clause. */
export function insertText(table: string, columns: readonly string[], conflict = "", rows = 1): string {
  if (rows > rowsRemembered) return textFor(table, columns, rows, conflict);
  const key = `${table}:${rows}:${columns.join()}${conflict}`;
  let text = insertTexts.get(key);
  if (text === undefined) {
    text = textFor(table, columns, rows, conflict);
    insertTexts.set(key, text);
  }
  return text;
}

/** Values in one statement: SQLite takes 32,766 at most, PostgreSQL 65,535, and beyond a few thousand nothing is gained. */
const valuesAtOnce = 4000;

/**
 * Adds rows, many in a statement, and returns how many were added or changed. All have the columns of the first. `conflict`: the
 * ON CONFLICT clause; one that updates wants no two rows of the same key.
 */
export async function insertRows(
  run: Sql["run"],
  table: string,
  rows: readonly Record<string, SqlValue | undefined>[],
  conflict = "",
): Promise<number> {
  const columns = Object.keys(rows[0] ?? {});
  const atOnce = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, columns.length)));
  let changed = 0;
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    const values: SqlValue[] = [];
    for (const row of some) for (const column of columns) values.push(row[column] ?? null);
    changed += await run(insertText(table, columns, conflict, some.length), ...values);
  }
  return changed;
}

function textFor(table: string, columns: readonly string[], rows: number, conflict: string): string {
  const row = `(${marks(columns.length)})`;
  const values = rows === 1 ? row : Array.from({ length: rows }, () => row).join(", ");
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${values}${conflict && ` ${conflict}`}`;
}

const tableWords = new Map<string, ReadonlySet<string>>();

/** The words of a statement, among them every table that it reads or writes. */
export function wordsOf(text: string): ReadonlySet<string> {
  let known = tableWords.get(text);
  if (known === undefined) {
    known = new Set(text.toLowerCase().match(/\w+/g));
    if (tableWords.size > 2000) tableWords.clear();
    tableWords.set(text, known);
  }
  return known;
}

/** Texts as the rows of a table `wanted (id)` behind one `?`, which `listOf` fills: the statement is the same however many there are. */
export const wantedRows = ({ dialect }: Sql): string =>
  dialect === "sqlite"
    ? "(SELECT value AS id FROM json_each(?)) AS wanted"
    : "unnest(CAST(? AS text[])) AS wanted (id)";
export const listOf = ({ dialect }: Sql, texts: readonly string[]): string =>
  dialect === "sqlite" ? JSON.stringify(texts) : textArray(texts);

/** Texts as one value, for `unnest(CAST(? AS text[]))` on PostgreSQL: the statement is the same however many there are. */
export function textArray(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** `?, ?, ?` for an IN list of that many values. */
export function marks(count: number): string {
  return count === 0 ? "" : `${"?, ".repeat(count - 1)}?`;
}
