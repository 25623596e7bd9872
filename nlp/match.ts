import { type Hits, newHits, scanUnits } from "./automaton.ts";
import type { CompiledSequence, Lexicon } from "./compile.ts";
import { type Folded, isWordUnit } from "./fold.ts";
import type { Link } from "./pattern.ts";

/** A phrase found in a folded text, from unit `start` up to `end`. */
export type Match = { phrase: number; start: number; end: number };

/** Chinese characters and English words that `~` and `~~` may span. */
const SPAN = { gap: { zh: 8, en: 4 }, wide: { zh: 16, en: 8 } } as const;
const KEPT = 6;

/** Finds phrases in folded texts. Keeps buffers of its own, so one matcher serves one thread of calls. */
export function createMatcher(lexicon: Lexicon): (text: Folded) => Match[] {
  const { automaton, usesAt, uses, slotSequence, slotPosition, sequences, phrases } = lexicon;
  const hits: Hits = newHits();
  const partials = new Map<number, number[]>();

  const push = (slot: number, start: number, end: number) => {
    const list = partials.get(slot);
    if (!list) partials.set(slot, [start, end]);
    else {
      if (list.length >= KEPT * 2) list.splice(0, 2);
      list.push(start, end);
    }
  };

  return (text) => {
    const found: Match[] = [];
    partials.clear();
    scanUnits(automaton, text.units, text.n, hits);
    for (let h = 0; h < hits.n; h++) {
      const literal = hits.phrase[h]!;
      const end = hits.end[h]!;
      const start = end - automaton.lengths[literal]!;
      const last = usesAt[literal + 1]!;
      for (let u = usesAt[literal]!; u < last; u++) {
        const slot = uses[u]!;
        const sequence = sequences[slotSequence[slot]!]!;
        const position = slotPosition[slot]!;
        if (!edgesHold(text, sequence, position, start, end)) continue;
        if (position === 0) {
          const from = leadStart(text, sequence, start);
          if (from < 0) continue;
          settle(text, sequence, slot, 0, from, end);
          continue;
        }
        const before = partials.get(slot - 1);
        if (!before) continue;
        for (let k = before.length - 2; k >= 0; k -= 2) {
          const lang = phrases[sequence.phrase]!.lang;
          if (before[k + 1]! > start || !linksHold(text, sequence.links[position]!, before[k + 1]!, start, lang))
            continue;
          settle(text, sequence, slot, position, before[k]!, end);
          break;
        }
      }
    }
    return found;

    function settle(
      text: Folded,
      sequence: CompiledSequence,
      slot: number,
      position: number,
      start: number,
      end: number,
    ) {
      if (position < sequence.pieces - 1) {
        push(slot, start, end);
        return;
      }
      const stop = trailEnd(text, sequence, end);
      if (stop < 0) return;
      if (sequence.atStart && start > 0) return;
      if (sequence.atEnd && stop < text.n && !onlyPunctuation(text, stop)) return;
      found.push({ phrase: sequence.phrase, start, end: stop });
    }
  };
}

/** English words match whole; where two pieces are directly joined, the edge between them is none. */
function edgesHold(text: Folded, sequence: CompiledSequence, position: number, start: number, end: number): boolean {
  const { units, n } = text;
  const joinedLeft = position > 0 && sequence.links[position]!.length === 0;
  const joinedRight = position < sequence.pieces - 1 && sequence.links[position + 1]!.length === 0;
  if (
    !joinedLeft &&
    start > 0 &&
    isWordUnit(units[start]!) &&
    sameWord(units[start - 1]!, units[start]!) &&
    sequence.links[position]!.at(-1) !== "num"
  )
    return false;
  if (
    !joinedRight &&
    end < n &&
    isWordUnit(units[end - 1]!) &&
    sameWord(units[end - 1]!, units[end]!) &&
    sequence.links[position + 1]![0] !== "num"
  )
    return false;
  return true;
}

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
  const most = SPAN[wide ? "wide" : "gap"][lang];
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
