import { decodeAction, encodeAction } from "#cards/action.ts";
import type { Body, Card } from "#cards/card.ts";
import type { Backend } from "#db/backend.ts";
import type { Sql } from "#db/sql.ts";
import {
  addWebCard,
  addWebText,
  botRoomId,
  findWebCard,
  findWebPost,
  findWebRoom,
  findWebRoomOf,
  listUnhandledWebPosts,
  listWebMembers,
  listWebPosts,
  markWebRead,
  moveWebCard,
  recallWebPost,
  replaceWebCard,
  saveWebRoom,
  type WebPost,
  type WebRoom,
} from "#db/web.ts";
import { findWebPerson, saveWebIdentity, type WebPerson } from "#db/web-sessions.ts";
import type { Incoming } from "#handlers/incoming.ts";
import type { Line, Switchboard } from "./client.ts";
import { type Frame, joinedEvent, maxTextLength, messageEvent, recalledEvent, seenEvent, tapEvent } from "./receive.ts";
import { renderPost } from "./render.ts";
import { roomView } from "./rooms.ts";
import type { RefusalCode, ServerFrame } from "./wire.ts";

/** Who koloop's own posts are from. */
export const botId = "koloop";

const dayMs = 24 * 60 * 60 * 1000;
const historyPage = 40;
/** A card that changes within this time after a press changes because of it: it must not jump away from the finger. */
const pressedMs = 15_000;
/** A word spoken too hastily can be taken back for a day, as in WeCom. */
const recallMs = dayMs;
/** Posts older than this were handled long ago, even where the note of it was swept away. */
const handOverMs = 7 * dayMs;

export type MessengerDeps = {
  backend: Backend;
  now: () => number;
  newId: () => string;
  botName: string;
  switchboard: Switchboard;
  /** Resolves when koloop has committed the event. */
  handOver: (event: Incoming) => Promise<void>;
};

type Of<T extends Frame["type"]> = Extract<Frame, { type: T }>;
type Answer = ServerFrame | undefined;
type Refused = Extract<ServerFrame, { type: "refused" }>;

export type Messenger = ReturnType<typeof createMessenger>;

/** The rooms and posts that a vendor would keep, and what each frame of a page does to them. */
export function createMessenger(deps: MessengerDeps) {
  const { backend, now, newId, botName, switchboard, handOver } = deps;
  const read = backend.read.bind(backend);
  // A page tells that it saw a card each time it is loaded; koloop needs to hear it once.
  const seen = new Set<string>();
  const pressedAt = new Map<string, number>();

  const membersOf = async (roomId: string): Promise<string[]> =>
    (await read(({ sql }) => listWebMembers(sql, [roomId]))).map((member) => member.personId);

  async function announce(post: WebPost, but?: Line): Promise<void> {
    switchboard.push(await membersOf(post.roomId), { type: "post", post: renderPost(post) }, but);
  }

  async function tellRoom(room: WebRoom, personIds: string[]): Promise<void> {
    for (const personId of personIds) {
      if (!switchboard.isOnline(personId)) continue;
      const frame = await read(({ sql }) => roomView(sql, personId, room.id, switchboard));
      if (frame) switchboard.push([personId], frame);
    }
  }

  /** Makes a room with those people in it, tells them and koloop. What is there already stays. */
  async function openRoom(room: WebRoom, memberIds: string[]): Promise<void> {
    const at = now();
    const added = await backend.transaction(async ({ sql }) => {
      const fresh = await saveWebRoom(sql, room, memberIds, at);
      for (const personId of fresh) {
        if (room.kind === "bot") await saveWebIdentity(sql, { id: newId(), personId, room: room.id, at });
      }
      return Promise.all(fresh.map((personId) => findWebPerson(sql, personId)));
    });
    if (added.length === 0) return;
    await tellRoom(room, await membersOf(room.id));
    for (const person of added) if (person) await handOver(joinedEvent(person, room, at));
  }

  /** A card of the same key takes the earlier one's place, or comes to the end where it is news. */
  async function saveCard(sql: Sql, roomId: string, card: Card, at: number): Promise<WebPost> {
    const { card: earlier, last } = await findWebCard(sql, roomId, card.key);
    if (!earlier) return addWebCard(sql, { id: newId(), roomId, fromId: botId, card, at });
    const underAFinger = at - (pressedAt.get(earlier.id) ?? 0) < pressedMs;
    if (underAFinger || !isNews(earlier.card, card, roomId, last)) return replaceWebCard(sql, earlier, card, at);
    return last?.id === earlier.id ? replaceWebCard(sql, earlier, card, at) : moveWebCard(sql, earlier, card, at);
  }

  async function send(me: WebPerson, frame: Of<"send">, line: Line): Promise<Answer> {
    const text = frame.text.trimEnd();
    if (text.length > maxTextLength) return refuse(frame.id, "too-long");
    if (text.trim() === "") return refuse(frame.id, "bad-frame");
    const room = await read(({ sql }) => findWebRoomOf(sql, frame.room, me.personId));
    if (!room) return refuse(frame.id, "not-a-member");
    const draft = { id: newId(), roomId: room.id, fromId: me.personId, text, clientId: frame.id, at: now() };
    const { post, added } = await backend.transaction(({ sql }) => addWebText(sql, draft));
    if (added) await announce(post, line);
    // Also when the post was there: the page sends again where it heard no answer, and koloop may not have heard it either.
    if (post.kind === "text") await handOver(messageEvent(me, room, post, botName));
    return { type: "ack", id: frame.id, post: renderPost(post) };
  }

  async function tap(me: WebPerson, frame: Of<"tap">): Promise<Answer> {
    const found = await read(async ({ sql }) => {
      const room = await findWebRoomOf(sql, frame.room, me.personId);
      return { room, post: room && (await findWebPost(sql, room.id, frame.post)) };
    });
    if (!found.room) return refuse(frame.id, "not-a-member");
    if (found.post?.kind !== "card") return refuse(frame.id, "no-such-card");
    const { card } = found.post;
    const action = decodeAction(frame.token);
    const offered = card.buttons.some((button) => encodeAction(button.action) === frame.token);
    if (!action || !offered) return { ...refuse(frame.id, "settled"), settled: card.settled };
    if (pressedAt.size > 5000) pressedAt.clear();
    pressedAt.set(found.post.id, now());
    await handOver(tapEvent(me, found.room, { id: frame.id, action, cardKey: card.key, at: now() }));
    return { type: "ack", id: frame.id };
  }

  async function recall(me: WebPerson, frame: Of<"recall">): Promise<Answer> {
    const found = await read(async ({ sql }) => {
      const room = await findWebRoomOf(sql, frame.room, me.personId);
      return { room, post: room && (await findWebPost(sql, room.id, frame.post)) };
    });
    if (!found.room || !found.post) return refuse(frame.id, "not-a-member");
    const { room, post } = found;
    if (post.fromId !== me.personId || post.kind === "card") return refuse(frame.id, "not-yours");
    if (now() - post.at > recallMs) return refuse(frame.id, "too-late");
    const at = now();
    if (post.kind === "text") {
      await backend.transaction(({ sql }) => recallWebPost(sql, post.id, at));
      await announce({ ...post, kind: "recalled", editedAt: at } as WebPost);
    }
    await handOver(recalledEvent(me, room, post.id, at));
    return { type: "ack", id: frame.id };
  }

  async function history(me: WebPerson, frame: Of<"history">): Promise<Answer> {
    const posts = await read(async ({ sql }) => {
      const room = await findWebRoomOf(sql, frame.room, me.personId);
      return room && (await listWebPosts(sql, room.id, frame.before, historyPage + 1));
    });
    if (!posts) return refuse(frame.id, "not-a-member");
    const more = posts.length > historyPage;
    const page = more ? posts.slice(1) : posts;
    return { type: "history", id: frame.id, room: frame.room, posts: page.map(renderPost), more };
  }

  async function sawCard(me: WebPerson, frame: Of<"seen">): Promise<Answer> {
    const key = `${me.personId} ${frame.post}`;
    if (seen.has(key)) return undefined;
    const found = await read(async ({ sql }) => {
      const room = await findWebRoomOf(sql, frame.room, me.personId);
      return { room, post: room && (await findWebPost(sql, room.id, frame.post)) };
    });
    if (!found.room || found.post?.kind !== "card") return undefined;
    await handOver(seenEvent(me, found.room, found.post, now()));
    if (seen.size > 20_000) seen.clear();
    seen.add(key);
    return undefined;
  }

  async function readUpTo(me: WebPerson, frame: Of<"read">): Promise<Answer> {
    const { room, seq } = frame;
    const moved = await backend.transaction(({ sql }) => markWebRead(sql, room, me.personId, seq));
    if (moved) switchboard.push(await membersOf(room), { type: "read", room, person: me.personId, seq });
    return undefined;
  }

  async function typing(me: WebPerson, frame: Of<"typing">): Promise<Answer> {
    const members = await membersOf(frame.room);
    if (!members.includes(me.personId)) return undefined;
    const others = members.filter((personId) => personId !== me.personId);
    switchboard.push(others, { type: "typing", room: frame.room, person: me.personId });
    return undefined;
  }

  const answers: { [T in Frame["type"]]: (me: WebPerson, frame: Of<T>, line: Line) => Promise<Answer> } = {
    send,
    tap,
    recall,
    history,
    seen: sawCard,
    read: readUpTo,
    typing,
    ping: async () => ({ type: "pong" }),
  };

  return {
    openRoom,
    membersOf,

    /** Does what the frame asks, as far as this person may, and returns what to tell the page. */
    answer: (me: WebPerson, frame: Frame, line: Line): Promise<Answer> =>
      (answers[frame.type] as (me: WebPerson, frame: Frame, line: Line) => Promise<Answer>)(me, frame, line),

    /** The room of a person with koloop, made at the first need. False where there is no such person. */
    async openBotRoom(personId: string): Promise<boolean> {
      const room: WebRoom = { id: botRoomId(personId), kind: "bot" };
      const there = await read(({ sql }) => findWebRoomOf(sql, room.id, personId));
      if (there) return true;
      if (!(await read(({ sql }) => findWebPerson(sql, personId)))) return false;
      await openRoom(room, [personId]);
      return true;
    },

    /** Shows a body in a room and returns the post's id; undefined where there is no such room. Twice with one id is once. */
    async show(roomId: string, body: Body, deliveryId: string): Promise<string | undefined> {
      if (!(await read(({ sql }) => findWebRoom(sql, roomId)))) return undefined;
      const at = now();
      const post = await backend.transaction(async ({ sql }) => {
        if (body.type === "card") return saveCard(sql, roomId, body.card, at);
        const draft = { id: newId(), roomId, fromId: botId, text: body.text, clientId: deliveryId, at };
        return (await addWebText(sql, draft)).post;
      });
      await announce(post);
      return post.id;
    },

    /** Hands over again what was stored when the process died before koloop had it. Returns how many. */
    async handOverTheRest(): Promise<number> {
      const posts = await read(({ sql }) => listUnhandledWebPosts(sql, now() - handOverMs));
      for (const post of posts) {
        const found = await read(async ({ sql }) => ({
          room: await findWebRoom(sql, post.roomId),
          person: await findWebPerson(sql, post.fromId),
        }));
        if (!found.room || !found.person) continue;
        if (post.kind === "text") await handOver(messageEvent(found.person, found.room, post, botName));
        else await handOver(recalledEvent(found.person, found.room, post.id, post.editedAt ?? post.at));
      }
      return posts.length;
    },
  };
}

function refuse(id: string, code: RefusalCode): Refused {
  return { type: "refused", id, code };
}

/**
 * Whether a card that is sent again has something new to tell: it asks what it did not ask before, or it answers somebody who spoke
 * to koloop after it. A change far above, where nobody looks, would be missed; a card that is settled stays where it was answered.
 */
function isNews(earlier: Card, card: Card, roomId: string, last: WebPost | undefined): boolean {
  if (card.settled !== undefined) return false;
  const asked = new Set(earlier.buttons.map(({ action }) => encodeAction(action)));
  if (card.buttons.some(({ action }) => !asked.has(encodeAction(action)))) return true;
  return roomId.startsWith("bot:") && last?.kind === "text" && last.fromId !== botId;
}
