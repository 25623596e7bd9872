import type { Store, Tx } from "#db/store.ts";
import { answerRephrased } from "#handlers/answer-question.ts";
import { captureAgain } from "#handlers/capture-cues.ts";
import type { Context } from "#handlers/context.ts";
import type { SecondThoughts } from "#handlers/second-thoughts.ts";
import type { AssistedExtractor, LlmUsage } from "#nlp/llm.ts";

/** Who talks faster than the model answers is heard by the local extractor alone. */
const waitingAtMost = 200;
const llmUsageKey = "llm-usage";

/** What the language model was used for, as it stood when koloop last ran; undefined where it never was. */
export async function usageBefore(store: Store): Promise<LlmUsage | undefined> {
  const kept = await store.read((tx) => tx.settings.get(llmUsageKey));
  return kept === undefined ? undefined : (JSON.parse(kept) as LlmUsage);
}

/** What was kept, and what this one has used since `before`. */
function usedTogether(kept: LlmUsage | undefined, before: LlmUsage, after: LlmUsage): LlmUsage {
  const others = kept?.day === after.day ? kept : { tokens: 0, calls: 0, fellBack: 0 };
  const since = before.day === after.day ? before : { tokens: 0, calls: 0, fellBack: 0 };
  const sum = (what: "tokens" | "calls" | "fellBack") => others[what] + after[what] - since[what];
  return { ...after, tokens: sum("tokens"), calls: sum("calls"), fellBack: sum("fellBack") };
}

/**
 * Asks the language model after the own words have been committed, one thing at a time and outside of every transaction; what it adds enters by a
 * transaction of its own. What waits is lost with the process: nothing rests on it.
 */
export function createSecondThoughts(
  assisted: AssistedExtractor,
  deps: { store: Store; ctx: () => Context; afterCommit: () => void },
): SecondThoughts & { drain(): Promise<void>; stop(): void } {
  const { store, afterCommit } = deps;
  const waiting: (() => Promise<void>)[] = [];
  let running: Promise<void> | undefined;
  let stopped = false;

  async function run(): Promise<void> {
    for (let work = waiting.shift(); work && !stopped; work = waiting.shift()) {
      try {
        await work();
      } catch (err) {
        deps.ctx().log.error({ err }, "what the language model added could not be kept");
      }
    }
    running = undefined;
  }

  /** Asks, and keeps what it took with what comes of it: all processes share the day's budget. */
  async function counted<T>(ask: () => Promise<T>, keep: (tx: Tx, answer: T) => Promise<void>): Promise<void> {
    const all = await usageBefore(store);
    if (all) assisted.reckonWith(all);
    const before = assisted.usage();
    const answer = await ask();
    const after = assisted.usage();
    await store.transaction(async (tx) => {
      const kept = await tx.settings.get(llmUsageKey);
      const usage = usedTogether(kept === undefined ? undefined : (JSON.parse(kept) as LlmUsage), before, after);
      await tx.settings.set(llmUsageKey, JSON.stringify(usage), deps.ctx().now());
      await keep(tx, answer);
    });
    afterCommit();
  }

  const later = (work: () => Promise<void>): void => {
    if (stopped || waiting.length >= waitingAtMost) return;
    waiting.push(work);
    running ??= new Promise<void>((settled) => setImmediate(settled)).then(run);
  };

  return {
    ofWords: (job) =>
      later(() =>
        counted(
          () => assisted.extract(job.turns),
          (tx, heard) => captureAgain(tx, deps.ctx(), job, heard),
        ),
      ),
    ofQuestion: (job) =>
      later(() =>
        counted(
          () => assisted.rephrase(job.question),
          async (tx, clear) => {
            if (clear !== undefined) await answerRephrased(tx, deps.ctx(), job, clear);
          },
        ),
      ),
    async drain() {
      while (running) await running;
    },
    stop() {
      stopped = true;
    },
  };
}
