import { type Hits, newHits, scanUnits } from "./automaton.ts";
import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import { endsClause } from "./gaps.ts";
import { bitOf, flag, gate, kind, MARKS, markOf, NO_PIECE, record, step, WORD, where } from "./layout.ts";
import { createWalk } from "./walk.ts";

/** A phrase found in a folded text, from unit `start` up to `end`. */
export type Match = { phrase: number; start: number; end: number };

/** A word that stands in a turn more often than this anchors nothing further: a turn of one word repeated must not cost seconds. */
const MOST_ANCHORS = 16;
const NONE: Match[] = [];
/** Places of a text are kept as bits of a number; of a longer text, several places share one. */
const BITS = 32;

/** Finds phrases in folded texts. Keeps buffers of its own, so one matcher serves one thread of calls. */
export function createMatcher(lexicon: Lexicon): (text: Folded) => Match[] {
  const { automaton, records, gates, steps, members, wides } = lexicon;
  const hits: Hits = newHits();
  const matchAt = createWalk(lexicon, hits);
  /** Where the literals with each mark begin, and how often they stand there. */
  const places = new Int32Array(MARKS);
  const often = new Uint8Array(MARKS);
  /** The number of the text that each wide piece was last found in, and where its literals begin there. */
  const lastFound = new Int32Array(wides[0]!);
  const widePlaces = new Int32Array(wides[0]!);
  let current = 0;
  let shift = 0;
  /** Where clauses end. */
  let ends = 0;
  /** The bits of the units beside the anchor now looked at; -1 where the text ends. */
  let bitBefore = 0;
  let bitBehind = 0;
  /** By `where`: the places at which a need may begin, as seen from the anchor now looked at. */
  const allowed = new Int32Array(Object.keys(where).length);
  let found = NONE;
  /** For each match, what was looked at: first the hit, then the sequence. */
  const order: number[] = [];
  /** Numbers of the tags that were found. */
  const tags = new Set<number>();
  /** How often the literals of a long text have been anchors. */
  const anchors = new Map<number, number>();

  const prepare = (text: Folded): void => {
    found = NONE;
    current = (current + 1) & 0x3fffffff;
    for (shift = 0; text.n >> shift >= BITS; ) shift++;
    ends = 0;
    for (let i = 0; i < text.n; i++) {
      if (mayEnd(text.units[i]!) && endsClause(text, i) && !isDigit(text.units[i + 1])) ends |= 1 << (i >> shift);
    }
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const place = 1 << ((hits.end[h]! - (records[literal]! & record.lengthOf)) >> shift);
      const mark = markOf(literal);
      places[mark]! |= place;
      if (often[mark]! <= MOST_ANCHORS) often[mark]!++;
      const last = literal + (records[literal]! >> record.widesAt);
      for (let k = literal + 1; k <= last; k++) {
        const wide = records[k]!;
        widePlaces[wide] = lastFound[wide] === current ? widePlaces[wide]! | place : place;
        lastFound[wide] = current;
      }
    }
  };
  const clear = (): void => {
    for (let h = 0; h < hits.n; h++) {
      const mark = markOf(hits.phrase[h]!);
      places[mark] = 0;
      often[mark] = 0;
    }
  };
  /** All that a literal may lead to in a text that holds it again and again was looked at before. */
  const isWorn = (literal: number): boolean => {
    if (often[markOf(literal)]! <= MOST_ANCHORS) return false;
    const before = anchors.get(literal) ?? 0;
    anchors.set(literal, before + 1);
    return before >= MOST_ANCHORS;
  };
  const allow = (text: Folded, h: number): void => {
    const end = hits.end[h]!;
    const start = end - (records[hits.phrase[h]!]! & record.lengthOf);
    bitBefore = start > 0 ? bitOf(text.units[start - 1]!) : -1;
    bitBehind = end < text.n ? bitOf(text.units[end]!) : -1;
    const from = start >> shift;
    const to = end >> shift;
    const before = start === 0 ? 0 : 0xffffffff >>> (BITS - 1 - ((start - 1) >> shift));
    const behind = -1 << to;
    const endsBefore = ends & ((1 << from) - 1);
    // Where several places share a bit, an end in the bit of the anchor's own end may stand before it.
    const endsBehind = ends & (shift === 0 ? behind : behind << 1);
    allowed[where.before] = before;
    allowed[where.behind] = behind;
    allowed[where.beforeInClause] = endsBefore === 0 ? before : before & (-1 << (31 - Math.clz32(endsBefore)));
    allowed[where.behindInClause] = endsBehind === 0 ? behind : behind & (endsBehind ^ (endsBehind - 1));
    allowed[where.next] = 1 << to;
  };
  const placesOf = (piece: number): number => {
    if (piece < NO_PIECE) return lastFound[-2 - piece] === current ? widePlaces[-2 - piece]! : 0;
    let all = 0;
    for (let k = piece + members[piece]!; k > piece; k--) all |= places[markOf(members[k]!)]!;
    return all;
  };
  const stands = (piece: number, place: number): boolean =>
    piece === NO_PIECE || (placesOf(piece) & allowed[place & flag.where]!) !== 0;
  /** Looks at a sequence around hit `h`; a false friend bars its own tag and no other. */
  const lookAt = (text: Folded, h: number, at: number, bars: boolean): void => {
    if (bars && !tags.has(steps[at + step.tag]!)) return;
    const flags = steps[at + step.flags]!;
    if (!stands(steps[at + step.need]!, flags >> flag.needAt)) return;
    if (!stands(steps[at + step.also]!, flags >> flag.alsoAt)) return;
    const match = matchAt(text, h, at);
    if (!match) return;
    tags.add(steps[at + step.tag]!);
    keep(match, h * steps.length + at);
  };
  const keep = (match: Match, key: number): void => {
    if (found === NONE) {
      found = [];
      order.length = 0;
    }
    let k = found.length;
    for (; k > 0 && order[k - 1]! > key; k--) {
      found[k] = found[k - 1]!;
      order[k] = order[k - 1]!;
    }
    found[k] = match;
    order[k] = key;
  };
  const isOpen = (g: number, of: number): boolean => {
    const tests = gates[g + 1]!;
    const first = g + gate.tests;
    if (of === kind.unitBefore) return holdsBit(gates, first, tests, bitBefore);
    if (of === kind.unitBehind) return holdsBit(gates, first, tests, bitBehind);
    if (of === kind.anyway) return true;
    if (of >= kind.wide) {
      const wide = gates[first]!;
      return lastFound[wide] === current && (widePlaces[wide]! & allowed[of - kind.wide]!) !== 0;
    }
    let all = 0;
    for (let k = first + tests - 1; k >= first; k--) all |= places[gates[k]!]!;
    return (all & allowed[of]!) !== 0;
  };
  const goThrough = (text: Folded, h: number, g: number, bars: boolean): void => {
    const head = gates[g]!;
    if (!isOpen(g, head >> gate.kindAt)) return;
    const from = g + gate.tests + gates[g + 1]!;
    const to = from + 2 * (head & gate.most);
    for (let k = from; k < to; k += 2) lookAt(text, h, gates[k]! | (gates[k + 1]! << 16), bars);
  };
  const lookThrough = (text: Folded, bars: boolean): void => {
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      let k = literal + 1 + (records[literal]! >> record.widesAt);
      if (bars) while (records[k]! > 0) k++;
      const first = records[k]!;
      if (first === 0 || (first < 0 && !bars) || isWorn(literal)) continue;
      allow(text, h);
      if (bars) for (; records[k]! < 0; k++) goThrough(text, h, -records[k]!, true);
      else for (; records[k]! > 0; k++) goThrough(text, h, records[k]!, false);
    }
    if (anchors.size > 0) anchors.clear();
  };
  return (text) => {
    scanUnits(automaton, text.units, text.n, hits);
    prepare(text);
    lookThrough(text, false);
    if (found.length > 0) {
      lookThrough(text, true);
      tags.clear();
    }
    clear();
    return found;
  };
}

/** Most units are told apart from those that end a clause at a glance; a number runs on over what stands before a digit. */
const mayEnd = (unit: number): boolean => unit < 0x40 || unit === 0x3002 || unit === 0x2026;
const isDigit = (unit: number | undefined): boolean => unit !== undefined && unit >= 0x30 && unit <= 0x39;

function holdsBit(gates: Uint16Array, first: number, words: number, bit: number): boolean {
  if (bit < 0) return false;
  const place = bit & (words * WORD - 1);
  return ((gates[first + (place >> 4)]! >> (place & (WORD - 1))) & 1) !== 0;
}
