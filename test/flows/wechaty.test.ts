import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import type { Channel } from "#bot/channels/channel.ts";
import { createWechaty } from "#bot/channels/wechaty/channel.ts";
import type { WechatyBot } from "#bot/channels/wechaty/client.ts";
import { registerLoginPage } from "#bot/channels/wechaty/login-page.ts";
import { showStaff } from "#handlers/say.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { addCast, friday, startKoloop } from "../setup/koloop.ts";
import { until } from "./telegram-house.ts";

/** A wechaty in memory: who said what, and what was said to whom. */
function fakeBot() {
  const listeners = new Map<string, (...args: never[]) => void>();
  const said: { to: string; text: string }[] = [];
  const talker = (id: string) => ({
    id,
    name: () => id,
    topic: async () => "群",
    say: async (text: string) => {
      if (fake.broken) throw new Error("no answer from the puppet");
      said.push({ to: id, text });
    },
  });
  const fake = {
    said,
    broken: false,
    emit: (event: string, ...args: unknown[]) => listeners.get(event)?.(...(args as never[])),
    says: (from: string, text: string) =>
      fake.emit("message", {
        id: `w${Math.random()}`,
        talker: () => talker(from),
        room: () => undefined,
        text: () => text,
        mentionText: async () => text,
        mentionSelf: async () => false,
        self: () => false,
        date: () => new Date(friday),
      }),
    on: (event: string, listener: (...args: never[]) => void) => listeners.set(event, listener),
    start: async () => {},
    stop: async () => {},
    Contact: { find: async ({ id }: { id: string }) => talker(id) },
    Room: { find: async ({ id }: { id: string }) => talker(id) },
  };
  return fake;
}

async function openWechaty() {
  const bot = fakeBot();
  const web = new FakeChannel(() => friday);
  // The channel needs the store, and koloop its channels: what koloop calls is put in once both are there.
  const shell: Channel = { name: "wechaty", start: async () => {}, deliver: async () => ({}), stop: async () => {} };
  const koloop = await startKoloop({ channels: [web, shell] });
  await addCast(koloop);
  const pace = { firstWaitMs: 5 };
  const wechaty = createWechaty({ bot: bot as unknown as WechatyBot, store: koloop.store, ctx: koloop.ctx, pace });
  Object.assign(shell, wechaty);
  await wechaty.start((event) => koloop.inbox.accept(event));
  const card = (n: number) => ({ v: 1 as const, key: `k${n}`, title: `卡片${n}`, blocks: [], buttons: [] });
  const deliver = (n = 1) =>
    wechaty.deliver({
      id: `d${n}`,
      address: { channel: "wechaty", room: "c:wang" },
      body: { type: "card", card: card(n) },
    });
  return { bot, web, koloop, wechaty, deliver };
}

describe("wechaty", () => {
  it("sends nothing before somebody has logged in, and keeps the code for whoever must scan it", async () => {
    const { bot, koloop, wechaty, deliver } = await openWechaty();

    bot.emit("scan", "https://login.example/abc");
    await expect(deliver()).rejects.toMatchObject({ kind: "try-later" });
    const kept = await until("the code", () =>
      koloop.store.read(async (tx) => {
        const state = await tx.settings.get("wechaty-state");
        return state?.includes("abc") && state;
      }),
    );
    const before = wechaty.isUp?.();
    bot.emit("login");
    await deliver();

    expect([before, wechaty.isUp?.()]).toEqual([false, true]);
    expect(kept).toContain("https://login.example/abc");
    expect(bot.said).toEqual([{ to: "wang", text: "卡片1" }]);
  });

  it("is slow on purpose, and stops for a while after three faults", async () => {
    const { bot, koloop, wechaty, deliver } = await openWechaty();
    bot.emit("login");

    await deliver(1);
    await expect(deliver(2)).rejects.toMatchObject({ retryAfterMs: 4000 });
    bot.broken = true;
    for (let i = 0; i < 3; i++) {
      koloop.pass(5000);
      await expect(deliver(3)).rejects.toMatchObject({ kind: "try-later" });
    }
    const broken = wechaty.isUp?.();
    koloop.pass(10 * 60_000);

    expect([broken, wechaty.isUp?.()]).toEqual([false, true]);
  });

  it("shows the code on its page, to managers only", async () => {
    const { bot, koloop } = await openWechaty();
    const http = Fastify();
    const requireRight = async ({ headers }: { headers: Record<string, unknown> }) => {
      if (headers["x-role"] !== "manager") throw Object.assign(new Error("managers only"), { statusCode: 403 });
    };
    registerLoginPage(http, { store: koloop.store, web: { requireRight } as never });
    bot.emit("scan", "https://login.example/abc");
    await until("the code", () =>
      koloop.store.read(async (tx) => (await tx.settings.get("wechaty-state"))?.includes("abc")),
    );

    const [shown, refused] = await Promise.all([
      http.inject({ url: "/wechaty", headers: { "x-role": "manager" } }),
      http.inject({ url: "/wechaty", headers: { "x-role": "koe" } }),
    ]);

    expect(shown.body).toContain("https://login.example/abc");
    expect(shown.headers["cache-control"]).toBe("no-store");
    expect([refused.statusCode, refused.body.includes("login.example")]).toEqual([403, false]);
  });

  it("tries again what could not be committed, before what follows it", async () => {
    const { bot, koloop } = await openWechaty();
    bot.emit("login");
    const { backend } = koloop.store;
    const transaction = backend.transaction;
    let left = 3;
    backend.transaction = (...args) =>
      left-- > 0 ? Promise.reject(new Error("the disk is full")) : (transaction.apply(backend, args as never) as never);

    bot.says("wang", "第一句");
    bot.says("wang", "第二句");
    const texts = () =>
      koloop.store.read((tx) => tx.connection.sql.all<{ text: string }>("SELECT text FROM message ORDER BY id"));
    await until("both", async () => (await texts()).length === 2);
    const heard = await texts();

    expect(heard.map(({ text }) => text)).toEqual(["第一句", "第二句"]);
  });

  it("loses nothing that is for somebody while it is logged out: it goes to their other account, or waits", async () => {
    const { bot, web, koloop, wechaty } = await openWechaty();
    await koloop.store.transaction(async (tx) => {
      for (const personId of ["E1", "C1"]) {
        const own = { personId, channel: "wechaty", externalId: personId, name: null, room: `c:${personId}` };
        await tx.people.addIdentity({ ...own, id: `w-${personId}`, reachable: "yes", lastSeenAt: null, linkedAt: 0 });
        await tx.people.change(personId, { homeChannel: "wechaty", updatedAt: 1 });
      }
      await tx.people.changeIdentity((await tx.people.identity("web", "C1"))!, { reachable: "no" });
    });
    const card = (key: string) => ({ v: 1 as const, key, title: key, blocks: [], buttons: [] });
    const show = (personId: string, key: string) =>
      koloop.store.transaction(async (tx) => showStaff(tx, koloop.ctx, (await tx.people.find(personId))!, card(key)));
    bot.emit("login");
    await show("E1", "before");
    await koloop.outbox.drain();
    koloop.pass(10_000);

    bot.emit("logout");
    await show("E1", "elsewhere");
    await show("C1", "waits");
    await koloop.outbox.drain();
    const whileOut = bot.said.map(({ text }) => text);
    bot.emit("login");
    koloop.pass(60_000);
    await koloop.outbox.drain();

    expect(whileOut).toEqual(["before"]);
    expect(web.cardsIn("bot:E1").map(({ title }) => title)).toEqual(["elsewhere"]);
    expect(bot.said.map(({ text }) => text)).toEqual(["before", "waits"]);
    expect(wechaty.isUp?.()).toBe(true);
  });

  it("hears words that are said to it as those of somebody new", async () => {
    const { bot, koloop } = await openWechaty();
    bot.emit("login");

    bot.says("wang", "你好");
    const identity = await until("somebody new", () =>
      koloop.store.read((tx) => tx.people.identity("wechaty", "wang")),
    );

    expect(identity).toMatchObject({ room: "c:wang", reachable: "yes" });
  });
});
