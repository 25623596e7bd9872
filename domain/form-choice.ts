import { type Chance, normalPair, seededChance } from "./chance.ts";

/** No open form is chosen with less than this share divided by the number of open forms: the loop never stops trying (issue: learning). */
export const EXPLORATION = 0.05;

/** Above 1 the likelier best form is favoured more than its chance of being best, which costs less and still tries what may be better. */
const SHARPNESS = 5;

const DRAWS = 64;

/** What is believed of the open forms for one person: means in logits and the covariance between them. */
export type FormBelief = { means: number[]; covariance: number[][] };

/**
 * The chance with which each open form is to be chosen: Thompson sampling made explicit (Thompson 1933; Agrawal and Goyal 2012). A
 * form's share grows with the chance that it is truly the best, over fixed draws from the belief, and never falls below the floor.
 * These are the true probabilities: the choice is drawn from them and from nothing else.
 */
export function formChances(belief: FormBelief): number[] {
  const forms = belief.means.length;
  if (forms === 1) return [1];
  const wins = new Array<number>(forms).fill(0.5);
  const root = cholesky(belief.covariance);
  for (const z of drawsFor(forms)) {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let f = 0; f < forms; f++) {
      let x = belief.means[f]!;
      for (let j = 0; j <= f; j++) x += root[f]![j]! * z[j]!;
      if (x > most) [best, most] = [f, x];
    }
    wins[best]! += 1;
  }
  const sharp = wins.map((w) => (w / DRAWS) ** SHARPNESS);
  const total = sharp.reduce((a, b) => a + b, 0);
  return sharp.map((w) => EXPLORATION / forms + (1 - EXPLORATION) * (w / total));
}

/** Draws one index by its chances. */
export function drawIndex(chances: readonly number[], chance: Chance): number {
  let left = chance();
  for (let i = 0; i < chances.length; i++) {
    left -= chances[i]!;
    if (left < 0) return i;
  }
  return chances.length - 1;
}

const draws = new Map<number, number[][]>();
/** The same standard normal draws for every choice among so many forms, in pairs of opposite sign. */
function drawsFor(forms: number): number[][] {
  let list = draws.get(forms);
  if (list) return list;
  const chance = seededChance(forms);
  list = [];
  for (let d = 0; d < DRAWS / 2; d++) {
    const z: number[] = [];
    while (z.length < forms) z.push(...normalPair(chance));
    list.push(
      z,
      z.map((x) => -x),
    );
  }
  draws.set(forms, list);
  return list;
}

function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const root = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= root[i]![k]! * root[j]![k]!;
      root[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / root[j]![j]!;
    }
  }
  return root;
}
