import type { TagKey } from "#domain/taxonomy.ts";
import type { Among } from "./among.ts";
import type { Reading } from "./reading.ts";
import type { Stance } from "./stance.ts";

/** What an answer shows by what was asked (core/exchanges.yaml has the words and says how they are read). */
export type Exchange = {
  asks: RegExp;
  /** Must stand in the question too, where `asks` alone says too little. */
  about?: RegExp;
  yes: readonly TagKey[];
  no: readonly TagKey[];
  answers: readonly Words[];
};

/** Words that show a tag as an answer. */
export type Words = { tag: TagKey; words: RegExp; evidence: string };

export type Exchanges = {
  fillers: RegExp;
  concerns: RegExp;
  topics: readonly Words[];
  /** Of the topics, those that a text names. */
  named: Among<Words>;
  /** The exchanges that a question begins, whatever else it must hold. */
  begun: Among<Exchange>;
  presumed: Among<Words>;
  /** A question takes these for granted while it asks how they do (`店里生意咋样`): only an end is an answer to it (`关了`). */
  held: Among<Words>;
  /** The kinds of questions that a text may be, whatever else it must hold. */
  kinds: Among<Kind>;
  /** Of the words by which short answers show something, whatever the kind and the language of the question, those that a text holds. */
  spoken: Among<Words>;
  /** Says that all is well with what the question names. */
  fine: RegExp;
  /** Says of what the question names that the subject minds it. */
  minds: RegExp;
  /** A plain no to whether all is well. */
  unwell: RegExp;
  /** Turns to something else. */
  away: RegExp;
  /** Says how a thing is, or asks more of it, without naming it (`有点硬`, `实打实吗`). */
  weighs: RegExp;
  /** Of the sides of a car, those that a text names. */
  sides: Among<Words>;
};

/** A kind of question, heard by many wordings, and what words show as a short answer to it (core/answers.yaml). */
export type Kind = {
  asks: RegExp;
  about?: RegExp;
  shows: readonly Words[];
  yes: readonly TagKey[];
  /** What a plain no shows. */
  no: readonly TagKey[];
  /** A member's words do this without a question too (`好久没聚了`). */
  called: boolean;
};

/**
 * What a question leaves open: exchanges that it begins, things of which the answer may name one that matters, and what it takes for granted of the
 * subject (`您在医院上班吧`).
 */
export type Opened = {
  exchanges: readonly Exchange[];
  topics: readonly Words[];
  presumed: readonly Words[];
  held: readonly Words[];
  kinds: readonly Kind[];
  /** What the question takes to be well with the goods (`后排还宽敞吧`): a plain no shows that it matters. */
  praised: readonly Words[];
  /** The one side of a car that the employee's words are about (`纯电续航510公里`): who weighs it or asks more of it minds it. */
  weighed: readonly Words[];
  /** Asks how that side does (`自动泊车体验如何`): a verdict is one on it. */
  judged: boolean;
  /** Asks how a repair or a complaint went. */
  served: boolean;
};

export const NOTHING_OPENED: Opened = {
  exchanges: [],
  topics: [],
  presumed: [],
  held: [],
  kinds: [],
  praised: [],
  weighed: [],
  judged: false,
  served: false,
};

/** A question offers these two to choose from; only what it names can then be chosen. */
const OFFERS = /还是|二选一|选哪|\bor\b/;

/** What a question, as folded text, leaves open. */
export function openedBy(exchanges: Exchanges, text: string): Opened {
  const { concerns, topics } = exchanges;
  const isAbout = ({ about }: { about?: RegExp }) => !about || about.test(text);
  const offers = OFFERS.test(text);
  const offered = offers ? exchanges.named(text) : [];
  const put = isPutToYes(text);
  const minded = put && exchanges.minds.test(text) ? exchanges.named(text) : [];
  return {
    exchanges: exchanges.begun(text).filter(isAbout),
    topics: offered.length > 0 ? offered : !offers && concerns.test(text) ? topics : [],
    presumed: put ? [...exchanges.presumed(text), ...minded] : [],
    held: exchanges.held(text),
    kinds: exchanges.kinds(text).filter(isAbout),
    praised: exchanges.fine.test(text) ? exchanges.named(text) : [],
    weighed: weighedIn(exchanges, text),
    judged: HOW_IT_DOES.test(text) && !MENDED.test(text),
    served: SERVED.test(text),
  };
}
const HOW_IT_DOES = /怎么?样|咋样|如何|体验|感受|感觉|好[用使坐开看]|习惯|满意|灵不|够用|喜欢|用[得着过上]|试[过了]/;
const SERVED =
  /(?:师傅|工程师|维修|售后)[^,。?]{0,8}(?:去|来|到|走|弄|修|怎么样|咋样|如何|态度|还行|满意|吧|吗)|修(?:好|得|完|过|了)[^,。?]{0,4}(?:吗|吧|没|不|\?)|(?:修|换|弄|处理)好了[^,。?]{0,3}(?:看看|试试|吧|吗)|(?:投诉|工单|报修|返修|理赔|退款)[^,。?]{0,8}(?:处理|解决|结果|好了|到账|怎么样|吗|没)/;
/** What was repaired or changed is a matter of service. */
const MENDED = /修|售后|换|退|赔|处理|解决|师傅|客服|保养|安装|装好/;

/** The one side of a car that the last words of a text which name any are about; none where they name two. */
function weighedIn({ sides }: Exchanges, text: string): readonly Words[] {
  for (const part of text.split(/[\s,。!?;.、]+/).reverse()) {
    const named = sides(part);
    if (named.length > 0) return named.length === 1 ? named : NONE_HELD;
  }
  return NONE_HELD;
}

/** What a member says without asking calls for a role in the group, no more. */
export const calls = ({ kinds }: Opened): Opened => ({
  ...NOTHING_OPENED,
  kinds: kinds.filter(({ called }) => called),
});

/** Whether yes or no would answer a question, and it asks for nothing else. */
export function isPutToYes(text: string): boolean {
  if (OPEN.test(text)) return false;
  return PUT.test(text) && text.length < LONGEST_PUT;
}
const OPEN = /谁|哪|什么|啥|几|多少|多久|多大|怎么|咋|如何|还是|或者|\b(?:which|what|who|how|when|where|or)\b/;
const PUT = /[?吗吧]|是不是|对不|[您你]|\b(?:you|your)\b/;
const LONGEST_PUT = 80;

/** Longer answers say in full what they mean, and phrases hear them. */
const SHORT = { zh: 40, en: 80 };
/** Weak words count in an answer no longer than this, which is all about the question. */
const BRIEF = { zh: 32, en: 80 };
const DENIED = /(?:不|没|别|无|甭|除了|\bnot|n't|\bno)[^,。]{0,4}$/;
const WAIVED = /^[^,。]{0,4}(?:无所谓|不重要|不在乎|不看重|不担心|不愁|没要求|随便|其次|倒(?:不|没))/;

/** The words as an answer holds them, with no negator right before them (`没单位`). */
function saidIn({ tag, words }: Words, answer: string): string | undefined {
  const found = words.exec(answer);
  if (!found || TURNED.test(answer.slice(0, found.index))) return undefined;
  if (
    !ASKS_BACK.has(tag) &&
    tag !== "dissatisfied" &&
    TURNED_BACK.test(answer.slice(found.index, found.index + found[0].length + 2))
  )
    return undefined;
  return found[0];
}
/** `送什么人`: to ask back is to deny. */
const TURNED_BACK = /什么(?!都)|啥(?!都)|哪门子|个(?:屁|锤子|鬼|头)/;
const TURNED = /(?:不是?|没有?|非|无|哪有|哪来的?|\bnot|\bno|n't)\s?$/;

const opensNothing = ({ exchanges, topics, kinds, praised, weighed }: Opened): boolean =>
  exchanges.length + topics.length + kinds.length + praised.length + weighed.length === 0;

/** Who is one of these answers a question with another. */
const ASKS_BACK: ReadonlySet<TagKey> = new Set(["novice", "impatient", "detail_oriented"]);

/** The words as an answer holds them where it does not wave them away (`充电无所谓`). */
function namedIn(words: RegExp, answer: string): string | undefined {
  const found = words.exec(answer);
  if (!found || TURNED.test(answer.slice(0, found.index))) return undefined;
  return WAIVED.test(answer.slice(found.index + found[0].length)) ? undefined : found[0];
}

/** What a reply shows, and the words of its own that show it; a yes or a no has none. */
export type Shown = { tag: TagKey; evidence: string; words: string };

/** The clauses of a turn, without what parts them. */
export function clausesOf({ clauses: { text, clauseAt } }: Reading): string[] {
  const cut = clauseAt.slice(0, -1).map((at, k) => text.slice(at, clauseAt[k + 1]).replace(/[\s,。!?;.]+$/, ""));
  return cut.filter((clause) => clause !== "");
}

const NONE_HELD: readonly Words[] = [];
const NO_KINDS: readonly Kind[] = [];

/** What an answer shows of what its question left open. */
export function repliesIn(
  { fillers, spoken: heldBy, unwell, away, weighs, sides }: Exchanges,
  reading: Reading,
  opened: Opened,
  stance: Stance,
): Shown[] {
  if (opensNothing(opened)) return [];
  const { text, clauseAt } = reading.clauses;
  const end = clauseAt[2] ?? clauseAt[1] ?? text.length;
  const head = text.slice(0, end).trim();
  const bare = head.replace(fillers, "");
  const found = new Map<TagKey, Shown>();
  const show = (tag: TagKey, evidence: string, words = "") => found.set(tag, { tag, evidence, words });
  for (const { yes, no, answers } of opened.exchanges) {
    let said = false;
    for (const answer of answers) {
      const own = saidIn(answer, head) ?? (bare === head ? undefined : saidIn(answer, bare));
      if (own === undefined) continue;
      show(answer.tag, answer.evidence, own);
      said = true;
    }
    if (said) continue;
    for (const tag of stance === "yes" ? yes : stance === "no" ? no : []) show(tag, `core/exchanges/${tag}#${stance}`);
  }
  if (head.length <= SHORT[reading.lang]) {
    for (const { tag, words, evidence } of opened.topics) {
      const named = words.exec(bare);
      if (!named || DENIED.test(bare.slice(0, named.index))) continue;
      if (!WAIVED.test(bare.slice(named.index + named[0].length))) show(tag, evidence);
    }
  }
  const turnsAway = away.test(text);
  if (text.length <= BRIEF[reading.lang]) {
    const spoken = clausesOf(reading).join(",");
    const asked = opened.kinds.map(({ shows }) => shows);
    const held = asked.length > 0 ? heldBy(spoken, asked) : NONE_HELD;
    for (const { shows } of held.length > 0 ? opened.kinds : NO_KINDS)
      for (const shown of shows) {
        if (found.has(shown.tag) || !held.includes(shown) || (turnsAway && !ASKS_BACK.has(shown.tag))) continue;
        const own = namedIn(shown.words, spoken);
        if (own !== undefined) show(shown.tag, shown.evidence, own);
      }
  }
  if (text.length <= BRIEF[reading.lang] && !turnsAway) {
    const clauses = clausesOf(reading);
    if (stance === "yes") {
      for (const tag of opened.kinds.flatMap(({ yes }) => yes)) show(tag, `core/answers/${tag}#yes`);
    }
    const refused = (some: readonly TagKey[], within: readonly string[]) => {
      if (!within.some((clause) => unwell.test(clause))) return;
      for (const tag of some) show(tag, `core/answers/${tag}#no`);
    };
    refused(
      opened.kinds.flatMap(({ no }) => no),
      clauses.slice(0, 1),
    );
    refused(
      opened.praised.map(({ tag }) => tag),
      clauses.slice(0, 2),
    );
  }
  const [side] = opened.weighed;
  if (side && text.length <= WEIGHED[reading.lang] && weighs.test(text)) {
    const others = sides(text).some(({ tag }) => tag !== side.tag && tag !== ROWS);
    if (!others) for (const tag of SIDES) found.delete(tag);
    if (!others || ALSO.test(text)) show(side.tag, side.evidence);
  } else if (side && opened.judged && (found.has("satisfied") || found.has("dissatisfied"))) {
    show(side.tag, side.evidence);
  }
  if (opened.served && (found.has("satisfied") || found.has("dissatisfied")))
    show("after_sales", "core/answers/after_sales#judged");
  return [...found.values()];
}
/** What a reply that names nothing weighs is what the employee named, and no other side: `内饰您还满意吗` / `太素`. */
const SIDES: readonly TagKey[] = [
  "looks",
  "interior",
  "comfort",
  "space",
  "power",
  "safety",
  "smart_cockpit",
  "smart_driving",
];
/** Rows of seats are where a thing is asked for as well (`三排护得到吗`). */
const ROWS: TagKey = "space";
/** Asks whether what was said goes for another thing too (`后排也有?`). */
const ALSO = /也|\b(?:too|as well|also|even)\b/;
/** Who says more than this names what they weigh. */
const WEIGHED = { zh: 18, en: 50 };
