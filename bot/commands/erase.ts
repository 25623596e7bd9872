import { existsSync, readFileSync } from "node:fs";
import type { Mark } from "#domain/erasure.ts";
import { isStaff } from "#domain/person.ts";
import { forgetPerson } from "#handlers/forget-person.ts";
import { environmentWithFile, readConfig, sqlitePath } from "../config.ts";
import { openDatabase } from "../database.ts";
import { tidyExports } from "../exports.ts";
import { newId } from "../ids.ts";

/**
 * `koloop erase PERSON`: forgets somebody in every table, rewrites the file, takes them out of the exports, and looks for what may be left.
 * 1: nobody is known by that id, or a trace was found.
 */
export async function runErase(personId: string): Promise<0 | 1> {
  const config = readConfig(environmentWithFile());
  const { store } = await openDatabase(config.databaseUrl);
  try {
    const staff = await store.read(async (tx) => tx.people.find(personId));
    if (staff && isStaff(staff)) {
      process.stderr.write(`${personId} 是员工,不能这样删除 / is staff and cannot be erased this way\n`);
      return 1;
    }
    const erased = await store.transaction((tx) => forgetPerson(tx, { now: Date.now, newId }, personId));
    if (!erased) {
      process.stderr.write(`没有这个人 / nobody is known as ${personId}\n`);
      return 1;
    }
    const exported = await tidyExports(store);
    await store.backend.scrub(true);
    const rows = Object.values(erased.rows).reduce((sum, n) => sum + n, 0);
    const traces = await store.read((tx) => tx.erasure.traces(erased.marks.filter((mark) => mark.whole)));
    const inFile = store.backend.dialect === "sqlite" ? bytesLeft(sqlitePath(config.databaseUrl), erased.marks) : 0;
    process.stdout.write(
      `删除或清空 ${rows} 行,导出文件 ${exported} 行;残留:表 ${traces.length},文件 ${inFile} / ${rows} rows removed or emptied, ${exported} in exports; traces left: ${traces.length} in tables, ${inFile} in the file\n`,
    );
    for (const { table, column, rows: n } of traces) process.stdout.write(`  ${table}.${column}: ${n}\n`);
    return traces.length + inFile === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

/** A mark shorter than this is found by chance in any file. */
const tellingBytes = 8;

/** How many of the person's ids stand anywhere in the database's files: tables, free pages and the log of changes. */
function bytesLeft(path: string, marks: readonly Mark[]): number {
  const files = [path, `${path}-wal`].filter(existsSync).map((file) => readFileSync(file));
  const telling = marks.filter(({ text, whole }) => whole && Buffer.byteLength(text) >= tellingBytes);
  return telling.filter(({ text }) => files.some((bytes) => bytes.includes(text))).length;
}
