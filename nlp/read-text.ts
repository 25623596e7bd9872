import type { Question } from "./asked-of-subject.ts";
import { type Clauses, cutClauses } from "./clauses.ts";
import { type Folded, foldInto, hasChinese, newFolded } from "./fold.ts";
import type { Judged } from "./judge.ts";
import type { Match } from "./match.ts";
import type { Odds } from "./odds.ts";
import type { Joined, Replied } from "./replies.ts";
import type { Mender } from "./slips/mend.ts";
import type { Whose } from "./whose.ts";

/** What phrases say where others are about, who go by these names, or where the turn before leaves open of whom it tells. */
type JudgedAmong = { names: string; topic: Whose; judged: readonly Judged[] };

/** A text, read: what its words are and say wherever they stand. What is not asked for is not worked out, and nothing twice. */
export class ReadText {
  readonly text: string;
  readonly folded: Folded;
  /** What it asks when the employee says it, and when somebody else does (asked-of-subject.ts). */
  askedByEmployee: Question | undefined = undefined;
  askedByMember: Question | undefined = undefined;
  /** Whether it is an announcement, what its phrases say in a talk of two about nobody else, and the model's odds (extract.ts). */
  announced: boolean | undefined = undefined;
  judged: readonly Judged[] | undefined = undefined;
  odds: Odds | undefined = undefined;
  /** What it said last among other people, of whom the turn before leaves open whom it tells (whose.ts); what it showed last as an answer (replies.ts). */
  judgedAmong: JudgedAmong | undefined = undefined;
  topic: Whose | undefined = undefined;
  joined: Joined | undefined = undefined;
  replied: Replied | undefined = undefined;
  private cut: Clauses | undefined = undefined;
  private inChinese: boolean | undefined = undefined;
  private found: readonly Match[] | undefined = undefined;
  private readonly find: (said: ReadText) => readonly Match[];

  /** `find` looks for phrases in it when they are asked for: what an employee tells is often never asked. */
  constructor(text: string, folded: Folded, find: (said: ReadText) => readonly Match[]) {
    this.text = text;
    this.folded = folded;
    this.find = find;
  }

  /** The phrases found in it. */
  get matches(): readonly Match[] {
    this.found ??= this.find(this);
    return this.found;
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

/** A text is heard up to here; no messenger sends longer ones, and a pasted book says little about its reader. */
const MOST_UNITS = 20_000;
const NO_MATCHES: readonly Match[] = [];
/**
 * So many texts are remembered: each message is heard with a dozen before it, and the chats of a few hundred customers at once are one another's
 * neighbours. A quarter of it made a message of 300 chats dearer by 17 %, of a thousand by 21 %; it costs 10 MB when all of it is in use.
 */
const KEPT = 4096;
const SLOT_AT = 20;
/** Longer ones hardly come again, and would fill the memory. */
const LONGEST = 256;
/** So many buffers are kept for texts that are not remembered. */
const SPARE = 64;

/** Reads texts; what it gives out holds until the next talk begins. */
export type TextReader = {
  begin(): void;
  /** Reads words as they were meant: where `mend` finds slips, phrases that they hold as they were written count, too. */
  read(text: string): ReadText;
  readAsWritten(text: string): ReadText;
};

const leftAsIs: Mender = () => false;

/**
 * A reader that remembers what it read of late. Of two texts that fall on the same place the later one is remembered, unless the talk that goes on
 * holds the earlier one.
 */
export function createTextReader(match: (folded: Folded) => readonly Match[], mend: Mender = leftAsIs): TextReader {
  /** Texts that are not the same are hardly ever compared: their keys differ. */
  const keys = new Int32Array(KEPT);
  const kept: ReadText[] = [];
  const buffers: Folded[] = [];
  /** The number of the talk that last held each. */
  const heldBy = new Int32Array(KEPT);
  let talk = 0;
  const spare: Folded[] = [];
  let spent = 0;
  const asWritten = newFolded();
  const findIn = ({ folded }: ReadText): readonly Match[] => (folded.n > 0 ? match(folded) : NO_MATCHES);
  const findInMended = ({ text, folded }: ReadText): readonly Match[] => {
    const { at } = foldInto(text, asWritten);
    const matches = match(asWritten);
    const written = matches.map(({ start, end }) => [at[start]!, at[end - 1]!] as const);
    const meant = match(folded);
    return [...meant, ...moved(matches, written, folded, meant)];
  };
  const readInto = (whole: string, buffer: Folded, mend: Mender): ReadText => {
    const text = whole.length > MOST_UNITS ? whole.slice(0, MOST_UNITS) : whole;
    const folded = foldInto(text, buffer);
    return new ReadText(text, folded, mend(folded, text) ? findInMended : findIn);
  };
  const readOnce = (text: string, mend: Mender): ReadText => {
    if (spent >= SPARE) return readInto(text, newFolded(), mend);
    const buffer = spare[spent] ?? newFolded();
    spare[spent++] = buffer;
    return readInto(text, buffer, mend);
  };
  return {
    begin() {
      talk = (talk + 1) & 0x3fffffff;
      spent = 0;
    },
    read(text) {
      if (text.length > LONGEST) return readOnce(text, mend);
      const key = keyOf(text);
      const slot = key >>> SLOT_AT;
      const known = kept[slot];
      if (known !== undefined && keys[slot] === key && known.text === text) {
        heldBy[slot] = talk;
        return known;
      }
      if (heldBy[slot] === talk) return readOnce(text, mend);
      const buffer = buffers[slot] ?? newFolded(Math.max(32, text.length));
      buffers[slot] = buffer;
      const read = readInto(text, buffer, mend);
      keys[slot] = key;
      kept[slot] = read;
      heldBy[slot] = talk;
      return read;
    },
    readAsWritten: (text) => readOnce(text, leftAsIs),
  };
}

/** Matches of a text as written, each at its place in the text as meant; those that are heard there anyway are left out. */
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

/** A number that most other texts do not have. */
function keyOf(text: string): number {
  const n = text.length;
  if (n === 0) return 0;
  const ends = Math.imul(text.charCodeAt(0), 31) ^ Math.imul(text.charCodeAt(n - 1), 0x9e3779b1);
  const middle = Math.imul(text.charCodeAt(n >> 1), 0x85ebca6b) ^ Math.imul(text.charCodeAt(n >> 2), 0xc2b2ae35);
  return ends ^ middle ^ Math.imul(n, 0x27d4eb2f);
}
