import { z } from "zod";
import type { Action } from "#cards/action.ts";
import type { WebPost, WebRoom } from "#db/web.ts";
import type { Incoming, MessageEvent, RecalledEvent, SeenEvent, TapEvent } from "#handlers/incoming.ts";

export const channelName = "web";

/** What one message may hold. 100,000 Chinese characters are 300 KB on the wire, so a frame may have twice that. */
export const maxTextLength = 100_000;
export const maxFrameBytes = 640 * 1024;

const id = z.string().min(1).max(80);
const room = z.string().min(1).max(200);

/** All that a page may send. `id` is the page's own for the request: the same id again is the same wish, not a second one. */
const frameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("send"), id, room, text: z.string() }),
  z.object({ type: z.literal("tap"), id, room, post: id, token: z.string().max(64) }),
  z.object({ type: z.literal("recall"), id, room, post: id }),
  z.object({ type: z.literal("history"), id, room, before: z.number().int().positive().optional() }),
  z.object({ type: z.literal("seen"), room, post: id }),
  z.object({ type: z.literal("read"), room, seq: z.number().int().nonnegative().max(2_147_483_647) }),
  z.object({ type: z.literal("typing"), room }),
  z.object({ type: z.literal("ping") }),
]);
export type Frame = z.infer<typeof frameSchema>;

/** Reads a frame; undefined for anything that no page of ours would send. */
export function readFrame(data: string): Frame | undefined {
  try {
    return frameSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

type Sender = { personId: string; name: string };

function envelope(sender: Sender, webRoom: WebRoom, eventId: string, at: number) {
  return {
    eventId,
    from: sender.personId,
    fromName: sender.name,
    address: { channel: channelName, room: webRoom.id },
    roomKind: webRoom.kind,
    ...(webRoom.title ? { roomTitle: webRoom.title } : {}),
    at,
  };
}

/** A stored message as koloop's event: the post's id is the event's, so handing it over twice is once. */
export function messageEvent(
  sender: Sender,
  webRoom: WebRoom,
  post: WebPost & { kind: "text" },
  botName: string,
): MessageEvent {
  return {
    ...envelope(sender, webRoom, post.id, post.at),
    type: "message",
    text: post.text,
    addressed: isAddressed(webRoom, post.text, botName),
  };
}

/** Said to koloop: in its own chat, by its name after an @, or as a command such as `/tag`. */
function isAddressed(webRoom: WebRoom, text: string, botName: string): boolean {
  if (webRoom.kind === "bot") return true;
  const low = text.toLowerCase();
  return low.includes("@koloop") || low.includes(`@${botName.toLowerCase()}`) || /^\/\p{L}/u.test(text);
}

export function tapEvent(
  sender: Sender,
  webRoom: WebRoom,
  tap: { id: string; action: Action; cardKey: string; at: number },
): TapEvent {
  const { action, cardKey } = tap;
  return { ...envelope(sender, webRoom, `tap:${sender.personId}:${tap.id}`, tap.at), type: "tap", action, cardKey };
}

/** A card was on the person's screen; once for each person and card. */
export function seenEvent(sender: Sender, webRoom: WebRoom, post: WebPost & { kind: "card" }, at: number): SeenEvent {
  return {
    ...envelope(sender, webRoom, `seen:${post.id}:${sender.personId}`, at),
    type: "seen",
    cardKey: post.card.key,
  };
}

export function recalledEvent(sender: Sender, webRoom: WebRoom, postId: string, at: number): RecalledEvent {
  return { ...envelope(sender, webRoom, `recall:${postId}`, at), type: "recalled", messageEventId: postId };
}

/** Somebody is in a room from now on; once for each room and person. */
export function joinedEvent(sender: Sender, webRoom: WebRoom, at: number): Incoming {
  return { ...envelope(sender, webRoom, `joined:${webRoom.id}:${sender.personId}`, at), type: "joined" };
}
