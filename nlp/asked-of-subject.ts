import type { TagKey } from "#domain/taxonomy.ts";
import { among } from "./among.ts";
import { type Choices, choicesIn } from "./choosing.ts";
import { ASKS_PLACE, residenceIn } from "./cities-answered.ts";
import { calls, clausesOf, isPutToYes, NOTHING_OPENED, type Opened, openedBy } from "./exchanges.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading } from "./reading.ts";
import { kindOf, peopleIn } from "./scope-words.ts";
import { soughtIn } from "./sought.ts";

/** What somebody asked the subject, waiting for the answer: tags that a yes would hold, and dimensions that a bare word would show. */
export type Question = {
  /** The words that ask, folded. */
  text: string;
  opened: Opened;
  /** The employee says something of the subject and looks for a yes (`您经常出差吧`). */
  put: boolean;
  /** Whom it looks for among the members (`群里谁是开网店的`), as one of them would say it (`我是开网店的`); empty where nobody. */
  sought: string;
  tags: { tag: TagKey; evidence: string; span: string; asked: boolean }[];
  dimensions: ReadonlySet<string>;
  /** The employee presumes a state (`还在…吗`): a no takes it back. */
  presumes: boolean;
  /** A city that the question names. */
  city?: string;
  asksCity: boolean;
  asksChildren: boolean;
  /** For whom the thing is, or who will use it. */
  asksForWhom: boolean;
  /** Whom the question itself names, for answers like `them`. */
  names?: "elder" | "child" | "partner";
  /** Numbered choices (`1续航 2智驾`): the tags that the words of each show. */
  choices: Choices;
};

const NO_QUESTION: Question = {
  text: "",
  opened: NOTHING_OPENED,
  put: false,
  sought: "",
  tags: [],
  dimensions: new Set(),
  presumes: false,
  asksCity: false,
  asksChildren: false,
  asksForWhom: false,
  choices: new Map(),
};

const TOPICS: { dimension: string; asks: RegExp }[] = [
  {
    dimension: "identity",
    asks: /高就|(?:什么|哪个|哪一?)(?:工作|职业|行业|行|单位)|做什么的|干什么的|干嘛的|干啥的|从事|职业|上班吗|忙什么|what do you do|line of work|for (?:a living|work)|your (?:job|work|occupation|profession)|which (?:field|industry)/,
  },
  {
    dimension: "family",
    asks: /家里(?:几|有|都)|几口人|小孩|孩子|宝宝|结婚|成家|对象|女朋友|男朋友|一家|家庭|跟谁住|一起住|宠物|养(?:猫|狗)|kids|children|family|married|partner|household|little ones|pets|how old (?:is|are) (?:he|she|they|the)/,
  },
  {
    dimension: "need",
    asks: /(?:最|比较|更|主要)?(?:看重|在意|关心|关注|在乎|考虑|介意|顾虑|担心|需求|要求)|哪方面|什么方面|哪些方面|哪点|有什么(?:想法|要求|顾虑|担心)|most important|care (?:most )?about|priorit|looking for|concerns?|matters? most|what would you like/,
  },
  {
    dimension: "motive",
    asks: /给谁|谁(?:在|来|要)?(?:用|开|坐|穿|戴|喝|吃)|送(?:谁|人|朋友|长辈|领导|同事|爱人|对象|家人)|自用|自己(?:用|选|挑|买|留|穿|戴)|帮谁|for (?:yourself|who|someone)|who(?:'s| is| will)|will (?:you|it) be (?:driving|using|wearing)|(?:yourself|you) or (?:your|the|a)\b|is (?:it|this) (?:a gift|for)|gift/,
  },
  {
    dimension: "stage",
    asks: /第一(?:辆|台|部)|首次|置换|换车|增购|现在开(?:的|什么)|开多久|什么时候(?:买|换|用车|提)|打算(?:买|换|什么时候)|还在看|对比|看了(?:哪|别|什么)|有没有看|试驾|first car|replac|trade|when (?:are|do|would|did) you|other (?:cars|models|brands)|currently driv|test drive|how long have you/,
  },
  {
    dimension: "interest",
    asks: /爱好|兴趣|周末(?:都|一般|喜欢|干)|业余|平时(?:都|喜欢|爱|玩|干)|喜欢(?:玩|干|做)什么|闲的时候|hobb|free time|weekends?|for fun|into\b|spare time/,
  },
  {
    dimension: "persona",
    asks: /(?:几点|什么时候|啥时候|哪天|什么时间|何时|哪个时间)|方便(?:接|打|通)|打电话|电话联系|联系您|怎么联系|时间方便|有空|call you|good time|when (?:can|is|are|works|suits)|what time|ring you|reach you|phone/,
  },
  {
    dimension: "expertise",
    asks: /懂|了解(?:过|吗)|用过|玩过|老手|新手|第一次|经验|行家|研究过|familiar|experience|used .* before|first time|know (?:much|a lot) about|new to/,
  },
  {
    dimension: "format",
    asks: /视频还是|图文|文字还是|文章|看视频|发视频|发图|什么形式|哪种形式|video|photos?|article|format|read or watch/,
  },
  {
    dimension: "emotion",
    asks: /(?:用|开|穿|吃|住|坐)(?:得|着|起来|了).{0,6}怎么样|满意|(?:试驾|使用|体验|驾驶).{0,4}(?:感受|感觉|怎么样|如何)|还习惯|用得惯|评价|how (?:is|are|was) (?:it|the|your|everything)|happy with|enjoying|settling/,
  },
  { dimension: "life_event", asks: /搬|换工作|新公司|升|最近(?:忙|怎么)|moved|new job|promot|been up to/ },
];

const topicsOf = among(TOPICS, ({ asks }) => asks);

/** What a turn that is not the subject's asks of them; in a group only what is put as a question counts. */
export function questionIn(knowledge: Knowledge, reading: Reading): Question {
  const { said, turn } = reading;
  if (turn.who === "koe") {
    said.askedByEmployee ??= newQuestion(knowledge, reading);
    return said.askedByEmployee;
  }
  said.askedByMember ??= newQuestion(knowledge, reading);
  return said.askedByMember;
}

function newQuestion(knowledge: Knowledge, reading: Reading): Question {
  const { text } = reading.clauses;
  const isEmployee = reading.turn.who === "koe";
  const whole = openedBy(knowledge.exchanges[reading.lang], text);
  const opened = isEmployee ? whole : { ...whole, weighed: [] };
  if (asksOfTheWorld(reading) || asksWhichParcel(text)) return { ...NO_QUESTION, text };
  if (!isQuestion(reading)) return { ...NO_QUESTION, text, opened: isEmployee ? opened : calls(opened) };
  const { tags, city: asksResidence } = asksAfter(knowledge, reading);
  const ofMembers = isEmployee || ASKS_MEMBERS.test(text);
  const named = ofMembers ? residenceIn(knowledge, text) : undefined;
  const person = personIn(knowledge, reading);
  const dimensions = new Set(topicsOf(text).map(({ dimension }) => dimension));
  return {
    text,
    opened,
    put: isEmployee && isPutToYes(text),
    sought: soughtIn(reading),
    tags,
    dimensions,
    presumes: PRESUMES.test(text) && !OFFERS_OTHER.test(text) && (isEmployee || !OF_ANOTHER.test(text)),
    ...(named ? { city: named } : {}),
    asksCity: (asksResidence && ofMembers) || (isEmployee && !named && ASKS_PLACE.test(text) && !/老家/.test(text)),
    ...(person ? { names: person } : {}),
    choices: choicesIn(knowledge, reading),
    asksForWhom: dimensions.has("motive"),
    asksChildren: (isEmployee || ASKS_OF_HOMES.test(text)) && CHILDREN.test(text),
  };
}
/** Asks which of two: `第一次买车还是置换呢`. */
const OFFERS_OTHER = /(?<![您你]|现在|目前|一直|如今)还是(?![^?]*吗)[^,。?]{1,8}[呢呀啊]?\??\s*$/;
/** A member asks of another, or of all: `小李还在医院上班吗`, `你们谁还在跑滴滴`. */
const OF_ANOTHER =
  /@|谁|大家|各位|群里?(?:还|有)|有人|人在|有没有|(?<![一-鿿])[小老大][一-鿿]{1,2}家?(?:的|那)?[^,。你您]{0,3}还|(?<!你|您|你们)家(?:猫|狗|娃|孩子)[^,。]{0,2}还|\b(?:anyone|anybody|who)\b/;
const PRESUMES = /还(?!有什么|有啥|需要|款|价|有别|缺|差|剩|要|行|好|可以|满意|习惯|顺|合|舒)|依然|仍|\bstill\b/;
const ASKS_OF_HOMES = /[你您谁]|群里|大家|有没有|家里?有/;
const CHILDREN =
  /小孩|孩子|宝宝|宝贝|小朋友|公主|王子|小家伙|娃|儿子|女儿|闺女|kids?\b|children|baby|little ones?|son\b|daughter/;

/** The tags whose ways of saying or of asking a question holds, and whether one asks for the city. */
function asksAfter({ lexicon: { phrases } }: Knowledge, reading: Reading): { tags: Question["tags"]; city: boolean } {
  const { text } = reading.clauses;
  const tags: Question["tags"] = [];
  let city = false;
  for (const m of reading.matches) {
    const { tag, manner, evidence } = phrases.at(m.phrase)!;
    if (manner !== "asked" && manner !== "says") continue;
    if (!/[\p{L}\d]/u.test(text.slice(m.start, m.end))) continue;
    if (tellsOfThemselves(reading, m.start)) continue;
    if (tag === "city") city ||= manner === "asked";
    else if (manner === "asked" || isPut(reading, m.start, m.end)) {
      tags.push({ tag, evidence, span: text.slice(m.start, m.end), asked: manner === "asked" });
    }
  }
  return { tags, city };
}

/** Asks somebody where they are, not where a thing is (`地址在哪`). */
const ASKS_MEMBERS = /[您你咱]|大家|各位|群里|谁|有没有|有人|坐标|\b(?:you|your|anyone|anybody|who)\b/;

/**
 * Whether a question is after a film, a singer or a sight (`他是哪年出生的`, `门票贵不贵`), and not after the subject's liking for it: what is answered tells
 * nothing of the subject.
 */
function asksOfTheWorld({ clauses: { text }, turn }: Reading): boolean {
  if (OWN_TASTE.test(text)) return false;
  return OF_THE_WORLD.test(text) || (turn.who !== "koe" && OF_SOMEBODY.test(text));
}
const OF_THE_WORLD =
  /发行|上映|出品|制片|主演|导演|演员|歌手|专辑|单曲|唱片|影片|(?:[这那][部个首]|什么|哪部)(?:电影|电视剧|歌|剧|片子)|剧情|演技|票房|片长|译名|外文名|艺名|奖项|景点|门票|开放时间|闭馆|游玩时[间长]/;
const OF_SOMEBODY =
  /(?<!其|吉)[他她它][^你您,。?]{0,8}(?:出生|哪里人|哪年|哪个(?:学校|国家|公司)|毕业|演|唱|拍|作品|得过|获)|(?:^|[,。! ]|那|是|现在|现今)[他她][^你您,。?]{0,6}(?:多大|几岁|年纪|岁数|结婚|单身|老[公婆])|(?:电话|地址|位置)[^,。?]{0,4}(?:你|您)?(?:知道|有|告诉|能|方便)|(?:知道|清楚|晓得|记得|告诉我?|发我|说说)[^,。?]{0,6}(?:电话|地址|位置)|(?<!收货)(?:地址|位置)(?:是?在)?哪|[这那][里儿][^,。?]{0,6}(?:玩|逛)(?:多久|几|多长)/;
const OWN_TASTE = /[您你](?:们)?(?:自己|平时|平常|周末|也|都|最|常|经常|一般){0,3}(?:喜欢|爱|迷|追|玩|弹|会)/;

/** Whether it is this parcel (`儿童钢琴套装 是这个商品吗`): what goods are called says nothing of whoever says yes. */
const asksWhichParcel = (text: string): boolean => WHICH_PARCEL.test(text) && !/取消|退|换|拒收|不要|撤/.test(text);
const WHICH_PARCEL =
  /(?:[是这此该上面款]|以上|您的|你的)(?:个|款|件|份|笔)?(?:商品|订单|单号|单子?|包裹|产品|号码|手机号)[是对]?(?:吗|吧|么|呢)?\??\s*$/;

/** Whether whoever asks tells of themselves in these words (`我下班了哈 明早给您发`). */
function tellsOfThemselves({ clauses: { text, clauseOf, clauseAt } }: Reading, at: number): boolean {
  const clause = text.slice(clauseAt[clauseOf[at]!], clauseAt[clauseOf[at]! + 1]);
  return /^(?:我|俺)(?!们|家|看|听|猜|想|估计|觉得|记得|感觉|能|可以|方便)/.test(clause) && !/[你您?吗吧]/.test(clause);
}

/** Whether the sentence around a span is put to the subject as a question that yes or no answers. */
function isPut({ clauses, turn }: Reading, start: number, end: number): boolean {
  const { text, clauseOf, clauseAt, sentenceOf } = clauses;
  let last = clauseOf[Math.max(start, end - 1)]!;
  while (last + 1 < sentenceOf.length && sentenceOf[last + 1] === sentenceOf[last]) last++;
  const sentence = text.slice(clauseAt[clauseOf[start]!], clauseAt[last + 1]);
  if (/谁|哪|什么|几|多少|怎么|\b(?:which|what|who|how|when)\b/.test(sentence) && turn.who === "koe") return false;
  if (/[?吗吧]|没(?:有)?[啊呀呢哈嘛]?\s*$|不\s*$|是不是|有没有|还是|对不/.test(sentence)) return true;
  return turn.who === "koe" && /您|你|\b(?:you|your)\b/.test(sentence) && sentence.length < 30;
}

function isQuestion(reading: Reading): boolean {
  const { turn } = reading;
  const { text } = reading.clauses;
  if (
    /[?]|吗|谁|有没有|是不是|哪|什么|几|多少|多大|多久|怎么|咋|啥|还是|举个?手|冒个?泡|扣1|报个?到|吱一?声/.test(text)
  )
    return true;
  if (text.includes("没") && clausesOf(reading).some((clause) => /有.{1,14}没[啊呀呢]?$/.test(clause))) return true;
  if (turn.who !== "koe") {
    if (AFTER_YOURS.test(text)) return true;
    if (text.length <= BARE_ASKED && /^[^我俺咱他她它,。]*(?:没有?|不|吧)[啊呀呢嘛哈]?\s*$/.test(text)) return true;
    return /[你您][^,。]{1,14}(?:没有?|不|么|吧)[啊呀呢嘛哈]?\s*$/.test(text);
  }
  return /还(?:在|是)[^,。!?]{1,8}[呀啊哈]\s*$|吧|呢|您|你|么|对不|是不|报一?下|发我|告诉我|留个|[不没]\s*$|\b(?:you|your|u)\b/.test(
    text,
  );
}

/** A member asks after what is the subject's: `你家猫呢 好久没见晒`, `你婆婆还跟你们住啊`. */
const AFTER_YOURS = /[你您][^,。]{1,8}呢(?:$|[,。好怎咋])|[你您][^,。]{0,8}还[^,。]{1,10}[呀啊]\s*$/;
/** What a member asks without naming whom is this short (`孩子有了吧`, `结婚没`). */
const BARE_ASKED = 10;

/** Whom a question names last of those it may be about. */
function personIn(knowledge: Knowledge, { clauses, lang }: Reading): Question["names"] {
  let named: Question["names"];
  for (const person of peopleIn(knowledge.scope[lang], clauses.text)) {
    const kind = kindOf(person);
    if (kind === "elder" || kind === "child" || kind === "partner") named = kind;
  }
  return named;
}

/** Questions that several turns in a row put. */
export function joinQuestions(a: Question | undefined, b: Question): Question {
  if (!a) return b;
  return {
    text: `${a.text} ${b.text}`,
    opened: {
      exchanges: [...a.opened.exchanges, ...b.opened.exchanges],
      topics: [...a.opened.topics, ...b.opened.topics],
      presumed: [...a.opened.presumed, ...b.opened.presumed],
      held: [...a.opened.held, ...b.opened.held],
      kinds: [...a.opened.kinds, ...b.opened.kinds],
      praised: [...a.opened.praised, ...b.opened.praised],
      weighed: b.opened.weighed.length > 0 ? b.opened.weighed : a.opened.weighed,
      served: a.opened.served || b.opened.served,
      judged: b.opened.weighed.length > 0 ? b.opened.judged : a.opened.judged,
    },
    put: a.put || b.put,
    sought: b.sought || a.sought,
    tags: [...a.tags, ...b.tags],
    dimensions: new Set([...a.dimensions, ...b.dimensions]),
    presumes: a.presumes || b.presumes,
    ...(b.city || a.city ? { city: b.city ?? a.city } : {}),
    asksCity: a.asksCity || b.asksCity,
    asksChildren: a.asksChildren || b.asksChildren,
    asksForWhom: a.asksForWhom || b.asksForWhom,
    ...(b.names || a.names ? { names: b.names ?? a.names } : {}),
    choices: b.choices.size > 0 ? b.choices : a.choices,
  };
}
