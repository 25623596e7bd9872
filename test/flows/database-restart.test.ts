import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import type { Turn } from "#domain/cue.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const customers = 30;

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

const hearsCats = (turns: readonly Turn[]) => {
  const turn = turns.length - 1;
  return { cues: [{ tag: "pet_family", quote: "养了猫", turn, score: 0.9, evidence: [] }], retractions: [] };
};

it("a database that is stopped and started again costs no message and no card, and the process goes on", async () => {
  const url = await server.create("restart");
  const channel = new FakeChannel(Date.now, "web");
  const config = readConfig({ DATABASE_URL: url, KOLOOP_LOG_LEVEL: "silent", KOLOOP_QUIET_HOURS: "off" });
  const koloop = await createKoloop(config, { web: false, channels: [channel], extract: hearsCats });
  onTestFinished(() => koloop.stop());
  await koloop.store.transaction(async (tx) => {
    await addPerson(tx, { id: "E1", name: "安娜", roles: ["koe"], ownerId: null });
    for (let n = 0; n < customers; n++)
      await addPerson(tx, { id: `C${n}`, name: `顾客${n}`, roles: ["customer"], ownerId: "E1" });
  });
  await koloop.start();
  let refused = 0;
  /** A vendor tells again what was not acknowledged. */
  const told = async (n: number): Promise<void> => {
    for (let tries = 0; tries < 600; tries++) {
      try {
        return await channel.write(`C${n}`, `direct:C${n}:E1`, "我家养了猫", `event-${n}`);
      } catch {
        refused++;
        await sleep(100);
      }
    }
    throw new Error(`event-${n} was never taken in`);
  };

  const before = Array.from({ length: customers / 2 }, (_, n) => told(n));
  let meanwhile: Promise<void>[] = [];
  await server.restart(async () => {
    meanwhile = Array.from({ length: customers / 2 }, (_, n) => told(n + customers / 2));
    await expect.poll(() => refused).toBeGreaterThan(0);
  });
  await Promise.all([...before, ...meanwhile]);
  const count = (text: string) =>
    koloop.store.read(async ({ connection: { sql } }) => Number((await sql.get<{ n: number }>(text))?.n));
  for (let k = 0; k < 1200 && (await count("SELECT count(*) AS n FROM outbox WHERE status = 'waiting'")) > 0; k++)
    await sleep(50);

  expect({
    messages: await count("SELECT count(*) AS n FROM message"),
    suggestions: await count("SELECT count(*) AS n FROM suggestion"),
    sent: await count("SELECT count(DISTINCT card_key) AS n FROM outbox WHERE status = 'sent'"),
    aside: await count("SELECT count(*) AS n FROM dead_event"),
  }).toEqual({ messages: customers, suggestions: customers, sent: customers, aside: 0 });
});
