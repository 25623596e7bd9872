import { sigmoid } from "./belief.ts";
import { forForm, type ModelState, namingTags, personBelief, type SegmentRule, tasteLoading } from "./step-model.ts";
import { meanOf } from "./belief.ts";
import { holdsRule } from "./tag-rule.ts";
import type { TagKey } from "./taxonomy.ts";

/** A fitting task for a usual person, in logits of accepting; the comparison of forms depends little on it. */
const FITTING = 0.8;

/**
 * Per segment and form, the chance that a member accepts and hands in a fitting task, as a mean over the members given: what koloop
 * believes works best there. Shrunk from person to segment to all by the model.
 */
export function formWeights(
  model: ModelState,
  people: Iterable<{ id: string; tags: ReadonlySet<TagKey> }>,
): Record<string, Record<string, number>> {
  const naming = namingTags(model.segments);
  const sums = new Map(model.segments.map((s) => [s.id, { count: 0, forms: model.forms.map(() => 0) }]));
  for (const person of people) {
    const own = personBelief(model, person.id).belief.mean;
    const taste = tasteLoading(model.segments, naming, person.tags);
    const weights = model.forms.map((_, f) => {
      const liking = meanOf(model.taste, forForm(model, taste, f)) + own[4 + f]!;
      return sigmoid(model.accepted.mean[0]! + FITTING + liking + own[1]!) * sigmoid(model.submitted.mean[0]! + 0.5 * liking + own[2]!);
    });
    for (const s of segmentsOf(model.segments, person.tags)) {
      const sum = sums.get(s.id)!;
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

export const segmentsOf = (segments: readonly SegmentRule[], tags: ReadonlySet<TagKey>): SegmentRule[] =>
  segments.filter((s) => holdsRule(s.rule, tags));
