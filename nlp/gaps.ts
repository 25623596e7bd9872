import { type Folded, isWordUnit } from "./fold.ts";
import type { Link } from "./pattern.ts";

/** Chinese characters and English words that `~` and `~~` may span. */
const SPAN = { gap: { zh: 8, en: 4 }, wide: { zh: 16, en: 8 } } as const;
/** What `~` may span where a space stands between: people put spaces for commas. */
const ACROSS = 5;

/** What stands between two pieces as one number, four bits a link, the first lowest; 0 where they are directly joined. */
const CODES: Readonly<Record<Link, number>> = { gap: 1, wide: 2, num: 3, any: 4 };
const { wide: WIDE_GAP, num: NUM, any: ANY } = CODES;
const BITS = 4;
const LAST = 15;
/** So many links fit into one number that stays positive. */
const MOST_LINKS = 7;

/** The code of links, or undefined where they are more than anybody writes in a row. */
export function codeOfLinks(links: readonly Link[]): number | undefined {
  if (links.length > MOST_LINKS) return undefined;
  return links.reduceRight((code, link) => (code << BITS) | CODES[link], 0);
}

const isExact = (link: number): boolean => link >= NUM;
const lastOf = (code: number): number => {
  let link = code;
  while (link > LAST) link >>= BITS;
  return link;
};

/** Whether a word may run on from the end of these links into what follows them; `joined` where another piece stands before. */
export const opensAfter = (code: number, joined: boolean): boolean => (code === 0 ? joined : isExact(lastOf(code)));
/** Whether a word may run on into the beginning of these links; `joined` where another piece stands behind. */
export const opensBefore = (code: number, joined: boolean): boolean => (code === 0 ? joined : isExact(code & LAST));

/** Letters run on into letters and digits into digits; `30万` and `iphone15` have edges inside. */
export function sameWord(left: number, right: number): boolean {
  if (!isWordUnit(left) || !isWordUnit(right)) return false;
  return left >= 0x61 === right >= 0x61;
}

/** Where links that lead a sequence begin, when they end at `start`; -1 where they cannot be filled. */
export function leadStart(text: Folded, code: number, start: number): number {
  if (code === 0) return start;
  const behind = leadStart(text, code >> BITS, start);
  if (behind < 0) return -1;
  return (code & LAST) === ANY ? behind - 1 : numberBefore(text, behind);
}

/** Where links that trail a sequence end, when they begin at `end`; -1 where they cannot be filled. */
export function trailEnd(text: Folded, code: number, end: number): number {
  let to = end;
  for (let rest = code; rest !== 0; rest >>= BITS) {
    to = (rest & LAST) === ANY ? to + 1 : numberAfter(text, to);
    if (to < 0 || to > text.n) return -1;
  }
  return to;
}

/** Whether the links can fill exactly the units from `from` to `to`. */
export function linksHold(text: Folded, code: number, from: number, to: number, english: boolean): boolean {
  if (code === 0) return from === to;
  const link = code & LAST;
  const rest = code >> BITS;
  if (link === ANY) return from < to && linksHold(text, rest, from + 1, to, english);
  if (link === NUM) {
    const end = numberAfter(text, from);
    if (end < 0) return false;
    if (end <= to && linksHold(text, rest, skipSpace(text, end), to, english)) return true;
    return end <= to && linksHold(text, rest, end, to, english);
  }
  if (rest === 0) return gapHolds(text, link, from, to, english);
  for (let middle = from; middle <= to && gapHolds(text, link, from, middle, english); middle++) {
    if (linksHold(text, rest, middle, to, english)) return true;
  }
  return false;
}

const skipSpace = (text: Folded, at: number): number => (text.units[at] === 0x20 ? at + 1 : at);

function gapHolds(text: Folded, link: number, from: number, to: number, english: boolean): boolean {
  const wide = link === WIDE_GAP;
  const most = !wide && spaceWithin(text, from, to) ? ACROSS : SPAN[wide ? "wide" : "gap"][english ? "en" : "zh"];
  let width = 0;
  for (let i = from; i < to; i++) {
    const unit = text.units[i]!;
    if (endsSentence(text, i) || (!wide && endsClause(text, i))) return false;
    const inWord = isWordUnit(unit) || unit === 0x27;
    if (english ? !inWord && unit !== 0x20 : !inWord && unit > 0x7f) width++;
    else if (inWord && (i === from || !(isWordUnit(text.units[i - 1]!) || text.units[i - 1] === 0x27)))
      width += english ? 1 : 2;
    if (width > most) return false;
  }
  return true;
}

/** A space between Chinese characters parts clauses in chat as a comma does. */
function spaceWithin({ units, spaced, n }: Folded, from: number, to: number): boolean {
  for (let i = Math.max(1, from); i <= to && i < n; i++) {
    if (spaced[i] === 1 && units[i]! >= 0x2e80 && units[i - 1]! >= 0x2e80) return true;
  }
  return false;
}

/** Whether a clause ends right before `at`: at the end of the turn, at punctuation, or where a space stands between Chinese characters. */
export function clauseEndsAt(text: Folded, at: number): boolean {
  return at >= text.n || endsClause(text, at) || spaceWithin(text, at, at);
}

/** A unit that ends a sentence: 。！？; and line breaks, and a full stop that stands behind a word. */
export function endsSentence(text: Folded, i: number): boolean {
  const unit = text.units[i]!;
  if (unit === 0x3002 || unit === 0x21 || unit === 0x3f || unit === 0x0a || unit === 0x2026) return true;
  if (unit !== 0x2e) return false;
  const next = text.units[i + 1];
  return i + 1 >= text.n || next === 0x20 || next === 0x0a || next === 0x2e || (next !== undefined && next >= 0x2e80);
}

/** A unit that ends a clause: commas, semicolons and colons, or anything that ends a sentence. */
export function endsClause(text: Folded, i: number): boolean {
  const unit = text.units[i]!;
  if (unit === 0x2c) return !(isDigit(text.units[i - 1]) && isDigit(text.units[i + 1]));
  return unit === 0x3b || endsSentence(text, i);
}

const isDigit = (unit: number | undefined): boolean => unit !== undefined && unit >= 0x30 && unit <= 0x39;

const NUMERALS = new Set([..."零〇一二三四五六七八九十百千万两几半俩仨双数多壹贰叁"].map((c) => c.charCodeAt(0)));
const NUMBER_WORDS = new Set([
  ..."one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty".split(
    " ",
  ),
  ..."thirty forty fifty sixty hundred couple few several dozen".split(" "),
  ...["couple of", "a couple", "a couple of", "a few", "half a dozen"],
]);
/** Their first two units, and their last two, as a number: most words are told from them at a glance. */
const pairOf = (first: number, second: number): number => (first << 8) | second;
const FIRST_TWO = new Set([...NUMBER_WORDS].map((word) => pairOf(word.charCodeAt(0), word.charCodeAt(1))));
const LAST_TWO = new Set(
  [...NUMBER_WORDS].map((word) => pairOf(word.charCodeAt(word.length - 2), word.charCodeAt(word.length - 1))),
);

/** The end of the number that starts at `from` (a space may lead), or -1. */
function numberAfter(text: Folded, from: number): number {
  let i = skipSpace(text, from);
  const start = i;
  while (
    i < text.n &&
    (isDigit(text.units[i]) ||
      NUMERALS.has(text.units[i]!) ||
      ((text.units[i] === 0x2e || text.units[i] === 0x2c) && isDigit(text.units[i + 1]) && i > start))
  )
    i++;
  if (i > start) return i;
  if (start + 1 >= text.n || !FIRST_TWO.has(pairOf(text.units[start]!, text.units[start + 1]!))) return -1;
  const words = String.fromCharCode(...text.units.subarray(start, Math.min(text.n, start + 24)));
  for (const taken of [/^[a-z]+ [a-z]+ [a-z]+/, /^[a-z]+ [a-z]+/, /^[a-z]+/]) {
    const word = taken.exec(words)?.[0];
    if (word && NUMBER_WORDS.has(word)) return start + word.length;
  }
  return -1;
}

/** The start of the number that ends at `to` (a space may follow), or -1. */
function numberBefore(text: Folded, to: number): number {
  const end = to > 0 && text.units[to - 1] === 0x20 ? to - 1 : to;
  let i = end;
  while (
    i > 0 &&
    (isDigit(text.units[i - 1]) ||
      NUMERALS.has(text.units[i - 1]!) ||
      (text.units[i - 1] === 0x2e && isDigit(text.units[i - 2])))
  )
    i--;
  if (i < end) return i;
  if (end < 2 || !LAST_TWO.has(pairOf(text.units[end - 2]!, text.units[end - 1]!))) return -1;
  const words = String.fromCharCode(...text.units.subarray(Math.max(0, end - 24), end));
  for (const taken of [/[a-z]+ [a-z]+$/, /[a-z]+$/]) {
    const word = taken.exec(words)?.[0];
    if (word && NUMBER_WORDS.has(word)) return end - word.length;
  }
  return -1;
}

/** Nothing but punctuation, particles of tone and emoji follow. */
export function onlyPunctuation(text: Folded, from: number): boolean {
  for (let i = from; i < text.n; i++) {
    const unit = text.units[i]!;
    if (
      isWordUnit(unit) ||
      (unit >= 0x3400 && unit <= 0x9fff && !"啊呀哈呢吧哦噢嘛啦哒滴的了呗".includes(String.fromCharCode(unit)))
    )
      return false;
  }
  return true;
}
