import { toRow } from "./rows.ts";
import { insertRows, type Sql } from "./sql.ts";

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
  const changes = Object.keys(rows[0] ?? {})
    .filter((column) => !key.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  const then = changes.length > 0 ? `UPDATE SET ${changes.join(", ")}` : "NOTHING";
  await insertRows(sql.run, table, rows, `ON CONFLICT (${key.join(", ")}) DO ${then}`);
}
