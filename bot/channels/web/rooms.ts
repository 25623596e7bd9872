import type { Sql } from "#db/sql.ts";
import {
  listWebMembers,
  listWebPostsSince,
  listWebRooms,
  type WebMember,
  type WebPost,
  type WebRoom,
} from "#db/web.ts";
import type { WebPerson } from "#db/web-sessions.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Switchboard } from "./client.ts";
import { renderPost, renderPreview } from "./render.ts";
import type { PersonView, RoomView, ServerFrame } from "./wire.ts";

type Hello = Extract<ServerFrame, { type: "hello" }>;
type RoomFrame = Extract<ServerFrame, { type: "room" }>;

/** Where a page left off: the last post it has, and when it last heard of a change (epoch ms by our clock). */
export type LeftOff = { seq: number; editedSince: number };

const maxMissed = 300;
/** Posts may be committed a little out of order on PostgreSQL, and clocks step back: the overlap costs nothing, twice is once. */
const overlapPosts = 20;
const overlapMs = 5000;

/** Everything a page needs to begin, or to go on where it left off. */
export async function helloFrame(
  sql: Sql,
  me: WebPerson,
  botName: string,
  leftOff: LeftOff | undefined,
  switchboard: Switchboard,
): Promise<Hello> {
  const rooms = await listWebRooms(sql, me.personId);
  const members = await listWebMembers(
    sql,
    rooms.map(({ room }) => room.id),
  );
  const missed = leftOff ? await listMissed(sql, me.personId, leftOff) : [];
  const gap = missed.length > maxMissed;
  const { personId: id, name, roles, lang } = me;
  return {
    type: "hello",
    me: { id, name, roles, lang },
    botName,
    rooms: rooms.map((entry) => viewOf(entry, members)),
    people: peopleOf(members, me.roles, switchboard),
    missed: gap ? [] : missed.map(renderPost),
    gap,
  };
}

function listMissed(sql: Sql, personId: string, { seq, editedSince }: LeftOff): Promise<WebPost[]> {
  const since = { seq: Math.max(0, seq - overlapPosts), editedSince: editedSince - overlapMs };
  return listWebPostsSince(sql, personId, since, maxMissed + 1);
}

/** One room as one person sees it; undefined where they are not in it. */
export async function roomView(
  sql: Sql,
  personId: string,
  roomId: string,
  switchboard: Switchboard,
): Promise<RoomFrame | undefined> {
  const [entry] = await listWebRooms(sql, personId, roomId);
  if (!entry) return undefined;
  const members = await listWebMembers(sql, [roomId]);
  const roles = members.find((member) => member.personId === personId)?.roles.split(" ") ?? [];
  return { type: "room", room: viewOf(entry, members), people: peopleOf(members, roles, switchboard) };
}

function viewOf(entry: { room: WebRoom; unread: number; last?: WebPost }, members: WebMember[]): RoomView {
  const { room, unread, last } = entry;
  return {
    id: room.id,
    kind: room.kind,
    ...(room.title ? { title: room.title } : {}),
    members: members.filter(({ roomId }) => roomId === room.id).map(({ personId: id, readSeq }) => ({ id, readSeq })),
    unread,
    ...(last ? { last: renderPreview(last) } : {}),
  };
}

/** What a role is, is the brand's affair: customers see names only. */
function peopleOf(members: WebMember[], roles: string[], switchboard: Switchboard): PersonView[] {
  const staff = mayAtAll({ roles }, "desk.use");
  const people = new Map<string, PersonView>();
  for (const { personId: id, name, roles: theirs } of members) {
    const online = switchboard.isOnline(id);
    people.set(id, { id, name, online, ...(staff ? { roles: theirs.split(" ").filter(Boolean) } : {}) });
  }
  return [...people.values()];
}
