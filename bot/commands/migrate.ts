import { copyToPostgres } from "#db/copy-to-postgres.ts";
import { environmentWithFile, readConfig, sqlitePath, UsageError } from "../config.ts";
import { openDatabase } from "../database.ts";
import { progressLine } from "./progress.ts";

/**
 * `koloop migrate`: brings the database up to this version, as every start does too. `--to postgresql://…` copies it over, and may be
 * run again: it resumes, and copies what has changed.
 */
export async function runMigrate(options: { to?: string } = {}): Promise<0> {
  const { databaseUrl } = readConfig(environmentWithFile());
  if (options.to !== undefined && (!databaseUrl.startsWith("file:") || !/^postgres(ql)?:\/\//.test(options.to)))
    throw new UsageError(
      "--to 从 SQLite 复制到 PostgreSQL / --to copies from SQLite (DATABASE_URL=file:…) to postgresql://…",
    );
  const { store, applied } = await openDatabase(databaseUrl);
  await store.close();
  const said =
    applied.length === 0 ? "数据库已是最新 / the database is up to date" : `已升级 / applied: ${applied.join(", ")}`;
  process.stderr.write(`${said}\n`);
  if (options.to !== undefined) await copyOver(databaseUrl, options.to);
  return 0;
}

async function copyOver(from: string, to: string): Promise<void> {
  const line = progressLine("复制 / copying");
  const copied = await copyToPostgres(sqlitePath(from), to, (_, done, total) => line.show(done, total));
  line.end();
  for (const { table, rows, checksum, again } of copied)
    if (rows > 0) process.stdout.write(`${table} ${rows} ${checksum}${again ? " 重新复制 / copied anew" : ""}\n`);
  const rows = copied.reduce((sum, table) => sum + table.rows, 0);
  process.stderr.write(
    `${copied.length} 张表 ${rows} 行,行数与校验和一致。停止旧的 koloop,再运行一次本命令,然后以新的 DATABASE_URL 启动。 / ${copied.length} tables, ${rows} rows, counts and checksums agree. Stop the old koloop, run this once more, then start with the new DATABASE_URL.\n`,
  );
}
