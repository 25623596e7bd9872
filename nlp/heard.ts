import { definitionOf, type TagKey } from "#domain/taxonomy.ts";
import type { Question } from "./asked-of-subject.ts";
import type { CompiledPhrase } from "./compile.ts";
import { friendsIn, isBarred } from "./false-friends.ts";
import { heldIn } from "./held-words.ts";
import { type Judged, judge, type Verdict } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import { denies } from "./negating.ts";
import { remembers } from "./past.ts";
import { cityIn } from "./places.ts";
import type { Found, Reading } from "./reading.ts";
import { type Inside, type Scope, scopeOf } from "./scope.ts";
import type { ScopeWords } from "./scope-words.ts";
import { stanceOf } from "./stance.ts";
import { supposes } from "./supposing.ts";
import { tellsOfOthers, topicOf, type Whose } from "./whose.ts";

/** Broad frames and signs show a state together with other words; that it ended takes words for the state itself. */
const WEAK = /^core\/(?:broad|signs|beneficiary|child-things)/;
const NOTHING: Found[] = [];

/** Tags that only a person's own doing shows: whoever stands in a gap of such a phrase is the one who does it (`昨天那男的说他爱露营`). */
const OWN_DOING = new Set(["interest", "identity"]);

/** Who stands near a thing uses it; near a car, they only ride in it. */
const USED_BY = /^core\/beneficiary\/for_(?:elders|kids|partner)/;

/** Who waits for a parcel, a repair or a refund puts no purchase off. */
const OF_PARCELS =
  /快递|包裹|驿站|配送|派送|送货|物流|退款|到账|师傅|客服|处理|核实|排队|\b(?:parcel|courier|delivery (?:is|will|man|driver)|refund|shipped)\b/;

/** Of cars alone: a blender's strength, the inside of a wrist band and a pan to be changed within a year show none of these. */
const OF_VEHICLES: ReadonlySet<TagKey> = new Set([
  "power",
  "interior",
  "smart_cockpit",
  "smart_driving",
  "energy_cost",
  "resale_value",
  "first_time_buyer",
  "plans_replacement",
  "replace_within_2y",
  "new_owner",
  "long_time_owner",
]);

/** Whether a tag is of cars alone, and these words name a thing of the household and nothing of a vehicle. */
export const isAshore = (words: ScopeWords, text: string, tag: TagKey): boolean =>
  OF_VEHICLES.has(tag) && words.wares.test(text) && !words.vehicles.test(text);

/** What the gaps of a phrase hold, beside what stands around it. */
export function insideOf(
  words: ScopeWords,
  span: string,
  phrase: Pick<CompiledPhrase, "manner" | "negates">,
  dimension: string,
): Inside {
  const says = phrase.manner === "says";
  return {
    negated: !phrase.negates && denies(words, span),
    others: says && OWN_DOING.has(dimension) && tellsOfOthers(words, span),
    supposed: says && supposes(words, span),
    past: says && OWN_DOING.has(dimension) && remembers(words, span),
    indifferent: false,
  };
}

/** The phrases of a turn that its own words leave standing. */
export function heardIn(
  knowledge: Knowledge,
  reading: Reading,
  names: readonly string[],
  question: Question | undefined,
  before: Reading | undefined,
): Found[] {
  if (reading.matches.length === 0) return NOTHING;
  const all = judgedIn(knowledge, reading, names, before);
  if (all.length === 0) return NOTHING;
  const aboard =
    question !== undefined &&
    all.some(({ evidence }) => USED_BY.test(evidence)) &&
    knowledge.scope[reading.lang].vehicles.test(question.text);
  const forParcels = question !== undefined && OF_PARCELS.test(question.text);
  const judged =
    aboard || forParcels
      ? all.filter(({ tag, evidence }) => !(aboard && USED_BY.test(evidence)) && !(forParcels && tag === "waiting"))
      : all;
  const turnedDown =
    question !== undefined &&
    judged.some((each) => isElicited(question, each)) &&
    stanceOf(knowledge, reading, question) === "no";
  return judged.map((judged) => ({
    tag: judged.tag,
    place: { reading, start: judged.start, end: judged.end },
    turn: reading.at,
    way: question && !turnedDown && isElicited(question, judged) ? "elicited" : judged.way,
    evidence: judged.evidence,
    ended: judged.ended,
  }));
}

/** Whether a question asked for what a sign shows. */
const isElicited = ({ dimensions, tags }: Question, { tag, dimension, way, evidence, isSign }: Judged): boolean =>
  isSign &&
  way === "hints" &&
  ((dimensions.has(dimension) && !WEAK.test(evidence)) || tags.some((asked) => asked.tag === tag));

/** What the phrases of a turn say, which is known of a text that was read before in a talk of two about nobody else, or last among the same people. */
function judgedIn(
  knowledge: Knowledge,
  reading: Reading,
  names: readonly string[],
  before: Reading | undefined,
): readonly Judged[] {
  const { said } = reading;
  const topic = before ? topicOfTurn(knowledge, before) : "unsaid";
  if (names.length === 0 && topic === "unsaid") {
    said.judged ??= judgeTurn(knowledge, reading, names, topic);
    return said.judged;
  }
  const all = names.join("\n");
  const known = said.judgedAmong;
  if (known?.names === all && known.topic === topic) return known.judged;
  const judged = judgeTurn(knowledge, reading, names, topic);
  said.judgedAmong = { names: all, topic, judged };
  return judged;
}

/** Of whom a turn tells. */
export function topicOfTurn(knowledge: Knowledge, { said, clauses, lang }: Reading): Whose {
  said.topic ??= topicOf(clauses, knowledge.scope[lang]);
  return said.topic;
}

const isSame = (a: Inside, b: Inside): boolean =>
  a.negated === b.negated &&
  a.others === b.others &&
  a.supposed === b.supposed &&
  a.past === b.past &&
  a.indifferent === b.indifferent;

function judgeTurn(knowledge: Knowledge, reading: Reading, names: readonly string[], topic: Whose): Judged[] {
  const { phrases } = knowledge.lexicon;
  const friends = friendsIn(knowledge, reading);
  const found: Judged[] = [];
  /** Several phrases often hold in the same words: what stands around them is worked out once. */
  const scopes: { start: number; end: number; inside: Inside; scope: Scope }[] = [];
  const words = heldIn(knowledge.scope[reading.lang], reading.clauses.text);
  const aboard = words.vehicles.test(reading.clauses.text);
  let ashore: boolean | undefined;
  for (const match of reading.matches) {
    const { start, end } = match;
    const phrase = phrases.at(match.phrase)!;
    const { manner, evidence } = phrase;
    if (manner === "not" || manner === "unless" || manner === "asked" || manner === "denies") continue;
    if (isBarred(knowledge, friends, match, reading)) continue;
    if (aboard && USED_BY.test(evidence)) continue;
    if (OF_VEHICLES.has(phrase.tag)) {
      ashore ??= !aboard && words.wares.test(reading.clauses.text);
      if (ashore) continue;
    }
    const span = reading.clauses.text.slice(start, end);
    const { dimension } = definitionOf(knowledge.taxonomy, phrase.tag)!;
    const inside = insideOf(words, span, phrase, dimension);
    let around = scopes.find((each) => each.start === start && each.end === end && isSame(each.inside, inside));
    if (!around) {
      around = { start, end, inside, scope: scopeOf(reading.clauses, start, end, words, names, topic, inside) };
      scopes.push(around);
    }
    const { scope } = around;
    const verdict = judge(scope, manner, dimension, phrase.tag);
    const tag = verdict === "silent" ? undefined : tagOf(knowledge, phrase, verdict, span);
    if (!tag) continue;
    const general = (manner === "says" || manner === "asks") && words.too_general.test(span);
    const ended = verdict === "ended";
    if (ended && manner !== "retracts" && WEAK.test(evidence)) continue;
    const way = ended && (manner !== "hints" || scope.over) ? "retracts" : general ? "hints" : manner;
    found.push({ tag, dimension, start, end, way, evidence, ended, isSign: manner === "hints" });
  }
  return found;
}

function tagOf(knowledge: Knowledge, phrase: CompiledPhrase, verdict: Verdict, span: string): TagKey | undefined {
  if (verdict === "opposite") return "dissatisfied";
  if (phrase.tag !== "city") return phrase.tag;
  const place = cityIn(knowledge.places, span);
  return place && `city:${place.city}`;
}
