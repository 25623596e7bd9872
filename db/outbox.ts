import { type Body, bodySchema } from "#cards/card.ts";
import type { Connection } from "./backend.ts";
import { cardPlaces } from "./card-places.ts";
import { fromRow, rowWriter, toRow } from "./rows.ts";
import { clashOn, insertText, marks, type Sql } from "./sql.ts";

/** Something koloop promised to say. */
export type OutboxItem = {
  id: string;
  channel: string;
  room: string;
  personId: string | null;
  cardKey: string | null;
  /** `reply` answers somebody, `card` is koloop's own word to staff, `push` asks something of a member and has passed the gate. */
  purpose: "reply" | "card" | "push";
  dedupeKey: string | null;
  body: Body;
  reply: string | null;
  assignmentId: string | null;
  runAt: number;
  attempts: number;
  createdAt: number;
};

/** Instead of a claim's name: the vendor was away or busy, and what follows of its kind in the room keeps its place behind. */
const heldUp = "held-up";
/** So many tries long; an outage of hours must not make a room wait for its slowest retry. */
const heldUpTries = 20;

/** A lease that was neither settled nor renewed for this long belongs to a worker that died. */
export const leaseMs = 60_000;

const itemOf = (row: object): OutboxItem => {
  const item = fromRow<Omit<OutboxItem, "body"> & { body: string }>(row);
  return { ...item, body: bodySchema.parse(JSON.parse(item.body)) };
};

/** Clocks of several processes differ by less. */
const aheadAtMostMs = 60_000;

const onceOnly = clashOn(["dedupe_key"], "NOTHING");
const addRow = rowWriter<OutboxItem & { status: string }>(
  "outbox",
  {
    id: true,
    channel: true,
    room: true,
    personId: true,
    cardKey: true,
    purpose: true,
    dedupeKey: true,
    body: true,
    reply: true,
    assignmentId: true,
    runAt: true,
    attempts: true,
    createdAt: true,
    status: true,
  },
  onceOnly,
);

const wakeText =
  "SELECT (graphile_worker.add_job(?, '{}'::json, run_at := to_timestamp(CAST(? AS bigint) / 1000.0), max_attempts := 3)).id";

/** Row by row: a body may lie sealed, and then it belongs to its row. */
async function sayInstead(sql: Sql, rows: readonly { id: string }[], body: Body): Promise<void> {
  for (const { id } of rows) await sql.run("UPDATE outbox SET body = ? WHERE id = ?", JSON.stringify(body), id);
}

export function outboxTable({ sql }: Connection) {
  return {
    ...cardPlaces(sql),

    /** Writes it down to be said. Something with a `dedupeKey` is written once only; false where it stood there already. */
    async add(item: OutboxItem): Promise<boolean> {
      const row = { ...item, status: "waiting" };
      const onPostgres = sql.dialect === "postgresql";
      if (item.dedupeKey === null && (!onPostgres || item.runAt <= item.createdAt)) {
        // Of what is due at once, one job of the transaction wakes for all, and the rows wait for each other.
        if (onPostgres)
          await sql.kept("graphile_worker", `deliver:${item.channel}`, async () => {
            await sql.all(wakeText, `deliver:${item.channel}`, item.runAt);
            return true;
          });
        await addRow(sql, [row]);
        return true;
      }
      const cells = toRow(row);
      const insert = insertText("outbox", Object.keys(cells), onceOnly.clause);
      if (!onPostgres) return (await sql.run(insert, ...Object.values(cells))) === 1;
      // The queue's job in the same statement: what is promised and what wakes the one who keeps it are committed together.
      const added = await sql.all(
        `WITH added AS (${insert} RETURNING channel, run_at)
         SELECT (graphile_worker.add_job('deliver:' || channel, '{}'::json, run_at := to_timestamp(run_at / 1000.0), max_attempts := 3)).id FROM added`,
        ...Object.values(cells),
      );
      return added.length === 1;
    },

    /**
     * Takes up to `count` due items for delivery, the longest due first: an index gives them in that order, however many wait. An item is
     * not taken while an earlier one of its room still waits, unless it answers through a handle of its own, which is good for seconds only;
     * behind one that the vendor could not take yet only its own kind waits. With `channels`, only theirs are taken. `claim` names this
     * one taking and is never used again.
     */
    async claimDue(now: number, count: number, claim: string, channels?: readonly string[]): Promise<OutboxItem[]> {
      if (channels?.length === 0) return [];
      const ofChannels = channels ? `AND o.channel IN (${marks(channels.length)})` : "";
      const skipLocked = sql.dialect === "postgresql" ? "FOR UPDATE SKIP LOCKED" : "";
      const rows = await sql.all<object>(
        `UPDATE outbox SET locked_at = ?, locked_by = ?, attempts = attempts + 1 WHERE seq IN (
           SELECT seq FROM outbox AS o WHERE status = 'waiting' AND run_at <= ? AND (locked_at IS NULL OR locked_at < ?)
             AND (o.reply IS NOT NULL OR NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.channel = o.channel AND e.room = o.room AND e.seq < o.seq
                              AND e.status = 'waiting' AND (e.locked_at IS NOT NULL OR e.run_at <= ?
                                OR (e.locked_by = '${heldUp}' AND e.attempts <= ${heldUpTries} AND e.purpose = o.purpose)))) ${ofChannels}
           ORDER BY run_at, seq LIMIT ? ${skipLocked})
         RETURNING *`,
        now,
        claim,
        now,
        now - leaseMs,
        now,
        ...(channels ?? []),
        count,
      );
      return (rows as { seq: number }[]).sort((a, b) => a.seq - b.seq).map(itemOf);
    },

    /** Whoever still has these on their way goes on having them, where nobody else has taken them meanwhile. */
    async renewLeases(taken: readonly { id: string; claim: string }[], now: number): Promise<void> {
      for (const { id, claim } of taken)
        await sql.run(
          "UPDATE outbox SET locked_at = ? WHERE id = ? AND status = 'waiting' AND locked_by = ? AND locked_at IS NOT NULL",
          now,
          id,
          claim,
        );
    },

    /** Whether an item is still that claim's to settle: not taken back, nor by another claim after its lease had run out. */
    async isHeld(id: string, claim: string): Promise<boolean> {
      const held = await sql.get<object>(
        "SELECT 1 AS one FROM outbox WHERE id = ? AND status = 'waiting' AND locked_by = ? AND locked_at IS NOT NULL",
        id,
        claim,
      );
      return held !== undefined;
    },

    /**
     * Whether another push to the same person was taken for delivery and is not settled yet. Of those taken in one claim, the first has none
     * before it. To be asked after the item was taken: of two that are taken at once, one at least sees the other.
     */
    async hasAnotherOnItsWay(id: string, now: number): Promise<boolean> {
      const other = await sql.get<object>(
        `SELECT e.seq FROM outbox AS o JOIN outbox AS e ON e.person_id = o.person_id AND e.purpose = 'push' AND e.seq <> o.seq
           AND e.status = 'waiting' AND e.locked_at >= ?
         WHERE o.id = ? AND NOT (e.locked_by = o.locked_by AND e.seq > o.seq) LIMIT 1`,
        now - leaseMs,
        id,
      );
      return other !== undefined;
    },

    /** The clock was ahead and is right again: what was promised meanwhile is due as if it had been promised now. */
    async clockWentBack(now: number): Promise<void> {
      await sql.run(
        `UPDATE outbox SET run_at = ? + (run_at - created_at), created_at = ?, locked_at = CASE WHEN locked_at > ? THEN ? ELSE locked_at END
         WHERE status = 'waiting' AND created_at > ?`,
        now,
        now,
        now,
        now,
        now + aheadAtMostMs,
      );
    },

    /** Frees what a process that has died was about to deliver. Only where no other process delivers, as on SQLite. */
    async freeLeases(): Promise<void> {
      await sql.run("UPDATE outbox SET locked_at = NULL WHERE status = 'waiting' AND locked_at IS NOT NULL");
    },

    async markSent(id: string, at: number): Promise<void> {
      await sql.run("UPDATE outbox SET status = 'sent', sent_at = ?, locked_at = NULL WHERE id = ?", at, id);
    },

    /** `isAway`: the vendor could not take it, whatever it was. */
    async markFailed(id: string, error: string, next: { at: number } | "dead", isAway: boolean): Promise<void> {
      if (next === "dead") {
        await sql.run("UPDATE outbox SET status = 'dead', last_error = ?, locked_at = NULL WHERE id = ?", error, id);
      } else {
        await sql.run(
          "UPDATE outbox SET run_at = ?, last_error = ?, locked_at = NULL, locked_by = ? WHERE id = ?",
          next.at,
          error,
          isAway ? heldUp : null,
          id,
        );
      }
    },

    /** Puts an item off without counting it as a failed try. */
    async putOff(id: string, until: number): Promise<void> {
      await sql.run("UPDATE outbox SET run_at = ?, attempts = attempts - 1, locked_at = NULL WHERE id = ?", until, id);
    },

    /** Sends an item that could not go where it was meant to go another way, from now on. */
    async moveTo(id: string, to: { channel: string; room: string }, at: number): Promise<void> {
      await sql.run(
        "UPDATE outbox SET channel = ?, room = ?, run_at = ?, attempts = 0, locked_at = NULL, locked_by = NULL WHERE id = ?",
        to.channel,
        to.room,
        at,
        id,
      );
    },

    async markDropped(id: string, why: string): Promise<void> {
      await sql.run("UPDATE outbox SET status = 'dropped', last_error = ?, locked_at = NULL WHERE id = ?", why, id);
    },

    /** When the next waiting item is due; null: nothing waits. */
    async nextDue(): Promise<number | null> {
      const row = await sql.get<{ at: number | null }>(
        "SELECT min(run_at) AS at FROM outbox WHERE status = 'waiting' AND locked_at IS NULL",
      );
      return row?.at ?? null;
    },

    /** Takes back what waits for an assignment; returns how many items had not gone out. */
    async dropForAssignment(assignmentId: string): Promise<number> {
      return sql.run(
        "UPDATE outbox SET status = 'dropped' WHERE assignment_id = ? AND status = 'waiting'",
        assignmentId,
      );
    },

    /** What waits to be said on a card says this instead. */
    async rewriteWaiting(cardKey: string, body: Body): Promise<void> {
      const ids = await sql.all<{ id: string }>(
        "SELECT id FROM outbox WHERE card_key = ? AND status = 'waiting'",
        cardKey,
      );
      await sayInstead(sql, ids, body);
    },

    /** Takes a card back where it has not gone out yet, and what was kept of it shows this instead: words that were taken back are kept nowhere. */
    async eraseCard(cardKey: string, body: Body): Promise<void> {
      await sql.run("UPDATE outbox SET status = 'dropped' WHERE card_key = ? AND status = 'waiting'", cardKey);
      await sayInstead(sql, await sql.all<{ id: string }>("SELECT id FROM outbox WHERE card_key = ?", cardKey), body);
      for (const { channel, room } of await sql.all<{ channel: string; room: string }>(
        "SELECT channel, room FROM card_place WHERE card_key = ?",
        cardKey,
      ))
        await sql.run(
          "UPDATE card_place SET body = ? WHERE channel = ? AND room = ? AND card_key = ?",
          JSON.stringify(body),
          channel,
          room,
          cardKey,
        );
    },

    /** Tries again now what has failed before in the rooms that begin so: what stood in the way is gone. */
    async hasten(channel: string, roomPrefix: string, now: number): Promise<void> {
      await sql.run(
        `UPDATE outbox SET run_at = ? WHERE channel = ? AND room LIKE ? ESCAPE '!' AND status = 'waiting'
           AND locked_at IS NULL AND attempts > 0 AND run_at > ?`,
        now,
        channel,
        `${roomPrefix.replace(/[!%_]/g, "!$&")}%`,
        now,
      );
    },

    /** Rooms where a card is being shown at this moment: taken for delivery, and not settled yet. */
    async roomsInFlight(cardKey: string): Promise<{ channel: string; room: string }[]> {
      return sql.all(
        "SELECT DISTINCT channel, room FROM outbox WHERE status = 'waiting' AND locked_at IS NOT NULL AND card_key = ?",
        cardKey,
      );
    },

    /** Whether the card was written again for its room since: the later one says it all. */
    async isOutdated({ id, channel, room, cardKey }: OutboxItem): Promise<boolean> {
      if (cardKey === null) return false;
      const later = await sql.get<object>(
        `SELECT id FROM outbox WHERE channel = ? AND room = ? AND card_key = ? AND status IN ('waiting', 'sent')
           AND seq > (SELECT seq FROM outbox WHERE id = ?) LIMIT 1`,
        channel,
        room,
        cardKey,
        id,
      );
      return later !== undefined;
    },

    /** What an item says by now: it may have been taken back or written anew while it was on its way. Undefined: it is kept no more. */
    async bodyOf(id: string): Promise<Body | undefined> {
      const row = await sql.get<{ body: string }>("SELECT id, body FROM outbox WHERE id = ?", id);
      return row && bodySchema.parse(JSON.parse(row.body));
    },

    /** Takes back the waiting deliveries of a card that were written before this one; returns how many there were. */
    async dropEarlier(channel: string, room: string, cardKey: string, id: string): Promise<number> {
      return sql.run(
        `UPDATE outbox SET status = 'dropped' WHERE channel = ? AND room = ? AND card_key = ? AND status = 'waiting'
           AND seq < (SELECT seq FROM outbox WHERE id = ?)`,
        channel,
        room,
        cardKey,
        id,
      );
    },

    /** What a card shows in a room, or will show when all that waits has gone out. */
    async newestBody(channel: string, room: string, cardKey: string): Promise<Body | undefined> {
      const row = await sql.get<{ body: string }>(
        "SELECT id, body FROM outbox WHERE channel = ? AND room = ? AND card_key = ? ORDER BY seq DESC LIMIT 1",
        channel,
        room,
        cardKey,
      );
      return row && bodySchema.parse(JSON.parse(row.body));
    },

    async counts(): Promise<Record<string, number>> {
      const rows = await sql.all<{ status: string; n: number }>(
        "SELECT status, count(*) AS n FROM outbox GROUP BY status",
      );
      return Object.fromEntries(rows.map((row) => [row.status, Number(row.n)]));
    },
  };
}
