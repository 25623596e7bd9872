import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";

const followedMark = "influence-followed";

/**
 * Brings segments in line with what people's posts draw, once it has been weighed anew: whose weight moved by a hundredth or more is
 * judged again by the rules that ask for influence. Until then rules and a rebuild read the same, earlier weight.
 */
export async function followInfluence(tx: Tx, ctx: Context): Promise<void> {
  const weights = await tx.influence.weights();
  if (!weights || (await tx.settings.get(followedMark)) === weights.mark) return;
  const now = ctx.now();
  const known = await tx.profiles.allInfluences();
  for (const id of new Set([...known.keys(), ...Object.keys(weights.people)])) {
    const weighed = weights.people[id]?.weight;
    const weight = weighed === undefined ? null : Math.round(weighed * 100) / 100;
    if (weight === (known.get(id) ?? null)) continue;
    await tx.profiles.setInfluence(id, weight, now);
    const person = await tx.people.find(id);
    if (person?.mergedInto === null) await followPerson(tx, ctx, person, now, { influence: true });
  }
  await tx.settings.set(followedMark, weights.mark, now);
}
