import { exportPackage } from "#db/package-export.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";

/** `koloop export DIR`: everything that the data package format holds. */
export async function runExport(folder: string): Promise<0> {
  const config = readConfig(environmentWithFile());
  const { store } = await openDatabase(config.databaseUrl);
  try {
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
