import { describe, expect, it, onTestFinished } from "vitest";
import type { Backend, Connection } from "#db/backend.ts";
import type { RowShape } from "#db/sql.ts";
import { openSqlite } from "#db/sqlite.ts";
import { freshDatabase } from "../setup/database.ts";

const settings: RowShape = { table: "setting", columns: ["key", "value", "updated_at"] };
const counts: RowShape = {
  table: "deed",
  columns: ["person_id", "kind", "about", "day", "count"],
  clash: {
    key: ["person_id", "kind", "about", "day"],
    clause: "ON CONFLICT (person_id, kind, about, day) DO UPDATE SET count = deed.count + 1",
  },
};

async function opened(): Promise<Backend> {
  const backend = await openSqlite(freshDatabase());
  onTestFinished(() => backend.close());
  return backend;
}

const add = ({ sql }: Connection, ...keys: string[]) =>
  sql.add(
    settings,
    keys.map((key) => [key, "v", 1]),
  );
const keysIn = async ({ sql }: Connection) =>
  (await sql.all<{ key: string }>("SELECT key FROM setting ORDER BY rowid")).map(({ key }) => key);
const kept = (backend: Backend) => backend.read(keysIn);
const names = (count: number) => Array.from({ length: count }, (_, n) => `k${n}`);

describe("rows that wait for others of their kind, on SQLite", () => {
  it.each([1, 2, 3, 31, 32, 77, 300])("are all kept, in their order: %i", async (count) => {
    const backend = await opened();

    await backend.transaction(async (c) => {
      for (const key of names(count)) await add(c, key);
    });

    expect(await kept(backend)).toEqual(names(count));
  });

  it("are seen by whoever asks for their table, by hand or by Prisma", async () => {
    const backend = await opened();

    await backend.transaction(async (c) => {
      await add(c, "one");
      expect(await keysIn(c)).toEqual(["one"]);
      const prisma = await c.prisma();
      await add(c, "two");
      expect(await prisma.setting.count()).toBe(2);
      await add(c, "three");
      await c.sql.run("DELETE FROM setting WHERE key = 'three'");
      await c.sql.insert("setting", { key: "four", value: "v", updated_at: 1 });
    });

    expect(await kept(backend)).toEqual(["one", "two", "four"]);
  });

  it("of one key are counted one after the other", async () => {
    const backend = await opened();

    await backend.transaction(async ({ sql }) => {
      for (let n = 0; n < 5; n++) await sql.add(counts, [["C1", "topic", "pets", 20_000, 1]]);
    });

    const row = await backend.read(({ sql }) => sql.get<{ count: number }>("SELECT count FROM deed"));
    expect(row?.count).toBe(5);
  });

  it("are refused with all that their transaction wrote, and leave nothing to the next", async () => {
    const backend = await opened();
    await backend.transaction((c) => add(c, "taken"));

    const refused = backend.transaction((c) => add(c, "a", "b", "taken", "c"));
    await expect(refused).rejects.toThrow("UNIQUE");
    const undone = backend.transaction(async (c) => {
      await add(c, "undone");
      throw new Error("undo");
    });
    await expect(undone).rejects.toThrow("undo");
    await backend.transaction((c) => add(c, "later"));

    expect(await kept(backend)).toEqual(["taken", "later"]);
  });

  it("are refused at the end of their savepoint, which alone is undone", async () => {
    const backend = await opened();

    await backend.transaction(async (c) => {
      await add(c, "before");
      await expect(c.sql.savepoint(() => add(c, "inside", "before"))).rejects.toThrow("UNIQUE");
      await add(c, "after");
    });

    expect(await kept(backend)).toEqual(["before", "after"]);
  });

  it("are refused at once by a connection that only reads, and after their transaction", async () => {
    const backend = await opened();
    let leaked: Connection | undefined;
    await backend.transaction(async (c) => {
      leaked = c;
    });

    await expect(backend.read(async (c) => add(c, "k"))).rejects.toThrow("readonly");
    await expect(async () => add(leaked!, "k")).rejects.toThrow("outside the transaction");
    expect(await kept(backend)).toEqual([]);
  });
});
