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

/** What a line answers for: a code that changes the card later, where it gives one. */
type Way = (to: string) => Promise<string | null>;
type ShowPicture = (picture: { bytes: Uint8Array; name: string; mime: string }) => Promise<void>;
/** Stands for the code of what was shown and cannot be changed. */
const shownMark = "";

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
  /**
   * Notes the line before it is tried, and that it has shown what it was given: neither silence nor a crash may let the other line show
   * it too.
   */
  const note = ({ id, address, body }: Delivery, line: Line, code: string | null): Promise<void> => {
    const cardKey = body.type === "card" ? body.card.key : "";
    const card = { taskId: id, room: address.room, cardKey, line, code, at: ctx.now() };
    return store.transaction((tx) => wecomTable(tx.connection).saveCard(card));
  };

  /** Nothing was shown for certain: either line may try. */
  const unnote = ({ id }: Delivery): Promise<void> =>
    store.transaction((tx) => wecomTable(tx.connection).forgetCard(id));

  /** The bot's try: false where it is refused, or not there. Silence is thrown: it may have been a delivery. */
  async function tryBot(delivery: Delivery, chat: string, byBot: Way): Promise<boolean> {
    if (!bot?.connected) return false;
    await note(delivery, "aibot", null);
    try {
      await byBot(chat);
    } catch (fault) {
      if (!(fault instanceof WecomError) || fault.kind !== "refused") throw fault;
      ctx.log.info({ code: fault.code }, "the bot may not write here");
      await unnote(delivery);
      return false;
    }
    await note(delivery, "aibot", shownMark);
    return true;
  }

  /** The app's try: false where it does not reach this employee. */
  async function tryApp(delivery: Delivery, userid: string, byApp: Way): Promise<boolean> {
    if (!app) return false;
    await note(delivery, "app", null);
    try {
      await note(delivery, "app", (await byApp(userid)) ?? shownMark);
      return true;
    } catch (fault) {
      const isUnsure = fault instanceof WecomError && fault.kind === "unreachable";
      if (!isUnsure) await unnote(delivery);
      if (fault instanceof NotReached) return false;
      throw fault;
    }
  }

  /** Tries the lines in their order. Only a refusal leads on to the next; what a line may have shown already stays with it. */
  async function byEither(
    delivery: Delivery,
    { userid, chat, isGroup }: Target,
    byBot: Way,
    byApp: Way,
  ): Promise<void> {
    const tried = await store.read((tx) => wecomTable(tx.connection).card(delivery.id));
    if (tried && tried.code !== null) return;
    const wasThere = bot?.connected === true;
    const isApps = tried?.line === "app" && app !== undefined;
    if (!isApps && chat !== undefined && (await tryBot(delivery, chat, byBot))) return;
    if (isGroup || userid === undefined)
      throw new DeliveryError(wasThere ? "gone" : "try-later", "the bot cannot write to this group");
    if (tried?.line === "aibot" && !bot?.kicked && ctx.now() - tried.at < unsureMs)
      throw new DeliveryError("try-later", "the bot may have shown it; it asks again itself");
    if (await tryApp(delivery, userid, byApp)) return;
    // Somebody who has never written to the bot under any id: it is asked all the same, since the app knows no way.
    const isLeft = isApps || (chat === undefined && app !== undefined);
    if (isLeft && (await tryBot(delivery, chat ?? userid, byBot))) return;
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
      delivery,
      target,
      (chat) => bot!.sendText(chat, target.isGroup, text, delivery.id).then(() => null),
      (userid) => app!.sendText(userid, text, delivery.id).then(() => null),
    );
    return {};
  }

  /** A repetition that is refused for its task_id is none: the first try was shown. */
  async function sendBotCard(chat: string, isGroup: boolean, card: TemplateCard, isAgain: boolean): Promise<null> {
    try {
      await bot!.sendCard(chat, isGroup, card);
    } catch (fault) {
      if (!isAgain || !(fault instanceof WecomError) || !taskIdTaken.has(fault.code)) throw fault;
    }
    return null;
  }

  async function sendCard(delivery: Delivery, target: Target, card: Card): Promise<Delivered> {
    const tried = await store.read((tx) => wecomTable(tx.connection).card(delivery.id));
    const isAgain = tried?.line === "aibot";
    await byEither(
      delivery,
      target,
      (chat) => sendBotCard(chat, target.isGroup, templateCard(card, delivery.id, aibotCard), isAgain),
      (userid) => app!.sendCard(userid, templateCard(card, delivery.id, appCard)),
    );
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
    if (!app || !userid || known?.line !== "app" || !known.code) return false;
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
  async function showPictures(delivery: Delivery, target: Target, card: Card): Promise<void> {
    const pictured = card.blocks.filter((block) => block.type === "picture");
    const send = pictured.length > 0 ? await pictureWay(delivery, target) : undefined;
    if (!send) return;
    for (const { pictureId } of pictured) {
      const picture = await store.read((tx) => tx.settings.picture(pictureId));
      if (!picture || !/^image\/(png|jpeg)$/.test(picture.mime)) continue;
      const name = picture.mime === "image/png" ? "chart.png" : "chart.jpg";
      try {
        await send({ bytes: picture.bytes, name, mime: picture.mime });
      } catch (fault) {
        if (!(fault instanceof WecomError || fault instanceof DeliveryError || fault instanceof NotReached))
          throw fault;
        ctx.log.warn({ err: fault.message }, "a picture of an answer was left out");
      }
    }
  }

  /** The line that showed the words shows the picture: the app, or the bot where it was asked. */
  async function pictureWay(
    { id, address }: Delivery,
    { userid, chat, isGroup }: Target,
  ): Promise<ShowPicture | undefined> {
    const shown = await store.read((tx) => wecomTable(tx.connection).card(id));
    if (shown?.line === "app") return app && userid ? (picture) => app.sendPicture(userid, picture) : undefined;
    const wasAsked = readHandle(address.reply)?.kind === "question";
    if (!bot?.connected || chat === undefined || !wasAsked) return undefined;
    return (picture) => bot.sendPicture(chat, isGroup, picture, `${id}-p`);
  }

  /** A settled card that comes before the open one it settles takes it back: nobody has seen it. */
  async function overtakes(delivery: Delivery, cardKey: string): Promise<boolean> {
    const { channel: name, room } = delivery.address;
    return store.transaction((tx) => tx.outbox.dropEarlier(name, room, cardKey, delivery.id)).then((n) => n > 0);
  }
}
