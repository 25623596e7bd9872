import { type Folded, isWordUnit } from "./fold.ts";

/** Tokens of a folded text: a Chinese character, an English word, a run of digits; punctuation parts them and is kept as a gap. */
export type Tokens = {
  hash: Int32Array;
  /** The same, of an English word without its `'s` (`the pram's stuck`, `mum's chair`). */
  bare: Int32Array;
  /** First unit of each token and the unit behind it. */
  start: Int32Array;
  end: Int32Array;
  /** 1 where punctuation stands before the token: no n-gram runs over it. */
  parted: Uint8Array;
  n: number;
};

const DIGITS = 0x2f31;
const APOSTROPHE = 0x27;
const S = 0x73;
const SEED = 0x811c9dc5;
const MIX = 0x01000193;

export function newTokens(capacity = 256): Tokens {
  return {
    hash: new Int32Array(capacity),
    bare: new Int32Array(capacity),
    start: new Int32Array(capacity),
    end: new Int32Array(capacity),
    parted: new Uint8Array(capacity),
    n: 0,
  };
}

/** Cuts the units from `from` to `to` into tokens. */
export function tokenize({ units }: Folded, from: number, to: number, into: Tokens): Tokens {
  if (into.hash.length < to - from) Object.assign(into, newTokens((to - from) * 2));
  let n = 0;
  let parted = 1;
  for (let i = from; i < to; ) {
    const unit = units[i]!;
    let hash = unit;
    let bare = unit;
    let end = i + 1;
    if (isWordUnit(unit)) {
      hash = 17;
      let letters = false;
      for (end = i; end < to && (isWordUnit(units[end]!) || (units[end] === APOSTROPHE && letters)); end++) {
        if (units[end]! >= 0x61) letters = true;
        if (units[end] === APOSTROPHE) bare = hash;
        hash = Math.imul(hash ^ units[end]!, MIX);
      }
      if (!letters) hash = DIGITS;
      if (units[end - 1] !== S || units[end - 2] !== APOSTROPHE) bare = hash;
    } else if (unit < 0x2e80 || unit === 0x3002 || unit === 0x3001 || (unit >= 0xd800 && unit <= 0xdfff)) {
      if (unit !== 0x20) parted = 1;
      i++;
      continue;
    }
    into.hash[n] = hash;
    into.bare[n] = bare;
    into.start[n] = i;
    into.end[n] = end;
    into.parted[n] = parted;
    parted = 0;
    n++;
    i = end;
  }
  into.n = n;
  return into;
}

/** The number of some tokens and one more behind them. */
export function joined(tokens: number, next: number): number {
  const h = Math.imul(tokens ^ next, MIX);
  return h ^ (h >>> 15);
}

/** Tokens begin with this. */
export const NO_TOKENS = SEED;
