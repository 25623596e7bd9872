import { fold, longestRead } from "./fold.ts";
import { createGrams, type Grams } from "./grams.ts";
import { createHearing, type Hearing, hear, type Lexicon, toneCount, tones } from "./opinions.ts";
import { findTerms, type Term, type TermIndex, tradeCount, tradeShares } from "./terms.ts";

/** Everything the model weighs in one text. Buffers are reused: valid until the next `read`. */
export type Reading = {
  codes: Uint16Array;
  length: number;
  grams: Grams;
  hearing: Hearing;
  terms: Term[];
  /** Tones of the lexicon and shares of the trades. */
  dense: Float64Array;
  read: (text: string) => void;
};

export const denseCount = toneCount + tradeCount;
/** The neutral head also looks at how sure the polarity is. */
export const neutralDenseCount = denseCount + 5;

export function createReading(lexicon: Lexicon, index: TermIndex): Reading {
  const codes = new Uint16Array(longestRead);
  const reading: Reading = {
    codes,
    length: 0,
    grams: createGrams(),
    hearing: createHearing(),
    terms: [],
    dense: new Float64Array(neutralDenseCount),
    read(text) {
      const length = fold(text, codes);
      reading.length = length;
      hear(lexicon, codes, length, reading.hearing);
      tones(reading.hearing, length, reading.dense);
      findTerms(index, codes, length, reading.terms);
      tradeShares(reading.terms, reading.dense, toneCount);
      reading.grams.read(codes, length);
    },
  };
  return reading;
}

/** Fills in what the neutral head sees of the polarity logit. */
export function addCertainty(dense: Float64Array, polarity: number): void {
  const size = Math.abs(polarity);
  dense[denseCount] = Math.min(size, 4) / 2;
  dense[denseCount + 1] = size < 1 ? 1 - size : 0;
  dense[denseCount + 2] = size < 0.5 ? 1 : 0;
  dense[denseCount + 3] = Math.abs(dense[2]!);
  dense[denseCount + 4] = Math.max(dense[4]!, dense[5]!);
}

/** One linear model: weights of hashed grams and of dense features. */
export type Head = { grams: ArrayLike<number>; scale: number; dense: Float64Array; bias: number };

/** The log-odds that a head gives a reading. Grams count by the square root of their number, as in training. */
export function logit(head: Head, hashes: Uint32Array, count: number, dense: Float64Array): number {
  const { grams, dense: weights } = head;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += grams[hashes[i]!]!;
  let total = head.bias + (count > 0 ? (sum * head.scale) / Math.sqrt(count) : 0);
  for (let k = 0; k < weights.length; k++) total += weights[k]! * dense[k]!;
  return total;
}

export const probability = (odds: number): number => 1 / (1 + Math.exp(-odds));
