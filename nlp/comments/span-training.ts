import { seeded } from "../seeded.ts";
import type { Row } from "./corpus.ts";
import type { Reading } from "./judge.ts";
import {
  bestPath,
  createTagger,
  featureCount,
  longestTagged,
  mayFollow,
  type SpanWeights,
  spanBits,
  spanTags,
  tagCount,
} from "./spans.ts";

type Lesson = { features: Int32Array; tags: Uint8Array; length: number };

/**
 * Teaches the tagger the things and sayings of rows that carry both: an averaged structured perceptron (Collins 2002), its updates
 * widened by a margin so that a missed character costs more than one marked in vain.
 */
export function teachSpans(
  rows: readonly Row[],
  reading: Reading,
  how = { epochs: 8, seed: 11, missed: 0.5 },
): SpanWeights {
  const tagger = createTagger();
  const lessons: Lesson[] = [];
  for (const row of rows) {
    const tags = goldTags(row);
    if (!tags) continue;
    reading.read(row.text);
    tagger.prepare(reading);
    const length = Math.min(reading.length, longestTagged);
    lessons.push({ features: tagger.features.slice(0, length * featureCount), tags, length });
  }
  return averaged(lessons, how);
}

/** Tags of a row's marked words, by their first place that is still free; undefined where it marks none. */
export function goldTags(row: Row): Uint8Array | undefined {
  const tags = new Uint8Array(Math.min(row.text.length, longestTagged));
  let any = false;
  const mark = (word: string | null | undefined, first: number) => {
    if (!word) return;
    for (
      let at = row.text.indexOf(word);
      at !== -1 && at + word.length <= tags.length;
      at = row.text.indexOf(word, at + 1)
    ) {
      if (tags.subarray(at, at + word.length).some((t) => t !== spanTags.outside)) continue;
      tags.fill(first + 1, at, at + word.length);
      tags[at] = first;
      any = true;
      return;
    }
  };
  const seen = new Set<string>();
  const once = (word: string | null | undefined, first: number) => {
    if (word && !seen.has(word)) mark(word, first);
    if (word) seen.add(word);
  };
  for (const aspect of row.aspects ?? []) once(aspect.opinion, spanTags.saying);
  for (const aspect of row.aspects ?? []) once(aspect.term, spanTags.thing);
  return any ? tags : undefined;
}

function averaged(lessons: readonly Lesson[], how: { epochs: number; seed: number; missed: number }): SpanWeights {
  const size = (1 << spanBits) * tagCount;
  const now = new Float64Array(size);
  const sums = new Float64Array(size);
  const after = new Float64Array(30);
  const afterSums = new Float64Array(30);
  const chance = seeded(how.seed);
  const order = lessons.map((_, i) => i);
  let clock = 1;
  const add = (features: Int32Array, at: number, tag: number, by: number) => {
    for (let k = at * featureCount; k < (at + 1) * featureCount; k++) {
      const slot = features[k]! * tagCount + tag;
      now[slot]! += by;
      sums[slot]! += by * clock;
    }
  };
  const addAfter = (slot: number, by: number) => {
    after[slot]! += by;
    afterSums[slot]! += by * clock;
  };
  for (let epoch = 0; epoch < how.epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(chance() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    for (const index of order) {
      const { features, tags, length } = lessons[index]!;
      const guess = costly(now, after, features, tags, length, how.missed);
      for (let at = 0; at < length; at++) {
        const want = tags[at]!;
        const got = guess[at]!;
        if (want !== got) {
          add(features, at, want, 1);
          add(features, at, got, -1);
        }
        const wantSlot = (at === 0 ? 5 : tags[at - 1]!) * tagCount + want;
        const gotSlot = (at === 0 ? 5 : guess[at - 1]!) * tagCount + got;
        if (wantSlot !== gotSlot) {
          addAfter(wantSlot, 1);
          addAfter(gotSlot, -1);
        }
      }
      clock++;
    }
  }
  for (let i = 0; i < size; i++) now[i]! -= sums[i]! / clock;
  for (let i = 0; i < 30; i++) after[i]! -= afterSums[i]! / clock;
  return { rows: now, scale: 1, after };
}

/** Viterbi with a cost on "outside" where something stands, so that the tagger learns to miss less. */
function costly(
  rows: Float64Array,
  after: Float64Array,
  features: Int32Array,
  gold: Uint8Array,
  n: number,
  missed: number,
): Uint8Array {
  const scores = new Float64Array(n * tagCount);
  const back = new Uint8Array(n * tagCount);
  for (let i = 0; i < n; i++) {
    for (let to = 0; to < tagCount; to++) {
      let own = gold[i] !== 0 && to === 0 ? missed : 0;
      for (let k = i * featureCount; k < (i + 1) * featureCount; k++) own += rows[features[k]! * tagCount + to]!;
      let most = Number.NEGATIVE_INFINITY;
      for (let from = 0; from < (i === 0 ? 1 : tagCount); from++) {
        if (!mayFollow(from, to)) continue;
        const score = i === 0 ? after[25 + to]! : scores[(i - 1) * tagCount + from]! + after[from * tagCount + to]!;
        if (score > most) {
          most = score;
          back[i * tagCount + to] = from;
        }
      }
      scores[i * tagCount + to] = most + own;
    }
  }
  return bestPath(scores, back, n, new Uint8Array(n));
}
