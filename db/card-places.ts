import { type Body, bodySchema } from "#cards/card.ts";
import { fromRow } from "./rows.ts";
import type { Sql } from "./sql.ts";

/** Where the cards that went out stand, each with the vendor's reference and what it showed last: by these they change in place. */
export function cardPlaces(sql: Sql) {
  return {
    /** Where a card stands, so that all who see it see it settle. */
    async placesOf(cardKey: string): Promise<{ channel: string; room: string; vendorRef: string }[]> {
      const rows = await sql.all<object>(
        "SELECT channel, room, vendor_ref FROM card_place WHERE card_key = ?",
        cardKey,
      );
      return rows.map((row) => fromRow(row));
    },

    async placeOf(channel: string, room: string, cardKey: string): Promise<string | undefined> {
      const row = await sql.get<{ vendor_ref: string }>(
        "SELECT vendor_ref FROM card_place WHERE channel = ? AND room = ? AND card_key = ?",
        channel,
        room,
        cardKey,
      );
      return row?.vendor_ref;
    },

    /** The card's next delivery to a room shows it anew instead of changing it where it stands. */
    async forgetPlace(channel: string, room: string, cardKey: string): Promise<void> {
      await sql.run("DELETE FROM card_place WHERE channel = ? AND room = ? AND card_key = ?", channel, room, cardKey);
    },

    async setPlace(place: {
      channel: string;
      room: string;
      cardKey: string;
      vendorRef: string;
      body: Body;
      at: number;
    }): Promise<void> {
      await sql.run(
        `INSERT INTO card_place (channel, room, card_key, vendor_ref, body, at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (channel, room, card_key) DO UPDATE SET vendor_ref = excluded.vendor_ref, body = excluded.body, at = excluded.at`,
        place.channel,
        place.room,
        place.cardKey,
        place.vendorRef,
        JSON.stringify(place.body),
        place.at,
      );
    },

    /** What a card showed when it was last delivered to a room. */
    async bodyAt(channel: string, room: string, cardKey: string): Promise<Body | undefined> {
      const row = await sql.get<{ body: string }>(
        "SELECT channel, room, card_key, body FROM card_place WHERE channel = ? AND room = ? AND card_key = ?",
        channel,
        room,
        cardKey,
      );
      return row && bodySchema.parse(JSON.parse(row.body));
    },

    /** The last card with buttons that stands in a room, for channels where an answer is a number. */
    async lastCardIn(channel: string, room: string): Promise<Body | undefined> {
      const row = await sql.get<{ body: string }>(
        "SELECT channel, room, card_key, body FROM card_place WHERE channel = ? AND room = ? ORDER BY at DESC LIMIT 1",
        channel,
        room,
      );
      return row && bodySchema.parse(JSON.parse(row.body));
    },

    /** What the cards of a room show that were delivered since, the newest first. */
    async cardsIn(channel: string, room: string, since: number, most: number): Promise<Body[]> {
      const rows = await sql.all<{ body: string }>(
        "SELECT channel, room, card_key, body FROM card_place WHERE channel = ? AND room = ? AND at >= ? ORDER BY at DESC LIMIT ?",
        channel,
        room,
        since,
        most,
      );
      return rows.map((row) => bodySchema.parse(JSON.parse(row.body)));
    },
  };
}
