import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import type { OutboxItem } from "#db/outbox.ts";
import type { Store, Tx } from "#db/store.ts";
import { newAssignment } from "#domain/task.ts";
import type { Context } from "#handlers/context.ts";
import { markPushed } from "#handlers/mark-pushed.ts";
import { gateAtSending } from "#handlers/push.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { freshDatabase } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const processFile = join(import.meta.dirname, "..", "fakes", "koloop-process.mjs");
const dayMs = 86_400_000;
const [people, pushesEach, perWeek] = [8, 5, 2];
/** Where it is noon by koloop's clock, so that no quiet hour stands in the way. */
const noonZone = (now: number) => {
  const ahead = 12 - new Date(now).getUTCHours();
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
};

let server: TestServer;
beforeAll(async () => {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  await build();
  server = await startPostgres();
});
afterAll(() => server?.stop());

/** A process that delivers until it is told to finish. */
async function delivering(url: string, shown: string): Promise<ChildProcess> {
  const env = { ...process.env, KOLOOP_QUIET_HOURS: "on", KOLOOP_PUSHES_PER_WEEK: String(perWeek) };
  const child = spawn(process.execPath, [processFile, url, shown], { env, stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`koloop ended with ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) => line === "ready" && ready());
  });
  child.removeAllListeners("exit");
  return child;
}

/** Pushes that waited through a long outage, all due at once: nothing but what goes out counts against their week. */
async function addPushes({ store, ctx }: Koloop): Promise<void> {
  const at = ctx.now();
  await store.transaction(async (tx) => {
    for (let n = 0; n < people; n++)
      await addPerson(tx, { id: `K${n}`, name: `K${n}`, roles: ["koc"], ownerId: null, timeZone: noonZone(at) });
    for (let t = 0; t < pushesEach; t++) {
      await tx.tasks.add({
        ...{ id: `T${t}`, title: `任务${t}`, theme: `主题${t}`, brief: "", materials: [], templateId: null },
        target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
        forms: [{ form: "video", brief: "" }],
        ...{ importance: 3, quota: 50, pushBudget: null, reward: 0, createdBy: "M1", createdAt: at, updatedAt: at },
        proof: { platforms: [], count: 1, mustMention: [], newerThanTask: false },
        ...{ publishedAt: at, deadlineAt: at + 7 * dayMs, status: "open", autopilot: false, briefVersion: 1 },
      });
      for (let n = 0; n < people; n++) {
        const about = {
          id: `A${t}-${n}`,
          taskId: `T${t}`,
          personId: `K${n}`,
          form: "video",
          wave: 1,
          policy: "learned" as const,
        };
        await tx.tasks.addAssignment(newAssignment(about, at - 8 * dayMs));
        await tx.outbox.add({
          ...{ id: `P${t}-${n}`, channel: "web", personId: `K${n}`, cardKey: null, dedupeKey: `push:T${t}:K${n}` },
          // Each in a room of its own: it is not the order of a room that holds them back.
          ...{ room: `bot:K${n}:${t}`, purpose: "push", body: { type: "text", text: "x" }, reply: null },
          ...{ assignmentId: about.id, runAt: at, attempts: 0, createdAt: at },
        });
      }
    }
  });
}

/** One push to each, taken for delivery; that to K0. */
async function claimed(store: Store, now: number, worker: string): Promise<OutboxItem> {
  const items = await store.transaction((tx) => tx.outbox.claimDue(now, people, worker));
  return items.find((item) => item.personId === "K0")!;
}

async function settled(tx: Tx, ctx: Context, item: OutboxItem): Promise<void> {
  await tx.outbox.markSent(item.id, ctx.now());
  await markPushed(tx, ctx, item.assignmentId!, ctx.now());
}

describe("two processes that deliver", () => {
  it("count a push that goes out while the gate reads what has gone out", async () => {
    const url = await server.create("limits_between");
    const config = readConfig({ DATABASE_URL: url, KOLOOP_LOG_LEVEL: "silent", KOLOOP_PUSHES_PER_WEEK: "1" });
    const parts = { web: false, channels: [new FakeChannel(Date.now)], role: "channel:telegram" as const };
    const { store, ctx, ...koloop } = await createKoloop(config, parts);
    onTestFinished(() => koloop.stop());
    await addPushes({ store, ctx, ...koloop });

    const mine = await claimed(store, ctx.now(), "one process");
    const theirs = await claimed(store, ctx.now(), "another process");
    const verdict = await store.read((tx) => {
      const sentTimes: typeof tx.tasks.sentTimes = async (...asked) => {
        const times = await tx.tasks.sentTimes(...asked);
        await store.transaction((beside) => settled(beside, ctx, theirs));
        return times;
      };
      return gateAtSending({ ...tx, tasks: { ...tx.tasks, sentTimes } }, ctx, mine);
    });
    expect(verdict).toMatchObject({ later: expect.any(Number), why: "capped" });
  });

  it("send nobody more pushes in a week than the cap allows, in whatever rooms", async () => {
    const url = await server.create("limits");
    const config = readConfig({ DATABASE_URL: url, KOLOOP_LOG_LEVEL: "silent" });
    const koloop = await createKoloop(config, {
      web: false,
      channels: [new FakeChannel(Date.now)],
      role: "channel:telegram",
    });
    onTestFinished(() => koloop.stop());
    await addPushes(koloop);
    const shown = `${freshDatabase()}.shown`;
    const read = <Row>(text: string) => koloop.store.read((tx) => tx.connection.sql.all<Row>(text));

    const both = await Promise.all([delivering(url, shown), delivering(url, shown)]);
    onTestFinished(() => both.forEach((child) => void child.kill("SIGKILL")));
    const end = Date.now() + 120_000;
    const due =
      "SELECT id FROM outbox WHERE status = 'waiting' AND run_at < CAST(extract(epoch FROM now()) * 1000 AS bigint) + 3600000";
    while ((await read(due)).length > 0 && Date.now() < end) await new Promise((done) => setTimeout(done, 100));

    const sent = await read<{ person_id: string; n: number }>(
      "SELECT person_id, count(*) AS n FROM outbox WHERE status = 'sent' GROUP BY person_id ORDER BY person_id",
    );
    expect(sent).toEqual(Array.from({ length: people }, (_, n) => ({ person_id: `K${n}`, n: perWeek })));
    expect(readFileSync(shown, "utf8").trim().split("\n")).toHaveLength(people * perWeek);
  });
});
