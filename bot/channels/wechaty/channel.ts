import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Channel, DeliveryError } from "../channel.ts";
import { hear, talkerOf, type WechatyBot } from "./client.ts";
import { readMessage, roomOf, wechatyChannel } from "./receive.ts";
import { renderBody } from "./render.ts";

/** Accounts that write like machines are banned: a pause between two messages, and few in an hour. */
const pauseMs = 4000;
const perHour = 60;
const hourMs = 3_600_000;
/** So many faults in a row open the breaker; while it is open nothing is sent. */
const faultsToBreak = 3;
const brokenMs = 10 * 60_000;

export type WechatyState = { loggedIn: boolean; code: string | undefined };
/** Where `doctor` and the login page read how the account stands. */
export const wechatySetting = "wechaty-state";

type Options = { bot: WechatyBot; store: Store; ctx: Context; pace?: { firstWaitMs: number } };
const slowestMs = 30_000;

/** WeChat by wechaty: reads rooms and private messages, writes seldom and slowly, and cards as words with numbered answers. */
export function createWechaty({ bot, store, ctx, pace = { firstWaitMs: 1000 } }: Options): Channel {
  let waiting = Promise.resolve();
  let loggedIn = false;
  let faults = 0;
  let brokenUntil = 0;
  let sentAt: number[] = [];
  let receive: ((event: Incoming) => Promise<void>) | undefined;

  function note(state: WechatyState): void {
    loggedIn = state.loggedIn;
    store
      .transaction((tx) => tx.settings.set(wechatySetting, JSON.stringify(state), ctx.now()))
      .catch((err) => ctx.log.warn({ err }, "the state of wechaty could not be noted"));
  }

  async function take(message: Parameters<typeof hear>[0]): Promise<void> {
    const heard = await hear(message);
    const last = await store.read((tx) => tx.outbox.lastCardIn(wechatyChannel, roomOf(heard)));
    const event = readMessage(heard, last);
    if (event) await receive?.(event);
  }

  /** wechaty tells a message once and keeps nothing: what could not be committed is tried again here, before what follows it. */
  async function takeUntilCommitted(message: Parameters<typeof hear>[0]): Promise<void> {
    for (let waitMs = pace.firstWaitMs; receive; waitMs = Math.min(waitMs * 2, slowestMs)) {
      try {
        return await take(message);
      } catch (err) {
        ctx.log.error({ err }, "a message of wechaty could not be committed; it is tried again");
        await sleep(waitMs, undefined, { ref: false });
      }
    }
  }

  /** When the next message may go: not before its pause is over, nor while the hour is full or the breaker open. */
  function waitMs(now: number): number {
    sentAt = sentAt.filter((at) => now - at < hourMs);
    const latest = sentAt.at(-1);
    const afterLast = latest === undefined ? 0 : latest + pauseMs - now;
    const first = sentAt[0];
    const afterHour = sentAt.length < perHour || first === undefined ? 0 : first + hourMs - now;
    return Math.max(0, afterLast, afterHour, brokenUntil - now);
  }

  function failed(): void {
    if (++faults < faultsToBreak) return;
    faults = 0;
    brokenUntil = ctx.now() + brokenMs;
    ctx.log.error({}, "wechaty fails again and again: nothing is sent by it for ten minutes");
  }

  return {
    name: wechatyChannel,
    isUp: () => loggedIn && ctx.now() >= brokenUntil,
    // A number answers the last card only; an offer that is asked about later needs its page.
    isCardless: () => true,
    async start(receiver) {
      receive = receiver;
      note({ loggedIn: false, code: undefined });
      bot.on("scan", (code: string) => note({ loggedIn: false, code }));
      bot.on("login", () => note({ loggedIn: true, code: undefined }));
      bot.on("logout", () => note({ loggedIn: false, code: undefined }));
      bot.on("error", (err: Error) => ctx.log.warn({ err }, "wechaty tells of a fault"));
      bot.on("message", (message: Parameters<typeof hear>[0]) => {
        waiting = waiting.then(() => takeUntilCommitted(message));
      });
      // An account that cannot be reached must not keep koloop from starting.
      bot.start().catch((err) => ctx.log.error({ err }, "wechaty could not be started"));
    },
    async deliver({ address, body }) {
      if (!loggedIn) throw new DeliveryError("try-later", "the WeChat account is not logged in");
      const retryAfterMs = waitMs(ctx.now());
      if (retryAfterMs > 0) throw new DeliveryError("try-later", "slow on purpose", { retryAfterMs });
      sentAt.push(ctx.now());
      try {
        const talker = await talkerOf(bot, address.room);
        if (!talker) throw new DeliveryError("gone", "nobody is there any more");
        for (const text of renderBody(body)) await talker.say(text);
        faults = 0;
        return body.type === "card" ? { vendorRef: "wechaty" } : {};
      } catch (fault) {
        if (fault instanceof DeliveryError) throw fault;
        failed();
        throw new DeliveryError("try-later", "wechaty could not send", { cause: fault });
      }
    },
    async stop() {
      receive = undefined;
      await bot.stop().catch(() => {});
    },
  };
}
