import Database from "better-sqlite3";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { copyToPostgres } from "#db/copy-to-postgres.ts";
import { openPostgres } from "#db/postgres.ts";
import { storeOver } from "#db/store.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

let server: TestServer;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());
const empty = () => server.create(`m${++databases}`);
const quiet = () => {};

/** A SQLite installation with people, bytes, a real number, zero characters and numbered lines. */
async function installation(people = 3000): Promise<string> {
  const path = freshDatabase();
  const store = await freshStore(path);
  await store.transaction(async (tx) => {
    for (let n = 0; n < people; n++)
      await addPerson(tx, { id: `P${n}`, name: `客户\0${n}`, roles: ["customer"], ownerId: null });
    const { sql } = tx.connection;
    await sql.insert("picture", { id: "p", mime: "image/png", bytes: new Uint8Array([0, 255, 10]), created_at: 1 });
    await sql.insert("audit", {
      at: 2 ** 41,
      actor: "A",
      action: "b",
      subject: "c",
      detail: "{}",
      previous_hash: "",
      hash: "h",
    });
  });
  return path;
}

async function opened(url: string) {
  const store = storeOver(await openPostgres(url));
  onTestFinished(() => store.close());
  return store;
}

describe("moving to PostgreSQL", () => {
  it("copies every row, and koloop goes on there with the next number", async () => {
    const path = await installation();
    const url = await empty();

    const copied = await copyToPostgres(path, url, quiet);

    expect(copied.find(({ table }) => table === "person")).toMatchObject({ rows: 3000, again: false });
    const store = await opened(url);
    const read = <Row>(text: string) => store.read((tx) => tx.connection.sql.all<Row>(text));
    expect(await store.read((tx) => tx.people.find("P7"))).toMatchObject({ name: "客户\uFFFD7", frequency: 1 });
    expect(Buffer.from((await read<{ bytes: Uint8Array }>("SELECT bytes FROM picture"))[0]!.bytes)).toEqual(
      Buffer.from([0, 255, 10]),
    );
    await store.transaction((tx) =>
      tx.connection.sql.insert("audit", {
        at: 3,
        actor: "A",
        action: "b",
        subject: "c",
        detail: "{}",
        previous_hash: "h",
        hash: "i",
      }),
    );
    expect((await read<{ seq: number }>("SELECT seq FROM audit ORDER BY seq")).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("leaves the target with statistics, so that the first events there are planned for tables of this size", async () => {
    const path = await installation();
    const url = await empty();

    await copyToPostgres(path, url, quiet);

    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("SELECT reltuples FROM pg_class WHERE oid = 'person'::regclass");
    await client.end();
    expect(rows).toEqual([{ reltuples: 3000 }]);
  });

  it("resumes after a break, and brings over what has changed meanwhile", async () => {
    const path = await installation();
    const url = await empty();
    const breaking = (table: string, done: number) => {
      if (table === "person" && done >= 2000) throw new Error("the line was cut");
    };
    await expect(copyToPostgres(path, url, breaking)).rejects.toThrow("the line was cut");
    const sqlite = new Database(path);
    sqlite.exec("UPDATE person SET city = '北京' WHERE id = 'P1'; DELETE FROM picture;");
    sqlite.close();
    const steps: [string, number][] = [];

    const copied = await copyToPostgres(path, url, (table, done) => steps.push([table, done]));

    expect(steps.filter(([table]) => table === "identity").at(-1)).toBeUndefined();
    expect(copied.find(({ table }) => table === "person")).toMatchObject({ rows: 3000, again: true });
    const store = await opened(url);
    expect((await store.read((tx) => tx.people.find("P1")))?.city).toBe("北京");
  });

  it("leaves a target alone that has data of its own", async () => {
    const path = await installation(2);
    const url = await empty();
    await copyToPostgres(path, url, quiet);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("DROP TABLE koloop_copy");
    await client.end();

    await expect(copyToPostgres(path, url, quiet)).rejects.toThrow("data of its own");
  });
});
