import type { RawSnapshot } from "#domain/cleaning.ts";
import type { HealthScope, PostFact, PushFact, TaskTerms } from "#domain/health-facts.ts";
import type { Cell, StepCounts } from "#domain/step-health.ts";
import type { Connection } from "./backend.ts";
import { type SnapshotRow, snapshotOf } from "./post-figures.ts";
import { fromRow } from "./rows.ts";
import type { Sql, SqlValue } from "./sql.ts";

const dayMs = 86_400_000;
/** So many comparable tasks at most, the newest first. */
const mostPeers = 60;

/** A condition on `a` (assignment) and `t` (task), and its values. */
type Where = { text: string; values: SqlValue[] };

/** A month is named `2026-11`, by the wall clock of the brand; its ends are worked out by the caller. */
export type ScopeRange = { from: number; until: number };

function scopeOf(scope: HealthScope, range: ScopeRange | undefined): Where {
  switch (scope.kind) {
    case "task":
      return { text: "a.task_id = ?", values: [scope.id] };
    case "theme":
      return { text: "t.theme = ?", values: [scope.id] };
    case "koc":
      return { text: "a.person_id = ?", values: [scope.id] };
    case "segment":
      return {
        text: `EXISTS (SELECT 1 FROM segment_stay s WHERE s.person_id = a.person_id AND s.segment_id = ?
          AND s.entered_at <= a.pushed_at AND (s.left_at IS NULL OR a.pushed_at < s.left_at))`,
        values: [scope.id],
      };
    case "month":
      return { text: "a.pushed_at >= ? AND a.pushed_at < ?", values: [range?.from ?? 0, range?.until ?? 0] };
  }
}

const seen = "coalesce(a.seen_at, a.accepted_at, a.declined_at, a.submitted_at, a.approved_at)";
const accepted = "coalesce(a.accepted_at, a.submitted_at, a.approved_at)";
const submitted = "coalesce(a.submitted_at, a.approved_at)";
const counts = `count(*) AS pushed, count(${seen}) AS seen, count(${accepted}) AS accepted, count(${submitted}) AS submitted,
  count(a.approved_at) AS approved`;
type Counted = { pushed: number; seen: number; accepted: number; submitted: number; approved: number };

const countsFrom = (row: Counted): StepCounts => ({
  entered: [row.pushed, row.seen, row.accepted, row.submitted].map(Number),
  passed: [row.seen, row.accepted, row.submitted, row.approved].map(Number),
});

/** Pushes that went out and were not taken back. */
const went = "a.pushed_at IS NOT NULL AND a.withdrawn_at IS NULL";

/** What a health report is made of, in few and wide questions. */
export function reportFactsTable({ sql }: Connection) {
  return {
    /** The pushes of the scope, oldest first. `nightOffsetMs`: how far the brand's wall clock is ahead of UTC. */
    async pushes(scope: HealthScope, range: ScopeRange | undefined, nightOffsetMs: number): Promise<PushFact[]> {
      const where = scopeOf(scope, range);
      const rows = await sql.all<object>(
        `SELECT a.id, a.task_id, a.person_id, a.form, a.pushed_at, a.seen_at, a.accepted_at, a.declined_at, a.decline_reason,
           a.submitted_at, a.approved_at, a.rejected_at,
           CASE WHEN t.status IN ('closed', 'archived', 'cancelled') THEN coalesce(t.deadline_at, t.updated_at) ELSE t.deadline_at END AS ends_at
         FROM assignment a JOIN task t ON t.id = a.task_id WHERE ${went} AND ${where.text} ORDER BY a.pushed_at, a.id`,
        ...where.values,
      );
      const stays = await staysOf(sql, where);
      return rows.map((row) => {
        const push = fromRow<Omit<PushFact, "segments" | "atNight">>(row);
        const own = stays.get(push.personId) ?? [];
        return {
          ...push,
          segments: own
            .filter((s) => s.enteredAt <= push.pushedAt && (s.leftAt === null || push.pushedAt < s.leftAt))
            .map((s) => s.segmentId),
          atNight: isNight(push.pushedAt, nightOffsetMs),
        };
      });
    },

    /** The tasks to compare with: over, with pushes, and not of the scope; for a person or segment the same tasks' other pushes. */
    async peerTasks(scope: HealthScope, range: ScopeRange | undefined, now: number): Promise<TaskTerms[]> {
      const { text, values } = outsideOf(scope, range);
      const rows = await sql.all<{ id: string; theme: string; reward: number; lead: number | null }>(
        `SELECT t.id, t.theme, t.reward, t.deadline_at - t.published_at AS lead FROM task t
         WHERE t.published_at IS NOT NULL AND (t.status IN ('closed', 'archived') OR (t.status = 'open' AND t.deadline_at < ?)) AND ${text}
         ORDER BY t.published_at DESC LIMIT ${mostPeers}`,
        now,
        ...values,
      );
      return rows.map((row) => ({
        taskId: row.id,
        theme: row.theme,
        reward: Number(row.reward),
        leadDays: daysOf(row.lead),
      }));
    },

    async terms(taskIds: readonly string[]): Promise<TaskTerms[]> {
      if (taskIds.length === 0) return [];
      const rows = await sql.all<{ id: string; theme: string; reward: number; lead: number | null }>(
        `SELECT id, theme, reward, deadline_at - published_at AS lead FROM task WHERE id IN (${list(taskIds)})`,
        ...taskIds,
      );
      return rows.map((row) => ({
        taskId: row.id,
        theme: row.theme,
        reward: Number(row.reward),
        leadDays: daysOf(row.lead),
      }));
    },

    /** Steps of those tasks by task and form, leaving out the scope's own pushes. */
    async peerCells(scope: HealthScope, taskIds: readonly string[]): Promise<Cell[]> {
      if (taskIds.length === 0) return [];
      const { text, values } = notOwn(scope);
      const rows = await sql.all<Counted & { task: string; form: string }>(
        `SELECT a.task_id AS task, a.form, ${counts} FROM assignment a
         WHERE ${went} AND a.task_id IN (${list(taskIds)}) AND ${text} GROUP BY a.task_id, a.form`,
        ...taskIds,
        ...values,
      );
      return rows.map((row) => ({ task: row.task, form: row.form, ...countsFrom(row) }));
    },

    async peerCellsBySegment(scope: HealthScope, taskIds: readonly string[]): Promise<Map<string, Cell[]>> {
      const cells = new Map<string, Cell[]>();
      if (taskIds.length === 0) return cells;
      const { text, values } = notOwn(scope);
      const rows = await sql.all<Counted & { segment: string; task: string; form: string }>(
        `SELECT s.segment_id AS segment, a.task_id AS task, a.form, ${counts}
         FROM assignment a JOIN segment_stay s ON s.person_id = a.person_id AND s.entered_at <= a.pushed_at
           AND (s.left_at IS NULL OR a.pushed_at < s.left_at)
         WHERE ${went} AND a.task_id IN (${list(taskIds)}) AND ${text} GROUP BY s.segment_id, a.task_id, a.form`,
        ...taskIds,
        ...values,
      );
      for (const row of rows) {
        const cell = { task: row.task, form: row.form, ...countsFrom(row) };
        cells.set(row.segment, [...(cells.get(row.segment) ?? []), cell]);
      }
      return cells;
    },

    /** How many of those tasks' pushes went out at night, and were seen. */
    async peersAtNight(taskIds: readonly string[], offsetMs: number): Promise<{ pushed: number; seen: number }> {
      if (taskIds.length === 0) return { pushed: 0, seen: 0 };
      const hour = `((a.pushed_at + ${Math.round(offsetMs)}) % ${dayMs}) / 3600000`;
      const row = await sql.get<{ pushed: number; seen: number }>(
        `SELECT count(*) AS pushed, count(${seen}) AS seen FROM assignment a
         WHERE ${went} AND a.task_id IN (${list(taskIds)}) AND (${hour} >= 22 OR ${hour} < 8)`,
        ...taskIds,
      );
      return { pushed: Number(row?.pushed ?? 0), seen: Number(row?.seen ?? 0) };
    },

    async declines(taskIds: readonly string[]): Promise<Map<string, number>> {
      if (taskIds.length === 0) return new Map();
      const rows = await sql.all<{ reason: string; n: number }>(
        `SELECT decline_reason AS reason, count(*) AS n FROM assignment
         WHERE decline_reason IS NOT NULL AND task_id IN (${list(taskIds)}) GROUP BY decline_reason`,
        ...taskIds,
      );
      return new Map(rows.map((row) => [row.reason, Number(row.n)]));
    },

    /** The approved posts behind those pushes, with every snapshot. */
    async posts(scope: HealthScope, range?: ScopeRange): Promise<PostFact[]> {
      const where = scopeOf(scope, range);
      const inScope = `SELECT s.id FROM submission s JOIN task t ON t.id = s.task_id
        JOIN assignment a ON a.task_id = s.task_id AND a.person_id = s.person_id WHERE s.status = 'approved' AND ${went} AND ${where.text}`;
      const rows = await sql.all<object>(
        `SELECT s.id, s.task_id, s.person_id, p.name AS person_name, s.form, s.platform, s.url, s.submitted_at
         FROM submission s JOIN person p ON p.id = s.person_id WHERE s.id IN (${inScope}) ORDER BY s.submitted_at, s.id`,
        ...where.values,
      );
      const snapshots = await sql.all<SnapshotRow>(
        `SELECT id, submission_id, at, source, reads, likes, comments, shares, favourites, completion_rate, overruled_by
         FROM metric_snapshot WHERE submission_id IN (${inScope}) ORDER BY at`,
        ...where.values,
      );
      const byPost = new Map<string, RawSnapshot[]>();
      for (const row of snapshots) {
        const own = byPost.get(row.submission_id);
        if (own) own.push(snapshotOf(row));
        else byPost.set(row.submission_id, [snapshotOf(row)]);
      }
      return rows.map((row) => {
        const post = fromRow<Omit<PostFact, "snapshots">>(row);
        return { ...post, snapshots: byPost.get(post.id) ?? [] };
      });
    },

    /** Closed tasks that koloop ran itself and whose report has not been sent. */
    async closedWithoutReport(): Promise<string[]> {
      const rows = await sql.all<{ id: string }>(
        `SELECT t.id FROM task t WHERE t.status = 'closed'
           AND EXISTS (SELECT 1 FROM assignment a WHERE a.task_id = t.id AND a.policy <> 'import')
           AND NOT EXISTS (SELECT 1 FROM setting s WHERE s.key = 'health-sent:' || t.id) LIMIT 3`,
      );
      return rows.map((row) => row.id);
    },

    async comments(scope: HealthScope, range?: ScopeRange): Promise<CommentRow[]> {
      const where = scopeOf(scope, range);
      // Named as they are used: renaming the columns of 50,000 rows takes as long as reading them.
      return sql.all<CommentRow>(
        `SELECT c.submission_id AS "submissionId", c.at, c.author, c.text, c.sentiment, c.score, c.aspects, c.keywords FROM comment c
         JOIN submission s ON s.id = c.submission_id JOIN task t ON t.id = s.task_id
         JOIN assignment a ON a.task_id = s.task_id AND a.person_id = s.person_id
         WHERE s.status = 'approved' AND ${went} AND ${where.text} ORDER BY c.at, c.id`,
        ...where.values,
      );
    },

    async handIns(scope: HealthScope, range?: ScopeRange) {
      const where = scopeOf(scope, range);
      const rows = await sql.all<{ status: string; note: string | null; n: number }>(
        `SELECT s.status, s.review_note AS note, count(*) AS n FROM submission s JOIN task t ON t.id = s.task_id
         JOIN assignment a ON a.task_id = s.task_id AND a.person_id = s.person_id
         WHERE ${went} AND ${where.text} GROUP BY s.status, s.review_note`,
        ...where.values,
      );
      const of = (status: string) =>
        rows.filter((row) => row.status === status).reduce((sum, row) => sum + Number(row.n), 0);
      const notes = rows.flatMap((row) =>
        row.note && row.status !== "approved" ? Array.from({ length: Number(row.n) }, () => row.note as string) : [],
      );
      const all = rows.reduce((sum, row) => sum + Number(row.n), 0);
      return { all, sentBack: of("sent_back"), rejected: of("rejected"), waiting: of("pending"), notes };
    },
  };
}

/** A comment with what was heard in it when it came in (aspects and keywords as JSON); null: not read yet. */
export type CommentRow = {
  submissionId: string;
  at: number;
  author: string;
  text: string;
  sentiment: "positive" | "neutral" | "negative" | null;
  score: number | null;
  aspects: string | null;
  keywords: string | null;
};

const list = (ids: readonly unknown[]): string => ids.map(() => "?").join(", ");
const daysOf = (ms: number | null): number | null => (ms === null ? null : Number(ms) / dayMs);

const isNight = (at: number, offsetMs: number): boolean => {
  const hour = Math.floor(((at + offsetMs) % dayMs) / 3_600_000);
  return hour >= 22 || hour < 8;
};

async function staysOf(sql: Sql, where: Where) {
  const rows = await sql.all<object>(
    `SELECT s.person_id, s.segment_id, s.entered_at, s.left_at FROM segment_stay s
     WHERE s.person_id IN (SELECT a.person_id FROM assignment a JOIN task t ON t.id = a.task_id WHERE ${went} AND ${where.text})`,
    ...where.values,
  );
  type Stay = { personId: string; segmentId: string; enteredAt: number; leftAt: number | null };
  const stays = new Map<string, Stay[]>();
  for (const row of rows) {
    const stay = fromRow<Stay>(row);
    const own = stays.get(stay.personId);
    if (own) own.push(stay);
    else stays.set(stay.personId, [stay]);
  }
  return stays;
}

/** Which tasks may be compared with: a condition on `t`. */
function outsideOf(scope: HealthScope, range: ScopeRange | undefined): Where {
  if (scope.kind === "task") return { text: "t.id <> ?", values: [scope.id] };
  if (scope.kind === "theme") return { text: "t.theme <> ?", values: [scope.id] };
  if (scope.kind === "month") return { text: "t.published_at < ?", values: [range?.from ?? 0] };
  return { text: "1 = 1", values: [] };
}

function notOwn(scope: HealthScope): Where {
  if (scope.kind === "koc") return { text: "a.person_id <> ?", values: [scope.id] };
  if (scope.kind !== "segment") return { text: "1 = 1", values: [] };
  const own = scopeOf(scope, undefined);
  return { text: `NOT ${own.text}`, values: own.values };
}
