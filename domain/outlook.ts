import { chanceOf, covarianceOf, type Loading, meanOf, varianceOf } from "./belief.ts";
import { tasteLoading, tasteParts } from "./liking.ts";
import {
  acceptedLoading,
  type ModelState,
  P_ACCEPTED,
  P_TASTE,
  personBelief,
  pullOf,
  type Situation,
  saysLikes,
  seenLoading,
  type ThemeBelief,
  themeBelief,
} from "./step-model.ts";
import { PRIORS } from "./step-priors.ts";
import type { TagKey } from "./taxonomy.ts";

/** Chances of one form: each step given the one before, all of them together, and how unsure the model is of accepting (in logits). */
export type Outlook = {
  form: number;
  seen: number;
  accepted: number;
  submitted: number;
  approved: number;
  all: number;
  logit: number;
  sd: number;
};

/** What is the same for every form and person of a task; made once per task. */
export type TaskView = { theme: ThemeBelief | undefined; at: Map<TagKey, number>; liking: Map<string, Liking[]> };
/** What a person of certain segments thinks of each form. */
type Liking = { x: Loading; mean: number; variance: number };
export function viewTask(model: ModelState, theme: string): TaskView {
  const belief = themeBelief(model, theme);
  return { theme: belief, at: new Map(belief?.tags.map((tag, i) => [tag, i + 1])), liking: new Map() };
}

function likings(model: ModelState, view: TaskView, segments: readonly string[]): Liking[] {
  const key = segments.join("\n");
  let list = view.liking.get(key);
  if (!list) {
    const parts = tasteParts(model, segments);
    list = model.forms.map((_, form) => {
      const { x, unmet } = tasteLoading(model, parts, form);
      return { x, mean: meanOf(model.taste.belief, x), variance: varianceOf(model.taste.belief, x) + unmet };
    });
    view.liking.set(key, list);
  }
  return list;
}

/** The outlook of each of the given forms for one person; `optimism` adds that many standard deviations of the person's own parts. */
export function outlooks(
  model: ModelState,
  view: TaskView,
  s: Situation,
  forms: readonly number[],
  optimism = 0,
): Outlook[] {
  const person = personBelief(model, s.person);
  const own = person.belief;
  const sx = seenLoading(s);
  const seen = chanceOf(meanOf(model.seen, sx) + own.mean[0]!, varianceOf(model.seen, sx) + own.cov[0]!);
  const approved = chanceOf(model.approved.mean[0]! + own.mean[3]!, model.approved.cov[0]! + own.cov[9]!);
  const tx = viewLoading(view, s.tags);
  const [pullMean, pullVariance] = pullOf(person, s.theme);
  const themeMean = (view.theme ? meanOf(view.theme.belief, tx) : 0) + pullMean;
  const themeVariance = (view.theme ? varianceOf(view.theme.belief, tx) : PRIORS.theme.level ** 2) + pullVariance;
  const half = PRIORS.taste.atSubmission;
  const liked = likings(model, view, s.segments);
  return forms.map((form) => {
    const ax = acceptedLoading(s, saysLikes(s, model.forms[form]!));
    const px: Loading = { at: [P_ACCEPTED, P_TASTE + form], by: [1, 1] };
    const { mean: liking, variance: likingVariance } = liked[form]!;
    const ownVariance = varianceOf(own, px) + pullVariance;
    const logit = meanOf(model.accepted, ax) + liking + themeMean + meanOf(own, px) + optimism * Math.sqrt(ownVariance);
    const variance = varianceOf(model.accepted, ax) + likingVariance + themeVariance - pullVariance + ownVariance;
    const accepted = chanceOf(logit, variance);
    const rx: Loading = { at: [2, P_TASTE + form], by: [1, half] };
    const submitted = chanceOf(
      model.submitted.mean[0]! + half * liking + meanOf(own, rx),
      model.submitted.cov[0]! + half * half * likingVariance + varianceOf(own, rx),
    );
    return {
      form,
      seen,
      accepted,
      submitted,
      approved,
      all: seen * accepted * submitted * approved,
      logit,
      sd: Math.sqrt(variance),
    };
  });
}

function viewLoading(view: TaskView, tags: readonly TagKey[]): Loading {
  const at = [0];
  for (const tag of tags) {
    const i = view.at.get(tag);
    if (i !== undefined) at.push(i);
  }
  return { at, by: at.map(() => 1) };
}

/** Covariance of the liking of two forms for one person: where two forms are unsure together, choosing between them is not. */
export function likingCovariance(model: ModelState, view: TaskView, s: Situation, a: number, b: number): number {
  const own = personBelief(model, s.person).belief;
  const liked = likings(model, view, s.segments);
  const [x, y] = [liked[a]!, liked[b]!];
  return (
    (a === b ? x.variance : covarianceOf(model.taste.belief, x.x, y.x)) +
    covarianceOf(own, { at: [P_TASTE + a], by: [1] }, { at: [P_TASTE + b], by: [1] })
  );
}
