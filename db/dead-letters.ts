import type { Connection } from "./backend.ts";
import { fromRow } from "./rows.ts";

/** A delivery that was given up, and why. */
export type DeadDelivery = {
  id: string;
  channel: string;
  room: string;
  personId: string | null;
  purpose: string;
  assignmentId: string | null;
  cardKey: string | null;
  error: string | null;
  attempts: number;
  createdAt: number;
};

/** An event that could not be handled and was set aside, with its body as JSON. */
export type DeadEvent = {
  id: string;
  channel: string;
  eventId: string;
  body: string;
  error: string;
  attempts: number;
  at: number;
};

/** What koloop could not say, and what it could not understand: kept until somebody settles it, or its time is up (`db/retention.ts`). */
export function deadLettersTable({ sql }: Connection) {
  const deliveryColumns =
    "id, channel, room, person_id, purpose, assignment_id, card_key, last_error AS error, attempts, created_at";
  return {
    /** The newest first. */
    async deliveries(count: number): Promise<DeadDelivery[]> {
      const rows = await sql.all<object>(
        `SELECT ${deliveryColumns} FROM outbox WHERE status = 'dead' ORDER BY seq DESC LIMIT ?`,
        count,
      );
      return rows.map((row) => fromRow<DeadDelivery>(row));
    },

    /** The newest first. */
    async events(count: number): Promise<DeadEvent[]> {
      const rows = await sql.all<object>("SELECT * FROM dead_event ORDER BY at DESC, id DESC LIMIT ?", count);
      return rows.map((row) => fromRow<DeadEvent>(row));
    },

    async counts(): Promise<{ deliveries: number; events: number }> {
      const row = await sql.get<{ deliveries: number; events: number }>(
        `SELECT (SELECT count(*) FROM outbox WHERE status = 'dead') AS deliveries, (SELECT count(*) FROM dead_event) AS events`,
      );
      return { deliveries: Number(row?.deliveries ?? 0), events: Number(row?.events ?? 0) };
    },

    async findDelivery(id: string): Promise<DeadDelivery | undefined> {
      const row = await sql.get<object>(`SELECT ${deliveryColumns} FROM outbox WHERE id = ? AND status = 'dead'`, id);
      return row && fromRow<DeadDelivery>(row);
    },

    async findEvent(id: string): Promise<DeadEvent | undefined> {
      const row = await sql.get<object>("SELECT * FROM dead_event WHERE id = ?", id);
      return row && fromRow<DeadEvent>(row);
    },

    /** Puts a delivery back in line, as if it had never been tried. */
    async sendAgain(id: string, at: number): Promise<void> {
      await sql.run(
        `UPDATE outbox SET status = 'waiting', run_at = ?, attempts = 0, locked_at = NULL, locked_by = NULL
         WHERE id = ? AND status = 'dead'`,
        at,
        id,
      );
    },

    async dropEvent(id: string): Promise<void> {
      await sql.run("DELETE FROM dead_event WHERE id = ?", id);
    },
  };
}
