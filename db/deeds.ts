import type { Deeds } from "#domain/behaviour.ts";
import type { Connection } from "./backend.ts";
import { fromRow, rowWriter } from "./rows.ts";
import { clashOn, marks } from "./sql.ts";

type Deed = Deeds["deeds"][number];

const addOne = rowWriter<Deed & { personId: string }>(
  "deed",
  { personId: true, kind: true, about: true, day: true, count: true },
  clashOn(["person_id", "kind", "about", "day"], "UPDATE SET count = deed.count + 1"),
);

/** What people do, counted by day. */
export function deedsTable({ sql }: Connection) {
  return {
    /** Counts one doing about each of these; `day` is days since 1970 on the person's clock. */
    note(personId: string, kind: Deed["kind"], abouts: readonly string[], day: number): Promise<void> {
      return addOne(
        sql,
        [...new Set(abouts)].map((about) => ({ personId, kind, about, day, count: 1 })),
      );
    },

    async of(personIds: readonly string[], sinceDay: number): Promise<Deed[]> {
      const rows = await sql.all<object>(
        `SELECT kind, about, day, count FROM deed WHERE person_id IN (${marks(personIds.length)}) AND day >= ?
         ORDER BY day, kind, about`,
        ...personIds,
        sinceDay,
      );
      return rows.map((row) => fromRow<Deed>(row));
    },

    /** When these people wrote since a time; the newest first, as many as matter. */
    async messageTimes(personIds: readonly string[], since: number, most: number): Promise<number[]> {
      const rows = await sql.all<{ at: number }>(
        `SELECT at FROM message WHERE from_id IN (${marks(personIds.length)}) AND at >= ? ORDER BY at DESC LIMIT ?`,
        ...personIds,
        since,
        most,
      );
      return rows.map(({ at }) => at);
    },

    /** Approved posts with their forms. */
    async approvedPosts(personId: string): Promise<{ form: string; at: number }[]> {
      const rows = await sql.all<object>(
        "SELECT form, coalesce(reviewed_at, submitted_at) AS at FROM submission WHERE person_id = ? AND status = 'approved'",
        personId,
      );
      return rows.map((row) => fromRow<{ form: string; at: number }>(row));
    },
  };
}
