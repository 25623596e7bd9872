import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Update } from "grammy/types";
import { commandMenu } from "#cards/command-menu.ts";
import type { Store } from "#db/store.ts";
import { telegramTable } from "#db/telegram.ts";
import { isStaff } from "#domain/person.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { keepPicture, pictureBytesMax, pictureOf } from "../../picture-form.ts";
import type { Channel } from "../channel.ts";
import { createAlbums, type Part } from "./album.ts";
import { createBot, createPoll, type PollState } from "./client.ts";
import type { TelegramConfig } from "./config.ts";
import { deliver, deliveryFault, movedTo } from "./deliver.ts";
import { type Photo, type Read, readUpdate, wantedUpdates } from "./receive.ts";
import { chatOf, roomOf, telegramChannel } from "./rooms.ts";

export type TelegramChannel = Channel & {
  readonly state: PollState;
  register(http: FastifyInstance): Promise<void>;
  /** One update, as polling and the webhook hand it over; resolves once it is committed. */
  take(update: Update): Promise<void>;
};

/** How fast time goes, for tests. */
export type TelegramPace = { firstWaitMs?: number; restMs?: number; albumQuietMs?: number };

type Options = {
  config: TelegramConfig;
  store: Store;
  ctx: Context;
  pace?: TelegramPace;
};

/** The header by which Telegram shows that a call of the webhook is its own: follows from the token, so that nothing has to be kept. */
export const webhookSecret = (token: string): string =>
  createHash("sha256").update(`koloop-webhook:${token}`).digest("base64url");

/** Where `doctor` reads that another program polls with the same token. */
export const conflictSetting = "telegram-conflict";

/** Telegram: private chats, groups and topics, by long polling, or by webhook where koloop is reached from outside over HTTPS. */
export function createTelegram({ config, store, ctx, pace = {} }: Options): TelegramChannel {
  const bot = createBot(config);
  const byWebhook = ctx.publicUrl?.startsWith("https://") ?? false;
  let state: PollState = "starting";
  let receive: ((event: Incoming) => Promise<void>) | undefined;
  const seenTypes = new Set<string>();
  const menus = new Map<string, boolean>();
  const albums = createAlbums(pace.albumQuietMs ?? 400, hear);
  const poll = createPoll({
    bot,
    log: ctx.log,
    onState,
    firstWaitMs: pace.firstWaitMs ?? 1000,
    restMs: pace.restMs ?? 0,
  });
  bot.use(({ update }) => act(readUpdate(update, { id: bot.botInfo.id, username: bot.botInfo.username })));

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
    if (next === "polling" && before === "starting") void setMenus();
  }

  async function act(read: Read): Promise<void> {
    switch (read.type) {
      case "said":
        return read.album === undefined ? hear(read) : albums(read.album, read);
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
    if (event.roomKind === "bot") void showMenu(event.from, event.address.room);
  }

  async function hear({ event, photos }: Part): Promise<void> {
    if (photos.length === 0) return handOver(event);
    if (await store.read((tx) => tx.conversations.wasSeen(telegramChannel, event.eventId))) return;
    const pictures = [];
    for (const photo of photos) {
      const picture = await fetchPhoto(photo);
      if (picture) pictures.push(picture);
    }
    return handOver({ ...event, ...(pictures.length > 0 && { pictures }) });
  }

  async function fetchPhoto({ fileId, uniqueId }: Photo): Promise<{ id: string; digest: string } | undefined> {
    const file = await bot.api.getFile(fileId);
    if (!file.file_path || (file.file_size ?? 0) > pictureBytesMax) return undefined;
    const response = await fetch(`${config.apiRoot}/file/bot${config.token}/${file.file_path}`, {
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`a picture could not be fetched from Telegram: ${response.status}`);
    const picture = pictureOf(`tg-${uniqueId}`, Buffer.from(await response.arrayBuffer()));
    return picture && { id: await keepPicture(store, picture, ctx.now()), digest: picture.digest };
  }

  /** What was heard in the earlier words goes, and the new ones are heard. An edit that changes no words changes nothing. */
  async function rehear({ event, original }: Extract<Read, { type: "edited" }>): Promise<void> {
    const known = await store.read((tx) => telegramTable(tx.connection).latestOf(telegramChannel, original));
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

  /** The menu for everybody, in both languages. */
  async function setMenus(): Promise<void> {
    try {
      await bot.api.setMyCommands(commandMenu(["koc"], ctx.lang));
      for (const lang of ["zh", "en"] as const)
        await bot.api.setMyCommands(commandMenu(["koc"], lang), { language_code: lang });
    } catch (err) {
      ctx.log.warn({ err }, "the menu of commands could not be set");
    }
  }

  /** Staff have a menu of their own in their chat. */
  async function showMenu(from: string, room: string): Promise<void> {
    try {
      const person = await store.read(async (tx) => {
        const identity = await tx.people.identity(telegramChannel, from);
        return identity && tx.people.find(identity.personId);
      });
      if (!person || menus.get(from) === isStaff(person) || (!isStaff(person) && !menus.has(from))) return;
      menus.set(from, isStaff(person));
      const scope = { type: "chat" as const, chat_id: chatOf(room).chat_id };
      await bot.api.setMyCommands(commandMenu(person.roles, person.lang), { scope });
    } catch (err) {
      ctx.log.warn({ err }, "the menu of commands could not be set for one person");
    }
  }

  async function startWebhook(): Promise<void> {
    try {
      await bot.init();
      await bot.api.setWebhook(`${ctx.publicUrl}${webhookPath}`, {
        secret_token: webhookSecret(config.token),
        allowed_updates: wantedUpdates,
      });
      onState("webhook");
      await setMenus();
    } catch (err) {
      ctx.log.error({ err }, "the webhook could not be set at Telegram; it is tried again");
      onState("away");
      if (receive) setTimeout(() => receive && startWebhook(), 30_000).unref();
    }
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
      if (byWebhook) void startWebhook();
      else poll.start();
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

export const webhookPath = "/telegram/webhook";

/** Telegram's calls, known by the secret header. It is told that an update arrived once that is committed, and repeats it otherwise. */
function registerWebhook(http: FastifyInstance, token: string, take: (update: Update) => Promise<void>): void {
  const secret = Buffer.from(webhookSecret(token));
  http.post(webhookPath, async (request, reply) => {
    const given = Buffer.from(String(request.headers["x-telegram-bot-api-secret-token"] ?? ""));
    if (given.length !== secret.length || !timingSafeEqual(given, secret)) return reply.code(401).send({ ok: false });
    if (typeof request.body !== "object" || request.body === null) return reply.code(400).send({ ok: false });
    await take(request.body as Update);
    return { ok: true };
  });
}
