import type { Folded } from "./fold.ts";
import type { Match } from "./match.ts";

/** Finds phrases in a text, which is given as written and folded. */
export type Search = (text: string, folded: Folded) => readonly Match[];

/** So many texts are remembered: of a shop's talk 28 % of the turns were among the last thousand (greetings, thanks, what staff say to everybody). */
const KEPT = 1024;
/** Longer ones hardly come again. */
const LONGEST = 48;

/** A search that remembers what it found in short texts of late; of two texts that fall on the same place, the later one. */
export function rememberMatches(match: (folded: Folded) => readonly Match[]): Search {
  const texts = new Array<string>(KEPT).fill("");
  /** Texts that are not the same are hardly ever read for it: their keys differ. */
  const keys = new Int32Array(KEPT);
  const found = new Array<readonly Match[]>(KEPT).fill([]);
  return (text, folded) => {
    if (text.length > LONGEST) return match(folded);
    const key = keyOf(folded);
    const place = key >>> 22;
    if (keys[place] === key && texts[place] === text) return found[place]!;
    const matches = match(folded);
    keys[place] = key;
    texts[place] = text;
    found[place] = matches;
    return matches;
  };
}

function keyOf({ units, n }: Folded): number {
  const ends = Math.imul(units[0]!, 31) ^ Math.imul(units[n - 1]!, 0x9e3779b1);
  const middle = Math.imul(units[n >> 1]!, 0x85ebca6b) ^ Math.imul(units[n >> 2]!, 0xc2b2ae35);
  return ends ^ middle ^ Math.imul(n, 0x27d4eb2f);
}
