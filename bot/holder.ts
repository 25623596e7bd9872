import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Log } from "#handlers/context.ts";

const tryEveryMs = 1000;
/** A holder that the database does not answer for so long no longer counts itself as one. */
const answerWithinMs = 3000;

export type Holder = { start(): void; stop(): Promise<void>; readonly holds: boolean };

/**
 * Of all processes of the cluster one holds the name at a time: a lock of its database session, which the database gives up with the
 * session. Who loses the session lets go before trying again. For a moment two may believe that they hold it (a partition that only
 * one side has noticed): events are taken in once by their ids and cards claimed once in the outbox, so nothing is done twice.
 */
export function createHolder(options: {
  url: string;
  name: string;
  log: Log;
  onHeld: () => Promise<void>;
  onLost: () => Promise<void>;
}): Holder {
  const { url, name, log, onHeld, onLost } = options;
  let client: Client | undefined;
  let holds = false;
  let stopping = false;
  let living: Promise<void> | undefined;

  async function live(): Promise<void> {
    while (!stopping) {
      try {
        client = new Client({
          connectionString: url,
          keepAlive: true,
          query_timeout: answerWithinMs,
          connectionTimeoutMillis: answerWithinMs,
          application_name: `koloop holds ${name}`,
        });
        const broken = new Promise<void>((resolve) => {
          client?.on("error", () => resolve());
          client?.once("end", () => resolve());
        });
        await client.connect();
        while (!stopping) {
          if (holds) await client.query("SELECT 1");
          else if (await taken(client)) {
            holds = true;
            log.info({ name }, "this process holds the channel");
            await onHeld();
          }
          if (await Promise.race([broken.then(() => true), sleep(tryEveryMs, false)])) break;
        }
      } catch (err) {
        if (!stopping) log.warn({ err, name }, "the lock of a channel could not be kept; it is tried again");
      }
      await letGo();
      if (!stopping) await sleep(tryEveryMs);
    }
  }

  async function taken(session: Client): Promise<boolean> {
    const { rows } = await session.query<{ held: boolean }>(
      "SELECT pg_try_advisory_lock(hashtextextended('holder ' || $1, 0)) AS held",
      [name],
    );
    return rows[0]?.held === true;
  }

  /** Stops the channel first: only then may another process have the lock. */
  async function letGo(): Promise<void> {
    if (holds) {
      holds = false;
      log.info({ name }, "this process no longer holds the channel");
      await onLost().catch((err) => log.error({ err, name }, "a channel could not be stopped"));
    }
    await client?.end().catch(() => {});
    client = undefined;
  }

  return {
    get holds() {
      return holds;
    },
    start() {
      stopping = false;
      living ??= live();
    },
    async stop() {
      stopping = true;
      await living;
      living = undefined;
    },
  };
}
