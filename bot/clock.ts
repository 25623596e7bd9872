import { setImmediate as breathe } from "node:timers/promises";
import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import { sweepForgotten } from "#handlers/forget-person.ts";
import { planForTime } from "#handlers/plan-ahead.ts";
import { findPhrases, proposeFound } from "#handlers/propose-phrases.ts";
import { settleStep } from "#handlers/settle-segment.ts";
import { timePassed } from "#handlers/time-passed.ts";
import { createScrub } from "./scrub.ts";

/** How far apart the looks at the clock are. */
export const tickMs = 15_000;

/** How long one tick goes on taking out what is left of people who were forgotten. */
const sweepMs = 5000;

export type Clock = {
  /** Ticks by itself: where this is the only process. In a cluster the queue ticks. */
  start(): void;
  stop(): Promise<void>;
  tick(): Promise<void>;
  /** Something is due that need not wait for the next tick. */
  nudge(): void;
};

/**
 * Time passing is an event like any other: each tick does what has become due, in a transaction of its own, one at a time in the whole
 * cluster. While the clock is not steady nothing is due.
 */
export function createClock(
  store: Store,
  ctx: Context,
  afterCommit: () => void,
  isSteady: () => boolean = () => true,
): Clock {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let ticking: Promise<void> | undefined;
  const scrub = createScrub(store, ctx);

  async function tick(): Promise<void> {
    if (!ticking && !isSteady()) return;
    ticking ??= planForTime(store, ctx)
      .then((forgetPlans) =>
        store
          .transaction(async (tx) => {
            if ((await tx.locks.take(["tick"])).has("tick")) await timePassed(tx, ctx);
          })
          .finally(forgetPlans),
      )
      .then(settleSegments)
      .then(lookForPhrases)
      .then(sweep)
      .then(scrub)
      .then(afterCommit)
      .then(keepPeople)
      .finally(() => {
        ticking = undefined;
      });
    return ticking;
  }

  /** A segment's new rule is settled in transactions of its own, so that what people say goes between them. */
  async function settleSegments(): Promise<void> {
    const step = () =>
      store.transaction(async (tx) => (await tx.locks.take(["settle"])).has("settle") && settleStep(tx, ctx));
    while (!stopped && (await step()));
  }

  /** A large brand takes minutes to look through: the next look at the clock goes on, and what else is due does not wait for it. */
  async function sweep(): Promise<void> {
    const end = performance.now() + sweepMs;
    await sweepForgotten(store, ctx, breathe, () => !stopped && performance.now() < end);
  }

  /** Counts that are asked for between two ticks have little to catch up with. */
  async function keepPeople(): Promise<void> {
    if (stopped) return;
    try {
      await ctx.peopleInMemory.catchUp();
      await ctx.peopleInMemory.keep();
    } catch (err) {
      ctx.log.warn({ err }, "people in memory are not ready: counts come from the tables");
    }
  }

  /** Talk is looked through while nothing is being written: it takes longer than anybody should wait. */
  async function lookForPhrases(): Promise<void> {
    if (stopped) return;
    const found = await store.read((tx) => findPhrases(tx, ctx));
    if (found) await store.transaction((tx) => proposeFound(tx, ctx, found));
  }

  function nudge(): void {
    tick().catch((err) => ctx.log.error({ err }, "what was due could not be done"));
  }

  return {
    tick,
    nudge,
    start() {
      stopped = false;
      timer = setInterval(nudge, tickMs);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await ticking?.catch(() => {});
    },
  };
}
