import type { Named } from "#domain/catalog.ts";
import { folded, gapsOf, questionLexicon, type Sense } from "./lexicon.ts";
import { type NameIndex, spaciousFor } from "./names.ts";
import { soundOf, soundsLike } from "./sound.ts";
import { findTimeSpans } from "./time.ts";
import type { TimeSense } from "./time-sense.ts";

/** A stretch of the question that was understood, with all it may mean. */
export type Token = {
  start: number;
  end: number;
  text: string;
  senses: Sense[];
  names: Named[];
  time?: TimeSense;
  /** How surely: 1 as written, less where a slip was put right. */
  sureness: number;
};

/** Whether a stretch may mean this. */
export const has = (token: Token | undefined, of: string, key?: string): boolean =>
  token?.senses.some((s) => s.of === of && (key === undefined || s.key === key)) ?? false;

export type Scanned = { text: string; tokens: Token[]; rest: { start: number; end: number; text: string }[] };

const isLatin = (c: string | undefined): boolean => c !== undefined && /[a-z0-9]/.test(c);

/** Cuts a question into what is known, so that as much of it as possible is explained. */
export function scan(question: string, names: NameIndex, now: number, zone: string): Scanned {
  const text = folded(question);
  const candidates = [
    ...wordsIn(text),
    ...namesIn(text, names),
    ...findTimeSpans(text, now, zone).map((t) => timeToken(text, t)),
  ];
  const exact = best(text, candidates);
  // Slips are looked for only in what is left over, and may swallow what was a filler.
  const sure = new Uint8Array(text.length);
  for (const t of exact) if (t.sureness >= 0.6 && !onlyFiller(t)) sure.fill(1, t.start, t.end);
  const slips = slipsIn(text, names).filter((t) => sure.subarray(t.start, t.end).includes(0));
  const tokens = withoutScraps(text, slips.length === 0 ? exact : best(text, [...candidates, ...slips]));
  return { text, tokens, rest: gapsBetween(text, tokens).filter((r) => /[\u4e00-\u9fff]{2}|[a-z]{3}/.test(r.text)) };
}

/** Two letters of a name inside a longer unknown word are a coincidence: 好者 of 骑行爱好者 is no 性能车爱好者. */
function withoutScraps(text: string, tokens: readonly Token[]): Token[] {
  const covered = new Uint8Array(text.length + 1);
  for (const t of tokens) covered.fill(1, t.start, t.end);
  const isStrange = (at: number) =>
    at >= 0 && at < text.length && covered[at] === 0 && /[\u4e00-\u9fff]/.test(text[at]!);
  return tokens.filter((t) => {
    const isScrap = t.names.length > 0 && t.senses.length === 0 && t.sureness < 1 && t.end - t.start <= 2;
    return !(isScrap && (isStrange(t.start - 1) || isStrange(t.end)));
  });
}

const onlyFiller = (t: Token): boolean => t.names.length === 0 && !t.time && t.senses.every((s) => s.of === "filler");

const timeToken = (text: string, t: { start: number; end: number; sense: TimeSense }): Token => ({
  start: t.start,
  end: t.end,
  text: text.slice(t.start, t.end),
  senses: [],
  names: [],
  time: t.sense,
  sureness: 1,
});

/** A word of Latin letters ends where its letters end; a plural is the same word. */
function fits(text: string, start: number, end: number): boolean {
  if (isLatin(text[start]) && isLatin(text[start - 1])) return false;
  return !(isLatin(text[end - 1]) && isLatin(text[end]));
}

function wordsIn(text: string): Token[] {
  const { phrases, longest } = questionLexicon();
  const tokens: Token[] = [];
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 1; end <= Math.min(text.length, start + longest); end++) {
      const senses = phrases.get(text.slice(start, end));
      if (!senses || !fits(text, start, end)) continue;
      const isFiller = senses.every((s) => s.of === "filler");
      tokens.push({
        start,
        end,
        text: text.slice(start, end),
        senses,
        names: [],
        sureness: isFiller ? (end - start > 1 ? 0.8 : 0.55) : 1,
      });
    }
  }
  return tokens;
}

function namesIn(text: string, index: NameIndex): Token[] {
  const { english, longest } = questionLexicon();
  const tokens: Token[] = [];
  const add = (start: number, end: number, found: Named[] | undefined, sureness: number) => {
    if (found && fits(text, start, end))
      tokens.push({ start, end, text: text.slice(start, end), senses: [], names: found, sureness });
  };
  // Hand-ins are too many to list: their numbers are known by their shape.
  for (const { index: start, 0: id } of text.matchAll(/(?<![a-z0-9])s\d{3,}(?![a-z0-9])/g))
    add(start, start + id.length, [{ kind: "post", id: id.toUpperCase(), name: id.toUpperCase() }], 1.15);
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 2; end <= Math.min(text.length, start + Math.max(index.longest, longest)); end++) {
      const piece = text.slice(start, end);
      add(start, end, index.exact.get(piece), 1.15);
      const chinese = english.get(piece) ?? (piece.endsWith("s") ? english.get(piece.slice(0, -1)) : undefined);
      if (chinese) add(start, end, index.exact.get(chinese), 1.15);
      const part = index.parts.get(piece);
      if (part) add(start, end, part, part.every((n) => n.kind === "person" || n.kind === "koe") ? 0.8 : 0.95);
      if (isLatin(text[start]) && !/[\u4e00-\u9fff]/.test(piece))
        add(start, end, index.latin.get(piece.replace(/[ '-]/g, "")), 0.9);
    }
  }
  return tokens;
}

function slipsIn(text: string, index: NameIndex): Token[] {
  const { sounds, gaps, phrases } = questionLexicon();
  const tokens: Token[] = [];
  const add = (start: number, end: number, senses: Sense[], names: Named[], sureness: number) =>
    tokens.push({ start, end, text: text.slice(start, end), senses, names, sureness });
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 2; end <= Math.min(text.length, start + 14); end++) {
      const piece = text.slice(start, end);
      if (!fits(text, start, end)) continue;
      const isChinese = /^[\u4e00-\u9fff]+$/.test(piece);
      if (isChinese) {
        const sound = soundOf(piece);
        const heard = index.sounds.get(sound);
        if (heard) add(start, end, [], heard, 0.85);
        for (const word of sounds.get(sound) ?? [])
          if (piece.length >= 3 || word.endsWith("率")) add(start, end, phrases.get(word)!, [], 0.75);
        const spacious = spaciousFor(index, piece);
        if (spacious.length > 0) add(start, end, [], spacious, 0.8);
      }
      if (isChinese ? piece.length >= 2 : piece.length >= 5) {
        for (const word of near(piece, (gap) => gaps.get(gap) ?? [], isChinese))
          add(start, end, phrases.get(word)!, [], 0.6);
        const named = near(piece, (gap) => (index.gaps.get(gap) ?? []).map(([, name]) => name), isChinese);
        for (const name of named) add(start, end, [], index.exact.get(name) ?? [], 0.65);
      }
    }
  }
  return tokens.filter((t) => t.senses.length > 0 || t.names.length > 0);
}

/** Words that differ from a piece by one letter: left out, added, or (if it sounds alike) another. */
function near(piece: string, at: (gap: string) => readonly string[], isChinese: boolean): string[] {
  const found = new Set<string>();
  const least = isChinese ? 3 : 6;
  for (const word of at(piece)) if (word.length >= (isChinese ? 4 : least)) found.add(word);
  for (const gap of gapsOf(piece)) {
    if (gap.length < 2) continue;
    for (const word of at(gap)) {
      if (word.length !== piece.length || word.length < least) continue;
      if (isSwap(word, piece) || !isChinese || differsBySound(word, piece)) found.add(word);
    }
  }
  return [...found];
}

function differsBySound(a: string, b: string): boolean {
  const places = Array.from(a, (c, i) => (c === b[i] ? -1 : i)).filter((i) => i >= 0);
  return places.length === 1 && soundsLike(a[places[0]!]!, b[places[0]!]!);
}

function isSwap(a: string, b: string): boolean {
  const places = Array.from(a, (c, i) => (c === b[i] ? -1 : i)).filter((i) => i >= 0);
  const [i, j] = places;
  return places.length === 2 && j === i! + 1 && a[i!] === b[j] && a[j] === b[i!];
}

/** The set of stretches that don't overlap and explain most; longer ones weigh more than their parts. */
function best(text: string, candidates: readonly Token[]): Token[] {
  const at = new Map<number, Token[]>();
  for (const token of merged(candidates)) at.set(token.end, [...(at.get(token.end) ?? []), token]);
  const score = [0];
  const chosen: (Token | undefined)[] = [undefined];
  for (let end = 1; end <= text.length; end++) {
    score[end] = score[end - 1]!;
    chosen[end] = undefined;
    for (const token of at.get(end) ?? []) {
      const total = score[token.start]! + (token.end - token.start) ** 1.35 * token.sureness;
      if (total > score[end]! + 1e-9) {
        score[end] = total;
        chosen[end] = token;
      }
    }
  }
  const tokens: Token[] = [];
  for (let end = text.length; end > 0; ) {
    const token = chosen[end];
    if (token) tokens.push(token);
    end = token ? token.start : end - 1;
  }
  return tokens.reverse();
}

/** One stretch with all its meanings: a name and a word, a tag and a segment. */
function merged(candidates: readonly Token[]): Token[] {
  const by = new Map<string, Token>();
  for (const token of candidates) {
    const key = `${token.start} ${token.end}`;
    const known = by.get(key);
    if (!known) {
      by.set(key, { ...token });
      continue;
    }
    // What is written as it stands outweighs what was put right.
    if (token.sureness < 0.9 && known.sureness >= 0.9) continue;
    if (known.sureness < 0.9 && token.sureness >= 0.9) {
      by.set(key, { ...token });
      continue;
    }
    by.set(key, {
      ...known,
      senses: [...known.senses, ...token.senses],
      names: [
        ...known.names,
        ...token.names.filter((n) => !known.names.some((k) => k.kind === n.kind && k.id === n.id)),
      ],
      time: known.time ?? token.time,
      sureness: Math.max(known.sureness, token.sureness),
    });
  }
  return [...by.values()];
}

function gapsBetween(text: string, tokens: readonly Token[]): { start: number; end: number; text: string }[] {
  const gaps: { start: number; end: number; text: string }[] = [];
  let at = 0;
  for (const token of [...tokens, { start: text.length, end: text.length }]) {
    if (token.start > at) gaps.push({ start: at, end: token.start, text: text.slice(at, token.start) });
    at = Math.max(at, token.end);
  }
  return gaps;
}
