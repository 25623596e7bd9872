import { describe, expect, it } from "vitest";
import { createWechaty } from "#bot/channels/wechaty/channel.ts";
import type { WechatyBot } from "#bot/channels/wechaty/client.ts";
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
  const koloop = await startKoloop({ channels: [web] });
  await addCast(koloop);
  const wechaty = createWechaty({ bot: bot as unknown as WechatyBot, store: koloop.store, ctx: koloop.ctx });
  await wechaty.start((event) => koloop.inbox.accept(event));
  const card = (n: number) => ({ v: 1 as const, key: `k${n}`, title: `卡片${n}`, blocks: [], buttons: [] });
  const deliver = (n = 1) =>
    wechaty.deliver({
      id: `d${n}`,
      address: { channel: "wechaty", room: "c:wang" },
      body: { type: "card", card: card(n) },
    });
  return { bot, koloop, wechaty, deliver };
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
