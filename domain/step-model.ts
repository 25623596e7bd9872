/**
 * What koloop believes about how a push goes, step by step: seen, accepted, submitted, approved. Each step's chance is logistic in
 * a sum of parts (a hierarchical logistic regression), and each part is a Gaussian belief that every answer moves a little:
 *
 * - shared parts of a step (its usual level, active hours, tiredness, the brand's hint);
 * - the liking of forms: of all, of each segment, and of the tags that name segments, so that a small segment borrows from its kin;
 * - a theme's pull on tags;
 * - a person: responsiveness (felt in seen and accepted alike), reliability, quality, own taste in forms, own pull of a theme;
 * - the task at hand, so that one odd task is not blamed on its people.
 *
 * Person, segment and all are shrunk to one another by their prior variances (partial pooling; Gelman and Hill, Data analysis using
 * regression and multilevel models, 2007, ch. 12). Beliefs of different parts are kept independent of one another, inside a part the
 * whole covariance is kept (assumed density filtering with blocks; Opper 1998).
 */
import {
  absorb,
  addEntry,
  afterAnswer,
  type Belief,
  chanceOf,
  correlate,
  emptyBelief,
  type Loading,
  meanOf,
  varianceOf,
} from "./belief.ts";
import { meetTaste, tasteLoading, tasteParts } from "./liking.ts";
import { PRIORS } from "./step-priors.ts";
import type { TagKey } from "./taxonomy.ts";

export const STEPS = ["seen", "accepted", "submitted", "approved"] as const;
export type Step = (typeof STEPS)[number];

/** A segment, and the tags that its rule asks for: segments that share them share what is learned of their liking of forms. */
export type SegmentKin = { id: string; tags: readonly TagKey[] };

export type ModelState = {
  forms: string[];
  segments: Record<string, readonly TagKey[]>;
  seen: Belief;
  accepted: Belief;
  submitted: Belief;
  approved: Belief;
  taste: TasteBelief;
  themes: Record<string, ThemeBelief>;
  people: Record<string, PersonBelief>;
  tasks: Record<string, [number, number][]>;
  /** How likely somebody who declines names the topic, or the form: level, and slope in how much it draws them. */
  reasons: { topic: Belief; form: Belief };
};

/** The liking of forms. `index` names the entries, `form` alone, with a segment or with a tag; they are made when first met. */
export type TasteBelief = { belief: Belief; index: Record<string, number>; prior: number[] };

/** Entry 0 is the theme's own level, entry k the pull on `tags[k - 1]`. */
export type ThemeBelief = { belief: Belief; tags: TagKey[] };

/** Entries: responsiveness to seeing, to accepting, reliability, quality, then taste per form. `pull`: theme -> [mean, variance]. */
export type PersonBelief = { belief: Belief; pull: Record<string, [number, number]> };

/** What the model knows of one person in one task, whatever the form. */
export type Situation = {
  person: string;
  task: string;
  theme: string;
  tags: readonly TagKey[];
  /** Chance that the person is in active hours at the send time, 0 to 1. */
  active: number;
  /** Recent pushes, fading by half every ten days. */
  tired: number;
  /** Does the person belong to a segment that the brand has in mind? 0 or 1. */
  hinted: number;
  /** How much the brief's words speak of the person's tags, 0 upwards. */
  mentioned: number;
  /** How many tags typical of those whom the task is meant for the person holds (`firstGuess`); 0 where it is not known. */
  kin?: number;
  /** How many of the tags that name the segments which the brand has in mind the person holds. */
  named?: number;
  /** The person's tags that the theme may well draw, each with how much room its pull is given; missing in old records. */
  close?: readonly (readonly [tag: TagKey, closeness: number])[];
  /** Ids of the segments that hold the person. */
  segments: readonly string[];
};

export function newModel(forms: readonly string[], segments: readonly SegmentKin[]): ModelState {
  const { seen, accepted, submitted, approved, reasons } = PRIORS;
  return {
    forms: [...forms],
    segments: Object.fromEntries(segments.map((s) => [s.id, s.tags])),
    seen: levels([seen.level, seen.levelSd], [seen.active, seen.activeSd], [seen.tired, seen.tiredSd]),
    accepted: levels(
      [accepted.level, accepted.levelSd],
      [accepted.tired, accepted.tiredSd],
      [accepted.hint, accepted.hintSd],
      [accepted.mention, accepted.mentionSd],
      [accepted.says, accepted.saysSd],
      [accepted.kin, accepted.kinSd],
      [accepted.named, accepted.namedSd],
    ),
    submitted: levels([submitted.level, submitted.levelSd]),
    approved: levels([approved.level, approved.levelSd]),
    taste: { belief: emptyBelief(), index: {}, prior: [] },
    themes: {},
    people: {},
    tasks: {},
    reasons: {
      topic: levels([reasons.topic, reasons.levelSd], [reasons.topicSlope, reasons.slopeSd]),
      form: levels([reasons.form, reasons.levelSd], [reasons.formSlope, reasons.slopeSd]),
    },
  };
}

function levels(...entries: [mean: number, sd: number][]): Belief {
  const belief = emptyBelief();
  for (const [mean, sd] of entries) addEntry(belief, mean, sd * sd);
  return belief;
}

// ---------------------------------------------------------------- people, themes, tasks

export function newPersonBelief(forms: number): PersonBelief {
  const p = PRIORS.person;
  const belief = levels([0, p.seen], [0, p.accepted], [0, p.submitted], [0, p.approved]);
  correlate(belief, 1, 0, p.shared * p.seen * p.accepted);
  for (let f = 0; f < forms; f++) addEntry(belief, 0, p.taste ** 2);
  return { belief, pull: {} };
}

export function newThemeBelief(): ThemeBelief {
  return { belief: levels([0, PRIORS.theme.level]), tags: [] };
}

const PULL: readonly [number, number] = [0, PRIORS.person.pull ** 2];
const TASK: readonly (readonly [number, number])[] = STEPS.map((s) => [0, PRIORS.task[s] ** 2] as const);

export const pullOf = (person: PersonBelief | undefined, theme: string): readonly [number, number] =>
  person?.pull[themeName(theme)] ?? PULL;

/** What is believed of a person's own pull of a theme, to be moved in place; the person must have been met. */
export const pullEntry = (model: ModelState, s: Situation): [number, number] =>
  model.people[s.person]!.pull[themeName(s.theme)]!;

/** A theme without its wording (`name#2`): whom it draws is the theme's, how well it works is the wording's. */
const themeName = (theme: string): string => theme.replace(/#\d+$/, "");

/** What is believed of a theme; a wording that is not known yet begins with whom the one before it drew, and a level of its own. */
export function themeBelief(model: ModelState, theme: string): ThemeBelief | undefined {
  const known = model.themes[theme];
  if (known) return known;
  const [, name, wording] = /^(.*)#(\d+)$/.exec(theme) ?? [];
  const before = wording && model.themes[`${name}#${Number(wording) - 1}`];
  if (!before) return undefined;
  const belief = { mean: [...before.belief.mean], cov: [...before.belief.cov] };
  belief.mean[0] = 0;
  for (let i = 0; i < belief.mean.length; i++) correlate(belief, i, 0, i === 0 ? PRIORS.theme.level ** 2 : 0);
  return { belief, tags: [...before.tags] };
}

/** How well a theme is accepted beside whom it draws, in logits against the usual; undefined where nothing is known of it. */
export const levelOf = (model: ModelState, theme: string): number | undefined => model.themes[theme]?.belief.mean[0];

/** The loading of held tags in a theme's belief; tags that the theme has not met are left out. */
export function themeLoading(theme: ThemeBelief, tags: readonly TagKey[]): Loading {
  const at = [0];
  for (const tag of tags) {
    const i = theme.tags.indexOf(tag);
    if (i >= 0) at.push(i + 1);
  }
  return { at, by: at.map(() => 1) };
}

/** Room for tags that the theme meets for the first time: much where something speaks for the tag, little where nothing does. */
function meetTags(theme: ThemeBelief, { tags, close }: Situation): void {
  for (const tag of tags) {
    if (theme.tags.includes(tag)) continue;
    theme.tags.push(tag);
    const closeness = close ? (close.find(([key]) => key === tag)?.[1] ?? 0) : 1;
    addEntry(theme.belief, 0, PRIORS.theme.far ** 2 + (closeness * PRIORS.theme.close) ** 2);
  }
}

// ---------------------------------------------------------------- one step of one push

type Part = { belief: Belief; x: Loading };
type Scalar = [mean: number, variance: number];

export const P_ACCEPTED = 1;
export const P_TASTE = 4;
const ONE: Loading = { at: [0], by: [1] };

export const seenLoading = (s: Situation): Loading => ({ at: [0, 1, 2], by: [1, s.active, s.tired] });
export const acceptedLoading = (s: Situation, says: number): Loading => ({
  at: [0, 1, 2, 3, 4, 5, 6],
  by: [1, s.tired, s.hinted, s.mentioned, says, s.kin ?? 0, s.named ?? 0],
});
/** 1 where the person has said that they like this form (the tag `prefers_<form>`). */
export const saysLikes = (s: Situation, form: string): number => (s.tags.includes(`prefers_${form}`) ? 1 : 0);

function partsOf(model: ModelState, s: Situation, form: number, step: Step): { parts: Part[]; scalars: Scalar[] } {
  const person = model.people[s.person]!;
  const task = model.tasks[s.task]![STEPS.indexOf(step)]!;
  if (step === "seen")
    return {
      parts: [
        { belief: model.seen, x: seenLoading(s) },
        { belief: person.belief, x: ONE },
      ],
      scalars: [task],
    };
  if (step === "approved")
    return {
      parts: [
        { belief: model.approved, x: ONE },
        { belief: person.belief, x: { at: [3], by: [1] } },
      ],
      scalars: [task],
    };
  const liked = tasteLoading(model, tasteParts(model, s.segments), form).x;
  if (step === "submitted") {
    const half = PRIORS.taste.atSubmission;
    return {
      parts: [
        { belief: model.submitted, x: ONE },
        { belief: model.taste.belief, x: { at: liked.at, by: liked.by.map((b) => b * half) } },
        { belief: person.belief, x: { at: [2, P_TASTE + form], by: [1, half] } },
      ],
      scalars: [task],
    };
  }
  const theme = model.themes[s.theme]!;
  return {
    parts: [
      { belief: model.accepted, x: acceptedLoading(s, saysLikes(s, model.forms[form]!)) },
      { belief: model.taste.belief, x: liked },
      { belief: theme.belief, x: themeLoading(theme, s.tags) },
      { belief: person.belief, x: { at: [P_ACCEPTED, P_TASTE + form], by: [1, 1] } },
    ],
    scalars: [task, person.pull[themeName(s.theme)]!],
  };
}

/** Learns one answer of one step; `excuse` are the odds that a "no" had a cause outside the model. Returns the chance that the model gave to a yes before. */
export function learnStep(model: ModelState, s: Situation, form: number, step: Step, yes: boolean, excuse = 0): number {
  meet(model, s, form);
  const { parts, scalars } = partsOf(model, s, form, step);
  let mean = 0;
  let variance = 0;
  for (const { belief, x } of parts) {
    mean += meanOf(belief, x);
    variance += varianceOf(belief, x);
  }
  for (const [m, v] of scalars) {
    mean += m;
    variance += v;
  }
  const after = afterAnswer(mean, variance, yes, excuse);
  const shift = (after.mean - mean) / variance;
  const shrink = (variance - after.variance) / (variance * variance);
  for (const { belief, x } of parts) absorb(belief, x, shift, shrink);
  for (const part of scalars) {
    part[0] += part[1] * shift;
    part[1] -= part[1] * part[1] * shrink;
  }
  return chanceOf(mean, variance);
}

/** Makes room for a person, theme, tag or task that the model meets for the first time. */
function meet(model: ModelState, s: Situation, form: number): void {
  model.people[s.person] ??= newPersonBelief(model.forms.length);
  const person = model.people[s.person]!;
  // A form that came up after the person was met.
  while (person.belief.mean.length < P_TASTE + model.forms.length) addEntry(person.belief, 0, PRIORS.person.taste ** 2);
  meetTaste(model, tasteParts(model, s.segments), form);
  person.pull[themeName(s.theme)] ??= [...PULL];
  model.themes[s.theme] ??= themeBelief(model, s.theme) ?? newThemeBelief();
  meetTags(model.themes[s.theme]!, s);
  model.tasks[s.task] ??= TASK.map(([m, v]) => [m, v]);
}

const FRESH = new Map<number, PersonBelief>();
/** What is believed of a person; of one whom the model has not met, what it takes for granted of anybody. Not to be moved in place. */
export function personBelief(model: ModelState, id: string): PersonBelief {
  const known = model.people[id];
  if (known) return known;
  const forms = model.forms.length;
  if (!FRESH.has(forms)) FRESH.set(forms, newPersonBelief(forms));
  return FRESH.get(forms)!;
}
