import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { destroyKeys, makeBackup, readBackup } from "#bot/backup.ts";
import { runBackup, runRestore } from "#bot/commands/backup.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import { forgetPerson } from "#handlers/forget-person.ts";
import { freshDatabase } from "../../setup/database.ts";
import { addPerson, friday, startKoloop } from "../../setup/koloop.ts";

const day = 86_400_000;
const name = "欧阳小满";

function place(): { path: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "koloop-backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = freshDatabase();
  vi.stubEnv("DATABASE_URL", `file:${path}`);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    err.mockRestore();
  });
  return { path, folder };
}

async function using<T>(path: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = storeOver(await openSqlite(path));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
const add = (path: string, id: string) =>
  using(path, (store) =>
    store.transaction((tx) => addPerson(tx, { id, name: `${name}${id}`, roles: ["koc"], ownerId: null })),
  );
const idsIn = (path: string) =>
  using(path, (store) => store.read(async (tx) => (await tx.people.all()).map((p) => p.id)));

describe("koloop backup", () => {
  it("is made while others write, comes back whole, and shows nothing to who has no key", async () => {
    const { path, folder } = place();
    await add(path, "P1");
    await using(path, async (store) => {
      const writing = Promise.all(
        Array.from({ length: 50 }, (_, i) => store.transaction((tx) => tx.settings.set(`k${i}`, "v", friday))),
      );
      expect(await runBackup(join(folder, "b1"))).toBe(0);
      await writing;
    });

    expect(readFileSync(join(folder, "b1")).includes(name)).toBe(false);
    expect(await runRestore(join(folder, "b1"), join(folder, "restored.db"))).toBe(0);
    expect(await idsIn(join(folder, "restored.db"))).toEqual(["P1"]);
  });

  it("brought back, forgets again who asked for it in the meantime", async () => {
    const { path, folder } = place();
    await add(path, "P1");
    await add(path, "P2");
    await runBackup(join(folder, "b1"));
    await using(path, (store) =>
      store.transaction((tx) => forgetPerson(tx, { now: () => friday, newId: () => "g1" }, "P1")),
    );

    await runRestore(join(folder, "b1"), join(folder, "restored.db"));

    expect(await idsIn(join(folder, "restored.db"))).toEqual(["P2"]);
    expect(readFileSync(join(folder, "restored.db")).includes(`${name}P1`)).toBe(false);
  });

  it("cannot be read by anybody once its key is destroyed", async () => {
    const { path, folder } = place();
    await makeBackup(path, join(folder, "old"), friday);
    await makeBackup(path, join(folder, "new"), friday + day);

    expect(await destroyKeys(path, friday + 1)).toBe(1);

    await expect(readBackup(join(folder, "old"), path, join(folder, "a.db"))).rejects.toThrow("密钥");
    expect(await readBackup(join(folder, "new"), path, join(folder, "b.db"))).toBe(0);
  });

  it("has its key destroyed 30 days after somebody in it was forgotten, by the clock", async () => {
    const { path, folder } = place();
    const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) }, `file:${path}`);
    await koloop.store.transaction((tx) => addPerson(tx, { id: "P1", name, roles: ["koc"], ownerId: null }));
    await makeBackup(path, join(folder, "b1"), friday - day);
    await koloop.store.transaction((tx) => forgetPerson(tx, koloop.ctx, "P1"));

    koloop.pass(29 * day);
    await koloop.clock.tick();
    expect(await readBackup(join(folder, "b1"), path, join(folder, "a.db"))).toBe(1);
    koloop.pass(2 * day);
    await koloop.clock.tick();

    await expect(readBackup(join(folder, "b1"), path, join(folder, "b.db"))).rejects.toThrow("密钥");
  });

  it("is refused where one byte is another, and leaves nothing half done", async () => {
    const { folder } = place();
    await runBackup(join(folder, "b1"));
    const bytes = readFileSync(join(folder, "b1"));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(folder, "b1"), bytes);

    await expect(runRestore(join(folder, "b1"), join(folder, "restored.db"))).rejects.toThrow();

    expect(existsSync(join(folder, "restored.db"))).toBe(false);
    expect(existsSync(join(folder, "restored.db.part"))).toBe(false);
  });
});

describe("what is kept for a while only", () => {
  it("goes after its days, in small steps, and not before", async () => {
    const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
    await koloop.channel.write("C1", "direct:C1:E1", "我家有只猫");
    await koloop.settle();
    const words = () => koloop.store.read((tx) => tx.connection.sql.all("SELECT 1 FROM message WHERE text <> ''"));

    koloop.pass(89 * day);
    await koloop.clock.tick();
    expect(await words()).toHaveLength(1);
    koloop.pass(2 * day);
    await koloop.clock.tick();

    expect(await words()).toEqual([]);
    const overdue = await koloop.store.read((tx) => tx.retention.overdue(koloop.ctx.now()));
    expect(Object.values(overdue).every((n) => n === 0)).toBe(true);
  });

  it("looks at no more than asked in one step, and goes on from there until all is through", async () => {
    const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
    for (let i = 0; i < 5; i++) await koloop.channel.write("C1", "direct:C1:E1", `第 ${i} 句`);
    await koloop.settle();
    const late = koloop.ctx.now() + 91 * day;

    const step = (rows: number) => koloop.store.transaction((tx) => tx.retention.sweep(late, rows));
    const left = async () => (await koloop.store.read((tx) => tx.retention.overdue(late))).messages;

    expect(await step(2)).toBe(false);
    expect(await left()).toBe(3);
    let steps = 1;
    while (!(await step(2))) steps++;

    expect(steps).toBeGreaterThan(3);
    expect(Object.values(await koloop.store.read((tx) => tx.retention.overdue(late)))).toEqual(Array(7).fill(0));
  });
});
