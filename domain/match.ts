/**
 * Who is asked for a task, in which form, when, and why. Hard rules first (the gate), then what is likely to come of it, what it is
 * worth, and what asking this person costs elsewhere.
 */

import { activeByHour, type ToldHours } from "./active-hours.ts";
import { sigmoid } from "./belief.ts";
import { acceptedBy, busyChance } from "./busy.ts";
import type { Chance } from "./chance.ts";
import { closenessOf, type FirstGuess, firstGuess } from "./first-guess.ts";
import { drawIndex, formChances } from "./form-choice.ts";
import { type LearnerState, tirednessOf } from "./learning.ts";
import { type MatchReason, reasonsFor } from "./match-reasons.ts";
import { likingCovariance, type Outlook, outlooks, type TaskView, viewTask } from "./outlook.ts";
import { type LikingShifts, shiftFor } from "./override.ts";
import {
  type GateVerdict,
  type LaterReason,
  mayPush,
  type NeverReason,
  type Offset,
  type PushFacts,
  type QuietHours,
} from "./push-gate.ts";
import { bestSendTime, SEND_WINDOW } from "./send-time.ts";
import { refusesForm, restsUntil, type Standing } from "./standing-declines.ts";
import type { Situation } from "./step-model.ts";
import type { TagKinship } from "./tag-kinship.ts";
import type { TagKey } from "./taxonomy.ts";

export type MatchPerson = {
  id: string;
  koc: boolean;
  consent: boolean;
  tags: ReadonlySet<TagKey>;
  /** Ids of the segments that hold the person now. */
  segments: readonly string[];
  offset: Offset;
  told: ToldHours;
  standing: Standing;
  /** Send times of the last week and of the future. */
  sends: readonly number[];
};

export type MatchTask = {
  id: string;
  /** The theme, and its wording: a reworded brief is learned afresh. */
  theme: string;
  wording: string;
  forms: readonly string[];
  importance: number;
  /** Completions still wanted. */
  wanted: number;
  budget: number;
  sent: number;
  /** A hard rule: whom the task is for. */
  isFor: (person: MatchPerson) => boolean;
  /** Ids of the segments that the brand has in mind. */
  hinted: readonly string[];
  /** How much the brief speaks of a tag, 0 to 1. */
  mentions: ReadonlyMap<TagKey, number>;
  /** How typical a tag is of those whom the task is meant for (`tagKinship`). */
  kinship?: TagKinship;
  opensAt: number;
  sendBy?: number;
  asked: ReadonlySet<string>;
};

export type MatchLimits = { perWeek: number; quiet: QuietHours | null };

/** Where each form stands for one person. `chances` are the true probabilities with which a form is chosen; they sum to 1. */
export type Offer = {
  person: string;
  form: string;
  probability: number;
  chances: Record<string, number>;
  /** Chance of completion in each open form. */
  prospects: Record<string, number>;
  at: number;
  outlook: Outlook;
  /** What a completion by this person is worth to this task, 1 being usual. */
  worth: number;
  /** What asking costs elsewhere, in completions. */
  price: number;
  /** Chance of completion in the form drawn. */
  score: number;
  /** Chance of completion before the form is drawn: whether the person is asked must not depend on the draw. */
  expected: number;
  situation: Situation;
  /** Logits of the four steps, and of accepting if the theme were a usual one: what the learner compares the outcome with. */
  logits: number[];
  usualLogit: number;
  reasons: MatchReason[];
};

export type RuleCount = Partial<Record<NeverReason | LaterReason, number>>;
export type Ranking = { offers: Offer[] /** How many people each rule left out. */; left: RuleCount };

export type MatchSetup = {
  learner: LearnerState;
  limits: MatchLimits;
  /** Influence per person; 1 is typical, and who is missing is typical. */
  influence: Readonly<Record<string, number>>;
  /** Themes in use, for what a person's next week is worth elsewhere. */
  themes: readonly string[];
  chance: Chance;
  /** What managers' words on form weights add to the liking of forms; it steers the choice, not what is expected of it. */
  shifts?: LikingShifts;
};

/** Tuned over the development worlds; see docs/decisions. */
export const WEIGHTS = { price: 0.12, optimism: 0.5, value: 0.6 };

type Prepared = {
  person: MatchPerson;
  situation: Situation;
  at: number;
  outlooks: Outlook[];
  best: Outlook;
  busy: number;
  worth: number;
  price: number;
};

/** Everybody who may be asked, the best first, each with form, time, chances and reasons. Stops at `most` offers. */
export function rankPeople(
  task: MatchTask,
  people: Iterable<MatchPerson>,
  setup: MatchSetup,
  most = Number.POSITIVE_INFINITY,
): Ranking {
  const left: RuleCount = {};
  const desk = openDesk(task, setup);
  const prepared: Prepared[] = [];
  for (const person of people) {
    const found = prepare(desk, person);
    if (typeof found === "string") left[found] = (left[found] ?? 0) + 1;
    else prepared.push(found);
  }
  prepared.sort((a, b) => scoreOf(b) - scoreOf(a) || (a.person.id < b.person.id ? -1 : 1));
  return { offers: prepared.slice(0, most).map((p) => offerOf(desk, p)), left };
}

const scoreOf = (p: Prepared): number => p.worth * p.best.all - p.price;

type Desk = {
  task: MatchTask;
  setup: MatchSetup;
  view: TaskView;
  forms: number[];
  hinted: Set<string>;
  guess: FirstGuess;
  views: TaskView[];
};

function openDesk(task: MatchTask, setup: MatchSetup): Desk {
  const { model } = setup.learner;
  return {
    task,
    setup,
    view: viewTask(model, task.wording),
    // A form of a task that is only being written is not in the model yet: it is foreseen like the first.
    forms: task.forms.map((f) => Math.max(0, model.forms.indexOf(f))),
    hinted: new Set(task.hinted),
    guess: firstGuess(
      task.hinted.flatMap((id) => model.segments[id] ?? []),
      task.kinship ?? new Map(),
      task.mentions,
    ),
    views: setup.themes.map((t) => viewTask(model, t)),
  };
}

function prepare(desk: Desk, person: MatchPerson): Prepared | NeverReason | LaterReason {
  const { task, setup } = desk;
  // Who asked for rest is not asked for this task, even where the rest would end before the push.
  if (restsUntil(person.standing) > task.opensAt) return "resting";
  const open = desk.forms.filter((f) => !refusesForm(person.standing, setup.learner.model.forms[f]!, task.opensAt));
  const facts = factsOf(desk, person, open[0] ?? desk.forms[0]!);
  const hours = activeByHour(setup.learner.hours, person.id, person.told);
  const time = bestSendTime(
    facts,
    hours,
    task.opensAt,
    Math.min(task.sendBy ?? Number.POSITIVE_INFINITY, task.opensAt + SEND_WINDOW),
  );
  if (!time) return refusalOf(facts, task.opensAt);
  const situation = situationOf(desk, person, time.active, time.at);
  const busy = busyChance(setup.learner.busy, person.id, time.at);
  const options = whileBusy(outlooks(setup.learner.model, desk.view, situation, open, WEIGHTS.optimism), busy);
  const steered = shiftsOf(desk, person.segments, options);
  let best = options[0]!;
  let most = Number.NEGATIVE_INFINITY;
  options.forEach((o, i) => {
    const all = steered[i] === 0 ? o.all : (o.all / o.accepted) * sigmoid(logitOf(o.accepted) + steered[i]!);
    if (all > most) [best, most] = [o, all];
  });
  return {
    person,
    situation,
    at: time.at,
    outlooks: options,
    best,
    busy,
    worth: worthOf(task.importance, setup.influence[person.id] ?? 1),
    price: WEIGHTS.price * usualChance(desk, situation, best),
  };
}

/** By how much managers' words move each option, in logits. */
const shiftsOf = ({ setup }: Desk, segments: readonly string[], options: readonly Outlook[]): number[] =>
  options.map((o) => (setup.shifts ? shiftFor(setup.shifts, segments, setup.learner.model.forms[o.form]!) : 0));

/** The outlooks of somebody who may be in a busy spell: the chance to accept is theirs only in so far as they have time. */
function whileBusy(options: Outlook[], busy: number): Outlook[] {
  for (const o of options) {
    o.accepted = acceptedBy(o.accepted, busy);
    o.all = o.seen * o.accepted * o.submitted * o.approved;
  }
  return options;
}

function factsOf(desk: Desk, person: MatchPerson, form: number): PushFacts {
  const { task, setup } = desk;
  return {
    person,
    task: {
      theme: task.theme,
      form: setup.learner.model.forms[form]!,
      excluded: !task.isFor(person),
      asked: task.asked.has(person.id),
      sent: task.sent,
      budget: task.budget,
      ...(task.sendBy === undefined ? {} : { sendBy: task.sendBy }),
    },
    limits: setup.limits,
  };
}

function situationOf(desk: Desk, person: MatchPerson, active: number, at: number): Situation {
  const tags = [...person.tags];
  let [mentioned, kin, named] = [0, 0, 0];
  for (const tag of tags) {
    const guess = desk.guess.get(tag);
    if (!guess) continue;
    mentioned += guess.mentioned;
    kin += guess.typical;
    named += guess.names;
  }
  return {
    person: person.id,
    task: desk.task.id,
    theme: desk.task.wording,
    tags,
    active,
    tired: tirednessOf(desk.setup.learner, person.id, at),
    hinted: person.segments.some((id) => desk.hinted.has(id)) ? 1 : 0,
    mentioned,
    kin,
    named,
    segments: person.segments,
  };
}

/** The person's tags that the theme may well draw, for the learner's room. */
function closeTags(desk: Desk, { tags }: Situation): [TagKey, number][] {
  const close: [TagKey, number][] = [];
  for (const tag of tags) {
    const closeness = closenessOf(desk.guess.get(tag));
    if (closeness >= 0.05) close.push([tag, Math.round(closeness * 100) / 100]);
  }
  return close;
}

/** What a completion by this person is worth: an important task wants influence, a minor one anybody. */
export function worthOf(importance: number, influence: number): number {
  const weight = ((importance - 1) / 4) * WEIGHTS.value;
  return 1 - weight + weight * Math.min(3, influence);
}

/** What a push to this person would bring on a usual task: the price of using one of their few pushes, and their patience. */
function usualChance(desk: Desk, s: Situation, best: Outlook): number {
  let sum = 0;
  let count = 0;
  const here = themeMeanOf(desk.view, s);
  for (const view of desk.views) {
    const logit = best.logit - here + themeMeanOf(view, s);
    sum += 1 / (1 + Math.exp(-logit / Math.sqrt(1 + 0.39 * best.sd * best.sd)));
    count++;
  }
  const accepted = count > 0 ? sum / count : best.accepted;
  return best.seen * accepted * best.submitted * best.approved;
}

function themeMeanOf(view: TaskView, s: Situation): number {
  if (!view.theme) return 0;
  const mean = view.theme.belief.mean;
  let sum = mean[0]!;
  for (const tag of s.tags) {
    const i = view.at.get(tag);
    if (i !== undefined) sum += mean[i]!;
  }
  return sum;
}

function offerOf(desk: Desk, p: Prepared): Offer {
  const { model } = desk.setup.learner;
  const open = p.outlooks.map((o) => o.form);
  const fair = whileBusy(outlooks(model, desk.view, p.situation, open), p.busy);
  const steered = shiftsOf(desk, p.situation.segments, fair);
  const chances = formChances({
    means: fair.map((o, i) => o.logit + steered[i]!),
    covariance: fair.map((a) => fair.map((b) => likingCovariance(model, desk.view, p.situation, a.form, b.form))),
  });
  const drawn = drawIndex(chances, desk.setup.chance);
  const outlook = fair[drawn]!;
  return {
    person: p.person.id,
    form: model.forms[outlook.form]!,
    probability: chances[drawn]!,
    chances: Object.fromEntries(fair.map((o, i) => [model.forms[o.form]!, chances[i]!])),
    prospects: Object.fromEntries(fair.map((o) => [model.forms[o.form]!, o.all])),
    at: p.at,
    outlook,
    worth: p.worth,
    price: p.price,
    score: outlook.all,
    expected: fair.reduce((sum, o, i) => sum + chances[i]! * o.all, 0),
    situation: { ...p.situation, close: closeTags(desk, p.situation) },
    logits: [outlook.seen, outlook.accepted, outlook.submitted, outlook.approved].map(logitOf),
    usualLogit: outlook.logit - themeMeanOf(desk.view, p.situation),
    reasons: reasonsFor({
      desk: desk.task,
      model,
      view: desk.view,
      situation: p.situation,
      outlook,
      person: p.person,
      influence: desk.setup.influence[p.person.id] ?? 1,
      chance: chances[drawn]!,
    }),
  };
}

const logitOf = (p: number): number => Math.log(p / (1 - p));

function refusalOf(facts: PushFacts, at: number): NeverReason | LaterReason {
  const verdict: GateVerdict = mayPush(facts, at);
  if ("never" in verdict) return verdict.never;
  return "later" in verdict ? verdict.why : "too-late";
}
