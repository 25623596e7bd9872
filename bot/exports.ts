import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { Store } from "#db/store.ts";

const prefix = "export:";

/** Notes where an export was written, so that somebody who is forgotten later can be taken out of it. */
export async function noteExport(store: Store, folder: string, at: number): Promise<void> {
  await store.transaction((tx) => tx.settings.set(`${prefix}${folder}`, "package", at));
}

/**
 * Takes everybody who is not known any more out of the exports on this machine: their rows go, and those that hang on their posts.
 * Returns how many rows went. A folder that was moved away cannot be reached; its owner has to be told (docs/privacy.md).
 */
export async function tidyExports(store: Store): Promise<number> {
  const noted = await store.read(({ connection: { sql } }) =>
    sql.all<{ key: string }>("SELECT key FROM setting WHERE key LIKE ?", `${prefix}%`),
  );
  const folders = noted.map(({ key }) => key.slice(prefix.length)).filter((folder) => existsSync(folder));
  // Most have none: a million ids are read only where they are compared with something.
  if (folders.length === 0) return 0;
  const people = await store.read(({ connection: { sql } }) => sql.all<{ id: string }>("SELECT id FROM person"));
  const known = new Set(people.map(({ id }) => id));
  let gone = 0;
  for (const folder of folders) gone += await tidyFolder(folder, known);
  return gone;
}

async function tidyFolder(folder: string, people: ReadonlySet<string>): Promise<number> {
  const posts = new Set<string>();
  let gone = await keepRows(folder, "people", (row) => people.has(row.id ?? ""));
  for (const name of ["tags", "assignments"])
    gone += await keepRows(folder, name, (row) => people.has(row.person ?? ""));
  gone += await keepRows(folder, "submissions", (row) => {
    const stays = people.has(row.person ?? "");
    if (!stays) posts.add(row.id ?? "");
    return stays;
  });
  for (const name of ["metrics", "comments"])
    gone += await keepRows(folder, name, (row) => !posts.has(row.submission ?? ""));
  return gone;
}

async function keepRows(
  folder: string,
  name: string,
  stays: (row: Record<string, string>) => boolean,
): Promise<number> {
  const path = join(folder, `${name}.csv`);
  if (!existsSync(path)) return 0;
  const rows = parse(await readFile(path), { columns: true, bom: true }) as Record<string, string>[];
  const kept = rows.filter(stays);
  if (kept.length === rows.length) return 0;
  const columns = Object.keys(rows[0] ?? {});
  await writeFile(`${path}.part`, stringify(kept, { header: true, columns }));
  await rename(`${path}.part`, path);
  return rows.length - kept.length;
}
