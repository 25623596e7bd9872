import { readFileSync } from "node:fs";
import { nlpFile } from "./files.ts";

/** The fold of a unit that is dropped: zero-width marks and variation selectors. */
const DROPPED = 0;
const SPACE = 0x20;

const table = buildTable(readFileSync(nlpFile("packs/traditional.txt"), "utf8"));

/** Text as the phrases see it. Buffers are reused: a result holds until the next call of the function that filled it. */
export type Folded = {
  /** Folded UTF-16 units. */
  units: Uint16Array;
  /** For each unit, its offset in the text as written; `at[n]` is the text's length. */
  at: Int32Array;
  /** 1 where the text has white space before the unit that was dropped. */
  spaced: Uint8Array;
  n: number;
};

/** An empty buffer for `foldInto`. */
export function newFolded(capacity = 256): Folded {
  return {
    units: new Uint16Array(capacity),
    at: new Int32Array(capacity + 1),
    spaced: new Uint8Array(capacity + 1),
    n: 0,
  };
}

/**
 * Folds case, width, accents of Latin letters and traditional forms; drops invisible characters and the spaces that touch a Chinese character.
 * Grows the buffer as needed.
 */
export function foldInto(text: string, into: Folded): Folded {
  if (into.units.length < text.length) Object.assign(into, newFolded(text.length * 2));
  const { units, at, spaced } = into;
  let n = 0;
  let space = -1;
  for (let i = 0; i < text.length; i++) {
    let unit = table[text.charCodeAt(i)]!;
    if (unit === DROPPED) continue;
    if (unit === 0x2d && isLetter(table[text.charCodeAt(i + 1)] ?? 0) && n > 0 && isLetter(units[n - 1]!)) unit = SPACE;
    if (unit === SPACE) {
      if (n > 0 && space < 0) space = i;
      continue;
    }
    spaced[n] = 0;
    if (space >= 0) {
      if (units[n - 1]! < 0x2e80 && unit < 0x2e80) {
        units[n] = SPACE;
        at[n] = space;
        n++;
        spaced[n] = 0;
      } else spaced[n] = 1;
      space = -1;
    }
    units[n] = unit;
    at[n] = i;
    n++;
  }
  at[n] = text.length;
  spaced[n] = 0;
  into.n = n;
  return into;
}

/** The folded form of a short text, as a string. */
export function fold(text: string): string {
  const folded = foldInto(text, newFolded(text.length + 1));
  return unitsOf(folded);
}

/** A folded text as a string. Spread, as one would write it, takes four times as long. */
export const unitsOf = ({ units, n }: Folded): string =>
  Reflect.apply(String.fromCharCode, undefined, units.subarray(0, n));

/** How one UTF-16 unit is folded; 0 where it is dropped. For tables of character classes. */
export function foldUnit(unit: number): number {
  return table[unit]!;
}

/** A Latin letter, folded. */
export function isLetter(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}

/** A Latin letter or digit, folded: what makes up an English word. */
export function isWordUnit(unit: number): boolean {
  return isLetter(unit) || (unit >= 0x30 && unit <= 0x39);
}

/** Whether a folded text holds a Chinese character. */
export function hasChinese({ units, n }: Folded): boolean {
  for (let i = 0; i < n; i++) if (units[i]! >= 0x3400 && units[i]! <= 0x9fff) return true;
  return false;
}

function buildTable(traditional: string): Uint16Array {
  const fold = new Uint16Array(65536);
  for (let unit = 1; unit < 65536; unit++) fold[unit] = unit;
  for (let unit = 0xff01; unit <= 0xff5e; unit++) fold[unit] = unit - 0xfee0;
  for (let unit = 0xc0; unit < 0x250; unit++) {
    const plain = String.fromCharCode(unit).normalize("NFD").charCodeAt(0);
    if (plain < 0x80) fold[unit] = plain;
  }
  for (const space of [0x09, 0x0b, 0x0c, 0xa0, 0x3000, 0x2009, 0x202f]) fold[space] = SPACE;
  for (const quote of [0x2018, 0x2019, 0x02bc, 0x60, 0xb4]) fold[quote] = 0x27;
  for (const quote of [0x201c, 0x201d, 0x300c, 0x300d, 0x300e, 0x300f]) fold[quote] = 0x22;
  for (const dash of [0x2010, 0x2011, 0x2013]) fold[dash] = 0x2d;
  for (const line of [0x0d, 0x2028, 0x2029]) fold[line] = 0x0a;
  for (let unit = 0; unit < 65536; unit++) {
    const folded = fold[unit]!;
    if (folded >= 0x41 && folded <= 0x5a) fold[unit] = folded + 0x20;
  }
  const letters = traditional.replace(/^#.*$/gm, "").replace(/\s/g, "");
  for (let i = 0; i + 1 < letters.length; i += 2) fold[letters.charCodeAt(i)] = letters.charCodeAt(i + 1);
  for (const [first, last] of [
    [0x200b, 0x200f],
    [0xfe00, 0xfe0f],
    [0x2060, 0x2064],
    [0xfeff, 0xfeff],
    [0xad, 0xad],
    [0x300, 0x36f],
  ] as const) {
    for (let unit = first; unit <= last; unit++) fold[unit] = DROPPED;
  }
  return fold;
}
