/**
 * Whether a step of a task went wrong, against comparable tasks. What is expected of each cell (a form, or a form within a segment) comes
 * from the comparable tasks; tasks stray around it by an amount that is measured on them; a fault is a shift far below. Bayes' rule decides
 * between the two, as in `weakest-step.ts`, but from counts, so that it holds for imported history without any beliefs.
 */
import { medianOf } from "./interval.ts";
import { steps as allSteps, type Step } from "./task.ts";

export type LaterStep = Exclude<Step, "pushed">;
export const laterSteps = allSteps.slice(1) as LaterStep[];

/** How many entered and passed each of the four later steps; silence counts only when its time is up. */
export type StepCounts = { entered: number[]; passed: number[] };
export type Cell = StepCounts & { task: string; form: string };

/** Fewer than this many entering a step say too little for a claim. */
export const smallestClaim = 20;
/** About one task in twenty has a fault at a given step; a claim needs the chance of one above `enough`: a fault
 * that goes unseen costs more than a look at a step that was only unlucky. Chosen on generated brands of other seeds than the bench has. */
const odds = { fault: 0.05, enough: 0.4 };
/** A fault lowers a step clearly, by this many logits. */
const fault = { mean: -1.7, sd: 0.7 };
/** How far sound tasks stray where too few tasks are there to measure it, and at the least. */
const stray = { unknown: 0.4, least: 0.2 };
/** Peers this many standard deviations below the others are faulty themselves and say nothing about straying. */
const setAside = 2;
/** A difference under this is not worth a manager's morning, however sure. */
const worthwhile = 0.08;

export const noCounts = (): StepCounts => ({ entered: [0, 0, 0, 0], passed: [0, 0, 0, 0] });

export const logit = (rate: number): number => Math.log(rate / (1 - rate));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Per step: the logit to expect in each form, and how far sound tasks stray from it. */
export type Expectation = { of(form: string): number; stray: number; tasks: number; overall: number };

/** What comparable tasks give at a step. Centre and spread are medians, so that a few faulty tasks among them do not bend them. */
export function expectationOf(peers: readonly Cell[], step: number): Expectation {
  const byForm = new Map<string, [number, number]>();
  const all: [number, number] = [0, 0];
  for (const cell of peers) {
    const form = byForm.get(cell.form) ?? [0, 0];
    byForm.set(cell.form, form);
    for (const counts of [form, all]) {
      counts[0] += cell.passed[step]!;
      counts[1] += cell.entered[step]!;
    }
  }
  const overall = logit((all[0] + 1) / (all[1] + 2));
  const borrowed = 10;
  const usual = new Map(
    [...byForm].map(([form, [part, of]]) => [
      form,
      logit((part + borrowed * sigmoid(overall) + 0.5) / (of + borrowed + 1)),
    ]),
  );
  const base = (form: string) => usual.get(form) ?? overall;
  const shifts = taskShifts(peers, step, base);
  const { centre, measured } = soundStray(shifts);
  // Eight imagined tasks of an ordinary brand steady the measured spread.
  const steadied = Math.sqrt((8 * stray.unknown ** 2 + shifts.length * measured ** 2) / (8 + shifts.length));
  return {
    of: (form) => base(form) + centre,
    stray: steadied,
    tasks: shifts.length,
    overall: sigmoid(overall + centre),
  };
}

type Shift = { shift: number; variance: number };

/**
 * Where the sound tasks among the peers lie and how far they stray, in logits. Faults only ever pull down: those far below are set aside and
 * the rest is measured again, so that a brand with many faulty tasks does not take them for its ordinary straying.
 */
function soundStray(shifts: readonly Shift[]): { centre: number; measured: number } {
  let [sound, centre, measured] = [shifts, 0, stray.unknown];
  for (let round = 0; round < 4; round++) {
    centre = medianOf(sound.map(({ shift }) => shift)) ?? 0;
    const spread = 1.4826 * (medianOf(sound.map(({ shift }) => Math.abs(shift - centre))) ?? 0);
    const noise = medianOf(sound.map(({ variance }) => variance)) ?? 0;
    measured = Math.sqrt(Math.max(stray.least ** 2, spread ** 2 - noise));
    const kept = shifts.filter(
      ({ shift, variance }) => shift > centre - setAside * Math.hypot(measured, Math.sqrt(variance)),
    );
    if (kept.length === sound.length || kept.length < 3) break;
    sound = kept;
  }
  return { centre, measured };
}

function taskShifts(peers: readonly Cell[], step: number, base: (form: string) => number): Shift[] {
  const byTask = new Map<string, Cell[]>();
  for (const cell of peers) byTask.set(cell.task, [...(byTask.get(cell.task) ?? []), cell]);
  return [...byTask.values()].flatMap((cells) => {
    const entered = cells.reduce((sum, cell) => sum + cell.entered[step]!, 0);
    return entered < 10 ? [] : [shiftOf(cells, step, base)];
  });
}

/** The one shift that explains a task's counts best, under a weak prior; Newton's method. */
export function shiftOf(
  cells: readonly Cell[],
  step: number,
  base: (form: string) => number,
): { shift: number; variance: number } {
  let [shift, variance] = [0, 2.25];
  for (let round = 0; round < 12; round++) {
    let [slope, bend] = [-shift / 2.25, 1 / 2.25];
    for (const cell of cells) {
      const p = sigmoid(base(cell.form) + shift);
      slope += cell.passed[step]! - cell.entered[step]! * p;
      bend += cell.entered[step]! * p * (1 - p);
    }
    shift += Math.max(-1, Math.min(1, slope / bend));
    variance = 1 / bend;
  }
  return { shift, variance };
}

export type StepVerdict = {
  step: LaterStep;
  entered: number;
  passed: number;
  /** The share to expect of the same forms; null without comparable tasks. */
  expected: number | null;
  /** The chance, 0 to 1, that something went wrong here. */
  fault: number;
  verdict: "weak" | "usual" | "too-few" | "nothing-to-compare";
};

/** Judges one step of these cells. `among`: of how many groups this one was picked, so that a search through many finds no more by chance. */
export function judgeStep(own: readonly Cell[], expectation: Expectation, step: number, among = 1): StepVerdict {
  const cells = own.filter((cell) => cell.entered[step]! > 0);
  const entered = cells.reduce((sum, cell) => sum + cell.entered[step]!, 0);
  const passed = cells.reduce((sum, cell) => sum + cell.passed[step]!, 0);
  const expected = cells.reduce((sum, cell) => sum + cell.entered[step]! * sigmoid(expectation.of(cell.form)), 0);
  const rate = entered === 0 ? null : expected / entered;
  const known = { step: laterSteps[step]!, entered, passed, expected: expectation.tasks === 0 ? null : rate };
  if (expectation.tasks < 3) return { ...known, fault: 0, verdict: "nothing-to-compare" };
  if (entered < smallestClaim) return { ...known, fault: 0, verdict: "too-few" };
  const ordinary = evidence(cells, expectation, step, 0, expectation.stray);
  const faulty = evidence(cells, expectation, step, fault.mean, fault.sd);
  const prior = odds.fault / among;
  const ratio = (prior / (1 - prior)) * Math.exp(Math.max(-700, Math.min(700, faulty - ordinary)));
  const chance = ratio / (1 + ratio);
  const weak = chance > odds.enough && rate! - passed / entered >= worthwhile;
  return { ...known, fault: chance, verdict: weak ? "weak" : "usual" };
}

/** Log evidence of the counts when every cell is shifted by one draw from N(mean, sd): a sum over 17 points. */
function evidence(cells: readonly Cell[], expectation: Expectation, step: number, mean: number, sd: number): number {
  const terms: number[] = [];
  for (let k = -8; k <= 8; k++) {
    const point = k * 0.4;
    let sum = -0.5 * point * point;
    for (const cell of cells) {
      const x = expectation.of(cell.form) + mean + sd * point;
      sum -= cell.passed[step]! * Math.log1p(Math.exp(-x));
      sum -= (cell.entered[step]! - cell.passed[step]!) * Math.log1p(Math.exp(x));
    }
    terms.push(sum);
  }
  const most = Math.max(...terms);
  return most + Math.log(terms.reduce((total, term) => total + Math.exp(term - most), 0));
}
