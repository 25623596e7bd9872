import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { isStorageFault } from "#db/backend.ts";
import { openSqlite } from "#db/sqlite.ts";
import { freshDatabase } from "../setup/database.ts";

describe("bringing commits to the disk", () => {
  it("tells of a commit only when the disk has it, and works on meanwhile", async () => {
    const backend = await openSqlite(freshDatabase());
    onTestFinished(() => backend.close());
    const order: string[] = [];

    const first = backend
      .transaction(({ sql }) => sql.insert("setting", { key: "a", value: "v", updated_at: 1 }))
      .then(() => order.push("first told"));
    const second = backend
      .transaction(async ({ sql }) => {
        order.push("second begun");
        await sql.insert("setting", { key: "b", value: "v", updated_at: 1 });
      })
      .then(() => order.push("second told"));
    await Promise.all([first, second]);

    expect(order).toEqual(["second begun", "first told", "second told"]);
  });

  it("acknowledges nothing that the disk did not keep, nor anything after it", async () => {
    const path = freshDatabase();
    const backend = await openSqlite(path);
    onTestFinished(() => backend.close().catch(() => {}));
    // The log is gone under it, so that it cannot be brought to the disk by its name.
    rmSync(`${path}-wal`);

    const write = (key: string) =>
      backend.transaction(({ sql }) => sql.insert("setting", { key, value: "v", updated_at: 1 }));
    const fault = await write("a").catch((cause: unknown) => cause);

    expect(String(fault)).toContain("did not keep");
    expect(isStorageFault(fault)).toBe(true);
    await expect(write("b")).rejects.toThrow("started anew");
  });

  it("lets what would only be done again wait for the next flush", async () => {
    const path = freshDatabase();
    const backend = await openSqlite(path);
    onTestFinished(() => backend.close());
    const write = (key: string, mayBeLost: boolean) =>
      backend.transaction(({ sql }) => sql.insert("setting", { key, value: "v", updated_at: 1 }), { mayBeLost });
    rmSync(`${path}-wal`);

    await write("a", true);
    await write("b", true);

    await expect(write("c", false)).rejects.toThrow("did not keep");
  });

  it("lets what is urgent go before what waits", async () => {
    const backend = await openSqlite(freshDatabase());
    onTestFinished(() => backend.close());
    const order: string[] = [];
    const say = (word: string) => async () => void order.push(word);

    await Promise.all([
      backend.transaction(say("first")),
      backend.transaction(say("waits")),
      backend.transaction(say("urgent"), { urgent: true }),
    ]);

    expect(order).toEqual(["first", "urgent", "waits"]);
  });

  it("leaves the order of SQLite's own checkpoints to SQLite", async () => {
    const path = freshDatabase();
    const backend = await openSqlite(path);
    onTestFinished(() => backend.close());

    await backend.transaction(async ({ sql }) => {
      for (let n = 0; n < 3000; n++)
        await sql.insert("setting", { key: `k${n}`, value: "v".repeat(900), updated_at: 1 });
    });
    const other = new Database(path, { readonly: true });
    onTestFinished(() => void other.close());

    expect(other.prepare("SELECT count(*) AS n FROM setting").get()).toEqual({ n: 3000 });
    expect(other.pragma("integrity_check", { simple: true })).toBe("ok");
  });
});
