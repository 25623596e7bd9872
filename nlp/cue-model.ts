import { existsSync, readFileSync } from "node:fs";
import type { TagKey } from "#domain/taxonomy.ts";
import { eachFeature, FEATURES, newTokens, tokenize } from "./features.ts";
import { nlpFile } from "./files.ts";
import type { Folded } from "./fold.ts";

/** A linear model per tag over hashed n-grams: hears what no phrase names. Trained by `nlp/train.ts`. */
export type CueModel = {
  tags: TagKey[];
  /** A clause is taken to show tag t when its sum of weights passes `thresholds[t]`. */
  thresholds: number[];
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
  const head = JSON.parse(bytes.subarray(0, split).toString("utf8")) as Pick<
    CueModel,
    "tags" | "thresholds" | "bias" | "scale"
  >;
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

/** The tags that the model hears in the clause of a folded text from one unit to another. */
export type ClauseEar = (folded: Folded, from: number, to: number) => readonly TagKey[];

/** Nobody says this much without a stop; pairs of words cost the square of it, so no more of a clause is read. */
const LONGEST_CLAUSE = 240;

/** Scores clauses with a model; keeps buffers of its own. */
export function createClauseEar(model: CueModel): ClauseEar {
  const tokens = newTokens();
  const sums = new Int32Array(model.tags.length);
  const { at, tagOf, weight, scale } = model;
  const nothing: TagKey[] = [];
  return (folded, from, to) => {
    tokenize(folded, from, Math.min(to, from + LONGEST_CLAUSE), tokens);
    if (tokens.n < 2) return nothing;
    sums.fill(0);
    eachFeature(tokens, (feature) => {
      for (let k = at[feature]!; k < at[feature + 1]!; k++) sums[tagOf[k]!]! += weight[k]!;
    });
    let heard = nothing;
    for (let t = 0; t < sums.length; t++) {
      const margin = sums[t]! * scale + model.bias[t]! - model.thresholds[t]!;
      if (margin < 0) continue;
      if (heard === nothing) heard = [];
      heard.push(model.tags[t]!);
    }
    return heard;
  };
}
