import { type DataPackage, PackageError, readPackage } from "#db/package-format.ts";
import { importPackage } from "#db/package-import.ts";
import type { Store } from "#db/store.ts";
import { managedTaxonomy } from "#handlers/care-for-vocabulary.ts";
import { cleanPosts } from "#handlers/clean-figures.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { progressLine } from "./progress.ts";

/** `koloop import DIR`: all of the package, or, where anything is wrong, nothing and a list of what. */
export async function runImport(folder: string): Promise<0 | 1> {
  const { store } = await openDatabase(readConfig(environmentWithFile()).databaseUrl);
  try {
    const begun = performance.now();
    const rows = await importFolder(store, folder);
    const seconds = (performance.now() - begun) / 1000;
    process.stderr.write(
      `已导入 ${rows} 行,用时 ${seconds.toFixed(1)} 秒 / imported ${rows} rows, ${Math.round(rows / seconds)} rows a second\n`,
    );
    return 0;
  } catch (fault) {
    if (!(fault instanceof PackageError)) throw fault;
    process.stderr.write(`数据包有 ${fault.faults.length} 处问题,什么都没有导入 / nothing was imported:\n`);
    for (const line of fault.faults) process.stderr.write(`  ${line}\n`);
    return 1;
  } finally {
    await store.close();
  }
}

/** Reads, checks and imports a package folder in one transaction; returns how many rows it has. */
export async function importFolder(store: Store, folder: string): Promise<number> {
  const reading = progressLine("读取 / reading");
  const data = await readPackage(folder, (_, rows) => reading.show(rows));
  reading.end();
  const bar = progressLine("导入 / importing");
  const { taxonomy: packTaxonomy } = loadKnowledge([]);
  const left = await store.transaction(async (tx) => {
    const taxonomy = await managedTaxonomy(tx, packTaxonomy);
    const left = await importPackage(tx, data, { taxonomy, now: Date.now(), progress: bar.show });
    await cleanPosts(tx, new Set(data.metrics.map((row) => row.submission)), Date.now());
    return left;
  });
  bar.end();
  for (const line of left) process.stderr.write(`${line}\n`);
  return rowsIn(data);
}

const rowsIn = (data: DataPackage): number => Object.values(data).reduce((sum, rows) => sum + (rows?.length ?? 0), 0);
