import { readFileSync } from "node:fs";
import { nlpFile } from "../files.ts";

/**
 * Texts are read as 16-bit codes folded one to one (case, width, digits, the commonest traditional characters), so that a position in
 * the codes is a position in the text.
 */

/** Longest text read, in UTF-16 units: a comment that goes on after this has said what it had to say. */
export const longestRead = 4000;

/** All digits fold to this. */
export const digitCode = 48;

const table = makeTable();

function makeTable(): Uint16Array {
  const to = Uint16Array.from({ length: 65536 }, (_, code) => code);
  for (const line of readFileSync(nlpFile("packs/traditional.txt"), "utf8").split("\n")) {
    if (line.startsWith("#")) continue;
    const pairs = [...line.trim()];
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      if (pairs[i]!.length === 1 && pairs[i + 1]!.length === 1)
        to[pairs[i]!.charCodeAt(0)] = pairs[i + 1]!.charCodeAt(0);
    }
  }
  for (let code = 0xff01; code <= 0xff5e; code++) to[code] = code - 0xfee0;
  for (let code = 65; code <= 90; code++) {
    to[code] = code + 32;
    to[0xfee0 + code] = code + 32;
  }
  for (let digit = 48; digit < 58; digit++) {
    to[digit] = digitCode;
    to[0xfee0 + digit] = digitCode;
  }
  for (const blank of [0, 9, 10, 11, 12, 13, 0xa0, 0x3000, 0x200b, 0xfeff]) to[blank] = 32;
  // "。" ends a sentence as "." does in English, but "." also stands in numbers and numbers of dots: they stay apart.
  return to;
}

/** Folds `text` into `into` and returns how many codes were written (at most the shorter of the two, and `longestRead`). */
export function fold(text: string, into: Uint16Array): number {
  const length = Math.min(text.length, into.length, longestRead);
  for (let i = 0; i < length; i++) into[i] = table[text.charCodeAt(i)]!;
  return length;
}

/** The folded form of a short phrase, as a string. */
export function folded(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) out += String.fromCharCode(table[text.charCodeAt(i)]!);
  return out;
}

/** True for Latin letters and digits: what makes up a word that must be matched whole. */
export function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || code === digitCode;
}
