import type { Connection } from "./backend.ts";

/**
 * What only one process of a cluster does at a time. A lock lasts until the transaction ends, however it ends, and nobody waits for one:
 * waiting would make the transaction look at an older state than the one that the lock was given up in. On SQLite transactions
 * exclude each other anyway.
 */
export function locksTable({ sql }: Connection) {
  return {
    /** Which of the names this transaction holds now. */
    async take(names: readonly string[]): Promise<Set<string>> {
      if (sql.dialect === "sqlite") return new Set(names);
      const rows = await sql.all<{ name: string; held: boolean }>(
        `SELECT name, pg_try_advisory_xact_lock(hashtextextended(name, 0)) AS held
         FROM (SELECT DISTINCT json_array_elements_text(CAST(? AS json)) AS name) AS wanted`,
        JSON.stringify(names),
      );
      return new Set(rows.filter(({ held }) => held).map(({ name }) => name));
    },
  };
}
