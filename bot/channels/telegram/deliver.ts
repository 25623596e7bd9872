import { type Api, GrammyError, HttpError, InputFile } from "grammy";
import type { InlineKeyboardMarkup } from "grammy/types";
import type { Store } from "#db/store.ts";
import { type Delivered, type Delivery, DeliveryError } from "../channel.ts";
import { captionLimit, renderBody, type TelegramText } from "./render.ts";
import { chatOf } from "./rooms.ts";

/** What stands in the chat: words, or a picture with words below it. */
type Standing = { kind: "text" | "photo"; messageId: number };

const refOf = ({ kind, messageId }: Standing): string => `${kind}:${messageId}`;

/** By what a card is known that stands in a message. */
export const refsOf = (messageId: number): string[] => [
  refOf({ kind: "text", messageId }),
  refOf({ kind: "photo", messageId }),
];

function readRef(ref: string | undefined): Standing | undefined {
  const [, kind, id] = /^(text|photo):(\d+)$/.exec(ref ?? "") ?? [];
  return kind === undefined ? undefined : { kind: kind as Standing["kind"], messageId: Number(id) };
}

/** Shows a body in a chat or topic, in place of the earlier card where that still stands. */
export async function deliver(api: Api, store: Store, { address, body, vendorRef }: Delivery): Promise<Delivered> {
  const { messages, keyboard, pictureIds } = renderBody(body);
  const reply_markup: InlineKeyboardMarkup = { inline_keyboard: keyboard };
  const { chat_id, ...topic } = chatOf(address.room);
  const last = messages.at(-1) as TelegramText;
  const picture = await pictureOf(store, pictureIds.at(-1));
  const isCaption = picture !== undefined && messages.length === 1 && last.text.length <= captionLimit;
  const options = { ...topic, reply_markup };

  const standing = readRef(vendorRef);
  if (standing && (await changed(standing))) return { vendorRef: refOf(standing) };
  for (const { text, entities } of messages.slice(0, -1)) await api.sendMessage(chat_id, text, { ...topic, entities });
  if (picture && isCaption) {
    const sent = await api.sendPhoto(chat_id, picture, {
      ...options,
      caption: last.text,
      caption_entities: last.entities,
    });
    return { vendorRef: refOf({ kind: "photo", messageId: sent.message_id }) };
  }
  if (picture) await api.sendPhoto(chat_id, picture, topic);
  const sent = await api.sendMessage(chat_id, last.text, {
    ...options,
    entities: last.entities,
    link_preview_options: { is_disabled: true },
  });
  return body.type === "card" ? { vendorRef: refOf({ kind: "text", messageId: sent.message_id }) } : {};

  /** False where the earlier card cannot become this one: it is gone, too old, or of the other kind. */
  async function changed({ kind, messageId }: Standing): Promise<boolean> {
    if (messages.length > 1 || (kind === "photo") !== isCaption) return false;
    try {
      if (kind === "photo" && picture) {
        const media = { type: "photo" as const, media: picture, caption: last.text, caption_entities: last.entities };
        await api.editMessageMedia(chat_id, messageId, media, { reply_markup });
      } else {
        await api.editMessageText(chat_id, messageId, last.text, {
          entities: last.entities,
          reply_markup,
          link_preview_options: { is_disabled: true },
        });
      }
      return true;
    } catch (fault) {
      if (!(fault instanceof GrammyError) || fault.error_code !== 400) throw fault;
      if (/not modified/i.test(fault.description)) return true;
      if (/message (?:to edit )?not found|can't be edited|MESSAGE_ID_INVALID/i.test(fault.description)) return false;
      throw fault;
    }
  }
}

async function pictureOf(store: Store, id: string | undefined): Promise<InputFile | undefined> {
  const kept = id === undefined ? undefined : await store.read((tx) => tx.settings.picture(id));
  return kept && new InputFile(Buffer.from(kept.bytes), "picture.png");
}

const nobodyThere =
  /chat not found|user is deactivated|group chat was deleted|bot was (?:blocked|kicked)|PEER_ID_INVALID|TOPIC_(?:CLOSED|DELETED)|message thread not found|not enough rights|CHAT_WRITE_FORBIDDEN/i;

/** A vendor's fault as the outbox understands it; ours stays what it is. */
export function deliveryFault(fault: unknown): unknown {
  if (fault instanceof HttpError) return new DeliveryError("try-later", "Telegram was not reached", { cause: fault });
  if (!(fault instanceof GrammyError)) return fault;
  const { error_code: code, description, parameters } = fault;
  const options = { cause: fault };
  if (code === 403 || (code === 400 && nobodyThere.test(description)))
    return new DeliveryError("gone", description, options);
  if (code === 400) return fault;
  const seconds = parameters?.retry_after;
  return new DeliveryError("try-later", `${code} ${description}`, {
    ...options,
    ...(seconds !== undefined && { retryAfterMs: seconds * 1000 }),
  });
}

/** Where a group has gone to that was asked for by its old id. */
export const movedTo = (fault: unknown): number | undefined =>
  fault instanceof GrammyError ? fault.parameters?.migrate_to_chat_id : undefined;
