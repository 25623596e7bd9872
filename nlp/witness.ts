import type { TagKey } from "#domain/taxonomy.ts";
import type { Witness } from "./odds.ts";
import type { Found, Reading } from "./reading.ts";

/** A turn is judged whole up to so many units, a longer one by so many around the words heard. */
export const WHOLE = 120;

/** A role in a group shows in what others say before and after; of the subject's own words alone the model can say nothing. */
const isOfTwo = ({ way, evidence }: Found): boolean => way === "exchange" && evidence.endsWith("#exchange");

/** An answer this short, in units, has no words of its own to judge: of `对` or `那必须` the model knows no more than how common a tag is. */
const BARE = 3;
const TO_A_QUESTION: ReadonlySet<Found["way"]> = new Set(["answer", "assents", "elicited"]);

const isBareAnswer = ({ way }: Found, { folded, lang }: Reading): boolean =>
  lang === "zh" && folded.n <= BARE && TO_A_QUESTION.has(way);

/** Has the model judge what was heard in a turn; a turn judged whole is judged once. */
export function bearWitness(witness: Witness, reading: Reading, found: readonly Found[]): void {
  const { folded, said } = reading;
  for (const f of found) {
    if (f.turn !== reading.at || f.ended || isOfTwo(f) || isBareAnswer(f, reading)) continue;
    if (folded.n > WHOLE || f.place.reading !== reading) f.odds = oddsOf(witness, f);
    else {
      said.odds ??= witness.hear(folded, 0, folded.n);
      f.odds = said.odds.of(f.tag);
    }
  }
}

/** What the model makes of the words around something heard. */
function oddsOf(witness: Witness, { tag, place: { reading, start, end } }: Found): number | undefined {
  const { n } = reading.folded;
  if (n <= WHOLE) return witness.hear(reading.folded, 0, n).of(tag);
  const from = Math.max(0, Math.min(start - (WHOLE - (end - start)) / 2, n - WHOLE));
  return witness.hear(reading.folded, Math.floor(from), Math.min(n, Math.max(end, Math.floor(from) + WHOLE))).of(tag);
}

/** The clause of a turn that the model takes to show a tag most; none where it was not asked about the turn, or not taught the tag. */
export function clauseFor(
  witness: Witness,
  { folded, said, clauses: { clauseAt } }: Reading,
  tag: TagKey,
): { start: number; end: number } | undefined {
  if (said.odds?.of(tag) === undefined || clauseAt.length < TWO_CLAUSES) return undefined;
  let best: { start: number; end: number } | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (let clause = 0; clause + 1 < clauseAt.length; clause++) {
    const [start, end] = [clauseAt[clause]!, clauseAt[clause + 1]!];
    const odds = witness.hear(folded, start, end).of(tag)!;
    if (odds > most) [most, best] = [odds, { start, end }];
  }
  return best;
}
/** Places where the clauses of a turn of two begin, and its end. */
const TWO_CLAUSES = 3;
