import { type Hits, newHits, scanUnits } from "./automaton.ts";
import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import { MARKS, markOf, NO_PIECE, OPEN, record, step, WIDE_NEED } from "./layout.ts";
import { createWalk } from "./walk.ts";

/** A phrase found in a folded text, from unit `start` up to `end`. */
export type Match = { phrase: number; start: number; end: number };

/** A word that stands in a turn more often than this anchors nothing further: a turn of one word repeated must not cost seconds. */
const MOST_ANCHORS = 16;
const NONE: Match[] = [];

/** Finds phrases in folded texts. Keeps buffers of its own, so one matcher serves one thread of calls. */
export function createMatcher(lexicon: Lexicon): (text: Folded) => Match[] {
  const { automaton, records, steps, members, wides } = lexicon;
  const hits: Hits = newHits();
  const matchAt = createWalk(lexicon, hits);
  /** How many hits with each mark stand in the text, as far as it matters. */
  const marked = new Uint8Array(MARKS);
  /** The wide pieces that stand in the text: those that hold its number. */
  const stands = new Int32Array(wides[0]!);
  let current = 0;
  let found = NONE;
  /** Numbers of the tags that were found. */
  const tags = new Set<number>();
  /** How often the literals of a long text have been anchors. */
  const anchors = new Map<number, number>();

  const holds = (piece: number): boolean => {
    if (piece === NO_PIECE) return true;
    if (piece < NO_PIECE) return stands[-2 - piece] === current;
    const last = piece + members[piece]!;
    for (let k = piece + 1; k <= last; k++) if (marked[markOf(members[k]!)] !== 0) return true;
    return false;
  };
  /** Looks at a sequence around hit `h`; a false friend bars its own tag and no other. */
  const lookAt = (text: Folded, h: number, at: number, bars: boolean): void => {
    if (!holds(steps[at + step.also]!) || (bars && !tags.has(steps[at + step.tag]!))) return;
    const match = matchAt(text, h, at);
    if (!match) return;
    if (found === NONE) found = [];
    found.push(match);
    tags.add(steps[at + step.tag]!);
  };
  /** Goes through the gates that begin at `g` and returns where they end. */
  const goThrough = (text: Folded, h: number, from: number, bars: boolean): void => {
    let g = from;
    for (let behind = records[g]!; behind !== 0; behind = records[g]!) {
      const openers = records[g + 1]!;
      let open = openers === OPEN ? 1 : 0;
      g += 2;
      if (openers === WIDE_NEED) open = stands[records[g++]!] === current ? 1 : 0;
      else for (const last = g + openers; g < last; g++) open |= marked[records[g]!]!;
      const end = g + 2 * behind;
      if (open !== 0) for (; g < end; g += 2) lookAt(text, h, records[g]! | (records[g + 1]! << 16), bars);
      g = end;
    }
  };
  const isWorn = (literal: number): boolean => {
    if (marked[markOf(literal)]! <= MOST_ANCHORS) return false;
    const before = anchors.get(literal) ?? 0;
    anchors.set(literal, before + 1);
    return before >= MOST_ANCHORS;
  };
  const mark = (): void => {
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const at = markOf(literal);
      if (marked[at]! <= MOST_ANCHORS) marked[at]!++;
      const last = literal + record.rest + records[literal + record.wides]!;
      for (let k = literal + record.rest; k < last; k++) stands[records[k]!] = current;
    }
  };
  const unmark = (): void => {
    for (let h = 0; h < hits.n; h++) marked[markOf(hits.phrase[h]!)] = 0;
    if (anchors.size > 0) anchors.clear();
  };
  return (text) => {
    scanUnits(automaton, text.units, text.n, hits);
    found = NONE;
    current = (current + 1) & 0x3fffffff;
    mark();
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const gates = literal + record.rest + records[literal + record.wides]!;
      if (records[gates] !== 0 && !isWorn(literal)) goThrough(text, h, gates, false);
    }
    if (found.length > 0) {
      anchors.clear();
      for (let h = 0; h < hits.n; h++) {
        const literal = hits.phrase[h]!;
        const gates = behind(records, literal + record.rest + records[literal + record.wides]!);
        if (records[gates] !== 0 && !isWorn(literal)) goThrough(text, h, gates, true);
      }
      tags.clear();
    }
    unmark();
    return found;
  };
}

/** Where the gates end that begin at `from`. */
function behind(records: Uint16Array, from: number): number {
  let g = from;
  for (let sequences = records[g]!; sequences !== 0; sequences = records[g]!) {
    const openers = records[g + 1]!;
    g += 2 + (openers === WIDE_NEED ? 1 : openers) + 2 * sequences;
  }
  return g + 1;
}
