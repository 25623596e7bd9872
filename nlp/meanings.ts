import { foldInto, newFolded } from "./fold.ts";
import { type NumberTable, tableOf, valueAt } from "./number-table.ts";
import { joined, NO_TOKENS, newTokens, type Tokens, tokenize } from "./tokens.ts";

/**
 * Words by what they mean, Chinese and English in one class (`packs/meanings`). The model of `cue-model.ts` sees the class beside the word: what it learnt
 * of a pram it takes for a cot, and what it learnt in one language for the other. The table has words and their beginnings by number; for each whether it
 * goes on, and its class and one, if it is a word.
 */
export type Meanings = NumberTable;

/** A beginning of longer words. */
const GOES_ON = 0x8000;
const CLASS = 0x7fff;

export const NO_MEANINGS: Meanings = tableOf([], () => 0);

/** A table of these classes of words. A word that stands in several counts for the first. */
export function meaningsOf(classes: readonly (readonly string[])[]): Meanings {
  const known = new Map<number, number>();
  const folded = newFolded();
  const tokens = newTokens();
  for (const [number, words] of classes.entries())
    for (const word of words) {
      tokenize(foldInto(word, folded), 0, folded.n, tokens);
      let h = NO_TOKENS;
      for (let k = 0; k < tokens.n; k++) {
        h = joined(h, tokens.hash[k]!);
        const before = known.get(h) ?? 0;
        const isWord = k === tokens.n - 1 && (before & CLASS) === 0;
        known.set(h, before | (isWord ? number + 1 : 0) | (k < tokens.n - 1 ? GOES_ON : 0));
      }
    }
  const entries = [...known];
  return tableOf(
    entries.map(([key]) => key),
    (k) => entries[k]![1],
  );
}

/** The class of the longest word that begins at a token, and the token that it ends with, as one number; `UNKNOWN` where none does. */
export function meaningAt(tokens: Tokens, meanings: Meanings, first: number): number {
  let h = NO_TOKENS;
  let found = UNKNOWN;
  for (let last = first; last < tokens.n; last++) {
    if (last > first && tokens.parted[last] === 1) break;
    const bare = joined(h, tokens.bare[last]!);
    h = joined(h, tokens.hash[last]!);
    const value = valueAt(meanings, h);
    const meant = value & CLASS || (bare === h ? 0 : valueAt(meanings, bare) & CLASS);
    if (meant !== 0) found = ((meant - 1) << CLASS_AT) | last;
    if ((value & GOES_ON) === 0) break;
  }
  return found;
}
export const UNKNOWN = -1;
const CLASS_AT = 16;
export const classOf = (meaning: number): number => meaning >> CLASS_AT;
export const lastOf = (meaning: number): number => meaning & 0xffff;
