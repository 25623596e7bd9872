import { folded, isWordCode, longestRead } from "./fold.ts";
import type { CommentPacks } from "./packs.ts";
import { compilePhrases, longestAt, type Phrases } from "./phrases.ts";

/** What a phrase may be; one phrase may be several. */
const role = {
  opinion: 1,
  negator: 2,
  stronger: 4,
  weaker: 8,
  contrast: 16,
  question: 32,
  supposing: 64,
  irony: 128,
  thing: 256,
  adjective: 512,
} as const;

type Entry = { roles: number; value: number; things: number[]; good: number[]; bad: number[] };

export type Lexicon = { phrases: Phrases; entries: Entry[]; reach: number };

/** One opinion heard: where it stands in the folded text, and how good or bad, scope included. */
export type Heard = { start: number; end: number; clause: number; value: number };

/** Compiles the packs' opinion words, pairs and scope words into one automaton. */
export function compileLexicon(packs: CommentPacks): Lexicon {
  const byPhrase = new Map<string, Entry>();
  const entry = (phrase: string): Entry => {
    const known = byPhrase.get(phrase);
    if (known) return known;
    const fresh: Entry = { roles: 0, value: Number.NaN, things: [], good: [], bad: [] };
    byPhrase.set(phrase, fresh);
    return fresh;
  };
  for (const { phrase, value } of packs.opinions) addOpinion(entry(phrase), value);
  const scopes: [readonly string[], number][] = [
    [packs.scope.negators, role.negator],
    [packs.scope.stronger, role.stronger],
    [packs.scope.weaker, role.weaker],
    [packs.scope.contrast, role.contrast],
    [packs.scope.questions, role.question],
    [packs.scope.supposing, role.supposing],
    [packs.scope.irony, role.irony],
  ];
  for (const [words, bit] of scopes) for (const word of words) entry(folded(word)).roles |= bit;
  packs.pairs.pairs.forEach((pair, index) => {
    for (const word of pair.of) entry(folded(word)).things.push(index);
    for (const word of pair.good) entry(folded(word)).good.push(index);
    for (const word of pair.bad) entry(folded(word)).bad.push(index);
  });
  const entries = [...byPhrase.values()];
  for (const e of entries) {
    if (e.things.length > 0) e.roles |= role.thing;
    if (e.good.length + e.bad.length > 0) e.roles |= role.adjective;
  }
  const phrases = compilePhrases([...byPhrase.keys()].map((phrase, index) => [phrase, index]));
  return { phrases, entries, reach: packs.pairs.reach };
}

/** An opinion stands above a false friend of the same letters; one that is called good here and bad there says nothing alone. */
function addOpinion(e: Entry, value: number): void {
  e.roles |= role.opinion;
  if (Number.isNaN(e.value) || e.value === 0) e.value = value;
  else if (value !== 0 && Math.sign(value) !== Math.sign(e.value)) e.value = 0;
  else if (Math.abs(value) > Math.abs(e.value)) e.value = value;
}

/** What the lexicon says of a whole text; filled anew by every `hear`. */
export type Hearing = {
  heard: Heard[];
  clauses: number;
  questions: number;
  supposing: number;
  contrasts: number;
  irony: number;
  exclamations: number;
  /** By clause: whether it asks, supposes, and stands after a contrast. */
  asks: Uint8Array;
  after: Uint8Array;
};

export function createHearing(): Hearing {
  return {
    heard: [],
    clauses: 0,
    questions: 0,
    supposing: 0,
    contrasts: 0,
    irony: 0,
    exclamations: 0,
    asks: new Uint8Array(longestRead + 2),
    after: new Uint8Array(longestRead + 2),
  };
}

/** 0 within a clause, 1 ends a clause, 2 ends a sentence. */
const stops = new Uint8Array(65536);
for (const code of [...",:;、~…-()[]【】《》「」|/ "].map((c) => c.charCodeAt(0))) stops[code] = 1;
for (const code of [..."。!?"].map((c) => c.charCodeAt(0))) stops[code] = 2;
stops[0xff61] = 2;

/** A blank between two Latin words parts no clauses, as it does between Chinese ones. */
function isGap(codes: Uint16Array, length: number, at: number): boolean {
  return codes[at] === 32 && at > 0 && at + 1 < length && isWordCode(codes[at - 1]!) && isWordCode(codes[at + 1]!);
}

/** Hears the opinions of a folded text, with negation, degree, questions, suppositions and pairs of thing and adjective. */
export function hear(lexicon: Lexicon, codes: Uint16Array, length: number, into: Hearing): void {
  into.heard.length = 0;
  into.clauses = 1;
  into.questions = into.supposing = into.contrasts = into.irony = into.exclamations = 0;
  into.asks[0] = into.after[0] = 0;
  let clause = 0;
  let clauseStart = 0;
  let things: number[] = []; // pair numbers of the last thing named in this clause
  let thingEnd = -100;
  let factor = 1; // degree and negation words standing before
  let factorEnd = -100;
  for (let at = 0; at < length; ) {
    const found = longestAt(lexicon.phrases, codes, length, at);
    if (found === -1) {
      const stop = isGap(codes, length, at) ? 0 : stops[codes[at]!]!;
      if (stop > 0) {
        if (codes[at] === 33) into.exclamations++;
        if (codes[at] === 63) {
          into.asks[clause]! |= 1;
          into.questions++;
        }
        if (at > clauseStart) {
          clause++;
          into.asks[clause] = 0;
          into.after[clause] = stop === 2 ? 0 : into.after[clause - 1]!;
        }
        clauseStart = at + 1;
        if (stop === 2 || codes[at] !== 32) {
          factor = 1;
          factorEnd = -100;
          things = [];
          thingEnd = -100;
        }
      }
      at++;
      continue;
    }
    const size = found & 63;
    const end = at + size;
    const e = lexicon.entries[found >>> 6]!;
    const r = e.roles;
    if (r & role.contrast) {
      into.contrasts++;
      into.after[clause] = 1;
    }
    if (r & role.question) {
      into.questions++;
      into.asks[clause]! |= 1;
    }
    if (r & role.supposing) {
      into.supposing++;
      into.asks[clause]! |= 2;
    }
    if (r & role.irony) into.irony++;
    const scoped = at - factorEnd <= 4 ? factor : 1;
    let judged = 0;
    if (r & role.adjective && at - thingEnd <= lexicon.reach) judged = pairValue(e, things);
    if (judged === 0 && r & role.opinion) judged = e.value;
    const next =
      judged !== 0 && r & (role.stronger | role.weaker) ? opinionFollows(lexicon, codes, length, end) : false;
    if (judged !== 0 && !next) {
      const value = scoped < 0 ? judged * scoped * (judged > 0 ? 0.9 : 0.6) : judged * scoped;
      into.heard.push({ start: at, end, clause, value });
      factor = 1;
      factorEnd = -100;
    } else if (r & (role.negator | role.stronger | role.weaker)) {
      let f = scoped;
      if (r & role.negator) f = -f;
      else if (r & role.stronger) f *= 1.4;
      else f *= 0.7;
      factor = Math.max(-2, Math.min(2, f));
      factorEnd = end;
    } else if (factorEnd > 0 && at - factorEnd <= 3 && size <= 2) {
      factorEnd = Math.min(end, factorEnd + 2); // a thing or particle between the negator and the opinion
    }
    if (r & role.thing) {
      things = e.things;
      thingEnd = end;
    }
    at = end;
  }
  into.clauses = clause + 1;
}

function pairValue(e: Entry, things: number[]): number {
  for (const pair of things) {
    if (e.good.includes(pair)) return 1;
    if (e.bad.includes(pair)) return -1;
  }
  return 0;
}

function opinionFollows(lexicon: Lexicon, codes: Uint16Array, length: number, at: number): boolean {
  if (at >= length) return false;
  const found = longestAt(lexicon.phrases, codes, length, at);
  if (found === -1) return false;
  const e = lexicon.entries[found >>> 6]!;
  return (e.roles & role.opinion) !== 0 && e.value !== 0;
}

export const toneCount = 26;

/** Turns a hearing into the numbers that the model weighs; `length` is the text's length in codes. */
export function tones(h: Hearing, length: number, into: Float64Array): void {
  into.fill(0);
  let pos = 0;
  let neg = 0;
  let posCount = 0;
  let negCount = 0;
  let best = 0;
  let worst = 0;
  let late = 0;
  let early = 0;
  let contrasted = 0;
  let asked = 0;
  const last = h.clauses - 1;
  for (const o of h.heard) {
    const asks = h.asks[o.clause]!;
    let v = o.value;
    if (asks & 1) v *= 0.3;
    if (asks & 2) v *= v > 0 ? 0.3 : 0.7;
    if (asks) asked++;
    if (v > 0) {
      pos += v;
      posCount++;
      if (v > best) best = v;
    } else {
      neg -= v;
      negCount++;
      if (-v > worst) worst = -v;
    }
    if (h.after[o.clause]) contrasted += v;
    if (o.clause >= last - 1) late += v;
    if (o.clause <= 1) early += v;
  }
  const count = posCount + negCount;
  const clauses = Math.max(1, h.clauses);
  into[0] = Math.log1p(pos);
  into[1] = Math.log1p(neg);
  into[2] = (pos - neg) / (pos + neg + 1);
  into[3] = Math.tanh((pos - neg) / 2);
  into[4] = Math.min(2, best) / 2;
  into[5] = Math.min(2, worst) / 2;
  into[6] = Math.tanh(late / 2);
  into[7] = Math.tanh(early / 2);
  into[8] = Math.tanh(contrasted / 2);
  into[9] = count === 0 ? 1 : 0;
  into[10] = count / clauses > 0.5 ? 1 : 0;
  into[11] = Math.min(1, count / clauses);
  into[12] = Math.min(1, h.questions / clauses);
  into[13] = h.questions > 0 ? 1 : 0;
  into[14] = Math.min(1, h.supposing / clauses);
  into[15] = h.contrasts > 0 ? 1 : 0;
  into[16] = h.irony > 0 ? 1 : 0;
  into[17] = h.irony > 0 ? into[3]! : 0;
  into[18] = Math.min(1, h.exclamations / 3);
  into[19] = h.exclamations > 0 ? into[3]! : 0;
  into[20] = Math.min(1, Math.log1p(length) / 7);
  into[21] = pos > 0 && neg > 0 ? 1 : 0;
  into[22] = asked > 0 ? 1 : 0;
  into[23] = negCount > posCount ? 1 : posCount > negCount ? -1 : 0;
  into[24] = length < 12 ? 1 : 0;
  into[25] = length > 100 ? into[2]! : 0;
}
