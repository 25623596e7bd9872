import { type Folded, isLetter, unitsOf } from "./fold.ts";
import { endsClause, endsSentence } from "./gaps.ts";

/** A turn cut into clauses and sentences, ready to be asked about its parts. Offsets are folded units. */
export type Clauses = {
  text: string;
  /** For each unit, the number of its clause. */
  clauseOf: readonly number[];
  /** First unit of each clause; one more at the end. */
  clauseAt: number[];
  /** For each clause, the number of its sentence. */
  sentenceOf: number[];
};

/** Nothing further off changes what words mean; it also keeps a pasted book from taking for ever. */
export const FAR = 160;
/** A clause with no more than this behind a span ends with it: the next clause may be about the span. */
export const CLOSE = 4;
/** What follows the sentence counts so far. */
const BEHIND = 12;

const isWide = (unit: number) => unit >= 0x2e80;
/** Most units are letters, which end nothing. */
const isPlain = (unit: number) => (unit >= 0x3400 && unit <= 0x9fff) || isLetter(unit);

/** Cuts a folded turn at punctuation, at emoji, and where spaces stand between Chinese characters, as people do in chat. */
export function cutClauses(folded: Folded): Clauses {
  const { units, n, spaced } = folded;
  // A typed array of a few numbers takes five times as long to make.
  const clauseOf: number[] = new Array(n + 1);
  const clauseAt = [0];
  const sentenceOf = [0];
  let clause = 0;
  let sentence = 0;
  let open = false;
  const cut = (at: number, sentenceEnds: boolean) => {
    if (sentenceEnds) sentence++;
    if (open) {
      clause++;
      clauseAt.push(at);
      sentenceOf.push(sentence);
      open = false;
    } else sentenceOf[clause] = sentence;
  };
  for (let i = 0; i < n; i++) {
    if (spaced[i] === 1 && isWide(units[i]!) && i > 0 && isWide(units[i - 1]!)) cut(i, false);
    clauseOf[i] = clause;
    if (isPlain(units[i]!)) {
      open = true;
      continue;
    }
    const emoji = units[i]! >= 0xd800 && units[i]! <= 0xdfff;
    if (endsClause(folded, i) || emoji || units[i] === 0x3001) cut(i + 1, endsSentence(folded, i));
    else open = true;
  }
  clauseOf[n] = clause;
  clauseAt.push(n);
  return { text: unitsOf(folded), clauseOf, clauseAt, sentenceOf };
}

/** The words around a span. */
export type Around = {
  /** The clause up to the span, and from it. */
  readonly left: string;
  readonly right: string;
  /** The span itself. */
  readonly span: string;
  /** The clause before within the sentence, and the one after. */
  readonly before: string;
  readonly after: string;
  /** The whole sentence up to the span. */
  readonly sentenceLeft: string;
  readonly sentenceRight: string;
  /** The turn about it, up to it, and behind it. */
  readonly turn: string;
  readonly upTo: string;
  readonly rest: string;
  /** What follows the sentence. */
  readonly behind: string;
  /** Whether the sentence ends in a question mark. */
  readonly questionMark: boolean;
};

/** What stands around the units from `start` to `end`. Each part is cut out when it is asked for: a judgement asks for two or three of them. */
export function contextOf(clauses: Clauses, start: number, end: number): Around {
  return new Cut(clauses, start, end);
}

class Cut implements Around {
  private readonly clauses: Clauses;
  private readonly start: number;
  private readonly end: number;
  /** The first and the last clause that the span touches. */
  private readonly first: number;
  private readonly last: number;

  constructor(clauses: Clauses, start: number, end: number) {
    this.clauses = clauses;
    this.start = start;
    this.end = end;
    this.first = clauses.clauseOf[start]!;
    this.last = clauses.clauseOf[Math.max(start, end - 1)]!;
  }

  private get from(): number {
    return Math.max(this.clauses.clauseAt[this.first]!, this.start - FAR);
  }

  private get to(): number {
    return Math.min(this.clauses.clauseAt[this.last + 1]!, this.end + FAR);
  }

  get left(): string {
    return this.clauses.text.slice(this.from, this.start);
  }

  get right(): string {
    return this.clauses.text.slice(this.end, this.to);
  }

  get span(): string {
    return this.clauses.text.slice(this.start, this.end);
  }

  get before(): string {
    const { first, from } = this;
    const { text, clauseAt, sentenceOf } = this.clauses;
    if (first === 0 || sentenceOf[first - 1] !== sentenceOf[first]) return "";
    return text.slice(Math.max(clauseAt[first - 1]!, from - FAR), from);
  }

  get after(): string {
    const { last, to } = this;
    const { text, clauseAt, sentenceOf } = this.clauses;
    if (last + 1 >= sentenceOf.length || sentenceOf[last + 1] !== sentenceOf[last]) return "";
    const until = clauseAt[last + 2];
    return until === undefined ? "" : text.slice(to, Math.min(until, to + FAR));
  }

  get sentenceLeft(): string {
    const { first, start } = this;
    const { text, clauseAt, sentenceOf } = this.clauses;
    let from = first;
    while (from > 0 && clauseAt[from]! > start - FAR && sentenceOf[from - 1] === sentenceOf[first]) from--;
    return text.slice(Math.max(clauseAt[from]!, start - FAR), start);
  }

  get sentenceRight(): string {
    const { last, end } = this;
    const { text, clauseAt, sentenceOf } = this.clauses;
    let to = last;
    while (clauseAt[to + 1]! < end + FAR && to + 1 < sentenceOf.length && sentenceOf[to + 1] === sentenceOf[last]) to++;
    return text.slice(end, Math.min(clauseAt[to + 1]!, end + FAR));
  }

  get turn(): string {
    return this.clauses.text.slice(Math.max(0, this.start - FAR), this.end + FAR);
  }

  get upTo(): string {
    return this.clauses.text.slice(Math.max(0, this.start - FAR), this.start);
  }

  get rest(): string {
    return this.clauses.text.slice(this.end, this.end + FAR);
  }

  get behind(): string {
    const from = this.end + this.sentenceRight.length;
    return this.clauses.text.slice(from, from + BEHIND);
  }

  get questionMark(): boolean {
    return this.right.includes("?") || /\?\s*$/.test(this.sentenceRight);
  }
}
