import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Turn } from "#domain/cue.ts";
import type { Context, Log } from "#handlers/context.ts";
import type { Lexicon } from "#nlp/compile.ts";
import { root } from "#nlp/files.ts";
import {
  answerIn,
  claim,
  type Given,
  keyOf,
  newSlots,
  offer,
  roundsAtMost,
  slotAt,
  slotCount,
  slotsOver,
  type Talks,
} from "./hearing-slots.ts";

/** Fewer talks are heard sooner than they are handed over. */
const fewest = 4;
/** A thread that died is started again after so long, and each further time later. */
const againAfterMs = 1000;

type Extract = Context["extract"];
type Waiting = { slot: number; round: number; turns: readonly Turn[]; heard?: ReturnType<Extract>; batch: Waiting[] };

export type HearingThread = {
  /** The same as the extractor it was made from; what the thread has heard ahead costs nothing. */
  extract: Extract;
  hearAhead: NonNullable<Context["hearAhead"]>;
  stop(): Promise<void>;
};

/**
 * A second thread that hears, while this one keeps what was said, the talks that the transaction will ask for. Which of the two hears a talk is settled
 * talk by talk, so neither waits for the other: a thread that is slow, has not begun or has died costs nothing but its help. It begins when talks first
 * come together, so a koloop that is just starting does not share its processor with it.
 */
export function createHearingThread(extract: Extract, lexicon: Lexicon, log: Log): HearingThread {
  const memory = newSlots();
  const slots = slotsOver(memory);
  const waiting = new Map<string, Waiting>();
  let worker: Worker | undefined;
  let isReady = false;
  let stopped = !isShared(lexicon.records.buffer);
  let notBefore = 0;
  let deaths = 0;
  let [next, round] = [0, 0];

  function begin(): void {
    if (worker || stopped || performance.now() < notBefore) return;
    const file = join(root(), "dist", "bot", "hearing-worker.js");
    if (!existsSync(file)) {
      stopped = true;
      return;
    }
    const workerData: Given = { slots: memory, lexicon: lexicon.records.buffer as unknown as SharedArrayBuffer };
    const thread = new Worker(file, { workerData, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    worker = thread;
    thread.unref();
    thread.on("message", (told) => {
      isReady = told === "ready";
      if (isReady) return;
      stopped = true;
      void thread.terminate();
    });
    // What comes of an error is told by the end.
    thread.on("error", (err) => log.warn({ err }, "the hearing thread failed"));
    thread.on("exit", () => {
      isReady = false;
      worker = undefined;
      if (stopped) return;
      notBefore = performance.now() + againAfterMs * 2 ** Math.min(deaths++, 8);
      log.warn({ deaths }, "the hearing thread ended: words are heard on the main thread until it is back");
    });
  }

  /** The last of a batch that nobody has begun. */
  function lastFree(batch: Waiting[]): Waiting | undefined {
    for (let one = batch.pop(); one; one = batch.pop()) if (claim(slots, one.slot, one.round)) return one;
    return undefined;
  }

  return {
    extract(turns) {
      const one = waiting.size === 0 ? undefined : waiting.get(keyOf(turns));
      if (!one) return extract(turns);
      while (!one.heard) {
        one.heard = answerIn(slots, one.slot, one.round);
        if (one.heard) break;
        // The other thread is at this one: meanwhile the last of all is heard here, so that none is heard by both.
        const free = claim(slots, one.slot, one.round) ? one : lastFree(one.batch);
        if (free) free.heard = extract(free.turns);
        else one.heard = extract(turns);
      }
      return one.heard;
    },

    hearAhead(talks) {
      if (talks.length < fewest || stopped) return forgetNothing;
      if (!isReady) {
        begin();
        return forgetNothing;
      }
      const keys = new Map(talks.slice(0, slotCount / 2).map((turns) => [keyOf(turns), turns]));
      round = (round % roundsAtMost) + 1;
      const batch: Waiting[] = [];
      for (const [key, turns] of keys) {
        const one = { slot: slotAt(next, batch.length), round, turns, batch };
        offer(slots, one.slot, round);
        batch.push(one);
        waiting.set(key, one);
      }
      worker?.postMessage({ json: `[${[...keys.keys()].join(",")}]`, from: next, round } satisfies Talks);
      next = slotAt(next, batch.length);
      const all = [...batch];
      return () => {
        for (const one of all) claim(slots, one.slot, one.round);
        for (const [k, key] of [...keys.keys()].entries()) if (waiting.get(key) === all[k]) waiting.delete(key);
      };
    },

    async stop() {
      stopped = true;
      await worker?.terminate();
    },
  };
}

const forgetNothing = (): void => {};

const isShared = (memory: ArrayBufferLike): boolean => memory instanceof SharedArrayBuffer;
