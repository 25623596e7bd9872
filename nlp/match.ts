import { scanUnits } from "./automaton.ts";
import { maySuit, rowLength, rowOf } from "./beside.ts";
import type { Lexicon } from "./compile.ts";
import type { Folded } from "./fold.ts";
import { endsClause } from "./gaps.ts";
import { flag, gate, kind, MARKS, markOf, record, step, where } from "./layout.ts";
import { countOf, isOf, literalsAt, NO_PIECE, onlyOf, siftOf } from "./pieces.ts";
import { arrange, newStanding } from "./standing.ts";
import { createWalk } from "./walk.ts";

/** A phrase found in a folded text, from unit `start` up to `end`. */
export type Match = { phrase: number; start: number; end: number };

/** A word that stands in a turn more often than this anchors nothing further: a turn of one word repeated must not cost seconds. */
const MOST_ANCHORS = 16;
const NONE: Match[] = [];
/** Places of a text are kept as bits of a number; of a longer text, several places share one. */
const BITS = 32;
/** Among so many hits a piece of many literals is looked for; where a text holds more, the walk itself must tell. */
const MOST_AROUND = 128;
/** A piece of no more literals than this is looked for by their marks. */
const FEW = 12;
/** For so many pieces of several literals it is remembered where they stand in a text. */
const SLOTS = 256;
/** So many gates, and as many sequences, wait to be looked at together. */
const WAITING = 1024;

/** Finds phrases in folded texts. Keeps buffers of its own, so one matcher serves one thread of calls. */
export function createMatcher(lexicon: Lexicon): (text: Folded) => Match[] {
  const { automaton, records, gates, steps, members, unitSets } = lexicon;
  const standing = newStanding();
  const { hits } = standing;
  const matchAt = createWalk(lexicon, standing);
  const row = rowLength(unitSets);
  /** Where the literals with each mark begin, and how often they stand there. */
  const places = new Int32Array(MARKS);
  const often = new Uint8Array(MARKS);
  let shift = 0;
  /** Where clauses end. */
  let ends = 0;
  /** By `where`: the places at which a need may begin, as seen from hit `allowedOf`. */
  const allowed = new Int32Array(where.next);
  let allowedOf = -1;
  /** Where pieces of several literals stand in the text of a number. */
  const slotText = new Int32Array(SLOTS);
  const slotPiece = new Int32Array(SLOTS);
  const slotPlaces = new Int32Array(SLOTS);
  let textNumber = 0;
  let found = NONE;
  /** A 1 for each tag that was found, by its number; and the numbers. */
  const isFound = new Uint8Array(record.mostTags + 1);
  const tags: number[] = [];
  /** How often the literals of a long text have been anchors. */
  const anchors = new Map<number, number>();
  /** Gates that wait, with the hits that lead to them and their heads; and sequences, with what they need first. */
  const gateWaits = { at: new Int32Array(WAITING), hit: new Int32Array(WAITING), head: new Int32Array(WAITING) };
  const stepWaits = {
    at: new Int32Array(WAITING),
    hit: new Int32Array(WAITING),
    flags: new Int32Array(WAITING),
    need: new Int32Array(WAITING),
    sift: new Int32Array(WAITING),
  };
  let gatesWaiting = 0;
  let stepsWaiting = 0;

  const prepare = (text: Folded): void => {
    found = NONE;
    textNumber = (textNumber + 1) & 0x3fffffff;
    for (shift = 0; text.n >> shift >= BITS; ) shift++;
    ends = 0;
    for (let i = 0; i < text.n; i++) {
      if (mayEnd(text.units[i]!) && endsClause(text, i) && !isDigit(text.units[i + 1])) ends |= 1 << (i >> shift);
    }
    arrange(standing, text.n);
    for (let h = 0; h < hits.n; h++) {
      const mark = markOf(hits.phrase[h]!);
      places[mark]! |= 1 << (standing.start[h]! >> shift);
      if (often[mark]! <= MOST_ANCHORS) often[mark]!++;
    }
  };
  const clear = (): void => {
    while (tags.length > 0) isFound[tags.pop()!] = 0;
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
  /** The places where a need may begin, as seen from a hit. */
  const placesFor = (h: number, place: number): number => {
    if (allowedOf !== h) allow(h);
    return allowed[place]!;
  };
  const allow = (h: number): void => {
    allowedOf = h;
    const start = standing.start[h]!;
    const from = start >> shift;
    const to = hits.end[h]! >> shift;
    const before = start === 0 ? 0 : 0xffffffff >>> (BITS - 1 - ((start - 1) >> shift));
    const behind = -1 << to;
    const endsBefore = ends & ((1 << from) - 1);
    // Where several places share a bit, an end in the bit of the anchor's own end may stand before it.
    const endsBehind = ends & (shift === 0 ? behind : behind << 1);
    allowed[where.before] = before;
    allowed[where.behind] = behind;
    allowed[where.beforeInClause] = endsBefore === 0 ? before : before & (-1 << (31 - Math.clz32(endsBefore)));
    allowed[where.behindInClause] = endsBehind === 0 ? behind : behind & (endsBehind ^ (endsBehind - 1));
  };
  /** Whether a piece may stand where a need must, as seen from hit `h`. */
  const stands = (h: number, piece: number, sift: number, place: number): boolean => {
    if (piece === NO_PIECE) return true;
    if (place === where.next) {
      for (let g = standing.firstFrom[hits.end[h]!]!; g >= 0; g = standing.nextFrom[g]!)
        if (isOf(members, piece, sift, hits.phrase[g]!, standing.hash[g]!)) return true;
      return false;
    }
    const start = standing.start[h]!;
    if (place === where.last) {
      for (let g = standing.upTo[start]! - 1; g >= 0 && hits.end[g] === start; g--)
        if (isOf(members, piece, sift, hits.phrase[g]!, standing.hash[g]!)) return true;
      return false;
    }
    return (placesOf(piece) & placesFor(h, place)) !== 0;
  };
  /** Where the literals of a piece begin; of a piece of few literals, also where those begin that share their marks. It is worked out once in a text. */
  const placesOf = (piece: number): number => {
    const only = onlyOf(piece);
    if (only >= 0) return places[markOf(only)]!;
    const slot = markOf(piece) & (SLOTS - 1);
    if (slotText[slot] === textNumber && slotPiece[slot] === piece) return slotPlaces[slot]!;
    const all = countOf(members, piece) > FEW ? placesOfMany(piece) : placesOfFew(piece);
    slotText[slot] = textNumber;
    slotPiece[slot] = piece;
    slotPlaces[slot] = all;
    return all;
  };
  const placesOfFew = (piece: number): number => {
    let all = 0;
    for (let from = literalsAt(members, piece), k = from + countOf(members, piece) - 1; k >= from; k--) {
      const mark = markOf(members[k]!);
      if (often[mark] !== 0) all |= places[mark]!;
    }
    return all;
  };
  /** Of a piece of many, the hits are gone through. */
  const placesOfMany = (piece: number): number => {
    if (hits.n > MOST_AROUND) return -1;
    const sift = siftOf(members, piece);
    let all = 0;
    for (let g = 0; g < hits.n; g++)
      if (isOf(members, piece, sift, hits.phrase[g]!, standing.hash[g]!)) all |= 1 << (standing.start[g]! >> shift);
    return all;
  };
  /** Looks at a sequence around hit `h` whose need stands. */
  const lookAt = (text: Folded, h: number, at: number, flags: number): void => {
    const also = steps[at + step.also]!;
    if (!stands(h, also, siftOf(members, also), (flags >> flag.alsoAt) & flag.where)) return;
    const match = matchAt(text, h, at);
    if (!match) return;
    const tag = steps[at + step.tag]!;
    if (isFound[tag] === 0) tags.push(tag);
    isFound[tag] = 1;
    keep(match);
  };
  /** Keeps matches in the order of their places: what a sequence is looked for by has no say in what is told of a text. */
  const keep = (match: Match): void => {
    if (found === NONE) found = [];
    let k = found.length;
    while (k > 0 && orderOf(found[k - 1]!, match) > 0) k--;
    // Where an anchor stands twice, each may lead to the same words.
    if (k === 0 || orderOf(found[k - 1]!, match) < 0) found.splice(k, 0, match);
  };
  const isOpen = (h: number, g: number, of: number): boolean => {
    if (of === kind.anyway) return true;
    const first = g + gate.tests;
    if (of >= kind.wide) {
      const piece = gates[first]! | (gates[first + 1]! << 16);
      return stands(h, piece, siftOf(members, piece), of - kind.wide);
    }
    let all = 0;
    for (let k = first + gates[g + 1]! - 1; k >= first; k--) {
      const mark = gates[k]!;
      if (often[mark] !== 0) all |= places[mark]!;
    }
    return all !== 0 && (all & placesFor(h, of)) !== 0;
  };
  /**
   * Gates and sequences lie all over a large memory. One read after the other, each would be waited for; so they wait, and what is looked at first is
   * read of all of them before any is judged: memory answers many questions in the time of one.
   */
  const openGates = (text: Folded): void => {
    const { at, hit, head } = gateWaits;
    for (let k = 0; k < gatesWaiting; k++) head[k] = gates[at[k]!]!;
    for (let k = 0; k < gatesWaiting; k++)
      if (isOpen(hit[k]!, at[k]!, head[k]! >> gate.kindAt)) waitBehind(text, hit[k]!, at[k]!, head[k]! & gate.most);
    gatesWaiting = 0;
    lookAtAll(text);
  };
  const waitBehind = (text: Folded, h: number, g: number, sequences: number): void => {
    const from = g + gate.tests + gates[g + 1]!;
    for (let k = from; k < from + 2 * sequences; k += 2) {
      if (stepsWaiting === WAITING) lookAtAll(text);
      stepWaits.at[stepsWaiting] = gates[k]! | (gates[k + 1]! << 16);
      stepWaits.hit[stepsWaiting++] = h;
    }
  };
  const lookAtAll = (text: Folded): void => {
    const { at, hit, flags, need, sift } = stepWaits;
    for (let k = 0; k < stepsWaiting; k++) {
      flags[k] = steps[at[k]! + step.flags]!;
      need[k] = steps[at[k]! + step.need]!;
    }
    for (let k = 0; k < stepsWaiting; k++) sift[k] = siftOf(members, need[k]!);
    let stood = false;
    for (let k = 0; k < stepsWaiting; k++) {
      const place = (flags[k]! >> flag.needAt) & flag.where;
      // Of two in a row one often needs what the other does.
      const isSame =
        k > 0 &&
        need[k] === need[k - 1] &&
        hit[k] === hit[k - 1] &&
        place === ((flags[k - 1]! >> flag.needAt) & flag.where);
      if (!isSame) stood = stands(hit[k]!, need[k]!, sift[k]!, place);
      if (stood) lookAt(text, hit[k]!, at[k]!, flags[k]!);
    }
    stepsWaiting = 0;
  };
  const rowBefore = ({ units }: Folded, h: number): number => {
    const start = standing.start[h]!;
    return start > 0 ? rowOf(units[start - 1]!, row) : 0;
  };
  const rowBehind = ({ units, n }: Folded, h: number): number => {
    const end = hits.end[h]!;
    return end < n ? rowOf(units[end]!, row) : 0;
  };
  /** Goes through the gates of a hit whose literal's neighbour is one that they ask for. */
  const lookAround = (text: Folded, h: number, literal: number): void => {
    const before = rowBefore(text, h);
    const behind = rowBehind(text, h);
    for (let k = literal, g = records[k]!; g !== 0; g = records[k]!) {
      if (gatesWaiting === WAITING) openGates(text);
      gateWaits.at[gatesWaiting] = g;
      gateWaits.hit[gatesWaiting] = h;
      gatesWaiting += maySuit(unitSets, before, behind, records[k + 1]!);
      k += record.each;
    }
  };
  /** The same for false friends: each bars its own tag and no other. */
  const lookForFriends = (text: Folded, h: number, literal: number): void => {
    const before = rowBefore(text, h);
    const behind = rowBehind(text, h);
    for (let k = literal - record.each; records[k]! < 0; k -= record.each) {
      const asked = records[k + 1]!;
      if (isFound[asked >> record.tagAt] === 0) continue;
      if (gatesWaiting === WAITING) openGates(text);
      gateWaits.at[gatesWaiting] = -records[k]!;
      gateWaits.hit[gatesWaiting] = h;
      gatesWaiting += maySuit(unitSets, before, behind, asked & record.besideOfFriend);
    }
  };
  const lookThrough = (text: Folded): void => {
    for (let k = 0; k < standing.showing; k++) {
      const h = standing.shows[k]!;
      const literal = hits.phrase[h]!;
      if (!isWorn(literal)) lookAround(text, h, literal);
    }
    openGates(text);
    if (anchors.size > 0) anchors.clear();
    if (found.length === 0) return;
    for (let k = 0; k < standing.barring; k++) {
      const h = standing.bars[k]!;
      const literal = hits.phrase[h]!;
      if (!isWorn(literal)) lookForFriends(text, h, literal);
    }
    openGates(text);
    if (anchors.size > 0) anchors.clear();
  };
  return (text) => {
    scanUnits(automaton, text.units, text.n, hits);
    prepare(text);
    allowedOf = -1;
    lookThrough(text);
    clear();
    return found;
  };
}

const orderOf = (one: Match, other: Match): number =>
  one.start - other.start || one.end - other.end || one.phrase - other.phrase;
/** Most units are told apart from those that end a clause at a glance; a number runs on over what stands before a digit. */
const mayEnd = (unit: number): boolean => unit < 0x40 || unit === 0x3002 || unit === 0x2026;
const isDigit = (unit: number | undefined): boolean => unit !== undefined && unit >= 0x30 && unit <= 0x39;
