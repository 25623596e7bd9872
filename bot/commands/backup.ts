import { resolve } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { forgetPerson, sweepForgotten } from "#handlers/forget-person.ts";
import { makeBackup, readBackup } from "../backup.ts";
import { environmentWithFile, readConfig, sqlitePath } from "../config.ts";
import { openDatabase } from "../database.ts";
import { newId } from "../ids.ts";
import { mustBeFile } from "./input.ts";

const onlySqlite =
  "PostgreSQL 请用 pg_dump 和 pg_restore(见 docs/operations-backup.md) / for PostgreSQL use pg_dump and pg_restore (docs/operations-backup.md)\n";

/** `koloop backup FILE`: a checked, encrypted copy, made while koloop runs. 1: it could not be made. */
export async function runBackup(file: string): Promise<0 | 1> {
  const path = sqliteFile();
  if (path === undefined) return 1;
  const { people, bytes } = await makeBackup(path, resolve(file), Date.now());
  process.stderr.write(`${file}: ${people} 人,${bytes} 字节,已校验 / ${people} people, ${bytes} bytes, checked\n`);
  return 0;
}

/**
 * `koloop restore FILE DB`: reads a backup into a new database file and forgets again who asked for it after the backup was made. The
 * running database is not touched: DATABASE_URL is pointed at the new file when it is right.
 */
export async function runRestore(file: string, target: string): Promise<0 | 1> {
  const path = sqliteFile();
  if (path === undefined) return 1;
  mustBeFile(file);
  const people = await readBackup(resolve(file), path, resolve(target));
  const again = await forgetAgain(path, resolve(target));
  process.stderr.write(
    `${target}: ${people} 人,已校验;备份之后要求删除的 ${again} 人已再次删除 / ${people} people, checked; ${again} who asked for it since were forgotten again\n`,
  );
  return 0;
}

async function forgetAgain(live: string, restored: string): Promise<number> {
  const [{ store: now }, { store: then }] = [
    await openDatabase(`file:${live}`),
    await openDatabase(`file:${restored}`),
  ];
  try {
    const ids = await then.read(async ({ connection: { sql } }) => sql.all<{ id: string }>("SELECT id FROM person"));
    let again = 0;
    for (const { id } of ids) {
      if (!(await now.read((tx) => tx.erasure.wasForgotten(id)))) continue;
      await then.transaction((tx) => forgetPerson(tx, { now: Date.now, newId }, id));
      again++;
    }
    // Also what was under way when the backup was made.
    await sweepForgotten(then, { now: Date.now, newId }, breathe);
    if (again > 0) await then.backend.scrub(true);
    return again;
  } finally {
    await now.close();
    await then.close();
  }
}

function sqliteFile(): string | undefined {
  const { databaseUrl } = readConfig(environmentWithFile());
  if (databaseUrl.startsWith("file:")) return sqlitePath(databaseUrl);
  process.stderr.write(onlySqlite);
  return undefined;
}
