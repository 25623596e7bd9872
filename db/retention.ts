import { endsBefore, type Kept } from "#domain/retention.ts";
import type { Connection } from "./backend.ts";

/** A step that the sweep repeats until it finds nothing: `text` takes the limit of time, then how many rows at most. */
const steps: readonly { kept: Kept; rows: string; sweep: string }[] = [
  {
    kept: "messages",
    rows: "message WHERE at < ? AND text <> ''",
    sweep: "UPDATE message SET text = '' WHERE id IN (SELECT id FROM message WHERE at < ? AND text <> '' LIMIT ?)",
  },
  {
    kept: "quotes",
    rows: "tag_event WHERE at < ? AND quote IS NOT NULL",
    sweep:
      "UPDATE tag_event SET quote = NULL WHERE seq IN (SELECT seq FROM tag_event WHERE at < ? AND quote IS NOT NULL LIMIT ?)",
  },
  {
    kept: "quotes",
    rows: "tag_hold WHERE evidence_at < ? AND quote IS NOT NULL",
    sweep:
      "UPDATE tag_hold SET quote = NULL WHERE id IN (SELECT id FROM tag_hold WHERE evidence_at < ? AND quote IS NOT NULL LIMIT ?)",
  },
  {
    kept: "quotes",
    rows: "suggestion WHERE created_at < ? AND quote <> ''",
    sweep:
      "UPDATE suggestion SET quote = '' WHERE id IN (SELECT id FROM suggestion WHERE created_at < ? AND quote <> '' LIMIT ?)",
  },
  {
    // What keeps a push from being written twice stays: only what answered somebody goes.
    kept: "outbox",
    rows: "outbox WHERE created_at < ? AND status <> 'waiting' AND dedupe_key IS NULL",
    sweep:
      "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE created_at < ? AND status <> 'waiting' AND dedupe_key IS NULL LIMIT ?)",
  },
  {
    kept: "seen-events",
    rows: "seen_event WHERE at < ?",
    sweep:
      "DELETE FROM seen_event WHERE (channel, event_id) IN (SELECT channel, event_id FROM seen_event WHERE at < ? LIMIT ?)",
  },
  {
    kept: "dead-events",
    rows: "dead_event WHERE at < ?",
    sweep: "DELETE FROM dead_event WHERE id IN (SELECT id FROM dead_event WHERE at < ? LIMIT ?)",
  },
  {
    kept: "dialogues",
    rows: "dialogue WHERE updated_at < ?",
    sweep:
      "DELETE FROM dialogue WHERE (person_id, channel) IN (SELECT person_id, channel FROM dialogue WHERE updated_at < ? LIMIT ?)",
  },
  {
    kept: "web-posts",
    rows: "web_post WHERE at < ?",
    sweep: "DELETE FROM web_post WHERE seq IN (SELECT seq FROM web_post WHERE at < ? LIMIT ?)",
  },
];

/** Letting go of what has been kept long enough. */
export function retentionTable({ sql }: Connection) {
  return {
    /** Takes at most so many rows of each kind; returns how many there were. Less than that in all: it is done. */
    async sweep(now: number, atMost: number): Promise<number> {
      let gone = 0;
      for (const { kept, sweep } of steps) gone += await sql.run(sweep, endsBefore(kept, now), atMost);
      return gone;
    },

    /** What is past its time and still there, by kind. */
    async overdue(now: number): Promise<Partial<Record<Kept, number>>> {
      const found: Partial<Record<Kept, number>> = {};
      for (const { kept, rows } of steps) {
        const row = await sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${rows}`, endsBefore(kept, now));
        found[kept] = (found[kept] ?? 0) + Number(row?.n ?? 0);
      }
      return found;
    },

    /** When somebody was forgotten last before this time; null: nobody was. */
    async lastForgottenBefore(at: number): Promise<number | null> {
      return (await sql.get<{ at: number | null }>("SELECT max(at) AS at FROM erasure WHERE at < ?", at))?.at ?? null;
    },
  };
}
