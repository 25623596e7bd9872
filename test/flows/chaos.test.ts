import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "#bot/database.ts";
import { compareWithRebuild } from "#handlers/compare-rebuild.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { freshDatabase } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const processFile = join(import.meta.dirname, "..", "fakes", "koloop-process.mjs");
const customers = 60;
const blows = 5;
/** The second machine's clock is two minutes ahead. */
const skews = ["0", "120000"];

let server: TestServer;
beforeAll(async () => {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  await build();
  server = await startPostgres();
});
afterAll(() => server?.stop());

type Member = { child: ChildProcess; say: (line: object) => void };

async function started(url: string, shown: string, acknowledged: Set<string>, skewMs: string): Promise<Member> {
  const env = { ...process.env, KOLOOP_QUIET_HOURS: "off", KOLOOP_TEST_SKEW_MS: skewMs };
  // What a cut connection makes it complain of is not what this test is about.
  const child = spawn(process.execPath, [processFile, url, shown], { env, stdio: ["pipe", "pipe", "ignore"] });
  child.stdin?.on("error", () => {});
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`koloop ended with ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) =>
      line === "ready" ? ready() : acknowledged.add(line),
    );
  });
  child.removeAllListeners("exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, say: (line) => child.stdin?.write(`${JSON.stringify(line)}\n`) };
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? undefined
    : new Promise((resolve) => child.once("exit", resolve));
const says = (n: number) => ({
  ...{ type: "message", eventId: `event-${n}`, from: `C${n}`, roomKind: "direct", at: Date.now(), addressed: false },
  ...{ address: { channel: "web", room: `direct:C${n}:E1` }, text: `我家养了${n}只猫` },
});

/** Cuts every connection but this one, as a restart of the database does. */
async function cutConnections(url: string): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  await admin.end();
}

describe("two processes on one PostgreSQL, one with a wrong clock", () => {
  it("killed and cut off at random moments lose nothing, and do each thing once", async () => {
    const url = await server.create("chaos");
    const shown = `${freshDatabase()}.shown`;
    const { store } = await openDatabase(url);
    await store.transaction(async (tx) => {
      await addPerson(tx, { id: "E1", name: "安娜", roles: ["koe"], ownerId: null });
      for (let n = 0; n < customers; n++)
        await addPerson(tx, { id: `C${n}`, name: `顾客${n}`, roles: ["customer"], ownerId: "E1" });
    });
    await store.close();
    const acknowledged = new Set<string>();
    const members = await Promise.all(skews.map((skew) => started(url, shown, acknowledged, skew)));

    for (let blow = 0; blow < blows; blow++) {
      // The vendor tells both what was not acknowledged, and now and then what was.
      for (let n = 0; n < customers; n++)
        if (n % blows <= blow && (!acknowledged.has(`event-${n}`) || n % 7 === 0))
          for (const { say } of members) say(says(n));
      await sleep(Math.random() * 400);
      if (blow % 2 === 1) {
        await cutConnections(url);
        continue;
      }
      const struck = (blow / 2) % members.length;
      members[struck]!.child.kill("SIGKILL");
      await ended(members[struck]!.child);
      members[struck] = await started(url, shown, acknowledged, skews[struck]!);
    }
    const everything = async () => {
      for (let round = 0; round < 240 && acknowledged.size < customers; round++) {
        for (let n = 0; n < customers; n++)
          if (!acknowledged.has(`event-${n}`)) for (const { say } of members) say(says(n));
        await sleep(500);
      }
    };
    await everything();
    expect(acknowledged.size).toBe(customers);
    const { store: after } = await openDatabase(url);
    onTestFinished(() => after.close());
    const count = (text: string) =>
      after.read(async ({ connection: { sql } }) => Number((await sql.get<{ n: number }>(text))?.n));
    // What a killed process had taken to deliver is free again after its lease of a minute.
    for (
      let round = 0;
      round < 360 && (await count("SELECT count(*) AS n FROM outbox WHERE status = 'waiting'")) > 0;
      round++
    )
      await sleep(500);
    for (const { child, say } of members) {
      say({ type: "finish" });
      await ended(child);
    }

    expect({
      messages: await count("SELECT count(*) AS n FROM message"),
      asked: await count("SELECT count(*) AS n FROM suggestion"),
      askedOf: await count("SELECT count(DISTINCT person_id) AS n FROM suggestion"),
      sent: await count("SELECT count(DISTINCT card_key) AS n FROM outbox WHERE status = 'sent'"),
      setAside: await count("SELECT count(*) AS n FROM dead_event"),
    }).toEqual({ messages: customers, asked: customers, askedOf: customers, sent: customers, setAside: 0 });
    const cards = readFileSync(shown, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).key as string);
    expect(new Set(cards).size).toBe(customers);
    const differing = await after.read(async (tx) => {
      const ctx = { taxonomy: loadTaxonomy(), now: Date.now };
      const found: string[] = [];
      for (const person of await tx.people.all()) {
        const { tags, segments } = await compareWithRebuild(tx, ctx, person, new Set());
        if (tags || segments.length > 0) found.push(person.id);
      }
      return found;
    });
    expect(differing).toEqual([]);
  });
});
