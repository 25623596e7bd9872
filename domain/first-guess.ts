/**
 * Whom a theme may draw, before anything is known of it: the tags that name the segments it is meant for, tags that are typical of their
 * members, and tags that its brief speaks of. How much each is worth is learned; which tags may matter at all is guessed here.
 */
import type { TagKinship } from "./tag-kinship.ts";
import type { TagKey } from "./taxonomy.ts";

/** What is guessed of one tag: does it name a segment, how typical is it (0 to 1), does the brief speak of it (0 to 1). */
export type TagGuess = { names: number; typical: number; mentioned: number };
export type FirstGuess = ReadonlyMap<TagKey, TagGuess>;

/** A lift of this logarithm counts in full; what is only a little more common among the members hardly ever matters. */
const FULL_LIFT = 1.4;

export function firstGuess(
  naming: Iterable<TagKey>,
  kinship: TagKinship,
  mentions: ReadonlyMap<TagKey, number>,
): FirstGuess {
  const guess = new Map<TagKey, TagGuess>();
  const of = (tag: TagKey): TagGuess => {
    const known = guess.get(tag) ?? { names: 0, typical: 0, mentioned: 0 };
    guess.set(tag, known);
    return known;
  };
  for (const tag of naming) of(tag).names = 1;
  for (const [tag, lift] of kinship) of(tag).typical = Math.min(1, (lift / FULL_LIFT) ** 3);
  for (const [tag, weight] of mentions) of(tag).mentioned = weight;
  return guess;
}

/** How much room a theme's pull on the tag is given: 0 for a tag that nothing speaks for, 1 for one that is spoken of. */
export const closenessOf = (guess: TagGuess | undefined): number =>
  guess ? Math.min(1, Math.max(guess.names, guess.typical, guess.mentioned)) : 0;
