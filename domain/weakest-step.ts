import { sigmoid } from "./belief.ts";
import type { TaskTally } from "./learning.ts";
import { STEPS, type Step } from "./step-model.ts";

/** Each step: how many entered, how many passed, how many the model expected of these people, and how likely a fault is. */
export type StepReport = { step: Step; entered: number; passed: number; expected: number; fault: number };
export type FunnelReport = { weakest: Step | null; steps: StepReport[]; funnel: Record<"pushed" | Step, number> };

/**
 * Faults are rare: about one task in twenty has one at a given step, at approval rather fewer. Named when likelier than `enough`: a fault
 * that goes unseen costs several times what looking for nothing costs. All found by measurement, right against false alarms.
 */
const ODDS: { fault: Record<Step, number>; enough: number } = {
  fault: { seen: 0.05, accepted: 0.05, submitted: 0.05, approved: 0.04 },
  enough: 0.12,
};
/**
 * A fault lowers a step clearly, by this many logits; an ordinary task strays by as much as `STRAY`, a theme's first task by as much as
 * `FRESH` at accepting. Whom a theme draws is known least, so a fault at accepting lowers what was believed by less than it does the truth.
 */
const CLEAR = { mean: -2.2, sd: 0.5 };
const FAULT: Record<Step, { mean: number; sd: number }> = {
  seen: CLEAR,
  accepted: { mean: -1.5, sd: 0.6 },
  submitted: CLEAR,
  approved: CLEAR,
};
const STRAY: Record<Step, number> = { seen: 0.12, accepted: 0.2, submitted: 0.1, approved: 0.1 };
const FRESH = 0.5;

/** Fewer than this many entering a step say too little. */
const FEW = 5;

/**
 * The step whose conversion fell clearly below what these people, this form and this theme normally give: for each step the chance that
 * its level was shifted down, by Bayes' rule over a grid of shifts, against ordinary straying. Null when no step
 * is likely enough at fault.
 */
export function weakestStep(tally: TaskTally): FunnelReport {
  const steps = STEPS.map((step, i) => judge(step, tally.entered[i]!, tally.passed[i]!, strayOf(tally, step)));
  let worst: StepReport | null = null;
  for (const s of steps) if (s.entered >= FEW && s.fault > ODDS.enough && s.fault > (worst?.fault ?? 0)) worst = s;
  const counts = STEPS.map((_, i) => tally.passed[i]!.reduce((a, b) => a + b, 0));
  return {
    weakest: worst?.step ?? null,
    steps,
    funnel: {
      pushed: tally.pushed,
      seen: counts[0]!,
      accepted: counts[1]!,
      submitted: counts[2]!,
      approved: counts[3]!,
    },
  };
}

const strayOf = (tally: TaskTally, step: Step): number => (tally.fresh && step === "accepted" ? FRESH : STRAY[step]);

function judge(step: Step, logits: readonly number[], passed: readonly number[], stray: number): StepReport {
  const expected = logits.reduce((sum, x) => sum + sigmoid(x), 0);
  const ordinary = evidence(logits, passed, 0, stray);
  const faulty = evidence(logits, passed, FAULT[step].mean, FAULT[step].sd);
  const prior = ODDS.fault[step];
  const odds = (prior / (1 - prior)) * Math.exp(Math.max(-700, Math.min(700, faulty - ordinary)));
  return {
    step,
    entered: logits.length,
    passed: passed.reduce((a, b) => a + b, 0),
    expected,
    fault: odds / (1 + odds),
  };
}

/** Log evidence of the answers when all logits are shifted by one draw from N(mean, sd): a sum over 17 points. */
function evidence(logits: readonly number[], passed: readonly number[], mean: number, sd: number): number {
  const terms: number[] = [];
  for (let k = -8; k <= 8; k++) {
    const z = k * 0.4;
    let sum = -0.5 * z * z;
    for (let i = 0; i < logits.length; i++) {
      const x = logits[i]! + mean + sd * z;
      sum -= passed[i] ? Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    }
    terms.push(sum);
  }
  const most = Math.max(...terms);
  return most + Math.log(terms.reduce((total, t) => total + Math.exp(t - most), 0));
}
