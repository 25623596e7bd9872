import { z } from "zod";
import { decodeAction } from "#cards/action.ts";
import type { Incoming, RoomKind } from "#handlers/incoming.ts";
import { pictureBytesMax } from "../../picture-form.ts";
import { messageEventId, roomOf, telegramChannel } from "./rooms.ts";

/** What Telegram is asked to tell; reactions and other people's comings must be asked for by name. */
export const wantedUpdates = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
  "chat_member",
  "message_reaction",
] as const;

const user = z.object({
  id: z.number(),
  is_bot: z.boolean().default(false),
  first_name: z.string().default(""),
  last_name: z.string().optional(),
  username: z.string().optional(),
});
const chat = z.object({ id: z.number(), type: z.string(), title: z.string().optional() });
const entity = z.object({ type: z.string(), offset: z.number(), length: z.number(), url: z.string().optional() });
const file = z.object({ file_id: z.string(), file_unique_id: z.string(), file_size: z.number().optional() });
const message = z.object({
  message_id: z.number(),
  message_thread_id: z.number().optional(),
  is_topic_message: z.boolean().optional(),
  from: user.optional(),
  sender_chat: z.object({ id: z.number() }).optional(),
  chat,
  date: z.number(),
  edit_date: z.number().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
  photo: z.array(file).optional(),
  document: file.extend({ mime_type: z.string().optional() }).optional(),
  voice: z.unknown().optional(),
  audio: z.unknown().optional(),
  video: z.unknown().optional(),
  video_note: z.unknown().optional(),
  animation: z.unknown().optional(),
  media_group_id: z.string().optional(),
  forward_origin: z.unknown().optional(),
  reply_to_message: z.object({ message_id: z.number(), from: user.optional() }).optional(),
  new_chat_members: z.array(user).optional(),
  left_chat_member: user.optional(),
  migrate_to_chat_id: z.number().optional(),
  migrate_from_chat_id: z.number().optional(),
});
const member = z.object({ user, status: z.string(), is_member: z.boolean().optional() });
const memberChange = z.object({ chat, from: user, date: z.number(), old_chat_member: member, new_chat_member: member });

const updateSchema = z.object({
  update_id: z.number(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: z
    .object({
      id: z.string(),
      from: user,
      message: message.partial({ date: true, message_id: true }).optional(),
      data: z.string().optional(),
    })
    .optional(),
  my_chat_member: memberChange.optional(),
  chat_member: memberChange.optional(),
  message_reaction: z
    .object({
      chat,
      message_id: z.number(),
      user: user.optional(),
      date: z.number(),
      old_reaction: z.array(z.unknown()),
      new_reaction: z.array(z.unknown()),
    })
    .optional(),
});

type User = z.infer<typeof user>;
type Chat = z.infer<typeof chat>;
type Message = z.infer<typeof message>;

/** A picture that still lies at Telegram. */
export type Photo = { fileId: string; uniqueId: string };
export type Said = Extract<Incoming, { type: "message" }>;

/** What an update comes to. */
export type Read =
  /** `answers`: the message of the bot's that this is an answer to. */
  | { type: "said"; event: Said; photos: Photo[]; album?: string; answers?: number }
  /** Words were changed: what was heard in the earlier ones goes. */
  | { type: "edited"; event: Said; original: string }
  | { type: "events"; events: Incoming[] }
  | { type: "pressed"; queryId: string; event: Incoming | undefined }
  /** A group has become a supergroup, with another id. */
  | { type: "migrated"; from: number; to: number }
  | { type: "other"; name: string };

export type Bot = { id: number; username: string };

/** Reads an update. Never throws: what no one of ours needs, or what is no update at all, is `other`. */
export function readUpdate(raw: unknown, bot: Bot): Read {
  const read = updateSchema.safeParse(raw);
  if (!read.success) return { type: "other", name: "malformed" };
  const update = read.data;
  // Numbers of updates may begin anew after a quiet week: with its date it is one update only.
  const idAt = (date: number): string => `u:${update.update_id}:${date}`;
  if (update.message) return readMessage(update.message, bot);
  if (update.edited_message) return readEdit(update.edited_message, bot, update.update_id);
  if (update.callback_query) return readPress(update.callback_query);
  if (update.my_chat_member) return readOwnPlace(update.my_chat_member, idAt(update.my_chat_member.date));
  if (update.chat_member) return readPresence(update.chat_member, idAt(update.chat_member.date));
  if (update.message_reaction) return readReaction(update.message_reaction, idAt(update.message_reaction.date));
  const name = Object.keys(raw as object).find((key) => key !== "update_id") ?? "nothing";
  return { type: "other", name };
}

const nameOf = (from: User): string =>
  [from.first_name, from.last_name].filter(Boolean).join(" ") || from.username || String(from.id);

function envelope(from: User, { id, type, title }: Chat, eventId: string, at: number, topic?: number) {
  const isPrivate = type === "private";
  return {
    eventId,
    from: String(from.id),
    fromName: nameOf(from),
    address: { channel: telegramChannel, room: roomOf(id, topic) },
    roomKind: (isPrivate ? "bot" : "group") as RoomKind,
    ...(title !== undefined && { roomTitle: title }),
    at: at * 1000,
  };
}

/** Groups, and private chats with the bot. Channels have no members who talk. */
const isTalk = (chat: Chat): boolean => chat.type === "private" || chat.type === "group" || chat.type === "supergroup";

function readMessage(sent: Message, bot: Bot): Read {
  const { chat, from } = sent;
  if (sent.migrate_to_chat_id !== undefined) return { type: "migrated", from: chat.id, to: sent.migrate_to_chat_id };
  if (sent.migrate_from_chat_id !== undefined)
    return { type: "migrated", from: sent.migrate_from_chat_id, to: chat.id };
  if (!isTalk(chat)) return { type: "other", name: `message of a ${chat.type}` };
  if (sent.new_chat_members) return presence(sent, "joined", sent.new_chat_members);
  if (sent.left_chat_member) return presence(sent, "left", [sent.left_chat_member]);
  // Linked channels, anonymous administrators and bots are no people.
  if (!from || from.is_bot || sent.sender_chat) return { type: "other", name: "message of no person" };
  if (sent.forward_origin !== undefined && chat.type !== "private")
    return { type: "other", name: "forward in a group" };
  const taken = takenBack(sent);
  if (taken) return taken;
  const event = said(sent, from, bot, messageEventId(chat.id, sent.message_id));
  const photos = chat.type === "private" ? photosOf(sent) : [];
  const unread = event.text === "" && photos.length === 0 && chat.type === "private" ? unreadIn(sent) : undefined;
  if (event.text === "" && photos.length === 0 && !unread) return { type: "other", name: "message without words" };
  const album = sent.media_group_id === undefined ? {} : { album: `${chat.id}:${sent.media_group_id}` };
  const isAnswer = sent.reply_to_message?.from?.id === bot.id;
  return {
    type: "said",
    event: unread ? { ...event, unread } : event,
    photos,
    ...album,
    ...(isAnswer && { answers: sent.reply_to_message?.message_id ?? 0 }),
  };
}

/** `/forget` as an answer to one's own message: Telegram tells bots nothing of deletions, so this is how words are taken back. */
function takenBack({ text, chat, from, date, reply_to_message: answered, ...sent }: Message): Read | undefined {
  if (!from || !answered || answered.from?.id !== from.id) return undefined;
  if (!/^(?:\/forget(?:@\w+)?|撤回|忘掉这条)$/i.test(text?.trim() ?? "")) return undefined;
  const event = {
    ...envelope(from, chat, messageEventId(chat.id, sent.message_id), date, topicOf(sent)),
    type: "recalled" as const,
    messageEventId: messageEventId(chat.id, answered.message_id),
  };
  return { type: "events", events: [event] };
}

const topicOf = (sent: Pick<Message, "is_topic_message" | "message_thread_id">): number | undefined =>
  sent.is_topic_message ? sent.message_thread_id : undefined;

function presence(sent: Message, type: "joined" | "left", users: readonly User[]): Read {
  const events = users
    .filter((user) => !user.is_bot)
    .map((user) => ({
      ...envelope(user, sent.chat, `${messageEventId(sent.chat.id, sent.message_id)}:${user.id}`, sent.date),
      type,
    }));
  return { type: "events", events };
}

function said(sent: Message, from: User, bot: Bot, eventId: string): Said {
  const whole = sent.text ?? sent.caption ?? "";
  const entities = sent.entities ?? sent.caption_entities ?? [];
  const { text, named } = withoutOurName(whole, bot);
  // A link may hide behind words: it is what was sent.
  const links = entities.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return {
    ...envelope(from, sent.chat, eventId, sent.date, topicOf(sent)),
    type: "message",
    text: [text, ...links].filter(Boolean).join("\n"),
    addressed: sent.chat.type === "private" || named || sent.reply_to_message?.from?.id === bot.id || isCommand(whole),
  };
}

/** A command that names no other bot; `/tag@koloop_bot` has lost its name before. */
const isCommand = (text: string): boolean => /^\/\p{L}[\p{L}\p{N}_]*(?:\s|$)/u.test(text);

function withoutOurName(text: string, { username }: Bot): { text: string; named: boolean } {
  if (username === "" || !text.includes("@")) return { text: text.trim(), named: false };
  const ours = new RegExp(`@${username.replace(/\W/g, "")}(?!\\w)`, "gi");
  const rest = text.replace(ours, "").replace(/[ \t]{2,}/g, " ");
  return { text: rest.trim(), named: rest !== text };
}

/** What somebody sent that koloop cannot read; stickers and the like want no answer. */
function unreadIn({ voice, audio, video, video_note: round, animation, photo, document }: Message): Said["unread"] {
  if (voice !== undefined || audio !== undefined) return "voice";
  if (video !== undefined || round !== undefined || animation !== undefined) return "video";
  if (photo !== undefined || document?.mime_type?.startsWith("image/")) return "picture";
  return document ? "file" : undefined;
}

/** The largest size of a picture that is kept; a picture may also be sent as a file, with nothing lost of it. */
function photosOf({ photo, document }: Message): Photo[] {
  const sizes = photo ?? (/^image\/(?:png|jpeg|webp)$/.test(document?.mime_type ?? "") && document ? [document] : []);
  const largest = sizes.filter(({ file_size: bytes }) => (bytes ?? 0) <= pictureBytesMax).at(-1);
  return largest ? [{ fileId: largest.file_id, uniqueId: largest.file_unique_id }] : [];
}

/**
 * Changed words are heard anew, but order nothing: what was ordered was ordered by the first ones. Two changes within a second are told
 * apart by their updates.
 */
function readEdit(sent: Message, bot: Bot, updateId: number): Read {
  const { chat, from, message_id: id, edit_date: edited } = sent;
  if (!isTalk(chat) || !from || from.is_bot || sent.sender_chat) return { type: "other", name: "edit of no person" };
  const original = messageEventId(chat.id, id);
  const event = said({ ...sent, date: edited ?? sent.date }, from, bot, `${original}:${edited ?? 0}:${updateId}`);
  return { type: "edited", event: { ...event, addressed: false }, original };
}

type Press = { id: string; from: User; message?: Partial<Message> | undefined; data?: string | undefined };

function readPress({ id, from, message: under, data }: Press): Read {
  const action = data === undefined ? undefined : decodeAction(data);
  if (!action || !under?.chat || from.is_bot) return { type: "pressed", queryId: id, event: undefined };
  // Telegram does not say when it was pressed; the press came just now, and the message's own time is older.
  const { at: _, ...rest } = envelope(from, under.chat, `t:${id}`, 0, topicOf(under));
  return { type: "pressed", queryId: id, event: { ...rest, at: Number.NaN, type: "tap", action } };
}

type MemberChange = z.infer<typeof memberChange>;

const isThere = ({ status, is_member }: z.infer<typeof member>): boolean =>
  status === "restricted" ? is_member === true : status !== "left" && status !== "kicked";

/** The bot itself was blocked or let in again: in a private chat that is the person's leaving and coming. */
function readOwnPlace(change: MemberChange, id: string): Read {
  if (change.chat.type !== "private") return { type: "other", name: "the bot's place in a group" };
  const type = isThere(change.new_chat_member) ? "joined" : "left";
  return { type: "events", events: [{ ...envelope(change.from, change.chat, id, change.date), type }] };
}

function readPresence(change: MemberChange, id: string): Read {
  const who = change.new_chat_member.user;
  const was = isThere(change.old_chat_member);
  const is = isThere(change.new_chat_member);
  if (who.is_bot || was === is || !isTalk(change.chat)) return { type: "other", name: "a member's rights" };
  const type = is ? "joined" : "left";
  return { type: "events", events: [{ ...envelope(who, change.chat, id, change.date), type }] };
}

function readReaction(
  reaction: {
    chat: Chat;
    message_id: number;
    user?: User | undefined;
    date: number;
    old_reaction: unknown[];
    new_reaction: unknown[];
  },
  id: string,
): Read {
  const { chat, user: by, old_reaction: before, new_reaction: after } = reaction;
  if (!by || by.is_bot || !isTalk(chat) || after.length <= before.length) return { type: "other", name: "reaction" };
  const to = messageEventId(chat.id, reaction.message_id);
  return {
    type: "events",
    events: [{ ...envelope(by, chat, id, reaction.date), type: "reacted", messageEventId: to }],
  };
}
