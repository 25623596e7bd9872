import { z } from "zod";
import type { TaskCounts } from "#domain/portrait.ts";
import type { Connection } from "./backend.ts";
import { segmentWork } from "./segment-work.ts";
import { dropSetting, findSetting, saveSetting } from "./settings.ts";
import { marks } from "./sql.ts";

const movedSchema = z.object({
  kept: z.string(),
  gone: z.string(),
  identities: z.array(z.string()),
  assignments: z.array(z.string()),
  submissions: z.array(z.string()),
  suggestions: z.array(z.string()),
  conversations: z.array(z.string()),
});
/** What a merge moved from one person to the other, by id, so that it can be moved back. */
export type Moved = z.infer<typeof movedSchema>;

/** What is asked across tables about one person, and the moves of a merge. */
export function profilesTable(connection: Connection) {
  const { sql } = connection;
  const ids = async (text: string, ...values: string[]) =>
    (await sql.all<{ id: string }>(text, ...values)).map((row) => row.id);

  async function give(moved: Moved, from: string, to: string): Promise<void> {
    const tables = [
      ["identity", moved.identities],
      ["assignment", moved.assignments],
      ["submission", moved.submissions],
      ["suggestion", moved.suggestions],
    ] as const;
    for (const [table, rows] of tables) {
      for (const id of rows)
        await sql.run(`UPDATE ${table} SET person_id = ? WHERE id = ? AND person_id = ?`, to, id, from);
    }
    for (const id of moved.conversations) {
      await sql.run(
        "UPDATE conversation_member SET person_id = ? WHERE conversation_id = ? AND person_id = ?",
        to,
        id,
        from,
      );
    }
  }

  return {
    ...segmentWork(connection),

    /** The person and all who were merged into them: their messages are one life. Kept by key, since `merged_into` has no index. */
    async selvesOf(personId: string): Promise<string[]> {
      const merged = await findSetting(sql, `selves:${personId}`);
      return [personId, ...(merged === undefined ? [] : z.array(z.string()).parse(JSON.parse(merged)))];
    },

    async lastActiveAt(selves: readonly string[]): Promise<number | null> {
      const row = await sql.get<{ at: number | null }>(
        `SELECT max(at) AS at FROM message WHERE from_id IN (${marks(selves.length)})`,
        ...selves,
      );
      return row?.at ?? null;
    },

    async taskCounts(personId: string): Promise<TaskCounts> {
      const row = await sql.get<Record<keyof TaskCounts, number>>(
        `SELECT count(pushed_at) AS asked, count(accepted_at) AS accepted, count(submitted_at) AS submitted,
           count(approved_at) AS approved, count(declined_at) AS declined
         FROM assignment WHERE person_id = ?`,
        personId,
      );
      const n = (value: number | undefined) => Number(value ?? 0);
      return {
        asked: n(row?.asked),
        accepted: n(row?.accepted),
        submitted: n(row?.submitted),
        approved: n(row?.approved),
        declined: n(row?.declined),
      };
    },

    /** When posts of a person were approved, the newest first. */
    async approvedTimes(personId: string): Promise<number[]> {
      const rows = await sql.all<{ at: number }>(
        "SELECT approved_at AS at FROM assignment WHERE person_id = ? AND approved_at IS NOT NULL ORDER BY approved_at DESC",
        personId,
      );
      return rows.map((row) => row.at);
    },

    /** A person's influence as segments know it (1 is usual); null: none of their posts was weighed. */
    async influenceOf(personId: string): Promise<number | null> {
      const influence = await findSetting(sql, `influence-of:${personId}`);
      return influence === undefined ? null : Number(influence);
    },

    /** Everybody's influence as segments know it. */
    async allInfluences(): Promise<Map<string, number>> {
      const rows = await sql.all<{ key: string; value: string }>(
        "SELECT key, value FROM setting WHERE key >= 'influence-of:' AND key < 'influence-of;'",
      );
      return new Map(rows.map(({ key, value }) => [key.slice("influence-of:".length), Number(value)]));
    },

    async setInfluence(personId: string, weight: number | null, at: number): Promise<void> {
      const key = `influence-of:${personId}`;
      if (weight === null) {
        await dropSetting(sql, key);
        return;
      }
      await saveSetting(sql, key, String(weight), at);
    },

    /** Approved posts and the sums of their latest figures; null where none was reported. */
    async results(personId: string): Promise<{ posts: number; reads: number | null; interactions: number | null }> {
      const row = await sql.get<{ posts: number; reads: number | null; interactions: number | null }>(
        `SELECT count(DISTINCT s.id) AS posts, sum(m.reads) AS reads,
           sum(coalesce(m.likes, 0) + coalesce(m.comments, 0) + coalesce(m.shares, 0) + coalesce(m.favourites, 0)) AS interactions
         FROM submission s LEFT JOIN metric_snapshot m ON m.submission_id = s.id
           AND m.at = (SELECT max(l.at) FROM metric_snapshot l WHERE l.submission_id = s.id)
         WHERE s.person_id = ? AND s.status = 'approved'`,
        personId,
      );
      const n = (value: number | null | undefined) => (value === null || value === undefined ? null : Number(value));
      return { posts: Number(row?.posts ?? 0), reads: n(row?.reads), interactions: n(row?.interactions) };
    },

    /** Moves what one person has to another: accounts, chats, open questions, and tasks that the other was not asked for. */
    async moveAll(gone: string, kept: string): Promise<Moved> {
      const moved: Moved = {
        kept,
        gone,
        identities: await ids("SELECT id FROM identity WHERE person_id = ?", gone),
        assignments: await ids(
          `SELECT id FROM assignment WHERE person_id = ?
           AND task_id NOT IN (SELECT task_id FROM assignment WHERE person_id = ?)`,
          gone,
          kept,
        ),
        submissions: await ids("SELECT id FROM submission WHERE person_id = ?", gone),
        suggestions: await ids("SELECT id FROM suggestion WHERE person_id = ? AND status = 'open'", gone),
        conversations: await ids(
          `SELECT conversation_id AS id FROM conversation_member WHERE person_id = ?
           AND conversation_id NOT IN (SELECT conversation_id FROM conversation_member WHERE person_id = ?)`,
          gone,
          kept,
        ),
      };
      await give(moved, gone, kept);
      return moved;
    },

    /** What a merge moved, by the settlement that its lines share. */
    async findMerge(settlement: string): Promise<Moved | undefined> {
      const moved = await findSetting(sql, `merge:${settlement}`);
      return moved === undefined ? undefined : movedSchema.parse(JSON.parse(moved));
    },

    async moveBack(moved: Moved): Promise<void> {
      await give(moved, moved.kept, moved.gone);
    },
  };
}
