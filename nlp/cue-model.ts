import { existsSync, readFileSync } from "node:fs";
import type { TagKey } from "#domain/taxonomy.ts";
import { nlpFile } from "./files.ts";
import type { Meanings } from "./meanings.ts";
import { entriesOf, tableOf } from "./number-table.ts";

/**
 * A linear model per tag over n-grams of words and of their meanings: a second witness of what phrases heard, and where it is sure one of its own. Trained by
 * `nlp/train.ts`.
 */
export type CueModel = {
  tags: TagKey[];
  bias: number[];
  /** Weights are kept as whole numbers of this size; how rare features are, as whole numbers of that. */
  scale: number;
  grain: number;
  /** The classes of words that the features know. */
  meanings: Meanings;
  /** The number of each feature, in order, how rare it is, and where its weights lie: from `at[f]` to `at[f + 1]`. */
  keys: Int32Array;
  rarity: Uint8Array;
  at: Int32Array;
  tagOf: Uint8Array;
  weight: Int8Array;
};

/** Stands last among the tags: that something ended, whatever it was. */
export const ENDED = "~";

export const CUE_FILE = "model/cues.bin";
/** Hears a turn together with what others said before it (`trainExchangeModel`). */
export const EXCHANGE_FILE = "model/exchanges.bin";

/** Reads a committed model when it is asked for; undefined where there is none. */
export function committedModel(file: typeof CUE_FILE | typeof EXCHANGE_FILE): (() => CueModel) | undefined {
  const path = nlpFile(file);
  return existsSync(path) ? () => decodeModel(readFileSync(path)) : undefined;
}

type Head = Pick<CueModel, "tags" | "bias" | "scale" | "grain"> & { words: number; features: number; weights: number };

/** The bytes of a model: a line of JSON with its sizes, then its lists one behind the other. */
export function encodeModel({ tags, bias, scale, grain, meanings, keys, rarity, at, tagOf, weight }: CueModel): Buffer {
  const words = entriesOf(meanings);
  const head: Head = { tags, bias, scale, grain, words: words.length, features: keys.length, weights: weight.length };
  const counts = Uint8Array.from(keys, (_, f) => at[f + 1]! - at[f]!);
  const lists = [
    Int32Array.from(words, ([key]) => key),
    Uint16Array.from(words, ([, value]) => value),
    keys,
    rarity,
    counts,
    tagOf,
    weight,
  ];
  const bytes = lists.map((list) => Buffer.from(list.buffer, list.byteOffset, list.byteLength));
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...bytes]);
}

export function decodeModel(bytes: Buffer): CueModel {
  const split = bytes.indexOf(10);
  const head = JSON.parse(bytes.subarray(0, split).toString("utf8")) as Head;
  let from = split + 1;
  const take = (length: number): ArrayBuffer => {
    const part = bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + from + length) as ArrayBuffer;
    from += length;
    return part;
  };
  const { tags, bias, scale, grain, words, features, weights } = head;
  const wordKeys = new Int32Array(take(words * 4));
  const wordValues = new Uint16Array(take(words * 2));
  const keys = new Int32Array(take(features * 4));
  const rarity = new Uint8Array(take(features));
  const counts = new Uint8Array(take(features));
  const at = new Int32Array(features + 1);
  for (let f = 0; f < features; f++) at[f + 1] = at[f]! + counts[f]!;
  return {
    tags,
    bias,
    scale,
    grain,
    meanings: tableOf(wordKeys, (k) => wordValues[k]!),
    keys,
    rarity,
    at,
    tagOf: new Uint8Array(take(weights)),
    weight: new Int8Array(take(weights)),
  };
}
