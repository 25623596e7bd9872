import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { receive } from "#handlers/receive.ts";

type Waiting = { event: Incoming; resolve: () => void; reject: (fault: unknown) => void; attempts: number };

/** So many events share one commit at most; more only make each wait longer. */
const batchSize = 64;
/** An event that fails this often is set aside, so that it cannot hold up the rest. */
const triesAtMost = 3;

export type Inbox = {
  /** Resolves once the event is committed, or set aside as one that cannot be handled. */
  accept(event: Incoming): Promise<void>;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
};

/**
 * Event to handler. All events that wait share one transaction and so one commit, each in its own savepoint, so that a failing one
 * fails alone; their order is that of arrival. After the commit the outbox is nudged.
 */
export function createInbox(store: Store, ctx: Context, afterCommit: () => void): Inbox {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize);
      await commitTogether(batch);
      afterCommit();
    }
    running = undefined;
  }

  async function commitTogether(batch: Waiting[]): Promise<void> {
    const done: (() => void)[] = [];
    try {
      await store.transaction(async (tx) => {
        for (const item of batch) {
          try {
            await tx.connection.sql.savepoint(() => receive(item.event, tx, ctx));
            done.push(item.resolve);
          } catch (fault) {
            await handleFault(item, fault, done, (text, values) => tx.connection.sql.run(text, ...values));
          }
        }
      });
    } catch (fault) {
      ctx.log.error({ err: fault, events: batch.length }, "a batch of events could not be committed");
      for (const item of batch) item.reject(fault);
      return;
    }
    for (const resolve of done) resolve();
  }

  async function handleFault(
    item: Waiting,
    fault: unknown,
    done: (() => void)[],
    run: (text: string, values: (string | number)[]) => Promise<number>,
  ): Promise<void> {
    const { event } = item;
    item.attempts++;
    if (item.attempts < triesAtMost) {
      ctx.log.warn(
        { err: fault, type: event.type, channel: event.address.channel },
        "an event failed and is tried again",
      );
      waiting.push(item);
      return;
    }
    ctx.log.error(
      { err: fault, type: event.type, channel: event.address.channel },
      "an event failed too often and was set aside",
    );
    await run(
      "INSERT INTO dead_event (id, channel, event_id, body, error, attempts, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        ctx.newId(),
        event.address.channel,
        event.eventId,
        JSON.stringify(event),
        fault instanceof Error ? fault.message : String(fault),
        item.attempts,
        ctx.now(),
      ],
    );
    done.push(item.resolve);
  }

  return {
    accept(event) {
      return new Promise<void>((resolve, reject) => {
        waiting.push({ event, resolve, reject, attempts: 0 });
        running ??= new Promise<void>((settled) => setImmediate(settled)).then(run);
      });
    },
    async drain() {
      while (running) await running;
    },
  };
}
