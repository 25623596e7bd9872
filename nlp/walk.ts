import type { Hits } from "./automaton.ts";
import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import { leadStart, linksHold, onlyPunctuation, opensAfter, opensBefore, sameWord, trailEnd } from "./gaps.ts";
import { flag, record, step } from "./layout.ts";
import type { Match } from "./match.ts";

/** How far from one piece the next is looked for, in units: the widest gap of long English words. */
const WINDOW = 96;

/** Looks around hit `h`, the anchor, for the other pieces of the sequence that begins `at` in the steps. */
type Walk = (text: Folded, h: number, at: number) => Match | undefined;

/** A walk among the hits of a text, which are filled anew for each. */
export function createWalk({ records, steps, members }: Lexicon, hits: Hits): Walk {
  const belongs = (literal: number, piece: number): boolean => {
    let low = piece + 1;
    let high = piece + members[piece]!;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const value = members[middle]!;
      if (value === literal) return true;
      if (value < literal) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  };
  const linksBefore = (at: number, position: number): number => steps[at + step.links + step.each * position]!;
  const pieceAt = (at: number, position: number): number => steps[at + step.pieces + step.each * position]!;
  const isEnglish = (at: number): boolean => (steps[at + step.flags]! & flag.english) !== 0;
  const lastOf = (at: number): number => ((steps[at + step.flags]! >> flag.piecesAt) & flag.most) - 1;

  /** English words match whole; where two pieces are directly joined, the edge between them is none. */
  const edgesHold = ({ units, n }: Folded, at: number, position: number, start: number, end: number): boolean => {
    if (start > 0 && sameWord(units[start - 1]!, units[start]!)) {
      if (!opensAfter(linksBefore(at, position), position > 0)) return false;
    }
    if (end >= n || !sameWord(units[end - 1]!, units[end]!)) return true;
    return opensBefore(linksBefore(at, position + 1), position < lastOf(at));
  };

  /** Where the pieces before `position`, which starts at `start`, begin; -1 where they are not there. */
  const startBefore = (text: Folded, h: number, at: number, position: number, start: number): number => {
    const links = linksBefore(at, position);
    if (position === 0) return leadStart(text, links, start);
    const piece = pieceAt(at, position - 1);
    const reach = links === 0 ? 1 : WINDOW;
    for (let g = h; g >= 0 && start - hits.end[g]! < reach; g--) {
      const end = hits.end[g]!;
      if (end > start) continue;
      const literal = hits.phrase[g]!;
      if (!belongs(literal, piece) || !linksHold(text, links, end, start, isEnglish(at))) continue;
      const from = end - (records[literal]! & record.lengthOf);
      if (!edgesHold(text, at, position - 1, from, end)) continue;
      const first = startBefore(text, g, at, position - 1, from);
      if (first >= 0) return first;
    }
    return -1;
  };

  /** Where the pieces behind `position`, which ends at `end`, stop; -1 where they are not there. */
  const endBehind = (text: Folded, h: number, at: number, position: number, end: number): number => {
    const links = linksBefore(at, position + 1);
    if (position === lastOf(at)) return trailEnd(text, links, end);
    const piece = pieceAt(at, position + 1);
    for (let g = h + 1; g < hits.n && hits.end[g]! - end < WINDOW; g++) {
      const literal = hits.phrase[g]!;
      const stop = hits.end[g]!;
      const from = stop - (records[literal]! & record.lengthOf);
      if (from < end || (links === 0 && from > end) || !belongs(literal, piece)) continue;
      if (!linksHold(text, links, end, from, isEnglish(at)) || !edgesHold(text, at, position + 1, from, stop)) continue;
      const last = endBehind(text, g, at, position + 1, stop);
      if (last >= 0) return last;
    }
    return -1;
  };

  return (text, h, at) => {
    const flags = steps[at + step.flags]!;
    const anchor = (flags >> flag.anchorAt) & flag.most;
    const end = hits.end[h]!;
    const start = end - (records[hits.phrase[h]!]! & record.lengthOf);
    if (!edgesHold(text, at, anchor, start, end)) return undefined;
    const from = startBefore(text, h, at, anchor, start);
    if (from < 0 || ((flags & flag.atStart) !== 0 && from > 0)) return undefined;
    const to = endBehind(text, h, at, anchor, end);
    if (to < 0 || ((flags & flag.atEnd) !== 0 && to < text.n && !onlyPunctuation(text, to))) return undefined;
    return { phrase: steps[at + step.phrase]!, start: from, end: to };
  };
}
