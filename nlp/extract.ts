import type { Heard, Turn } from "#domain/cue.ts";
import { definitionOf } from "#domain/taxonomy.ts";
import { sureAmongMembers } from "./among-members.ts";
import { answersIn, COMPLIES } from "./answers.ts";
import { type Question, questionIn } from "./asked-of-subject.ts";
import { pickedIn } from "./choosing.ts";
import { withoutOthersNews } from "./congratulating.ts";
import type { CueModel } from "./cue-model.ts";
import { type Denial, denialsIn, withoutDenied } from "./denials.ts";
import { endedIn } from "./ended.ts";
import { followedByOthers, obeyedByOthers } from "./exchange.ts";
import { fold } from "./fold.ts";
import { heardIn, topicOfTurn } from "./heard.ts";
import { ASKED, answeredOthers, asksBack } from "./helping.ts";
import { inferredIn } from "./inferred.ts";
import type { Knowledge } from "./knowledge.ts";
import { createMatcher } from "./match.ts";
import { createWitness, type Witness } from "./odds.ts";
import { isAnnounced } from "./quoting.ts";
import { reactionsTo } from "./reactions.ts";
import { createTextReader, type TextReader } from "./read-text.ts";
import { type Found, type Reading, readTurn } from "./reading.ts";
import { questionOf, repliesTo } from "./replies.ts";
import { settle } from "./settle.ts";
import { createMender, type Mender } from "./slips/mend.ts";
import type { SlipTable } from "./slips/table.ts";
import { steps } from "./sought.ts";
import { stanceOf } from "./stance.ts";
import { bearWitness } from "./witness.ts";

/** Hears what a conversation says about its subject. Deterministic; keeps buffers of its own, so one extractor serves one thread. */
export type Extractor = (turns: readonly Turn[]) => Heard;

/** What an employee says of the subject is taken up only where their words would show it this surely. */
const PLAIN = 0.75;
const SUBJECT = "customer";
const EMPLOYEE = "koe";
/** So many turns of others in a row are looked back at. */
const MOST_MEMBERS = 15;

/** An extractor over this knowledge, which is read when the first talk is. */
export function createExtractor(knowledge: Knowledge): Extractor {
  let listen: Listener | undefined;
  const witness = witnessOf(knowledge);
  return (turns) => {
    listen ??= createListener(knowledge, witness);
    const heard = settle(knowledge.taxonomy, listen(turns), witness);
    return isAmongMembers(turns) ? { ...heard, cues: sureAmongMembers(knowledge.taxonomy, heard.cues) } : heard;
  };
}

/** Hears all that may show or take back a tag, before it is brought together. What it gives out holds until the next talk. */
export type Listener = (turns: readonly Turn[]) => readonly Found[];

export function createListener(knowledge: Knowledge, witness = witnessOf(knowledge)): Listener {
  const mend = knowledge.slips && lazyMender(knowledge.slips);
  const texts = createTextReader(createMatcher(knowledge.lexicon), mend);
  const judge = witness && exchangeJudge(knowledge, witness);
  /** What the employee's words would show, had the subject said them: a yes says them. */
  const grantedIn = (reading: Reading, question: Question, answered: readonly Found[]): Found[] => {
    const picked = pickedIn(question.text, reading);
    const said = picked || takenUp(knowledge, reading, question, answered);
    if (said === "") return NOTHING;
    const words = readTurn({ who: SUBJECT, text: said }, 0, texts.readAsWritten(said));
    const own = settle(knowledge.taxonomy, heardIn(knowledge, words, NO_NAMES, undefined, undefined));
    const { clauseAt } = reading.clauses;
    const place = { reading, start: 0, end: clauseAt[2] ?? clauseAt[1] ?? reading.folded.n };
    const granted = own.cues
      .filter(({ score }) => score >= PLAIN)
      .map(({ tag }): Found => {
        return { tag, place, turn: reading.at, way: "elicited", evidence: `core/granted/${tag}#yes`, ended: false };
      });
    if (picked === "") return granted;
    const chosen = answersIn(knowledge, words, question).map(
      (f): Found => ({ ...f, place, turn: reading.at, evidence: `core/picked/${f.tag}#yes` }),
    );
    return [...granted.filter(({ tag }) => definitionOf(knowledge.taxonomy, tag)?.dimension !== "family"), ...chosen];
  };
  const repliedIn = (reading: Reading, question: Question): Found[] => {
    const answered = answersIn(knowledge, reading, question);
    return [...answered, ...grantedIn(reading, question, answered)];
  };
  return (turns) => {
    texts.begin();
    const names = turns.length > 1 ? memberNames(turns) : NO_NAMES;
    const hasMembers = turns.some(({ who }) => who !== SUBJECT && who !== EMPLOYEE);
    const found: Found[] = [];
    /** What others said since the subject spoke; what it asks is worked out when somebody answers. */
    let asking: Reading[] = [];
    /** What the subject was asked before asking something back; it may be answered once they have their answer. */
    let postponed: readonly Reading[] = [];
    /** What is being asked was answered, if only in part: more may come until somebody else speaks. */
    let isAnswered = false;
    let asked: readonly Reading[] = [];
    /** What the employee asked last that is a question of its own, while the subject goes along with it. */
    let thread: Reading | undefined;
    let unanswered: Reading[] = [];
    let own: Reading | undefined;
    let said: Reading | undefined;
    let followers: Reading[] = [];
    /** The last turns of others, whenever they were said. */
    let others: Reading[] = [];
    const denied: Denial[] = [];
    turns.forEach((turn, at) => {
      const reading = readTurn(turn, at, texts.read(turn.text));
      if (turn.who === SUBJECT && isAnnouncement(knowledge, reading)) {
        asking = [];
      } else if (turn.who === SUBJECT) {
        const further = furtherAsked(texts, thread, asking);
        const question = further ? questionIn(knowledge, further) : questionOf(knowledge, asking);
        const members = [...unanswered, ...followers].slice(-MOST_MEMBERS);
        const answered = answeredOthers(judge, reading, members, said !== undefined);
        unanswered = members.length > 0 && answered.length === 0 && asksBack(reading) ? members : [];
        const all = heardIn(knowledge, reading, names, question, own);
        const heard = all.filter(
          (f) => (answered.length === 0 || !isNeed(knowledge, f)) && (hasMembers || !seemsToAnswer(f)),
        );
        addAll(found, withoutOthersNews(knowledge.taxonomy, asking.at(-1), reading, heard));
        for (const denial of denialsIn(knowledge, reading, names)) denied.push(denial);
        const replies = question ? repliesTo(question, reading, () => repliedIn(reading, question)) : NOTHING;
        addAll(found, replies);
        const mayTakeUp = postponed.length > 0 && replies.length === 0;
        const before = mayTakeUp && takesUp(reading, asking) ? questionOf(knowledge, postponed) : undefined;
        const late = before ? repliesTo(before, reading, () => repliedIn(reading, before)) : NOTHING;
        addAll(found, late);
        addAll(found, answered);
        for (const member of followers) addAll(found, followedByOthers(reading, member));
        asked = members;
        followers = [];
        const hasSpoken = said !== undefined;
        said = reading;
        if (witness) {
          bearWitness(witness, reading, found);
          const topic = own ? topicOfTurn(knowledge, own) : "unsaid";
          const inferred = inferredIn(knowledge, witness, reading, names, topic, found);
          if (inferred.length > 0 && !isAnnouncedBy(knowledge, reading)) addAll(found, inferred);
          if (judge) addAll(found, endedIn(knowledge, { witness, judge }, reading, others, hasSpoken, found));
        }
        isAnswered = asking.length > 0 && (replies.length > 0 || decides(knowledge, reading));
        if (!further) thread = asking.findLast(({ turn }) => turn.who === EMPLOYEE) ?? thread;
        if (thread && decidesAgainst(knowledge, reading)) thread = undefined;
        if (asking.length > 0 && !isOnlyBegun(reading)) {
          postponed = replies.length === 0 && asksSomething(reading) ? asking : [];
          asking = [];
        }
        own = reading;
      } else {
        if (isAnswered) asking = [];
        isAnswered = false;
        asking.push(reading);
        addAll(found, followedByOthers(said, reading));
        addAll(found, obeyedByOthers(said, asked, reading));
        addAll(found, reactionsTo(said, asked.length > 0, followers.length, reading));
        followers = [...followers.slice(-MOST_MEMBERS), reading];
        others = [...others.slice(1 - ASKED), reading];
        own = undefined;
      }
    });
    return withoutDenied(knowledge.taxonomy, found, denied);
  };
}

/** Most turns show nothing: to spread a list of nothing costs more than to go through it. */
const addAll = (found: Found[], more: readonly Found[]): void => {
  for (const f of more) found.push(f);
};

/** Whether a turn begins with a yes or a no. */
const decides = ({ scope }: Knowledge, { clauses: { text }, lang }: Reading): boolean =>
  scope[lang].deny.test(text) || scope[lang].affirm.test(text);

const decidesAgainst = ({ scope }: Knowledge, { clauses: { text }, lang }: Reading): boolean =>
  scope[lang].deny.test(text);

/**
 * An employee's few words that only ask more of what they asked before, read as one question with it: `打算换车吗` / `有` / `大概什么时候` / `明年吧`;
 * `自用还是送人` / `送人` / `朋友?` / `枕边那位`.
 */
function furtherAsked(texts: TextReader, thread: Reading | undefined, asking: readonly Reading[]): Reading | undefined {
  const [more] = asking;
  if (!thread || !more || asking.length > 1 || more.turn.who !== EMPLOYEE || !ASKS_MORE.test(more.clauses.text))
    return undefined;
  const text = thread.clauses.text.replace(/[?吗呢呀吧啊哈\s]+$/, "") + more.clauses.text;
  return readTurn({ who: EMPLOYEE, text }, more.at, texts.read(text));
}
const ASKS_MORE =
  /^(?=.{1,9}$)(?:[^您你]*(?:什么|啥|哪|几|多[久大少长远高重]|谁|为何|怎么)|(?:是|送|给)?(?:朋友|同事|领导|长辈|家人|同学|客户|老师|闺蜜|爱人|女朋友|男朋友|女友|男友|老婆|太太|老公|先生|孩子|宝宝|父母|爸妈|自己)[用的]?(?:吗|吧|呀|呢)?\??$)/;

/** A few words (`不是我`, `十万多`) may be the first half of an answer: what comes right behind them still answers the question. */
const isOnlyBegun = (reading: Reading): boolean => reading.folded.n <= BEGUN[reading.lang] && !asksSomething(reading);
const BEGUN = { zh: 8, en: 20 };

/** Whether a turn asks something back. */
const asksSomething = ({ clauses: { text } }: Reading): boolean => ASKS.test(text);
const ASKS = /[?]|[吗呢么]\s*$|几|多[久少大]|什么|啥|哪|怎么|(?<=\p{Script=Han})不\s*$/u;

/** Whether a turn may answer what was asked before the subject asked something: it neither asks again, nor takes up or answers what came `between`. */
const takesUp = (reading: Reading, between: readonly Reading[]): boolean =>
  !RECEIVES.test(reading.clauses.text) && !asksSomething(reading) && !between.some(asksSomething);
const RECEIVES =
  /^(?:嗯|好|行|ok|可以|对|是|哦|噢|谢|收到|明白|知道|成|了解|没事|辛苦|那|这|yes|yeah|sure|fine|great|thanks?|cheers|got it)/;

/** Who answers another member shows knowledge of the thing asked about, no need of their own. */
const isNeed = ({ taxonomy }: Knowledge, { tag }: Found): boolean => definitionOf(taxonomy, tag)?.dimension === "need";

/** Words as of somebody who answers (`你可以先看看`, `我的六万公里换的`), where nobody has asked: a post of one's own is full of them. */
const seemsToAnswer = ({ tag, way }: Found): boolean => tag === "helpful_answerer" && way === "hints";

/** The table is read where the first words are. */
function lazyMender(table: () => SlipTable): Mender {
  let mend: Mender | undefined;
  return (folded, text) => {
    mend ??= createMender(table());
    return mend(folded, text);
  };
}

const witnessOf = ({ model }: Knowledge): Witness | undefined => model && lazyWitness(model);

/** The model is unpacked where the first words wait to be judged: many a talk has none. */
function lazyWitness(model: () => CueModel): Witness {
  let witness: Witness | undefined;
  const made = () => {
    witness ??= createWitness(model());
    return witness;
  };
  return {
    get meanings() {
      return made().meanings;
    },
    hear: (folded, from, to) => made().hear(folded, from, to),
    hearExchange: (own, before, hasSpoken) => made().hearExchange(own, before, hasSpoken),
    wordsFor: (folded, from, to, tag) => made().wordsFor(folded, from, to, tag),
  };
}

/** Both models know the same words by their meaning. */
function exchangeJudge({ exchangeModel }: Knowledge, witness: Witness): Witness | undefined {
  return exchangeModel && lazyWitness(() => ({ ...exchangeModel(), meanings: witness.meanings }));
}

/** An announcement says nothing of who forwards it; only turns that hold words for something are looked at. */
function isAnnouncement(knowledge: Knowledge, reading: Reading): boolean {
  return reading.matches.length > 0 && isAnnouncedBy(knowledge, reading);
}

function isAnnouncedBy(knowledge: Knowledge, reading: Reading): boolean {
  reading.said.announced ??= isAnnounced(reading.clauses, knowledge.scope[reading.lang]);
  return reading.said.announced;
}

/** What the subject takes up of a question, as they would say it themselves; empty where it is nothing. */
function takenUp(knowledge: Knowledge, reading: Reading, question: Question, answered: readonly Found[]): string {
  if (question.sought !== "" && steps(reading)) return question.sought;
  if (!question.put || answered.length > 0 || COMPLIES.test(reading.clauses.text)) return "";
  return stanceOf(knowledge, reading, question) === "yes" ? asSubject(question.text) : "";
}

/** An employee's words as the subject would say them: `您在医院上班吧` as `我在医院上班`. */
function asSubject(text: string): string {
  return text
    .replace(/[您你]们?(?!们)/g, "我")
    .replace(/(?:对吧|是吧|对吗|是吗|对不对|是不是|吗|吧|呀|呢|没|不|么)?\s*\?/g, "。")
    .replace(/(?:对吧|是吧|吗|吧|呀|呢|么)\s*$/g, "")
    .replace(/是不是/g, "是")
    .replace(/^(?:are|do|have|did|will|were) you\b/, "i")
    .replace(/\byou'?re\b/g, "i'm")
    .replace(/\byour\b/g, "my")
    .replace(/\byou\b/g, "i")
    .trim();
}

function memberNames(turns: readonly Turn[]): string[] {
  if (turns.every((turn) => turn.who === SUBJECT || turn.who === EMPLOYEE)) return [];
  const names = new Set(turns.map((turn) => turn.who));
  names.delete(SUBJECT);
  names.delete(EMPLOYEE);
  return [...names].map(fold).filter((name) => name.length > 1);
}

/** Whether other members speak, and no employee. */
const isAmongMembers = (turns: readonly Turn[]): boolean =>
  turns.some(({ who }) => who !== SUBJECT) && turns.every(({ who }) => who !== EMPLOYEE);

const NOTHING: Found[] = [];
const NO_NAMES: string[] = [];
