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
