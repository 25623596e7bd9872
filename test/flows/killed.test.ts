import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it } from "vitest";
import { compareWithRebuild } from "#handlers/compare-rebuild.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";

const processFile = join(import.meta.dirname, "..", "fakes", "koloop-process.mjs");
/** Ten in CI; `KOLOOP_KILLS=200 npx vitest run test/flows/killed.test.ts` for a long run. */
const kills = Number(process.env.KOLOOP_KILLS ?? 10);
const customers = 20 * kills;
/** Each employee is asked about so many people: a room shows its cards one after the other. */
const customersEach = 100;
const employeeOf = (n: number) => `E${Math.floor(n / customersEach)}`;

beforeAll(async () => {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  await build();
});

/** A process that takes events until it is killed; `acknowledged` fills as it commits. */
async function started(database: string, shown: string, acknowledged: Set<string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [processFile, database, shown], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin?.on("error", () => {}); // Writing to a killed process is what this test does.
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`koloop ended with ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) =>
      line === "ready" ? ready() : acknowledged.add(line),
    );
  });
  child.removeAllListeners("exit");
  return child;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));
const says = (n: number) => ({
  type: "message",
  eventId: `event-${n}`,
  from: `C${n}`,
  address: { channel: "web", room: `direct:C${n}:${employeeOf(n)}` },
  roomKind: "direct",
  at: Date.now(),
  text: `我家养了${n}只猫`,
  addressed: false,
});

describe("kill -9", () => {
  it("at random moments loses nothing that was acknowledged, doubles no effect, and leaves a ledger that folds to what is kept", {
    timeout: 300_000 + kills * 20_000,
  }, async () => {
    const database = freshDatabase();
    const shown = `${database}.shown`;
    const store = await freshStore(database);
    await store.transaction(async (tx) => {
      for (let n = 0; n < customers; n += customersEach)
        await addPerson(tx, { id: employeeOf(n), name: "安娜", roles: ["koe"], ownerId: null });
      for (let n = 0; n < customers; n++)
        await addPerson(tx, { id: `C${n}`, name: `顾客${n}`, roles: ["customer"], ownerId: employeeOf(n) });
    });
    const acknowledged = new Set<string>();

    for (let kill = 0; kill < kills; kill++) {
      const child = await started(database, shown, acknowledged);
      // A vendor delivers again what was not acknowledged, and now and then what was.
      const due = Array.from({ length: customers }, (_, n) => n).filter(
        (n) => !acknowledged.has(`event-${n}`) || n % 17 === kill % 17,
      );
      for (const n of due.slice(0, 20 + ((20 * kill) % 400))) child.stdin?.write(`${JSON.stringify(says(n))}\n`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      child.kill("SIGKILL");
      await ended(child);
      const kept = await store.read((tx) =>
        tx.connection.sql.all<{ event_id: string }>("SELECT event_id FROM message"),
      );
      const lost = [...acknowledged].filter((id) => !kept.some((row) => row.event_id === id));
      expect(lost, "acknowledged, then lost").toEqual([]);
    }
    const last = await started(database, shown, acknowledged);
    for (let n = 0; n < customers; n++) last.stdin?.write(`${JSON.stringify(says(n))}\n`);
    last.stdin?.write(`${JSON.stringify({ type: "finish" })}\n`);
    await ended(last);

    const counts = await store.read(async ({ connection: { sql } }) => ({
      messages: await sql.get("SELECT count(*) AS n, count(DISTINCT event_id) AS different FROM message"),
      suggestions: await sql.get("SELECT count(*) AS n, count(DISTINCT person_id) AS different FROM suggestion"),
      outbox: await sql.get(
        "SELECT count(*) AS n, count(DISTINCT card_key) AS different FROM outbox WHERE status = 'sent'",
      ),
    }));
    const once = { n: customers, different: customers };
    expect(counts).toEqual({ messages: once, suggestions: once, outbox: once });
    expect(existsSync(shown)).toBe(true);
    const cards = new Set(
      readFileSync(shown, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).key),
    );
    expect(cards.size).toBe(customers);
    const differing = await store.read(async (tx) => {
      const found: string[] = [];
      for (const person of await tx.people.all()) {
        const { tags, segments } = await compareWithRebuild(
          tx,
          { taxonomy: loadTaxonomy(), now: Date.now },
          person,
          new Set(),
        );
        if (tags || segments.length > 0) found.push(person.id);
      }
      return found;
    });
    expect(differing).toEqual([]);
    if (kills > 10) console.info(JSON.stringify({ kills, customers, ...counts, shown: cards.size, differing: 0 }));
  });
});
