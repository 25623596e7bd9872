import type { Reading } from "./judge.ts";
import type { Span } from "./spans.ts";

export const mostKeywords = 5;
const shortest = 1;
const longest = 12;

/** Words before an opinion that belong to it (`很`, `不是特别`), longest first when looked up. */
export type Leads = { words: Set<string>; longest: number };

/**
 * At most five exact stretches of the text that name a thing or say something of it, in the order of the text. What the lexicon heard
 * stands first, without the thing it is said of; the tagger adds the things and the sayings that no lexicon knows.
 */
export function keywordsOf(text: string, reading: Reading, spans: readonly Span[], leads: Leads): string[] {
  const found: { start: number; end: number; rank: number }[] = [];
  for (const heard of reading.hearing.heard) {
    if (isNever(reading, heard.start, heard.end)) continue;
    const thing = thingWithin(reading, heard.start, heard.end);
    if (thing > heard.start) found.push({ start: heard.start, end: thing, rank: 2 });
    const start = thing > heard.start ? thing : widened(text, heard.start, leads);
    const before = attributeBefore(text, reading, start);
    if (before) found.push({ ...before, rank: 2 });
    found.push({ start, end: heard.end, rank: Math.abs(heard.value) < 0.4 ? 1 : 3 });
  }
  for (const span of spans) {
    if (isNever(reading, span.start, span.end)) continue;
    if (found.some((f) => f.start < span.end && f.end > span.start && (span.saying || f.start <= span.start))) continue;
    found.push({ start: span.start, end: span.end, rank: span.saying ? 1.5 : 2.5 });
  }
  return chosen(text, found);
}

/** Where the thing ends that an opinion's own words begin with (`物流` in `物流很快`), or the start where they do not. */
function thingWithin(reading: Reading, start: number, end: number): number {
  for (const term of reading.terms) {
    if (term.start > start) break;
    if (term.start === start && term.end < end && term.end - start >= 2 && term.entry.trades > 0) return term.end;
  }
  return start;
}

/** The attribute that stands closely before, in the same clause. */
function attributeBefore(text: string, reading: Reading, start: number): { start: number; end: number } | undefined {
  for (const { start: from, end, entry } of reading.terms) {
    if (end > start) return undefined;
    if (entry.attribute && start - end <= 4 && !clauseEnd.test(text.slice(end, start))) return { start: from, end };
  }
  return undefined;
}

const clauseEnd = /[，。！？,.!?；;\s]/;

function isNever(reading: Reading, start: number, end: number): boolean {
  return reading.terms.some((t) => t.entry.never && t.start <= start && t.end >= end);
}

function widened(text: string, start: number, leads: Leads): number {
  let at = start;
  for (;;) {
    let by = 0;
    for (let size = Math.min(leads.longest, at); size > 0 && by === 0; size--) {
      if (leads.words.has(text.slice(at - size, at))) by = size;
    }
    if (by === 0 || start - at + by > 6) return at;
    at -= by;
  }
}

function chosen(text: string, found: { start: number; end: number; rank: number }[]): string[] {
  const words = new Map<string, { start: number; rank: number }>();
  for (const { start, end, rank } of found) {
    const word = text.slice(start, end).trim();
    if (word.length < shortest || word.length > longest) continue;
    const known = words.get(word);
    if (!known || known.rank < rank) words.set(word, { start: known?.start ?? start, rank });
  }
  return [...words]
    .sort((a, b) => b[1].rank - a[1].rank || a[1].start - b[1].start)
    .slice(0, mostKeywords)
    .sort((a, b) => a[1].start - b[1].start)
    .map(([word]) => word);
}
