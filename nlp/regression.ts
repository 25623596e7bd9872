/** Samples of numbered features, in any order: those of sample i lie from `at[i]` to `at[i + 1]`. */
export type Samples = {
  at: Int32Array;
  feature: Int32Array;
  value: Float32Array;
  /** What each sample counts. */
  worth: Float64Array;
  /** How many features there are. */
  width: number;
};

export type Line = { weights: Float64Array; bias: number };

/** Rounds through all samples at most; a round whose largest step is smaller than the last number ends it. */
const ROUNDS = 30;
const NEWTON = { steps: 20, within: 1e-2, least: 1e-8 } as const;
const STILL = 0.05;

/**
 * A logistic regression whose large weights are held back (L2), found by descending one dual coordinate after the other: Yu, Huang and Lin, Dual coordinate
 * descent methods for logistic regression and maximum entropy models (Machine Learning 85, 2011), algorithm 5, as in LIBLINEAR. The bias counts as one
 * more feature that every sample has. `shows` tells which samples hold; `random` orders them.
 */
export function regress(samples: Samples, shows: Uint8Array, random: () => number): Line {
  const { at, feature, value, worth, width } = samples;
  const n = worth.length;
  const weights = new Float64Array(width);
  let bias = 0;
  const squares = new Float64Array(n);
  const alpha = new Float64Array(2 * n);
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    order[i] = i;
    alpha[2 * i] = Math.min(0.001 * worth[i]!, NEWTON.least);
    alpha[2 * i + 1] = worth[i]! - alpha[2 * i]!;
    let square = 1;
    for (let k = at[i]!; k < at[i + 1]!; k++) square += value[k]! * value[k]!;
    squares[i] = square;
  }
  const add = (i: number, step: number) => {
    bias += step;
    for (let k = at[i]!; k < at[i + 1]!; k++) weights[feature[k]!]! += step * value[k]!;
  };
  for (let i = 0; i < n; i++) add(i, (shows[i] ? 1 : -1) * alpha[2 * i]!);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    let largest = 0;
    for (const i of order) {
      const y = shows[i] ? 1 : -1;
      let sum = bias;
      for (let k = at[i]!; k < at[i + 1]!; k++) sum += weights[feature[k]!]! * value[k]!;
      const a = squares[i]!;
      const b = y * sum;
      const c = worth[i]!;
      const sign = 0.5 * a * (alpha[2 * i + 1]! - alpha[2 * i]!) + b < 0 ? -1 : 1;
      const one = sign > 0 ? 2 * i : 2 * i + 1;
      const old = alpha[one]!;
      let z = c - old < 0.5 * c ? 0.1 * old : old;
      let slope = a * (z - old) + sign * b + Math.log(z / (c - z));
      largest = Math.max(largest, Math.abs(slope));
      let step = 0;
      for (; step <= NEWTON.steps && Math.abs(slope) >= NEWTON.within; step++) {
        const next = z - slope / (a + c / (c - z) / z);
        z = next <= 0 ? 0.1 * z : next;
        slope = a * (z - old) + sign * b + Math.log(z / (c - z));
      }
      if (step === 0) continue;
      alpha[one] = z;
      alpha[one ^ 1] = c - z;
      add(i, sign * (z - old) * y);
    }
    if (largest < STILL) break;
  }
  return { weights, bias };
}
