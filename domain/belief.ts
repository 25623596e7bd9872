/**
 * A Gaussian belief about a few numbers: their means and the lower triangle of their covariance, row by row.
 * Plain JSON, so that a database can keep it and a replay gives the same bits.
 */
export type Belief = { mean: number[]; cov: number[] };

/** Which entries of a belief an observation touches, and how strongly. Indices are unique. */
export type Loading = { at: number[]; by: number[] };

const row = (i: number): number => (i * (i + 1)) / 2;

/** A belief with nothing in it; grow it with {@link addEntry}. */
export function emptyBelief(): Belief {
  return { mean: [], cov: [] };
}

/** Appends an entry that is independent of those before it; returns its index. */
export function addEntry(belief: Belief, mean: number, variance: number): number {
  const size = belief.mean.length;
  belief.mean.push(mean);
  for (let i = 0; i < size; i++) belief.cov.push(0);
  belief.cov.push(variance);
  return size;
}

/** States the prior covariance of two entries; for building a belief, before anything was learned. */
export function correlate(belief: Belief, i: number, j: number, covariance: number): void {
  belief.cov[i >= j ? row(i) + j : row(j) + i] = covariance;
}

export function meanOf(belief: Belief, x: Loading): number {
  let sum = 0;
  for (let k = 0; k < x.at.length; k++) sum += belief.mean[x.at[k]!]! * x.by[k]!;
  return sum;
}

/** Covariance of two weighted sums of the belief's entries. */
export function covarianceOf(belief: Belief, x: Loading, y: Loading): number {
  const cov = belief.cov;
  let sum = 0;
  for (let a = 0; a < x.at.length; a++) {
    const i = x.at[a]!;
    let part = 0;
    for (let b = 0; b < y.at.length; b++) {
      const j = y.at[b]!;
      part += cov[i >= j ? row(i) + j : row(j) + i]! * y.by[b]!;
    }
    sum += part * x.by[a]!;
  }
  return sum;
}

export const varianceOf = (belief: Belief, x: Loading): number => covarianceOf(belief, x, x);

/**
 * Moves the belief after an observation of a sum of which `x` is one part. `shift` is how far the sum's mean moved, `shrink` by how
 * much its variance fell, both per unit of the sum's variance before (Kalman's gain, written for one part of several).
 */
export function absorb(belief: Belief, x: Loading, shift: number, shrink: number): void {
  const { mean, cov } = belief;
  const size = mean.length;
  const gain = new Array<number>(size);
  for (let i = 0; i < size; i++) {
    let g = 0;
    for (let b = 0; b < x.at.length; b++) {
      const j = x.at[b]!;
      g += cov[i >= j ? row(i) + j : row(j) + i]! * x.by[b]!;
    }
    gain[i] = g;
  }
  for (let i = 0, k = 0; i < size; i++) {
    const g = gain[i]!;
    mean[i]! += g * shift;
    const pull = g * shrink;
    for (let j = 0; j <= i; j++, k++) cov[k]! -= pull * gain[j]!;
  }
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * The chance behind an uncertain logit: mean of sigmoid(x) for x ~ N(mean, variance), by MacKay's approximation
 * (The evidence framework applied to classification networks, 1992): sigmoid(mean / sqrt(1 + pi/8 variance)).
 */
export const chanceOf = (mean: number, variance: number): number => sigmoid(mean / Math.sqrt(1 + 0.392699 * variance));

/**
 * What one yes or no teaches about an uncertain logit: the new mean and variance by moment matching on a fixed grid of nine points
 * (assumed density filtering; Opper 1998, Minka 2001). `excuse` are the odds that a "no" had another cause, which says nothing of the logit.
 */
export function afterAnswer(
  mean: number,
  variance: number,
  yes: boolean,
  excuse = 0,
): { mean: number; variance: number } {
  const sd = Math.sqrt(variance);
  let total = 0;
  let first = 0;
  let second = 0;
  for (let k = 0; k < NODES.length; k++) {
    const z = NODES[k]!;
    const p = sigmoid(mean + sd * z);
    const likelihood = WEIGHTS[k]! * (yes ? p : 1 - p + excuse);
    total += likelihood;
    first += likelihood * z;
    second += likelihood * z * z;
  }
  const shift = first / total;
  const spread = second / total - shift * shift;
  return { mean: mean + sd * shift, variance: variance * Math.min(1, Math.max(1e-3, spread)) };
}

/** Gauss-Hermite points and weights for a standard normal, nine of each. */
const NODES = [
  -4.51274586339978, -3.20542900285647, -2.07684797867783, -1.0232556637891326, 0, 1.0232556637891326, 2.07684797867783,
  3.20542900285647, 4.512745863399783,
];
const WEIGHTS = [
  2.23458440077466e-5, 0.0027891413212317, 0.0499164067652179, 0.244097502894939, 0.406349206349206, 0.244097502894939,
  0.0499164067652179, 0.0027891413212317, 2.23458440077466e-5,
];
