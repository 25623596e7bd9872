import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { makeFolder } from "#db/folder.ts";
import { exportPackage } from "#db/package-export.ts";
import type { Store } from "#db/store.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { noteExport } from "../exports.ts";

export type ExportOptions = { person?: string };

/**
 * `koloop export DIR`: everything that the data package format holds. `koloop export --person ID [FILE]`: all that is held of one person,
 * as JSON, on standard output where no file is named. 1: nobody is known by that id. 2: no folder.
 */
export async function runExport(target: string | undefined, { person }: ExportOptions): Promise<0 | 1 | 2> {
  if (target === undefined && person === undefined) {
    process.stderr.write("用法 / usage: koloop export DIR | koloop export --person ID [FILE]\n");
    return 2;
  }
  const config = readConfig(environmentWithFile());
  const { store } = await openDatabase(config.databaseUrl);
  try {
    if (person !== undefined) return await exportPerson(store, person, target);
    const folder = resolve(target!);
    makeFolder(folder);
    await noteExport(store, folder, Date.now());
    await auditExport(store, "export.package", folder);
    await store.read((tx) =>
      exportPackage(tx, folder, {
        timeZone: config.timeZone,
        progress: (file, rows) => void process.stderr.write(`${file}: ${rows} 行 / rows\n`),
      }),
    );
    return 0;
  } finally {
    await store.close();
  }
}

/** Whoever has this machine needs no second person's yes; that it was done is kept. */
const auditExport = (store: Store, action: string, subject: string): Promise<void> =>
  store.transaction((tx) => tx.settings.audit({ at: Date.now(), actor: "operator", action, subject, detail: {} }));

async function exportPerson(store: Store, id: string, file: string | undefined): Promise<0 | 1> {
  const held = await store.read((tx) => tx.erasure.everythingOf(id));
  if (!held) {
    process.stderr.write(`没有这个人 / nobody is known as ${id}\n`);
    return 1;
  }
  await auditExport(store, "export.person", id);
  const text = `${JSON.stringify(held, null, 1)}\n`;
  if (file === undefined) process.stdout.write(text);
  else await writeFile(file, text, { mode: 0o600 });
  return 0;
}
