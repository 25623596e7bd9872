import { classAt, type Meanings } from "./meanings.ts";
import { joined, NO_TOKENS, type Tokens } from "./tokens.ts";

/** The longest n-gram, in tokens as they are, and in tokens and classes of meaning. */
const LONGEST = 2;
const LONGEST_CLASSED = 3;

/** Numbers of classes lie apart from those of tokens. */
const OF_CLASS = 0x5bd1e995;

/** Calls `see` with the number of each n-gram of the tokens, and of tokens and classes, and with the tokens it spans, first and last. */
export function eachFeature(
  tokens: Tokens,
  meanings: Meanings,
  see: (feature: number, first: number, last: number) => void,
): void {
  const { hash, parted, n } = tokens;
  for (let first = 0; first < n; first++) {
    let h = NO_TOKENS;
    for (let last = first; last < n && last - first < LONGEST; last++) {
      if (last > first && parted[last] === 1) break;
      h = joined(h, hash[last]!);
      see(h, first, last);
    }
  }
  eachClassed(tokens, meanings, see);
}

/** One step of a text in which the longest words with a meaning stand for their classes: the tokens from `first` to `last`. */
type Step = { hash: number; first: number; last: number; isClass: boolean };

const steps: Step[] = [];

function eachClassed(
  tokens: Tokens,
  meanings: Meanings,
  see: (feature: number, first: number, last: number) => void,
): void {
  let count = 0;
  for (let first = 0; first < tokens.n; count++) {
    const found = classAt(tokens, meanings, first);
    const step = steps[count] ?? { hash: 0, first: 0, last: 0, isClass: false };
    steps[count] = step;
    step.isClass = found !== undefined;
    step.hash = found ? Math.imul(found.class + 1, OF_CLASS) : tokens.hash[first]!;
    step.first = first;
    step.last = found ? found.last : first;
    first = step.last + 1;
  }
  for (let k = 0; k < count; k++) {
    let h = NO_TOKENS;
    let classed = false;
    for (let m = k; m < count && m - k < LONGEST_CLASSED; m++) {
      const step = steps[m]!;
      if (m > k && tokens.parted[step.first] === 1) break;
      h = joined(h, step.hash);
      classed ||= step.isClass;
      if (classed) see(h, steps[k]!.first, step.last);
    }
  }
}
