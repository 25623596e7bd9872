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
  quote: string;
  turn: number;
  way: Way;
  evidence: string;
  /** The state ended: a retraction. */
  ended: boolean;
  /** For `model`: how far the sum of weights passed the tag's threshold. */
  margin?: number;
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

/** The exact words of the turn that the folded units from `start` to `end` came from. */
export function quoteOf({ folded, turn }: Reading, start: number, end: number): string {
  return turn.text.slice(folded.at[start]!, folded.at[end - 1]! + 1);
}
