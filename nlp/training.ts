import type { TagKey } from "#domain/taxonomy.ts";
import type { CueModel } from "./cue-model.ts";
import type { Meanings } from "./meanings.ts";
import { type Line, regress, type Samples } from "./regression.ts";

/** Weights are kept as whole numbers; smaller ones than this are left out. */
const SMALLEST = 8;
/** Of all weights so many are kept as they are, the largest are cut: no few words alone shall decide. */
const WITHIN = 0.9999;
/** What fewer samples than this share is left out: it cannot be told from chance. */
const SHARED = 3;
/** A tag that fewer samples than this show is not taught. */
const TAUGHT = 5;
/** The odds of a tag that was hardly ever met. */
const NEVER = -9;

/** The numbers of its features, each once; which of the tags it shows, by their places; and what it counts. */
export type Sample = { features: Int32Array; tags: readonly number[]; worth: number };

/**
 * One logistic regression a tag over features that weigh more the rarer they are, all of a sample together 1 (tf-idf). `random` orders the samples; the
 * same samples and numbers give the same model.
 */
export function learnFrom(
  samples: readonly Sample[],
  tags: TagKey[],
  meanings: Meanings,
  random: () => number,
): CueModel {
  const { keys, rarity } = vocabularyOf(samples);
  const rows = rowsOf(samples, keys, rarity);
  const learnt = tags.map((_, place) => {
    const shows = Uint8Array.from(samples, (sample) => (sample.tags.includes(place) ? 1 : 0));
    return shows.reduce((sum, one) => sum + one, 0) < TAUGHT
      ? { weights: new Float64Array(keys.length), bias: NEVER }
      : regress(rows, shows, random);
  });
  return pack(tags, learnt, meanings, keys, rarity);
}

/** The features that several samples share, in order, and how rare each is: its inverse document frequency. */
function vocabularyOf(samples: readonly Sample[]): { keys: Int32Array; rarity: Float64Array } {
  const met = new Map<number, number>();
  for (const { features } of samples) for (const feature of features) met.set(feature, (met.get(feature) ?? 0) + 1);
  const keys = Int32Array.from([...met].filter(([, count]) => count >= SHARED).map(([feature]) => feature)).sort();
  const rarity = Float64Array.from(keys, (key) => Math.log((1 + samples.length) / (1 + met.get(key)!)) + 1);
  return { keys, rarity };
}

function rowsOf(samples: readonly Sample[], keys: Int32Array, rarity: Float64Array): Samples {
  const placeOf = new Map([...keys].map((key, place) => [key, place]));
  const at = new Int32Array(samples.length + 1);
  const feature: number[] = [];
  const value: number[] = [];
  for (const [i, { features }] of samples.entries()) {
    const known = [...features].flatMap((key) => placeOf.get(key) ?? []);
    const length = Math.sqrt(known.reduce((sum, f) => sum + rarity[f]! ** 2, 0));
    for (const f of known) {
      feature.push(f);
      value.push(rarity[f]! / length);
    }
    at[i + 1] = feature.length;
  }
  const worth = Float64Array.from(samples, (sample) => sample.worth);
  return { at, feature: Int32Array.from(feature), value: Float32Array.from(value), worth, width: keys.length };
}

/** Keeps the weights that matter, each with how rare its feature is in it, as whole numbers. */
function pack(
  tags: TagKey[],
  learnt: readonly Line[],
  meanings: Meanings,
  keys: Int32Array,
  rare: Float64Array,
): CueModel {
  const heavy = learnt.flatMap(({ weights }) =>
    [...weights].map((w, f) => Math.abs(w * rare[f]!)).filter((w) => w > 0),
  );
  const scale = (heavy.sort((a, b) => a - b)[Math.floor(heavy.length * WITHIN)] ?? 1) / 127;
  const grain = rare.reduce((most, one) => Math.max(most, one), 1) / 255;
  const rarity = Uint8Array.from(rare, (one) => Math.round(one / grain));
  const at = new Int32Array(keys.length + 1);
  const tagOf: number[] = [];
  const weight: number[] = [];
  for (let f = 0; f < keys.length; f++) {
    for (const [t, { weights }] of learnt.entries()) {
      const whole = Math.max(-127, Math.min(127, Math.round((weights[f]! * rare[f]!) / scale)));
      if (Math.abs(whole) < SMALLEST) continue;
      tagOf.push(t);
      weight.push(whole);
    }
    at[f + 1] = tagOf.length;
  }
  return {
    tags,
    bias: learnt.map(({ bias }) => Math.round(bias * 1000) / 1000),
    scale,
    grain,
    meanings,
    keys,
    rarity,
    at,
    tagOf: Uint8Array.from(tagOf),
    weight: Int8Array.from(weight),
  };
}
