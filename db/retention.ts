import { z } from "zod";
import { endsBefore, type Kept } from "#domain/retention.ts";
import type { Connection } from "./backend.ts";
import { findSetting, saveSetting } from "./settings.ts";
import { marks } from "./sql.ts";

/** What of a table is past its time (`?`: the time before which it is), and what becomes of it; the table is walked in the order of its key. */
type Step = { kept: Kept; table: string; key: readonly string[]; past: string; action: "DELETE" | `SET ${string}` };

const steps: readonly Step[] = [
  { kept: "messages", table: "message", key: ["id"], past: "at < ? AND text <> ''", action: "SET text = ''" },
  {
    kept: "quotes",
    table: "tag_event",
    key: ["seq"],
    past: "at < ? AND quote IS NOT NULL",
    action: "SET quote = NULL",
  },
  {
    kept: "quotes",
    table: "tag_hold",
    key: ["id"],
    past: "evidence_at < ? AND quote IS NOT NULL",
    action: "SET quote = NULL",
  },
  {
    kept: "quotes",
    table: "suggestion",
    key: ["id"],
    past: "created_at < ? AND quote <> ''",
    action: "SET quote = ''",
  },
  {
    // What keeps a push from being written twice stays: only what answered somebody goes.
    kept: "outbox",
    table: "outbox",
    key: ["seq"],
    past: "created_at < ? AND status <> 'waiting' AND dedupe_key IS NULL",
    action: "DELETE",
  },
  { kept: "seen-events", table: "seen_event", key: ["channel", "event_id"], past: "at < ?", action: "DELETE" },
  { kept: "dead-events", table: "dead_event", key: ["id"], past: "at < ?", action: "DELETE" },
  { kept: "dialogues", table: "dialogue", key: ["person_id", "channel"], past: "updated_at < ?", action: "DELETE" },
  { kept: "web-posts", table: "web_post", key: ["seq"], past: "at < ?", action: "DELETE" },
];

/** How far the walk over the tables has come. */
const placeKey = "retention-place";
const placeSchema = z.object({ step: z.number().int().min(0), after: z.array(z.union([z.string(), z.number()])) });
type Place = z.infer<typeof placeSchema>;

const beginningOf = ({ key }: Step): Place["after"] => key.map((column) => (column === "seq" ? -1 : ""));

const orderText = ({ action, table }: Step): string =>
  action === "DELETE" ? `DELETE FROM ${table}` : `UPDATE ${table} ${action}`;

/** Letting go of what has been kept long enough. */
export function retentionTable({ sql }: Connection) {
  async function placeNow(): Promise<Place> {
    const kept = await findSetting(sql, placeKey);
    const place = kept === undefined ? undefined : placeSchema.safeParse(JSON.parse(kept)).data;
    return place ?? { step: 0, after: [] };
  }

  const keepPlace = (place: Place, at: number): Promise<void> => saveSetting(sql, placeKey, JSON.stringify(place), at);

  /** The rows behind a key, so many at most: those past their time go. How many were looked at, and the key of the last. */
  async function walk(
    step: Step,
    after: Place["after"],
    atMost: number,
    now: number,
  ): Promise<{ rows: number; last?: Place["after"] }> {
    const { table, key, past, kept } = step;
    const names = key.join(", ");
    const marked = marks(key.length);
    const keys = await sql.all<Record<string, string | number>>(
      `SELECT ${names} FROM ${table} WHERE (${names}) > (${marked}) ORDER BY ${names} LIMIT ?`,
      ...after,
      atMost,
    );
    const end = keys.at(-1);
    if (!end) return { rows: 0 };
    const last = key.map((column) => end[column] as string | number);
    await sql.run(
      `${orderText(step)} WHERE (${names}) > (${marked}) AND (${names}) <= (${marked}) AND ${past}`,
      ...after,
      ...last,
      endsBefore(kept, now),
    );
    return { rows: keys.length, last };
  }

  return {
    /**
     * Walks on over at most so many rows, in the order of each table's key, and lets go of those that are past their time: no index on their
     * age has to be kept for it, and a step is as short over a large table as over a small one. True once all tables are through; the next
     * call begins anew.
     */
    async sweep(now: number, atMost: number): Promise<boolean> {
      let { step, after } = await placeNow();
      for (let left = atMost; left > 0 && step < steps.length; ) {
        const at = steps[step] as Step;
        const walked = await walk(at, after.length > 0 ? after : beginningOf(at), left, now);
        const isFull = walked.rows === left;
        left -= walked.rows;
        [step, after] = isFull ? [step, walked.last ?? []] : [step + 1, []];
      }
      const isThrough = step >= steps.length;
      await keepPlace(isThrough ? { step: 0, after: [] } : { step, after }, now);
      return isThrough;
    },

    /** What is past its time and still there, by kind. */
    async overdue(now: number): Promise<Partial<Record<Kept, number>>> {
      const found: Partial<Record<Kept, number>> = {};
      for (const { kept, table, past } of steps) {
        const row = await sql.get<{ n: number }>(
          `SELECT count(*) AS n FROM ${table} WHERE ${past}`,
          endsBefore(kept, now),
        );
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
