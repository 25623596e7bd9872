import { z } from "zod";
import type { Connection } from "./backend.ts";
import { findSetting, saveSetting } from "./settings.ts";

const recordSchema = z.object({
  id: z.string(),
  tag: z.string(),
  phrase: z.string(),
  subjects: z.number(),
  /** Somebody's words, with what is sensitive masked. */
  example: z.string(),
  state: z.enum(["asked", "accepted", "dropped", "undone"]),
  settledBy: z.string().nullable(),
  at: z.number(),
});
/** A way of saying a tag that koloop proposed, and what a manager said to it. */
export type PhraseRecord = z.infer<typeof recordSchema>;

const prefix = "phrase:";

/** Ways of saying that were learned on the job. Kept among the settings: there are few, and each is read whole. */
export function phrasesTable({ sql }: Connection) {
  const read = (value: string) => recordSchema.parse(JSON.parse(value));
  return {
    async find(id: string): Promise<PhraseRecord | undefined> {
      const value = await findSetting(sql, prefix + id);
      return value === undefined ? undefined : read(value);
    },

    /** All of them, whatever came of them, the oldest first. */
    async all(): Promise<PhraseRecord[]> {
      const rows = await sql.all<{ value: string }>("SELECT value FROM setting WHERE key LIKE 'phrase:%' ORDER BY key");
      return rows.map(({ value }) => read(value)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    },

    async keep(record: PhraseRecord, at: number): Promise<void> {
      await saveSetting(sql, prefix + record.id, JSON.stringify(record), at);
    },

    /** Who was given which tag by an employee's word since a time: by hand, or by a tap. */
    async taggedSince(since: number): Promise<{ personId: string; tag: string; at: number }[]> {
      const rows = await sql.all<{ person_id: string; tag: string; at: number }>(
        "SELECT person_id, tag, at FROM tag_event WHERE kind = 'held' AND source = 'koe' AND at >= ? ORDER BY seq DESC LIMIT 2000",
        since,
      );
      return rows.map(({ person_id, tag, at }) => ({ personId: person_id, tag, at }));
    },

    /** What members have said lately, the newest first. */
    async talkSince(since: number, count: number): Promise<{ personId: string; text: string }[]> {
      const rows = await sql.all<{ person_id: string; text: string }>(
        `SELECT m.id, m.from_id AS person_id, m.text FROM message m JOIN person p ON p.id = m.from_id
         WHERE m.at >= ? AND m.deleted_at IS NULL AND m.text <> '' AND p.roles NOT LIKE '%koe%' AND p.roles NOT LIKE '%manager%'
         ORDER BY m.at DESC, m.id DESC LIMIT ?`,
        since,
        count,
      );
      return rows.map(({ person_id, text }) => ({ personId: person_id, text }));
    },
  };
}
