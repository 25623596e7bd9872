import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Backend } from "#db/backend.ts";
import { migratePostgres } from "#db/migrate-postgres.ts";
import { type Migration, shippedMigrations } from "#db/migrations.ts";
import { openPostgres } from "#db/postgres.ts";
import { clashOn, type Sql } from "#db/sql.ts";
import { storeOver } from "#db/store.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

let server: TestServer;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

const empty = () => server.create(`t${++databases}`);
async function opened(): Promise<Backend> {
  const url = await empty();
  await migratePostgres(url);
  const backend = await openPostgres(url, 4);
  onTestFinished(() => backend.close());
  return backend;
}

const withFunction: Migration = {
  name: "0001_function",
  checksum: "f",
  sql: `CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('a; b');
        CREATE FUNCTION twice(n INT) RETURNS INT AS $$ BEGIN n := n * 2; RETURN n; END; $$ LANGUAGE plpgsql;`,
};

describe("PostgreSQL", () => {
  it("takes a migration whole, with functions and texts that hold semicolons", async () => {
    const url = await empty();

    await migratePostgres(url, [withFunction]);

    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("SELECT twice(21) AS n, (SELECT text FROM note) AS text");
    await client.end();
    expect(rows).toEqual([{ n: 42, text: "a; b" }]);
  });

  it("keeps nothing of a migration that fails", async () => {
    const url = await empty();
    const bad: Migration = { name: "0001_bad", checksum: "b", sql: "CREATE TABLE kept (id INT); SELECT nonsense;" };

    await expect(migratePostgres(url, [bad])).rejects.toThrow("nothing of it was kept");

    await expect(migratePostgres(url, [{ ...bad, sql: "CREATE TABLE kept (id INT);" }])).resolves.toEqual(["0001_bad"]);
  });

  it("is migrated once when two processes start together", async () => {
    const url = await empty();

    const applied = await Promise.all([migratePostgres(url), migratePostgres(url)]);

    expect(applied.flat()).toEqual(shippedMigrations("postgresql").map((m) => m.name));
  });

  it("commits Prisma's and hand-written statements together or not at all", async () => {
    const backend = await opened();

    const work = backend.transaction(async (c) => {
      await (await c.prisma()).setting.create({ data: { key: "by-prisma", value: "v", updatedAt: 1 } });
      await c.sql.insert("setting", { key: "by-hand", value: "v", updated_at: Date.now() });
      throw new Error("undo");
    });

    await expect(work).rejects.toThrow("undo");
    expect(await backend.read((c) => c.sql.all("SELECT * FROM setting"))).toEqual([]);
  });

  it("undoes a savepoint alone, and gives times back as numbers", async () => {
    const backend = await opened();
    const now = Date.now();

    await backend.transaction(async (c) => {
      await c.sql.insert("setting", { key: "kept", value: "it's ?", updated_at: now });
      await c.sql.savepoint(() => c.sql.run("INSERT INTO nowhere VALUES (1)")).catch(() => {});
    });

    expect(await backend.read((c) => c.sql.all("SELECT * FROM setting"))).toEqual([
      { key: "kept", value: "it's ?", updated_at: now },
    ]);
  });

  it("shows rows that wait to whoever asks of their table, changes one that is there, and keeps odd words and bytes", async () => {
    const backend = await opened();
    const then = clashOn(["key"], "UPDATE SET value = setting.value || excluded.value");
    const put = (sql: Sql, key: string, value: string) => sql.insert("setting", { key, value, updated_at: 1 }, then);
    const odd = `half \ud83d, "quoted" \\ back, line\nbreak, 😀`;

    await backend.transaction(async ({ sql }) => {
      for (const key of ["a", "b", "c", "a"]) await put(sql, key, key);
      await sql.insert("picture", { id: "p", mime: "x", bytes: Buffer.from([0, 255]), created_at: 1 });
      expect(await sql.get("SELECT value FROM setting WHERE key = 'a'")).toEqual({ value: "aa" });
      for (let n = 0; n < 4; n++) await put(sql, `odd${n}`, odd);
      expect(await sql.get("SELECT count(*) AS n FROM setting")).toEqual({ n: 7 });
      for (let n = 0; n < 4; n++) await put(sql, `whole${n}`, odd.slice(12));
      await sql
        .savepoint(async () => {
          await put(sql, "undone", "x");
          throw new Error("undo");
        })
        .catch(() => {});
    });

    const values = await backend.read(({ sql }) =>
      sql.all<{ value: string }>("SELECT value FROM setting ORDER BY key"),
    );
    const kept = odd.toWellFormed();
    expect(values.map(({ value }) => value)).toEqual([
      ...["aa", "b", "c"],
      ...Array(4).fill(kept),
      ...Array(4).fill(odd.slice(12)),
    ]);
    expect(await backend.read(({ sql }) => sql.get("SELECT bytes FROM picture"))).toEqual({
      bytes: Buffer.from([0, 255]),
    });
  });

  it("goes on where a newer koloop has changed a table that it has statements prepared for", async () => {
    const backend = await opened();
    const all = () => backend.transaction((c) => c.sql.all("SELECT * FROM setting"));
    await Promise.all(Array.from({ length: 8 }, all));

    await backend.transaction((c) => c.sql.run("ALTER TABLE setting ADD COLUMN newer INT"));

    expect(await Promise.all(Array.from({ length: 8 }, all))).toHaveLength(8);
  });

  it("lets Prisma be a guest in many transactions at once, each seeing its own", async () => {
    const backend = await opened();
    let begun = 0;
    let goOn = (): void => {};
    const allBegun = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const one = (key: string) =>
      backend.transaction(async (c) => {
        await c.sql.all("SELECT key FROM setting");
        if (++begun === 4) goOn();
        await allBegun;
        const { setting } = await c.prisma();
        await setting.create({ data: { key, value: "v", updatedAt: 1 } });
        await c.sql.insert("setting", { key: `${key}-by-hand`, value: "v", updated_at: 1 });
        const seen = await (await c.prisma()).setting.findMany({ orderBy: { key: "asc" } });
        if (key === "c") throw new Error("undo");
        return seen.map((row) => row.key);
      });

    const seen = await Promise.allSettled(["a", "b", "c", "d"].map(one));

    expect(seen.map((r) => (r.status === "fulfilled" ? r.value : "undone"))).toEqual([
      ["a", "a-by-hand"],
      ["b", "b-by-hand"],
      "undone",
      ["d", "d-by-hand"],
    ]);
    expect(await backend.read((c) => c.sql.get("SELECT count(*) AS n FROM setting"))).toEqual({ n: 6 });
  });

  it("lets nobody write while reading", async () => {
    const backend = await opened();

    await expect(backend.read((c) => c.sql.all("DELETE FROM setting RETURNING key"))).rejects.toThrow("read-only");
  });

  it("runs the store's tables as SQLite does", async () => {
    const store = storeOver(await opened());

    await store.transaction(async (tx) => {
      await addPerson(tx, { id: "C1", name: "王女士", roles: ["customer"], ownerId: null });
      expect(await tx.conversations.firstSight("web", "e1", 1)).toBe(true);
      expect(await tx.conversations.firstSight("web", "e1", 1)).toBe(false);
      const item = {
        id: "o1",
        channel: "web",
        room: "r",
        personId: null,
        cardKey: null,
        dedupeKey: "once",
        reply: null,
        assignmentId: null,
      };
      const body = { type: "text" as const, text: "hello" };
      const rest = { purpose: "card" as const, body, runAt: 1, attempts: 0, createdAt: 1 };
      expect(await tx.outbox.add({ ...item, ...rest })).toBe(true);
      expect(await tx.outbox.add({ ...item, ...rest, id: "o2" })).toBe(false);
    });
    const claimed = await Promise.all(
      [1, 2].map((n) => store.transaction((tx) => tx.outbox.claimDue(Date.now(), 10, `w${n}`))),
    );

    expect(claimed.flat().map((item) => item.id)).toEqual(["o1"]);
    expect(await store.read((tx) => tx.people.find("C1"))).toMatchObject({ name: "王女士", roles: ["customer"] });
  });
});
