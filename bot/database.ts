import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import { sqlitePath } from "./config.ts";

/** Brings the database up to date and opens it. Throws with words for a person where that cannot be done. */
export async function openDatabase(databaseUrl: string): Promise<{ store: Store; applied: string[] }> {
  if (!databaseUrl.startsWith("file:")) {
    throw new Error("PostgreSQL is not ready in this version; set DATABASE_URL to a file: address.");
  }
  const path = sqlitePath(databaseUrl);
  const applied = migrateSqlite(path);
  return { store: storeOver(await openSqlite(path)), applied };
}
