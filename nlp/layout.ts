import { besideOf, newUnitSets, type UnitSets } from "./beside.ts";
import { codeOfLinks } from "./gaps.ts";
import type { Phrase } from "./pack.ts";
import { PatternError, type Sequence } from "./pattern.ts";
import { byRecord, hashOf, layMembers, type Members, NO_PIECE, numberPieces, type Pieces } from "./pieces.ts";

/**
 * What matching looks things up in, laid out so that a text asks for few lines of memory: reading one that is not in the processor's cache costs as
 * much as a hundred steps. What many literals lead to is therefore written once, and stays in the cache.
 */
export type Tables = {
  /**
   * What a literal leads to; a literal goes by the place of its record: its gates, two numbers each, the place of the gate and what the literal asks of
   * its neighbour (beside.ts); a 0. The gates of false friends lie before that place, the nearest first: the place of a gate, negative, and what the
   * literal asks of its neighbour together with the number of the only tag that they bar.
   */
  records: Int32Array;
  /**
   * Gates: sequences with the same anchor, and what to look at before any of them is. A gate is the number of its sequences and, in the upper bits,
   * its kind; the number of its tests; the tests; the places of the sequences in `steps`, low half before high. One test that holds is enough.
   */
  gates: Uint16Array;
  /** Sequences: `step` says how one is laid out. */
  steps: Int32Array;
  members: Members;
  unitSets: UnitSets;
};

/** What the automaton puts out for a literal: the place of its record, its length, and whether it leads to gates, and to those of false friends. */
export const output = { literal: 0x7fffff, lengthAt: 23, mostUnits: 0x7f, shows: 1 << 30, bars: 1 << 31 } as const;
export const record = { each: 2, besideOfFriend: 0xffff, tagAt: 16, mostTags: 0x7fff } as const;
export const gate = { most: 0xfff, kindAt: 12, tests: 2 } as const;

/**
 * Where a piece of a sequence stands, as seen from its anchor: before it or behind it, and, where nothing between them can end a clause, in the same
 * clause. `next` begins where the anchor ends, `last` ends where it begins.
 */
export const where = { before: 0, behind: 1, beforeInClause: 2, behindInClause: 3, next: 4, last: 5 } as const;

/**
 * Kinds of gates. Up to `where.last`: the tests are marks of literals that must begin where the kind says. `anyway`: nothing is tested here. From
 * `wide` on: the two tests are the place of a piece of many literals, low half before high; the kind less `wide` says where it must stand.
 */
export const kind = { anyway: 6, wide: 8 } as const;

/** How many marks there are. */
export const MARKS = 1 << 13;
/** A literal's mark. Many literals share one: a gate that is open by mistake costs a look and changes nothing. */
export const markOf = (literal: number): number => hashOf(literal) >>> 19;

/**
 * How a sequence lies in `steps`: its phrase, flags, the pieces that must stand besides what was tested before (or `NO_PIECE`), the number of its tag;
 * then links and pieces by turns, beginning and ending with links (their codes: gaps.ts).
 */
export const step = { phrase: 0, flags: 1, need: 2, also: 3, tag: 4, links: 5, pieces: 6, each: 2 } as const;
export const flag = {
  atStart: 1,
  atEnd: 2,
  english: 4,
  anchorAt: 3,
  piecesAt: 11,
  most: 255,
  needAt: 19,
  alsoAt: 22,
  atClauseEnd: 1 << 25,
  where: 7,
} as const;

/** A piece of more literals than this is looked for among those of the text: a gate with all their marks would cost more. */
const WIDE = 40;

/** What is tested before a sequence is looked at: the units that its anchor may have for a neighbour, or where its need stands. */
type Test = { units: string; before: boolean } | { kind: number; piece: number };
/** `bars` is the number of the tag that a false friend bars; -1 for all others. */
type LaidOut = { at: number; anchor: number; test: Test; bars: number };
type Gate = { anchor: number; test: Test; bars: number; sequences: number[] };

/**
 * Lays out the sequences of all phrases over `literals`. `rarest` gives the places of a sequence's pieces, those first that a text is least likely to
 * hold: its anchor, its need, and one more; `likelihood` tells how often a place of a text holds a literal. Also tells what the automaton
 * puts out for each literal.
 */
export function layOut(
  phrases: readonly Phrase[],
  literals: readonly string[],
  rarest: (sequence: Sequence) => number[],
  likelihood: (literal: string) => number,
): Tables & { outputs: readonly number[] } {
  const pieces = numberPieces(phrases, new Map(literals.map((literal, k) => [literal, k])));
  const { sequences, steps } = laySteps(phrases, pieces, rarest);
  const list = gatesOf(sequences);
  const gatesAt = placesOf(list, (each) => gate.tests + testsOf(each.test, pieces) + 2 * each.sequences.length);
  const gatesBy = grouped(
    list.flatMap(({ anchor }, k) => pieces.literals[anchor]!.map((literal) => [literal, k] as const)),
    literals.length,
  );
  const { unitSets, besides } = laySets(list, ({ anchor }) =>
    pieces.literals[anchor]!.reduce((sum, literal) => sum + likelihood(literals[literal]!), 0),
  );
  const recordAt = placesOf(literals, (_, k) => gatesBy(k).length * record.each + 1);
  for (let k = 0; k < literals.length; k++)
    for (const number of gatesBy(k)) if (list[number]!.bars >= 0) recordAt[k]! += record.each;
  for (const { at } of sequences) placeLiterals(steps, at, recordAt);
  if (recordAt.at(-1)! > output.literal) throw new PatternError("more phrases than can be counted");
  const records = new Int32Array(recordAt[literals.length]!);
  const outputs = literals.map((literal, k) => {
    if (literal.length > output.mostUnits) throw new PatternError(`too long to be looked for: ${literal}`);
    const own = [...gatesBy(k)];
    const showing = own.filter((number) => list[number]!.bars < 0);
    const barring = own.filter((number) => list[number]!.bars >= 0);
    for (const [n, number] of showing.entries()) {
      const at = recordAt[k]! + n * record.each;
      records[at] = gatesAt[number]!;
      records[at + 1] = besides[number]!;
    }
    for (const [n, number] of barring.entries()) {
      const at = recordAt[k]! - (n + 1) * record.each;
      records[at] = -gatesAt[number]!;
      records[at + 1] = besides[number]! | (list[number]!.bars << record.tagAt);
    }
    const flags = (showing.length > 0 ? output.shows : 0) | (barring.length > 0 ? output.bars : 0);
    return recordAt[k]! | (literal.length << output.lengthAt) | flags;
  });
  const gates = Uint16Array.from([0, ...list.flatMap((each) => layGate(each, pieces, recordAt))]);
  return { records, gates, steps, members: layMembers(pieces, recordAt), unitSets, outputs };
}

/** Lays out the sets of units that gates ask for, and tells what each gate asks of a neighbour. */
function laySets(list: readonly Gate[], heat: (gate: Gate) => number): { unitSets: UnitSets; besides: number[] } {
  const sets = newUnitSets();
  const asked = list.map((each) => ("units" in each.test ? sets.add(each.test.units, heat(each)) : -1));
  const { unitSets, numbers } = sets.lay();
  if (besideOf(numbers.length, true) > record.besideOfFriend)
    throw new PatternError("more neighbours than can be told apart");
  const besides = list.map(({ test }, k) => ("units" in test ? besideOf(numbers[asked[k]!]!, test.before) : 0));
  return { unitSets, besides };
}

/** Where each of some things lies when they lie one behind the other, from 1 on; and where they end. */
function placesOf<T>(things: readonly T[], size: (thing: T, k: number) => number): Int32Array {
  const at = new Int32Array(things.length + 1).fill(1, 0, 1);
  for (const [k, thing] of things.entries()) at[k + 1] = at[k]! + size(thing, k);
  return at;
}

/** Sequences by what must be tested before they are looked at; those of false friends also by their tag. */
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
  return [...gates.values()].flat().sort((a, b) => Number(a.bars >= 0) - Number(b.bars >= 0));
}

function testsOf(test: Test, { literals }: Pieces): number {
  if ("units" in test || test.piece === NO_PIECE) return 0;
  return test.kind >= kind.wide ? 2 : literals[test.piece]!.length;
}

function layGate({ test, sequences }: Gate, pieces: Pieces, recordAt: Int32Array): number[] {
  return [
    sequences.length | (("units" in test ? kind.anyway : test.kind) << gate.kindAt),
    testsOf(test, pieces),
    ...testFor(test, pieces, recordAt),
    ...sequences.flatMap(halvesOf),
  ];
}

function testFor(test: Test, { literals, places }: Pieces, recordAt: Int32Array): readonly number[] {
  if ("units" in test || test.piece === NO_PIECE) return [];
  if (test.kind >= kind.wide) return halvesOf(places[test.piece]!);
  return literals[test.piece]!.map((literal) => markOf(recordAt[literal]!));
}

const halvesOf = (place: number): number[] => [place & 0xffff, place >>> 16];

function laySteps(
  phrases: readonly Phrase[],
  pieces: Pieces,
  rarest: (sequence: Sequence) => number[],
): { sequences: LaidOut[]; steps: Int32Array } {
  const tags = new Map<string, number>();
  for (const { tag } of phrases) if (!tags.has(tag)) tags.set(tag, tags.size);
  if (tags.size > record.mostTags) throw new PatternError("more tags than can be told apart");
  const sequences = phrases.flatMap((phrase, k) =>
    phrase.sequences.map((sequence) => {
      const numbers = sequence.pieces.map(pieces.of);
      const [anchor, ...others] = rarest(sequence);
      return { k, phrase, sequence, numbers, anchor: anchor!, others, needed: numbers[others[0] ?? -1] ?? NO_PIECE };
    }),
  );
  // Those with the same need in the order of their phrases: what is found at one place is told in the order of the steps.
  sequences.sort((a, b) => a.needed - b.needed);
  const steps: number[] = [];
  const laid = sequences.map(({ k, phrase, sequence, numbers, anchor, others, needed }): LaidOut => {
    const at = steps.length;
    const codes = sequence.links.map(codeOfLinks);
    if (numbers.length > flag.most || codes.includes(undefined))
      throw new PatternError(`too long to be looked for: ${phrase.pattern}`);
    const test = neighbourTest(sequence, anchor) ?? needTest(pieces, needed, whereIs(sequence, anchor, others[0]));
    const [need, also] = "units" in test ? joinedFirst(sequence, anchor, others) : [undefined, others[1]];
    const flags =
      flagsOf(sequence, phrase.lang, anchor) |
      (whereIs(sequence, anchor, need) << flag.needAt) |
      (whereIs(sequence, anchor, also) << flag.alsoAt);
    const placeOf = (place: number | undefined) => (place === undefined ? NO_PIECE : pieces.refOf(numbers[place]!));
    steps.push(k, flags, placeOf(need), placeOf(also), tags.get(phrase.tag)!);
    for (const [p, piece] of numbers.entries()) steps.push(codes[p]!, pieces.refOf(piece));
    steps.push(codes.at(-1)!);
    const isFriend = phrase.manner === "not" || phrase.manner === "unless";
    return { at, anchor: numbers[anchor]!, test, bars: isFriend ? tags.get(phrase.tag)! : -1 };
  });
  return { sequences: laid, steps: Int32Array.from(steps) };
}

/** Has the pieces of a sequence that are one literal go by the place of its record. */
function placeLiterals(steps: Int32Array, at: number, recordAt: Int32Array): void {
  const count = (steps[at + step.flags]! >> flag.piecesAt) & flag.most;
  const pieces = Array.from({ length: count }, (_, k) => step.pieces + k * step.each);
  for (const place of [step.need, step.also, ...pieces]) steps[at + place] = byRecord(steps[at + place]!, recordAt);
}

/** What is joined to the anchor can be looked for at one place. */
function joinedFirst(sequence: Sequence, anchor: number, others: readonly number[]): number[] {
  const isJoined = (place: number) => whereIs(sequence, anchor, place) >= where.next;
  return [...others.filter(isJoined), ...others.filter((place) => !isJoined(place))];
}

/** Where a piece is joined to the anchor, the unit beside the anchor tells most; of two such pieces, that which leaves fewer units. */
function neighbourTest({ pieces, links }: Sequence, anchor: number): Test | undefined {
  const joined = (place: number, piece: number) => links[place]!.length === 0 && pieces[piece] !== undefined;
  const units = (piece: number, at: 0 | -1) => [...new Set(pieces[piece]!.map((word) => word.at(at)!))].sort().join("");
  const before = joined(anchor, anchor - 1) ? units(anchor - 1, -1) : undefined;
  const behind = joined(anchor + 1, anchor + 1) ? units(anchor + 1, 0) : undefined;
  if (behind && (!before || behind.length <= before.length)) return { units: behind, before: false };
  return before === undefined ? undefined : { units: before, before: true };
}

function needTest({ literals }: Pieces, piece: number, where: number): Test {
  if (piece === NO_PIECE) return { kind: kind.anyway, piece };
  return { kind: literals[piece]!.length > WIDE ? kind.wide + where : where, piece };
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
  if (piece === anchor - 1 && between[0]!.length === 0) return where.last;
  if (piece < anchor) return inClause ? where.beforeInClause : where.before;
  if (piece === anchor + 1 && between[0]!.length === 0) return where.next;
  return inClause ? where.behindInClause : where.behind;
}

const flagsOf = ({ atStart, atEnd, atClauseEnd, pieces }: Sequence, lang: Phrase["lang"], anchor: number): number =>
  (atStart ? flag.atStart : 0) |
  (atEnd ? flag.atEnd : 0) |
  (atClauseEnd ? flag.atClauseEnd : 0) |
  (lang === "en" ? flag.english : 0) |
  (anchor << flag.anchorAt) |
  (pieces.length << flag.piecesAt);

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
