import { codeOfLinks } from "./gaps.ts";
import type { Phrase } from "./pack.ts";
import { PatternError, type Sequence } from "./pattern.ts";

/**
 * What matching looks things up in, laid out so that a text asks for few lines of memory: reading a line that is not in the processor's cache costs as
 * much as a hundred steps.
 */
export type Tables = {
  /**
   * What a literal leads to; a literal goes by the place of its record. A record is the literal's length, the number of wide pieces it belongs to, how
   * long the gates of the ways of saying are that it anchors (`FAR_OFF`: walk through them); the numbers of the wide pieces; these gates and a 0; the
   * gates of the false friends and a 0. A gate is the number of sequences behind it (not 0), where the need must stand (`where`), what opens it, and
   * the places of these sequences in `steps`, low half before high. What opens it: `OPEN`; `WIDE_NEED` and the number of a wide piece; or the number
   * of literals and their marks, one of which is enough.
   */
  records: Uint16Array;
  /** Sequences: `step` says how one is laid out. */
  steps: Int32Array;
  /** Pieces: how many literals, then the literals, ascending. A piece goes by its place here. */
  members: Int32Array;
  /** How many pieces are wide; one number. */
  wides: Int32Array;
};

/** Places in a record. */
export const record = { length: 0, wides: 1, saying: 2, rest: 3 } as const;
export const FAR_OFF = 0xffff;
/** Gates that need nothing and gates that need a wide piece. */
export const OPEN = 0;
export const WIDE_NEED = 0xffff;
/** The first number of a gate: how many sequences stand behind it, and where the need must stand. */
export const gate = { most: 0x1fff, whereAt: 13 } as const;

/** How many marks there are. */
export const MARKS = 1 << 13;
/** A literal's mark. Many literals share one: a gate that is open by mistake costs a look and changes nothing. */
export const markOf = (literal: number): number => Math.imul(literal, 0x9e3779b1) >>> 19;

/**
 * Where a piece of a sequence stands, as seen from its anchor: before it or behind it, and, where nothing between them can end a clause, in the same
 * clause. `next` begins where the anchor ends.
 */
export const where = { before: 0, behind: 1, beforeInClause: 2, behindInClause: 3, next: 4 } as const;

/**
 * How a sequence lies in `steps`: its phrase, flags, the piece needed beside anchor and need (`NO_PIECE`, or `-2 - w` for wide piece w), the number
 * of its tag; then links and pieces by turns, beginning and ending with links (their codes: gaps.ts).
 */
export const step = { phrase: 0, flags: 1, also: 2, tag: 3, links: 4, pieces: 5, each: 2 } as const;
export const NO_PIECE = -1;
export const flag = { atStart: 1, atEnd: 2, english: 4, anchorAt: 3, piecesAt: 11, most: 255, alsoAt: 19 } as const;

/** A piece of more literals than this is found from its literals: a gate with all their marks would cost more. */
const WIDE = 40;

/** Pieces by their words: their literals' numbers, their places in `members`, and the numbers of the wide ones. */
type Pieces = {
  of(words: readonly string[]): number;
  members: number[][];
  places: Int32Array;
  wide: Map<number, number>;
};

type Mark = (literal: number) => number;
type Put = (value: number) => void;

/** A sequence by its number in the order of phrases, with the numbers of the pieces that make it be looked at. */
type LaidOut = { at: number; anchor: number; need: number; where: number; bars: boolean };

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
  const widesOf = grouped(
    [...pieces.wide].flatMap(([piece, wide]) => pieces.members[piece]!.map((literal) => [literal, wide] as const)),
    literals.length,
  );
  const anchored = (bars: boolean) =>
    grouped(
      sequences
        .flatMap((sequence, k) => (sequence.bars === bars ? [k] : []))
        .sort((a, b) => sequences[a]!.need - sequences[b]!.need || sequences[a]!.where - sequences[b]!.where)
        .flatMap((k) => pieces.members[sequences[k]!.anchor]!.map((literal) => [literal, k] as const)),
      literals.length,
    );
  const saying = anchored(false);
  const barring = anchored(true);
  const tellGates = (list: Int32Array, mark: Mark, put: Put): void => {
    for (let from = 0, to = 0; from < list.length; from = to) {
      const { need, where } = sequences[list[from]!]!;
      const isSame = (k: number) => sequences[list[k]!]!.need === need && sequences[list[k]!]!.where === where;
      while (to < list.length && isSame(to) && to - from < gate.most) to++;
      put((to - from) | (where << gate.whereAt));
      tellNeed(pieces, need, mark, put);
      for (let k = from; k < to; k++) {
        const { at } = sequences[list[k]!]!;
        put(at & 0xffff);
        put(at >>> 16);
      }
    }
    put(0);
  };
  /** Hands the record of a literal to `put`, number by number. */
  const tell = (literal: number, mark: Mark, put: Put): void => {
    const wides = widesOf(literal);
    put(literals[literal]!.length);
    put(wides.length);
    put(
      Math.min(
        FAR_OFF,
        sized((count) => tellGates(saying(literal), mark, count)),
      ),
    );
    for (const wide of wides) put(wide);
    tellGates(saying(literal), mark, put);
    tellGates(barring(literal), mark, put);
  };
  const recordAt = new Int32Array(literals.length + 1);
  for (let k = 0; k < literals.length; k++) {
    recordAt[k + 1] = recordAt[k]! + sized((count) => tell(k, () => 0, count));
  }
  const records = new Uint16Array(recordAt[literals.length]!);
  let at = 0;
  const put = (value: number): void => {
    records[at++] = value;
  };
  for (let k = 0; k < literals.length; k++) tell(k, (literal) => markOf(recordAt[literal]!), put);
  const members = Int32Array.from(
    pieces.members.flatMap((list) => [list.length, ...list.map((literal) => recordAt[literal]!)]),
  );
  return { records, steps, members, wides: Int32Array.of(pieces.wide.size), recordAt };
}

/** How many numbers are handed over. */
function sized(tell: (put: Put) => void): number {
  let size = 0;
  tell(() => {
    size++;
  });
  return size;
}

function tellNeed({ members, wide }: Pieces, need: number, mark: Mark, put: Put): void {
  const number = wide.get(need);
  if (need === NO_PIECE) put(OPEN);
  else if (number !== undefined) {
    put(WIDE_NEED);
    put(number);
  } else {
    put(members[need]!.length);
    for (const literal of members[need]!) put(mark(literal));
  }
}

function numberPieces(phrases: readonly Phrase[], literals: ReadonlyMap<string, number>): Pieces {
  const numbers = new Map<string, number>();
  const members: number[][] = [];
  const wide = new Map<number, number>();
  const keyOf = (words: readonly string[]) => words.join("\u0000");
  for (const words of phrases.flatMap(({ sequences }) => sequences.flatMap(({ pieces }) => pieces))) {
    const key = keyOf(words);
    if (numbers.has(key)) continue;
    if (words.length > WIDE && wide.size < WIDE_NEED) wide.set(members.length, wide.size);
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
      const at = { phrase: k, sequence, numbers, anchor: anchor!, also };
      return { ...at, need: need === undefined ? NO_PIECE : numbers[need]!, where: whereIs(sequence, anchor!, need) };
    }),
  );
  const steps: number[] = [];
  // Those with the same need in the order of their phrases: what is found at one place is told in the order of the steps.
  sequences.sort((a, b) => a.need - b.need);
  const laid = sequences.map(({ phrase, sequence, numbers, anchor, also, need, where }): LaidOut => {
    const at = steps.length;
    const { tag, manner, pattern, lang } = phrases[phrase]!;
    const codes = sequence.links.map(codeOfLinks);
    if (numbers.length > flag.most || codes.includes(undefined))
      throw new PatternError(`too long to be looked for: ${pattern}`);
    const flags = flagsOf(sequence, lang, anchor) | (whereIs(sequence, anchor, also) << flag.alsoAt);
    steps.push(phrase, flags, alsoOf(pieces, numbers[also ?? -1]), tags.get(tag)!);
    for (const [p, piece] of numbers.entries()) steps.push(codes[p]!, pieces.places[piece]!);
    steps.push(codes.at(-1)!);
    return { at, anchor: numbers[anchor]!, need, where, bars: manner === "not" };
  });
  return { sequences: laid, steps: Int32Array.from(steps) };
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

function alsoOf({ places, wide }: Pieces, piece: number | undefined): number {
  if (piece === undefined) return NO_PIECE;
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
