import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";

/** A fresh, migrated, empty SQLite file that is gone after the test. */
export function freshDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), "koloop-test-"));
  const path = join(folder, "koloop.db");
  copyFileSync(inject("emptyDatabase"), path);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path;
}

/** A store over a fresh database, closed after the test. */
export async function freshStore(path = freshDatabase()): Promise<Store> {
  const store = storeOver(await openSqlite(path));
  onTestFinished(() => store.close());
  return store;
}
