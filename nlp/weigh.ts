import type { Cue } from "#domain/cue.ts";
import { worthAsking } from "#domain/suggestion.ts";
import { definitionOf, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import type { Found, Way } from "./reading.ts";
import { sureness, type Traits, traitsOf } from "./sureness.ts";

/**
 * How often one piece of evidence alone is right, by the way it was heard; counted on the half of the development set that no phrase was written
 * from (docs/data.md has the table).
 */
const SURE: Readonly<Record<Way, number>> = {
  says: 0.7,
  asks: 0.68,
  answer: 0.88,
  assents: 0.75,
  lets: 0.62,
  elicited: 0.75,
  exchange: 0.75,
  retracts: 0.8,
  hints: 0.36,
  infers: 0,
};

/** Facts of life are plainly said, moods and roles in a group rarely: what one phrase of a dimension is worth against the mean of all. */
const PLAINNESS: Readonly<Record<string, number>> = {
  identity: 1.25,
  place: 1.25,
  family: 1.22,
  interest: 1.12,
  life_event: 1.05,
  need: 0.98,
  stage: 0.98,
  format: 0.95,
  expertise: 0.85,
  persona: 0.88,
  motive: 0.88,
  emotion: 0.82,
  community: 0.8,
};

/** What a broad frame (`core/broad*.yaml`) alone is worth against a phrase: it reaches further and errs more. */
const BROAD = 0.8;

/** How much of its worth a second, independent piece of evidence keeps. */
const SECOND = 0.75;
/** And one that was heard in the same words. */
const SAME_WORDS = 0.3;

/** What ended needs phrases that are this sure. */
const SURELY_ENDED = 0.59;

/** What would be shown of a tag. Its words are quoted when it is known that it is. */
export type Weighed = Pick<Cue, "tag" | "turn" | "score"> & {
  best: Found;
  all: readonly Found[];
  worths: readonly number[];
  /** What made it so sure; none where it ended, which phrases and the model of exchanges tell. */
  traits: Traits | undefined;
};

/** One cue for each tag that is sure enough to be shown: the surest words count; independent evidence makes it surer. */
export const merge = (taxonomy: Taxonomy, found: readonly Found[]): Weighed[] =>
  weigh(taxonomy, found).filter(({ score, best }) => score >= (best.ended ? SURELY_ENDED : worthAsking));

/** All that may be shown, sure or not. */
export function weigh(taxonomy: Taxonomy, found: readonly Found[]): Weighed[] {
  const byTag = new Map<TagKey, Found[]>();
  for (const f of found) {
    const known = byTag.get(f.tag);
    if (known) known.push(f);
    else byTag.set(f.tag, [f]);
  }
  const weighed: Weighed[] = [];
  for (const [tag, heard] of byTag) {
    const spoken = heard.filter(({ way }) => way !== "infers");
    const all = spoken.length > 0 ? spoken : heard;
    const dimension = definitionOf(taxonomy, tag)?.dimension ?? "";
    const worths = all.map((f) => worthOf(f, PLAINNESS[dimension] ?? 1));
    const k = all.length === 1 ? 0 : surest(all, worths);
    const best = all[k]!;
    const phrases = 1 - doubtOf(k, all, worths);
    const traits = best.ended ? undefined : traitsOf(phrases, best, heard);
    const score = traits ? sureness(traits, dimension) : endSureness(phrases, all);
    weighed.push({ tag, turn: best.turn, score: Math.round(score * 1000) / 1000, best, all, worths, traits });
  }
  return weighed;
}

/** By these odds of the model nothing ended, whatever phrases take back. */
const STAYS = -3.5;
/** What the model alone takes to have ended is this much likelier than its odds say. */
const BEYOND = 0.5;

/** How sure it is that something ended; `all`: what takes it back. */
function endSureness(phrases: number, all: readonly Found[]): number {
  const odds = all.find((f) => f.odds !== undefined)?.odds;
  if (odds === undefined) return phrases;
  if (odds < STAYS) return 0;
  return phrases > 0 ? phrases : Math.min(0.98, 1 / (1 + Math.exp(-odds - BEYOND)));
}

/** How sure one piece of evidence alone makes a tag of a dimension. */
const worthOf = (f: Found, plainness: number): number =>
  Math.min(0.95, SURE[f.way] * plainness * (f.evidence.startsWith("core/broad") ? BROAD : 1));

/** The place of the surest; of those that are as sure, the longest of the turn of the first. */
function surest(all: readonly Found[], worths: readonly number[]): number {
  let best = 0;
  for (let k = 1; k < all.length; k++) {
    const surer = worths[k]! - worths[best]!;
    const longer = all[k]!.turn === all[best]!.turn && spanOf(all[k]!) > spanOf(all[best]!);
    if (surer > 0 || (surer === 0 && longer)) best = k;
  }
  return best;
}

/**
 * The doubt that the evidence leaves. Each piece beside the surest keeps a part of its worth: in other words than what counts already more than in the
 * same words, which two ways of hearing make little surer.
 */
function doubtOf(surest: number, all: readonly Found[], worths: readonly number[]): number {
  const best = all[surest]!;
  let doubt = 1 - worths[surest]!;
  if (all.length === 1) return doubt;
  const kept = [best];
  const known = [best.evidence];
  for (const [k, f] of all.entries()) {
    if (known.includes(f.evidence)) continue;
    known.push(f.evidence);
    const same = kept.some((other) => overlap(other, f));
    if (!same) kept.push(f);
    doubt *= 1 - (same ? SAME_WORDS : SECOND) * worths[k]!;
  }
  return doubt;
}

/** Whether two things were heard in the same words, in part at least. */
export const overlap = (a: Found, b: Found): boolean =>
  a.turn === b.turn && a.place.start < b.place.end && b.place.start < a.place.end;

const spanOf = ({ place }: Found): number => place.end - place.start;
