import type { Figures, RawSnapshot } from "#domain/cleaning.ts";
import type { Connection } from "./backend.ts";

/** So many other posts at most to compare figures with. */
const mostPosts = 3000;

/** The figures of posts as they were taken down, and those to compare them with. */
export function postFiguresTable({ sql }: Connection) {
  return {
    /** The latest figures of the newest posts of other tasks. */
    async peerPosts(taskIds: readonly string[]) {
      if (taskIds.length === 0) return [];
      const rows = await sql.all<SnapshotRow & { form: string; platform: string }>(
        `SELECT s.form, s.platform, m.* FROM submission s JOIN metric_snapshot m ON m.submission_id = s.id
         WHERE s.status = 'approved' AND s.task_id IN (${list(taskIds)})
           AND m.at = (SELECT max(l.at) FROM metric_snapshot l WHERE l.submission_id = s.id)
         ORDER BY s.submitted_at DESC LIMIT ${mostPosts}`,
        ...taskIds,
      );
      return rows.map((row) => ({ form: row.form, platform: row.platform, figures: snapshotOf(row).figures }));
    },

    /** Every snapshot of one post. */
    async snapshotsOf(submissionId: string): Promise<RawSnapshot[]> {
      const rows = await sql.all<SnapshotRow>(
        "SELECT * FROM metric_snapshot WHERE submission_id = ? ORDER BY at",
        submissionId,
      );
      return rows.map(snapshotOf);
    },

    async postsById(ids: readonly string[]): Promise<{ id: string; form: string; platform: string }[]> {
      const posts: { id: string; form: string; platform: string }[] = [];
      for (let i = 0; i < ids.length; i += 500) {
        const some = ids.slice(i, i + 500);
        posts.push(
          ...(await sql.all<(typeof posts)[number]>(
            `SELECT id, form, platform FROM submission WHERE id IN (${list(some)})`,
            ...some,
          )),
        );
      }
      return posts;
    },

    /** The latest figures of the newest posts of a form on a platform. */
    async peerFigures(form: string, platform: string): Promise<Figures[]> {
      const rows = await sql.all<SnapshotRow>(
        `SELECT m.* FROM submission s JOIN metric_snapshot m ON m.submission_id = s.id
         WHERE s.status = 'approved' AND s.form = ? AND s.platform = ?
           AND m.at = (SELECT max(l.at) FROM metric_snapshot l WHERE l.submission_id = s.id)
         ORDER BY s.submitted_at DESC LIMIT 300`,
        form,
        platform,
      );
      return rows.map((row) => snapshotOf(row).figures);
    },

    /** Posts with flags that nobody has overruled. */
    async doubtfulPosts(): Promise<string[]> {
      const rows = await sql.all<{ id: string }>(
        "SELECT DISTINCT submission_id AS id FROM metric_snapshot WHERE flags IS NOT NULL AND overruled_by IS NULL ORDER BY submission_id LIMIT 100",
      );
      return rows.map((row) => row.id);
    },
  };
}

const list = (ids: readonly unknown[]): string => ids.map(() => "?").join(", ");

/** A row of `metric_snapshot`. */
export type SnapshotRow = {
  id: string;
  submission_id: string;
  at: number;
  source: RawSnapshot["source"];
  reads: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
  favourites: number | null;
  completion_rate: number | null;
  overruled_by: string | null;
};

export const snapshotOf = (row: SnapshotRow): RawSnapshot => ({
  id: row.id,
  at: Number(row.at),
  source: row.source,
  overruled: row.overruled_by !== null,
  figures: {
    reads: row.reads,
    likes: row.likes,
    comments: row.comments,
    shares: row.shares,
    favourites: row.favourites,
    completionRate: row.completion_rate,
  },
});
