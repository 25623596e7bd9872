import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import {
  clauseEndsAt,
  leadStart,
  linksHold,
  onlyPunctuation,
  opensAfter,
  opensBefore,
  sameWord,
  trailEnd,
} from "./gaps.ts";
import { flag, step } from "./layout.ts";
import type { Match } from "./match.ts";
import { isOf, siftOf } from "./pieces.ts";
import type { Standing } from "./standing.ts";

/** How far from one piece the next is looked for, in units: the widest gap of long English words. */
const WINDOW = 96;

/** Looks around hit `h`, the anchor, for the other pieces of the sequence that begins `at` in the steps. */
type Walk = (text: Folded, h: number, at: number) => Match | undefined;

/** A walk among the hits of a text, which are filled anew for each. */
export function createWalk({ steps, members }: Lexicon, standing: Standing): Walk {
  const { hits } = standing;
  const linksBefore = (at: number, position: number): number => steps[at + step.links + step.each * position]!;
  const pieceAt = (at: number, position: number): number => steps[at + step.pieces + step.each * position]!;
  const isEnglish = (at: number): boolean => (steps[at + step.flags]! & flag.english) !== 0;
  const isHit = (piece: number, sift: number, g: number): boolean =>
    isOf(members, piece, sift, hits.phrase[g]!, standing.hash[g]!);
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
  const startBefore = (text: Folded, at: number, position: number, start: number): number => {
    const links = linksBefore(at, position);
    if (position === 0) return leadStart(text, links, start);
    if (links === 0) return startJoined(text, at, position, start);
    const piece = pieceAt(at, position - 1);
    const sift = siftOf(members, piece);
    for (let g = standing.upTo[start]! - 1; g >= 0 && start - hits.end[g]! < WINDOW; g--) {
      if (!isHit(piece, sift, g)) continue;
      const end = hits.end[g]!;
      const from = standing.start[g]!;
      if (!linksHold(text, links, end, start, isEnglish(at)) || !edgesHold(text, at, position - 1, from, end)) continue;
      const first = startBefore(text, at, position - 1, from);
      if (first >= 0) return first;
    }
    return -1;
  };

  /** The same where the piece before ends right at `start`: its longest literal first, as if the two were one word. */
  const startJoined = (text: Folded, at: number, position: number, start: number): number => {
    if (start === 0) return -1;
    const piece = pieceAt(at, position - 1);
    const sift = siftOf(members, piece);
    for (let g = standing.upTo[start - 1]!; g < standing.upTo[start]!; g++) {
      if (!isHit(piece, sift, g)) continue;
      const from = standing.start[g]!;
      if (!edgesHold(text, at, position - 1, from, start)) continue;
      const first = startBefore(text, at, position - 1, from);
      if (first >= 0) return first;
    }
    return -1;
  };

  /** Where the pieces behind `position`, which ends at `end`, stop; -1 where they are not there. */
  const endBehind = (text: Folded, at: number, position: number, end: number): number => {
    const links = linksBefore(at, position + 1);
    if (position === lastOf(at)) return trailEnd(text, links, end);
    if (links === 0) return endJoined(text, at, position, end);
    const piece = pieceAt(at, position + 1);
    const sift = siftOf(members, piece);
    for (let g = standing.upTo[end]!; g < hits.n && hits.end[g]! - end < WINDOW; g++) {
      const from = standing.start[g]!;
      if (from < end || !isHit(piece, sift, g)) continue;
      const stop = hits.end[g]!;
      if (!linksHold(text, links, end, from, isEnglish(at)) || !edgesHold(text, at, position + 1, from, stop)) continue;
      const last = endBehind(text, at, position + 1, stop);
      if (last >= 0) return last;
    }
    return -1;
  };

  /** The same where the next piece begins right at `end`: its longest literal first. */
  const endJoined = (text: Folded, at: number, position: number, end: number): number => {
    const piece = pieceAt(at, position + 1);
    const sift = siftOf(members, piece);
    for (let g = standing.firstFrom[end]!; g >= 0; g = standing.nextFrom[g]!) {
      if (!isHit(piece, sift, g)) continue;
      const stop = hits.end[g]!;
      if (stop - end >= WINDOW || !edgesHold(text, at, position + 1, end, stop)) continue;
      const last = endBehind(text, at, position + 1, stop);
      if (last >= 0) return last;
    }
    return -1;
  };

  return (text, h, at) => {
    const flags = steps[at + step.flags]!;
    const anchor = (flags >> flag.anchorAt) & flag.most;
    const end = hits.end[h]!;
    const start = standing.start[h]!;
    if (!edgesHold(text, at, anchor, start, end)) return undefined;
    const from = startBefore(text, at, anchor, start);
    if (from < 0 || ((flags & flag.atStart) !== 0 && from > 0)) return undefined;
    const to = endBehind(text, at, anchor, end);
    if (to < 0 || ((flags & flag.atEnd) !== 0 && to < text.n && !onlyPunctuation(text, to))) return undefined;
    if ((flags & flag.atClauseEnd) !== 0 && !clauseEndsAt(text, to)) return undefined;
    return { phrase: steps[at + step.phrase]!, start: from, end: to };
  };
}
