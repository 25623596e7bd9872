import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import { sqlitePath } from "./config.ts";

/** Brings the database up to date and opens it. Throws with words for a person where that cannot be done. */
export async function openDatabase(databaseUrl: string): Promise<{ store: Store; applied: string[] }> {
  if (!databaseUrl.startsWith("file:")) {
    const [{ migratePostgres }, { openPostgres }] = await Promise.all([
      import("#db/migrate-postgres.ts"),
      import("#db/postgres.ts"),
    ]);
    const applied = await migratePostgres(databaseUrl);
    return { store: storeOver(await openPostgres(databaseUrl)), applied };
  }
  const path = sqlitePath(databaseUrl);
  const applied = migrateSqlite(path);
  return { store: storeOver(await openSqlite(path)), applied };
}
