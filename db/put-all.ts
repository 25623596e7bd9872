import { toRow } from "./rows.ts";
import { marks, type Sql } from "./sql.ts";

/** Values in one statement: SQLite takes 32,766 at most, and beyond a few thousand nothing is gained. */
const valuesAtOnce = 4000;

/**
 * Puts values into a table, many in a statement: what is there by its key is changed, of two with one key the later counts. All must have the
 * same fields.
 */
export async function putAll(
  sql: Sql,
  table: string,
  key: readonly string[],
  values: readonly object[],
): Promise<void> {
  const byKey = new Map(values.map(toRow).map((row) => [JSON.stringify(key.map((column) => row[column])), row]));
  const rows = [...byKey.values()];
  const columns = Object.keys(rows[0] ?? {});
  const changes = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const atOnce = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, columns.length)));
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    const line = `(${marks(columns.length)})`;
    await sql.run(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${some.map(() => line).join(", ")}
       ON CONFLICT (${key.join(", ")}) DO ${changes.length > 0 ? `UPDATE SET ${changes.join(", ")}` : "NOTHING"}`,
      ...some.flatMap((row) => columns.map((column) => row[column] ?? null)),
    );
  }
}
