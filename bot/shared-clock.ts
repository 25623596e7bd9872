import type { Backend } from "#db/backend.ts";

const askEveryMs = 20_000;

export type SharedClock = { now: () => number; start(): Promise<void>; stop(): void };

/**
 * The database's clock: what is due, and whose lease has run out, must not depend on which machine of a cluster asks. Each process
 * learns how far its own clock is off, and again every 20 s; between, its own clock counts on.
 */
export function createSharedClock(backend: Backend, own: () => number = Date.now): SharedClock {
  let offsetMs = 0;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    const sent = own();
    const row = await backend.read(({ sql }) =>
      sql.get<{ at: number }>("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS at"),
    );
    const came = own();
    // A slow answer says little about the moment it speaks of.
    if (row && came - sent < 1000) offsetMs = Math.round(Number(row.at) - (sent + came) / 2);
  }

  return {
    now: () => own() + offsetMs,
    async start() {
      await ask();
      timer = setInterval(() => ask().catch(() => {}), askEveryMs);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
