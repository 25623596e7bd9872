import { fork } from "node:child_process";
import { once } from "node:events";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Backend, Connection } from "#db/backend.ts";
import { openSqlite } from "#db/sqlite.ts";
import { freshDatabase } from "../setup/database.ts";

async function opened(path = freshDatabase(), busyMs = 5000): Promise<Backend> {
  const backend = await openSqlite(path, { busyMs });
  onTestFinished(() => backend.close());
  return backend;
}

const setting = (key: string) => ({ key, value: "v", updatedAt: 1 });
const keysOf = (backend: Backend) =>
  backend.read(async (c) =>
    (await c.sql.all<{ key: string }>("SELECT key FROM setting ORDER BY key")).map((row) => row.key),
  );
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("SQLite", () => {
  it("keeps what was written beside a transaction that is undone", async () => {
    const backend = await opened();

    const undone = backend.transaction(async (c) => {
      await (await c.prisma()).setting.create({ data: setting("undone") });
      await pause(30);
      throw new Error("undo");
    });
    const kept = backend.transaction(async (c) => (await c.prisma()).setting.create({ data: setting("kept") }));

    await expect(undone).rejects.toThrow("undo");
    await kept;
    expect(await keysOf(backend)).toEqual(["kept"]);
  });

  it("shows nobody what has not been committed", async () => {
    const backend = await opened();
    let seen: string[] = [];

    await backend.transaction(async (c) => {
      await c.sql.insert("setting", { key: "half", value: "v", updated_at: 1 });
      seen = await keysOf(backend);
    });

    expect(seen).toEqual([]);
    expect(await keysOf(backend)).toEqual(["half"]);
  });

  it("refuses a connection that is used after its transaction", async () => {
    const backend = await opened();
    let leaked: Connection | undefined;

    await backend.transaction(async (c) => {
      leaked = c;
      await c.prisma();
    });

    const late = async () => (await leaked!.prisma()).setting.create({ data: setting("late") });
    await expect(late()).rejects.toThrow("outside the transaction");
    await expect(leaked!.sql.run("DELETE FROM setting")).rejects.toThrow("outside the transaction");
    expect(await keysOf(backend)).toEqual([]);
  });

  it("commits Prisma's and hand-written statements together or not at all", async () => {
    const backend = await opened();

    const work = backend.transaction(async (c) => {
      await (await c.prisma()).setting.create({ data: setting("by-prisma") });
      await c.sql.insert("setting", { key: "by-hand", value: "v", updated_at: 1 });
      throw new Error("undo");
    });

    await expect(work).rejects.toThrow("undo");
    expect(await keysOf(backend)).toEqual([]);
  });

  it("undoes a savepoint alone", async () => {
    const backend = await opened();

    await backend.transaction(async (c) => {
      await c.sql.insert("setting", { key: "before", value: "v", updated_at: 1 });
      const failing = c.sql.savepoint(async () => {
        await (await c.prisma()).setting.create({ data: setting("inside") });
        throw new Error("undo");
      });
      await expect(failing).rejects.toThrow("undo");
    });

    expect(await keysOf(backend)).toEqual(["before"]);
  });

  it("lets nobody write while reading", async () => {
    const backend = await opened();

    await expect(backend.read((c) => c.sql.run("DELETE FROM setting"))).rejects.toThrow("readonly");
  });

  it("waits for another process without stopping the event loop, then says what to do", async () => {
    const path = freshDatabase();
    const backend = await opened(path, 2000);
    const other = new Database(path);
    other.exec("BEGIN IMMEDIATE");
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);

    const work = backend.transaction(async () => {});

    await expect(work).rejects.toThrow("in use by another process");
    clearInterval(beat);
    other.close();
    // Standing still it would be two seconds; a machine that does other things stands still for a while too.
    expect(longest).toBeLessThan(1500);
    await expect(backend.transaction(async () => "fine")).resolves.toBe("fine");
  });

  it("adds up right when two processes read and then write", async () => {
    const path = freshDatabase();
    const first = new Database(path);
    first.exec("INSERT INTO setting (key, value, updated_at) VALUES ('sum', '0', 0)");
    first.close();
    const rounds = 100;
    const child = fork(new URL("./count-up.mjs", import.meta.url), [path, String(rounds)], { stdio: "inherit" });
    // Asked for now: whichever of the two is done first.
    const exited = once(child, "exit");
    const backend = await opened(path);

    for (let i = 0; i < rounds; i++) {
      await backend.transaction(async (c) => {
        const row = await c.sql.get<{ value: string }>("SELECT value FROM setting WHERE key = 'sum'");
        await c.sql.run("UPDATE setting SET value = ? WHERE key = 'sum'", String(Number(row!.value) + 1));
      });
    }
    const [code] = await exited;

    expect(code).toBe(0);
    const sum = await backend.read((c) => c.sql.get<{ value: string }>("SELECT value FROM setting WHERE key = 'sum'"));
    expect(sum?.value).toBe(String(2 * rounds));
  });
});
