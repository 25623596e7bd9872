import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, type MockInstance, onTestFinished, vi } from "vitest";
import { openPostgres } from "#db/postgres.ts";
import { addCast, addPerson, friday, playsToHandIn, startKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

/**
 * The round trips of the transactions that kept messages. What is asked beside them, for one by a start that is still reading in the
 * background, is not theirs, and on a machine under load there is more of it.
 */
function tripsOfMessages({ calls, contexts }: Pick<MockInstance["mock"], "calls" | "contexts">): number {
  const open = new Map<unknown, { trips: number; keeps: boolean }>();
  let trips = 0;
  calls.forEach(([asked], n) => {
    const text = String((asked as { text?: string }).text ?? asked);
    const work = text.startsWith("BEGIN") ? { trips: 0, keeps: false } : open.get(contexts[n]);
    if (!work) return;
    open.set(contexts[n], work);
    work.trips++;
    work.keeps ||= text.startsWith("INSERT INTO message ");
    if (!/^(COMMIT|ROLLBACK$)/.test(text)) return;
    open.delete(contexts[n]);
    if (work.keeps) trips += work.trips;
  });
  return trips;
}

describe("on PostgreSQL", () => {
  it("a cue becomes a tag, and a task a report, as on SQLite", async () => {
    const extract = (turns: readonly { text: string }[]) => {
      const turn = turns.length - 1;
      const heard = turns[turn]!.text.includes("满月");
      return {
        cues: heard ? [{ tag: "new_parent", quote: "宝宝刚满月", turn, score: 0.9, evidence: [] }] : [],
        retractions: [],
      };
    };
    const koloop = await startKoloop({ extract }, await server.create("loop"));
    await addCast(koloop);

    await playsToHandIn(koloop);
    await koloop.channel.press("M1", "bot:M1", "通过");
    await koloop.channel.write("M1", "bot:M1", "进展");
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:M1")[0]?.title).toBe("进展:儿童安全座椅安装技巧");
    const [assignment] = await koloop.store.read((tx) => tx.tasks.assignmentsFor("K1"));
    expect(assignment).toMatchObject({ form: "video", approvedAt: koloop.ctx.now() });
    expect((await koloop.ctx.learner.current()).model.people.K1).toBeDefined();
  });

  it("a cue becomes a tag where a master key is set, and the server holds no word of a customer", async () => {
    const words = "我家双胞胎上个月刚满月";
    const extract = (turns: readonly { text: string }[]) => ({
      cues: [{ tag: "new_parent", quote: words, turn: turns.length - 1, score: 0.9, evidence: [] }],
      retractions: [],
    });
    vi.stubEnv("KOLOOP_MASTER_KEY", randomBytes(32).toString("base64"));
    onTestFinished(() => void vi.unstubAllEnvs());
    const url = await server.create("sealed");
    const koloop = await startKoloop({ extract }, url);
    await addCast(koloop);

    await koloop.channel.write("K1", "direct:K1:E1", words);
    await koloop.settle();
    await koloop.channel.press("E1", "bot:E1", "确认 新手爸妈");
    await koloop.settle();

    expect((await koloop.store.read((tx) => tx.ledger.openHolds("K1")))[0]).toMatchObject({ quote: words });
    const raw = await openPostgres(url);
    onTestFinished(() => raw.close());
    const columns = await raw.read(({ sql }) =>
      sql.all<{ table: string; column: string }>(
        `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')`,
      ),
    );
    const holding: string[] = [];
    for (const { table, column } of columns) {
      const found = `SELECT 1 AS one FROM "${table}" WHERE strpos("${column}", ?) > 0 LIMIT 1`;
      if (await raw.read(({ sql }) => sql.get(found, words))) holding.push(`${table}.${column}`);
    }
    expect(columns.length).toBeGreaterThan(100);
    expect(holding).toEqual([]);
  });

  it("a repeated event changes nothing, and a failing one fails alone", async () => {
    const koloop = await startKoloop(
      {
        extract: (turns) => {
          if (turns.at(-1)?.text === "毒") throw new Error("poisoned");
          return { cues: [], retractions: [] };
        },
      },
      await server.create("inbox"),
    );
    await addCast(koloop);

    await Promise.all(["早", "毒", "晚", "晚"].map((text) => koloop.channel.write("C1", "direct:C1:E1", text, text)));

    const texts = await koloop.store.read((tx) => tx.connection.sql.all<{ text: string }>("SELECT text FROM message"));
    expect(texts.map((row) => row.text).sort()).toEqual(["早", "晚"].sort());
  });

  it("what 30 customers say at once is asked for and written together: few round trips, each question asked once", async () => {
    const extract = (turns: readonly { text: string }[]) => ({
      cues: [{ tag: "pet_family", quote: "猫", turn: turns.length - 1, score: 0.9, evidence: [] }],
      retractions: [],
    });
    const koloop = await startKoloop({ extract }, await server.create(`together_${Date.now()}`));
    await addCast(koloop);
    await koloop.store.transaction(async (tx) => {
      for (let n = 0; n < 30; n++)
        await addPerson(tx, { id: `P${n}`, name: `P${n}`, roles: ["customer"], ownerId: "E1" });
    });
    const said = vi.spyOn(Client.prototype, "query");
    onTestFinished(() => said.mockRestore());
    const all = () =>
      Promise.all(Array.from({ length: 30 }, (_, n) => koloop.channel.write(`P${n}`, `direct:P${n}:E1`, "我家有猫")));

    await all();
    const trips = tripsOfMessages(said.mock);
    await all();

    // One by one they took 18 each; they take 25; a group that loses a race is begun anew once.
    expect(trips).toBeGreaterThan(10);
    expect(trips).toBeLessThan(80);
    const counts = await koloop.store.read(({ connection: { sql } }) =>
      sql.get(
        "SELECT (SELECT count(*) FROM message) AS messages, (SELECT count(*) FROM suggestion) AS asked, (SELECT count(*) FROM identity WHERE last_seen_at = ?) AS seen FROM (SELECT 1) AS one",
        friday,
      ),
    );
    expect(counts).toEqual({ messages: 60, asked: 30, seen: 30 });
  });
});
