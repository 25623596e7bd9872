import type { Moment, MomentOutcomes } from "#domain/moment.ts";
import type { Reason } from "#domain/segment.ts";
import type { Connection } from "./backend.ts";
import { assignments, fromRow, toRow } from "./rows.ts";

const momentOf = (row: object): Moment => {
  const moment = fromRow<Omit<Moment, "reason"> & { reason: string }>(row);
  return { ...moment, reason: JSON.parse(moment.reason) as Reason[] };
};

export function momentsTable({ sql }: Connection) {
  return {
    async find(id: string): Promise<Moment | undefined> {
      const row = await sql.get<object>("SELECT * FROM moment WHERE id = ?", id);
      return row && momentOf(row);
    },

    async add(moment: Moment): Promise<void> {
      await sql.insert("moment", toRow(moment));
    },

    async save({ id, ...fields }: Moment): Promise<void> {
      const set = assignments(fields);
      await sql.run(`UPDATE moment SET ${set.text} WHERE id = ?`, ...set.values, id);
    },

    /** When each kind of moment last came for a person. */
    async lastOf(personId: string): Promise<Map<string, number>> {
      const rows = await sql.all<{ rule: string; at: number }>(
        "SELECT rule, max(created_at) AS at FROM moment WHERE person_id = ? GROUP BY rule",
        personId,
      );
      return new Map(rows.map(({ rule, at }) => [rule, at]));
    },

    /** Employees with something due to be shown. */
    async ownersWaiting(now: number): Promise<string[]> {
      const rows = await sql.all<{ owner_id: string }>(
        "SELECT DISTINCT owner_id FROM moment WHERE status = 'waiting' AND due_at <= ? ORDER BY owner_id",
        now,
      );
      return rows.map((row) => row.owner_id);
    },

    async listOf(ownerId: string, status: Moment["status"]): Promise<Moment[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM moment WHERE owner_id = ? AND status = ? ORDER BY score DESC, created_at, id",
        ownerId,
        status,
      );
      return rows.map(momentOf);
    },

    async countShown(ownerId: string, since: number): Promise<number> {
      const row = await sql.get<{ n: number }>(
        "SELECT count(*) AS n FROM moment WHERE owner_id = ? AND shown_at >= ?",
        ownerId,
        since,
      );
      return Number(row?.n ?? 0);
    },

    /** Moments that have passed: shown or waiting since before a time. */
    async listPassed(before: number, count: number): Promise<Moment[]> {
      const rows = await sql.all<object>(
        `SELECT * FROM moment WHERE status IN ('waiting', 'shown') AND due_at <= ? ORDER BY due_at LIMIT ?`,
        before,
        count,
      );
      return rows.map(momentOf);
    },

    /** What became of each kind of moment. */
    async outcomes(): Promise<MomentOutcomes> {
      const rows = await sql.all<{ rule: string; shown: number; taken: number; unfit: number; later: number }>(
        `SELECT rule, count(shown_at) AS shown, sum(CASE WHEN status = 'taken' THEN 1 ELSE 0 END) AS taken,
           sum(CASE WHEN status = 'unfit' THEN 1 ELSE 0 END) AS unfit, sum(later) AS later
         FROM moment GROUP BY rule`,
      );
      return new Map(
        rows.map(({ rule, shown, taken, unfit, later }) => [
          rule,
          { shown: Number(shown), taken: Number(taken), unfit: Number(unfit), later: Number(later) },
        ]),
      );
    },
  };
}
