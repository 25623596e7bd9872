import { isStorageFault } from "#db/backend.ts";
import { leaseMs, type OutboxItem } from "#db/outbox.ts";
import type { Store, Tx } from "#db/store.ts";
import { nextTry } from "#domain/delivery.ts";
import type { Context } from "#handlers/context.ts";
import { blockPush, markPushed, undeliverable } from "#handlers/mark-pushed.ts";
import { gateAtSending } from "#handlers/push.ts";
import { closeWay, reroute } from "#handlers/reroute.ts";
import { type Channel, type Delivered, DeliveryError } from "./channels/channel.ts";
import type { Observe } from "./metrics.ts";

/** The safety net: how often the outbox is looked at although nobody nudged it. */
const pollMs = 1000;
/** The queue wakes there; this finds what a process that died had taken. */
const clusterPollMs = 5000;
const claimAtOnce = 50;
/** What is on its way for longer is taken anew, so that nobody else takes it; after this long its channel is taken to be lost. */
const renewAfterMs = leaseMs / 3;
const lostAfterMs = 10 * leaseMs;
/** A clock that goes back by less is being corrected. */
const clockSlipMs = 60_000;

/** What comes in does not wait for what goes out for longer. */
const breathEveryMs = 1;

type Settle = (tx: Tx) => Promise<void>;
/** An item that is on its way, since when, and when its lease was last renewed. */
type Flight = { id: string; claim: string; since: number; renewedAt: number };

export type Outbox = {
  /** Something was committed that may have to be said. */
  nudge(): void;
  /** Delivers all that is due and returns how many items it tried. */
  drain(): Promise<number>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Card to channel: claims what is due, hands each to its channel, marks it. A crash between the last two says it twice at worst. Where
 * several processes deliver, each takes what goes through the channels that it `carries`.
 */
export function createOutbox(
  store: Store,
  ctx: Context,
  channels: ReadonlyMap<string, Channel>,
  carries?: () => readonly string[],
  observe?: Observe,
): Outbox {
  const inCluster = store.backend.dialect === "postgresql";
  const worker = ctx.newId();
  let claims = 0;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<number> | undefined;
  let again = false;
  let stopped = true;
  let closing = false;

  const flying = new Set<Flight>();
  let ended: Settle[] = [];
  let wake = (): void => {};

  /**
   * Delivers until nothing is due. Each delivery ends by itself, so that a vendor who does not answer holds up nobody else; those that
   * end together share a commit.
   */
  async function deliverAll(): Promise<number> {
    let tried = 0;
    for (;;) {
      await settleEnded();
      const { claim, items } = await taken();
      tried += items.length;
      let breathed = performance.now();
      for (const item of items) {
        launch(item, claim);
        if (performance.now() - breathed < breathEveryMs) continue;
        await new Promise((resolve) => setImmediate(resolve));
        breathed = performance.now();
      }
      if (flying.size === 0 && ended.length === 0) return tried;
      await somethingEnded();
    }
  }

  async function settleEnded(): Promise<void> {
    const settled = ended;
    ended = [];
    if (settled.length === 0) return;
    try {
      await store.transaction(
        async (tx) => {
          for (const settle of settled) await settle(tx);
        },
        { mayBeLost: true },
      );
    } catch (fault) {
      // The database is away: what was said is noted once it is back, rather than said again.
      if (isStorageFault(fault)) ended.unshift(...settled);
      throw fault;
    }
  }

  /** What is due, as much as there are places for. What is on its way for long stays taken: nobody else is to say it too. */
  async function taken(): Promise<{ claim: string; items: OutboxItem[] }> {
    const claim = `${worker}:${++claims}`;
    const places = closing ? 0 : claimAtOnce - flying.size;
    const now = ctx.now();
    const renewed = [...flying].filter(
      ({ since, renewedAt }) => now - renewedAt >= renewAfterMs && now - since < lostAfterMs,
    );
    if (places === 0 && renewed.length === 0) return { claim, items: [] };
    const items = await store.transaction(
      async (tx) => {
        await tx.outbox.renewLeases(renewed, now);
        return places === 0 ? [] : tx.outbox.claimDue(now, places, claim, carries?.());
      },
      { sees: "each-statement", mayBeLost: true },
    );
    for (const flight of renewed) flight.renewedAt = now;
    return { claim, items };
  }

  function launch(item: OutboxItem, claim: string): void {
    const now = ctx.now();
    const flight: Flight = { id: item.id, claim, since: now, renewedAt: now };
    flying.add(flight);
    attempt(item, claim)
      .then(
        (settle) => ended.push(settle),
        // Its lease runs out in a while; then it is tried again.
        (fault) => ctx.log.error({ err: fault }, "a delivery could not be looked at; it is tried again"),
      )
      .finally(() => {
        flying.delete(flight);
        wake();
      });
  }

  /** Until a delivery has ended, or there is something new to deliver. */
  async function somethingEnded(): Promise<void> {
    if (ended.length === 0 && flying.size > 0 && !again)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    again = false;
    // What ends in the same breath is settled together.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** What was taken back meanwhile, or is another's since the lease ran out, is left as it is. */
  const ifHeld =
    ({ id }: OutboxItem, claim: string, settle: Settle): Settle =>
    async (tx) => {
      if (await tx.outbox.isHeld(id, claim)) await settle(tx);
    };

  async function attempt(item: OutboxItem, claim: string): Promise<Settle> {
    if (item.purpose === "push") {
      const verdict = await store.read((tx) => gateAtSending(tx, ctx, item));
      if ("later" in verdict)
        return ifHeld(item, claim, async (tx) => {
          await tx.outbox.putOff(item.id, verdict.later);
          await tx.jobs.wake(`deliver:${item.channel}`, verdict.later);
        });
      if ("never" in verdict) return ifHeld(item, claim, (tx) => blockPush(tx, item, verdict.never));
    }
    // Tried again after the later one, it would show again what is over.
    if (item.attempts > 1 && item.purpose !== "push" && (await store.read((tx) => tx.outbox.isOutdated(item))))
      return ifHeld(item, claim, (tx) => tx.outbox.markDropped(item.id, "the card was written again"));
    try {
      const delivered = await hand(item);
      const at = ctx.now();
      observe?.sent(item.channel, item.purpose, at - item.createdAt);
      return async (tx) => {
        await tx.outbox.markSent(item.id, at);
        if (item.cardKey !== null && delivered.vendorRef !== undefined)
          await noteShown(tx, { ...item, cardKey: item.cardKey }, delivered.vendorRef, at);
        if (item.purpose === "push" && item.assignmentId !== null) await markPushed(tx, ctx, item.assignmentId, at);
      };
    } catch (fault) {
      return ifHeld(item, claim, failed(item, fault));
    }
  }

  /** Where the card stands. Words that were taken back while it was on its way are kept nowhere, and the card is changed at once. */
  async function noteShown(
    tx: Tx,
    { id, channel, room, cardKey, body: shown, personId }: OutboxItem & { cardKey: string },
    vendorRef: string,
    at: number,
  ): Promise<void> {
    const body = await tx.outbox.bodyOf(id);
    if (!body) return;
    await tx.outbox.setPlace({ channel, room, cardKey, vendorRef, body, at });
    if (JSON.stringify(body) === JSON.stringify(shown)) return;
    const anew = { channel, room, cardKey, body, personId, purpose: "card" as const, runAt: at, createdAt: at };
    await tx.outbox.add({ ...anew, id: ctx.newId(), dedupeKey: null, reply: null, assignmentId: null, attempts: 0 });
  }

  async function hand(item: OutboxItem): Promise<Delivered> {
    const channel = channels.get(item.channel);
    if (!channel) throw new DeliveryError("try-later", `the channel ${item.channel} is not running`);
    const vendorRef =
      item.cardKey === null
        ? undefined
        : await store.read((tx) => tx.outbox.placeOf(item.channel, item.room, item.cardKey as string));
    return channel.deliver({
      id: item.id,
      address: { channel: item.channel, room: item.room, ...(item.reply !== null && { reply: item.reply }) },
      body: item.body,
      ...(vendorRef !== undefined && { vendorRef }),
      ...(item.assignmentId !== null && { assignmentId: item.assignmentId }),
    });
  }

  function failed(item: OutboxItem, fault: unknown): Settle {
    const kind = fault instanceof DeliveryError ? fault.kind : "fault";
    if (kind === "moot") return (tx) => tx.outbox.markDropped(item.id, (fault as DeliveryError).message);
    observe?.failed(item.channel, "delivery");
    const retryAfterMs = fault instanceof DeliveryError ? fault.retryAfterMs : undefined;
    const next = nextTry({ kind, retryAfterMs }, item.attempts, ctx.now(), ctx.chance());
    const message = fault instanceof Error ? fault.message : String(fault);
    const fields = { err: fault, channel: item.channel, attempts: item.attempts };
    if (next === "dead") ctx.log.error(fields, "a delivery was given up");
    else ctx.log.warn(fields, "a delivery failed and is tried again later");
    return async (tx) => {
      if (kind === "gone") await closeWay(tx, ctx, item);
      if (kind !== "fault" && (await reroute(tx, ctx, item))) return;
      await tx.outbox.markFailed(item.id, message, next, kind === "try-later");
      if (next === "dead") await undeliverable(tx, item);
      else await tx.jobs.wake(`deliver:${item.channel}`, next.at);
    };
  }

  let lookedAt = Number.POSITIVE_INFINITY;
  /** Also once at the start: the clock may have been set while nothing ran. */
  async function followClock(): Promise<void> {
    const now = ctx.now();
    if (now < lookedAt - clockSlipMs) await store.transaction((tx) => tx.outbox.clockWentBack(now));
    lookedAt = now;
  }

  async function work(): Promise<number> {
    await followClock();
    let tried = 0;
    do {
      again = false;
      tried += await deliverAll();
    } while (again);
    return tried;
  }

  const drain = (): Promise<number> => {
    if (working) {
      again = true;
      wake();
      return working;
    }
    working = work().finally(() => {
      working = undefined;
    });
    return working;
  };

  const inBackground = (): void => {
    if (stopped) return;
    drain().catch((fault) => ctx.log.error({ err: fault }, "the outbox could not be worked off; it is tried again"));
  };

  return {
    nudge: inBackground,
    drain,
    async start() {
      if (store.backend.dialect === "sqlite") await store.transaction((tx) => tx.outbox.freeLeases());
      stopped = false;
      closing = false;
      timer = setInterval(inBackground, inCluster ? clusterPollMs : pollMs);
      inBackground();
    },
    async stop() {
      stopped = true;
      closing = true;
      clearInterval(timer);
      await working?.catch(() => {});
    },
  };
}
