import { codeOfLinks } from "./gaps.ts";
import type { Phrase } from "./pack.ts";
import { PatternError, type Sequence } from "./pattern.ts";

/** Sequences by the literals of their anchors, those with the same need behind one gate. */
export type Gates = {
  /**
   * Gates of literal k: `gates` from `gatesAt[k]` to `gatesAt[k + 1]`. A gate is the number of sequences behind it, the number of literals that open
   * it, and the marks of these literals (`markOf`); `OPEN` and no marks where nothing is needed, `WIDE_NEED` and the number of a wide piece.
   */
  gatesAt: Int32Array;
  gates: Uint16Array;
  /** Where in `steps` the sequences behind the gates of literal k begin, in the order of its gates, from `sequencesAt[k]` on. */
  sequencesAt: Int32Array;
  sequences: Int32Array;
};

export const OPEN = 0;
export const WIDE_NEED = 0xffff;
const MOST_BEHIND = 0xffff;

/** A literal's mark of 16 bits. Two literals may share one: a gate that is open by mistake costs a look and changes nothing. */
export const markOf = (literal: number): number => Math.imul(literal, 0x9e3779b1) >>> 16;

/**
 * How a sequence lies in `steps`: its phrase, flags, the piece needed beside anchor and need (`NO_PIECE`, or `-2 - w` for wide piece w), the number
 * of its tag; then links and pieces by turns, beginning and ending with links (their codes: gaps.ts).
 */
export const step = { phrase: 0, flags: 1, also: 2, tag: 3, links: 4, pieces: 5, each: 2 } as const;
export const NO_PIECE = -1;
export const flag = { atStart: 1, atEnd: 2, english: 4, anchorAt: 3, piecesAt: 11, most: 255 } as const;

/** A gate that more literals than this open is a wide piece: measured on talk, where it is cheapest between 30 and 60. */
const WIDE = 40;

/** The pieces of all phrases: their literals, ascending, and the numbers of those that are wide. */
export type Pieces = { of(words: readonly string[]): number; members: number[][]; wide: ReadonlyMap<number, number> };

export function numberPieces(phrases: readonly Phrase[], literals: ReadonlyMap<string, number>): Pieces {
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
  return { of: (words) => numbers.get(keyOf(words))!, members, wide };
}

/** A sequence laid out for `steps`. */
export type LaidOut = { phrase: number; anchor: number; need: number; steps: number[] };

/** Lays out a sequence whose pieces, the rarest first, are at the places `rarest`. */
export function layOut(
  { pieces, links, atStart, atEnd }: Sequence,
  phrase: number,
  { lang, pattern }: Phrase,
  tag: number,
  rarest: readonly number[],
  numbered: Pieces,
): LaidOut {
  const codes = links.map(codeOfLinks);
  if (pieces.length > flag.most || codes.includes(undefined))
    throw new PatternError(`too long to be looked for: ${pattern}`);
  const numbers = pieces.map(numbered.of);
  const [anchor, need, also] = rarest;
  const flags =
    (atStart ? flag.atStart : 0) |
    (atEnd ? flag.atEnd : 0) |
    (lang === "en" ? flag.english : 0) |
    (anchor! << flag.anchorAt) |
    (pieces.length << flag.piecesAt);
  const body = numbers.flatMap((piece, k) => [codes[k]!, piece]);
  return {
    phrase,
    anchor: numbers[anchor!]!,
    need: need === undefined ? NO_PIECE : numbers[need]!,
    steps: [
      phrase,
      flags,
      alsoOf(also === undefined ? NO_PIECE : numbers[also]!, numbered),
      tag,
      ...body,
      codes.at(-1)!,
    ],
  };
}

function alsoOf(piece: number, { wide }: Pieces): number {
  const number = wide.get(piece);
  return number === undefined ? piece : -2 - number;
}

/** The gates of sequences, which begin `at` in the steps; `literals` is how many literals there are. */
export function gatesFor(
  sequences: readonly (LaidOut & { at: number })[],
  { members, wide }: Pieces,
  literals: number,
): Gates {
  const anchored = sequences
    .flatMap((sequence, order) => members[sequence.anchor]!.map((literal) => ({ literal, order, ...sequence })))
    .sort((a, b) => a.literal - b.literal || a.need - b.need || a.order - b.order);
  const gates: [number, number][] = [];
  for (let from = 0; from < anchored.length; ) {
    const { literal, need } = anchored[from]!;
    let to = from + 1;
    while (anchored[to]?.literal === literal && anchored[to]!.need === need && to - from < MOST_BEHIND) to++;
    for (const value of gate(to - from, need, members, wide)) gates.push([literal, value]);
    from = to;
  }
  const [gatesAt, values] = grouped(gates, literals);
  const [sequencesAt, places] = grouped(
    anchored.map(({ literal, at }) => [literal, at] as const),
    literals,
  );
  return { gatesAt, gates: Uint16Array.from(values), sequencesAt, sequences: places };
}

function gate(behind: number, need: number, members: readonly number[][], wide: Pieces["wide"]): number[] {
  if (need === NO_PIECE) return [behind, OPEN];
  const number = wide.get(need);
  if (number === undefined) return [behind, members[need]!.length, ...members[need]!.map(markOf)];
  return [behind, WIDE_NEED, number];
}

/** Values grouped by a key from 0 to `size` - 1, in the order given: those of key k lie from `at[k]` to `at[k + 1]`. */
export function grouped(pairs: readonly (readonly [number, number])[], size: number): [Int32Array, Int32Array] {
  const at = new Int32Array(size + 1);
  for (const [key] of pairs) at[key + 1]!++;
  for (let k = 0; k < size; k++) at[k + 1]! += at[k]!;
  const next = at.slice();
  const values = new Int32Array(pairs.length);
  for (const [key, value] of pairs) values[next[key]!++] = value;
  return [at, values];
}
