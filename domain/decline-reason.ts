/**
 * What a spoken reason says beyond the "no". Somebody who declines names the topic the more likely the less it draws them, and the form the
 * more likely the less they like it; who gives no reason speaks for both. How likely is learned (two logistic regressions), so that a place
 * where people say anything that comes to mind teaches nothing. "Too busy" and "too often" speak of other things (`busy.ts`).
 */
import { absorb, afterAnswer, type Belief, type Loading, meanOf, varianceOf } from "./belief.ts";
import { tasteLoading, tasteParts } from "./liking.ts";
import type { DeclineReason } from "./standing-declines.ts";
import {
  acceptedLoading,
  type ModelState,
  personBelief,
  pullEntry,
  type Situation,
  themeLoading,
} from "./step-model.ts";

/** A part of what is judged, and a plain number that is believed beside it as a mean and a variance. */
type Part = { belief: Belief; x: Loading };
type Scalar = [mean: number, variance: number];

/** Learns the reason given for declining a push in this form; call after the "no" itself was learned. */
export function learnReason(model: ModelState, s: Situation, form: number, reason: DeclineReason): void {
  const unsaid = reason === "no_reason";
  if (unsaid || reason === "not_my_topic") learnTopic(model, s, !unsaid);
  if (unsaid || reason === "wrong_form") learnForm(model, s, form, !unsaid);
}

function learnTopic(model: ModelState, s: Situation, named: boolean): void {
  const theme = model.themes[s.theme]!;
  const { at, by } = acceptedLoading(s, 0);
  // What the brand has in mind and the brief speak for the topic; the usual level and tiredness do not.
  const guessed = meanOf(model.accepted, { at: at.slice(2), by: by.slice(2) });
  const parts = [{ belief: theme.belief, x: themeLoading(theme, s.tags) }];
  learnNaming(model.reasons.topic, guessed, parts, pullEntry(model, s), named);
}

function learnForm(model: ModelState, s: Situation, form: number, named: boolean): void {
  const own = personBelief(model, s.person).belief;
  const parts = [
    { belief: model.taste.belief, x: tasteLoading(model, tasteParts(model, s.segments), form).x },
    { belief: own, x: { at: [4 + form], by: [1] } },
  ];
  learnNaming(model.reasons.form, 0, parts, undefined, named);
}

/** One answer of the regression `naming` = level + slope * (known + parts + scalar): all of them move, each by its share of the doubt. */
function learnNaming(
  naming: Belief,
  known: number,
  parts: readonly Part[],
  scalar: Scalar | undefined,
  named: boolean,
): void {
  let judged = known + (scalar?.[0] ?? 0);
  let doubt = scalar?.[1] ?? 0;
  for (const { belief, x } of parts) {
    judged += meanOf(belief, x);
    doubt += varianceOf(belief, x);
  }
  const slope = naming.mean[1]!;
  const x: Loading = { at: [0, 1], by: [1, judged] };
  const mean = meanOf(naming, x);
  const variance = varianceOf(naming, x) + slope * slope * doubt;
  const after = afterAnswer(mean, variance, named);
  const shift = (after.mean - mean) / variance;
  const shrink = (variance - after.variance) / (variance * variance);
  absorb(naming, x, shift, shrink);
  for (const part of parts) absorb(part.belief, { at: part.x.at, by: part.x.by.map((b) => b * slope) }, shift, shrink);
  if (!scalar) return;
  const gain = scalar[1] * slope;
  scalar[0] += gain * shift;
  scalar[1] -= gain * gain * shrink;
}
