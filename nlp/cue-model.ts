import { existsSync, readFileSync } from "node:fs";
import type { TagKey } from "#domain/taxonomy.ts";
import { eachFeature, FEATURES, LONGEST, newTokens, tokenize } from "./features.ts";
import { nlpFile } from "./files.ts";
import type { Folded } from "./fold.ts";

/** A linear model per tag over hashed n-grams: a second witness of what phrases heard. Trained by `nlp/train.ts`. */
export type CueModel = {
  tags: TagKey[];
  bias: number[];
  /** Weights are kept as whole numbers of this size. */
  scale: number;
  /** Entries of feature f lie from `at[f]` to `at[f + 1]`. */
  at: Int32Array;
  tagOf: Uint8Array;
  weight: Int8Array;
};

const FILE = "model/cues.bin";

/** Reads the committed model when it is asked for; undefined where there is none. */
export function committedCueModel(): (() => CueModel) | undefined {
  const file = nlpFile(FILE);
  return existsSync(file) ? () => decodeModel(readFileSync(file)) : undefined;
}

/** The bytes of a model: a line of JSON, then for each feature its gap to the one before, its number of entries, and the entries. */
export function encodeModel(model: CueModel): Buffer {
  const { at, tagOf, weight, ...head } = model;
  const body: number[] = [];
  let last = 0;
  for (let f = 0; f < FEATURES; f++) {
    const count = at[f + 1]! - at[f]!;
    if (count === 0) continue;
    let gap = f - last;
    while (gap >= 255) {
      body.push(255);
      gap -= 255;
    }
    body.push(gap, count);
    for (let k = at[f]!; k < at[f + 1]!; k++) body.push(tagOf[k]!, weight[k]! & 255);
    last = f;
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), Buffer.from(body)]);
}

export function decodeModel(bytes: Buffer): CueModel {
  const split = bytes.indexOf(10);
  const head = JSON.parse(bytes.subarray(0, split).toString("utf8")) as Pick<CueModel, "tags" | "bias" | "scale">;
  const at = new Int32Array(FEATURES + 1);
  const tagOf = new Uint8Array(bytes.length);
  const weight = new Int8Array(bytes.length);
  let n = 0;
  let feature = 0;
  let done = 0;
  for (let i = split + 1; i < bytes.length; ) {
    while (bytes[i] === 255) {
      feature += 255;
      i++;
    }
    feature += bytes[i++]!;
    const count = bytes[i++]!;
    while (done <= feature) at[done++] = n;
    for (let k = 0; k < count; k++) {
      tagOf[n] = bytes[i++]!;
      weight[n++] = (bytes[i++]! << 24) >> 24;
    }
  }
  while (done <= FEATURES) at[done++] = n;
  return { ...head, at, tagOf: tagOf.slice(0, n), weight: weight.slice(0, n) };
}

/** The log odds by which a model takes words to show a tag, undefined for tags that it was not taught. */
export type OddsOf = (tag: TagKey) => number | undefined;

/** Reads the units of a folded text from one to another. The text must stay as it is until the first tag was asked for. */
export type Witness = (folded: Folded, from: number, to: number) => OddsOf;

/** Words of many features say each a little less. */
export const shareOf = (features: number): number => 1 / Math.sqrt(Math.max(1, features));

/** Questions a model; keeps buffers of its own. Of words that are asked about for one tag, the weights of that tag alone are looked up, and once. */
export function createWitness(model: CueModel): Witness {
  const placeOf = new Map(model.tags.map((tag, place) => [tag, place]));
  const { scale, bias } = model;
  const weightsOf = weightsByTag(model);
  const featuresOf = distinctFeatures();
  return (folded, from, to) => {
    let features: readonly number[] | undefined;
    const asked: TagKey[] = [];
    const told: (number | undefined)[] = [];
    const oddsOf: OddsOf = (tag) => {
      const place = placeOf.get(tag);
      if (place === undefined) return undefined;
      features ??= featuresOf(folded, from, to);
      return bias[place]! + weightsOf(place, features) * (scale * shareOf(features.length));
    };
    return (tag) => {
      const known = asked.indexOf(tag);
      if (known >= 0) return told[known];
      const odds = oddsOf(tag);
      asked.push(tag);
      told.push(odds);
      return odds;
    };
  };
}

/** The features of some words, each once. */
function distinctFeatures(): (folded: Folded, from: number, to: number) => readonly number[] {
  const tokens = newTokens();
  /** A table of the features met in these words, those of earlier words told apart by their time. */
  let met = new Int32Array(1024);
  let metAt = new Int32Array(1024);
  let time = 0;
  const features: number[] = [];
  const isNew = (feature: number): boolean => {
    const last = met.length - 1;
    let place = Math.imul(feature, 0x9e3779b1) & last;
    for (; metAt[place] === time; place = (place + 1) & last) if (met[place] === feature) return false;
    met[place] = feature;
    metAt[place] = time;
    return true;
  };
  return (folded, from, to) => {
    tokenize(folded, from, to, tokens);
    if (tokens.n * LONGEST * 2 > met.length) {
      met = new Int32Array(2 ** Math.ceil(Math.log2(tokens.n * LONGEST * 2)));
      metAt = new Int32Array(met.length);
    }
    time++;
    features.length = 0;
    eachFeature(tokens, (feature) => {
      if (isNew(feature)) features.push(feature);
    });
    return features.slice();
  };
}

/**
 * For every 32 features three numbers of 16 bits: a bit for each that has a weight, low half before high, and how many weights lie before theirs within
 * their part of the features, which is small enough to count so.
 */
const GROUP = { low: 0, high: 1, before: 2, each: 3, features: 32 } as const;
const PART_AT = 16;
const PARTS = FEATURES >> PART_AT;

/**
 * The weights of a model turned about, tag by tag: which features have one, and the weights behind each other. One tag's bits fit into the processor's
 * nearest cache; the rows of as many features do not.
 */
function weightsByTag({ tags, at, tagOf, weight }: CueModel): (tag: number, features: readonly number[]) => number {
  const row = (FEATURES / GROUP.features) * GROUP.each;
  const groups = new Uint16Array(tags.length * row);
  const next = new Int32Array(tags.length + 1);
  for (const tag of tagOf) next[tag + 1]!++;
  for (let tag = 0; tag < tags.length; tag++) next[tag + 1]! += next[tag]!;
  const partAt = new Int32Array(tags.length * PARTS);
  const weights = new Int8Array(weight.length);
  for (let feature = 0; feature < FEATURES; feature++) {
    const group = (feature >> 5) * GROUP.each;
    for (let tag = 0; tag < tags.length && feature % GROUP.features === 0; tag++) {
      const part = tag * PARTS + (feature >> PART_AT);
      if (feature % (1 << PART_AT) === 0) partAt[part] = next[tag]!;
      groups[tag * row + group + GROUP.before] = next[tag]! - partAt[part]!;
    }
    for (let k = at[feature]!; k < at[feature + 1]!; k++) {
      const tag = tagOf[k]!;
      groups[tag * row + group + ((feature >> 4) & 1)]! |= 1 << (feature & 15);
      weights[next[tag]!++] = weight[k]!;
    }
  }
  return (tag, features) => {
    let sum = 0;
    for (let f = 0; f < features.length; f++) {
      const feature = features[f]!;
      const group = tag * row + (feature >> 5) * GROUP.each;
      const bits = groups[group]! | (groups[group + GROUP.high]! << 16);
      const mask = 1 << (feature & 31);
      if ((bits & mask) === 0) continue;
      const before = groups[group + GROUP.before]! + onesIn(bits & (mask - 1));
      sum += weights[partAt[tag * PARTS + (feature >> PART_AT)]! + before]!;
    }
    return sum;
  };
}

/** How many bits of a number are set. */
function onesIn(number: number): number {
  let n = number - ((number >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
