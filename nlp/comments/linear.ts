import { seeded } from "../seeded.ts";
import { gramBits } from "./grams.ts";
import type { Head } from "./judge.ts";

/** One training text: its grams, its dense features, what it is (1 or 0) and how much it counts. */
export type Example = { hashes: Uint32Array; dense: Float64Array; is: 0 | 1; weight: number };

export type Teaching = { epochs: number; rate: number; gramless: number; seeds: readonly number[] };

/**
 * Logistic regression by AdaGrad (Duchi et al. 2011) over grams and dense features. In a share `gramless` of the steps the grams are
 * left out, so that the lexicon learns to judge alone: that is what carries over to trades never seen. The heads of several seeds are
 * averaged: the order of the examples should not decide.
 */
export function learn(examples: readonly Example[], denseSize: number, how: Teaching): Head {
  const heads = how.seeds.map((seed) => learnOnce(examples, denseSize, how, seed));
  const grams = new Float64Array(1 << gramBits);
  const dense = new Float64Array(denseSize);
  let bias = 0;
  for (const head of heads) {
    for (let i = 0; i < grams.length; i++) grams[i]! += head.grams[i]! / heads.length;
    for (let i = 0; i < denseSize; i++) dense[i]! += head.dense[i]! / heads.length;
    bias += head.bias / heads.length;
  }
  return { grams, scale: 1, dense, bias };
}

function learnOnce(examples: readonly Example[], denseSize: number, how: Teaching, seed: number): Head {
  const grams = new Float64Array(1 << gramBits);
  const gramSquares = new Float64Array(1 << gramBits).fill(0.01);
  const dense = new Float64Array(denseSize);
  const denseSquares = new Float64Array(denseSize).fill(0.01);
  let bias = 0;
  let biasSquares = 0.01;
  const chance = seeded(seed);
  const order = examples.map((_, i) => i);
  for (let epoch = 0; epoch < how.epochs; epoch++) {
    shuffle(order, chance);
    for (const at of order) {
      const { hashes, dense: given, is, weight } = examples[at]!;
      const withGrams = chance() >= how.gramless && hashes.length > 0;
      const share = withGrams ? 1 / Math.sqrt(hashes.length) : 0;
      let odds = bias;
      if (withGrams) for (const hash of hashes) odds += grams[hash]! * share;
      for (let k = 0; k < denseSize; k++) odds += dense[k]! * given[k]!;
      const error = (1 / (1 + Math.exp(-odds)) - is) * weight;
      biasSquares += error * error;
      bias -= (how.rate * error) / Math.sqrt(biasSquares);
      if (withGrams) {
        const step = error * share;
        for (const hash of hashes) {
          gramSquares[hash]! += step * step;
          grams[hash]! -= (how.rate * step) / Math.sqrt(gramSquares[hash]!);
        }
      }
      for (let k = 0; k < denseSize; k++) {
        const step = error * given[k]!;
        if (step === 0) continue;
        denseSquares[k]! += step * step;
        dense[k]! -= (how.rate * step) / Math.sqrt(denseSquares[k]!);
      }
    }
  }
  return { grams, scale: 1, dense, bias };
}

function shuffle(order: number[], chance: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
