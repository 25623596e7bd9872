import { type Hits, newHits, scanUnits } from "./automaton.ts";
import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import { type Gates, markOf, NO_PIECE, OPEN, step, WIDE_NEED } from "./gates.ts";
import { createWalk } from "./walk.ts";

/** A phrase found in a folded text, from unit `start` up to `end`. */
export type Match = { phrase: number; start: number; end: number };

/** A word that stands in a turn more often than this anchors nothing further: a turn of one word repeated must not cost seconds. */
const MOST_ANCHORS = 16;
const NONE: Match[] = [];
const MARKS = 0x10000;

/** Finds phrases in folded texts. Keeps buffers of its own, so one matcher serves one thread of calls. */
export function createMatcher(lexicon: Lexicon): (text: Folded) => Match[] {
  const { automaton, saying, barring, steps, membersAt, members, wideAt, wide } = lexicon;
  const { lengths } = automaton;
  const hits: Hits = newHits();
  const matchAt = createWalk(lexicon, hits);
  /** How often each literal was an anchor in this text. */
  const count = new Uint8Array(lengths.length);
  /** The marks of the literals that stand in the text, a bit each. */
  const marked = new Int32Array(MARKS / 32);
  const has = (mark: number): boolean => (marked[mark >> 5]! & (1 << (mark & 31))) !== 0;
  /** The wide pieces that stand in the text: those that hold its number. */
  const stands = new Int32Array(wide.reduce((most, number) => Math.max(most, number + 1), 0));
  let current = 0;
  let found = NONE;
  /** Numbers of the tags that were found. */
  const tags = new Set<number>();

  const holds = (piece: number): boolean => {
    if (piece === NO_PIECE) return true;
    if (piece < NO_PIECE) return stands[-2 - piece] === current;
    const last = membersAt[piece + 1]!;
    for (let k = membersAt[piece]!; k < last; k++) if (has(markOf(members[k]!))) return true;
    return false;
  };
  const lookAt = (text: Folded, h: number, within: Gates, from: number, to: number): void => {
    for (let k = from; k < to; k++) {
      const at = within.sequences[k]!;
      if (!holds(steps[at + step.also]!)) continue;
      // A false friend bars its own tag and no other.
      if (within === barring && !tags.has(steps[at + step.tag]!)) continue;
      const match = matchAt(text, h, at);
      if (!match) continue;
      if (found === NONE) found = [];
      found.push(match);
      tags.add(steps[at + step.tag]!);
    }
  };
  const lookThrough = (text: Folded, within: Gates): void => {
    const { gatesAt, gates, sequencesAt } = within;
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      let g = gatesAt[literal]!;
      const end = gatesAt[literal + 1]!;
      if (g === end || count[literal]! >= MOST_ANCHORS) continue;
      count[literal]!++;
      let from = sequencesAt[literal]!;
      while (g < end) {
        const to = from + gates[g]!;
        const openers = gates[g + 1]!;
        let open = openers === OPEN;
        g += 2;
        if (openers === WIDE_NEED) open = stands[gates[g++]!] === current;
        else {
          const last = g + openers;
          while (g < last && !open) open = has(gates[g++]!);
          g = last;
        }
        if (open) lookAt(text, h, within, from, to);
        from = to;
      }
    }
  };
  return (text) => {
    scanUnits(automaton, text.units, text.n, hits);
    found = NONE;
    current = (current + 1) & 0x3fffffff;
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const mark = markOf(literal);
      marked[mark >> 5]! |= 1 << (mark & 31);
      count[literal] = 0;
      const last = wideAt[literal + 1]!;
      for (let k = wideAt[literal]!; k < last; k++) stands[wide[k]!] = current;
    }
    lookThrough(text, saying);
    if (found.length > 0) {
      for (let h = 0; h < hits.n; h++) count[hits.phrase[h]!] = 0;
      lookThrough(text, barring);
      tags.clear();
    }
    for (let h = 0; h < hits.n; h++) marked[markOf(hits.phrase[h]!) >> 5] = 0;
    return found;
  };
}
