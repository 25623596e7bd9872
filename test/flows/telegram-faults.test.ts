import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { CutLine } from "../fakes/cut-line.ts";
import { FakeTelegram, telegramToken } from "../fakes/telegram.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";
import { ids, openTelegram, startTelegram, until } from "./telegram-house.ts";

const group = { id: -100400, type: "supergroup", title: "车友会" };
const processFile = join(import.meta.dirname, "..", "fakes", "telegram-process.mjs");

describe("a network that is cut for a while", () => {
  // A minute is four seconds and a half here: the limit of a call is 29 s in life and 2 s here.
  it.each(["broken", "silent"] as const)("loses and doubles nothing where the line is %s", async (how) => {
    const { fake, koloop: unused, environment } = await openTelegram();
    await unused.stop();
    const line = new CutLine(fake.base);
    await line.start();
    onTestFinished(() => line.stop());
    const koloop = await startTelegram(
      { ...environment, TELEGRAM_API_ROOT: line.base },
      { pace: { callSeconds: 2, firstWaitMs: 20 } },
    );
    const heard = () => koloop.store.read((tx) => tx.connection.sql.all<object>("SELECT id FROM message"));
    fake.says(ids.C1, "早上好", { chat: group });
    await until("the first words", async () => (await heard()).length === 1);

    line.cut(how);
    fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    fake.says(ids.M1, "帮助");
    await new Promise((resolve) => setTimeout(resolve, 4500));
    const whileCut = (await heard()).length;
    line.mend();
    await until("a card", () => fake.in(ids.E1)[0]);
    await until("an answer", () => fake.in(ids.M1)[0]);
    await until("the offset", () => fake.confirmed === 3);

    expect([whileCut, (await heard()).length]).toEqual([1, 3]);
    expect([fake.in(ids.E1).length, fake.in(ids.M1).length]).toEqual([1, 1]);
  });

  it("keeps what is to be said, in its order", async () => {
    const { fake, koloop: unused, environment } = await openTelegram();
    await unused.stop();
    const line = new CutLine(fake.base);
    await line.start();
    onTestFinished(() => line.stop());
    const koloop = await startTelegram(
      { ...environment, TELEGRAM_API_ROOT: line.base },
      { pace: { callSeconds: 2, firstWaitMs: 20 } },
    );
    await until("polling", () => fake.calls.some(({ method }) => method === "getUpdates"));

    line.cut("broken");
    await koloop.store.transaction(async (tx) => {
      const { tellMember } = await import("#handlers/say.ts");
      const person = (await tx.people.find("K1"))!;
      for (const words of ["一", "二", "三"]) await tellMember(tx, koloop.ctx, person, words);
    });
    await koloop.outbox.drain();
    const whileCut = fake.in(ids.K1).length;
    line.mend();
    await until("three messages", () => fake.in(ids.K1).length === 3);

    expect(whileCut).toBe(0);
    expect(fake.in(ids.K1).map(({ text }) => text)).toEqual(["一", "二", "三"]);
  });
});

describe("kill -9 in mid-poll", () => {
  const kills = 4;
  const customers = 40;
  /** Telegram takes a message a second for one chat: the cards go to many. */
  const employees = 20;

  beforeAll(async () => {
    const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
    await build();
  });

  it("loses nothing, and doubles no words and no questions, and of their cards in each chat only the one on its way", async () => {
    const fake = new FakeTelegram();
    await fake.start();
    onTestFinished(() => fake.stop());
    fake.atOnce = 7;
    const database = freshDatabase();
    const store = await freshStore(database);
    onTestFinished(() => store.close());
    await store.transaction(async (tx) => {
      for (let n = 0; n < employees; n++)
        await addPerson(tx, { id: `E${n}`, name: `员工${n}`, roles: ["koe"], ownerId: null });
      for (let n = 0; n < customers; n++)
        await addPerson(tx, { id: `C${n}`, name: `顾客${n}`, roles: ["customer"], ownerId: `E${n % employees}` });
      const identity = { channel: "telegram", name: null, reachable: "yes" as const, lastSeenAt: null, linkedAt: 0 };
      for (let n = 0; n < employees; n++)
        await tx.people.addIdentity({
          ...identity,
          id: `e${n}`,
          personId: `E${n}`,
          externalId: `${5000 + n}`,
          room: `${5000 + n}`,
        });
      for (let n = 0; n < customers; n++)
        await tx.people.addIdentity({
          ...identity,
          id: `t${n}`,
          personId: `C${n}`,
          externalId: `${9000 + n}`,
          room: null,
        });
    });
    const environment = {
      ...process.env,
      DATABASE_URL: `file:${database}`,
      KOLOOP_LOG_LEVEL: "fatal",
      KOLOOP_QUIET_HOURS: "off",
      TELEGRAM_BOT_TOKEN: telegramToken,
      TELEGRAM_API_ROOT: fake.base,
    };
    const started = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [processFile], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
      await new Promise<void>((ready, failed) => {
        child.stdout?.once("data", () => ready());
        child.once("exit", (code) => failed(new Error(`koloop ended with ${code}`)));
      });
      child.removeAllListeners("exit");
      onTestFinished(() => void child.kill("SIGKILL"));
      return child;
    };
    const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));
    let said = 0;
    const sayTo = (upTo: number) => {
      for (; said < upTo; said++) fake.says(9000 + said, `我家养了${said}只猫`, { chat: group });
    };

    for (let kill = 0; kill < kills; kill++) {
      const child = await started();
      sayTo(Math.floor(((kill + 1) * customers) / (kills + 1)));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 80));
      child.kill("SIGKILL");
      await ended(child);
    }
    sayTo(customers);
    const last = await started();
    type Count = { n: number; different: number };
    const counts = () =>
      store.read(async ({ connection: { sql } }) => ({
        messages: await sql.get<Count>("SELECT count(*) AS n, count(DISTINCT event_id) AS different FROM message"),
        suggestions: await sql.get<Count>(
          "SELECT count(*) AS n, count(DISTINCT person_id) AS different FROM suggestion",
        ),
        sent: await sql.get<Count>(
          "SELECT count(*) AS n, count(DISTINCT card_key) AS different FROM outbox WHERE status = 'sent'",
        ),
      }));
    const once = { n: customers, different: customers };
    await until("all cards", async () => Number((await counts()).sent?.n) === customers);
    last.kill("SIGTERM");
    await ended(last);

    expect(await counts()).toEqual({ messages: once, suggestions: once, sent: once });
    const cardOf = ({ text }: { text: string }) => /养了(\d+)只/.exec(text)?.[1];
    expect(new Set(fake.shown.map(cardOf)).size).toBe(customers);
    // A chat takes one at a time: so much may have been said at a kill and not yet noted.
    for (let n = 0; n < employees; n++) {
      const shown = fake.in(5000 + n).map(cardOf);
      expect(shown.length - new Set(shown).size).toBeLessThanOrEqual(kills);
    }
  });
});
