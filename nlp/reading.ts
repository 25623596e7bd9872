import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { type Folded, foldInto, newFolded } from "./fold.ts";
import type { Match } from "./match.ts";
import { type Clauses, cutClauses } from "./scope.ts";

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
export type Way = "says" | "hints" | "asks" | "retracts" | "answer" | "elicited" | "exchange" | "model";

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
};

/** A turn is heard up to here; no messenger sends longer ones, and a pasted book says little about its reader. */
const MOST_UNITS = 20_000;
const NO_MATCHES: readonly Match[] = [];

/** Reads a turn into `buffer`, which the reading keeps; phrases are matched by `match` once it is folded. */
export function readTurn(
  turn: Turn,
  at: number,
  match: (folded: Folded) => Match[],
  buffer: Folded = newFolded(),
): Reading {
  const text = turn.text.length > MOST_UNITS ? turn.text.slice(0, MOST_UNITS) : turn.text;
  const folded = foldInto(text, buffer);
  const matches = folded.n > 0 ? match(folded) : NO_MATCHES;
  let clauses: Clauses | undefined;
  return {
    turn,
    at,
    folded,
    matches,
    get clauses() {
      clauses ??= cutClauses(folded);
      return clauses;
    },
    get lang() {
      return hasChinese(folded) ? "zh" : "en";
    },
  };
}

function hasChinese({ units, n }: Folded): boolean {
  for (let i = 0; i < n; i++) if (units[i]! >= 0x3400 && units[i]! <= 0x9fff) return true;
  return false;
}

/** The longest quote that is still read at a glance, in signs of the turn. */
const GLANCE = { zh: 36, en: 90 };
/** A turn so short is quoted whole. */
const SHORT = { zh: 24, en: 60 };

/**
 * The exact words to quote for places in one turn: the clauses that hold them all where that is short enough to read at a glance, else the last of
 * the places alone.
 */
export function quoteOf(
  { folded, turn, clauses, lang }: Reading,
  places: readonly { start: number; end: number }[],
): string {
  const { clauseOf, clauseAt } = clauses;
  const cut = (start: number, end: number) => turn.text.slice(folded.at[start]!, folded.at[end - 1]! + 1);
  const clauseBounds = ({ start, end }: { start: number; end: number }) => ({
    start: clauseAt[clauseOf[start]!]!,
    end: clauseAt[clauseOf[Math.max(start, end - 1)]! + 1]!,
  });
  const last = places.at(-1)!;
  const all = { start: Math.min(...places.map((p) => p.start)), end: Math.max(...places.map((p) => p.end)) };
  const whole = { start: 0, end: clauses.text.length };
  for (const span of turn.text.length <= SHORT[lang] ? [whole] : [clauseBounds(all), all, clauseBounds(last)]) {
    const quote = cut(span.start, span.end)
      .replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "")
      .replace(/^[\s,，。!！?？;；、]+|[\s,，。;；、]+$/g, "");
    if (quote.length > 0 && quote.length <= GLANCE[lang]) return quote;
  }
  return cut(last.start, last.end);
}
