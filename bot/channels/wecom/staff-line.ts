import type { Card } from "#cards/card.ts";
import { plainText } from "#cards/plain-text.ts";
import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import type { Context } from "#handlers/context.ts";
import { type Delivered, type Delivery, DeliveryError } from "../channel.ts";
import type { BotClient } from "./aibot/client.ts";
import { WecomError } from "./api.ts";
import { type AppClient, NotReached } from "./app/client.ts";
import { aibotCard, appCard, cut, type TemplateCard, templateCard } from "./card-limits.ts";
import { type Handle, readHandle } from "./handle.ts";

type Line = "aibot" | "app";
type Target = { userid: string | undefined; chat: string | undefined; isGroup: boolean };

/** A frame without its acknowledgement may have been shown: for so long it is the bot's alone to repeat it. */
const unsureMs = 60_000;
/** A task_id that is not to be used (again). Which of them means "again" is not documented. (error table of shared/wecom.md, 1.1) */
const taskIdTaken = new Set([42014, 42015, 42016, 40058]);
/** Nobody reaches this employee now. A word to the bot ends the wait (`hasten`), and so does whoever gives them a licence. */
const unreachedMs = 10 * 60_000;

export type StaffLine = {
  deliver(delivery: Delivery, target: { userid: string } | { group: string }): Promise<Delivered>;
  /** How a pressed card of the app was settled, in a few words; its code counts as spent from then on. Undefined: it is still open. */
  greyBy(code: string, taskId: string): Promise<string | undefined>;
};

/**
 * Delivers to employees: by the bot where they have written to it, otherwise by the app, and by the other where the first refuses;
 * never by both. A card that was pressed is changed through the handle that came with the press.
 */
export function createStaffLine(options: {
  store: Store;
  ctx: Context;
  channel: string;
  bot: BotClient | undefined;
  app: AppClient | undefined;
}): StaffLine {
  const { store, ctx, channel, bot, app } = options;

  async function targetOf(to: { userid: string } | { group: string }): Promise<Target> {
    if ("group" in to) return { userid: undefined, chat: to.group, isGroup: true };
    const chat = bot && (await store.read((tx) => wecomTable(tx.connection).botChatOf(to.userid)));
    return { userid: to.userid, chat, isGroup: false };
  }

  /** Answers whose words are out and whose card is not: a second try must not say the words again. */
  const inStream = new Set<string>();
  /** When a frame of a delivery went out that nobody acknowledged. */
  const unsure = new Map<string, number>();

  function mayTakeApp(deliveryId: string): boolean {
    const at = unsure.get(deliveryId);
    if (at === undefined || bot?.kicked) return true;
    if (ctx.now() - at < unsureMs) return false;
    unsure.delete(deliveryId);
    return true;
  }

  /** The bot's try: undefined where it is refused, or not there. Silence is thrown: it may have been a delivery. */
  async function tryBot<T>(id: string, chat: string, byBot: (chat: string) => Promise<T>) {
    if (!bot?.connected) return undefined;
    try {
      const value = await byBot(chat);
      unsure.delete(id);
      return { line: "aibot" as Line, value };
    } catch (fault) {
      if (!(fault instanceof WecomError)) throw fault;
      if (fault.kind === "refused") {
        ctx.log.info({ code: fault.code }, "the bot may not write here");
        return undefined;
      }
      if (unsure.size < 10_000) unsure.set(id, ctx.now());
      throw fault;
    }
  }

  /** Tries the lines in their order. Only a refusal leads on to the next. */
  async function byEither<T>(
    id: string,
    { userid, chat, isGroup }: Target,
    byBot: (chat: string) => Promise<T>,
    byApp: (userid: string) => Promise<T>,
  ): Promise<{ line: Line; value: T }> {
    const wasThere = bot?.connected === true;
    const sent = chat === undefined ? undefined : await tryBot(id, chat, byBot);
    if (sent) return sent;
    if (isGroup || userid === undefined)
      throw new DeliveryError(wasThere ? "gone" : "try-later", "the bot cannot write to this group");
    if (!mayTakeApp(id)) throw new DeliveryError("try-later", "the bot may have shown it; it asks again itself");
    if (app) {
      try {
        return { line: "app", value: await byApp(userid) };
      } catch (fault) {
        if (!(fault instanceof NotReached)) throw fault;
      }
      // Somebody who has never written to the bot under any id: it is asked all the same, since the app knows no way.
      const last = chat === undefined ? await tryBot(id, userid, byBot) : undefined;
      if (last) return last;
    }
    const retryAfterMs = bot?.connected || !bot ? unreachedMs : undefined;
    throw new DeliveryError("try-later", "no line reaches this employee now", {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }

  /** A question to the bot is answered where it was asked, in a stream that ends at once. False: that way is closed by now. */
  async function answeredInStream({ id, address }: Delivery, text: string): Promise<boolean> {
    const handle = readHandle(address.reply);
    if (handle?.kind !== "question" || !bot?.connected || ctx.now() - handle.at >= handle.freshMs) return false;
    try {
      await bot.answer(handle.reqId, id, text);
      return true;
    } catch (fault) {
      if (!(fault instanceof WecomError) || fault.kind !== "refused") throw fault;
      return false;
    }
  }

  /** Words that a template card would cut go into the stream, whole; what can be pressed follows as a card of its own. */
  async function answerWithCard(delivery: Delivery, target: Target, card: Card): Promise<Delivered> {
    if (!inStream.has(delivery.id)) {
      if (!(await answeredInStream(delivery, plainText({ ...card, buttons: [] }))))
        return sendCard(delivery, target, card);
      inStream.add(delivery.id);
    }
    const sent = await sendCard(delivery, target, { ...card, blocks: [] });
    inStream.delete(delivery.id);
    return sent;
  }

  async function sendText(delivery: Delivery, target: Target, text: string): Promise<Delivered> {
    if (await answeredInStream(delivery, text)) return {};
    await byEither(
      delivery.id,
      target,
      (chat) => bot!.sendText(chat, target.isGroup, text, delivery.id),
      (userid) => app!.sendText(userid, text, delivery.id),
    );
    return {};
  }

  /** A repetition that is refused for its task_id is none: the first try was shown. */
  async function sendBotCard(chat: string, isGroup: boolean, card: TemplateCard): Promise<void> {
    try {
      await bot!.sendCard(chat, isGroup, card);
    } catch (fault) {
      if (!unsure.has(card.task_id) || !(fault instanceof WecomError) || !taskIdTaken.has(fault.code)) throw fault;
    }
  }

  async function sendCard(delivery: Delivery, target: Target, card: Card): Promise<Delivered> {
    const sent = await byEither<string | null>(
      delivery.id,
      target,
      async (chat) => {
        await sendBotCard(chat, target.isGroup, templateCard(card, delivery.id, aibotCard));
        return null;
      },
      (userid) => app!.sendCard(userid, templateCard(card, delivery.id, appCard)),
    );
    const kept = { taskId: delivery.id, room: delivery.address.room, cardKey: card.key, line: sent.line };
    await store.transaction((tx) => wecomTable(tx.connection).saveCard({ ...kept, code: sent.value, at: ctx.now() }));
    return { vendorRef: delivery.id };
  }

  /** Changes the card that was pressed. A handle that is spent or stale leaves it as it is: another press is answered again. */
  async function updatePressed(
    handle: Handle & { kind: "tap" },
    userid: string | undefined,
    card: Card,
  ): Promise<void> {
    const draw = (line: typeof appCard): TemplateCard => templateCard(card, handle.taskId, line);
    if (handle.line === "app") {
      if (app && userid && handle.code !== "" && !greyed.delete(handle.code))
        await app.updateCard(userid, handle.code, draw(appCard));
      return;
    }
    if (!bot?.connected || ctx.now() - handle.at > handle.freshMs) return;
    try {
      await bot.updateCard(handle.code, draw(aibotCard));
    } catch (fault) {
      if (!(fault instanceof WecomError)) throw fault;
      ctx.log.warn({ code: fault.code }, "the bot's card could not be changed");
    }
  }

  /** Changes a card that nobody pressed just now: only the app can, once, with the code of its sending. */
  async function updateStanding(taskId: string, userid: string | undefined, card: Card): Promise<boolean> {
    const known = await store.read((tx) => wecomTable(tx.connection).card(taskId));
    if (!app || !userid || known?.line !== "app" || known.code === null) return false;
    const changed = await app.updateCard(userid, known.code, templateCard(card, taskId, appCard));
    await store.transaction((tx) => wecomTable(tx.connection).useCode(taskId));
    return changed;
  }

  /** Codes whose cards were changed by the answer to the press. */
  const greyed = new Set<string>();

  async function settledCardOf(taskId: string): Promise<Card | undefined> {
    return store.read(async (tx) => {
      const known = await wecomTable(tx.connection).card(taskId);
      const body = known && (await tx.outbox.bodyAt(channel, known.room, known.cardKey));
      return body?.type === "card" && body.card.buttons.length === 0 ? body.card : undefined;
    });
  }

  return {
    async greyBy(code, taskId) {
      const card = await store.read(async (tx) => {
        const known = await wecomTable(tx.connection).card(taskId);
        const body = known && (await tx.outbox.newestBody(channel, known.room, known.cardKey));
        return body?.type === "card" && body.card.buttons.length === 0 ? body.card : undefined;
      });
      if (!card || code === "") return undefined;
      if (greyed.size < 10_000) greyed.add(code);
      return cut(card.settled ?? "✓", 10);
    },
    async deliver(delivery, to) {
      const { body, vendorRef, address } = delivery;
      const target = await targetOf(to);
      const handle = readHandle(address.reply);
      if (body.type === "text") {
        const settled = handle?.kind === "tap" ? await settledCardOf(handle.taskId) : undefined;
        if (handle?.kind !== "tap" || !settled) return sendText(delivery, target, body.text);
        // A late press on a card that is settled: it shows how, which says more than words beside it.
        await updatePressed(handle, target.userid, settled);
        return {};
      }
      const { card } = body;
      if (handle?.kind === "tap") {
        const pressed = await store.read((tx) => wecomTable(tx.connection).card(handle.taskId));
        if (!pressed || pressed.cardKey === card.key) {
          await updatePressed(handle, target.userid, card);
          return { vendorRef: vendorRef ?? handle.taskId };
        }
      }
      if (vendorRef !== undefined) {
        if (await updateStanding(vendorRef, target.userid, card)) return { vendorRef };
        if (card.buttons.length === 0) return { vendorRef };
      } else if (card.buttons.length === 0 && (await overtakes(delivery, card.key))) return {};
      const delivered = await showCard(delivery, target, card);
      await showPictures(delivery, target, card);
      return delivered;
    },
  };

  function showCard(delivery: Delivery, target: Target, card: Card): Promise<Delivered> {
    if (card.buttons.length === 0) return sendText(delivery, target, plainText(card));
    const isAnswer = readHandle(delivery.address.reply)?.kind === "question";
    return isAnswer ? answerWithCard(delivery, target, card) : sendCard(delivery, target, card);
  }

  /** Pictures follow the words that say what they show. One that does not go through is left out: the words must not be said again. */
  async function showPictures({ id, address }: Delivery, { chat, isGroup }: Target, card: Card): Promise<void> {
    if (!bot?.connected || chat === undefined || readHandle(address.reply)?.kind !== "question") return;
    for (const block of card.blocks) {
      const picture = block.type === "picture" && (await store.read((tx) => tx.settings.picture(block.pictureId)));
      if (!picture || !/^image\/(png|jpeg)$/.test(picture.mime)) continue;
      const name = picture.mime === "image/png" ? "chart.png" : "chart.jpg";
      try {
        await bot.sendPicture(chat, isGroup, { bytes: picture.bytes, name }, `${id}-p`);
      } catch (fault) {
        if (!(fault instanceof WecomError)) throw fault;
        ctx.log.warn({ code: fault.code }, "a picture of the bot's answer was left out");
      }
    }
  }

  /** A settled card that comes before the open one it settles takes it back: nobody has seen it. */
  async function overtakes(delivery: Delivery, cardKey: string): Promise<boolean> {
    const { channel: name, room } = delivery.address;
    return store.transaction((tx) => tx.outbox.dropEarlier(name, room, cardKey, delivery.id)).then((n) => n > 0);
  }
}
