import type { Connection } from "./backend.ts";

/** What wakes a worker: deliveries of one channel, or that time has passed. */
export type JobName = `deliver:${string}` | "tick";

/**
 * The queue's small interface, the same on both databases. The job carries nothing: what was promised stands in the outbox, the queue
 * only wakes. On SQLite there is one process, which looks into the outbox and at the clock by itself.
 */
export function jobsTable({ sql }: Connection) {
  return {
    /** Wakes one worker of the cluster at that time (epoch ms), once this transaction is committed. With a key, the latest call stands. */
    async wake(name: JobName, at: number, key: string | null = null): Promise<void> {
      if (sql.dialect === "sqlite") return;
      await sql.all(
        `SELECT (graphile_worker.add_job(?, '{}'::json, run_at := to_timestamp(CAST(? AS bigint) / 1000.0), max_attempts := 3,
           job_key := CAST(? AS text))).id`,
        name,
        at,
        key,
      );
    },

    /** Jobs that wait or run, and the age of the oldest that is due, in ms; zeros on SQLite. */
    async backlog(): Promise<{ waiting: number; oldestMs: number; failed: number }> {
      if (sql.dialect === "sqlite") return { waiting: 0, oldestMs: 0, failed: 0 };
      const row = await sql.get<{ waiting: number; oldest_ms: number | null; failed: number }>(
        `SELECT count(*) AS waiting, count(*) FILTER (WHERE attempts >= max_attempts AND last_error IS NOT NULL) AS failed,
           CAST(extract(epoch FROM now() - min(run_at) FILTER (WHERE run_at < now() AND attempts < max_attempts)) * 1000 AS bigint) AS oldest_ms
         FROM graphile_worker.jobs`,
      );
      return {
        waiting: Number(row?.waiting ?? 0),
        oldestMs: Number(row?.oldest_ms ?? 0),
        failed: Number(row?.failed ?? 0),
      };
    },
  };
}
