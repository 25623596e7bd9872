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
  /** Adds one row: `{person_id: "P1"}` by column name. */
  insert(table: string, row: Record<string, SqlValue | undefined>): Promise<void>;
  /** Does the work so that a throw undoes only it, inside the transaction that is open. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

const insertTexts = new Map<string, string>();

/** The INSERT for a table and its columns, made once. */
export function insertText(table: string, columns: string[]): string {
  const key = `${table}:${columns.join()}`;
  let text = insertTexts.get(key);
  if (text === undefined) {
    text = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
    insertTexts.set(key, text);
  }
  return text;
}

/** `?, ?, ?` for an IN list of that many values. */
export function marks(count: number): string {
  return Array.from({ length: count }, () => "?").join(", ");
}
