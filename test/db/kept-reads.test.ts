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
});
