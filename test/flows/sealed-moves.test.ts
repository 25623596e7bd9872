import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { importFolder } from "#bot/commands/import.ts";
import { openDatabase } from "#bot/database.ts";
import { copyToPostgres } from "#db/copy-to-postgres.ts";
import { exportPackage } from "#db/package-export.ts";
import { freshDatabase } from "../setup/database.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";
import { given, lifeOf, mastersOf, newKey, quote, said, whatIsKept } from "../setup/sealed-life.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());
beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  return () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  };
});

/** What of the customers' words stands in any cell of the database, as whoever holds the server reads it. */
async function inCells(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const cells: string[] = [];
  for (const { tablename } of tables) {
    const { rows } = await client.query(`SELECT t::text AS row FROM "${tablename}" t`);
    for (const { row } of rows) cells.push(row);
  }
  await client.end();
  return said.filter((text) => cells.some((cell) => cell.includes(text)));
}

describe("sealed words that move", () => {
  it("to PostgreSQL stay sealed, and are the same to read there with the key, and only with it", async () => {
    const [path, key] = [freshDatabase(), newKey()];
    given(key);
    const koloop = await lifeOf(`file:${path}`);
    const before = await whatIsKept(koloop);
    await koloop.stop();
    const url = await server.create("sealed_move");

    await copyToPostgres(path, url, () => {});

    expect(before.tags.length).toBeGreaterThan(0);
    expect(await inCells(url)).toEqual([]);
    const there = await openDatabase(url, mastersOf(key));
    expect(await whatIsKept(there)).toEqual(before);
    await there.store.close();
    await expect(openDatabase(url, mastersOf(newKey()))).rejects.toThrow("the master key is another one");
  });

  it("in a data package are open, and are sealed again under the key of where they come in", async () => {
    given(newKey());
    const koloop = await lifeOf(`file:${freshDatabase()}`);
    const before = await whatIsKept(koloop);
    const folder = mkdtempSync(join(tmpdir(), "koloop-package-"));
    await koloop.store.read((tx) => exportPackage(tx, folder, { timeZone: "Asia/Shanghai", progress: () => {} }));
    expect(readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(quote))).toBe(true);
    const [path, key] = [freshDatabase(), newKey()];

    const { store } = await openDatabase(`file:${path}`, mastersOf(key));
    await importFolder(store, folder);

    const after = await whatIsKept({ store });
    expect(new Set(after.tags.map(([tag]) => tag))).toEqual(new Set(before.tags.map(([tag]) => tag)));
    expect(after.tags.some(([, held]) => held === quote)).toBe(true);
    await store.close();
    expect(said.filter((text) => readFileSync(path).includes(text))).toEqual([]);
  });
});
