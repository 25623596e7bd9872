import { existsSync, readFileSync } from "node:fs";
import { nlpFile } from "../files.ts";

/**
 * What mending rests on: how characters sound, which pairs of characters and which words the packs look for, and what is written often enough to be
 * no slip. Made by `nlp/slips/train.ts`.
 */
export type SlipTable = {
  /** The sounds of characters without tone, as they are typed in Latin letters; place 0 is none. */
  syllables: readonly string[];
  /** The sound of each unit, by its place in `syllables`; 0 where it is no Chinese character. */
  soundOf: Uint16Array;
  /** Pairs of characters that the packs look for: two units each, the most sought first. */
  pairs: Uint16Array;
  /** Further sounds under which a pair is looked up (words read otherwise than their characters, look-alikes): place of the pair, both sounds. */
  readings: Uint32Array;
  /** How often single units are written: minus the natural logarithm of their share, in steps of `STEP`. */
  unitShare: Uint8Array;
  /** So many units were counted. */
  total: number;
  /** Pairs seen in talk: an open table of a check byte and a count byte. */
  counts: Uint16Array;
  /** Three characters that stand side by side in a way of saying: a Bloom filter, as `known` is. */
  triples: Uint32Array;
  /** English words that are spelt right: a Bloom filter. */
  known: Uint32Array;
  /** English words of the packs, the most sought first. */
  words: readonly string[];
  /** English words of the packs that stand side by side: `test drive`. */
  joins: readonly string[];
};

/** One step of a kept share, in nats. */
export const STEP = 0.08;

const FILE = "model/slips.bin";

/** Reads the committed table when it is asked for; undefined where there is none. */
export function committedSlipTable(): (() => SlipTable) | undefined {
  const file = nlpFile(FILE);
  return existsSync(file) ? () => decodeSlipTable(readFileSync(file)) : undefined;
}

const ARRAYS = ["soundOf", "pairs", "readings", "unitShare", "counts", "triples", "known"] as const;

/** The bytes of a table: a line of JSON with the lists and the lengths, padded to eight bytes, then the arrays, each padded likewise. */
export function encodeSlipTable(table: SlipTable): Buffer {
  const { syllables, words, joins, total } = table;
  const lengths = ARRAYS.map((name) => table[name].byteLength);
  const head = Buffer.from(`${JSON.stringify({ syllables, words, joins, total, lengths })}\n`);
  const parts: Uint8Array[] = [head, Buffer.alloc(padding(head.length), 0x20)];
  for (const name of ARRAYS) {
    const { buffer, byteOffset, byteLength } = table[name];
    parts.push(new Uint8Array(buffer, byteOffset, byteLength), Buffer.alloc(padding(byteLength)));
  }
  return Buffer.concat(parts);
}

type Head = Pick<SlipTable, "syllables" | "words" | "joins" | "total"> & { lengths: number[] };

export function decodeSlipTable(bytes: Buffer): SlipTable {
  const split = bytes.indexOf(10) + 1;
  const { lengths, ...head } = JSON.parse(bytes.subarray(0, split).toString("utf8")) as Head;
  let at = split + padding(split);
  const [soundOf, pairs, readings, unitShare, counts, triples, known] = lengths.map((length) => {
    const copy = new ArrayBuffer(length);
    new Uint8Array(copy).set(bytes.subarray(at, at + length));
    at += length + padding(length);
    return copy;
  });
  return {
    ...head,
    soundOf: new Uint16Array(soundOf!),
    pairs: new Uint16Array(pairs!),
    readings: new Uint32Array(readings!),
    unitShare: new Uint8Array(unitShare!),
    counts: new Uint16Array(counts!),
    triples: new Uint32Array(triples!),
    known: new Uint32Array(known!),
  };
}

const padding = (length: number): number => (8 - (length % 8)) % 8;

/** Where the count of a pair is looked for first, and the check byte that tells it from others. */
export function slotOf(first: number, second: number, mask: number): number {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & mask;
}
export const checkOf = (first: number, second: number): number =>
  ((Math.imul(first, 0x27d4eb2f) ^ Math.imul(second, 0x165667b1)) >>> 24) | 0;

/** How often a pair was seen, as `16 * log2(1 + n)` up to 254, odd where it makes a word of the dictionary; 0 where it was not. */
export function countOf(counts: Uint16Array, first: number, second: number): number {
  const mask = counts.length - 1;
  const check = checkOf(first, second);
  for (let at = slotOf(first, second, mask); ; at = (at + 1) & mask) {
    const slot = counts[at]!;
    if (slot === 0) return 0;
    if (slot >> 8 === check) return slot & 255;
  }
}

const HASHES = 5;

/** Whether the word in `units` from `start` to `end` is one that is spelt right; of a hundred others, one is taken for such a word. */
export function isKnown(
  known: Uint32Array,
  units: ArrayLike<number>,
  start: number,
  end: number,
  first = hashOf(units, start, end),
): boolean {
  const step = Math.imul(first, 0x9e3779b1) | 1;
  const bits = known.length * 32;
  for (let k = 0, hash = first; k < HASHES; k++, hash = (hash + step) | 0) {
    const bit = (hash >>> 0) % bits;
    if (((known[bit >>> 5]! >>> (bit & 31)) & 1) === 0) return false;
  }
  return true;
}

/** Notes a word as spelt right. */
export function addKnown(known: Uint32Array, word: string): void {
  const units = Array.from(word, (letter) => letter.charCodeAt(0));
  const first = hashOf(units, 0, units.length);
  const step = Math.imul(first, 0x9e3779b1) | 1;
  const bits = known.length * 32;
  for (let k = 0, hash = first; k < HASHES; k++, hash = (hash + step) | 0) {
    const bit = (hash >>> 0) % bits;
    known[bit >>> 5]! |= 1 << (bit & 31);
  }
}

/** One number for the units from `start` to `end`. */
export function hashOf(units: ArrayLike<number>, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ units[i]!, 0x01000193);
  hash ^= hash >>> 16;
  return Math.imul(hash, 0x85ebca6b);
}
