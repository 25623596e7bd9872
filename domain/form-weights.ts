import { meanOf, sigmoid } from "./belief.ts";
import { tasteLoading, tasteParts } from "./liking.ts";
import { type ModelState, personBelief } from "./step-model.ts";

/** A fitting task for a usual person, in logits of accepting; the comparison of forms depends little on it. */
const FITTING = 0.8;

/**
 * Per segment and form, the chance that a member accepts and hands in a fitting task, as a mean over the members given: what koloop
 * believes works best there. Shrunk from person to segment to all by the model.
 */
export function formWeights(
  model: ModelState,
  people: Iterable<{ id: string; segments: readonly string[] }>,
): Record<string, Record<string, number>> {
  const sums = new Map(Object.keys(model.segments).map((id) => [id, { count: 0, forms: model.forms.map(() => 0) }]));
  for (const person of people) {
    const own = personBelief(model, person.id).belief.mean;
    const parts = tasteParts(model, person.segments);
    const weights = model.forms.map((_, f) => {
      const liking = meanOf(model.taste.belief, tasteLoading(model, parts, f).x) + (own[4 + f] ?? 0);
      return (
        sigmoid(model.accepted.mean[0]! + FITTING + liking + own[1]!) *
        sigmoid(model.submitted.mean[0]! + 0.5 * liking + own[2]!)
      );
    });
    for (const id of person.segments) {
      const sum = sums.get(id);
      if (!sum) continue;
      sum.count++;
      weights.forEach((w, f) => {
        sum.forms[f]! += w;
      });
    }
  }
  return Object.fromEntries(
    [...sums]
      .filter(([, { count }]) => count > 0)
      .map(([id, { count, forms }]) => [id, Object.fromEntries(model.forms.map((f, i) => [f, forms[i]! / count]))]),
  );
}
