import { definitionOf, type TagKey } from "#domain/taxonomy.ts";
import { ENDED } from "./cue-model.ts";
import { ASKED, HELPED } from "./helping.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Odds, Witness } from "./odds.ts";
import type { Found, Reading } from "./reading.ts";
import { WHOLE } from "./witness.ts";

/** By the odds of its own words something may have ended: the model of exchanges is asked … */
const MAY_END = -2.5;
/** … and by its odds, in the light of what was said before, it did. */
const ENDS = 0;
/** So much must the talk be about what ended. */
const ABOUT = -3;

/** What judges words by themselves, and what judges them by what was said before. */
export type Witnesses = { witness: Witness; judge: Witness };

/**
 * What a turn ends that no phrase names, where the model of exchanges is sure of it in the light of what others said right before. What phrases take back
 * in the turn is judged by its odds, but for where one lives, of which it was taught too little. Of moods it proposes none, as `inferred.ts` does not.
 */
export function endedIn(
  { taxonomy }: Knowledge,
  { witness, judge }: Witnesses,
  reading: Reading,
  before: readonly Reading[],
  hasSpoken: boolean,
  found: readonly Found[],
): Found[] {
  const heard = found.filter((f) => f.ended && f.turn === reading.at);
  if (heard.length === 0 && (isBare(reading, before) || !mayEnd(witness, reading))) return [];
  const asked = before.slice(-ASKED).map(({ folded }) => folded);
  const odds = judge.hearExchange(reading.folded, asked, hasSpoken);
  const sure = odds.of(ENDED);
  for (const f of heard) if (!f.tag.startsWith("city:")) f.odds = sure;
  if (heard.length > 0 || sure === undefined || sure < ENDS) return [];
  const holds = new Set(found.filter((f) => !f.ended && f.turn === reading.at).map((f) => f.tag));
  const tag = likeliest(odds, holds);
  const definition = tag && definitionOf(taxonomy, tag);
  if (!tag || !definition || definition.retired || definition.dimension === "emotion") return [];
  const place = { reading, start: 0, end: reading.folded.n };
  const evidence = `core/model/${tag}#ended`;
  return [{ tag, place, turn: reading.at, way: "infers", evidence, ended: true, odds: sure }];
}

/** A few words that nobody asked for name no state that they might end (`号注销了`). */
const isBare = ({ folded, lang }: Reading, before: readonly Reading[]): boolean =>
  before.length === 0 && folded.n < LEAST[lang];
const LEAST = { zh: 6, en: 15 };

/** Whether its words by themselves may tell of an end: the other model need not be asked of most turns. */
function mayEnd(witness: Witness, { folded, said }: Reading): boolean {
  if (folded.n > WHOLE) return false;
  // Of a short answer's words nothing else is asked, so they are not kept.
  const odds = said.odds ?? witness.hear(folded, 0, folded.n);
  return (odds.of(ENDED) ?? MAY_END) > MAY_END;
}

/** The tag that words are most about, but for what they tell of as it is now. */
function likeliest(odds: Odds, holds: ReadonlySet<TagKey>): TagKey | undefined {
  let best: TagKey | undefined;
  for (const tag of odds.above(ABOUT))
    if (tag !== HELPED && !holds.has(tag) && (best === undefined || odds.of(tag)! > odds.of(best)!)) best = tag;
  return best;
}
