import type { Folded } from "./fold.ts";
import { endsClause, endsSentence } from "./gaps.ts";

/** A turn cut into clauses and sentences, ready to be asked about its parts. Offsets are folded units. */
export type Clauses = {
  text: string;
  /** For each unit, the number of its clause. */
  clauseOf: Int32Array;
  /** First unit of each clause; one more at the end. */
  clauseAt: number[];
  /** For each clause, the number of its sentence. */
  sentenceOf: number[];
};

/** Nothing further off changes what words mean; it also keeps a pasted book from taking for ever. */
export const FAR = 160;
/** What follows the sentence counts so far. */
const BEHIND = 12;

const isWide = (unit: number) => unit >= 0x2e80;

/** Cuts a folded turn at punctuation, at emoji, and where spaces stand between Chinese characters, as people do in chat. */
export function cutClauses(folded: Folded): Clauses {
  const { units, n, spaced } = folded;
  const clauseOf = new Int32Array(n + 1);
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
    const emoji = units[i]! >= 0xd800 && units[i]! <= 0xdfff;
    if (endsClause(folded, i) || emoji || units[i] === 0x3001) cut(i + 1, endsSentence(folded, i));
    else open = true;
  }
  clauseOf[n] = clause;
  clauseAt.push(n);
  return { text: String.fromCharCode(...units.subarray(0, n)), clauseOf, clauseAt, sentenceOf };
}

/** The words around a span. */
export type Around = {
  /** The clause up to the span, and from it. */
  left: string;
  right: string;
  /** The span itself. */
  span: string;
  /** The clause before within the sentence, and the one after. */
  before: string;
  after: string;
  /** The rest of the clause and the clause after it. */
  clauseRest: string;
  /** The whole sentence up to the span. */
  sentenceLeft: string;
  sentenceRight: string;
  /** The turn about it, up to it, and behind it. */
  turn: string;
  upTo: string;
  rest: string;
  /** What follows the sentence. */
  behind: string;
  /** Whether the sentence ends in a question mark. */
  questionMark: boolean;
};

/** What stands around the units from `start` to `end`. */
export function contextOf(clauses: Clauses, start: number, end: number): Around {
  const { text, clauseOf, clauseAt, sentenceOf } = clauses;
  const first = clauseOf[start]!;
  const last = clauseOf[Math.max(start, end - 1)]!;
  const from = Math.max(clauseAt[first]!, start - FAR);
  const to = Math.min(clauseAt[last + 1]!, end + FAR);
  const sameBefore = first > 0 && sentenceOf[first - 1] === sentenceOf[first];
  const sameAfter =
    last + 1 < sentenceOf.length && sentenceOf[last + 1] === sentenceOf[last] && clauseAt[last + 2] !== undefined;
  let sentenceFrom = first;
  while (
    sentenceFrom > 0 &&
    clauseAt[sentenceFrom]! > start - FAR &&
    sentenceOf[sentenceFrom - 1] === sentenceOf[first]
  )
    sentenceFrom--;
  let sentenceTo = last;
  while (
    clauseAt[sentenceTo + 1]! < end + FAR &&
    sentenceTo + 1 < sentenceOf.length &&
    sentenceOf[sentenceTo + 1] === sentenceOf[last]
  )
    sentenceTo++;
  const after = sameAfter ? text.slice(to, Math.min(clauseAt[last + 2]!, to + FAR)) : "";
  const right = text.slice(end, to);
  const sentenceRight = text.slice(end, Math.min(clauseAt[sentenceTo + 1]!, end + FAR));
  return {
    left: text.slice(from, start),
    right,
    span: text.slice(start, end),
    before: sameBefore ? text.slice(Math.max(clauseAt[first - 1]!, from - FAR), from) : "",
    after,
    clauseRest: right + after,
    sentenceLeft: text.slice(Math.max(clauseAt[sentenceFrom]!, start - FAR), start),
    sentenceRight,
    turn: text.slice(Math.max(0, start - FAR), end + FAR),
    upTo: text.slice(Math.max(0, start - FAR), start),
    rest: text.slice(end, end + FAR),
    behind: text.slice(end + sentenceRight.length, end + sentenceRight.length + BEHIND),
    questionMark: /\?\s*$/.test(sentenceRight) || /\?/.test(right),
  };
}
