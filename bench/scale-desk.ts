import type { Channel } from "#bot/channels/channel.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import type { Turn } from "#domain/cue.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { employees } from "./scale-peers.ts";

export const silent = { KOLOOP_LOG_LEVEL: "error", KOLOOP_QUIET_HOURS: "off", KOLOOP_PEOPLE_INDEX: "off" };

/** Two tags in each message, without the cost of hearing them: what is measured is how they are kept. */
export const hearsTwo = (turns: readonly Turn[]) => {
  const turn = turns.length - 1;
  const cue = (tag: string) => ({ tag, quote: "养了猫", turn, score: 0.9, evidence: [] });
  return { cues: [cue("pet_family"), cue("business_traveler")], retractions: [] };
};

/** A channel in memory that takes whatever it is given. */
export const probe: Channel = {
  name: "probe",
  start: async () => {},
  deliver: async () => ({}),
  stop: async () => {},
};

type Desk = {
  take(count: number, atOnce: number): Promise<{ rate: number; commits: number; cpuUs: number }>;
  paced(count: number, perSecond: number): Promise<number[]>;
  close(): Promise<number>;
};

/** koloop with a channel in memory whose cards are never due, so that only the intake is measured. */
export async function openDesk(path: string): Promise<Desk> {
  const koloop = await createKoloop(readConfig({ DATABASE_URL: `file:${path}`, ...silent }), {
    web: false,
    channels: [probe],
    extract: hearsTwo,
  });
  await addEmployees(koloop);
  let commits = 0;
  const { transaction } = koloop.store;
  koloop.store.transaction = ((work, options) => {
    commits++;
    return transaction(work, options);
  }) as typeof transaction;
  let next = 0;
  const event = (): Incoming => messageOf(next++);

  async function many(count: number, atOnce: number): Promise<void> {
    let begun = 0;
    const lane = async () => {
      while (begun++ < count) await koloop.inbox.accept(event());
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  return {
    async take(count, atOnce) {
      // Customers are there before, as in a brand that lives: what is measured is what they say.
      await addCustomers(koloop, next, count);
      const [before, begun, cpu] = [commits, performance.now(), process.cpuUsage()];
      await many(count, atOnce);
      const rate = count / ((performance.now() - begun) / 1000);
      return { rate, commits: commits - before, cpuUs: cpuSince(cpu) / count };
    },
    async paced(count, perSecond) {
      await addCustomers(koloop, next, count);
      const times: number[] = [];
      const begun = performance.now();
      const under: Promise<void>[] = [];
      for (let sent = 0; sent < count; ) {
        const due = Math.min(count, Math.floor(((performance.now() - begun) / 1000) * perSecond));
        for (; sent < due; sent++) {
          const came = performance.now();
          under.push(koloop.inbox.accept(event()).then(() => void times.push(performance.now() - came)));
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await Promise.all(under);
      return times;
    },
    async close() {
      const row = await koloop.store.read(({ connection: { sql } }) =>
        sql.get<{ n: number }>("SELECT count(*) / 2.0 AS n FROM suggestion"),
      );
      await koloop.stop();
      return Number(row?.n ?? 0) / next;
    },
  };
}

/** Microseconds of processor time that this process has used since: what neighbours take from it is not in it. */
export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export const messageOf = (n: number): Incoming => ({
  type: "message",
  eventId: `event-${n}`,
  from: `C${n}`,
  address: { channel: "probe", room: `direct:C${n}` },
  roomKind: "direct",
  at: Date.now(),
  text: `我家养了猫,这个月又要出差 ${n} 次`,
  addressed: false,
});

export async function addEmployees({ store }: Pick<Koloop, "store">): Promise<void> {
  await store.transaction(async ({ connection: { sql } }) => {
    for (let n = 0; n < employees; n++) {
      await sql.insert("person", { ...personOf(`E${n}`), roles: "koe" });
      await sql.insert("identity", { ...identityOf(`E${n}`), room: `bot:E${n}` });
    }
  });
}

export async function addCustomers({ store }: Pick<Koloop, "store">, from: number, count: number): Promise<void> {
  await store.transaction(async ({ connection: { sql } }) => {
    for (let n = from; n < from + count; n++) {
      await sql.insert("person", { ...personOf(`C${n}`), roles: "customer", owner_id: `E${n % employees}` });
      await sql.insert("identity", identityOf(`C${n}`));
    }
  });
}

const personOf = (id: string) => {
  const at = Date.now();
  return {
    ...{ id, name: id, joined_at: at, lang: "zh", consent: "yes", frequency: 1, created_at: at, updated_at: at },
  };
};
const identityOf = (id: string) => ({
  ...{ id: `i-${id}`, person_id: id, channel: "probe", external_id: id, reachable: "yes" },
  ...{ last_seen_at: Date.now(), linked_at: Date.now() },
});
