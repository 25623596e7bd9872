import { createHash } from "node:crypto";
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

    /**
     * For what is decided by there being no row yet: of two transactions that hold the same name, PostgreSQL begins the later one anew, and it
     * sees what the first has done. A row stands for the name, and may stand for others; nothing can be read from it.
     */
    async hold(name: string): Promise<void> {
      if (sql.dialect === "sqlite") return;
      await sql.run(
        `INSERT INTO setting (key, value, updated_at) VALUES (?, '', 0)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        `held:${createHash("sha256").update(name).digest("hex").slice(0, 4)}`,
      );
    },
  };
}
