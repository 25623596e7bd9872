import type { Phrase } from "./pack.ts";

/**
 * Pieces one behind the other: how many literals, bits that tell most other literals apart, then the literals, ascending. A piece goes by its place, a
 * literal by that of its record. A piece of one literal takes no room: it goes by a negative number that tells the literal.
 */
export type Members = Int32Array;

/** No piece is what a sequence without needs asks for. */
export const NO_PIECE = -1;
/** A piece of one literal, by that literal; and back. */
const ofOne = (literal: number): number => NO_PIECE - 1 - literal;

/** A piece has eight bits a literal or more, in so many numbers of 32, a power of two. */
const powerFor = (literals: number): number => 32 - Math.clz32((literals - 1) >> 2);

/** A literal's number for telling it apart: the bits of pieces and the marks (layout.ts) are its upper bits. */
export const hashOf = (literal: number): number => Math.imul(literal, 0x9e3779b1);

/** How far a hash is shifted to tell the bit of its literal in a piece of several. Worked out once where many literals are tried. */
export const siftOf = (members: Members, piece: number): number =>
  piece <= NO_PIECE ? 0 : 27 - powerFor(members[piece]!);

/** Whether a literal, given with its hash, belongs to a piece, given with its sift. Most that do not are told by one look. */
export function isOf(members: Members, piece: number, sift: number, literal: number, hash: number): boolean {
  if (piece < NO_PIECE) return literal === ofOne(piece);
  const bit = hash >>> sift;
  return ((members[piece + 1 + (bit >> 5)]! >> (bit & 31)) & 1) !== 0 && isListed(members, piece, literal);
}

/** The one literal of a piece, or -1 where it has several. */
export const onlyOf = (piece: number): number => (piece < NO_PIECE ? ofOne(piece) : -1);
/** How many literals a piece of several has, and where they lie. */
export const countOf = (members: Members, piece: number): number => members[piece]!;
export const literalsAt = (members: Members, piece: number): number => piece + 1 + (1 << powerFor(members[piece]!));

function isListed(members: Members, piece: number, literal: number): boolean {
  let low = piece + 1 + (1 << powerFor(members[piece]!));
  let high = low + members[piece]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = members[middle]!;
    if (value === literal) return true;
    if (value < literal) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** The distinct pieces of all phrases, numbered. */
export type Pieces = {
  of(words: readonly string[]): number;
  /** The numbers of each piece's literals, ascending. */
  literals: readonly number[][];
  /** Where each piece of several lies. */
  places: Int32Array;
  /** What each piece goes by, as long as a literal goes by its number. */
  refOf(piece: number): number;
};

/** Numbers the pieces of phrases, whose literals have numbers already. */
export function numberPieces(phrases: readonly Phrase[], literals: ReadonlyMap<string, number>): Pieces {
  const numbers = new Map<string, number>();
  const all: number[][] = [];
  const keyOf = (words: readonly string[]) => words.join("\u0000");
  for (const words of phrases.flatMap(({ sequences }) => sequences.flatMap(({ pieces }) => pieces))) {
    const key = keyOf(words);
    if (numbers.has(key)) continue;
    numbers.set(key, all.length);
    all.push(words.map((word) => literals.get(word)!).sort((a, b) => a - b));
  }
  const places = new Int32Array(all.length + 1);
  for (const [k, { length }] of all.entries()) {
    places[k + 1] = places[k]! + (length === 1 ? 0 : 1 + (1 << powerFor(length)) + length);
  }
  const refOf = (piece: number): number => (all[piece]!.length === 1 ? ofOne(all[piece]![0]!) : places[piece]!);
  return { of: (words) => numbers.get(keyOf(words))!, literals: all, places, refOf };
}

/** A piece of one literal by the place of the literal's record, given what it went by before. */
export const byRecord = (piece: number, recordAt: Int32Array): number =>
  piece < NO_PIECE ? ofOne(recordAt[ofOne(piece)]!) : piece;

/** Lays the pieces out, given where the records of literals lie. */
export function layMembers({ literals, places }: Pieces, recordAt: Int32Array): Members {
  const members = new Int32Array(places[literals.length]!);
  for (const [k, list] of literals.entries()) {
    if (list.length === 1) continue;
    const at = places[k]!;
    const power = powerFor(list.length);
    members[at] = list.length;
    for (const [n, literal] of list.entries()) {
      const bit = hashOf(recordAt[literal]!) >>> (27 - power);
      members[at + 1 + (bit >> 5)]! |= 1 << (bit & 31);
      members[at + 1 + (1 << power) + n] = recordAt[literal]!;
    }
  }
  return members;
}
