import { type Hits, newHits, scanUnits } from "./automaton.ts";
import { type CompiledSequence, type Lexicon, WIDE } from "./compile.ts";
import { type Folded, isLetter, isWordUnit } from "./fold.ts";
import type { Link } from "./pattern.ts";

/** A phrase found in a folded text, from unit `start` up to `end`. */
export type Match = { phrase: number; start: number; end: number };

/** Chinese characters and English words that `~` and `~~` may span. */
const SPAN = { gap: { zh: 8, en: 4 }, wide: { zh: 16, en: 8 } } as const;
/** What `~` may span where a space stands between: people put spaces for commas. */
const ACROSS = 5;
/** How far from one piece the next is looked for, in units: the widest gap of long English words. */
const WINDOW = 96;
/** A word that stands in a turn more often than this anchors nothing further: a turn of one word repeated must not cost seconds. */
const MOST_ANCHORS = 16;
const NONE: Match[] = [];

/** Finds phrases in folded texts. Keeps buffers of its own, so one matcher serves one thread of calls. */
export function createMatcher(lexicon: Lexicon): (text: Folded) => Match[] {
  const { automaton, anchoredAt, anchored, barringAt, needs, alsoNeeds, sequences, membersAt, members, wideAt, wide } =
    lexicon;
  const hits: Hits = newHits();
  /** How often each literal stands in the text, up to `MOST_ANCHORS`. */
  const count = new Uint8Array(automaton.lengths.length);
  // What was found out about a piece: the text's number, doubled, and one more where the text holds it.
  const known = new Uint32Array(membersAt.length);
  let current = 0;
  const holds = (piece: number): boolean => {
    if (piece < 0) return true;
    if (known[piece]! >> 1 !== current) {
      const last = membersAt[piece + 1]!;
      let k = membersAt[piece]!;
      if (last - k > WIDE) return false;
      while (k < last && count[members[k]!] === 0) k++;
      known[piece] = (current << 1) | (k < last ? 1 : 0);
    }
    return (known[piece]! & 1) === 1;
  };
  let found = NONE;
  /** Looks at the sequences from one place of `anchored` to another around hit `h`. */
  const lookAt = (text: Folded, h: number, from: number, to: number): void => {
    let need = -1;
    let there = true;
    for (let k = from; k < to; k++) {
      if (needs[k] !== need) {
        need = needs[k]!;
        there = holds(need);
      }
      if (!there || !holds(alsoNeeds[k]!)) continue;
      const match = matchAt(lexicon, text, hits, h, sequences.at(anchored[k]!)!);
      if (!match) continue;
      if (found === NONE) found = [];
      found.push(match);
    }
  };
  const lookThrough = (text: Folded, fromAt: Int32Array, toAt: Int32Array, shift: 0 | 1): void => {
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const from = fromAt[literal]!;
      const to = toAt[literal + shift]!;
      if (from === to || count[literal]! > MOST_ANCHORS) continue;
      count[literal]!++;
      lookAt(text, h, from, to);
    }
  };
  return (text) => {
    scanUnits(automaton, text.units, text.n, hits);
    found = NONE;
    current = (current + 1) & 0x3fffffff;
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      if (count[literal] !== 0) continue;
      count[literal] = 1;
      const last = wideAt[literal + 1]!;
      for (let k = wideAt[literal]!; k < last; k++) known[wide[k]!] = (current << 1) | 1;
    }
    lookThrough(text, anchoredAt, barringAt, 0);
    if (found.length > 0) {
      for (let h = 0; h < hits.n; h++) count[hits.phrase[h]!] = 1;
      lookThrough(text, barringAt, anchoredAt, 1);
    }
    for (let h = 0; h < hits.n; h++) count[hits.phrase[h]!] = 0;
    return found;
  };
}

/** The sequence around its anchor, which is hit `h`; undefined where its other pieces are not there. */
function matchAt(lexicon: Lexicon, text: Folded, hits: Hits, h: number, sequence: CompiledSequence): Match | undefined {
  const end = hits.end[h]!;
  const start = end - lexicon.automaton.lengths[hits.phrase[h]!]!;
  if (!edgesHold(text, sequence, sequence.anchor, start, end)) return undefined;
  const from =
    sequence.anchor === 0
      ? leadStart(text, sequence, start)
      : startBefore(lexicon, text, hits, h, sequence, sequence.anchor, start);
  if (from < 0 || (sequence.atStart && from > 0)) return undefined;
  const isLast = sequence.anchor === sequence.pieces.length - 1;
  const to = isLast ? trailEnd(text, sequence, end) : endBehind(lexicon, text, hits, h, sequence, sequence.anchor, end);
  if (to < 0 || (sequence.atEnd && to < text.n && !onlyPunctuation(text, to))) return undefined;
  return { phrase: sequence.phrase, start: from, end: to };
}

/** Where the pieces before `position`, which starts at `start`, begin; -1 where they are not there. */
function startBefore(
  lexicon: Lexicon,
  text: Folded,
  hits: Hits,
  h: number,
  sequence: CompiledSequence,
  position: number,
  start: number,
): number {
  const piece = sequence.pieces[position - 1]!;
  const reach = sequence.links[position]!.length === 0 ? 1 : WINDOW;
  for (let g = h; g >= 0 && start - hits.end[g]! < reach; g--) {
    const literal = hits.phrase[g]!;
    const end = hits.end[g]!;
    if (end > start || !belongs(lexicon, literal, piece)) continue;
    if (!linksHold(text, sequence.links[position]!, end, start, sequence.lang)) continue;
    const from = end - lexicon.automaton.lengths[literal]!;
    if (!edgesHold(text, sequence, position - 1, from, end)) continue;
    const first =
      position === 1
        ? leadStart(text, sequence, from)
        : startBefore(lexicon, text, hits, g, sequence, position - 1, from);
    if (first >= 0) return first;
  }
  return -1;
}

/** Where the pieces behind `position`, which ends at `end`, stop; -1 where they are not there. */
function endBehind(
  lexicon: Lexicon,
  text: Folded,
  hits: Hits,
  h: number,
  sequence: CompiledSequence,
  position: number,
  end: number,
): number {
  const piece = sequence.pieces[position + 1]!;
  const joined = sequence.links[position + 1]!.length === 0;
  for (let g = h + 1; g < hits.n && hits.end[g]! - end < WINDOW; g++) {
    const literal = hits.phrase[g]!;
    const stop = hits.end[g]!;
    const from = stop - lexicon.automaton.lengths[literal]!;
    if (from < end || (joined && from > end) || !belongs(lexicon, literal, piece)) continue;
    if (!linksHold(text, sequence.links[position + 1]!, end, from, sequence.lang)) continue;
    if (!edgesHold(text, sequence, position + 1, from, stop)) continue;
    const isLast = position + 1 === sequence.pieces.length - 1;
    const last = isLast
      ? trailEnd(text, sequence, stop)
      : endBehind(lexicon, text, hits, g, sequence, position + 1, stop);
    if (last >= 0) return last;
  }
  return -1;
}

function belongs({ membersAt, members }: Lexicon, literal: number, piece: number): boolean {
  let low = membersAt[piece]!;
  let high = membersAt[piece + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = members[middle]!;
    if (value === literal) return true;
    if (value < literal) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** English words match whole; where two pieces are directly joined, the edge between them is none. */
function edgesHold(text: Folded, sequence: CompiledSequence, position: number, start: number, end: number): boolean {
  const { units, n } = text;
  const before = sequence.links[position]!;
  const after = sequence.links[position + 1]!;
  const openLeft = (position > 0 && before.length === 0) || (before.length > 0 && isExact(before.at(-1)!));
  const openRight =
    (position < sequence.pieces.length - 1 && after.length === 0) || (after.length > 0 && isExact(after[0]!));
  if (!openLeft && start > 0 && sameWord(units[start - 1]!, units[start]!)) return false;
  return openRight || end >= n || !sameWord(units[end - 1]!, units[end]!);
}

const isExact = (link: Link): boolean => link === "num" || link === "any";

/** Letters run on into letters and digits into digits; `30万` and `iphone15` have edges inside. */
function sameWord(left: number, right: number): boolean {
  if (!isWordUnit(left) || !isWordUnit(right)) return false;
  return left >= 0x61 === right >= 0x61;
}

function leadStart(text: Folded, sequence: CompiledSequence, start: number): number {
  let from = start;
  for (let k = sequence.links[0]!.length - 1; k >= 0; k--) {
    if (sequence.links[0]![k] === "any") from -= 1;
    else {
      const number = numberBefore(text, from);
      if (number < 0) return -1;
      from = number;
    }
    if (from < 0) return -1;
  }
  return from;
}

function trailEnd(text: Folded, sequence: CompiledSequence, end: number): number {
  let to = end;
  for (const link of sequence.links.at(-1)!) {
    if (link === "any") to += 1;
    else {
      to = numberAfter(text, to);
      if (to < 0) return -1;
    }
    if (to > text.n) return -1;
  }
  return to;
}

/** Whether the links can fill exactly the units from `from` to `to`. */
function linksHold(text: Folded, links: readonly Link[], from: number, to: number, lang: "zh" | "en"): boolean {
  if (links.length === 0) return from === to;
  const [link, ...rest] = links;
  if (link === "any") return from < to && linksHold(text, rest, from + 1, to, lang);
  if (link === "num") {
    const end = numberAfter(text, from);
    if (end < 0) return false;
    if (end <= to && linksHold(text, rest, skipSpace(text, end), to, lang)) return true;
    return end <= to && linksHold(text, rest, end, to, lang);
  }
  if (rest.length === 0) return gapHolds(text, link!, from, to, lang);
  for (let middle = from; middle <= to && gapHolds(text, link!, from, middle, lang); middle++) {
    if (linksHold(text, rest, middle, to, lang)) return true;
  }
  return false;
}

const skipSpace = (text: Folded, at: number): number => (text.units[at] === 0x20 ? at + 1 : at);

function gapHolds(text: Folded, link: "gap" | "wide" | Link, from: number, to: number, lang: "zh" | "en"): boolean {
  const wide = link === "wide";
  const most = !wide && spaceWithin(text, from, to) ? ACROSS : SPAN[wide ? "wide" : "gap"][lang];
  let width = 0;
  for (let i = from; i < to; i++) {
    const unit = text.units[i]!;
    if (endsSentence(text, i) || (!wide && endsClause(text, i))) return false;
    const inWord = isWordUnit(unit) || unit === 0x27;
    if (lang === "en" ? !inWord && unit !== 0x20 : !inWord && unit > 0x7f) width++;
    else if (inWord && (i === from || !(isWordUnit(text.units[i - 1]!) || text.units[i - 1] === 0x27)))
      width += lang === "en" ? 1 : 2;
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
const NUMBER_WORDS =
  /^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|hundred|couple(?: of)?|few|several|dozen|a couple(?: of)?|a few|half a dozen)$/;

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
  if (!isLetter(text.units[start] ?? 0)) return -1;
  const words = String.fromCharCode(...text.units.subarray(start, Math.min(text.n, start + 24)));
  for (const taken of [/^[a-z]+ [a-z]+ [a-z]+/, /^[a-z]+ [a-z]+/, /^[a-z]+/]) {
    const word = taken.exec(words)?.[0];
    if (word && NUMBER_WORDS.test(word)) return start + word.length;
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
  if (!isLetter(text.units[end - 1] ?? 0)) return -1;
  const words = String.fromCharCode(...text.units.subarray(Math.max(0, end - 24), end));
  for (const taken of [/[a-z]+ [a-z]+$/, /[a-z]+$/]) {
    const word = taken.exec(words)?.[0];
    if (word && NUMBER_WORDS.test(word)) return end - word.length;
  }
  return -1;
}

/** Nothing but punctuation, particles of tone and emoji follow. */
function onlyPunctuation(text: Folded, from: number): boolean {
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
