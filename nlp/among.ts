import { openingsOf } from "./openings.ts";

/** Of many things, each with an expression, those whose expression matches a text; in their order. */
export type Among<T> = (text: string) => T[];

const KINDS = 1 << 11;
const PAIRS = 1 << 14;
const kindAt = (unit: number): number => (unit ^ (unit >> 11)) & (KINDS - 1);
const pairAt = (first: number, second: number): number => (Math.imul(first, 0x9e37) + second) & (PAIRS - 1);
const WORD = 32;

/**
 * Asks a hundred expressions for the price of few: one way through the text tells, by every two units that stand side by side, which of them can begin
 * there, and only these are tried. The tables are made when the first text comes.
 */
export function among<T>(things: readonly T[], expressionOf: (thing: T) => RegExp): Among<T> {
  let mayMatch: ((text: string) => Int32Array) | undefined;
  return (text) => {
    mayMatch ??= candidatesOf(things.map(expressionOf));
    const candidates = mayMatch(text);
    const found: T[] = [];
    for (let w = 0; w < candidates.length; w++) {
      for (let left = candidates[w]!; left !== 0; left &= left - 1) {
        const thing = things[w * WORD + 31 - Math.clz32(left & -left)]!;
        if (expressionOf(thing).test(text)) found.push(thing);
      }
    }
    return found;
  };
}

/** For a text, a bit for each expression that may match it. The bits hold until the next text. */
function candidatesOf(expressions: readonly RegExp[]): (text: string) => Int32Array {
  const words = Math.ceil(expressions.length / WORD);
  const always = new Int32Array(words);
  /** The rows of bits of what can begin with two units, and with one whatever follows; row 0, where none are set, for nothing. */
  const pairs = new Uint16Array(PAIRS);
  const kinds = new Uint16Array(KINDS);
  const bits: number[] = new Array(words).fill(0);
  const add = (rows: Uint16Array, at: number, k: number): void => {
    if (rows[at] === 0) {
      rows[at] = bits.length / words;
      for (let w = 0; w < words; w++) bits.push(0);
    }
    bits[rows[at]! * words + (k >> 5)]! |= 1 << (k & (WORD - 1));
  };
  for (const [k, { source }] of expressions.entries()) {
    const openings = readOpenings(source);
    if (!openings) always[k >> 5]! |= 1 << (k & (WORD - 1));
    for (const opening of openings ?? []) {
      const [first, second] = [opening.charCodeAt(0), opening.charCodeAt(1)];
      if (opening.length === 1) add(kinds, kindAt(first), k);
      else add(pairs, pairAt(first, second), k);
    }
  }
  const rows = Int32Array.from(bits);
  const met = new Int32Array(words);
  const meet = (row: number): void => {
    for (let w = 0; w < words; w++) met[w]! |= rows[row * words + w]!;
  };
  return (text) => {
    met.set(always);
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = kinds[kindAt(unit)]!;
      const pair = at + 1 < text.length ? pairs[pairAt(unit, text.charCodeAt(at + 1))]! : 0;
      if (kind !== 0) meet(kind);
      if (pair !== 0) meet(pair);
    }
    return met;
  };
}

/** With what an expression can begin; undefined also where it cannot be taken apart: it is then always tried. */
function readOpenings(source: string): ReadonlySet<string> | undefined {
  try {
    return openingsOf(source);
  } catch {
    return undefined;
  }
}
