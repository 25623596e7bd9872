import type { FastifyInstance } from "fastify";
import { GrammyError } from "grammy";
import type { Update } from "grammy/types";
import { assignmentOfOffer } from "#cards/task-offer.ts";
import type { Store } from "#db/store.ts";
import { telegramTable } from "#db/telegram.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import type { Channel } from "../channel.ts";
import { createAlbums, type Whole } from "./album.ts";
import { createBot, createPoll, type PollState } from "./client.ts";
import type { TelegramConfig } from "./config.ts";
import { deliver, deliveryFault, movedTo, refsOf } from "./deliver.ts";
import { createMenus } from "./menus.ts";
import { createPhotos, type KeptPicture } from "./photos.ts";
import { type Read, readUpdate, wantedUpdates } from "./receive.ts";
import { chatOf, roomOf, telegramChannel } from "./rooms.ts";
import { createTurns, type Manner } from "./turns.ts";
import { registerWebhook, webhookPath, webhookSecret } from "./webhook.ts";

export type TelegramChannel = Channel & {
  readonly state: PollState;
  register(http: FastifyInstance): Promise<void>;
  /** One update, as polling and the webhook hand it over; resolves once it is committed. */
  take(update: Update): Promise<void>;
};

/** How fast time goes, for tests. */
export type TelegramPace = { firstWaitMs?: number; restMs?: number; albumQuietMs?: number; callSeconds?: number };

type Options = {
  config: TelegramConfig;
  store: Store;
  ctx: Context;
  pace?: TelegramPace;
};

/** Where `doctor` reads that another program polls with the same token. */
export const conflictSetting = "telegram-conflict";

/** Telegram: private chats, groups and topics, by long polling, or by webhook where koloop is reached from outside over HTTPS. */
export function createTelegram({ config, store, ctx, pace = {} }: Options): TelegramChannel {
  const bot = createBot(config, pace.callSeconds);
  const firstWaitMs = pace.firstWaitMs ?? 1000;
  const albumQuietMs = pace.albumQuietMs ?? 400;
  const byWebhook = ctx.publicUrl?.startsWith("https://") ?? false;
  let state: PollState = "starting";
  let receive: ((event: Incoming) => Promise<void>) | undefined;
  const seenTypes = new Set<string>();
  const menus = createMenus({ api: bot.api, store, ctx });
  const fetchPhoto = createPhotos({ api: bot.api, config, store, ctx });
  const albums = createAlbums(albumQuietMs, hear);
  const inTurn = createTurns();
  const poll = createPoll({
    bot,
    log: ctx.log,
    onState,
    firstWaitMs,
    restMs: pace.restMs ?? 0,
    albumQuietMs,
  });
  bot.use(({ update, chat }) => {
    const read = readUpdate(update, { id: bot.botInfo.id, username: bot.botInfo.username });
    return inTurn(chat?.id, mannerOf(read), () => act(read));
  });

  function onState(next: PollState): void {
    const before = state;
    state = next;
    if (next === "conflict")
      ctx.log.error({}, "another program polls Telegram with the same token: stop it, or give each its own bot");
    if (next === "refused") ctx.log.error({}, "Telegram refuses TELEGRAM_BOT_TOKEN");
    if (next === "conflict" || before === "conflict")
      store
        .transaction((tx) => tx.settings.set(conflictSetting, next === "conflict" ? "yes" : "", ctx.now()))
        .catch((err) => ctx.log.warn({ err }, "the conflict could not be noted"));
    if (next === "polling" && before === "starting") void menus.setForAll();
  }

  async function act(read: Read): Promise<void> {
    switch (read.type) {
      case "said":
        return read.album === undefined ? hear({ ...read, others: [] }) : albums(read.album, read);
      case "edited":
        return rehear(read);
      case "events":
        for (const event of read.events) await handOver(event);
        return;
      case "pressed":
        return press(read.queryId, read.event);
      case "migrated":
        return move(read.from, read.to);
      case "other":
        if (seenTypes.has(read.name) || seenTypes.size >= 100) return;
        seenTypes.add(read.name);
        ctx.log.info({ type: read.name.slice(0, 60) }, "Telegram told something that koloop does not listen to");
    }
  }

  async function handOver(event: Incoming): Promise<void> {
    // The webhook may be called before the channel has started: Telegram repeats what fails.
    if (!receive) throw new Error("the Telegram channel is not started");
    await receive(event);
    if (event.roomKind === "bot") void menus.showTo(event.from, event.address.room);
  }

  async function hear({ event, photos, others, answers }: Whole & { answers?: number }): Promise<void> {
    if (photos.length > 0 && (await wasSeen(event.eventId))) return;
    const pictures: KeptPicture[] = [];
    for (const photo of photos) {
      const picture = await fetchPhoto(photo);
      if (picture) pictures.push(picture);
    }
    const about =
      pictures.length > 0 && answers !== undefined ? await offerShownAt(event.address.room, answers) : undefined;
    const isLost = photos.length > 0 && pictures.length === 0 && event.text === "";
    await handOver({
      ...event,
      ...(isLost && { unread: "picture" as const }),
      ...(pictures.length > 0 && { pictures }),
      ...(about !== undefined && { aboutAssignment: about }),
    });
    // A part that is told again by itself is no message of its own.
    if (others.length > 0)
      await store.transaction(async (tx) => {
        for (const part of others) await tx.conversations.firstSight(telegramChannel, part, ctx.now());
      });
  }

  const wasSeen = (eventId: string): Promise<boolean> =>
    store.read((tx) => tx.conversations.wasSeen(telegramChannel, eventId));

  /** A picture that answers an offer's card is for that offer. */
  async function offerShownAt(room: string, messageId: number): Promise<string | undefined> {
    const key = await store.read((tx) => telegramTable(tx.connection).cardAt(telegramChannel, room, refsOf(messageId)));
    return key === undefined ? undefined : assignmentOfOffer(key);
  }

  /**
   * What was heard in the earlier words goes, and the new ones are heard. An edit that changes no words changes nothing. Where the
   * message itself has not been heard, the edit stands for it: should it still be told, its words are old by then.
   */
  async function rehear({ event, original }: Extract<Read, { type: "edited" }>): Promise<void> {
    const known = await store.read((tx) => telegramTable(tx.connection).latestOf(telegramChannel, original));
    if (!known && !(await wasSeen(original)))
      return event.text === "" ? undefined : handOver({ ...event, eventId: original });
    if (!known || known.text === event.text) return;
    const recall = { ...event, eventId: `${event.eventId}:recall`, type: "recalled" as const };
    const { text: _, addressed: __, ...rest } = recall;
    await handOver({ ...rest, messageEventId: known.eventId });
    if (event.text !== "") await handOver(event);
  }

  async function press(queryId: string, event: Incoming | undefined): Promise<void> {
    if (event) await handOver({ ...event, at: ctx.now() });
    // Ends the clock on the button. It is only a courtesy: the card that changes is the answer.
    bot.api.answerCallbackQuery(queryId).catch(() => {});
  }

  async function move(from: number, to: number): Promise<void> {
    await store.transaction((tx) => telegramTable(tx.connection).moveRoom(telegramChannel, roomOf(from), roomOf(to)));
  }

  /** Tries until it is done: Telegram may be out of reach when koloop starts. */
  async function insist(what: string, work: () => Promise<void>, waitMs = firstWaitMs): Promise<void> {
    try {
      await work();
    } catch (err) {
      ctx.log.error({ err, what }, "Telegram could not be told; it is tried again");
      const code = err instanceof GrammyError ? err.error_code : undefined;
      onState(code === 401 || code === 404 ? "refused" : "away");
      setTimeout(() => receive && insist(what, work, Math.min(waitMs * 2, 30_000)), waitMs).unref();
    }
  }

  async function setWebhook(): Promise<void> {
    await bot.init();
    await bot.api.setWebhook(`${ctx.publicUrl}${webhookPath}`, {
      secret_token: webhookSecret(config.token),
      allowed_updates: wantedUpdates,
    });
    onState("webhook");
    await menus.setForAll();
  }

  return {
    name: telegramChannel,
    get state() {
      return state;
    },
    async register(http) {
      if (byWebhook) registerWebhook(http, config.token, (update) => bot.handleUpdate(update));
    },
    take: (update) => bot.handleUpdate(update),
    async start(receiver) {
      receive = receiver;
      if (byWebhook) void insist("the webhook", setWebhook);
      else poll.start();
    },
    // In a cluster the webhook calls whichever process listens; the one that holds the channel has set it.
    attend(receiver) {
      if (!byWebhook) return;
      receive = receiver;
      void insist("who the bot is", () => bot.init());
    },
    startLink: (payload) => (bot.isInited() ? `https://t.me/${bot.botInfo.username}?start=${payload}` : undefined),
    isUp: () => state !== "refused",
    async deliver(delivery) {
      try {
        return await deliver(bot.api, store, delivery);
      } catch (fault) {
        const to = movedTo(fault);
        if (to === undefined) throw deliveryFault(fault);
        const from = chatOf(delivery.address.room).chat_id;
        await move(from, to);
        const { vendorRef: _, ...anew } = delivery;
        const address = { ...delivery.address, room: roomOf(to) };
        return await deliver(bot.api, store, { ...anew, address }).catch((err) => {
          throw deliveryFault(err);
        });
      }
    },
    async stop() {
      await poll.stop();
      receive = undefined;
    },
  };
}

/** What may change the meaning of earlier words, and what takes a while, goes alone. */
function mannerOf(read: Read): Manner {
  if (read.type === "edited" || read.type === "migrated") return "alone";
  return read.type === "said" && read.photos.length > 0 && read.album === undefined ? "alone" : "beside";
}
