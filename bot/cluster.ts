import { Pool } from "pg";
import { copyNotes } from "#db/copy-to-postgres.ts";
import type { Store } from "#db/store.ts";
import { useVocabulary } from "#handlers/care-for-vocabulary.ts";
import type { Context } from "#handlers/context.ts";
import type { Channel, Receive } from "./channels/channel.ts";
import { createRelay, type Relay } from "./channels/web/relay.ts";
import { type Clock, tickMs } from "./clock.ts";
import { createHolder, type Holder } from "./holder.ts";
import type { Outbox } from "./outbox.ts";
import { createQueue, type Queue } from "./queue.ts";
import { type Duties, heldByOne } from "./roles.ts";

const poolSize = 8;

/** What the program hands over once it is put together. */
type Members = {
  store: Store;
  ctx: Context;
  outbox: Outbox;
  clock: Clock;
  channels: ReadonlyMap<string, Channel>;
  receive: Receive;
  /** Whether the queue ticks the clock. */
  ticks: boolean;
};

export type Cluster = {
  relay: Relay;
  /** The channels that this process delivers through at the moment. */
  carries(channels: Iterable<string>): string[];
  /** The channels that this process holds at the moment, of those that only one may hold. */
  held(): string[];
  start(members: Members): Promise<void>;
  /** Lets go of what it holds and ends its jobs when those that run have ended. */
  stop(): Promise<void>;
  /** Gives the connections back; the last thing of all. */
  close(): Promise<void>;
};

/** One process's part in a cluster over PostgreSQL: it works off its share of the queue and tries to hold the channels of its role. */
export function createCluster(url: string, duties: Duties): Cluster {
  const pool = new Pool({ connectionString: url, max: poolSize, application_name: "koloop" });
  // A connection that breaks is made anew where it is needed; without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const holders = new Map<string, Holder>();
  const queues: Queue[] = [];
  let vocabularyTimer: NodeJS.Timeout | undefined;

  const deliverTask = (outbox: Outbox) => async (): Promise<void> => {
    await outbox.drain();
  };

  function hold(channel: Channel, { ctx, outbox, receive }: Members): void {
    let queue: Queue | undefined;
    const holder = createHolder({
      url,
      name: channel.name,
      log: ctx.log,
      onHeld: async () => {
        await channel.start(receive);
        queue = createQueue(pool, { [`deliver:${channel.name}`]: deliverTask(outbox) }, ctx.log);
        queue.start();
        outbox.nudge();
      },
      onLost: async () => {
        await channel.stop();
        if (duties.http) channel.attend?.(receive);
        await queue?.stop();
      },
    });
    holders.set(channel.name, holder);
    holder.start();
  }

  function workOff({ store, ctx, outbox, clock, channels, ticks }: Members): void {
    const names = [...channels.keys()].filter((name) => duties.carries(name));
    const deliveries = names.map((name) => [`deliver:${name}`, deliverTask(outbox)] as const);
    // The next tick is due a while after this one has ended; the queue's own schedule begins the chain, and mends it.
    const tick = async (): Promise<void> => {
      await clock.tick();
      await store.transaction((tx) => tx.jobs.wake("tick", Date.now() + tickMs, "tick"));
    };
    const tasks = { ...Object.fromEntries(deliveries), ...(duties.clock && ticks && { tick }) };
    if (Object.keys(tasks).length === 0) return;
    const queue = createQueue(pool, tasks, ctx.log);
    queues.push(queue);
    queue.start();
  }

  return {
    relay: createRelay(pool, url),
    carries: (channels) => [...channels].filter((name) => duties.carries(name) || holders.get(name)?.holds === true),
    held: () => [...holders].filter(([, holder]) => holder.holds).map(([name]) => name),
    async start(members) {
      const { store, ctx, channels, receive } = members;
      // From now on this database goes its own way: nothing may be copied over it any more.
      await store.transaction((tx) => tx.connection.sql.run(`DROP TABLE IF EXISTS ${copyNotes}`));
      workOff(members);
      for (const channel of channels.values()) {
        if (!heldByOne.has(channel.name)) await channel.start(receive);
        else {
          // What its webhooks bring is taken in here too, whoever holds its connection.
          if (duties.http) channel.attend?.(receive);
          if (duties.holds(channel.name)) hold(channel, members);
        }
      }
      const follow = () =>
        store
          .read((tx) => useVocabulary(tx, ctx))
          .catch((err) => ctx.log.warn({ err }, "the vocabulary could not be read"));
      vocabularyTimer = setInterval(follow, tickMs);
    },
    async stop() {
      clearInterval(vocabularyTimer);
      for (const holder of holders.values()) await holder.stop();
      for (const queue of queues) await queue.stop();
    },
    close: () => pool.end(),
  };
}
