import { codeOfLinks } from "./gaps.ts";
import type { Phrase } from "./pack.ts";
import { PatternError, type Sequence } from "./pattern.ts";

/**
 * What matching looks things up in, laid out so that a text asks for few lines of memory: reading one that is not in the processor's cache costs as
 * much as a hundred steps. What many literals lead to is therefore written once, and stays in the cache.
 */
export type Tables = {
  /**
   * What a literal leads to; a literal goes by the place of its record: its length and, in the upper half, the number of wide pieces it belongs to;
   * the numbers of these; the places of its gates, those of false friends negative and last; a 0.
   */
  records: Int32Array;
  /**
   * Gates: sequences with the same anchor, and what to look at before any of them is. A gate is the number of its sequences and, in the upper bits,
   * its kind; the number of its tests; the tests; the places of the sequences in `steps`, low half before high. One test that holds is enough.
   */
  gates: Uint16Array;
  /** Sequences: `step` says how one is laid out. */
  steps: Int32Array;
  /** Pieces: how many literals, then the literals, ascending. A piece goes by its place here. */
  members: Int32Array;
  /** How many pieces are wide; one number. */
  wides: Int32Array;
};

export const record = { lengthOf: 0xffff, widesAt: 16 } as const;
export const gate = { most: 0xfff, kindAt: 12, tests: 2 } as const;

/**
 * Where a piece of a sequence stands, as seen from its anchor: before it or behind it, and, where nothing between them can end a clause, in the same
 * clause. `next` begins where the anchor ends.
 */
export const where = { before: 0, behind: 1, beforeInClause: 2, behindInClause: 3, next: 4 } as const;

/**
 * Kinds of gates. Up to `where.next`: the tests are marks of literals that must begin where the kind says. The others: nothing is tested; the tests
 * are bits (`bitOf`) of the units that may stand right before or right behind the anchor; and, from `wide` on, the test is the number of a wide piece,
 * the kind less `wide` says where.
 */
export const kind = { anyway: 5, unitBefore: 6, unitBehind: 7, wide: 8 } as const;

/** How many marks there are. */
export const MARKS = 1 << 13;
/** A literal's mark. Many literals share one: a gate that is open by mistake costs a look and changes nothing. */
export const markOf = (literal: number): number => Math.imul(literal, 0x9e3779b1) >>> 19;

/**
 * How a sequence lies in `steps`: its phrase, flags, the pieces that must stand besides what its gate tests (`NO_PIECE`, or `-2 - w` for wide piece
 * w), the number of its tag; then links and pieces by turns, beginning and ending with links (their codes: gaps.ts).
 */
export const step = { phrase: 0, flags: 1, need: 2, also: 3, tag: 4, links: 5, pieces: 6, each: 2 } as const;
export const NO_PIECE = -1;
export const flag = {
  atStart: 1,
  atEnd: 2,
  english: 4,
  anchorAt: 3,
  piecesAt: 11,
  most: 255,
  needAt: 19,
  alsoAt: 22,
  where: 7,
} as const;

/** A number of which the lowest bits tell units apart; taken modulo the bits of a set, it is the unit's bit. */
export const bitOf = (unit: number): number => Math.imul(unit, 0x9e3779b1) >>> 12;
/** The bits of a word of `gates`, and so many words for each unit of a set: few other units then look like one of it. */
export const WORD = 16;

/** A set of units as bits: one look tells whether it may hold a unit. */
function bitsOf(units: readonly number[]): number[] {
  const words = new Array<number>(2 ** Math.ceil(Math.log2(units.length))).fill(0);
  for (const unit of units) {
    const bit = bitOf(unit) & (words.length * WORD - 1);
    words[bit >> 4]! |= 1 << (bit & (WORD - 1));
  }
  return words;
}

/** A piece of more literals than this is found from its literals: a gate with all their marks would cost more. */
const WIDE = 40;

/** Pieces by their words: their literals' numbers, their places in `members`, and the numbers of the wide ones. */
type Pieces = {
  of(words: readonly string[]): number;
  members: number[][];
  places: Int32Array;
  wide: Map<number, number>;
};

/** What a gate tests, before it is known where literals lie. */
type Test = { kind: number; piece: number } | { kind: number; bits: readonly number[] };
type LaidOut = { at: number; anchor: number; test: Test; bars: boolean };
type Gate = { anchor: number; test: Test; bars: boolean; sequences: number[] };

/**
 * Lays out the sequences of all phrases over `literals`. `rarest` gives the places of a sequence's pieces, those first that a text is least likely to
 * hold: its anchor, its need, and one more. Also tells the place of each literal's record.
 */
export function layOut(
  phrases: readonly Phrase[],
  literals: readonly string[],
  rarest: (sequence: Sequence) => number[],
): Tables & { recordAt: Int32Array } {
  const pieces = numberPieces(phrases, new Map(literals.map((literal, k) => [literal, k])));
  const { sequences, steps } = laySteps(phrases, pieces, rarest);
  const list = gatesOf(sequences);
  const gatesAt = placesOf(list, (each) => gate.tests + testsOf(each.test, pieces) + 2 * each.sequences.length);
  const gatesBy = grouped(
    list.flatMap(({ anchor, bars }, k) =>
      pieces.members[anchor]!.map((literal) => [literal, bars ? -gatesAt[k]! : gatesAt[k]!] as const),
    ),
    literals.length,
  );
  const widesBy = grouped(
    [...pieces.wide].flatMap(([piece, wide]) => pieces.members[piece]!.map((literal) => [literal, wide] as const)),
    literals.length,
  );
  const recordAt = placesOf(literals, (_, k) => 1 + widesBy(k).length + gatesBy(k).length + 1);
  const records = new Int32Array(recordAt[literals.length]!);
  for (const [k, literal] of literals.entries()) {
    const wides = widesBy(k);
    records[recordAt[k]!] = literal.length | (wides.length << record.widesAt);
    records.set(wides, recordAt[k]! + 1);
    records.set(gatesBy(k), recordAt[k]! + 1 + wides.length);
  }
  const members = Int32Array.from(pieces.members.flatMap((some) => [some.length, ...some.map((k) => recordAt[k]!)]));
  const gates = Uint16Array.from([0, ...list.flatMap((each) => layGate(each, pieces, recordAt))]);
  return { records, gates, steps, members, wides: Int32Array.of(pieces.wide.size), recordAt };
}

/** Where each of some things lies when they lie one behind the other, from 1 on; and where they end. */
function placesOf<T>(things: readonly T[], size: (thing: T, k: number) => number): Int32Array {
  const at = new Int32Array(things.length + 1).fill(1, 0, 1);
  for (const [k, thing] of things.entries()) at[k + 1] = at[k]! + size(thing, k);
  return at;
}

/** Sequences by what must be tested before they are looked at; false friends last. */
function gatesOf(sequences: readonly LaidOut[]): Gate[] {
  const gates = new Map<string, Gate[]>();
  for (const { at, anchor, test, bars } of sequences) {
    const key = JSON.stringify([bars, anchor, test]);
    const known = gates.get(key) ?? [];
    gates.set(key, known);
    const last = known.at(-1);
    if (last && last.sequences.length < gate.most) last.sequences.push(at);
    else known.push({ anchor, test, bars, sequences: [at] });
  }
  return [...gates.values()].flat().sort((a, b) => Number(a.bars) - Number(b.bars));
}

function testsOf(test: Test, { members }: Pieces): number {
  if ("bits" in test) return test.bits.length;
  if (test.piece === NO_PIECE) return 0;
  return test.kind >= kind.wide ? 1 : members[test.piece]!.length;
}

function layGate({ test, sequences }: Gate, pieces: Pieces, recordAt: Int32Array): number[] {
  return [
    sequences.length | (test.kind << gate.kindAt),
    testsOf(test, pieces),
    ...testFor(test, pieces, recordAt),
    ...sequences.flatMap((at) => [at & 0xffff, at >>> 16]),
  ];
}

function testFor(test: Test, { members, wide }: Pieces, recordAt: Int32Array): readonly number[] {
  if ("bits" in test) return test.bits;
  if (test.piece === NO_PIECE) return [];
  if (test.kind >= kind.wide) return [wide.get(test.piece)!];
  return members[test.piece]!.map((literal) => markOf(recordAt[literal]!));
}

function numberPieces(phrases: readonly Phrase[], literals: ReadonlyMap<string, number>): Pieces {
  const numbers = new Map<string, number>();
  const members: number[][] = [];
  const wide = new Map<number, number>();
  const keyOf = (words: readonly string[]) => words.join("\u0000");
  for (const words of phrases.flatMap(({ sequences }) => sequences.flatMap(({ pieces }) => pieces))) {
    const key = keyOf(words);
    if (numbers.has(key)) continue;
    if (words.length > WIDE) wide.set(members.length, wide.size);
    numbers.set(key, members.length);
    members.push(words.map((word) => literals.get(word)!).sort((a, b) => a - b));
  }
  const places = new Int32Array(members.length + 1);
  for (const [k, list] of members.entries()) places[k + 1] = places[k]! + 1 + list.length;
  return { of: (words) => numbers.get(keyOf(words))!, members, places, wide };
}

function laySteps(
  phrases: readonly Phrase[],
  pieces: Pieces,
  rarest: (sequence: Sequence) => number[],
): { sequences: LaidOut[]; steps: Int32Array } {
  const tags = new Map<string, number>();
  for (const { tag } of phrases) if (!tags.has(tag)) tags.set(tag, tags.size);
  const sequences = phrases.flatMap((phrase, k) =>
    phrase.sequences.map((sequence) => {
      const numbers = sequence.pieces.map(pieces.of);
      const [anchor, need, also] = rarest(sequence);
      return { k, phrase, sequence, numbers, anchor: anchor!, need, also, needed: numbers[need ?? -1] ?? NO_PIECE };
    }),
  );
  // Those with the same need in the order of their phrases: what is found at one place is told in the order of the steps.
  sequences.sort((a, b) => a.needed - b.needed);
  const steps: number[] = [];
  const laid = sequences.map(({ k, phrase, sequence, numbers, anchor, need, also, needed }): LaidOut => {
    const at = steps.length;
    const codes = sequence.links.map(codeOfLinks);
    if (numbers.length > flag.most || codes.includes(undefined))
      throw new PatternError(`too long to be looked for: ${phrase.pattern}`);
    const test = neighbourTest(sequence, anchor) ?? needTest(pieces, needed, whereIs(sequence, anchor, need));
    const flags =
      flagsOf(sequence, phrase.lang, anchor) |
      (whereIs(sequence, anchor, need) << flag.needAt) |
      (whereIs(sequence, anchor, also) << flag.alsoAt);
    const untested = "bits" in test ? pieceFor(pieces, needed) : NO_PIECE;
    steps.push(k, flags, untested, pieceFor(pieces, numbers[also ?? -1] ?? NO_PIECE), tags.get(phrase.tag)!);
    for (const [p, piece] of numbers.entries()) steps.push(codes[p]!, pieces.places[piece]!);
    steps.push(codes.at(-1)!);
    return { at, anchor: numbers[anchor]!, test, bars: phrase.manner === "not" };
  });
  return { sequences: laid, steps: Int32Array.from(steps) };
}

/** Where a piece is joined to the anchor, the unit beside the anchor tells most; of two such pieces, that which leaves fewer units. */
function neighbourTest({ pieces, links }: Sequence, anchor: number): Test | undefined {
  const joined = (place: number, piece: number) => links[place]!.length === 0 && pieces[piece] !== undefined;
  const units = (piece: number, at: 0 | -1) => [...new Set(pieces[piece]!.map((word) => word.at(at)!.charCodeAt(0)))];
  const before = joined(anchor, anchor - 1) ? units(anchor - 1, -1) : undefined;
  const behind = joined(anchor + 1, anchor + 1) ? units(anchor + 1, 0) : undefined;
  if (behind && (!before || behind.length <= before.length)) return { kind: kind.unitBehind, bits: bitsOf(behind) };
  return before && { kind: kind.unitBefore, bits: bitsOf(before) };
}

function needTest({ wide }: Pieces, piece: number, where: number): Test {
  if (piece === NO_PIECE) return { kind: kind.anyway, piece };
  return { kind: wide.has(piece) ? kind.wide + where : where, piece };
}

/** What ends a clause, as folded text has it. */
const ENDS_CLAUSE = /[,;。!?….\n]/;

/** Where the piece at one place of a sequence stands, as seen from the anchor. */
function whereIs({ pieces, links }: Sequence, anchor: number, piece = anchor): number {
  const first = Math.min(anchor, piece);
  const last = Math.max(anchor, piece);
  const between = links.slice(first + 1, last + 1);
  const inClause =
    between.every((some) => some.every((link) => link === "gap" || link === "num")) &&
    pieces.slice(first, last + 1).every((words) => words.every((word) => !ENDS_CLAUSE.test(word)));
  if (piece < anchor) return inClause ? where.beforeInClause : where.before;
  if (piece === anchor + 1 && between[0]!.length === 0) return where.next;
  return inClause ? where.behindInClause : where.behind;
}

const flagsOf = ({ atStart, atEnd, pieces }: Sequence, lang: Phrase["lang"], anchor: number): number =>
  (atStart ? flag.atStart : 0) |
  (atEnd ? flag.atEnd : 0) |
  (lang === "en" ? flag.english : 0) |
  (anchor << flag.anchorAt) |
  (pieces.length << flag.piecesAt);

function pieceFor({ places, wide }: Pieces, piece: number): number {
  if (piece === NO_PIECE) return NO_PIECE;
  const number = wide.get(piece);
  return number === undefined ? places[piece]! : -2 - number;
}

/** Values by a key from 0 to `size` - 1, in the order given. */
function grouped(pairs: readonly (readonly [number, number])[], size: number): (key: number) => Int32Array {
  const at = new Int32Array(size + 1);
  for (const [key] of pairs) at[key + 1]!++;
  for (let k = 0; k < size; k++) at[k + 1]! += at[k]!;
  const next = at.slice();
  const values = new Int32Array(pairs.length);
  for (const [key, value] of pairs) values[next[key]!++] = value;
  return (key) => values.subarray(at[key]!, at[key + 1]!);
}
