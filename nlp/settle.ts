import type { Cue, Heard } from "#domain/cue.ts";
import { closeImplied, definitionOf, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import type { Witness } from "./odds.ts";
import { ANSWERS, type Found, isQuotedInPart, quoteOf } from "./reading.ts";
import { merge, overlap, type Weighed } from "./weigh.ts";
import { clauseFor } from "./witness.ts";

const NONE: Weighed[] = [];

/** Brings together what was heard: one cue a tag, one tag a group, and what ended apart from what holds. A witness helps to choose what to quote. */
export function settle(taxonomy: Taxonomy, found: readonly Found[], witness?: Witness): Heard {
  if (found.length === 0) return { cues: [], retractions: [] };
  const someEnded = found.some((f) => f.ended);
  const holds = merge(taxonomy, someEnded ? found.filter((f) => !f.ended) : found);
  const ended = someEnded
    ? merge(
        taxonomy,
        found.filter((f) => f.ended),
      )
    : NONE;
  const over = oneTie(ended.filter((r) => !holds.some((h) => h.tag === r.tag && h.turn > r.turn)));
  const retractions = over.filter((r) => !isProfession(r, over, found));
  const gone = new Set(retractions.map((r) => r.tag));
  const cues = gone.size === 0 ? holds : holds.filter((h) => !closeImplied(taxonomy, h.tag).some((t) => gone.has(t)));
  const own = cues.filter(
    (cue) =>
      !isExplained(taxonomy, cue, cues, found) &&
      !isUnborn(cue, cues) &&
      !isOfChance(cue) &&
      !isProfession(cue, cues, found) &&
      !isOfPupils(cue, cues, found) &&
      !isFarewell(taxonomy, cue, retractions, found),
  );
  const told = oneOfGroup(taxonomy, own);
  const shown = told.length + retractions.length === 1 ? told.filter(holdsAlone) : told;
  const quoted = (weighed: Weighed) => cueOf(weighed, witness);
  return { cues: shown.map(quoted), retractions: retractions.map(quoted) };
}

/** Of two ties that the same words end, the one that was there: the one that was asked after, or that the words name. */
function oneTie(ended: Weighed[]): Weighed[] {
  const married = ended.find(({ tag }) => tag === "married");
  const dating = ended.find(({ tag }) => tag === "in_relationship");
  if (!married || !dating || married.turn !== dating.turn) return ended;
  const asked = ({ all }: Weighed) => all.some(({ way }) => ANSWERS.has(way));
  const first =
    asked(married) === asked(dating) ? OF_MARRIAGE.test(married.best.place.reading.clauses.text) : asked(married);
  return ended.filter((r) => r !== (first ? dating : married));
}
const OF_MARRIAGE =
  /老[公婆]|媳妇|离婚|离了|前[夫妻]|婚|孩子他|\b(?:husband|wife|divorc\w*|married|marriage|separated)\b/;

/** To stand for a talk that shows nothing else a cue must be this sure: who tells one thing of himself tells more. */
const FIRM = 0.5;
/** So sure where no phrase was heard at all: of such cues of real talk below it 0 of 8 were right, and none of the cases. */
const FIRMER = 0.68;
const OF_NO_PHRASE = /^core\/model\//;

/** An answer has its question beside it; and where the model could not be asked, phrases alone are never that sure. */
const holdsAlone = ({ score, all }: Weighed): boolean =>
  score >= (all.every(({ evidence }) => OF_NO_PHRASE.test(evidence)) ? FIRMER : FIRM) ||
  all.some(({ way }) => ANSWERS.has(way)) ||
  all.every(({ odds }) => odds === undefined);

/** Who works as one of these goes to work too: a profession shows its own tag only (`在医院上班`). */
const PROFESSIONS: ReadonlySet<TagKey> = new Set([
  "it_professional",
  "medical_worker",
  "teacher",
  "civil_servant",
  "ride_hailing_driver",
]);

/** Whether all the words that tell of going to work, or of giving it up (`公务员辞了 出来单干`), name a profession. */
function isProfession(cue: Weighed, cues: readonly Weighed[], found: readonly Found[]): boolean {
  if (cue.tag !== "office_worker") return false;
  const { ended } = cue.best;
  const named = new Set(cues.filter(({ tag }) => PROFESSIONS.has(tag)).map(({ tag }) => tag));
  if (named.size === 0) return false;
  const professions = found.filter((f) => f.ended === ended && named.has(f.tag));
  return found.every((f) => f.tag !== cue.tag || f.ended !== ended || professions.some((other) => overlap(f, other)));
}

/**
 * Single words that point to a tag stand together by chance where much is said, the sooner where the subject never says "I" (`医生在病房里说…`): of 28 such
 * cues of forum posts, reviews and news one was right.
 */
function isOfChance({ all, best }: Weighed): boolean {
  const { lang, folded, clauses } = best.place.reading;
  const { most, mute } = AT_MOST[lang];
  if (folded.n <= mute || !all.every(({ evidence }) => evidence.startsWith("core/signs/"))) return false;
  return folded.n > most || !SAYS_I.test(clauses.text);
}
const AT_MOST = { zh: { most: 60, mute: 40 }, en: { most: 180, mute: 180 } };
const SAYS_I = /[我俺咱偶]|自己|本人|老[公婆]|媳妇/;

/** A child of one's own, in whatever words. */
const OWN_CHILD =
  /儿子|女儿|闺女|娃|宝|崽|老[大二三]|丫头|小子|孩子|神兽|\b(?:my|our) (?:\w+ )?(?:son|daughter|kids?|boys?|girls?|child|children|twins)\b/;

/** A teacher's parents' evenings and homework are the pupils'. */
function isOfPupils(cue: Weighed, cues: readonly Weighed[], found: readonly Found[]): boolean {
  if (
    (cue.tag !== "school_age_kid" && cue.tag !== "has_kids") ||
    !cues.some(({ tag, turn }) => tag === "teacher" && turn === cue.turn)
  )
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

/** A cue no surer than this rests on one phrase that the model doubts. */
const LONE = 0.55;
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
  if (found.some((f) => f.tag === cue.tag && f.way === "answer")) return false;
  return found.every((f) => f.tag !== cue.tag || f.ended || others.some((other) => overlap(f, other)));
}

const showsNeeds = (taxonomy: Taxonomy, tag: TagKey): boolean =>
  ["family", "stage"].includes(definitionOf(taxonomy, tag)?.dimension ?? "");

/** Words of another manner are quoted beside the surest where they alone would be right this often. */
const QUOTED = 0.5;

/** A cue with its words: the surest are quoted, and those that the model takes to show it. */
function cueOf({ tag, turn, score, best, all, worths }: Weighed, witness: Witness | undefined): Cue {
  const evidence = all.length === 1 ? [best.evidence] : [...new Set(all.map((f) => f.evidence))];
  const places: { start: number; end: number; weight: number }[] = [];
  let most = 0;
  for (const [k, f] of all.entries()) {
    const weight = worths[k]!;
    if (f === best) most = weight;
    else if (f.turn === best.turn && (f.way === best.way || weight >= QUOTED))
      places.push({ start: f.place.start, end: f.place.end, weight });
  }
  places.push({ start: best.place.start, end: best.place.end, weight: most });
  const { reading } = best.place;
  const clause = witness && !best.ended && isQuotedInPart(reading) ? clauseFor(witness, reading, tag) : undefined;
  if (clause) places.push({ ...clause, weight: 0 });
  return { tag, quote: quoteOf(reading, places), turn, score, evidence };
}

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
