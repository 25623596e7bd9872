import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledgeOver } from "#nlp/knowledge.ts";
import { answer, claim, type Given, slotAt, slotsOver, type Talks } from "./hearing-slots.ts";

// Hears ahead for `hearing-thread.ts`, in a thread of its own, with the packs that lie in the memory of both.

/** Whoever answers and writes goes first where there are not enough cores; on Linux this is the thread's own, elsewhere the whole process's. */
const politeness = 5;
if (process.platform === "linux") setPriority(0, politeness);

const given = workerData as Given;
const slots = slotsOver(given.slots);
const knowledge = loadKnowledgeOver(given.lexicon);
if (knowledge) {
  const extract = createExtractor(knowledge);
  parentPort?.on("message", ({ json, from, round }: Talks) => {
    for (const [k, turns] of (JSON.parse(json) as Turn[][]).entries()) {
      const slot = slotAt(from, k);
      if (!claim(slots, slot, round)) continue;
      try {
        answer(slots, slot, round, extract(turns));
      } catch {
        // Whoever asks hears it too, and meets the same fault where it can be told.
      }
    }
  });
  parentPort?.postMessage("ready");
} else {
  // The packs were edited since koloop began: it goes on with those it began with, alone.
  parentPort?.postMessage("other-packs");
}
