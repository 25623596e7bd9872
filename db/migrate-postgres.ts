import { Logger, runMigrations } from "graphile-worker";
import { Client } from "pg";
import {
  type HistoryRow,
  historyInsert,
  historyTable,
  historyValues,
  pendingMigrations,
  shippedMigrations,
} from "./migrations.ts";

/** The lock that Prisma takes too, so that its tools and ours never migrate at the same time. */
const lockId = 72_707_369;

/**
 * Brings a PostgreSQL database up to date and returns the names of what was applied. Each migration is sent whole, in one transaction
 * with its line in the history: Prisma's own script runner cuts at every `;` and leaves half of a failed one. Of several processes
 * one applies, the others wait and find nothing to do.
 */
export async function migratePostgres(url: string, shipped = shippedMigrations("postgresql")): Promise<string[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
  } catch (cause) {
    throw new Error(
      `连不上 PostgreSQL:检查地址,确认它在运行 / PostgreSQL cannot be reached: ${(cause as Error).message}. Check the address, and that the server runs.`,
      { cause },
    );
  }
  try {
    await client.query("SELECT pg_advisory_lock($1)", [lockId]);
    await client.query(historyTable);
    const { rows } = await client.query<HistoryRow>("SELECT migration_name, checksum FROM _prisma_migrations");
    const pending = pendingMigrations(shipped, rows);
    for (const migration of pending) {
      await client.query("BEGIN");
      try {
        await client.query(migration.sql);
        await client.query(numbered(historyInsert), historyValues(migration, new Date()));
        await client.query("COMMIT");
      } catch (cause) {
        await client.query("ROLLBACK");
        throw new Error(`The migration ${migration.name} failed; nothing of it was kept: ${(cause as Error).message}`, {
          cause,
        });
      }
    }
    // The queue keeps its own tables in a schema of its own, with a history of its own.
    await runMigrations({ connectionString: url, logger: new Logger(() => () => {}) });
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** `$1, $2` for `?, ?`. */
export function numbered(text: string): string {
  let n = 0;
  return text.replace(/'(?:[^']|'')*'|\?/g, (part) => (part === "?" ? `$${++n}` : part));
}
