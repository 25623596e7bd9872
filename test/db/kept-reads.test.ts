import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { createKeptReads } from "#db/kept-reads.ts";
import type { Tx } from "#db/store.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";

const nameOf = async (tx: Tx) => (await tx.people.find("C1"))?.name;
const ann = { id: "C1", name: "Ann", roles: ["customer" as const], ownerId: null };

describe("what was read and kept", () => {
  it("is asked once until something is written to its table, whoever speaks", async () => {
    const kept = createKeptReads();
    let asked = 0;
    const read = () => kept.read("person", "P1", async () => ++asked);

    expect([await read(), await read()]).toEqual([1, 1]);
    for (const text of [
      "UPDATE person SET name = ? WHERE id = ?",
      'INSERT INTO "public"."person" ("id") VALUES ($1)',
      "DELETE FROM `main`.`person` WHERE 1=1",
      "WITH gone AS (DELETE FROM person WHERE id = ? RETURNING id) SELECT id FROM gone",
      "INSERT OR IGNORE INTO person (id) VALUES (?)",
    ]) {
      const before = await read();
      kept.saw(text);
      expect(await read(), text).toBe(before + 1);
    }
  });

  it("stays while other tables are written, and where a statement only locks", async () => {
    const kept = createKeptReads();
    let asked = 0;
    const read = () => kept.read("person", "P1", async () => ++asked);
    await read();

    kept.saw("INSERT INTO person_change (person_id) VALUES (?)");
    kept.saw("SELECT id FROM person WHERE id = ? FOR UPDATE SKIP LOCKED");
    kept.saw("INSERT INTO tag (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET id = excluded.id");

    expect(await read()).toBe(1);
  });

  it("is not kept where somebody wrote while it was being asked", async () => {
    const kept = createKeptReads();

    await kept.read("person", "P1", async () => {
      kept.wroteTo("person");
      return "before";
    });

    expect(await kept.read("person", "P1", async () => "after")).toBe("after");
  });

  it("makes room for what is asked later, the oldest first", async () => {
    const kept = createKeptReads();
    const asked: number[] = [];
    const read = (n: number) =>
      kept.read("message", `talk ${n}`, async () => {
        asked.push(n);
        return n;
      });
    for (let n = 0; n <= 1000; n++) await read(n);
    asked.length = 0;

    for (const n of [1, 1000, 0]) expect(await read(n)).toBe(n);

    expect(asked).toEqual([0]);
  });

  it("goes with the transaction and the savepoint that are undone", async () => {
    const store = await freshStore();
    await store.transaction((tx) => addPerson(tx, ann));
    const undone = async (tx: Tx) => {
      await tx.people.change("C1", { name: "Undone" });
      expect(await nameOf(tx)).toBe("Undone");
      throw new Error("undo");
    };

    await store.transaction(async (tx) => {
      await tx.connection.sql.savepoint(() => undone(tx)).catch(() => {});
      expect(await nameOf(tx)).toBe("Ann");
    });
    await store.transaction(undone).catch(() => {});

    expect(await store.transaction(nameOf)).toBe("Ann");
  });

  it("is read anew once another process has written, and in the same transaction after Prisma has", async () => {
    const path = freshDatabase();
    const store = await freshStore(path);
    await store.transaction((tx) => addPerson(tx, ann));
    await store.transaction(nameOf);
    const other = new Database(path);

    other.prepare("UPDATE person SET name = 'Beate'").run();
    other.close();
    const seen = await store.transaction(nameOf);
    const afterPrisma = await store.transaction(async (tx) => {
      await nameOf(tx);
      const prisma = await tx.connection.prisma();
      await prisma.person.update({ where: { id: "C1" }, data: { name: "Clara" } });
      return nameOf(tx);
    });

    expect([seen, afterPrisma]).toEqual(["Beate", "Clara"]);
  });

  it("gives everybody a person of their own", async () => {
    const store = await freshStore();

    await store.transaction(async (tx) => {
      await addPerson(tx, ann);
      const one = await tx.people.find("C1");
      one!.name = "changed in memory alone";
      expect(await nameOf(tx)).toBe("Ann");
    });
  });

  it("of a talk is what the table holds, whatever came late, was taken back or went before", async () => {
    const store = await freshStore();
    const say = (tx: Tx, id: string, at: number, text = id) =>
      tx.conversations.addMessage({
        ...{ id, conversationId: "V1", channel: "web", eventId: id, fromId: "C1", at, text, deletedAt: null },
      });
    const heard = (tx: Tx, upTo = 1e9, since = 0, count = 12) =>
      tx.conversations.recentMessages("V1", upTo, since, count).then((rows) => rows.map(({ id }) => id));
    const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `m${from + n}`);

    await store.transaction(async (tx) => {
      for (let n = 1; n <= 9; n++) await say(tx, `m${n}`, n * 10);
      expect(await heard(tx)).toEqual(names(1, 9));
      for (let n = 10; n <= 20; n++) await say(tx, `m${n}`, n * 10);
      expect(await heard(tx)).toEqual(names(9, 20));
    });
    await store.transaction(async (tx) => {
      expect(await heard(tx, 100)).toEqual(names(1, 10));
      expect(await heard(tx, 200, 150)).toEqual(names(15, 20));
      expect(await heard(tx, 200, 0, 3)).toEqual(names(18, 20));
      await say(tx, "late", 195);
      expect((await heard(tx)).slice(-3)).toEqual(["m19", "late", "m20"]);
      await tx.conversations.forgetWords("m20", 300);
      expect((await heard(tx)).slice(-2)).toEqual(["m19", "late"]);
      await say(tx, "long", 210, "长".repeat(5000));
      await say(tx, "m22", 220);
      expect((await heard(tx)).slice(-2)).toEqual(["long", "m22"]);
    });
    await store
      .transaction(async (tx) => {
        await say(tx, "undone", 230);
        throw new Error("undo");
      })
      .catch(() => {});

    expect((await store.transaction((tx) => heard(tx))).at(-1)).toBe("m22");
  });
});
