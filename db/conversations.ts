import type { Connection } from "./backend.ts";
import { fromRow, rowWriter } from "./rows.ts";
import { clashOn, listOf, textArray, wantedRows } from "./sql.ts";

export type Conversation = {
  id: string;
  channel: string;
  room: string;
  kind: "bot" | "direct" | "group";
  title: string | null;
  createdAt: number;
};

export type Message = {
  id: string;
  conversationId: string;
  channel: string;
  eventId: string;
  fromId: string;
  at: number;
  text: string;
  deletedAt: number | null;
};

const addRow = rowWriter<Message>("message", {
  id: true,
  conversationId: true,
  channel: true,
  eventId: true,
  fromId: true,
  at: true,
  text: true,
  deletedAt: true,
});

const addConversation = rowWriter<Conversation>("conversation", {
  id: true,
  channel: true,
  room: true,
  kind: true,
  title: true,
  createdAt: true,
});

/** So many messages of a talk are kept in memory at most, and so many characters: what explains the next one. */
const talkKept = 12;
const charactersKept = 3000;

/** The latest of a conversation, oldest first, without those taken back. `whole`: there are no others. */
type Talk = { messages: Message[]; whole: boolean };

/** From the latest messages, one more than are kept where there are so many. */
const talkFrom = (messages: Message[]): Talk => ({
  messages: messages.slice(-talkKept),
  whole: messages.length <= talkKept,
});

const isShort = ({ messages }: Talk): boolean =>
  messages.reduce((sum, { text }) => sum + text.length, 0) <= charactersKept;

/** The talk with one more at its end; undefined where it does not belong there. */
function continued({ messages, whole }: Talk, message: Message): Talk | undefined {
  const last = messages.at(-1);
  if (message.deletedAt !== null || (last && last.at > message.at)) return undefined;
  const all = [...messages, message];
  return { messages: all.slice(-talkKept), whole: whole && all.length <= talkKept };
}

/** Somebody who comes back is in it again. */
const addMember = rowWriter<{ conversationId: string; personId: string; joinedAt: number }>(
  "conversation_member",
  { conversationId: true, personId: true, joinedAt: true },
  clashOn(["conversation_id", "person_id"], "UPDATE SET left_at = NULL WHERE conversation_member.left_at IS NOT NULL"),
);

const addSight = rowWriter<{ channel: string; eventId: string; at: number }>(
  "seen_event",
  { channel: true, eventId: true, at: true },
  clashOn(["channel", "event_id"], "NOTHING"),
);

const roomKey = (channel: string, room: string): string => `${channel} ${room}`;
const sightKey = (channel: string, eventId: string): string => `${channel} ${eventId}`;

export function conversationsTable({ sql }: Connection) {
  // On SQLite the index ends in the row's own number, which grows as rows come in: nothing is left to sort.
  const newest = sql.dialect === "sqlite" ? "at DESC, rowid DESC" : "at DESC, id DESC";

  const latest = async (conversationId: string, upTo: number, since: number, count: number): Promise<Message[]> => {
    const rows = await sql.all<object>(
      `SELECT * FROM message WHERE conversation_id = ? AND at <= ? AND at >= ? AND deleted_at IS NULL
       ORDER BY ${newest} LIMIT ?`,
      conversationId,
      upTo,
      since,
      count,
    );
    return rows.map((row) => fromRow<Message>(row)).reverse();
  };
  const wasSeen = (channel: string, eventId: string): Promise<boolean> =>
    sql.kept("seen_event", sightKey(channel, eventId), async () => {
      const row = await sql.get<object>(
        "SELECT at FROM seen_event WHERE channel = ? AND event_id = ?",
        channel,
        eventId,
      );
      return row !== undefined;
    });
  const talkOf = (conversationId: string): Promise<Talk> =>
    sql.kept("message", conversationId, async () =>
      talkFrom(await latest(conversationId, Number.MAX_SAFE_INTEGER, 0, talkKept + 1)),
    );

  const readTalks = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const rows = await sql.all<object>(
      `SELECT said.* FROM unnest(CAST(? AS text[])) AS talk (id) CROSS JOIN LATERAL
         (SELECT * FROM message WHERE conversation_id = talk.id AND deleted_at IS NULL ORDER BY ${newest} LIMIT ?) AS said`,
      textArray(ids),
      talkKept + 1,
    );
    const said = new Map(ids.map((id): [string, Message[]] => [id, []]));
    for (const row of rows) {
      const message = fromRow<Message>(row);
      said.get(message.conversationId)?.push(message);
    }
    for (const [id, messages] of said) {
      messages.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
      sql.keep("message", id, talkFrom(messages));
    }
  };

  return {
    /** True the first time an event is seen; false for every repetition, which must then change nothing. */
    async firstSight(channel: string, eventId: string, at: number): Promise<boolean> {
      const sight = { channel, eventId, at };
      // On PostgreSQL, whoever has seen it since this transaction's state wins: the row is refused then, as a race.
      if (await wasSeen(channel, eventId)) return false;
      const key = sightKey(channel, eventId);
      await sql.touching("seen_event", [], () => addSight(sql, [sight]));
      sql.keep("seen_event", key, true);
      return true;
    },

    /** Whether an event was handled before: then there is nothing left to commit. */
    wasSeen,

    find(channel: string, room: string): Promise<Conversation | undefined> {
      return sql.kept("conversation", roomKey(channel, room), async () => {
        const row = await sql.get<object>("SELECT * FROM conversation WHERE channel = ? AND room = ?", channel, room);
        return row && fromRow<Conversation>(row);
      });
    },

    /** Reads at once what these events of a channel will ask for: whether they were seen, their conversations, and what was said there last. */
    async readAhead(channel: string, eventIds: readonly string[], rooms: readonly string[]): Promise<void> {
      const unknown = rooms.filter((room) => !sql.knows("conversation", roomKey(channel, room)));
      const [seen, rows] = await Promise.all([
        sql.all<{ event_id: string }>(
          `SELECT s.event_id FROM ${wantedRows(sql)} CROSS JOIN seen_event s WHERE s.channel = ? AND s.event_id = wanted.id`,
          listOf(sql, eventIds),
          channel,
        ),
        unknown.length === 0
          ? []
          : sql.all<object>(
              `SELECT c.* FROM ${wantedRows(sql)} CROSS JOIN conversation c WHERE c.channel = ? AND c.room = wanted.id`,
              listOf(sql, unknown),
              channel,
            ),
      ]);
      const sights = new Set(seen.map((row) => row.event_id));
      for (const id of eventIds) sql.keep("seen_event", sightKey(channel, id), sights.has(id));
      const byRoom = new Map(rows.map((row) => fromRow<Conversation>(row)).map((one) => [one.room, one]));
      for (const room of unknown) sql.keep("conversation", roomKey(channel, room), byRoom.get(room));
      // On SQLite talks are kept while they go on, and asked for one by one where they begin again.
      if (sql.dialect === "postgresql") await readTalks([...byRoom.values()].map(({ id }) => id));
    },

    async byId(id: string): Promise<Conversation | undefined> {
      const row = await sql.get<object>("SELECT * FROM conversation WHERE id = ?", id);
      return row && fromRow<Conversation>(row);
    },

    async add(conversation: Conversation): Promise<void> {
      await sql.touching("conversation", [], () => addConversation(sql, [conversation]));
      sql.keep("conversation", roomKey(conversation.channel, conversation.room), conversation);
      sql.keep("message", conversation.id, { messages: [], whole: true } satisfies Talk);
    },

    /** Notes that a person is in a conversation; nothing happens where that is known. */
    join(conversationId: string, personId: string, at: number): Promise<void> {
      return addMember(sql, [{ conversationId, personId, joinedAt: at }]);
    },

    async leave(conversationId: string, personId: string, at: number): Promise<void> {
      await sql.run(
        "UPDATE conversation_member SET left_at = ? WHERE conversation_id = ? AND person_id = ?",
        at,
        conversationId,
        personId,
      );
    },

    async membersOf(conversationId: string): Promise<string[]> {
      const rows = await sql.all<{ person_id: string }>(
        "SELECT person_id FROM conversation_member WHERE conversation_id = ? AND left_at IS NULL ORDER BY joined_at, person_id",
        conversationId,
      );
      return rows.map((row) => row.person_id);
    },

    async addMessage(message: Message): Promise<void> {
      const { conversationId } = message;
      const talk = continued(await talkOf(conversationId), message);
      const goesOn = talk !== undefined && isShort(talk);
      await sql.touching("message", goesOn ? [] : [conversationId], () => addRow(sql, [message]));
      if (goesOn) sql.keep("message", conversationId, talk);
    },

    async findMessage(channel: string, eventId: string): Promise<Message | undefined> {
      const row = await sql.get<object>("SELECT * FROM message WHERE channel = ? AND event_id = ?", channel, eventId);
      return row && fromRow<Message>(row);
    },

    /** The last messages of a conversation up to and including one time, oldest first, without those taken back. */
    async recentMessages(conversationId: string, upTo: number, since: number, count: number): Promise<Message[]> {
      const { messages, whole } = await talkOf(conversationId);
      const asked = messages.filter(({ at }) => at <= upTo && at >= since);
      const isAll = whole || asked.length >= count || (messages[0] !== undefined && messages[0].at < since);
      return isAll ? asked.slice(-count) : latest(conversationId, upTo, since, count);
    },

    /** What a person said lately, the newest first, without what was taken back. */
    async textsOf(personId: string, since: number, count: number): Promise<string[]> {
      const rows = await sql.all<{ text: string }>(
        `SELECT id, text FROM message WHERE from_id = ? AND at >= ? AND deleted_at IS NULL AND text <> ''
         ORDER BY at DESC, id DESC LIMIT ?`,
        personId,
        since,
        count,
      );
      return rows.map(({ text }) => text);
    },

    /** Ids and words of stored messages behind an id, in the order of ids, which is that of age. */
    async wordsAfter(after: string, since: number, count: number): Promise<{ id: string; text: string }[]> {
      return sql.all<{ id: string; text: string }>(
        "SELECT id, text FROM message WHERE id > ? AND at >= ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
        after,
        since,
        count,
      );
    },

    async messageById(id: string): Promise<Message | undefined> {
      const row = await sql.get<object>("SELECT * FROM message WHERE id = ?", id);
      return row && fromRow<Message>(row);
    },

    async messagesSince(since: number): Promise<number> {
      const row = await sql.get<{ n: number }>("SELECT count(*) AS n FROM message WHERE at >= ?", since);
      return Number(row?.n ?? 0);
    },

    async lastMessageAt(personId: string): Promise<number | null> {
      const row = await sql.get<{ at: number | null }>("SELECT max(at) AS at FROM message WHERE from_id = ?", personId);
      return row?.at ?? null;
    },

    /** Takes a message back: its words go, the fact that something was said stays. */
    async forgetWords(messageId: string, at: number): Promise<void> {
      await sql.run("UPDATE message SET text = '', deleted_at = ? WHERE id = ?", at, messageId);
    },

    /** Takes back what a person said to others on a channel, and what was answered to them alone; their talk with koloop stays. */
    async forgetTalksOf(personId: string, channel: string, at: number): Promise<void> {
      const talks = "SELECT conversation_id FROM message WHERE from_id = ? AND channel = ?";
      await sql.run(
        `UPDATE message SET text = '', deleted_at = ?
         WHERE deleted_at IS NULL AND conversation_id IN (${talks}) AND conversation_id IN
           (SELECT id FROM conversation WHERE kind = 'direct' OR (kind = 'group' AND message.from_id = ?))`,
        at,
        personId,
        channel,
        personId,
      );
    },

    /** Takes back every word of a conversation. */
    async forgetAllWords(conversationId: string, at: number): Promise<void> {
      await sql.run(
        "UPDATE message SET text = '', deleted_at = ? WHERE conversation_id = ? AND deleted_at IS NULL",
        at,
        conversationId,
      );
    },
  };
}
