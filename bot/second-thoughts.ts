import type { Store } from "#db/store.ts";
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

  const later = (work: () => Promise<void>): void => {
    if (stopped || waiting.length >= waitingAtMost) return;
    waiting.push(work);
    running ??= new Promise<void>((settled) => setImmediate(settled)).then(run);
  };

  return {
    ofWords: (job) =>
      later(async () => {
        const heard = await assisted.extract(job.turns);
        await store.transaction(async (tx) => {
          await tx.settings.set(llmUsageKey, JSON.stringify(assisted.usage()), deps.ctx().now());
          await captureAgain(tx, deps.ctx(), job, heard);
        });
        afterCommit();
      }),
    ofQuestion: (job) =>
      later(async () => {
        const clear = await assisted.rephrase(job.question);
        await store.transaction(async (tx) => {
          await tx.settings.set(llmUsageKey, JSON.stringify(assisted.usage()), deps.ctx().now());
          if (clear !== undefined) await answerRephrased(tx, deps.ctx(), job, clear);
        });
        afterCommit();
      }),
    async drain() {
      while (running) await running;
    },
    stop() {
      stopped = true;
    },
  };
}
