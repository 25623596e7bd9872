import { createReadStream, existsSync } from "node:fs";
import { setImmediate as breathe } from "node:timers/promises";
import type { Mark } from "#domain/erasure.ts";
import { isStaff } from "#domain/person.ts";
import { forgetPerson, sweepForgotten } from "#handlers/forget-person.ts";
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
    const begun = await store.read((tx) => tx.erasure.underWay());
    const erased =
      (await store.transaction((tx) => forgetPerson(tx, { now: Date.now, newId }, personId))) ??
      // Cut off before its end: it goes on.
      (begun?.who.ids.includes(personId) ? { rows: {}, marks: begun.marks } : undefined);
    if (!erased) {
      process.stderr.write(`没有这个人 / nobody is known as ${personId}\n`);
      return 1;
    }
    const swept = await sweepForgotten(store, { now: Date.now, newId }, breathe);
    const exported = await tidyExports(store);
    await store.backend.scrub(true);
    const rows = Object.values(erased.rows).reduce((sum, n) => sum + n, swept);
    const traces = await store.read((tx) => tx.erasure.traces(erased.marks.filter((mark) => mark.whole)));
    const inFile =
      store.backend.dialect === "sqlite" ? await bytesLeft(sqlitePath(config.databaseUrl), erased.marks) : 0;
    process.stdout.write(
      `删除或清空 ${rows} 行,导出文件 ${exported} 行;残留:表 ${traces.length},文件 ${inFile} / ${rows} rows removed or emptied, ${exported} in exports; traces left: ${traces.length} in tables, ${inFile} in the file\n`,
    );
    for (const { table, column, rows: n } of traces) process.stdout.write(`  ${table}.${column}: ${n}\n`);
    return traces.length + inFile === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

const pieceBytes = 4 << 20;

/** A mark shorter than this is found by chance in any file. */
const tellingBytes = 8;

/** How many of the person's ids stand anywhere in the database's files: tables, free pages and the log of changes. */
async function bytesLeft(path: string, marks: readonly Mark[]): Promise<number> {
  const telling = marks.flatMap(({ text, whole }) =>
    whole && Buffer.byteLength(text) >= tellingBytes ? [Buffer.from(text)] : [],
  );
  const found = new Set<Buffer>();
  const longest = Math.max(0, ...telling.map((mark) => mark.length));
  for (const file of [path, `${path}-wal`].filter(existsSync)) {
    // A file may be larger than what fits into one piece of memory; a mark may lie across two pieces.
    let end = Buffer.alloc(0);
    for await (const piece of createReadStream(file, { highWaterMark: pieceBytes })) {
      const bytes = Buffer.concat([end, piece as Buffer]);
      for (const mark of telling) if (bytes.includes(mark)) found.add(mark);
      end = bytes.subarray(Math.max(0, bytes.length - longest + 1));
    }
  }
  return found.size;
}
