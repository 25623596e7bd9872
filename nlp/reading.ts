import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { type Clauses, cutClauses } from "./clauses.ts";
import { type Folded, foldInto, newFolded } from "./fold.ts";
import type { Match } from "./match.ts";
import type { Search } from "./match-again.ts";

/** One turn, read: folded, with the phrases found in it; its clauses are cut when they are first asked for. */
export type Reading = {
  turn: Turn;
  at: number;
  folded: Folded;
  readonly clauses: Clauses;
  matches: readonly Match[];
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

/** A turn is heard up to here; no messenger sends longer ones, and a pasted book says little about its reader. */
const MOST_UNITS = 20_000;
const NO_MATCHES: readonly Match[] = [];

/** Reads a turn into `buffer`, which the reading keeps; phrases are searched for once it is folded. */
export function readTurn(turn: Turn, at: number, search: Search, buffer: Folded = newFolded()): Reading {
  const text = turn.text.length > MOST_UNITS ? turn.text.slice(0, MOST_UNITS) : turn.text;
  const folded = foldInto(text, buffer);
  return new ReadTurn(turn, at, folded, folded.n > 0 ? search(text, folded) : NO_MATCHES);
}

class ReadTurn implements Reading {
  readonly turn: Turn;
  readonly at: number;
  readonly folded: Folded;
  readonly matches: readonly Match[];
  private cut: Clauses | undefined = undefined;
  private inChinese: boolean | undefined = undefined;

  constructor(turn: Turn, at: number, folded: Folded, matches: readonly Match[]) {
    this.turn = turn;
    this.at = at;
    this.folded = folded;
    this.matches = matches;
  }

  get clauses(): Clauses {
    this.cut ??= cutClauses(this.folded);
    return this.cut;
  }

  get lang(): "zh" | "en" {
    this.inChinese ??= hasChinese(this.folded);
    return this.inChinese ? "zh" : "en";
  }
}

function hasChinese({ units, n }: Folded): boolean {
  for (let i = 0; i < n; i++) if (units[i]! >= 0x3400 && units[i]! <= 0x9fff) return true;
  return false;
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
