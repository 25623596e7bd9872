import { folded } from "./fold.ts";
import type { CommentPacks } from "./packs.ts";
import { compilePhrases, longestAt, type Phrases } from "./phrases.ts";

/** A noun of the packs: the trades that speak of it (bits, in the order of `trades`), the car aspects it names (bits) or hints at. */
export type TermEntry = { trades: number; aspects: number; signs: number; never: boolean; attribute: boolean };

export type TermIndex = { phrases: Phrases; entries: TermEntry[]; trades: string[]; aspects: string[] };

/** A term found in a folded text. */
export type Term = { start: number; end: number; entry: TermEntry };

/** Compiles `terms.yaml` and `aspects.yaml` into one automaton. */
export function compileTerms(packs: CommentPacks): TermIndex {
  const byPhrase = new Map<string, TermEntry>();
  const entry = (word: string): TermEntry => {
    const phrase = folded(word);
    const known = byPhrase.get(phrase) ?? { trades: 0, aspects: 0, signs: 0, never: false, attribute: false };
    byPhrase.set(phrase, known);
    return known;
  };
  const trades = Object.keys(packs.terms.things);
  trades.forEach((trade, bit) => {
    for (const word of packs.terms.things[trade]!) entry(word).trades |= 1 << bit;
  });
  for (const word of packs.terms.never) entry(word).never = true;
  for (const word of packs.terms.attributes) entry(word).attribute = true;
  for (const { of } of packs.pairs.pairs) for (const word of of) entry(word).attribute = true;
  const aspects = Object.keys(packs.aspects);
  aspects.forEach((aspect, bit) => {
    for (const word of packs.aspects[aspect]!.terms) entry(word).aspects |= 1 << bit;
    for (const word of packs.aspects[aspect]!.signs) entry(word).signs |= 1 << bit;
  });
  return {
    phrases: compilePhrases([...byPhrase.keys()].map((phrase, index) => [phrase, index])),
    entries: [...byPhrase.values()],
    trades,
    aspects,
  };
}

/** The terms of a folded text, leftmost and longest. */
export function findTerms(index: TermIndex, codes: Uint16Array, length: number, into: Term[]): void {
  into.length = 0;
  for (let at = 0; at < length; ) {
    const found = longestAt(index.phrases, codes, length, at);
    if (found === -1) {
      at++;
      continue;
    }
    const end = at + (found & 63);
    into.push({ start: at, end, entry: index.entries[found >>> 6]! });
    at = end;
  }
}

export const tradeCount = 6;

/** How much a comment speaks the language of each trade: terms that only this trade uses, up to three. */
export function tradeShares(terms: readonly Term[], into: Float64Array, from: number): void {
  for (let k = 0; k < tradeCount; k++) into[from + k] = 0;
  for (const { entry } of terms) {
    const bits = entry.trades;
    if (bits === 0 || (bits & (bits - 1)) !== 0) continue;
    into[from + 31 - Math.clz32(bits)]! += 1 / 3;
  }
  for (let k = 0; k < tradeCount; k++) into[from + k] = Math.min(1, into[from + k]!);
}
