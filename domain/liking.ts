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

/** What a segment likes at a time: its best form, how likely each other is the worst, and the means of the entries that are its own. */
export type LikingNote = { best: string; worst: Record<string, number>; means: Record<string, number> };
/** Likings that lie closer than this are not told apart (logits). */
const ALIKE = 0.25;

export function likingNote(model: ModelState, segment: string): LikingNote {
  const parts = tasteParts(model, [segment]);
  const liked = model.forms.map((_, form) => meanOf(model.taste.belief, tasteLoading(model, parts, form).x));
  const means: Record<string, number> = {};
  for (const entry of ownEntries(model, segment)) {
    const i = model.taste.index[entry];
    if (i !== undefined) means[entry] = model.taste.belief.mean[i]!;
  }
  const best = liked.indexOf(Math.max(...liked));
  const odds = liked.map((value, form) => (form === best ? 0 : Math.exp(-value / ALIKE)));
  const all = odds.reduce((sum, x) => sum + x, 0);
  const worst = Object.fromEntries(model.forms.map((form, i) => [form, all > 0 ? odds[i]! / all : 0]));
  return { best: model.forms[best]!, worst, means };
}

const ownNames = (model: ModelState, segment: string): string[] => [
  `s:${segment}`,
  ...(model.segments[segment] ?? []).map((tag) => `t:${tag}`),
];
const ownEntries = (model: ModelState, segment: string): string[] =>
  ownNames(model, segment).flatMap((name) => model.forms.map((form) => entryName(form, name)));

/** When a segment no longer likes its best form: how much of the likings is kept where they change places, and how much of the prior's doubt comes back. */
export const LOOSEN = { keep: 0.8, doubt: 0.9 };

/**
 * A segment no longer likes the form that worked best there `before`. All its likings are mostly doubted again, so that every form is
 * tried anew, and the best and the worst are believed to have changed places until answers say otherwise: likings that turn mostly do.
 */
export function loosenTaste(model: ModelState, segment: string, { best, worst, means }: LikingNote): void {
  const { belief, index, prior } = model.taste;
  for (const name of ownNames(model, segment)) {
    const meanOf = (form: string): number => means[entryName(form, name)] ?? 0;
    for (const form of model.forms) {
      const i = index[entryName(form, name)];
      if (i === undefined) continue;
      const turned =
        form === best
          ? model.forms.reduce((sum, other) => sum + (worst[other] ?? 0) * meanOf(other), 0)
          : (worst[form] ?? 0) * meanOf(best) + (1 - (worst[form] ?? 0)) * meanOf(form);
      belief.mean[i] = LOOSEN.keep * turned;
      const own = varianceOf(belief, { at: [i], by: [1] });
      correlate(belief, i, i, Math.max(own, LOOSEN.doubt * prior[i]!));
    }
  }
}
