import { z } from "zod";
import type { Reason, Rule, Segment, SegmentStay } from "#domain/segment.ts";
import type { Connection } from "./backend.ts";
import { assignments, fromRow, rowWriter, toRow } from "./rows.ts";
import { clashOn } from "./sql.ts";

export const ruleSchema: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    z.object({ kind: z.enum(["all", "any", "none"]), of: z.array(ruleSchema) }),
    z.object({ kind: z.literal("tag"), tag: z.string().min(1) }),
    z.object({ kind: z.literal("city"), cities: z.array(z.string().min(1)) }),
    z.object({ kind: z.literal("segment"), segmentId: z.string().min(1) }),
    z.object({ kind: z.literal("active"), withinDays: z.number().positive() }),
    z.object({ kind: z.literal("silent"), forDays: z.number().positive() }),
    z.object({ kind: z.literal("dimension"), dimension: z.string().min(1) }),
    z.object({ kind: z.literal("approved"), times: z.number().int().positive(), withinDays: z.number().positive() }),
    z.object({ kind: z.literal("influence"), atLeast: z.number() }),
  ]),
);

const segmentOf = (row: object): Segment => {
  const segment = fromRow<Omit<Segment, "rule"> & { rule: string }>(row);
  return { ...segment, rule: ruleSchema.parse(JSON.parse(segment.rule)) };
};

const stayOf = (row: object): SegmentStay => {
  const stay = fromRow<
    Omit<SegmentStay, "entryReason" | "exitReason"> & { entryReason: string; exitReason: string | null }
  >(row);
  return {
    ...stay,
    entryReason: JSON.parse(stay.entryReason) as Reason[],
    exitReason: stay.exitReason === null ? null : (JSON.parse(stay.exitReason) as Reason[]),
  };
};

const markDueBy = rowWriter<{ personId: string; segmentId: string; dueAt: number }>(
  "segment_due",
  { personId: true, segmentId: true, dueAt: true },
  clashOn(
    ["person_id", "segment_id"],
    "UPDATE SET due_at = excluded.due_at WHERE segment_due.due_at > excluded.due_at",
  ),
);

export function segmentsTable({ sql }: Connection) {
  return {
    async active(): Promise<Segment[]> {
      return (await sql.all<object>("SELECT * FROM segment WHERE status = 'active' ORDER BY created_at, id")).map(
        segmentOf,
      );
    },

    async find(id: string): Promise<Segment | undefined> {
      const row = await sql.get<object>("SELECT * FROM segment WHERE id = ?", id);
      return row && segmentOf(row);
    },

    async add(segment: Segment): Promise<void> {
      await sql.insert("segment", toRow(segment));
    },

    async save(segment: Segment): Promise<void> {
      const { id, ...fields } = segment;
      const set = assignments(fields);
      await sql.run(`UPDATE segment SET ${set.text} WHERE id = ?`, ...set.values, id);
    },

    async openStays(personId: string): Promise<SegmentStay[]> {
      return (
        await sql.all<object>("SELECT * FROM segment_stay WHERE person_id = ? AND left_at IS NULL", personId)
      ).map(stayOf);
    },

    /** The memberships of a person now, without their reasons. */
    async memberships(personId: string): Promise<{ id: string; segmentId: string; enteredAt: number }[]> {
      const rows = await sql.all<object>(
        "SELECT id, segment_id, entered_at FROM segment_stay WHERE person_id = ? AND left_at IS NULL",
        personId,
      );
      return rows.map((row) => fromRow(row));
    },

    /** Changes whenever an active segment does: what is kept in memory about segments is good as long as this is the same. */
    stamp(): Promise<string> {
      return sql.kept("segment", "stamp", async () => {
        const row = await sql.get<{ n: number; v: number | null; u: number | null }>(
          "SELECT count(*) AS n, sum(version) AS v, max(updated_at) AS u FROM segment WHERE status = 'active'",
        );
        return `${row?.n ?? 0} ${row?.v ?? 0} ${row?.u ?? 0}`;
      });
    },

    async staysOf(personId: string): Promise<SegmentStay[]> {
      return (
        await sql.all<object>("SELECT * FROM segment_stay WHERE person_id = ? ORDER BY entered_at, id", personId)
      ).map(stayOf);
    },

    async enter(stay: SegmentStay): Promise<void> {
      await sql.insert("segment_stay", toRow(stay));
    },

    async leave(stayId: string, at: number, exitReason: Reason[]): Promise<void> {
      await sql.run(
        "UPDATE segment_stay SET left_at = ?, exit_reason = ? WHERE id = ?",
        at,
        JSON.stringify(exitReason),
        stayId,
      );
    },

    /** The next open stays in a segment, in the order of people's ids, with what let each in. */
    async staysIn(segmentId: string, after: string, count: number): Promise<SegmentStay[]> {
      const rows = await sql.all<object>(
        `SELECT * FROM segment_stay WHERE segment_id = ? AND left_at IS NULL AND person_id > ? ORDER BY person_id LIMIT ?`,
        segmentId,
        after,
        count,
      );
      return rows.map(stayOf);
    },

    /** The members of a segment now. */
    async membersOf(segmentId: string): Promise<string[]> {
      const rows = await sql.all<{ person_id: string }>(
        "SELECT person_id FROM segment_stay WHERE segment_id = ? AND left_at IS NULL",
        segmentId,
      );
      return rows.map((row) => row.person_id);
    },

    /** All stays of the people who were asked for a task, by person. */
    async staysAround(
      taskId: string,
    ): Promise<Map<string, { segmentId: string; enteredAt: number; leftAt: number | null }[]>> {
      const rows = await sql.all<object>(
        `SELECT s.person_id, s.segment_id, s.entered_at, s.left_at FROM segment_stay s
         WHERE s.person_id IN (SELECT person_id FROM assignment WHERE task_id = ?) ORDER BY s.entered_at`,
        taskId,
      );
      const stays = new Map<string, { segmentId: string; enteredAt: number; leftAt: number | null }[]>();
      for (const row of rows) {
        const { personId, ...stay } = fromRow<{
          personId: string;
          segmentId: string;
          enteredAt: number;
          leftAt: number | null;
        }>(row);
        stays.set(personId, [...(stays.get(personId) ?? []), stay]);
      }
      return stays;
    },

    /** Every membership of now, by person. */
    async allMemberships(): Promise<Map<string, Set<string>>> {
      const members = new Map<string, Set<string>>();
      const rows = await sql.all<{ person_id: string; segment_id: string }>(
        "SELECT person_id, segment_id FROM segment_stay WHERE left_at IS NULL",
      );
      for (const row of rows) {
        const of = members.get(row.person_id);
        if (of) of.add(row.segment_id);
        else members.set(row.person_id, new Set([row.segment_id]));
      }
      return members;
    },

    /** Notes when a person has to be judged again by time alone; null: no longer. */
    async setDue(personId: string, segmentId: string, dueAt: number | null): Promise<void> {
      if (dueAt === null) {
        await sql.run("DELETE FROM segment_due WHERE person_id = ? AND segment_id = ?", personId, segmentId);
        return;
      }
      await sql.run(
        `INSERT INTO segment_due (person_id, segment_id, due_at) VALUES (?, ?, ?)
         ON CONFLICT (person_id, segment_id) DO UPDATE SET due_at = excluded.due_at`,
        personId,
        segmentId,
        dueAt,
      );
    },

    /** Notes that a person has to be looked at by then at the latest; an earlier mark stays. */
    setDueBy(personId: string, segmentId: string, dueAt: number): Promise<void> {
      return markDueBy(sql, [{ personId, segmentId, dueAt }]);
    },

    /** What is due for a person by time alone: ids of segments, and koloop's own marks, which begin with `#`. */
    async dueOf(personId: string, now: number): Promise<string[]> {
      const rows = await sql.all<{ segment_id: string }>(
        "SELECT segment_id FROM segment_due WHERE person_id = ? AND due_at <= ?",
        personId,
        now,
      );
      return rows.map((row) => row.segment_id);
    },

    async duePeople(now: number, count: number): Promise<string[]> {
      const rows = await sql.all<{ person_id: string }>(
        "SELECT DISTINCT person_id FROM segment_due WHERE due_at <= ? LIMIT ?",
        now,
        count,
      );
      return rows.map((row) => row.person_id);
    },
  };
}
