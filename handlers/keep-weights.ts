import type { Tx } from "#db/store.ts";
import { formWeights } from "#domain/form-weights.ts";
import type { Context } from "./context.ts";

/** A weight that moved less than this is left as it stands. */
const smallestMove = 0.001;

/**
 * Writes down what the learner believes of each segment and form, so that people can read the weights and how they moved. The table
 * is a picture of the learner, never its memory.
 */
export async function keepWeights(tx: Tx, ctx: Context): Promise<void> {
  const learner = await ctx.learner.current();
  const seen = (await tx.learning.state("weights"))?.uptoSeq ?? 0;
  const latest = await tx.tasks.lastStep();
  if (latest <= seen) return;
  const members = await tx.segments.allMemberships();
  const weights = formWeights(
    learner.model,
    [...members].map(([id, segments]) => ({ id, segments: [...segments] })),
  );
  const known = new Map((await tx.learning.weights("segment")).map((w) => [`${w.scopeKey} ${w.name}`, w.value]));
  for (const [segment, forms] of Object.entries(weights)) {
    for (const [form, value] of Object.entries(forms)) {
      if (Math.abs(value - (known.get(`${segment} ${form}`) ?? -1)) < smallestMove) continue;
      const weight = {
        scope: "segment",
        scopeKey: segment,
        name: form,
        value,
        weightOf: latest,
        override: null,
        detail: null,
        updatedAt: ctx.now(),
      };
      await tx.learning.setWeight(weight, `step ${latest}`);
    }
  }
  await tx.learning.saveState("weights", latest, "", ctx.now());
}
