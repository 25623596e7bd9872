import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { type Clauses, cutClauses } from "./clauses.ts";
import { type Folded, foldInto, hasChinese, newFolded } from "./fold.ts";
import type { Match } from "./match.ts";
import type { Search } from "./match-again.ts";
import type { Mender } from "./slips/mend.ts";

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

/**
 * Reads a turn into `buffer`, which the reading keeps; phrases are searched for once it is folded. Where `mend` finds slips, the turn is read as it was
 * meant, and phrases that it holds as it was written count, too.
 */
export function readTurn(
  turn: Turn,
  at: number,
  search: Search,
  buffer: Folded = newFolded(),
  mend: Mender = leftAsIs,
): Reading {
  const text = turn.text.length > MOST_UNITS ? turn.text.slice(0, MOST_UNITS) : turn.text;
  const folded = foldInto(text, buffer);
  const matches = folded.n > 0 ? search(text, folded) : NO_MATCHES;
  const written = matches.map(({ start, end }) => [folded.at[start]!, folded.at[end - 1]!] as const);
  if (!mend(folded, text)) return new ReadTurn(turn, at, folded, matches);
  const meant = search(`${text}\0`, folded);
  return new ReadTurn(turn, at, folded, [...meant, ...moved(matches, written, folded, meant)]);
}

const leftAsIs: Mender = () => false;

/** Matches of the text as written, each at its place in the text as meant; those that are heard there anyway are left out. */
function moved(
  matches: readonly Match[],
  written: readonly (readonly [number, number])[],
  { at, n }: Folded,
  meant: readonly Match[],
): Match[] {
  return matches.flatMap(({ phrase }, k) => {
    const [first, last] = written[k]!;
    let start = 0;
    while (start + 1 < n && at[start + 1]! <= first) start++;
    let end = start + 1;
    while (end < n && at[end]! <= last) end++;
    const again = meant.some((m) => m.phrase === phrase && m.start < end && start < m.end);
    return again ? [] : [{ phrase, start, end }];
  });
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
