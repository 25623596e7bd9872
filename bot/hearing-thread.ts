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
/** While the machine leaves the thread no core, it is not asked: where it has heard less than a fifth of so many talks, for so long. */
const looked = 128;
const fewestOf = looked / 5;
const restMs = 1000;
/** A talk that the thread is at is waited for as long as a hearing takes here, as a rule. */
const patience = 1.5;
/** A thread that died is started again after so long, and each further time later. */
const againAfterMs = 1000;

type Extract = Context["extract"];
type Waiting = {
  slot: number;
  round: number;
  turns: readonly Turn[];
  group: Waiting[];
  heard?: Heard | undefined;
  since?: number;
};

export type HearingThread = {
  /** The same as the extractor it was made from; what the thread has heard ahead costs nothing. */
  extract: Extract;
  readonly hearAhead: Context["hearAhead"];
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
  let [asked, heardThere] = [0, 0];
  let restsUntil = 0;
  let hearingMs = 0.3;

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

  function hear(one: Waiting): Heard {
    const begun = performance.now();
    one.heard = extract(one.turns);
    hearingMs += (performance.now() - begun - hearingMs) / 16;
    return one.heard;
  }

  /** What was heard in it, on either side; heard here and now where nobody has begun. */
  function heardIn(one: Waiting): Heard | undefined {
    if (one.heard) return one.heard;
    one.heard = answerIn(slots, one.slot, one.round);
    if (one.heard) heardThere++;
    return one.heard ?? (claim(slots, one.slot, one.round) ? hear(one) : undefined);
  }

  function isReady(one: Waiting): boolean {
    if (heardIn(one) || !isUp || !isBegun(slots, one.slot, one.round)) return true;
    // The thread is at this one: meanwhile the last of all is heard here, so that none is heard by both.
    const free = lastFree(one.group);
    if (free) hear(free);
    else one.since ??= performance.now();
    return one.since !== undefined && performance.now() - one.since > patience * hearingMs;
  }

  /** Where it hears next to nothing, others have the cores: to hand talks over is then only work. */
  function restIfIdle(): void {
    if (asked < looked) return;
    if (heardThere < fewestOf) restsUntil = performance.now() + restMs;
    [asked, heardThere] = [0, 0];
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
    asked += group.length;
    worker?.postMessage({ json: `[${fresh.join(",")}]`, from: next, round } satisfies Talks);
    next = slotAt(next, group.length);
    for (const [key, one] of waiting) if (waiting.size > slotCount) forget(key, one);
  }

  function hearAhead(talks: readonly (readonly Turn[])[]): HeardAhead {
    if (talks.length < fewest || stopped) return nothingAhead;
    if (!isUp) {
      begin();
      return nothingAhead;
    }
    const keys = talks.map(keyOf);
    restIfIdle();
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
  }

  return {
    extract(turns) {
      const one = waiting.size === 0 ? undefined : waiting.get(keyOf(turns));
      return (one && heardIn(one)) ?? extract(turns);
    },

    get hearAhead() {
      return stopped || performance.now() < restsUntil ? undefined : hearAhead;
    },

    async stop() {
      stopped = true;
      await worker?.terminate();
    },
  };
}

const nothingAhead: HeardAhead = { isReady: () => true, forget: () => {} };

const isShared = (memory: ArrayBufferLike): boolean => memory instanceof SharedArrayBuffer;
