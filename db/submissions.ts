import type { Submission } from "#domain/task.ts";
import type { Connection } from "./backend.ts";
import { fromRow, plain } from "./rows.ts";

/** Figures of a post at one time. Missing is null, never zero. */
export type MetricSnapshot = {
  id: string;
  submissionId: string;
  at: number;
  source: "import" | "koc" | "manager" | "api" | "folder";
  byId: string | null;
  reads: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
  favourites: number | null;
  completionRate: number | null;
  recordedAt: number;
};

export type Comment = {
  id: string;
  submissionId: string;
  at: number;
  author: string;
  text: string;
  recordedAt: number;
};

/** What people handed in, and what became of it in public. */
export function submissionsTable({ sql, prisma }: Connection) {
  return {
    async find(id: string): Promise<Submission | undefined> {
      const row = await (await prisma()).submission.findUnique({ where: { id } });
      return row ? plain<Submission>(row) : undefined;
    },

    async add(submission: Submission): Promise<void> {
      await (await prisma()).submission.create({ data: submission });
    },

    async save(submission: Submission): Promise<void> {
      await (await prisma()).submission.update({ where: { id: submission.id }, data: submission });
    },

    /** Hand-ins of the same post, by anybody, for any task. */
    async withPost(postKey: string): Promise<Submission[]> {
      return (await (await prisma()).submission.findMany({ where: { postKey }, orderBy: { submittedAt: "asc" } })).map(
        (row) => plain(row),
      );
    },

    async ofTask(taskId: string): Promise<Submission[]> {
      return (await (await prisma()).submission.findMany({ where: { taskId }, orderBy: { submittedAt: "asc" } })).map(
        (row) => plain(row),
      );
    },

    async ofPerson(personId: string): Promise<Submission[]> {
      const rows = await (await prisma()).submission.findMany({
        where: { personId },
        orderBy: { submittedAt: "desc" },
      });
      return rows.map((row) => plain(row));
    },

    async waiting(): Promise<Submission[]> {
      const rows = await (await prisma()).submission.findMany({
        where: { status: "pending" },
        orderBy: { submittedAt: "asc" },
      });
      return rows.map((row) => plain(row));
    },

    async addSnapshot(snapshot: MetricSnapshot): Promise<void> {
      const { id, ...rest } = snapshot;
      await (await prisma()).metricSnapshot.upsert({
        where: { submissionId_at_source: { submissionId: rest.submissionId, at: rest.at, source: rest.source } },
        create: { id, ...rest },
        update: rest,
      });
    },

    async snapshotsOf(submissionIds: string[]): Promise<MetricSnapshot[]> {
      const rows = await (await prisma()).metricSnapshot.findMany({
        where: { submissionId: { in: submissionIds } },
        orderBy: [{ at: "asc" }],
      });
      return rows.map((row) => plain(row));
    },

    /** Approved pieces of the last two months whose figures are three days old at least and whose authors have not been told. */
    async resultsToTell(
      now: number,
      count: number,
    ): Promise<{ submissionId: string; personId: string; taskId: string; form: string; reads: number }[]> {
      const day = 86_400_000;
      const rows = await sql.all<object>(
        `SELECT s.id AS submission_id, s.person_id, s.task_id, s.form, max(m.reads) AS reads
         FROM submission s JOIN metric_snapshot m ON m.submission_id = s.id
           JOIN assignment a ON a.task_id = s.task_id AND a.person_id = s.person_id
         WHERE s.status = 'approved' AND s.submitted_at > ? AND m.reads IS NOT NULL AND m.at >= s.submitted_at + ?
           AND (m.flags IS NULL OR m.overruled_by IS NOT NULL)
           AND a.policy <> 'import' AND NOT EXISTS (SELECT 1 FROM setting t WHERE t.key = 'result-told:' || s.id)
         GROUP BY s.id, s.person_id, s.task_id, s.form, s.submitted_at ORDER BY s.submitted_at LIMIT ?`,
        now - 60 * day,
        3 * day,
        count,
      );
      return rows.map((row) => {
        const result = fromRow<{ submissionId: string; personId: string; taskId: string; form: string; reads: number }>(
          row,
        );
        return { ...result, reads: Number(result.reads) };
      });
    },

    /**
     * Posts that turned one of those days old within the last two, still stand, and have no figures from since half a day before. The
     * largest day of each, where it was not asked for.
     */
    async figuresDue(
      now: number,
      days: readonly number[],
      count: number,
    ): Promise<{ submissionId: string; assignmentId: string; personId: string; taskId: string; day: number }[]> {
      type Due = { submissionId: string; assignmentId: string; personId: string; taskId: string; day: number };
      const dayMs = 86_400_000;
      const due: Due[] = [];
      for (const day of days) {
        const rows = await sql.all<object>(
          `SELECT s.id AS submission_id, a.id AS assignment_id, s.person_id, s.task_id
           FROM submission s JOIN assignment a ON a.task_id = s.task_id AND a.person_id = s.person_id
           WHERE s.status IN ('approved', 'pending') AND s.gone_at IS NULL AND a.policy <> 'import' AND a.withdrawn_at IS NULL
             AND s.submitted_at <= ? AND s.submitted_at > ?
             AND NOT EXISTS (SELECT 1 FROM setting t WHERE t.key = 'figures-asked:' || s.id || ':${Math.round(day)}')
             AND NOT EXISTS (SELECT 1 FROM metric_snapshot m WHERE m.submission_id = s.id AND m.at >= s.submitted_at + ?)
           ORDER BY s.submitted_at LIMIT ?`,
          now - day * dayMs,
          now - (day + 2) * dayMs,
          (day - 0.5) * dayMs,
          count,
        );
        due.push(...rows.map((row) => ({ ...fromRow<Omit<Due, "day">>(row), day })));
      }
      return due;
    },

    /** Whether a post still stands and nobody has told its figures of about that day. */
    async wantsFigures(submissionId: string, day: number): Promise<boolean> {
      const row = await sql.get<{ n: number }>(
        `SELECT count(*) AS n FROM submission s WHERE s.id = ? AND s.gone_at IS NULL AND s.status IN ('approved', 'pending')
           AND NOT EXISTS (SELECT 1 FROM metric_snapshot m WHERE m.submission_id = s.id AND m.at >= s.submitted_at + ?)`,
        submissionId,
        (day - 0.5) * 86_400_000,
      );
      return Number(row?.n ?? 0) > 0;
    },

    /** Approved posts of the last month of koloop's own tasks whose newest figures are older than three days, or that never had any. */
    async lateFigures(now: number): Promise<{ id: string; person: string; title: string; asOf: number | null }[]> {
      const dayMs = 86_400_000;
      const rows = await sql.all<object>(
        `SELECT s.id, p.name AS person, t.title, (SELECT max(m.at) FROM metric_snapshot m WHERE m.submission_id = s.id) AS as_of
         FROM submission s JOIN person p ON p.id = s.person_id JOIN task t ON t.id = s.task_id
           JOIN assignment a ON a.task_id = s.task_id AND a.person_id = s.person_id
         WHERE s.status = 'approved' AND s.gone_at IS NULL AND a.policy <> 'import' AND s.submitted_at < ? AND s.submitted_at > ?
           AND NOT EXISTS (SELECT 1 FROM metric_snapshot m WHERE m.submission_id = s.id AND (m.at > ? OR m.at >= s.submitted_at + ?))
         ORDER BY s.submitted_at LIMIT 500`,
        now - 2 * dayMs,
        now - 30 * dayMs,
        now - 3 * dayMs,
        6.5 * dayMs,
      );
      return rows.map((row) => fromRow<{ id: string; person: string; title: string; asOf: number | null }>(row));
    },

    /** The most reads noted of each approved piece in a form. */
    async latestReads(form: string): Promise<number[]> {
      const rows = await sql.all<{ reads: number }>(
        `SELECT max(m.reads) AS reads FROM submission s JOIN metric_snapshot m ON m.submission_id = s.id
         WHERE s.status = 'approved' AND s.form = ? AND m.reads IS NOT NULL AND (m.flags IS NULL OR m.overruled_by IS NOT NULL) GROUP BY s.id`,
        form,
      );
      return rows.map((row) => Number(row.reads));
    },

    /** A person says that a snapshot's figures are right as they are; false where there is no such snapshot. */
    async overrule(snapshotId: string, byId: string): Promise<boolean> {
      return (await sql.run("UPDATE metric_snapshot SET overruled_by = ? WHERE id = ?", byId, snapshotId)) > 0;
    },

    /** Forgets what cleaning found in a post's snapshots, before it looks again. */
    async clearCleaned(submissionId: string): Promise<void> {
      await sql.run(
        "UPDATE metric_snapshot SET flags = NULL, cleaned = NULL WHERE submission_id = ? AND flags IS NOT NULL",
        submissionId,
      );
    },

    /** Keeps what cleaning found beside the raw figures, which stay as they are. */
    async saveCleaned(snapshotId: string, flags: string, cleaned: string): Promise<void> {
      await sql.run("UPDATE metric_snapshot SET flags = ?, cleaned = ? WHERE id = ?", flags, cleaned, snapshotId);
    },

    /** Sums over the latest figures that nobody doubts of a task's approved posts that have any; null where none has. */
    async latestSums(taskId: string): Promise<{ posts: number; reads: number; interactions: number } | null> {
      const row = await sql.get<{ posts: number; reads: number | null; interactions: number | null }>(
        `SELECT count(*) AS posts, sum(m.reads) AS reads,
           sum(coalesce(m.likes, 0) + coalesce(m.comments, 0) + coalesce(m.shares, 0) + coalesce(m.favourites, 0)) AS interactions
         FROM submission s JOIN metric_snapshot m ON m.submission_id = s.id
         WHERE s.task_id = ? AND s.status = 'approved'
           AND m.at = (SELECT max(l.at) FROM metric_snapshot l WHERE l.submission_id = s.id AND (l.flags IS NULL OR l.overruled_by IS NOT NULL))`,
        taskId,
      );
      if (!row || Number(row.posts) === 0) return null;
      return { posts: Number(row.posts), reads: Number(row.reads ?? 0), interactions: Number(row.interactions ?? 0) };
    },
  };
}
