import { type Hits, newHits, scanUnits } from "./automaton.ts";
import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import { endsClause } from "./gaps.ts";
import { FAR_OFF, flag, gate, MARKS, markOf, NO_PIECE, OPEN, record, step, WIDE_NEED, where } from "./layout.ts";
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
  const { automaton, records, steps, members, wides } = lexicon;
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
      const place = 1 << ((hits.end[h]! - records[literal + record.length]!) >> shift);
      const mark = markOf(literal);
      places[mark]! |= place;
      if (often[mark]! <= MOST_ANCHORS) often[mark]!++;
      const last = literal + record.rest + records[literal + record.wides]!;
      for (let k = literal + record.rest; k < last; k++) {
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
  const allow = (h: number): void => {
    const end = hits.end[h]!;
    const start = end - records[hits.phrase[h]! + record.length]!;
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
  /** Looks at a sequence around hit `h`; a false friend bars its own tag and no other. */
  const lookAt = (text: Folded, h: number, at: number, bars: boolean): void => {
    const also = steps[at + step.also]!;
    if (also !== NO_PIECE && (placesOf(also) & allowed[steps[at + step.flags]! >> flag.alsoAt]!) === 0) return;
    if (bars && !tags.has(steps[at + step.tag]!)) return;
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
  /** Goes through the gates that begin at `from`. */
  const goThrough = (text: Folded, h: number, from: number, bars: boolean): void => {
    allow(h);
    let g = from;
    for (let head = records[g]!; head !== 0; head = records[g]!) {
      const openers = records[g + 1]!;
      let open = openers === OPEN ? -1 : 0;
      g += 2;
      if (openers === WIDE_NEED) {
        const wide = records[g++]!;
        if (lastFound[wide] === current) open = widePlaces[wide]!;
      } else for (const last = g + openers; g < last; g++) open |= places[records[g]!]!;
      const end = g + 2 * (head & gate.most);
      if (openers !== OPEN) open &= allowed[head >> gate.whereAt]!;
      if (open !== 0) for (; g < end; g += 2) lookAt(text, h, records[g]! | (records[g + 1]! << 16), bars);
      g = end;
    }
  };
  const lookThrough = (text: Folded, bars: boolean): void => {
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const saying = literal + record.rest + records[literal + record.wides]!;
      const gates = bars ? behind(records, saying, records[literal + record.saying]!) : saying;
      if (records[gates] !== 0 && !isWorn(literal)) goThrough(text, h, gates, bars);
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

/** Where the gates end that begin at `from` and are `length` numbers long, as far as that could be written down. */
function behind(records: Uint16Array, from: number, length: number): number {
  if (length < FAR_OFF) return from + length;
  let g = from;
  for (let head = records[g]!; head !== 0; head = records[g]!) {
    const openers = records[g + 1]!;
    g += 2 + (openers === WIDE_NEED ? 1 : openers) + 2 * (head & gate.most);
  }
  return g + 1;
}
