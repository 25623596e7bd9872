import type { Connection } from "./backend.ts";
import { marks } from "./sql.ts";

/** What only Telegram asks of the tables that all channels share. */
export function telegramTable({ sql }: Connection) {
  return {
    /** The event under which the words of a message were last heard: its own, or that of its latest change. */
    async latestOf(channel: string, eventId: string): Promise<{ eventId: string; text: string } | undefined> {
      const row = await sql.get<{ event_id: string; text: string }>(
        `SELECT id, event_id, text FROM message WHERE channel = ? AND (event_id = ? OR (event_id > ? AND event_id < ?))
           AND deleted_at IS NULL ORDER BY at DESC, id DESC LIMIT 1`,
        channel,
        eventId,
        `${eventId}:`,
        `${eventId};`,
      );
      return row && { eventId: row.event_id, text: row.text };
    },

    /** The key of the card that stands in a room under one of these handles. */
    async cardAt(channel: string, room: string, refs: readonly string[]): Promise<string | undefined> {
      const row = await sql.get<{ card_key: string }>(
        `SELECT card_key FROM card_place WHERE channel = ? AND room = ? AND vendor_ref IN (${marks(refs.length)})`,
        channel,
        room,
        ...refs,
      );
      return row?.card_key;
    },

    /** A room is known by another id from now on: its talk and what waits for it follow; cards that stood there cannot be changed. */
    async moveRoom(channel: string, from: string, to: string): Promise<void> {
      const there = await sql.get<object>("SELECT id FROM conversation WHERE channel = ? AND room = ?", channel, to);
      if (!there) await sql.run("UPDATE conversation SET room = ? WHERE channel = ? AND room = ?", to, channel, from);
      await sql.run(
        "UPDATE outbox SET room = ? WHERE channel = ? AND room = ? AND status = 'waiting'",
        to,
        channel,
        from,
      );
      await sql.run("DELETE FROM card_place WHERE channel = ? AND room = ?", channel, from);
    },
  };
}
