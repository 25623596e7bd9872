import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type Migration = { name: string; sql: string; checksum: string };

/** The folder that holds package.json, from the sources and from dist/ alike. */
export const root = dirname(createRequire(import.meta.url).resolve("#package.json"));

/** The migrations that this version ships for a database, oldest first. */
export function shippedMigrations(dialect: "sqlite" | "postgresql"): Migration[] {
  const folder = join(root, "prisma", "migrations", dialect);
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "migration.sql")))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/** Prisma's own history table, so that Prisma's tools agree with ours about what was applied. */
export const historyTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMP, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMP, started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

export type HistoryRow = { migration_name: string; checksum: string };

/**
 * What is still to be applied. Throws where the database was made by a newer version (it knows a migration that we don't), or where
 * a migration that was applied has since been edited.
 */
export function pendingMigrations(shipped: Migration[], applied: HistoryRow[]): Migration[] {
  for (const row of applied) {
    const ours = shipped.find((migration) => migration.name === row.migration_name);
    if (!ours) {
      throw new Error(
        `数据库来自更新的 koloop:先升级 koloop,或换一个 DATABASE_URL / The database was made by a newer koloop (it has the migration ${row.migration_name}). Update koloop, or point DATABASE_URL at another database.`,
      );
    }
    if (ours.checksum !== row.checksum) {
      throw new Error(
        `The migration ${row.migration_name} was changed after it had been applied. Restore the file as it was released.`,
      );
    }
  }
  return shipped.filter((migration) => !applied.some((row) => row.migration_name === migration.name));
}

/** The values of a history row for a migration that has just been applied, in the order of `historyInsert`. */
export function historyValues(migration: Migration, now: Date): [string, string, string, string, string, number] {
  return [randomUUID(), migration.checksum, now.toISOString(), migration.name, now.toISOString(), 1];
}
export const historyInsert =
  "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, ?)";
