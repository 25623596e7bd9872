/** The liking of forms: of all people, of each segment, and of the tags that name segments. */
import { addEntry, correlate, type Loading, meanOf, varianceOf } from "./belief.ts";
import type { ModelState } from "./step-model.ts";
import { PRIORS } from "./step-priors.ts";

/** What a person's liking of a form is the sum of: all people, the mean over their segments, and over those segments' tags. */
export type TasteParts = readonly (readonly [name: string, by: number, sd: number])[];

/** The same for everybody in the same segments, so a caller may keep it by segments. */
export function tasteParts(model: ModelState, segments: readonly string[]): TasteParts {
  const by = new Map<string, [number, number]>([["", [1, PRIORS.taste.all]]]);
  const known = segments.filter((id) => model.segments[id]);
  for (const id of known) {
    const tags = model.segments[id]!;
    by.set(`s:${id}`, [1 / known.length, PRIORS.taste.segment]);
    for (const tag of tags) {
      const before = by.get(`t:${tag}`)?.[0] ?? 0;
      by.set(`t:${tag}`, [before + 1 / known.length / Math.sqrt(tags.length), PRIORS.taste.tags]);
    }
  }
  return [...by].map(([name, [weight, sd]]) => [name, weight, sd]);
}

const entryName = (form: string, part: string): string => `${form} ${part}`;

/** The parts as a loading of what has been met, and the variance of what has not. */
export function tasteLoading(model: ModelState, parts: TasteParts, form: number): { x: Loading; unmet: number } {
  const x: Loading = { at: [], by: [] };
  let unmet = 0;
  for (const [name, by, sd] of parts) {
    const i = model.taste.index[entryName(model.forms[form]!, name)];
    if (i === undefined) unmet += by * by * sd * sd;
    else {
      x.at.push(i);
      x.by.push(by);
    }
  }
  return { x, unmet };
}

/** Makes room for parts that are met for the first time. */
export function meetTaste(model: ModelState, parts: TasteParts, form: number): void {
  const { taste } = model;
  for (const [name, , sd] of parts) {
    const entry = entryName(model.forms[form]!, name);
    if (taste.index[entry] !== undefined) continue;
    taste.index[entry] = addEntry(taste.belief, 0, sd * sd);
    taste.prior.push(sd * sd);
  }
}

/**
 * Lets a share of what is known of the liking of forms fade towards the prior, so that old evidence cannot outvote a changed world
 * for ever (an Ornstein-Uhlenbeck walk, sampled).
 */
export function fadeTaste(model: ModelState, share: number): void {
  const { belief, prior } = model.taste;
  for (let i = 0, k = 0; i < belief.mean.length; i++) {
    belief.mean[i]! *= 1 - share;
    for (let j = 0; j <= i; j++, k++) belief.cov[k] = (1 - share) * belief.cov[k]! + (i === j ? share * prior[i]! : 0);
  }
}

/**
 * When a segment no longer likes a form: how much of the old likings is kept, how much of the prior's doubt comes back, and by how much
 * less the form itself is liked than was believed at the alarm (in standard deviations of the prior).
 */
export const LOOSEN = { keep: 0, doubt: 0.9, fall: 1.5 };

/**
 * A segment no longer likes a form. Where it was the one that worked best there, what was believed of all its forms is mostly doubted again,
 * so that the others are tried anew: likings that change often change places, and the old order says nothing of the new one. Where it was
 * another, only that form is doubted.
 */
export function loosenTaste(model: ModelState, segment: string, fallen: number): void {
  const { belief, index, prior } = model.taste;
  const wasBest = bestLiked(model, segment) === fallen;
  const names = [`s:${segment}`, ...(wasBest ? (model.segments[segment] ?? []).map((tag) => `t:${tag}`) : [])];
  for (const [nr, form] of model.forms.entries()) {
    if (!wasBest && nr !== fallen) continue;
    for (const [k, name] of names.entries()) {
      const i = index[entryName(form, name)];
      if (i === undefined) continue;
      belief.mean[i]! *= LOOSEN.keep;
      if (nr === fallen && k === 0) belief.mean[i]! -= LOOSEN.fall * Math.sqrt(prior[i]!);
      const own = varianceOf(belief, { at: [i], by: [1] });
      correlate(belief, i, i, Math.max(own, LOOSEN.doubt * prior[i]!));
    }
  }
}

/** The form that a member of this segment alone is believed to like best. */
function bestLiked(model: ModelState, segment: string): number {
  const parts = tasteParts(model, [segment]);
  const means = model.forms.map((_, form) => meanOf(model.taste.belief, tasteLoading(model, parts, form).x));
  return means.indexOf(Math.max(...means));
}
