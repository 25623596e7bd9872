import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import type { Clauses } from "./clauses.ts";
import type { Folded } from "./fold.ts";
import type { Match } from "./match.ts";
import type { ReadText } from "./read-text.ts";

/** One turn, read: its words, and whose they are. */
export type Reading = {
  readonly turn: Turn;
  readonly at: number;
  /** What the words are and say by themselves. */
  readonly said: ReadText;
  readonly folded: Folded;
  readonly clauses: Clauses;
  readonly matches: readonly Match[];
  readonly lang: "zh" | "en";
};

/** How something was heard; how often one alone is right was counted for each way apart (weigh.ts). */
export type Way =
  | "says"
  | "hints"
  | "asks"
  | "retracts"
  | "answer"
  | "assents"
  | "lets"
  | "elicited"
  | "exchange"
  | "infers";

/** An answer has its question beside it. */
export const ANSWERS: ReadonlySet<Way> = new Set(["answer", "assents", "lets", "elicited", "exchange"]);

/** Something heard, before what was heard together is settled. */
export type Found = {
  tag: TagKey;
  /** The words that show it, in folded units of their turn. */
  place: { reading: Reading; start: number; end: number };
  turn: number;
  way: Way;
  evidence: string;
  /** The state ended: a retraction. */
  ended: boolean;
  /** The log odds that the trained model gives the words around it. */
  odds?: number;
};

/** What was read as somebody's turn. It holds for the talk that it belongs to. */
export const readTurn = (turn: Turn, at: number, said: ReadText): Reading => new ReadTurn(turn, at, said);

class ReadTurn implements Reading {
  readonly turn: Turn;
  readonly at: number;
  readonly said: ReadText;
  readonly folded: Folded;

  constructor(turn: Turn, at: number, said: ReadText) {
    this.turn = turn;
    this.at = at;
    this.said = said;
    this.folded = said.folded;
  }

  get matches(): readonly Match[] {
    return this.said.matches;
  }

  get clauses(): Clauses {
    return this.said.clauses;
  }

  get lang(): "zh" | "en" {
    return this.said.lang;
  }
}

/** A place that shows a tag, and how much it does. */
type Weighed = { start: number; end: number; weight: number };

/**
 * A quote fits one line of a card: about so many units, counting a Chinese character as three of English. Shorter ones prove less: at 84 a hundredth of
 * the quotes and at 66 three hundredths no longer showed what a careful reader marked (docs/data.md).
 */
const LINE = 96;
const CHINESE = 3;
const lineOf = ({ lang }: Reading): number => (lang === "zh" ? LINE / CHINESE : LINE);

/** Whether there is something to choose: a turn that fits a line is quoted whole. */
export const isQuotedInPart = (reading: Reading): boolean => reading.folded.n > lineOf(reading);

/**
 * The exact words to quote for places in one turn: the clauses that show the tag, the heaviest first and the others while all fits a line, then what
 * stands around them, first before and then behind, while it fits, since a few words alone rarely prove anything.
 */
export function quoteOf(reading: Reading, places: readonly Weighed[]): string {
  const { folded, turn, clauses } = reading;
  const { clauseAt } = clauses;
  const best = places.length === 1 ? places[0]! : heaviest(clauses, places);
  let first = firstClauseOf(clauses, best);
  let last = lastClauseOf(clauses, best);
  const most = lineOf(reading);
  const fits = (from: number, to: number) => clauseAt[to + 1]! - clauseAt[from]! <= most;
  for (const place of places.length === 1 ? [] : nearestFirst(clauses, places, first)) {
    const from = Math.min(first, firstClauseOf(clauses, place));
    const to = Math.max(last, lastClauseOf(clauses, place));
    if (!fits(from, to)) continue;
    first = from;
    last = to;
  }
  const count = clauseAt.length - 1;
  for (;;) {
    if (first > 0 && fits(first - 1, last)) first--;
    else if (last + 1 < count && fits(first, last + 1)) last++;
    else break;
  }
  return trimmed(turn.text.slice(folded.at[clauseAt[first]!]!, folded.at[clauseAt[last + 1]! - 1]! + 1));
}

const firstClauseOf = ({ clauseOf }: Clauses, { start }: Weighed): number => clauseOf[start]!;
const lastClauseOf = ({ clauseOf }: Clauses, { start, end }: Weighed): number => clauseOf[Math.max(start, end - 1)]!;

/** The place in the clause that shows most; of two such, the later one. */
function heaviest(clauses: Clauses, places: readonly Weighed[]): Weighed {
  const weights: number[] = new Array(clauses.clauseAt.length).fill(0);
  for (const place of places) weights[firstClauseOf(clauses, place)]! += place.weight;
  const weightOf = (place: Weighed) => weights[firstClauseOf(clauses, place)]!;
  return places.reduce((a, b) => (weightOf(b) >= weightOf(a) ? b : a));
}

function nearestFirst(clauses: Clauses, places: readonly Weighed[], first: number): Weighed[] {
  const distanceOf = (place: Weighed) => Math.abs(firstClauseOf(clauses, place) - first);
  return places.toSorted((a, b) => distanceOf(a) - distanceOf(b));
}

/** What a quote neither begins nor ends with; marks that say how it was meant stay at its end. */
const PARTS =
  " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff,，。.;；、";
const BEGINS_NO_QUOTE = `${PARTS}!！?？`;

/** Words without half an emoji at an end and without what parts them from others, unless they are nothing else. */
function trimmed(words: string): string {
  let from = isLowSurrogate(words.charCodeAt(0)) ? 1 : 0;
  let to = words.length;
  if (to > from && isHighSurrogate(words.charCodeAt(to - 1))) to--;
  while (from < to && BEGINS_NO_QUOTE.includes(words[from]!)) from++;
  while (to > from && PARTS.includes(words[to - 1]!)) to--;
  return from === to ? words : words.slice(from, to);
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
