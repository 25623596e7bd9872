import type { Weight } from "#db/learning.ts";
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
  // In one order on every database: the last bits of a sum depend on it.
  const people = [...members].map(([id, segments]) => ({ id, segments: [...segments].sort() }));
  const weights = formWeights(
    learner.model,
    people.sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const known = new Map((await tx.learning.weights("segment")).map((w) => [`${w.scopeKey} ${w.name}`, w]));
  await noticeEdits(tx, ctx, known);
  for (const [segment, forms] of Object.entries(weights)) {
    for (const [form, value] of Object.entries(forms)) {
      if (Math.abs(value - (known.get(`${segment} ${form}`)?.value ?? -1)) < smallestMove) continue;
      const weight = {
        scope: "segment",
        scopeKey: segment,
        name: form,
        value,
        weightOf: latest,
        override: known.get(`${segment} ${form}`)?.override ?? null,
        detail: null,
        updatedAt: ctx.now(),
      };
      await tx.learning.setWeight(weight, `step ${latest}`);
    }
  }
  await tx.learning.saveState("weights", latest, "", ctx.now());
}

/** A weight that is not what koloop last wrote was edited by hand: it is put right, said in the log and audited; matching never read it. */
async function noticeEdits(tx: Tx, ctx: Context, known: ReadonlyMap<string, Weight>): Promise<void> {
  for (const { scopeKey, name, after } of await tx.learning.lastSet("segment")) {
    const weight = known.get(`${scopeKey} ${name}`);
    if (!weight || weight.value === after) continue;
    ctx.log.warn({ segment: scopeKey, form: name, found: weight.value, set: after }, "a weight was edited by hand");
    const audited = { at: ctx.now(), actor: "koloop", action: "weight.edited-by-hand", subject: `${scopeKey} ${name}` };
    await tx.settings.audit({ ...audited, detail: { found: weight.value, set: after } });
    await tx.learning.setWeight({ ...weight, value: after, updatedAt: ctx.now() }, "put right");
    weight.value = after;
  }
}
