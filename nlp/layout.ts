import { codeOfLinks } from "./gaps.ts";
import type { Phrase } from "./pack.ts";
import { PatternError, type Sequence } from "./pattern.ts";

/**
 * What matching looks things up in, laid out so that a text asks for few lines of memory: reading a line that is not in the processor's cache costs as
 * much as a hundred steps.
 */
export type Tables = {
  /**
   * What a literal leads to; a literal goes by the place of its record. A record is the literal's length, the number of wide pieces it belongs to and
   * their numbers; then the gates of the ways of saying it anchors, a 0, the gates of the false friends, a 0. A gate is the number of sequences behind
   * it (not 0), what opens it, and the places of these sequences in `steps`, low half before high. What opens it: `OPEN`; `WIDE_NEED` and the number of
   * a wide piece; or the number of literals and their marks, one of which is enough.
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
export const record = { length: 0, wides: 1, rest: 2 } as const;
/** Gates that need nothing and gates that need a wide piece. */
export const OPEN = 0;
export const WIDE_NEED = 0xffff;
const MOST_BEHIND = 0xffff;

/** How many marks there are. */
export const MARKS = 1 << 14;
/** A literal's mark. Many literals share one: a gate that is open by mistake costs a look and changes nothing. */
export const markOf = (literal: number): number => Math.imul(literal, 0x9e3779b1) >>> 18;

/**
 * How a sequence lies in `steps`: its phrase, flags, the piece needed beside anchor and need (`NO_PIECE`, or `-2 - w` for wide piece w), the number
 * of its tag; then links and pieces by turns, beginning and ending with links (their codes: gaps.ts).
 */
export const step = { phrase: 0, flags: 1, also: 2, tag: 3, links: 4, pieces: 5, each: 2 } as const;
export const NO_PIECE = -1;
export const flag = { atStart: 1, atEnd: 2, english: 4, anchorAt: 3, piecesAt: 11, most: 255 } as const;

/** A piece of more literals than this is found from its literals: a gate with all their marks would cost more. */
const WIDE = 40;

/** Pieces by their words: their literals' numbers, their places in `members`, and the numbers of the wide ones. */
type Pieces = {
  of(words: readonly string[]): number;
  members: number[][];
  places: Int32Array;
  wide: Map<number, number>;
};

/** A sequence by its number in the order of phrases, with the numbers of the pieces that make it be looked at. */
type LaidOut = { at: number; anchor: number; need: number; bars: boolean };

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
        .sort((a, b) => sequences[a]!.need - sequences[b]!.need || a - b)
        .flatMap((k) => pieces.members[sequences[k]!.anchor]!.map((literal) => [literal, k] as const)),
      literals.length,
    );
  const saying = anchored(false);
  const barring = anchored(true);
  /** Hands the record of a literal to `put`, number by number. */
  const tell = (literal: number, mark: (literal: number) => number, put: (value: number) => void): void => {
    put(literals[literal]!.length);
    const wides = widesOf(literal);
    put(wides.length);
    for (const wide of wides) put(wide);
    for (const list of [saying(literal), barring(literal)]) {
      for (let from = 0, to = 0; from < list.length; from = to) {
        const { need } = sequences[list[from]!]!;
        while (to < list.length && sequences[list[to]!]!.need === need && to - from < MOST_BEHIND) to++;
        put(to - from);
        tellNeed(pieces, need, mark, put);
        for (let k = from; k < to; k++) {
          const { at } = sequences[list[k]!]!;
          put(at & 0xffff);
          put(at >>> 16);
        }
      }
      put(0);
    }
  };
  const recordAt = new Int32Array(literals.length + 1);
  for (let k = 0; k < literals.length; k++) {
    let size = 0;
    tell(
      k,
      () => 0,
      () => size++,
    );
    recordAt[k + 1] = recordAt[k]! + size;
  }
  const records = new Uint16Array(recordAt[literals.length]!);
  let at = 0;
  for (let k = 0; k < literals.length; k++) {
    tell(
      k,
      (literal) => markOf(recordAt[literal]!),
      (value) => {
        records[at++] = value;
      },
    );
  }
  const members = Int32Array.from(
    pieces.members.flatMap((list) => [list.length, ...list.map((literal) => recordAt[literal]!)]),
  );
  return { records, steps, members, wides: Int32Array.of(pieces.wide.size), recordAt };
}

function tellNeed(
  { members, wide }: Pieces,
  need: number,
  mark: (literal: number) => number,
  put: (value: number) => void,
): void {
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
  const steps: number[] = [];
  const sequences = phrases.flatMap((phrase, k) =>
    phrase.sequences.map((sequence): LaidOut => {
      const at = steps.length;
      const numbers = sequence.pieces.map(pieces.of);
      const [anchor, need, also] = rarest(sequence);
      const codes = sequence.links.map(codeOfLinks);
      if (numbers.length > flag.most || codes.includes(undefined))
        throw new PatternError(`too long to be looked for: ${phrase.pattern}`);
      steps.push(k, flagsOf(sequence, phrase, anchor!), alsoOf(pieces, numbers[also ?? -1]), tags.get(phrase.tag)!);
      for (const [p, piece] of numbers.entries()) steps.push(codes[p]!, pieces.places[piece]!);
      steps.push(codes.at(-1)!);
      return { at, anchor: numbers[anchor!]!, need: numbers[need ?? -1] ?? NO_PIECE, bars: phrase.manner === "not" };
    }),
  );
  return { sequences, steps: Int32Array.from(steps) };
}

const flagsOf = ({ atStart, atEnd, pieces }: Sequence, { lang }: Phrase, anchor: number): number =>
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
