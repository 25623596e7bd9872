import { setTimeout as sleep } from "node:timers/promises";
import { isStorageFault, lostARace } from "#db/backend.ts";
import { readAhead } from "#db/read-ahead.ts";
import type { Store, Tx } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { planForTaps } from "#handlers/plan-ahead.ts";
import { receive } from "#handlers/receive.ts";
import type { Along, Page } from "./channels/channel.ts";
import { createFairQueue, roomOf, type Urgency } from "./fair-queue.ts";
import type { Observe } from "./metrics.ts";
import { comingOf, isPlain, isPlanned, pagesOf, roomsOf, type WaitingEvent } from "./waiting-event.ts";

/** What became of a batch: to be tried again, committed or set aside, and pages whose end it was without knowing. */
type Outcome = { left: WaitingEvent[]; done: WaitingEvent[]; unturned: Page[] };
/** Whether the event is settled; false where it is to be tried again. */
type Handle = (item: WaitingEvent, tx: Tx) => Promise<boolean>;

/** So many events share one commit at most: where round trips are dear, and where one writes, whose taps wait for the batch before them. */
const batchSize = { cluster: 64, alone: 32 };
/** An event that fails this often is set aside, so that it cannot hold up the rest. */
const triesAtMost = 3;
/** An event that loses a race is tried again without counting, but not for ever. */
const racesAtMost = 50;
/** A batch that loses a race is begun anew together so often before its events are handled one by one. */
const togetherAtMost = 2;
/** So many batches are on their way at once where the database takes several, and one more for what is more urgent than they are. */
const clusterLanes = 4;
/** Where it takes one at a time, the next is worked on while the disk takes those before: so many at once, of words fewer than of taps. */
const onTheirWay = { words: 2, taps: 4 };
/** Words wait for taps that are on their way to the disk, but no longer than this. */
const wordsWaitMs = 20;
/** So long a batch goes on before it looks whether something more urgent has come. */
const breathEveryMs = 0.5;
/** A flood that is refused is logged once in so long. */
const refusalsLoggedMs = 60_000;

/** There is no room for more of this sender's events: it was not taken in, and the vendor should bring it again later. */
export class InboxFull extends Error {
  override name = "InboxFull";
}

/** The same for all: to make one takes longer than to refuse. */
const full = new InboxFull("too much of this sender waits already");

/** Undoes the transaction that it is thrown in, also where the fault is a race that the store would begin anew for without an end to it. */
class EventFailed extends Error {}

export type Inbox = {
  /**
   * Resolves once the event is committed, or set aside as one that cannot be handled. Rejects where it was not, also at once where too
   * much of its sender waits already: then the vendor must not be told that it arrived.
   */
  accept(event: Incoming, along?: Along): Promise<void>;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
};

/**
 * Event to handler. All events that wait share one transaction and so one commit; a failing one fails alone. Events of one room are
 * handled in the order of their arrival, also where several processes take them in; different rooms do not wait for each other, and nobody
 * for one who floods (`fair-queue.ts`). After the commit the outbox is nudged.
 */
export function createInbox(store: Store, ctx: Context, afterCommit: () => void, observe?: Observe): Inbox {
  // A connection carries one transaction: SQLite has one that writes, PostgreSQL several.
  const oneWrites = store.backend.dialect === "sqlite";
  const queue = createFairQueue<WaitingEvent>();
  const busyRooms = new Set<string>();
  const running = new Set<Promise<void>>();
  /** Where one writes: the batches that are not committed yet, and how many with taps are not on the disk yet, since when. */
  const open = { plain: false, planned: false };
  let tapsOnTheirWay = 0;
  let tapsSince = 0;
  let woken = false;

  let refused = 0;
  let refusalLoggedAt = Number.NEGATIVE_INFINITY;

  const run = oneWrites ? runInTurn : runInLanes;

  /** Begins as many batches as there are lanes for. */
  function runInLanes(): void {
    while (running.size < clusterLanes) if (!begin(queue.next(batchSize.cluster, busyRooms))) return;
    if (running.size === clusterLanes && queue.hasBefore(1)) begin(queue.next(batchSize.cluster, busyRooms, 1));
  }

  /**
   * Where one writes, a batch is chosen when the one before it is committed, and taps share theirs with nothing else: so none waits behind
   * words that were chosen before it came. Those that are planned first do so beside the others.
   */
  function runInTurn(): void {
    if (!open.planned && queue.hasBefore(1)) begin(queue.next(batchSize.alone, busyRooms, 1, isPlanned), "planned");
    if (open.plain) return;
    if (running.size < onTheirWay.taps && begin(queue.next(batchSize.alone, busyRooms, 1, isPlain))) return;
    const wordsWait = tapsOnTheirWay > 0 && performance.now() - tapsSince < wordsWaitMs;
    if (running.size < onTheirWay.words && !wordsWait)
      begin(queue.next(batchSize.alone, busyRooms, undefined, isPlain));
  }

  function begin(batch: WaitingEvent[], kind: keyof typeof open = "plain"): boolean {
    if (batch.length === 0) return false;
    const rooms = roomsOf(batch);
    for (const room of rooms) busyRooms.add(room);
    open[kind] = true;
    let hasTaps = false;
    let isOpen = true;
    const committed = () => {
      if (!isOpen) return;
      isOpen = false;
      open[kind] = false;
      hasTaps = batch.some(({ event }) => event.type === "tap");
      if (hasTaps && tapsOnTheirWay++ === 0) tapsSince = performance.now();
      wake();
    };
    const lane = commitTogether(batch, committed).then((left) => {
      for (const room of roomsOf(batch)) busyRooms.delete(room);
      // What was not settled is first again, in its order.
      queue.putBack(left);
      running.delete(lane);
      committed();
      if (hasTaps) tapsOnTheirWay--;
      run();
    });
    running.add(lane);
    return true;
  }

  /** What is more urgent than this and may be handled within the transaction that is open: it belongs to the batch from now on. */
  function joining(batch: WaitingEvent[], at: number, urgency: Urgency): WaitingEvent[] {
    if (!oneWrites || !queue.hasBefore(urgency)) return [];
    const joined = queue.next(batchSize.alone, busyRooms, urgency, isPlain);
    for (const room of roomsOf(joined)) busyRooms.add(room);
    batch.splice(at, 0, ...joined);
    return joined;
  }

  function wake(): void {
    if (woken) return;
    woken = true;
    setImmediate(() => {
      woken = false;
      run();
    });
  }

  /**
   * Handles the events in one transaction; returns those that are to be tried again. Few events fail, and a savepoint for each costs more
   * than keeping a message: so they are handled without, and begun anew with one each where something failed.
   */
  async function commitTogether(batch: WaitingEvent[], committed: () => void): Promise<WaitingEvent[]> {
    let outcome: Outcome;
    let forgetPlans = () => {};
    try {
      forgetPlans = await planForTaps(
        store,
        ctx,
        batch.map(({ event }) => event),
      );
      const handled = batch.some(({ attempts, races }) => attempts + races > 0)
        ? undefined
        : await unlessOneFails(batch, committed);
      outcome = handled ?? (await handleAll(batch, inSavepoint, committed));
      // A page that two lanes have handled between them was not turned by either.
      for (const page of outcome.unturned) await store.transaction((tx) => page.turn(tx));
    } catch (fault) {
      ctx.log.error({ err: fault, events: batch.length }, "a batch of events could not be committed");
      for (const item of batch) item.reject(fault);
      return [];
    } finally {
      forgetPlans();
    }
    for (const { resolve } of outcome.done) resolve();
    afterCommit();
    if (outcome.done.length === 0) await sleep(2 + Math.random() * 8);
    return outcome.left;
  }

  /** Undefined, and nothing changed, where an event failed, or what it wrote was refused at the end. */
  async function unlessOneFails(batch: WaitingEvent[], committed: () => void): Promise<Outcome | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await handleAll(batch, inTheOpen, committed);
      } catch (fault) {
        if (isStorageFault(fault)) throw fault;
        // No event is to blame for a race, and one by one they take ten times the round trips.
        const raced = fault instanceof EventFailed && lostARace(fault.cause);
        if (!raced || tries >= togetherAtMost) return undefined;
      }
    }
  }

  async function handleAll(batch: WaitingEvent[], handle: Handle, committed: () => void): Promise<Outcome> {
    const outcome: Outcome = { left: [], done: [], unturned: [] };
    let pages = new Map<Page, number>();
    const urgent = batch.some((item) => queue.urgencyOf(item) === 0);
    await store.transaction(
      async (tx) => {
        // The rooms first: what is read before one is held may be overtaken by whoever held it.
        const held = await tx.locks.take([...roomsOf(batch)]);
        if (handle === inTheOpen) await readAhead(tx, batch.map(comingOf));
        Object.assign(outcome, await handleWithin(batch, tx, handle, held));
        pages = pagesOf(outcome.done);
        for (const [page, count] of pages) if (page.left === count) await page.turn(tx);
      },
      {
        urgent,
        committed: () => {
          for (const [page, count] of pages) {
            const isTurned = page.left === count;
            page.left -= count;
            if (page.left === 0 && !isTurned) outcome.unturned.push(page);
          }
          committed();
        },
      },
    );
    return outcome;
  }

  /**
   * After a failure the later events of its room wait with it, and so do those of a room that another process is at, and all that is left
   * when something more urgent comes in. That joins where no other transaction could take it.
   */
  async function handleWithin(
    batch: WaitingEvent[],
    tx: Tx,
    handle: Handle,
    held: Set<string>,
  ): Promise<Pick<Outcome, "left" | "done">> {
    const [left, done]: [WaitingEvent[], WaitingEvent[]] = [[], []];
    let breathed = performance.now();
    for (let n = 0; n < batch.length; n++) {
      if (n > 0 && held.size > 0 && performance.now() - breathed > breathEveryMs) {
        await new Promise((resolve) => setImmediate(resolve));
        breathed = performance.now();
      }
      const urgency = queue.urgencyOf(batch[n] as WaitingEvent);
      const joined = joining(batch, n, urgency);
      if (joined.length > 0 || (!oneWrites && n > 0 && queue.hasBefore(urgency))) held.clear();
      for (const room of roomsOf(joined)) held.add(room);
      const item = batch[n] as WaitingEvent;
      const room = roomOf(item.event);
      if (!held.has(room)) left.push(item);
      else if (await handle(item, tx)) done.push(item);
      else {
        left.push(item);
        held.delete(room);
      }
    }
    return { left, done };
  }

  const handleOne = ({ along, event }: WaitingEvent, tx: Tx): Promise<void> =>
    along.before ? along.before(tx).then(() => receive(event, tx, ctx)) : receive(event, tx, ctx);

  async function inTheOpen(item: WaitingEvent, tx: Tx): Promise<true> {
    try {
      await handleOne(item, tx);
      return true;
    } catch (fault) {
      throw isStorageFault(fault) ? fault : new EventFailed("an event failed", { cause: fault });
    }
  }

  async function inSavepoint(item: WaitingEvent, tx: Tx): Promise<boolean> {
    try {
      await tx.connection.sql.savepoint(() => handleOne(item, tx));
      return true;
    } catch (fault) {
      // No event is to blame for a full disk: nothing of this batch is acknowledged, and it comes again.
      if (isStorageFault(fault)) throw fault;
      return setAside(item, fault, tx);
    }
  }

  /** Whether the event has failed too often and was set aside; otherwise it is tried again. A race that was lost is no failure. */
  async function setAside(item: WaitingEvent, fault: unknown, tx: Tx): Promise<boolean> {
    const { event } = item;
    if (tx.connection.sql.dialect === "postgresql" && lostARace(fault) && ++item.races < racesAtMost) return false;
    item.attempts++;
    observe?.failed(event.address.channel, "event");
    const fields = { err: fault, type: event.type, channel: event.address.channel };
    if (item.attempts < triesAtMost) {
      ctx.log.warn(fields, "an event failed and is tried again");
      return false;
    }
    ctx.log.error(fields, "an event failed too often and was set aside");
    await tx.connection.sql.run(
      "INSERT INTO dead_event (id, channel, event_id, body, error, attempts, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ctx.newId(),
      event.address.channel,
      event.eventId,
      JSON.stringify(event),
      fault instanceof Error ? fault.message : String(fault),
      item.attempts,
      ctx.now(),
    );
    return true;
  }

  function refuse(event: Incoming): InboxFull {
    refused++;
    observe?.failed(event.address.channel, "event");
    if (performance.now() - refusalLoggedAt > refusalsLoggedMs) {
      refusalLoggedAt = performance.now();
      ctx.log.error(
        { refused, channel: event.address.channel },
        "somebody floods: events are refused until there is room",
      );
    }
    return full;
  }

  return {
    accept(event, along = {}) {
      return new Promise<void>((resolve, reject) => {
        const came = performance.now();
        const item: WaitingEvent = {
          event,
          along,
          resolve: () => {
            queue.settled(item);
            observe?.handled(event.address.channel, event.type, performance.now() - came);
            resolve();
          },
          reject: (fault) => {
            queue.settled(item);
            reject(fault);
          },
          attempts: 0,
          races: 0,
        };
        if (queue.add(item)) wake();
        else reject(refuse(event));
      });
    },
    async drain() {
      while (queue.size > 0 || running.size > 0) {
        await Promise.all(running);
        await new Promise((settled) => setImmediate(settled));
      }
    },
  };
}
