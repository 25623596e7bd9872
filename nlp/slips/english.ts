import { type Folded, hasChinese, isLetter } from "../fold.ts";
import type { Edit } from "./edits.ts";
import { hashOf, isKnown, type SlipTable } from "./table.ts";
import type { WrittenOtherwise } from "./words.ts";

/** Shorter words are too near to each other; of those as short as this only two letters may have changed places. */
const SHORTEST = 4;
const LONGEST = 20;
/** From this length on a word may hold two slips. */
const LONG = 7;
/** A word with a capital at the start of a sentence that is no longer is taken for a name. */
const SHORT_NAME = 6;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** So many words that nobody knows are remembered: masks and names come again and again. */
const REMEMBERED = 1000;

/**
 * Finds Latin words that nobody spells so: abbreviations, words one letter from a word of the packs, words written without the space between them, and,
 * among Chinese, words spelt out as they sound.
 */
export function createEnglishMender(
  { known, words, joins }: SlipTable,
  otherwise: Pick<WrittenOtherwise, "latin" | "english">,
  spelt: (letters: string) => string | undefined,
): (folded: Folded, text: string) => Edit[] {
  // Two megabytes that wait for the first word that is spelt otherwise.
  const rankOf = lazily(() => new Map(words.map((word, k) => [word, k])));
  const apartOf = lazily(() => new Map(joins.map((join) => [join.replace(" ", ""), join])));
  const hashes = new Set(
    [...otherwise.latin.keys(), ...otherwise.english.keys()].map((word) =>
      hashOf(
        Array.from(word, (letter) => letter.charCodeAt(0)),
        0,
        word.length,
      ),
    ),
  );
  const best = (candidates: Iterable<string>): string | undefined => {
    const rank = rankOf();
    let found: string | undefined;
    for (const word of candidates) {
      const place = rank.get(word);
      if (place !== undefined && (found === undefined || place < rank.get(found)!)) found = word;
    }
    return found;
  };
  const near = (word: string): string | undefined => {
    if (word.length <= SHORTEST) return best(swapped(word));
    return (
      apartOf().get(word) ??
      best(swapped(word)) ??
      best(oneMoreOrLess(word)) ??
      best(oneOther(word)) ??
      (word.length >= LONG
        ? words.find((other) => other.length >= LONG && other[0] === word[0] && isNear(word, other))
        : undefined)
    );
  };
  const remembered = new Map<string, string | undefined>();
  const nearest = (word: string): string | undefined => {
    if (!remembered.has(word)) {
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(word, near(word));
    }
    return remembered.get(word);
  };
  /** What a Latin word is read as; undefined where it is left as it is. */
  const read = (folded: Folded, text: string, start: number, end: number, amongChinese: () => boolean) => {
    const { units, n, at } = folded;
    if ((start > 0 && isDigit(units[start - 1]!)) || (end < n && isDigit(units[end]!))) return undefined;
    const length = end - start;
    const hash = hashOf(units, start, end);
    const listed = hashes.has(hash);
    const odd = length >= SHORTEST && length <= LONGEST && !isKnown(known, units, start, end, hash);
    if (!listed && !odd) return undefined;
    const word = String.fromCharCode(...units.subarray(start, end));
    const by = (amongChinese() ? otherwise.latin : otherwise.english).get(word);
    if (by !== undefined || !odd || isName(text, at[start]!, length)) return by;
    return (amongChinese() ? spelt(word) : undefined) ?? nearest(word);
  };
  return (folded, text) => {
    const { units, n } = folded;
    let edits = NONE;
    let chinese: boolean | undefined;
    const amongChinese = () => {
      chinese ??= hasChinese(folded);
      return chinese;
    };
    for (let start = 0; start < n; start++) {
      if (!isLetter(units[start]!)) continue;
      let end = start + 1;
      while (end < n && isLetter(units[end]!)) end++;
      const by = read(folded, text, start, end, amongChinese);
      if (by !== undefined) {
        if (edits === NONE) edits = [];
        edits.push({ start, end, by });
      }
      start = end;
    }
    return edits;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const NONE: Edit[] = [];
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/** Written with a capital, a word is a name within a sentence, and a short one at its start. */
function isName(text: string, at: number, length: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0x41 || unit > 0x5a) return false;
  if (length <= SHORT_NAME) return true;
  const before = /([^\s"'(]?)[\s"'(]*$/.exec(text.slice(Math.max(0, at - 8), at))?.[1];
  return before !== undefined && before !== "" && !/[.!?\n]/.test(before);
}

/** Words with two neighbours changed. */
export function* swapped(word: string): Iterable<string> {
  for (let i = 0; i + 1 < word.length; i++)
    if (word[i] !== word[i + 1]) yield word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2);
}

/** Words with one letter less or one more. */
export function* oneMoreOrLess(word: string): Iterable<string> {
  for (let i = 0; i <= word.length; i++) {
    const [left, right] = [word.slice(0, i), word.slice(i)];
    if (right !== "") yield left + right.slice(1);
    for (const letter of LETTERS) yield left + letter + right;
  }
}

/** Words with one letter other than it is. */
export function* oneOther(word: string): Iterable<string> {
  for (let i = 0; i < word.length; i++) {
    for (const letter of LETTERS) yield word.slice(0, i) + letter + word.slice(i + 1);
  }
}

/** Whether two words that begin alike are at most two slips apart: letters missing, added, other, or two in a row changed. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  let [last, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, k) => k)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j - 1]! + (same ? 0 : 1), row[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, last[j - 2]! + 1);
    }
    [last, row] = [row, next];
  }
  return row[b.length]! <= 2;
}
