import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";

/** `koloop migrate`: brings the database up to this version, as every start does too. */
export async function runMigrate(): Promise<0> {
  const { store, applied } = await openDatabase(readConfig(environmentWithFile()).databaseUrl);
  await store.close();
  const said =
    applied.length === 0 ? "数据库已是最新 / the database is up to date" : `已升级 / applied: ${applied.join(", ")}`;
  process.stderr.write(`${said}\n`);
  return 0;
}
