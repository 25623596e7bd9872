import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "#bot/database.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres } from "../setup/postgres.ts";

const processFile = join(import.meta.dirname, "..", "fakes", "koloop-process.mjs");
const kocs = 40;
const rounds = 4;

beforeAll(async () => {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  await build();
});

/** A koloop of its own over the shared database, with quiet hours off so that the time of day decides nothing. */
async function worker(database: string, shown: string, acknowledged: Set<string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [processFile, database, shown], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, KOLOOP_QUIET_HOURS: "off" },
  });
  child.stdin?.on("error", () => {}); // Writing to a killed process is what this test does.
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`koloop ended with ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (line === "ready") ready();
      else acknowledged.add(line);
    });
  });
  child.removeAllListeners("exit");
  return child;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));
const tell = (child: ChildProcess, event: object) => child.stdin?.write(`${JSON.stringify(event)}\n`);
const fromManager = (eventId: string, what: object) => ({
  eventId,
  from: "M1",
  address: { channel: "web", room: "bot:M1" },
  roomKind: "bot",
  at: Date.now(),
  ...what,
});

describe("one person, one task", () => {
  it.each(["SQLite", "PostgreSQL"])(
    "gets one card, however often it is sent, by two workers of which one is killed again and again, on %s",
    async (kind) => {
      const file = freshDatabase();
      const shown = `${file}.shown`;
      const acknowledged = new Set<string>();
      const server = kind === "PostgreSQL" ? await startPostgres() : undefined;
      const database = server ? await server.create("once") : file;
      const store = server ? (await openDatabase(database)).store : await freshStore(file);
      onTestFinished(async () => {
        if (!server) return;
        await store.close();
        await server.stop();
      });
      await store.transaction(async (tx) => {
        await addPerson(tx, { id: "M1", name: "莫经理", roles: ["manager"], ownerId: null });
        for (let n = 0; n < kocs; n++)
          await addPerson(tx, { id: `K${n}`, name: `群友${n}`, roles: ["koc"], ownerId: null });
      });
      const steady = await worker(database, shown, acknowledged);
      const text = "新任务:冬季续航实测,给所有人,视频或图文,10篇,一个月内";
      tell(steady, fromManager("write", { type: "message", text, addressed: true }));
      await expect.poll(() => acknowledged.has("write")).toBe(true);
      const [draft] = await store.read((tx) => tx.tasks.list());
      const send = { type: "tap", action: { type: "task.send", id: draft!.id } };

      for (let round = 0; round < rounds; round++) {
        const doomed = await worker(database, shown, acknowledged);
        for (const child of [doomed, steady]) {
          tell(child, fromManager(`same-${round}`, send));
          tell(child, fromManager(`own-${round}-${child.pid}`, send));
        }
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
        doomed.kill("SIGKILL");
        await ended(doomed);
      }
      tell(steady, { type: "finish" });
      await ended(steady);
      const last = await worker(database, shown, acknowledged);
      tell(last, { type: "finish" });
      await ended(last);

      const { pushes, assignments, waiting } = await store.read(async ({ connection: { sql } }) => ({
        pushes: await sql.get(
          "SELECT count(*) AS n, count(DISTINCT person_id) AS people FROM outbox WHERE purpose = 'push'",
        ),
        assignments: await sql.get("SELECT count(*) AS n, count(DISTINCT person_id) AS people FROM assignment"),
        waiting: await sql.get("SELECT count(*) AS n FROM outbox WHERE purpose = 'push' AND status <> 'sent'"),
      }));
      expect((assignments as { n: number }).n).toBeGreaterThan(10);
      expect(pushes).toEqual({ n: (assignments as { n: number }).n, people: (assignments as { n: number }).n });
      expect(assignments).toEqual(pushes);
      expect(waiting).toEqual({ n: 0 });
      expect(existsSync(shown)).toBe(true);
      const cards = readFileSync(shown, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { id: string; room: string; key?: string })
        .filter(({ key }) => key?.startsWith("offer-"));
      const byRoom = new Map<string, Set<string>>();
      for (const { id, room } of cards) byRoom.set(room, (byRoom.get(room) ?? new Set()).add(id));
      expect([...byRoom.values()].map((ids) => ids.size)).toEqual(Array(byRoom.size).fill(1));
      expect(byRoom.size).toBe((assignments as { n: number }).n);
    },
  );
});
