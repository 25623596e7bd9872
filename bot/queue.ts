import type { Runner, TaskList } from "graphile-worker";
import type { Pool } from "pg";
import type { Log } from "#handlers/context.ts";

/** How many jobs of one process run at a time: they wake the outbox, which has its own measure. */
const concurrency = 4;
const startAgainMs = 1000;

export type Queue = { start(): void; stop(): Promise<void> };

/**
 * Works off the queue of PostgreSQL (graphile-worker): the jobs that this process has a task for. `tick` is also due each minute, once
 * for the whole cluster. When the database goes away the worker begins anew until it is back.
 */
export function createQueue(pool: Pool, tasks: TaskList, log: Log): Queue {
  let runner: Runner | undefined;
  let stopping = false;
  let living: Promise<void> | undefined;
  let wake = (): void => {};

  async function live(): Promise<void> {
    const { Logger, parseCronItems, run } = await import("graphile-worker");
    const quiet = new Logger(() => () => {});
    const cron = tasks.tick
      ? [{ task: "tick", match: "* * * * *", options: { backfillPeriod: 0, maxAttempts: 1 } }]
      : [];
    while (!stopping) {
      try {
        runner = await run({
          pgPool: pool,
          taskList: tasks,
          parsedCronItems: parseCronItems(cron),
          concurrency,
          noHandleSignals: true,
          pollInterval: 2000,
          logger: quiet,
        });
        if (stopping) await runner.stop();
        await runner.promise;
      } catch (err) {
        if (!stopping) log.warn({ err }, "the queue broke off and is begun anew");
      }
      runner = undefined;
      if (!stopping)
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, startAgainMs);
        });
    }
  }

  return {
    start() {
      stopping = false;
      living ??= live();
    },
    async stop() {
      stopping = true;
      wake();
      await runner?.stop().catch(() => {});
      await living;
      living = undefined;
    },
  };
}
