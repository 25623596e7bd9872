import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Heard, Turn } from "#domain/cue.ts";
import type { Context, HeardAhead, Log } from "#handlers/context.ts";
import type { Lexicon } from "#nlp/compile.ts";
import { root } from "#nlp/files.ts";
import {
  answerIn,
  claim,
  type Given,
  isBegun,
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
type Waiting = { slot: number; round: number; turns: readonly Turn[]; heard?: Heard | undefined; group: Waiting[] };

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
  let isUp = false;
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
      isUp = told === "ready";
      if (isUp) return;
      stopped = true;
      void thread.terminate();
    });
    // What comes of an error is told by the end.
    thread.on("error", (err) => log.warn({ err }, "the hearing thread failed"));
    thread.on("exit", () => {
      isUp = false;
      worker = undefined;
      if (stopped) return;
      notBefore = performance.now() + againAfterMs * 2 ** Math.min(deaths++, 8);
      log.warn({ deaths }, "the hearing thread ended: words are heard on the main thread until it is back");
    });
  }

  /** The last of a group that nobody has begun. */
  function lastFree(group: Waiting[]): Waiting | undefined {
    for (let one = group.pop(); one; one = group.pop()) if (!one.heard && claim(slots, one.slot, one.round)) return one;
    return undefined;
  }

  /** What was heard in it, on either side; heard here and now where nobody has begun. */
  function heardIn(one: Waiting): Heard | undefined {
    one.heard ??= answerIn(slots, one.slot, one.round);
    if (!one.heard && claim(slots, one.slot, one.round)) one.heard = extract(one.turns);
    return one.heard;
  }

  function isReady(one: Waiting): boolean {
    if (heardIn(one) || !isUp || !isBegun(slots, one.slot, one.round)) return true;
    // The thread is at this one: meanwhile the last of all is heard here, so that none is heard by both.
    const free = lastFree(one.group);
    if (free) free.heard = extract(free.turns);
    return false;
  }

  function forget(key: string, one: Waiting): void {
    claim(slots, one.slot, one.round);
    if (waiting.get(key) === one) waiting.delete(key);
  }

  function handOver(talks: readonly (readonly Turn[])[], keys: readonly string[]): void {
    round = (round % roundsAtMost) + 1;
    const group: Waiting[] = [];
    const fresh: string[] = [];
    for (const [k, turns] of talks.entries()) {
      const key = keys[k] as string;
      // What an interrupted transaction has left is being heard already.
      if (waiting.has(key) || group.length === slotCount / 2) continue;
      const one: Waiting = { slot: slotAt(next, group.length), round, turns, group };
      offer(slots, one.slot, round);
      group.push(one);
      fresh.push(key);
      waiting.set(key, one);
    }
    if (group.length === 0) return;
    worker?.postMessage({ json: `[${fresh.join(",")}]`, from: next, round } satisfies Talks);
    next = slotAt(next, group.length);
    for (const [key, one] of waiting) if (waiting.size > slotCount) forget(key, one);
  }

  return {
    extract(turns) {
      const one = waiting.size === 0 ? undefined : waiting.get(keyOf(turns));
      return (one && heardIn(one)) ?? extract(turns);
    },

    hearAhead(talks) {
      if (talks.length < fewest || stopped) return nothingAhead;
      if (!isUp) {
        begin();
        return nothingAhead;
      }
      const keys = talks.map(keyOf);
      handOver(talks, keys);
      const of = (k: number) => waiting.get(keys[k] as string);
      return {
        isReady(k) {
          const one = of(k);
          return !one || isReady(one);
        },
        forget(isLeft) {
          for (const [k, key] of keys.entries()) {
            const one = of(k);
            if (one && !isLeft(k)) forget(key, one);
          }
        },
      };
    },

    async stop() {
      stopped = true;
      await worker?.terminate();
    },
  };
}

const nothingAhead: HeardAhead = { isReady: () => true, forget: () => {} };

const isShared = (memory: ArrayBufferLike): boolean => memory instanceof SharedArrayBuffer;
