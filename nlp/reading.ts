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

/** How something was heard; probabilities are fitted for each way apart. */
export type Way = "says" | "hints" | "asks" | "retracts" | "answer" | "assents" | "lets" | "elicited" | "exchange";

/** Something heard, before what was heard together is settled. `strength` orders and is no probability yet. */
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
  readonly matches: readonly Match[];

  constructor(turn: Turn, at: number, said: ReadText) {
    this.turn = turn;
    this.at = at;
    this.said = said;
    this.folded = said.folded;
    this.matches = said.matches;
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

/** A quote reads best as one line of a card: about so many units, counting a Chinese character as three of English. */
const LINE = 96;
const CHINESE = 3;

/**
 * The exact words to quote for places in one turn: the clauses that show the tag, the heaviest first and the others while all fits a line, then what
 * stands around them while it fits, since a few words alone rarely prove anything.
 */
export function quoteOf(reading: Reading, places: readonly Weighed[]): string {
  const { folded, turn, clauses, lang } = reading;
  const { clauseOf, clauseAt } = clauses;
  const clausesOf = ({ start, end }: Weighed) => [clauseOf[start]!, clauseOf[Math.max(start, end - 1)]!] as const;
  const weightOf = (place: Weighed) =>
    places.reduce((sum, other) => sum + (clausesOf(other)[0] === clausesOf(place)[0] ? other.weight : 0), 0);
  const best = places.reduce((a, b) => (weightOf(b) >= weightOf(a) ? b : a));
  let [first, last] = clausesOf(best);
  const most = lang === "zh" ? LINE / CHINESE : LINE;
  const fits = (from: number, to: number) => clauseAt[to + 1]! - clauseAt[from]! <= most;
  for (const [from, to] of places.map(clausesOf).sort((a, b) => Math.abs(a[0] - first) - Math.abs(b[0] - first))) {
    if (!fits(Math.min(first, from), Math.max(last, to))) continue;
    first = Math.min(first, from);
    last = Math.max(last, to);
  }
  const count = clauseAt.length - 1;
  while (first > 0 && clauseAt[first - 1]! < clauseAt[first]! && fits(first - 1, last)) first--;
  while (last + 1 < count && fits(first, last + 1)) last++;
  const words = turn.text.slice(folded.at[clauseAt[first]!]!, folded.at[clauseAt[last + 1]! - 1]! + 1);
  const quote = words
    .replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "")
    .replace(/^[\s,，。.!！?？;；、]+|[\s,，。.;；、]+$/g, "");
  return quote === "" ? words : quote;
}
