import { medianOf } from "#domain/interval.ts";
import type { StaffMeasure } from "#domain/staff-measures.ts";
import type { Connection } from "./backend.ts";

/** `hours`: the median from a question to its answer; null without one. */
export type StaffWork = {
  id: string;
  name: string;
  people: number;
  asked: number;
  answered: number;
  confirmed: number;
  waiting: number;
  hours: number | null;
};

/** What employees were asked about the people they look after, and how they answered. */
export function staffWorkTable({ sql }: Connection) {
  return {
    /** Each employee with what they were asked, and how they answered. */
    async all(now: number): Promise<StaffWork[]> {
      const rows = await sql.all<{
        id: string;
        name: string;
        people: number;
        asked: number;
        confirmed: number;
        rejected: number;
        waiting: number;
      }>(
        `SELECT p.id, p.name, (SELECT count(*) FROM person c WHERE c.owner_id = p.id AND c.merged_into IS NULL) AS people,
           count(s.id) AS asked,
           coalesce(sum(CASE WHEN s.status = 'confirmed' THEN 1 ELSE 0 END), 0) AS confirmed,
           coalesce(sum(CASE WHEN s.status = 'rejected' THEN 1 ELSE 0 END), 0) AS rejected,
           coalesce(sum(CASE WHEN s.status = 'open' AND s.expires_at > ? THEN 1 ELSE 0 END), 0) AS waiting
         FROM person p LEFT JOIN suggestion s ON s.asked_of = p.id
         WHERE (' ' || p.roles || ' ') LIKE '% koe %' AND p.merged_into IS NULL GROUP BY p.id, p.name ORDER BY count(s.id) DESC, p.name`,
        now,
      );
      const waits = await sql.all<{ id: string; ms: number }>(
        `SELECT asked_of AS id, answered_at - created_at AS ms FROM suggestion
         WHERE answered_at IS NOT NULL AND status IN ('confirmed', 'rejected') ORDER BY asked_of, answered_at - created_at`,
      );
      const byStaff = new Map<string, number[]>();
      for (const { id, ms } of waits) byStaff.set(id, [...(byStaff.get(id) ?? []), Number(ms)]);
      return rows.map(({ id, name, people, asked, confirmed, rejected, waiting }) => {
        const middle = medianOf(byStaff.get(id) ?? []);
        const answered = Number(confirmed) + Number(rejected);
        const hours = middle === undefined ? null : middle / 3_600_000;
        return {
          id,
          name,
          people: Number(people),
          asked: Number(asked),
          answered,
          confirmed: Number(confirmed),
          waiting: Number(waiting),
          hours,
        };
      });
    },

    /** The rows behind one number of an employee, newest first. */
    async rows(
      koe: string,
      measure: StaffMeasure,
      most: number,
    ): Promise<{ at: number | null; person: string; text: string }[]> {
      if (measure === "people")
        return sql.all(
          "SELECT joined_at AS at, name AS person, roles AS text FROM person WHERE owner_id = ? AND merged_into IS NULL ORDER BY joined_at DESC LIMIT ?",
          koe,
          most,
        );
      const which: Record<Exclude<StaffMeasure, "people">, string> = {
        suggestions: "1 = 1",
        confirm_rate: "s.status IN ('confirmed', 'rejected')",
        answer_time: "s.status IN ('confirmed', 'rejected')",
        waiting: "s.status = 'open'",
      };
      const rows = await sql.all<{ at: number; person: string; tag: string; status: string; quote: string }>(
        `SELECT s.id, s.created_at AS at, p.name AS person, s.tag, s.status, s.quote
         FROM suggestion s JOIN person p ON p.id = s.person_id WHERE s.asked_of = ? AND ${which[measure]} ORDER BY s.created_at DESC LIMIT ?`,
        koe,
        most,
      );
      return rows.map(({ at, person, tag, status, quote }) => ({ at, person, text: `${tag} · ${status} · ${quote}` }));
    },
  };
}
