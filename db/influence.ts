import { z } from "zod";
import type { Connection } from "./backend.ts";
import { fromRow } from "./rows.ts";

/** One reading of an approved piece, by its cleaned figures where they differ and nobody has overruled that. */
export type PostReading = {
  submissionId: string;
  personId: string;
  taskId: string;
  theme: string;
  form: string;
  platform: string;
  submittedAt: number;
  at: number;
  reads: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
  completionRate: number | null;
};

const cleanedSchema = z.object({
  reads: z.number().nullable(),
  likes: z.number().nullable(),
  comments: z.number().nullable(),
  shares: z.number().nullable(),
  completionRate: z.number().nullable(),
});

const partSchema = z.object({ kind: z.enum(["base", "reach", "engagement", "tags"]), points: z.number() });
const weightsSchema = z.object({
  /** What the figures were when these were worked out. */
  mark: z.string(),
  at: z.number(),
  people: z.record(z.string(), z.object({ weight: z.number(), posts: z.number(), parts: z.array(partSchema) })),
  /** Factor of a tag for people without posts. */
  tags: z.record(z.string(), z.number()),
  /** How much posts of a theme are read against the usual, in logarithms; missing in old rows. */
  themes: z.record(z.string(), z.object({ effect: z.number(), variance: z.number() })).optional(),
});
/** What each person's posts draw against others' (1 is typical), as last worked out. */
export type InfluenceWeights = z.infer<typeof weightsSchema>;
const key = "influence";

/** What influence is worked out from, and what it came to. */
export function influenceTable({ sql }: Connection) {
  return {
    /** Every reading of pieces handed in since a time, piece by piece, the oldest reading first. */
    async readings(since: number): Promise<PostReading[]> {
      const rows = await sql.all<object>(
        `SELECT s.id AS submission_id, s.person_id, s.task_id, t.theme, s.form, s.platform, s.submitted_at,
           m.at, m.reads, m.likes, m.comments, m.shares, m.completion_rate, m.cleaned, m.overruled_by
         FROM submission s JOIN task t ON t.id = s.task_id JOIN metric_snapshot m ON m.submission_id = s.id
         WHERE s.status = 'approved' AND s.submitted_at >= ? ORDER BY s.submitted_at, s.id, m.at`,
        since,
      );
      return rows.map((row) => {
        const { cleaned, overruledBy, ...raw } = fromRow<
          PostReading & { cleaned: string | null; overruledBy: string | null }
        >(row);
        if (cleaned === null || overruledBy !== null) return raw;
        return { ...raw, ...cleanedSchema.parse(JSON.parse(cleaned)) };
      });
    },

    /** Changes whenever figures come in, are cleaned or overruled. */
    async mark(): Promise<string> {
      const row = await sql.get<{ n: number; latest: number | null; flagged: number; overruled: number }>(
        `SELECT count(*) AS n, max(recorded_at) AS latest, count(cleaned) AS flagged, count(overruled_by) AS overruled
         FROM metric_snapshot`,
      );
      return [row?.n, row?.latest, row?.flagged, row?.overruled].map((part) => part ?? 0).join(" ");
    },

    async weights(): Promise<InfluenceWeights | undefined> {
      const row = await sql.get<{ state: string }>("SELECT state FROM learner_state WHERE id = ?", key);
      return row && weightsSchema.parse(JSON.parse(row.state));
    },

    async saveWeights(weights: InfluenceWeights): Promise<void> {
      await sql.run(
        `INSERT INTO learner_state (id, upto_seq, state, updated_at) VALUES (?, 0, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
        key,
        JSON.stringify(weights),
        weights.at,
      );
    },
  };
}
