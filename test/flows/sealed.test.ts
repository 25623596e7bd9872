import { existsSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runKeys, runRotate, runSeal } from "#bot/commands/keys.ts";
import { openDatabase } from "#bot/database.ts";
import { masterKeysOf } from "#bot/master-key.ts";
import { keysById, type MasterKeys, rewrapSome } from "#db/data-keys.ts";
import { SealBroken, sealedBackend } from "#db/sealed.ts";
import { openSqlite } from "#db/sqlite.ts";
import { freshDatabase } from "../setup/database.ts";
import { friday } from "../setup/koloop.ts";
import { given, lifeOf, mastersOf, newKey, note, said, whatIsKept } from "../setup/sealed-life.ts";

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  return () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  };
});

const inFiles = (path: string): string[] =>
  [path, `${path}-wal`]
    .filter((file) => existsSync(file))
    .flatMap((file) => said.filter((text) => readFileSync(file).includes(text)));

describe("with a master key", () => {
  it("the whole loop runs as without one, and no word of a customer stands in the file", async () => {
    given(undefined);
    const plainPath = freshDatabase();
    const plain = await lifeOf(`file:${plainPath}`);
    const path = freshDatabase();
    given(newKey());
    const koloop = await lifeOf(`file:${path}`);

    expect(await whatIsKept(koloop)).toEqual(await whatIsKept(plain));
    expect((await whatIsKept(koloop)).notes).toEqual([note]);
    expect(koloop.channel.cardsIn("bot:E1").length).toBe(plain.channel.cardsIn("bot:E1").length);
    expect(inFiles(plainPath)).toEqual(said);
    expect(inFiles(path)).toEqual([]);
  });

  it("what was written before is sealed step by step, and is the same to read", async () => {
    const path = freshDatabase();
    given(undefined);
    const koloop = await lifeOf(`file:${path}`);
    const before = await whatIsKept(koloop);
    await koloop.stop();
    vi.stubEnv("DATABASE_URL", `file:${path}`);
    given(newKey());
    expect(await runKeys()).toBe(1);

    await runSeal();
    await runSeal();

    expect(await runKeys()).toBe(0);
    expect(inFiles(path)).toEqual([]);
    const { store } = await openDatabase(`file:${path}`);
    expect(await whatIsKept({ store })).toEqual(before);
    await store.close();
  });
});

/** A message and a hold of each of two people, sealed; closed again. */
async function twoPeople(masters: MasterKeys): Promise<string> {
  const path = freshDatabase();
  const { store } = await openDatabase(`file:${path}`, masters);
  for (const id of ["A1", "B1"]) await store.transaction((tx) => tx.conversations.addMessage(messageOf(id, `m-${id}`)));
  await store.close();
  return path;
}

const messageOf = (fromId: string, id: string) => ({
  id,
  conversationId: "c",
  channel: "test",
  eventId: id,
  fromId,
  at: friday,
  text: `${fromId} 说的话`,
  deletedAt: null,
});

async function textIn(path: string, masters: MasterKeys, id = "m-A1"): Promise<string | undefined> {
  const { store } = await openDatabase(`file:${path}`, masters);
  try {
    return (await store.read((tx) => tx.conversations.messageById(id)))?.text;
  } finally {
    await store.close();
  }
}

/** Something done to the file by hand. */
function byHand(path: string, work: (db: Database.Database) => void): void {
  const db = new Database(path);
  work(db);
  db.close();
}

describe("a sealed cell", () => {
  it("does not open in another row, in another column, or with a bit changed", async () => {
    const masters = mastersOf(newKey());
    for (const harm of [
      "UPDATE message SET text = (SELECT text FROM message WHERE id = 'm-B1') WHERE id = 'm-A1'",
      "UPDATE message SET text = replace(text, 'sealed1:m:', 'sealed1:q:') WHERE id = 'm-A1'",
      "UPDATE message SET text = substr(text, 1, 40) || CASE substr(text, 41, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(text, 42) WHERE id = 'm-A1'",
    ]) {
      const path = await twoPeople(masters);
      expect(await textIn(path, masters)).toBe("A1 说的话");
      byHand(path, (db) => db.exec(harm));
      await expect(textIn(path, masters)).rejects.toThrow(SealBroken);
    }
  });

  it("reads as nothing once its person's key is destroyed, also in a copy that was kept", async () => {
    const masters = mastersOf(newKey());
    const path = await twoPeople(masters);
    byHand(path, (db) => db.exec("DELETE FROM data_key WHERE person_id = 'A1'"));
    expect(await textIn(path, masters)).toBe("");
    expect(await textIn(path, masters, "m-B1")).toBe("B1 说的话");
  });

  it("is not made of words that only look like one", async () => {
    const masters = mastersOf(newKey());
    const path = await twoPeople(masters);
    byHand(path, (db) => db.exec("UPDATE message SET text = 'sealed1:真的吗' WHERE id = 'm-A1'"));
    expect(await textIn(path, masters)).toBe("sealed1:真的吗");
  });

  it("is under a key that was committed, whatever was undone before it", async () => {
    const masters = mastersOf(newKey());
    const path = freshDatabase();
    const { store } = await openDatabase(`file:${path}`, masters);
    const write = (id: string) => store.transaction((tx) => tx.conversations.addMessage(messageOf("A1", id)));
    const undone = store.transaction(async (tx) => {
      await tx.conversations.addMessage(messageOf("A1", "m-0"));
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    await store.transaction(async (tx) => {
      const inner = tx.connection.sql.savepoint(async () => {
        await tx.conversations.addMessage(messageOf("A1", "m-1"));
        throw new Error("undone");
      });
      await expect(inner).rejects.toThrow("undone");
      await tx.conversations.addMessage(messageOf("A1", "m-2"));
    });
    await write("m-3");
    await store.close();
    for (const id of ["m-2", "m-3"]) expect(await textIn(path, masters, id)).toBe("A1 说的话");
  });
});

describe("the master key", () => {
  it("refuses to start without it or with another one, says what to do, and writes nothing", async () => {
    const right = newKey();
    const path = await twoPeople(mastersOf(right));
    const before = readFileSync(path);
    given(undefined);
    await expect(openDatabase(`file:${path}`)).rejects.toThrow(/KOLOOP_MASTER_KEY_FILE.*Nothing was written/);
    given(newKey());
    await expect(openDatabase(`file:${path}`)).rejects.toThrow(/koloop keys rotate.*Nothing was written/);
    expect(readFileSync(path).equals(before)).toBe(true);
    given(right);
    await (await openDatabase(`file:${path}`)).store.close();
  });

  it.each([
    ["c2hvcnQ=", "is not 32 bytes"],
    ["!".repeat(44), "is not 32 bytes"],
  ])("refuses %s and does not repeat it", (text, why) => {
    const refused = () => masterKeysOf({ KOLOOP_MASTER_KEY: text });
    expect(refused).toThrow(why);
    expect(refused).not.toThrow(text);
    expect(() => masterKeysOf({ KOLOOP_MASTER_KEY_FILE: "/nowhere/at/all" })).toThrow("cannot be read");
  });

  it("is changed in steps that resume after a kill; then the one before opens nothing", async () => {
    const [first, second] = [newKey(), newKey()];
    const path = await twoPeople(mastersOf(first));
    const changing = mastersOf(second, first);
    const backend = sealedBackend(await openSqlite(path), changing);
    expect(await backend.transaction(({ sql }) => rewrapSome(sql, changing, 1))).toBe(1);
    await backend.close();

    await expect(textIn(path, mastersOf(second))).rejects.toThrow("koloop keys rotate");
    expect(await textIn(path, changing)).toBe("A1 说的话");
    vi.stubEnv("DATABASE_URL", `file:${path}`);
    given(second, first);
    await runRotate();

    expect(await textIn(path, mastersOf(second))).toBe("A1 说的话");
    await expect(textIn(path, mastersOf(first))).rejects.toThrow("Nothing was written");
  });

  it("does not open a data key that was put under another person's name", async () => {
    const masters = mastersOf(newKey());
    const path = await twoPeople(masters);
    byHand(path, (db) => {
      db.exec("DELETE FROM data_key WHERE person_id = 'B1'");
      db.exec("UPDATE data_key SET person_id = 'B1' WHERE person_id = 'A1'");
    });
    const backend = await openSqlite(path);
    const ids = await backend.read(({ sql }) => sql.all<{ id: string }>("SELECT id FROM data_key"));
    const opened = backend.read(({ sql }) =>
      keysById(
        sql,
        masters,
        ids.map(({ id }) => id),
      ),
    );
    await expect(opened).rejects.toThrow("does not open");
    await backend.close();
  });
});
