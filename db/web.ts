import { type Card, cardSchema } from "#cards/card.ts";
import { marks, type Sql } from "./sql.ts";

export type WebRoom = { id: string; kind: "bot" | "direct" | "group"; title?: string };
export type WebMember = { roomId: string; personId: string; name: string; roles: string; readSeq: number };

/** What a room holds. `fromId` is a person, or `koloop`. */
export type WebPost = {
  seq: number;
  id: string;
  roomId: string;
  fromId: string;
  at: number;
  editedAt?: number;
  clientId?: string;
} & ({ kind: "text"; text: string } | { kind: "card"; card: Card } | { kind: "recalled" });

type RoomRow = { id: string; kind: string; title: string | null };
type PostRow = {
  seq: number;
  id: string;
  room_id: string;
  from_id: string;
  kind: string;
  body: string;
  client_id: string | null;
  at: number;
  edited_at: number | null;
};

function roomOf(row: RoomRow): WebRoom {
  return { id: row.id, kind: row.kind as WebRoom["kind"], ...(row.title ? { title: row.title } : {}) };
}

function postOf(row: PostRow): WebPost {
  const head = {
    seq: row.seq,
    id: row.id,
    roomId: row.room_id,
    fromId: row.from_id,
    at: row.at,
    ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
    ...(row.client_id === null ? {} : { clientId: row.client_id }),
  };
  if (row.kind === "card") return { ...head, ...cardOf(row.body) };
  return row.kind === "recalled" ? { ...head, kind: "recalled" } : { ...head, kind: "text", text: row.body };
}

/** A card as it was saved. One from before an upgrade may have a button that nothing answers any more: it stays without its buttons. */
function cardOf(body: string): { kind: "card"; card: Card } | { kind: "text"; text: string } {
  const saved = JSON.parse(body);
  for (const shape of [saved, { ...saved, buttons: [] }]) {
    const read = cardSchema.safeParse(shape);
    if (read.success) return { kind: "card", card: read.data };
  }
  return { kind: "text", text: String(saved?.title ?? "") };
}

const postColumns = "p.seq, p.id, p.room_id, p.from_id, p.kind, p.body, p.client_id, p.at, p.edited_at";

/** The room of one person with koloop. */
export const botRoomId = (personId: string): string => `bot:${personId}`;
/** The room of two people, the same whoever opens it. */
export const directRoomId = (a: string, b: string): string => `direct:${[a, b].sort().join(":")}`;

/** Makes the room where it is absent, and adds whoever is not in it yet; returns those who are new. */
export async function saveWebRoom(sql: Sql, room: WebRoom, members: string[], at: number): Promise<string[]> {
  await sql.run(
    "INSERT INTO web_room (id, kind, title, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    room.id,
    room.kind,
    room.title ?? null,
    at,
  );
  const added: string[] = [];
  for (const personId of members) {
    const rows = await sql.run(
      "INSERT INTO web_room_member (room_id, person_id, read_seq) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
      room.id,
      personId,
    );
    if (rows > 0) added.push(personId);
  }
  return added;
}

export async function findWebRoom(sql: Sql, id: string): Promise<WebRoom | undefined> {
  const row = await sql.get<RoomRow>("SELECT id, kind, title FROM web_room WHERE id = ?", id);
  return row && roomOf(row);
}

/** The room, if the person is in it. */
export async function findWebRoomOf(sql: Sql, id: string, personId: string): Promise<WebRoom | undefined> {
  const row = await sql.get<RoomRow>(
    `SELECT r.id, r.kind, r.title FROM web_room r JOIN web_room_member m ON m.room_id = r.id
     WHERE r.id = ? AND m.person_id = ?`,
    id,
    personId,
  );
  return row && roomOf(row);
}

export async function listWebMembers(sql: Sql, roomIds: string[]): Promise<WebMember[]> {
  if (roomIds.length === 0) return [];
  return sql.all<WebMember>(
    `SELECT m.room_id AS "roomId", m.person_id AS "personId", p.name, p.roles, m.read_seq AS "readSeq"
     FROM web_room_member m JOIN person p ON p.id = m.person_id WHERE m.room_id IN (${marks(roomIds.length)})`,
    ...roomIds,
  );
}

/** Everybody who shares a room with the person, the person included. */
export async function listWebCompany(sql: Sql, personId: string): Promise<string[]> {
  const rows = await sql.all<{ id: string }>(
    `SELECT DISTINCT o.person_id AS id FROM web_room_member m JOIN web_room_member o ON o.room_id = m.room_id
     WHERE m.person_id = ?`,
    personId,
  );
  return rows.map((row) => row.id);
}

/** The person's rooms with their latest post and how much is unread (counted up to 100). */
export async function listWebRooms(
  sql: Sql,
  personId: string,
  only?: string,
): Promise<{ room: WebRoom; unread: number; last?: WebPost }[]> {
  const rows = await sql.all<RoomRow & { unread: number; last_seq: number | null }>(
    `SELECT r.id, r.kind, r.title,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM web_post u WHERE u.room_id = r.id AND u.seq > m.read_seq
          AND u.from_id <> m.person_id LIMIT 100) few) AS unread,
       (SELECT MAX(l.seq) FROM web_post l WHERE l.room_id = r.id) AS last_seq
     FROM web_room_member m JOIN web_room r ON r.id = m.room_id
     WHERE m.person_id = ?${only === undefined ? "" : " AND r.id = ?"}`,
    ...(only === undefined ? [personId] : [personId, only]),
  );
  const seqs = rows.flatMap((row) => (row.last_seq === null ? [] : [row.last_seq]));
  const posts = new Map((await listPostsBySeq(sql, seqs)).map((post) => [post.seq, post]));
  return rows.map((row) => {
    const last = row.last_seq === null ? undefined : posts.get(row.last_seq);
    return { room: roomOf(row), unread: Number(row.unread), ...(last ? { last } : {}) };
  });
}

async function listPostsBySeq(sql: Sql, seqs: number[]): Promise<WebPost[]> {
  if (seqs.length === 0) return [];
  const rows = await sql.all<PostRow>(
    `SELECT ${postColumns} FROM web_post p WHERE p.seq IN (${marks(seqs.length)})`,
    ...seqs,
  );
  return rows.map(postOf);
}

/** Adds a text; where the sender sent that `clientId` to the room before, the earlier post is the answer and nothing is added. */
export async function addWebText(
  sql: Sql,
  post: { id: string; roomId: string; fromId: string; text: string; clientId: string; at: number },
): Promise<{ post: WebPost & { kind: "text" | "recalled" }; added: boolean }> {
  const added = await sql.run(
    `INSERT INTO web_post (id, room_id, from_id, kind, body, client_id, at) VALUES (?, ?, ?, 'text', ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    post.id,
    post.roomId,
    post.fromId,
    post.text,
    post.clientId,
    post.at,
  );
  const row = await sql.get<PostRow>(
    `SELECT ${postColumns} FROM web_post p WHERE p.room_id = ? AND p.from_id = ? AND p.client_id = ?`,
    post.roomId,
    post.fromId,
    post.clientId,
  );
  return { post: postOf(row!) as WebPost & { kind: "text" | "recalled" }, added: added > 0 };
}

type NewCard = { id: string; roomId: string; fromId: string; card: Card; at: number };
type CardPost = WebPost & { kind: "card" };

/** The card of that key in the room, and the latest post there. */
export async function findWebCard(
  sql: Sql,
  roomId: string,
  cardKey: string,
): Promise<{ card?: CardPost; last?: WebPost }> {
  const row = await sql.get<PostRow>(
    `SELECT ${postColumns} FROM web_post p WHERE p.room_id = ? AND p.card_key = ? ORDER BY p.seq DESC LIMIT 1`,
    roomId,
    cardKey,
  );
  const [last] = await listWebPosts(sql, roomId, undefined, 1);
  const card = row && postOf(row);
  return { ...(card?.kind === "card" ? { card } : {}), ...(last ? { last } : {}) };
}

/** Adds koloop's card at the end of the room. */
export async function addWebCard(sql: Sql, post: NewCard, editedAt?: number): Promise<CardPost> {
  const row = await sql.get<PostRow>(
    `INSERT INTO web_post (id, room_id, from_id, kind, card_key, body, at, edited_at)
     VALUES (?, ?, ?, 'card', ?, ?, ?, ?) RETURNING ${postColumns.replaceAll("p.", "")}`,
    post.id,
    post.roomId,
    post.fromId,
    post.card.key,
    JSON.stringify(post.card),
    post.at,
    editedAt ?? null,
  );
  return postOf(row!) as CardPost;
}

/** Replaces a card in place: it keeps its id and its position. */
export async function replaceWebCard(sql: Sql, earlier: CardPost, card: Card, at: number): Promise<CardPost> {
  await sql.run("UPDATE web_post SET body = ?, edited_at = ? WHERE id = ?", JSON.stringify(card), at, earlier.id);
  return { ...earlier, card, editedAt: at };
}

/** Replaces a card and puts it at the end of the room: it keeps its id, so a page knows that it is the same one. */
export async function moveWebCard(sql: Sql, earlier: CardPost, card: Card, at: number): Promise<CardPost> {
  await sql.run("DELETE FROM web_post WHERE seq = ?", earlier.seq);
  const { id, roomId, fromId } = earlier;
  return addWebCard(sql, { id, roomId, fromId, card, at }, at);
}

export async function findWebPost(sql: Sql, roomId: string, id: string): Promise<WebPost | undefined> {
  const row = await sql.get<PostRow>(
    `SELECT ${postColumns} FROM web_post p WHERE p.id = ? AND p.room_id = ?`,
    id,
    roomId,
  );
  return row && postOf(row);
}

/** A page of a room's past, oldest first: the posts before `before`, or the latest. */
export async function listWebPosts(
  sql: Sql,
  roomId: string,
  before: number | undefined,
  limit: number,
): Promise<WebPost[]> {
  const rows = await sql.all<PostRow>(
    `SELECT ${postColumns} FROM web_post p WHERE p.room_id = ? AND p.seq < ? ORDER BY p.seq DESC LIMIT ?`,
    roomId,
    before ?? 2_147_483_647,
    limit,
  );
  return rows.reverse().map(postOf);
}

/** What came after `seq`, or changed since `editedSince`, in the person's rooms; oldest first. */
export async function listWebPostsSince(
  sql: Sql,
  personId: string,
  since: { seq: number; editedSince: number },
  limit: number,
): Promise<WebPost[]> {
  const rows = await sql.all<PostRow>(
    `SELECT ${postColumns} FROM web_post p JOIN web_room_member m ON m.room_id = p.room_id
     WHERE m.person_id = ? AND (p.seq > ? OR p.edited_at >= ?) ORDER BY p.seq LIMIT ?`,
    personId,
    since.seq,
    since.editedSince,
    limit,
  );
  return rows.map(postOf);
}

/** Remembers how far the person has read; returns false where they had read as far before. */
export async function markWebRead(sql: Sql, roomId: string, personId: string, seq: number): Promise<boolean> {
  const changed = await sql.run(
    "UPDATE web_room_member SET read_seq = ? WHERE room_id = ? AND person_id = ? AND read_seq < ?",
    seq,
    roomId,
    personId,
    seq,
  );
  return changed > 0;
}

/** Takes the words out of a post for good. */
export async function recallWebPost(sql: Sql, id: string, at: number): Promise<void> {
  await sql.run("UPDATE web_post SET kind = 'recalled', body = '', edited_at = ? WHERE id = ?", at, id);
}

/**
 * What people typed (a page's post has a client id, an imported one has not) since then, that koloop has not handled: a crash came
 * between storing the post and handing it over.
 */
export async function listUnhandledWebPosts(sql: Sql, since: number): Promise<WebPost[]> {
  const rows = await sql.all<PostRow>(
    `SELECT ${postColumns} FROM web_post p
     WHERE p.at >= ? AND p.client_id IS NOT NULL AND p.from_id <> 'koloop' AND p.kind IN ('text', 'recalled')
       AND NOT EXISTS (SELECT 1 FROM seen_event s WHERE s.channel = 'web'
         AND s.event_id = CASE WHEN p.kind = 'text' THEN p.id ELSE 'recall:' || p.id END)
     ORDER BY p.seq`,
    since,
  );
  return rows.map(postOf);
}
