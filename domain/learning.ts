/**
 * The loop's memory: it is told each push and each outcome, and keeps what they teach. One value of plain JSON; the same events in the
 * same order give the same bits. One event costs the same however long the history is.
 *
 * Silence becomes a "no" only when its time is up: a push that may still be seen, accepted or handed in teaches nothing yet.
 */
import { type HoursState, hourOf, newHours, noteDelay, type ToldHours } from "./active-hours.ts";
import { type BusyState, excuseOf, newBusy, noteAnswer } from "./busy.ts";
import { type ChangeWatch, closeWatch, watchAnswer } from "./change-watch.ts";
import { learnReason } from "./decline-reason.ts";
import { addDue, type DueList, takeDue } from "./due-list.ts";
import { fadeTaste, likingNote, loosenTaste } from "./liking.ts";
import type { Offset } from "./push-gate.ts";
import type { DeclineReason } from "./standing-declines.ts";
import {
  learnStep,
  type ModelState,
  newModel,
  type SegmentKin,
  type Situation,
  STEPS,
  type Step,
} from "./step-model.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long each step may take before silence is a "no". The simulator's protocol, section 2; wider windows only learn later. */
export type Windows = { seen: number; accepted: number; submitted: number; approved: number };
export const WINDOWS: Windows = { seen: 16 * HOUR, accepted: 12 * HOUR, submitted: 3.5 * DAY, approved: 20 * HOUR };

/** Recent pushes count half after this long. */
const TIRED_HALF_LIFE = 10 * DAY;

export type LearnerState = {
  v: 1;
  model: ModelState;
  hours: HoursState;
  windows: Windows;
  now: number;
  fadedAt: number;
  open: Record<string, OpenPush>;
  due: DueList;
  tired: Record<string, [level: number, at: number]>;
  tallies: Record<string, TaskTally>;
  watch: ChangeWatch;
  busy: BusyState;
};

/** A push whose end is not known yet, with what was believed when it was decided. */
export type OpenPush = {
  situation: Situation;
  form: number;
  sentAt: number;
  hour: number;
  told: ToldHours;
  /** The step that is awaited, as an index of STEPS, and since when. */
  awaits: number;
  since: number;
  /** Its time is up and silence was learned as "no"; a late answer still counts. */
  silent: boolean;
  /** Logits of the four steps as believed at push time. */
  logits: number[];
  /** Logit of accepting if the theme were a usual one. */
  usual: number;
};

/** Per task and step: what was believed of each who entered it, and who passed. */
export type TaskTally = {
  theme: string;
  pushed: number;
  entered: number[][];
  passed: number[][] /** Logits of accepting on a usual theme, of those who saw it. */;
  usual: number[];
  /** Why people declined, where they said so. */
  reasons: DeclineReason[];
  /** The theme, in this wording, was new when the first push was decided; missing where that is not known. */
  fresh?: boolean;
};

export type LearnerSetup = {
  forms: readonly string[];
  segments: readonly SegmentKin[];
  told: readonly ToldHours[];
  at: number;
  windows?: Windows;
};

export function newLearner(setup: LearnerSetup): LearnerState {
  return {
    v: 1,
    model: newModel(setup.forms, setup.segments),
    hours: newHours(setup.told),
    windows: setup.windows ?? WINDOWS,
    now: setup.at,
    fadedAt: setup.at,
    open: {},
    due: [],
    tired: {},
    tallies: {},
    watch: {},
    busy: newBusy(),
  };
}

const keyOf = (task: string, person: string): string => `${task} ${person}`;

/** Recent pushes of a person, fading by half every ten days; accepting gives half a push back. */
export function tirednessOf(state: LearnerState, person: string, at: number): number {
  const [level, since] = state.tired[person] ?? [0, at];
  return level * 2 ** (-Math.max(0, at - since) / TIRED_HALF_LIFE);
}

function tire(state: LearnerState, person: string, at: number, by: number): void {
  const since = Math.max(at, state.tired[person]?.[1] ?? at);
  state.tired[person] = [Math.max(0, tirednessOf(state, person, since) + by), since];
}

export type PushNote = {
  situation: Situation;
  form: string;
  at: number;
  offset: Offset;
  told: ToldHours;
  logits: number[];
  usual: number;
};

/** A push was decided, to go out at `at`. A second one of the same task and person changes nothing. */
export function notePush(state: LearnerState, push: PushNote): void {
  const { situation } = push;
  const key = keyOf(situation.task, situation.person);
  if (state.open[key]) return;
  state.open[key] = {
    situation,
    form: state.model.forms.indexOf(push.form),
    sentAt: push.at,
    hour: hourOf(push.at, push.offset),
    told: push.told,
    awaits: 0,
    since: push.at,
    silent: false,
    logits: push.logits,
    usual: push.usual,
  };
  addDue(state.due, push.at + state.windows.seen, key);
  tire(state, situation.person, push.at, 1);
  state.tallies[situation.task] ??= {
    theme: situation.theme,
    pushed: 0,
    entered: [[], [], [], []],
    passed: [[], [], [], []],
    usual: [],
    reasons: [],
    fresh: state.model.themes[situation.theme] === undefined,
  };
  state.tallies[situation.task]!.pushed++;
}

export type OutcomeNote = {
  task: string;
  person: string;
  at: number;
  /** `undelivered`, `refused`: the push never went out. `withdrawn`: it did, and the offer was taken back. */
  event: "refused" | "undelivered" | "withdrawn" | Step | "declined" | "rejected";
  reason?: string;
  /** The form that a yes took, where it may be another than the one proposed. */
  form?: string;
};

/** What an outcome changed: learned, or why it taught nothing. */
export type OutcomeVerdict = "learned" | "withdrawn" | "unknown-push" | "repeated";

/**
 * Learns one outcome. Steps that were skipped count as passed; what comes twice, after its end or for an unknown push changes
 * nothing.
 */
export function noteOutcome(state: LearnerState, outcome: OutcomeNote): OutcomeVerdict {
  passTime(state, outcome.at);
  const key = keyOf(outcome.task, outcome.person);
  const push = state.open[key];
  if (!push) return "unknown-push";
  if (outcome.event === "refused" || outcome.event === "undelivered") return withdraw(state, key, push);
  if (outcome.event === "withdrawn") {
    // Nobody can answer any more, so that silence from now on says nothing; what was learned before stays.
    delete state.open[key];
    return "withdrawn";
  }
  const taken = outcome.form === undefined ? -1 : state.model.forms.indexOf(outcome.form);
  if (taken >= 0 && push.awaits <= 1) push.form = taken;
  const step = outcome.event === "declined" ? 1 : outcome.event === "rejected" ? 3 : STEPS.indexOf(outcome.event);
  if (step < push.awaits) return "repeated";
  const yes = outcome.event !== "declined" && outcome.event !== "rejected";
  while (push.awaits < step) pass(state, key, push, true, outcome.at);
  pass(state, key, push, yes, outcome.at, outcome.event === "declined" ? (outcome.reason as DeclineReason) : undefined);
  return "learned";
}

function withdraw(state: LearnerState, key: string, push: OpenPush): OutcomeVerdict {
  if (push.awaits > 0) return "repeated";
  delete state.open[key];
  const tally = state.tallies[push.situation.task];
  if (tally) tally.pushed--;
  tire(state, push.situation.person, push.sentAt, -1);
  return "withdrawn";
}

/** The awaited step has its answer: learn it and await the next, or end the push. */
function pass(
  state: LearnerState,
  key: string,
  push: OpenPush,
  yes: boolean,
  at: number,
  reason?: DeclineReason,
): void {
  const step = STEPS[push.awaits]!;
  if (push.awaits === 0)
    noteDelay(state.hours, push.situation.person, push.told, push.hour, yes ? at - push.sentAt : null);
  learn(state, push, step, yes, reason);
  const tally = state.tallies[push.situation.task];
  if (tally && !push.silent) tally.entered[push.awaits]!.push(push.logits[push.awaits]!);
  if (tally && !push.silent) tally.passed[push.awaits]!.push(yes ? 1 : 0);
  if (tally && !push.silent && step === "accepted") tally.usual.push(push.usual);
  if (tally && reason) tally.reasons.push(reason);
  if (step === "accepted" && yes) tire(state, push.situation.person, at, -0.5);
  if (!yes || step === "approved") {
    delete state.open[key];
    return;
  }
  push.awaits++;
  push.since = at;
  push.silent = false;
  addDue(state.due, at + state.windows[STEPS[push.awaits]!], key);
}

function learn(state: LearnerState, push: OpenPush, step: Step, yes: boolean, reason?: DeclineReason): void {
  const { model, busy } = state;
  const { segments, person } = push.situation;
  const excuse = step === "accepted" && !yes ? excuseOf(busy, person, push.sentAt, reason) : 0;
  const chance = learnStep(model, push.situation, push.form, step, yes, excuse);
  if (step !== "accepted") return;
  noteAnswer(busy, person, push.sentAt, chance, yes, reason);
  if (reason) learnReason(model, push.situation, push.form, reason);
  if (excuse > 1) return;
  const answer = { task: push.situation.task, segments, form: model.forms[push.form]!, chance, yes, reason };
  for (const { segment, before } of watchAnswer(state.watch, answer, (id) => likingNote(model, id)))
    loosenTaste(model, segment, before);
}

/** Lets time pass: silences whose time is up become "no", and old evidence fades. */
export function passTime(state: LearnerState, at: number): void {
  if (at <= state.now) return;
  for (let next = takeDue(state.due, at - 1); next; next = takeDue(state.due, at - 1)) {
    const [due, key] = next;
    const push = state.open[key];
    // An entry is stale when its push has moved on since.
    if (!push || push.silent || push.since + state.windows[STEPS[push.awaits]!] !== due) continue;
    silence(state, push);
  }
  fadeUntil(state, at);
  state.now = at;
}

function silence(state: LearnerState, push: OpenPush): void {
  const step = STEPS[push.awaits]!;
  if (step === "seen") noteDelay(state.hours, push.situation.person, push.told, push.hour, null);
  learn(state, push, step, false);
  const tally = state.tallies[push.situation.task];
  if (tally) {
    tally.entered[push.awaits]!.push(push.logits[push.awaits]!);
    tally.passed[push.awaits]!.push(0);
    if (step === "accepted") tally.usual.push(push.usual);
  }
  push.silent = true;
}

function fadeUntil(state: LearnerState, at: number): void {
  const days = Math.floor((at - state.fadedAt) / DAY);
  if (days < 1) return;
  fadeTaste(state.model, 1 - 0.995 ** days);
  state.fadedAt += days * DAY;
}

/** A task is over: what is still open is forgotten, its own effect is dropped. Returns the tally for the report. */
export function closeTask(state: LearnerState, task: string, at: number): TaskTally | undefined {
  passTime(state, at);
  for (const [key, push] of Object.entries(state.open)) if (push.situation.task === task) delete state.open[key];
  const tally = state.tallies[task];
  delete state.tallies[task];
  delete state.model.tasks[task];
  closeWatch(state.watch, task);
  return tally;
}

/** What may still come of a task's pushes that are out: the chance of each that it completes, given how far it has come. */
export function stillToCome(state: LearnerState, task: string): number[] {
  const out: number[] = [];
  for (const push of Object.values(state.open)) {
    if (push.situation.task !== task || push.silent) continue;
    let chance = 1;
    for (let k = push.awaits; k < push.logits.length; k++) chance *= 1 / (1 + Math.exp(-push.logits[k]!));
    out.push(chance);
  }
  return out;
}
