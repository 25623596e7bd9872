import { definitionOf, type TagKey } from "#domain/taxonomy.ts";
import type { Question } from "./asked-of-subject.ts";
import { choiceIn } from "./choosing.ts";
import { cityAnswered, movedFrom } from "./cities-answered.ts";
import { repliesIn } from "./exchanges.ts";
import { childrenIn, forThemIn, forWhomIn } from "./family-answered.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Found, Reading, Way } from "./reading.ts";
import { goesForNow, verdictOn } from "./reply-scope.ts";
import { type Stance, stanceOf, tellsOfAnEnd } from "./stance.ts";

/** A turn that answers, and how it takes what was asked. */
type Answer = {
  knowledge: Knowledge;
  reading: Reading;
  question: Question;
  stance: Stance;
  /** It tells that something is over. */
  over: boolean;
  /** Where its first clauses end, which are what answers. */
  end: number;
};

/** What the subject's turn answers to a question: a yes, a no that takes a presumed state back, a count, a city. */
export function answersIn(knowledge: Knowledge, reading: Reading, question: Question): Found[] {
  const { clauseAt } = reading.clauses;
  const end = clauseAt[2] ?? clauseAt[1] ?? reading.folded.n;
  if (end === 0) return [];
  const stance = stanceOf(knowledge, reading, question);
  const answer: Answer = { knowledge, reading, question, stance, over: tellsOfAnEnd(reading), end };
  return [
    ...presumedKept(answer),
    ...affirmed(answer),
    ...takenBack(answer),
    ...(question.asksChildren && stance !== "no" ? childrenIn(reading) : []),
    ...chosen(answer),
    ...(question.asksForWhom ? [...forThem(answer), ...forWhomIn(knowledge, reading)] : []),
    ...(question.asksCity ? cityAnswered(knowledge, reading) : []),
    ...replied(answer),
  ];
}

/** A tag that the first clauses of an answer show. */
const shown = ({ reading, end }: Answer, tag: TagKey, evidence: string, ended = false, way: Way = "answer"): Found => ({
  tag,
  place: { reading, start: 0, end },
  turn: reading.at,
  way,
  evidence,
  ended,
});

/** What the question takes for granted and the answer lets stand. */
function presumedKept(answer: Answer): Found[] {
  const { knowledge, reading, question, stance, over } = answer;
  if (over && stance !== "yes") return [];
  return question.opened.presumed.flatMap(({ tag, evidence }) => {
    if (!goesForNow(knowledge, reading, tag)) return [];
    if (stance === "assents" || stance === "lets") return [shown(answer, tag, evidence, false, stance)];
    if (stance !== "yes" || COMPLIES.test(reading.clauses.text)) return [];
    return [shown(answer, tag, evidence, false, "elicited")];
  });
}

/** What a yes says. */
function affirmed(answer: Answer): Found[] {
  const { knowledge, reading, question, stance } = answer;
  if (stance !== "yes") return [];
  const tags = question.tags.filter(({ tag }) => goesForNow(knowledge, reading, tag));
  const found = tags.map(({ tag, evidence }) => shown(answer, tag, evidence));
  if (question.city && !question.asksCity) found.push(shown(answer, `city:${question.city}`, "core/place/city#yes"));
  return found;
}

/** What the question presumes to be so still, and is no more. */
function takenBack(answer: Answer): Found[] {
  const { knowledge, reading, question, stance, over } = answer;
  const { presumes, city, tags } = question;
  const ended = (tag: TagKey, evidence: string): Found => shown(answer, tag, evidence, true);
  const found: Found[] = [];
  const gone = stance === "no" || (stance !== "yes" && over);
  if (gone && presumes && !/还没|没还|not yet/.test(`${question.text} ${reading.clauses.text}`)) {
    for (const { tag, evidence } of tags)
      if (!(TIES.has(tag) && ABOUT_KIN.test(question.text))) found.push(ended(tag, evidence));
    if (city) found.push(ended(`city:${city}`, "core/place/city#no"));
  }
  for (const { tag, evidence } of question.opened.held)
    if (tellsOfAnEnd(reading, tag)) found.push(ended(tag, evidence));
  if (!presumes) return found;
  for (const { tag, evidence } of tags) if (isReplaced(knowledge, reading, tag)) found.push(ended(tag, evidence));
  if (city && !question.asksCity) found.push(...movedFrom(knowledge, reading, city));
  return found;
}
/** A no to whether something is for one's wife, or whether her parents live with one, ends no marriage. */
const TIES: ReadonlySet<TagKey> = new Set(["married", "in_relationship", "has_kids", "two_kids"]);
const ABOUT_KIN =
  /给|送|住|陪|帮|替|来|\b(?:for|live|lives|living|coming|joining|free|here|on (?:his|her|their) way|stuck|driving)\b/;

/** Whether an answer to `still X?` tells of something that X leaves no room for: `还单身吗` / `上月刚领证`. */
function isReplaced({ lexicon: { phrases }, taxonomy }: Knowledge, reading: Reading, tag: TagKey): boolean {
  const group = definitionOf(taxonomy, tag)?.group;
  if (!group) return false;
  return reading.matches.some((m) => {
    const said = phrases.at(m.phrase)!;
    return said.manner === "says" && said.tag !== tag && definitionOf(taxonomy, said.tag)?.group === group;
  });
}

/** What the choice shows that the answer names. */
function chosen(answer: Answer): Found[] {
  const choice = answer.question.choices.get(choiceIn(answer.reading.clauses.text)) ?? [];
  return choice.map(({ tag, evidence }) => shown(answer, tag, evidence));
}

function forThem(answer: Answer): Found[] {
  const meant = forThemIn(answer.reading.clauses.text, answer.question.names);
  return meant ? [shown(answer, meant.tag, meant.evidence)] : [];
}

/** What the words of the answer show by the kind of the question. */
function replied(answer: Answer): Found[] {
  const { knowledge, reading, question, stance } = answer;
  const replies = repliesIn(knowledge.exchanges[reading.lang], reading, question.opened, stance);
  return replies.flatMap(({ tag, evidence, words }) => {
    if (tag === "weekend_only" && takesTheDay(words, question.text)) return [];
    if (isOfYours(knowledge, tag, reading.clauses.text, words)) return [];
    const verdict = verdictOn(knowledge, reading, tag, words);
    return verdict === "silent" ? [] : [shown(answer, tag, evidence, verdict === "ended")];
  });
}

/** Whether an answer asks back about whom it talks to (`你儿子多大`, `你怀孕期间也能吃`): it tells nothing of the subject's life. */
function isOfYours({ taxonomy }: Knowledge, tag: TagKey, text: string, words: string): boolean {
  const at = words === "" ? -1 : text.indexOf(words);
  return at >= 0 && LIFE.has(definitionOf(taxonomy, tag)?.dimension ?? "") && OF_YOU.test(text.slice(0, at));
}
const LIFE = new Set(["identity", "family", "life_event"]);
const OF_YOU =
  /(?:^|[,。!? ])[^我俺咱,。!?]{0,6}[你您](?:们)?(?:家|哥|姐|弟|妹|现在|不?正在|在|的|这么|宝贝|心爱|谈过|多少|都?有){0,3}[^我俺咱,。!? ]{0,2}$/;

/** Whether an answer takes a day that was proposed, which says nothing of other days: `周六上午来装行不` / `周六可以`. */
function takesTheDay(words: string, asked: string): boolean {
  const day = /(?:周|礼拜|星期)[六日天末]|saturday|sunday|weekend/.exec(words)?.[0];
  return day !== undefined && asked.includes(day) && !/[只才就仅]|only/.test(words);
}

/** Goes along with an offer, which says nothing of oneself. */
export const COMPLIES = /^[\s嗯哦啊]*(?:好|行|可以|成|ok|okay|sure|fine|alright)/;
