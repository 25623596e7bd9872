import type { Cue, Heard } from "#domain/cue.ts";
import { closeImplied, definitionOf, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import { type Found, quoteOf, type Way } from "./reading.ts";

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

/** Below this a cue is not shown: on lines that nothing was learnt from, one in three of those between 0.45 and this was right (docs/data.md). */
const SHOWN = 0.5;
/** What phrases alone would not show needs the model to be this sure. */
const WITNESSED = 0.65;
/** Phrases that reach this are sure enough by themselves. */
const ALONE = 0.59;

/** What would be shown of a tag. Its words are quoted when it is known that it is. */
type Weighed = Pick<Cue, "tag" | "turn" | "score"> & { best: Found; all: readonly Found[]; worths: readonly number[] };

const NONE: Weighed[] = [];

/** Brings together what was heard: one cue a tag, one tag a group, and what ended apart from what holds. */
export function settle(taxonomy: Taxonomy, found: readonly Found[]): Heard {
  if (found.length === 0) return { cues: [], retractions: [] };
  const someEnded = found.some((f) => f.ended);
  const holds = merge(taxonomy, someEnded ? found.filter((f) => !f.ended) : found);
  const ended = someEnded
    ? merge(
        taxonomy,
        found.filter((f) => f.ended),
      )
    : NONE;
  const retractions = ended.filter((r) => !holds.some((h) => h.tag === r.tag && h.turn > r.turn));
  const gone = new Set(retractions.map((r) => r.tag));
  const cues = gone.size === 0 ? holds : holds.filter((h) => !closeImplied(taxonomy, h.tag).some((t) => gone.has(t)));
  const own = cues.filter(
    (cue) =>
      !isExplained(taxonomy, cue, cues, found) &&
      !isUnborn(cue, cues) &&
      !isProfession(cue, cues, found) &&
      !isOfPupils(cue, cues, found) &&
      !isFarewell(taxonomy, cue, retractions, found),
  );
  const told = oneOfGroup(taxonomy, own);
  const shown = told.length + retractions.length === 1 ? told.filter((cue) => holdsAlone(taxonomy, cue)) : told;
  return { cues: shown.map(quoted), retractions: retractions.map(quoted) };
}

/** To stand for a talk that shows nothing else a cue must be this sure, or the model give it these odds at least. */
const FIRM = { score: 0.8, odds: -3 };

/** An answer has its question beside it. */
const ANSWERS: ReadonlySet<Way> = new Set(["answer", "assents", "lets", "elicited", "exchange"]);

/**
 * Whether the only cue of a talk is sure enough. Who tells one thing of himself tells more: less sure cues with none beside them, against the model's word,
 * were right 23 times and wrong 66 on lines nobody had mended for, and 46 of the 66 were talk that shows nothing; in chats they were mostly right
 * (docs/data.md). A mood is often all that is told: one that two ways hear was right 12 times of 12 on such lines, and wrong 9 times in 30,000 turns of talk.
 */
const holdsAlone = (taxonomy: Taxonomy, { tag, score, all }: Weighed): boolean =>
  score >= FIRM.score ||
  (definitionOf(taxonomy, tag)?.dimension === "emotion" && all.some((f) => f.evidence !== all[0]!.evidence)) ||
  all.some(({ way, odds }) => ANSWERS.has(way) || (way !== "infers" && odds !== undefined && odds >= FIRM.odds)) ||
  all.every(({ odds }) => odds === undefined);

/** Who works as one of these goes to work too: a profession shows its own tag only (`在医院上班`). */
const PROFESSIONS: ReadonlySet<TagKey> = new Set([
  "it_professional",
  "medical_worker",
  "teacher",
  "civil_servant",
  "ride_hailing_driver",
]);

/** Whether all the words that tell of going to work name a profession. */
function isProfession(cue: Weighed, cues: readonly Weighed[], found: readonly Found[]): boolean {
  if (cue.tag !== "office_worker") return false;
  const named = new Set(cues.filter(({ tag }) => PROFESSIONS.has(tag)).map(({ tag }) => tag));
  if (named.size === 0) return false;
  const professions = found.filter((f) => !f.ended && named.has(f.tag));
  return found.every((f) => f.tag !== cue.tag || f.ended || professions.some((other) => overlap(f, other)));
}

/** A child of one's own, in whatever words. */
const OWN_CHILD =
  /儿子|女儿|闺女|娃|宝|崽|老[大二三]|丫头|小子|孩子|神兽|\b(?:my|our) (?:\w+ )?(?:son|daughter|kids?|boys?|girls?|child|children|twins)\b/;

/** A teacher's parents' evenings and homework are the pupils'. */
function isOfPupils(cue: Weighed, cues: readonly Weighed[], found: readonly Found[]): boolean {
  if (cue.tag !== "school_age_kid" || !cues.some(({ tag, turn }) => tag === "teacher" && turn === cue.turn))
    return false;
  return found.every((f) => f.tag !== cue.tag || f.ended || !OWN_CHILD.test(f.place.reading.clauses.text));
}

/** What one leaves behind for good looks like leaving the seller, or like losing patience (`卡退了 膝盖报废`, `号注销了`). */
const FAREWELLS: ReadonlySet<TagKey> = new Set(["churn_risk", "dissatisfied", "impatient"]);
const OF_LIFE = new Set(["identity", "family", "interest", "community", "place", "life_event", "format"]);

/** Whether all the words of a cue take back a state of life. */
function isFarewell(
  taxonomy: Taxonomy,
  cue: Weighed,
  retractions: readonly Weighed[],
  found: readonly Found[],
): boolean {
  if (!FAREWELLS.has(cue.tag)) return false;
  const left = new Set(
    retractions
      .filter(({ tag }) => tag === "test_drive" || OF_LIFE.has(definitionOf(taxonomy, tag)?.dimension ?? ""))
      .map(({ tag }) => tag),
  );
  if (left.size === 0) return false;
  const endings = found.filter((f) => f.ended && left.has(f.tag));
  return found.every((f) => f.tag !== cue.tag || f.ended || endings.some((other) => overlap(f, other)));
}

/** So sure must it be that one is on its way before a baby's things are put down to it. */
const UNBORN = 0.8;
/** A first child on its way is none yet: its things (`预产期七月 先买婴儿床`) show no baby at home unless a second one is told of. */
function isUnborn(cue: Weighed, cues: readonly Weighed[]): boolean {
  if (cue.tag !== "new_parent" && cue.tag !== "has_kids") return false;
  if (cues.some(({ tag }) => tag === "two_kids" || tag === "school_age_kid")) return false;
  return cues.some(
    ({ tag, score, turn }) =>
      tag === "expecting" && turn === cue.turn && score > (cue.tag === "new_parent" ? UNBORN : cue.score),
  );
}

/** A cue no surer than this rests on one phrase. */
const LONE = 0.7;
/** Where a lone phrase lies in words that show something else more surely, it is right one time in three (docs/data.md). */
const EXPLAINED = new Set(["need", "emotion", "expertise", "persona"]);

/** Words that plainly name one need rarely name a second: a rival need this much surer explains a cue up to this sure. */
const RIVAL = { surer: 0.08, upTo: 0.9 };

/**
 * Whether all the words of a lone cue already show another tag more surely. A family's
 * things, and why somebody changes cars, show needs beside them (`后备箱放婴儿车`, `坐不下了想换大的`).
 */
function isExplained(taxonomy: Taxonomy, cue: Weighed, cues: readonly Weighed[], found: readonly Found[]): boolean {
  const dimension = definitionOf(taxonomy, cue.tag)?.dimension ?? "";
  const isNeed = dimension === "need";
  if (cue.score > (isNeed ? RIVAL.upTo : LONE) || !EXPLAINED.has(dimension)) return false;
  const explains = (c: Weighed) => {
    if (isNeed && c.score >= cue.score + RIVAL.surer && definitionOf(taxonomy, c.tag)?.dimension === "need")
      return true;
    return cue.score <= LONE && c.score > cue.score && !(isNeed && showsNeeds(taxonomy, c.tag));
  };
  const surer = new Set(cues.filter(explains).map((c) => c.tag));
  if (surer.size === 0) return false;
  const others = found.filter((f) => !f.ended && surer.has(f.tag));
  if (dimension === "emotion" && found.some((f) => f.tag === cue.tag && f.way === "answer")) return false;
  return found.every((f) => f.tag !== cue.tag || f.ended || others.some((other) => overlap(f, other)));
}

const showsNeeds = (taxonomy: Taxonomy, tag: TagKey): boolean =>
  ["family", "stage"].includes(definitionOf(taxonomy, tag)?.dimension ?? "");

/** One cue for each tag that is sure enough to be shown: the surest words count; independent evidence makes it surer. */
function merge(taxonomy: Taxonomy, found: readonly Found[]): Weighed[] {
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
  const heard = Math.min(0.98, witnessed(phrases, spoken));
  const score = SAID_SHORT.has(dimension) ? heard : byWords(heard, spoken);
  if (dimension !== "emotion" && isOpposed(score, spoken)) return 0;
  return score < (phrases >= ALONE ? SHOWN : WITNESSED) ? 0 : score;
}

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

/** A cue with its words: the surest are quoted. */
function quoted({ tag, turn, score, best, all, worths }: Weighed): Cue {
  const evidence = all.length === 1 ? [best.evidence] : [...new Set(all.map((f) => f.evidence))];
  const places: { start: number; end: number; weight: number }[] = [];
  let most = 0;
  for (const [k, f] of all.entries()) {
    const weight = worths[k]!;
    if (f === best) most = weight;
    else if (f.turn === best.turn && (f.way === best.way || weight >= SHOWN))
      places.push({ start: f.place.start, end: f.place.end, weight });
  }
  places.push({ start: best.place.start, end: best.place.end, weight: most });
  return { tag, quote: quoteOf(best.place.reading, places), turn, score, evidence };
}

/** A regression over what the phrases and the model say, fitted to the cases that may be read (docs/data.md). */
const BLEND = { base: 0.1, phrases: 1.48, model: 0.63, alone: 1.43 };
/** Odds below these say no more than these. */
const LEAST = -7;
const logit = (p: number): number => Math.log(p / (1 - p));

/** Words of an answer that count because something was asked, and nothing else. */
const WORDS_OF_ANSWER = /^core\/(?:answers\/[^#]+|exchanges\/[^#]+#(?:\d+|topic))$/;
/** Where the model gave the turn lower odds than these, such words alone were right once and wrong twelve times on lines nobody had mended for. */
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
function witnessed(phrases: number, all: readonly Found[]): number {
  let odds: number | undefined;
  for (const f of all) if (f.odds !== undefined && (odds === undefined || f.odds > odds)) odds = f.odds;
  if (odds === undefined || all.some((f) => f.way === "exchange" && f.odds === undefined)) return phrases;
  const { base, phrases: said, model, alone } = BLEND;
  const z =
    base +
    said * logit(Math.min(0.98, Math.max(0.02, phrases))) +
    model * Math.max(LEAST, odds) +
    (phrases >= ALONE ? alone : 0);
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

const overlap = (a: Found, b: Found): boolean =>
  a.turn === b.turn && a.place.start < b.place.end && b.place.start < a.place.end;

const spanOf = ({ place }: Found): number => place.end - place.start;

function oneOfGroup(taxonomy: Taxonomy, cues: readonly Weighed[]): readonly Weighed[] {
  if (cues.length < 2) return cues;
  const groupOf = (tag: TagKey) => definitionOf(taxonomy, tag)?.group;
  return cues.filter((cue) => {
    const group = groupOf(cue.tag);
    if (!group) return true;
    const rivals = cues.filter((other) => groupOf(other.tag) === group);
    const best = rivals.reduce((a, b) => (preferred(a, b) ? a : b));
    return best.tag === cue.tag;
  });
}

/** Who has ordered, or drives home, hesitates no more, however plainly the same turn tells of it (`两家打架打完了 定金交了`). */
const hasDecided = (a: Pick<Cue, "tag" | "score">, b: Pick<Cue, "tag">): boolean =>
  (a.tag === "ordered" || a.tag === "new_owner") &&
  (b.tag === "comparing" || b.tag === "waiting") &&
  a.score >= DECIDED;
const DECIDED = 0.75;

/** Of two tags of a group: the surer; as sure, what was said last; of one turn, the more specific (`replace_within_2y`). */
function preferred(a: Weighed, b: Weighed): boolean {
  if (a.tag === "plans_replacement" && b.tag === "replace_within_2y") return false;
  if (b.tag === "plans_replacement" && a.tag === "replace_within_2y") return true;
  if (a.turn === b.turn && hasDecided(a, b)) return true;
  if (a.turn === b.turn && hasDecided(b, a)) return false;
  if (a.score !== b.score) return a.score > b.score;
  return a.turn > b.turn;
}
