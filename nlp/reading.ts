import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { type Folded, foldInto, newFolded } from "./fold.ts";
import type { Match } from "./match.ts";
import { type Clauses, cutClauses } from "./scope.ts";

/** One turn, read: folded, cut into clauses, with the phrases found in it. */
export type Reading = {
  turn: Turn;
  at: number;
  folded: Folded;
  clauses: Clauses;
  matches: readonly Match[];
  lang: "zh" | "en";
};

/** How something was heard; probabilities are fitted for each way apart. */
export type Way = "says" | "hints" | "asks" | "retracts" | "answer" | "elicited" | "exchange" | "model";

/** Something heard, before what was heard together is settled. `strength` orders and is no probability yet. */
export type Found = {
  tag: TagKey;
  quote: string;
  turn: number;
  way: Way;
  evidence: string;
  /** The state ended: a retraction. */
  ended: boolean;
};

/** A turn is heard up to here; no messenger sends longer ones, and a pasted book says little about its reader. */
const MOST_UNITS = 20_000;
const NO_MATCHES: readonly Match[] = [];

/** Reads a turn; phrases are matched by `match` once it is folded. */
export function readTurn(turn: Turn, at: number, match: (folded: Folded) => Match[]): Reading {
  const text = turn.text.length > MOST_UNITS ? turn.text.slice(0, MOST_UNITS) : turn.text;
  const folded = foldInto(text, newFolded(text.length + 1));
  const matches = folded.n > 0 ? match(folded) : NO_MATCHES;
  const clauses = cutClauses(folded);
  return { turn, at, folded, clauses, matches, lang: /[\u3400-\u9fff]/.test(clauses.text) ? "zh" : "en" };
}

/** The exact words of the turn that the folded units from `start` to `end` came from. */
export function quoteOf({ folded, turn }: Reading, start: number, end: number): string {
  return turn.text.slice(folded.at[start]!, folded.at[end - 1]! + 1);
}
