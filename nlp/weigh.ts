import type { Cue } from "#domain/cue.ts";
import { definitionOf, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import type { Found, Way } from "./reading.ts";

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

/** Below this a cue is not shown: it is as likely wrong as right. This bar and the next two were chosen together (docs/data.md). */
export const SHOWN = 0.5;
/** What phrases alone would not show needs the model to be this sure. */
const WITNESSED = 0.65;
/** Phrases that reach this are sure enough by themselves. */
const ALONE = 0.59;

/** What would be shown of a tag. Its words are quoted when it is known that it is. */
export type Weighed = Pick<Cue, "tag" | "turn" | "score"> & {
  best: Found;
  all: readonly Found[];
  worths: readonly number[];
};

/** One cue for each tag that is sure enough to be shown: the surest words count; independent evidence makes it surer. */
export function merge(taxonomy: Taxonomy, found: readonly Found[]): Weighed[] {
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
    const score = Math.max(spokenScore(spoken, 1 - doubtOf(k, all, worths), dimension), inferredScore(heard));
    if (score < SHOWN) continue;
    weighed.push({ tag, turn: best.turn, score: Math.round(score * 1000) / 1000, best, all, worths });
  }
  return weighed;
}

/** How sure the phrases of a tag make it with the model's word; 0 where that is not sure enough to be shown. */
function spokenScore(spoken: readonly Found[], phrases: number, dimension: string): number {
  if (spoken.length === 0 || isUnlikely(spoken)) return 0;
  const alone = phrases >= ALONE || isEnglishMood(spoken, dimension);
  const heard = Math.min(0.98, witnessed(phrases, spoken, alone));
  const score = SAID_SHORT.has(dimension) ? heard : byWords(heard, spoken);
  if (dimension !== "emotion" && isOpposed(score, spoken)) return 0;
  return score < (alone ? SHOWN : WITNESSED) ? 0 : score;
}

/** A mood in English is told in whole sentences, which a phrase holds to word by word; one is worth as much there as two of the short ones of Chinese. */
const isEnglishMood = (spoken: readonly Found[], dimension: string): boolean =>
  dimension === "emotion" && spoken.some(({ way, place }) => way === "says" && place.reading.lang === "en");

/** An answer has its question beside it. */
export const ANSWERS: ReadonlySet<Way> = new Set(["answer", "assents", "lets", "elicited", "exchange"]);

/** What one phrase alone shows must be this sure where the model gives it lower odds than these. */
const OPPOSED = { score: 0.7, odds: -3 };

/** Whether a single phrase shows a tag that the model sees nothing of; moods, which take any words, were then as often right as wrong. */
function isOpposed(score: number, all: readonly Found[]): boolean {
  const { way, odds } = all[0]!;
  return all.length === 1 && score < OPPOSED.score && odds !== undefined && odds < OPPOSED.odds && !ANSWERS.has(way);
}

/** The model's word alone, as log odds, is a little too careful: on cases that nothing was learnt from it was right so much more often (docs/data.md). */
const CAREFUL = 0.9;

/** How sure the model's word alone makes a tag. */
function inferredScore(heard: readonly Found[]): number {
  let most = 0;
  for (const { way, odds } of heard)
    if (way === "infers" && odds !== undefined) most = Math.max(most, 1 / (1 + Math.exp(-CAREFUL - odds)));
  return Math.min(0.98, most);
}

/** How sure one piece of evidence alone makes a tag of a dimension. */
const worthOf = (f: Found, plainness: number): number =>
  Math.min(0.95, SURE[f.way] * plainness * (f.evidence.startsWith("core/broad") ? BROAD : 1));

/** A regression over what the phrases and the model say, fitted to the cases that may be read (docs/data.md). */
const BLEND = { base: 0.1, phrases: 1.48, model: 0.63, alone: 1.43 };
/** Odds below these say no more than these. */
const LEAST = -7;
const logit = (p: number): number => Math.log(p / (1 - p));

/** Words of an answer that count because something was asked, and nothing else. */
const WORDS_OF_ANSWER = /^core\/(?:answers\/[^#]+|exchanges\/[^#]+#(?:\d+|topic))$/;
/** Where an earlier model gave the turn lower odds than these, such words alone were right once and wrong twelve times on lines nobody had mended for. */
const LEAST_ODDS = -6;

/** Whether only words of an answer show a tag, and the model sees nothing of it in the whole turn. */
const isUnlikely = (all: readonly Found[]): boolean =>
  all.every((f) => f.odds !== undefined && f.odds < LEAST_ODDS && WORDS_OF_ANSWER.test(f.evidence));

/** Words of grammar, which say nothing of what is spoken of. */
const GRAMMAR = /[的了我有在都也就里上下着过呢啊吧是个这那您你还很得又才说要会能可不没给到来去用买看一\s\p{P}]/gu;
/** Fewer Chinese characters than this show less surely, each the less; counted on fresh lines. */
const ENOUGH = 4;
const EACH = 0.3;
/** Moods and steps of buying are told in set phrases, which are short. */
const SAID_SHORT: ReadonlySet<string> = new Set(["emotion", "stage"]);

/** A score by how much was said: on fresh lines two characters were right one time in two, six nine times in ten (docs/data.md). */
function byWords(score: number, all: readonly Found[]): number {
  let most = 0;
  for (const { way, place } of all) {
    if (place.reading.lang === "en" || (way !== "says" && way !== "asks" && way !== "hints")) return score;
    const said = place.reading.clauses.text.slice(place.start, place.end).replace(GRAMMAR, "");
    if (said.length >= ENOUGH) return score;
    most = Math.max(most, said.length);
  }
  return 1 / (1 + Math.exp(-logit(score) + EACH * (ENOUGH - most)));
}

/** How sure phrases and model are together that a tag holds. Where the model was not taught a tag, the phrases decide. */
function witnessed(phrases: number, all: readonly Found[], isAlone: boolean): number {
  let odds: number | undefined;
  for (const f of all) if (f.odds !== undefined && (odds === undefined || f.odds > odds)) odds = f.odds;
  if (odds === undefined || all.some((f) => f.way === "exchange" && f.odds === undefined)) return phrases;
  const { base, phrases: said, model, alone } = BLEND;
  const z =
    base +
    said * logit(Math.min(0.98, Math.max(0.02, phrases))) +
    model * Math.max(LEAST, odds) +
    (isAlone ? alone : 0);
  return 1 / (1 + Math.exp(-z));
}

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
