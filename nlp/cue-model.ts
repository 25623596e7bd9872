import { existsSync, readFileSync } from "node:fs";
import type { TagKey } from "#domain/taxonomy.ts";
import { eachFeature, FEATURES, newTokens, tokenize } from "./features.ts";
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

/** Reads the units of a folded text from one to another: the log odds by which the model takes them to show a tag, undefined for tags it was not taught. */
export type Witness = (folded: Folded, from: number, to: number) => (tag: TagKey) => number | undefined;

/** Words of many features say each a little less. */
export const shareOf = (features: number): number => 1 / Math.sqrt(Math.max(1, features));

/** Questions a model; keeps buffers of its own. */
export function createWitness(model: CueModel): Witness {
  const tokens = newTokens();
  const placeOf = new Map(model.tags.map((tag, place) => [tag, place]));
  const met = new Int32Array(FEATURES);
  const { at, tagOf, weight, scale, bias } = model;
  let time = 0;
  return (folded, from, to) => {
    tokenize(folded, from, to, tokens);
    const sums = new Int32Array(bias.length);
    time++;
    let count = 0;
    eachFeature(tokens, (feature) => {
      if (met[feature] === time) return;
      met[feature] = time;
      count++;
      for (let k = at[feature]!; k < at[feature + 1]!; k++) sums[tagOf[k]!]! += weight[k]!;
    });
    const share = scale * shareOf(count);
    return (tag) => {
      const place = placeOf.get(tag);
      return place === undefined ? undefined : bias[place]! + sums[place]! * share;
    };
  };
}
