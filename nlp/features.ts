import type { Folded } from "./fold.ts";
import { classOf, lastOf, type Meanings, meaningAt, UNKNOWN } from "./meanings.ts";
import { joined, NO_TOKENS, newTokens, type Tokens, tokenize } from "./tokens.ts";

/** The longest n-gram, in tokens as they are, and in tokens and classes of meaning. */
const LONGEST = 2;
const LONGEST_CLASSED = 3;

/** Numbers of classes lie apart from those of tokens. */
const OF_CLASS = 0x5bd1e995;

/** N-grams of a text by their numbers, some more than once, each with the first and the last token that it spans. */
export type Features = { key: Int32Array; first: Int32Array; last: Int32Array; n: number };

export const newFeatures = (tokens = 64): Features => ({ ...forTokens(tokens), n: 0 });

const forTokens = (tokens: number) => {
  const most = tokens * (LONGEST + LONGEST_CLASSED);
  return { key: new Int32Array(most), first: new Int32Array(most), last: new Int32Array(most) };
};

/** The n-grams of the tokens, and of tokens and classes. A list that is filled again and again is three times as fast as a call for each. */
export function featuresOf(tokens: Tokens, meanings: Meanings, into: Features): Features {
  into.n = 0;
  return addFeatures(tokens, meanings, into);
}

/** What others said before a turn, and whether its speaker had spoken, have numbers of their own. */
const OF_OTHERS = 0x1234567;
const SPOKEN = 0x7000002;

/** Of longer turns so many units are looked at. */
const MOST = 1000;

const tokens = newTokens();
const cut = (said: Folded): Tokens => tokenize(said, 0, Math.min(said.n, MOST), tokens);

/** The features of a turn and, apart from these, of what others said right before it; `hasSpoken`: its speaker had spoken before. */
export function featuresOfExchange(
  own: Folded,
  before: readonly Folded[],
  hasSpoken: boolean,
  meanings: Meanings,
  into: Features,
): Features {
  featuresOf(cut(own), meanings, into);
  const { n } = into;
  for (const said of before) addFeatures(cut(said), meanings, into);
  for (let k = n; k < into.n; k++) into.key[k]! ^= OF_OTHERS;
  if (hasSpoken) {
    makeRoom(into, 1);
    add(into, SPOKEN, 0, 0);
  }
  return into;
}

function makeRoom(into: Features, tokens: number): void {
  const { key, first, last, n } = into;
  if (key.length >= n + tokens * (LONGEST + LONGEST_CLASSED)) return;
  Object.assign(into, forTokens(n + tokens * 2));
  into.key.set(key);
  into.first.set(first);
  into.last.set(last);
}

function addFeatures(tokens: Tokens, meanings: Meanings, into: Features): Features {
  const { hash, parted, n } = tokens;
  makeRoom(into, n);
  for (let first = 0; first < n; first++) {
    let h = NO_TOKENS;
    for (let last = first; last < n && last - first < LONGEST; last++) {
      if (last > first && parted[last] === 1) break;
      h = joined(h, hash[last]!);
      add(into, h, first, last);
    }
  }
  addClassed(tokens, meanings, into);
  return into;
}

function add(into: Features, key: number, first: number, last: number): void {
  const { n } = into;
  into.key[n] = key;
  into.first[n] = first;
  into.last[n] = last;
  into.n = n + 1;
}

/** A text in steps, in which the longest words with a meaning stand for their classes: the tokens from `first` to `last`. */
type Steps = { hash: Int32Array; first: Int32Array; last: Int32Array; isClass: Uint8Array };

const stepsFor = (tokens: number): Steps => ({
  hash: new Int32Array(tokens),
  first: new Int32Array(tokens),
  last: new Int32Array(tokens),
  isClass: new Uint8Array(tokens),
});
let steps = stepsFor(64);

function addClassed(tokens: Tokens, meanings: Meanings, into: Features): void {
  if (steps.hash.length < tokens.n) steps = stepsFor(tokens.n * 2);
  const { hash, first, last, isClass } = steps;
  let count = 0;
  for (let token = 0; token < tokens.n; count++) {
    const found = meaningAt(tokens, meanings, token);
    isClass[count] = found === UNKNOWN ? 0 : 1;
    hash[count] = found === UNKNOWN ? tokens.hash[token]! : Math.imul(classOf(found) + 1, OF_CLASS);
    first[count] = token;
    last[count] = found === UNKNOWN ? token : lastOf(found);
    token = last[count]! + 1;
  }
  for (let k = 0; k < count; k++) {
    let h = NO_TOKENS;
    let classed = false;
    for (let m = k; m < count && m - k < LONGEST_CLASSED; m++) {
      if (m > k && tokens.parted[first[m]!] === 1) break;
      h = joined(h, hash[m]!);
      classed ||= isClass[m] === 1;
      if (classed) add(into, h, first[k]!, last[m]!);
    }
  }
}
