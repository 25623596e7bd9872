import { longestRead } from "./fold.ts";
import type { Reading } from "./judge.ts";

/** Tags of characters: outside, first and further of a thing spoken of, first and further of what is said of it. */
export const spanTags = { outside: 0, thing: 1, inThing: 2, saying: 3, inSaying: 4 } as const;
export const tagCount = 5;
export const spanBits = 18;
const mask = (1 << spanBits) - 1;

/** Weights of the tagger: a row of five for each hashed feature, and for each tag after each (`from * 5 + to`; row 5 is the start). */
export type SpanWeights = { rows: ArrayLike<number>; scale: number; after: Float64Array };

/** A stretch of a comment that names a thing or says something. */
export type Span = { start: number; end: number; saying: boolean; sure: number };

export const featureCount = 17;

/** What may follow what: a further character only after the same kind. */
export function mayFollow(from: number, to: number): boolean {
  if (to === spanTags.inThing) return from === spanTags.thing || from === spanTags.inThing;
  if (to === spanTags.inSaying) return from === spanTags.saying || from === spanTags.inSaying;
  return true;
}

export type Tagger = {
  /** Hashed features of the text last prepared, `featureCount` a character. */
  features: Int32Array;
  prepare: (reading: Reading) => void;
  tag: (weights: SpanWeights, length: number) => Uint8Array;
};

/** Longer texts are tagged up to here: five keywords are found long before. */
export const longestTagged = 600;

export function createTagger(): Tagger {
  const size = longestTagged;
  const features = new Int32Array(size * featureCount);
  const marks = new Uint8Array(longestRead);
  const scores = new Float64Array(size * tagCount);
  const back = new Uint8Array(size * tagCount);
  const tags = new Uint8Array(size);
  return {
    features,
    prepare(reading) {
      markWords(reading, marks);
      const n = Math.min(reading.length, size);
      for (let i = 0; i < n; i++) featuresAt(reading.codes, reading.length, marks, i, features);
    },
    tag(weights, length) {
      return best(weights, features, Math.min(length, size), scores, back, tags);
    },
  };
}

/** What the packs say of each character: 1 and 2 start or continue a term, 4 and 8 an opinion (praise or blame alike). */
function markWords(reading: Reading, marks: Uint8Array): void {
  marks.fill(0, 0, reading.length);
  for (const { start, end, entry } of reading.terms) {
    if (entry.never) {
      for (let i = start; i < end; i++) marks[i]! |= 16;
      continue;
    }
    marks[start]! |= 1;
    for (let i = start + 1; i < end; i++) marks[i]! |= 2;
  }
  for (const { start, end } of reading.hearing.heard) {
    marks[start]! |= 4;
    for (let i = start + 1; i < end; i++) marks[i]! |= 8;
  }
}

function featuresAt(codes: Uint16Array, length: number, marks: Uint8Array, at: number, into: Int32Array): void {
  const a = at > 1 ? codes[at - 2]! : 1;
  const b = at > 0 ? codes[at - 1]! : 2;
  const c = codes[at]!;
  const d = at + 1 < length ? codes[at + 1]! : 3;
  const e = at + 2 < length ? codes[at + 2]! : 4;
  const m = marks[at]!;
  const l = at > 0 ? marks[at - 1]! : 32;
  const r = at + 1 < length ? marks[at + 1]! : 32;
  const f = at * featureCount;
  into[f] = hash(1, c, 0, 0);
  into[f + 1] = hash(2, b, 0, 0);
  into[f + 2] = hash(3, d, 0, 0);
  into[f + 3] = hash(4, a, 0, 0);
  into[f + 4] = hash(5, e, 0, 0);
  into[f + 5] = hash(6, b, c, 0);
  into[f + 6] = hash(7, c, d, 0);
  into[f + 7] = hash(8, a, b, 0);
  into[f + 8] = hash(9, d, e, 0);
  into[f + 9] = hash(10, b, c, d);
  into[f + 10] = hash(11, a, b, c);
  into[f + 11] = hash(12, c, d, e);
  into[f + 12] = hash(13, m, 0, 0);
  into[f + 13] = hash(14, m, l, r);
  into[f + 14] = hash(15, m, b, 0);
  into[f + 15] = hash(16, m, d, 0);
  into[f + 16] = hash(17, l, c, r);
}

function hash(kind: number, x: number, y: number, z: number): number {
  let h = Math.imul(kind, 0x9e3779b1) ^ Math.imul(x + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ Math.imul(y + 1, 0x297a2d39);
  h = Math.imul(h ^ (h >>> 12), 0x165667b1) ^ Math.imul(z + 1, 0x27d4eb2f);
  return (h ^ (h >>> 14)) & mask;
}

/** The best row of tags (Viterbi 1967). */
function best(
  w: SpanWeights,
  features: Int32Array,
  n: number,
  scores: Float64Array,
  back: Uint8Array,
  tags: Uint8Array,
): Uint8Array {
  const { rows, after } = w;
  for (let i = 0; i < n; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    for (let k = i * featureCount, end = k + featureCount; k < end; k++) {
      const row = features[k]! * tagCount;
      s0 += rows[row]!;
      s1 += rows[row + 1]!;
      s2 += rows[row + 2]!;
      s3 += rows[row + 3]!;
      s4 += rows[row + 4]!;
    }
    const here = i * tagCount;
    scores[here] = s0 * w.scale;
    scores[here + 1] = s1 * w.scale;
    scores[here + 2] = s2 * w.scale;
    scores[here + 3] = s3 * w.scale;
    scores[here + 4] = s4 * w.scale;
    for (let to = 0; to < tagCount; to++) {
      let most = Number.NEGATIVE_INFINITY;
      let by = 0;
      if (i === 0) {
        most = mayFollow(0, to) ? after[25 + to]! : Number.NEGATIVE_INFINITY;
      } else {
        for (let from = 0; from < tagCount; from++) {
          const score = scores[here - tagCount + from]! + after[from * tagCount + to]!;
          if (score > most && mayFollow(from, to)) {
            most = score;
            by = from;
          }
        }
      }
      scores[here + to]! += most;
      back[here + to] = by;
    }
  }
  return bestPath(scores, back, n, tags);
}

/** Follows the best scores from their end back to the beginning, into `tags`. */
export function bestPath(scores: Float64Array, back: Uint8Array, n: number, tags: Uint8Array): Uint8Array {
  let last = 0;
  for (let to = 1; to < tagCount && n > 0; to++) {
    if (scores[(n - 1) * tagCount + to]! > scores[(n - 1) * tagCount + last]!) last = to;
  }
  for (let i = n - 1; i >= 0; i--) {
    tags[i] = last;
    last = back[i * tagCount + last]!;
  }
  return tags;
}

/** The stretches that a row of tags marks. */
export function spansOf(tags: Uint8Array, length: number): Span[] {
  const out: Span[] = [];
  const n = Math.min(length, longestTagged);
  for (let i = 0; i < n; i++) {
    const tag = tags[i]!;
    if (tag !== spanTags.thing && tag !== spanTags.saying) continue;
    let end = i + 1;
    while (end < n && tags[end] === tag + 1) end++;
    out.push({ start: i, end, saying: tag === spanTags.saying, sure: 0 });
  }
  return out;
}
