import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Pool } from "pg";
import type { ServerFrame } from "./wire.ts";

/** PostgreSQL carries 8,000 bytes in a notice; base64 of so many is safely below that. */
const partBytes = 5400;
const channel = "koloop_web";
/** Parts of a frame whose rest never came are forgotten when so many others have come. */
const openAtMost = 200;

type Told = (personIds: string[], frame: ServerFrame) => void;

export type Relay = {
  tell(personIds: string[], frame: ServerFrame): void;
  start(told: Told): void;
  stop(): Promise<void>;
};

/**
 * Tells the pages that are open at another process what this one has shown. A notice that is lost costs nothing for long: what was
 * said is stored, and a page asks for what it missed when it comes back.
 */
export function createRelay(pool: Pool, url: string): Relay {
  const self = randomUUID();
  const open = new Map<string, string[]>();
  let stopping = false;
  let client: Client | undefined;
  let living: Promise<void> | undefined;

  function take(payload: string | undefined, told: Told): void {
    const [from, id, index, count, text] = (payload ?? "").split(" ");
    if (from === self || !id || text === undefined) return;
    const parts = open.get(id) ?? [];
    parts[Number(index)] = text;
    if (open.size > openAtMost) open.clear();
    open.set(id, parts);
    if (parts.filter((part) => part !== undefined).length < Number(count)) return;
    open.delete(id);
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part, "base64")));
    const { to, frame } = JSON.parse(bytes.toString()) as { to: string[]; frame: ServerFrame };
    told(to, frame);
  }

  async function live(told: Told): Promise<void> {
    while (!stopping) {
      client = new Client({ connectionString: url, keepAlive: true, application_name: "koloop relay" });
      const ended = new Promise<void>((resolve) => {
        client?.on("error", () => resolve());
        client?.once("end", () => resolve());
      });
      try {
        await client.connect();
        client.on("notification", ({ payload }) => take(payload, told));
        await client.query(`LISTEN ${channel}`);
        await ended;
      } catch {
        // The database is away: the next round finds it or not.
      }
      if (!stopping) await sleep(1000);
    }
  }

  return {
    tell(to, frame) {
      const bytes = Buffer.from(JSON.stringify({ to, frame }));
      const id = randomUUID();
      const count = Math.ceil(bytes.length / partBytes);
      for (let i = 0; i < count; i++) {
        const part = bytes.subarray(i * partBytes, (i + 1) * partBytes).toString("base64");
        pool.query("SELECT pg_notify($1, $2)", [channel, `${self} ${id} ${i} ${count} ${part}`]).catch(() => {});
      }
    },
    start(told) {
      living ??= live(told);
    },
    async stop() {
      stopping = true;
      await client?.end().catch(() => {});
      await living;
    },
  };
}
