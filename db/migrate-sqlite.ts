import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { damagedCommits } from "./check-wal.ts";
import { makeFolder } from "./folder.ts";
import {
  type HistoryRow,
  historyInsert,
  historyTable,
  historyValues,
  type Migration,
  pendingMigrations,
  shippedMigrations,
} from "./migrations.ts";

/**
 * Brings a SQLite file up to date, making it where it is absent; returns the names of what was applied. All or nothing, one process
 * at a time (the write lock). Throws, with words for a person, for a path that can't be written or a database from a newer version.
 */
export function migrateSqlite(path: string, shipped = shippedMigrations("sqlite")): string[] {
  makeWritable(path);
  const lost = damagedCommits(path);
  if (lost > 0)
    throw new Error(
      `预写日志损坏,最后 ${lost} 次提交读不出:从备份恢复,或移走 -wal 和 -shm 后放弃它们 / ${path}-wal is damaged: the changes of its last ${lost} commits cannot be read. Restore a backup into a new file (koloop restore BACKUP NEW.db) and set DATABASE_URL to it; to go on without those changes, move ${path}-wal and ${path}-shm away.`,
    );
  const db = new Database(path, { timeout: 5000 });
  try {
    // The common start: nothing to do, so nothing is locked, written or checked. Checking a million people takes seconds.
    if (isUpToDate(db, shipped)) return [];
    db.pragma("journal_mode = WAL");
    // Must be off before BEGIN: inside a transaction it is a no-op, and redefining a table would delete its children.
    db.pragma("foreign_keys = OFF");
    db.exec("BEGIN IMMEDIATE");
    db.exec(historyTable);
    const applied = db.prepare("SELECT migration_name, checksum FROM _prisma_migrations").all() as HistoryRow[];
    const pending = pendingMigrations(shipped, applied);
    for (const migration of pending) {
      db.exec(migration.sql);
      db.prepare(historyInsert).run(...historyValues(migration, new Date()));
    }
    const broken = db.pragma("foreign_key_check") as unknown[];
    if (broken.length > 0)
      throw new Error(`A migration would leave ${broken.length} rows without their parent; nothing was changed.`);
    db.exec("COMMIT");
    return pending.map((migration) => migration.name);
  } catch (cause) {
    throw explained(path, cause);
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
    db.close();
  }
}

function isUpToDate(db: Database.Database, shipped: Migration[]): boolean {
  if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'").get()) return false;
  const applied = db.prepare("SELECT migration_name, checksum FROM _prisma_migrations").all() as HistoryRow[];
  return pendingMigrations(shipped, applied).length === 0;
}

function makeWritable(path: string): void {
  try {
    makeFolder(dirname(path));
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw new Error(
      `数据库写不了,给文件夹写权限,或换一个 DATABASE_URL / The database ${path} cannot be written. Give the folder write permission, or set DATABASE_URL to another file.`,
      {
        cause,
      },
    );
  }
}

function explained(path: string, cause: unknown): Error {
  const code = String((cause as { code?: string }).code ?? "");
  if (code.startsWith("SQLITE_BUSY")) {
    return new Error(
      `数据库正被另一个进程使用,停掉它或稍后再试 / The database ${path} is in use by another process. Stop that one, or try again in a moment.`,
      {
        cause,
      },
    );
  }
  if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT") {
    return new Error(
      `这个文件不是 SQLite 数据库,或已损坏:koloop restore 备份 新文件 / The file ${path} is not a SQLite database, or is damaged. Restore a backup into a new file (koloop restore BACKUP NEW.db) and set DATABASE_URL to it; without a backup, sqlite3 ${path} .recover saves what can be read.`,
      { cause },
    );
  }
  if (code === "SQLITE_FULL") {
    return new Error(
      `磁盘满了,腾出空间再启动,没有改动任何内容 / The disk of ${path} is full. Make room (koloop changed nothing), and start again.`,
      { cause },
    );
  }
  return cause as Error;
}
