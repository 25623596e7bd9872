import type { TagKey } from "#domain/taxonomy.ts";
import type { Question } from "./asked-of-subject.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading } from "./reading.ts";
import type { ScopeWords } from "./scope-words.ts";

/** What was presumed is over: `回老家了`, `去年没了`, `that's done`. */
const OVER =
  /(?:没|走|送人|分|离|散|卖|黄|关|退|辞|掰|搬走|搬出去|回老家|回乡下?|回去|毕业|丢|过世|去世|不在|长大|换|结束|戒|停|裁|失业|破产|倒闭|倒|转行|下岗|卸|删|撤|歇|废|砍|盘|注销|取消|出手|转|移交|歇菜|上交)(?:掉|光|手|婚|开|出去|载|张|坑|职|学|休|业|播|更|工)?(?:都|快|已经|有)?(?:[一二两三四五六七八九十半几好\d]+(?:多|来)?个?(?:年|月|天|周|礼拜|学期)(?:多)?)?[了咯啦喽]|退坑|歇菜|(?:撑|干|做|开|养|熬)不(?:下去|动|起|住)|送[^,。!?]{1,4}养|(?:现在|早就?|已经)没[^,。!?]{1,4}了|腰不行|[交转让传]给|到此为止|各过各|办(?:完|了)手续|不(?:折腾|干|跑|做|弄|玩|练|上班)了|出来了|去别家|封[竿杆]|改主意|取消(?:吧|了|掉)?(?:$|[,。! ])|不用了|算了|卸了|下线了|吹了|(?:撤|调|搬)(?:回|到|去)[^,。!?]{1,4}了|\b(?:passed|gone|moved out|left|quit|sold|over|stopped|graduated|closed|broke up|split|retired|stepped down|gave (?:it|that|them) (?:up|away|to)|handed (?:it|them|my|the|back|in)|let (?:it|them|me) go|put (?:her|him) (?:down|to sleep)|died|went (?:under|bust|back)|moved back|packed (?:it|that) in|finished|made redundant|laid off|resigned|called it (?:off|quits)|cancelled|canceled|pulled out|scrap (?:it|that)|don't need it|hung up|deleted|no more|not [^,.!?]{1,16} any ?more|not any ?more|lost my job|dropped out)\b|卸任|裸辞|换岗|调岗|坐办公室|改了|调过来了|不(?:再)?[上接组带写跑教干做开更练拍玩探折][了啦]|戒了|(?:拿|收|交|办)(?:完|走)的|(?:拿证|毕业证)[^,。]{0,4}了/;

/** How these end, whatever else may be over: what was bought for a wife goes back (`退了 尺码不对`), and she stays. */
const ENDS: Partial<Record<TagKey, RegExp>> = {
  pet_family:
    /走(?:了|的|丢|失)|没了|不在了|送(?:人|走|回|给|了|养)|去世|过世|丢了|死了|[喵汪]星|彩虹桥|养不|给(?:了|我)[^,。]{1,4}(?:养|了)|\b(?:died|dead|passed|gone|lost|rehom\w+|put (?:him|her|it|them) (?:down|to sleep)|gave|no more|not with us)\b/,
  in_relationship:
    /分(?:了|手|开)|散(?:了|伙)|掰|吹了|黄了|断了|没戏|前(?:任|男友|女友)|没(?:有)?对象|[领扯]|结婚|嫁|娶|单(?:身|着)|跑了|没了|离了|搬(?:走|出去)|老[婆公]|到头|(?:换|没)人了|\b(?:ex|split|broke up|dumped|left me|over between|single|married|wife|husband|called it off|quits|walked out)\b/,
  married:
    /分(?:了|手|开)|离(?:了|婚|掉)|散(?:了|伙)|掰|前(?:夫|妻)|没(?:有)?(?:太太|老[婆公]|先生)|各过|单(?:身|着)|跑了|没了|过世|去世|搬(?:走|出去)|办(?:完|了)手续|\b(?:ex|split|divorc\w+|left me|left us|separated|single|passed away|died|widow\w*|walked out|gone(?=$|[,.!])|took \w+ with (?:her|him))\b/,
  expecting:
    /生了|卸货|出生|落地|母[子女]|没保住|没了|[男女]宝|\b(?:born|arrived|came|here|lost it|miscarr\w+|(?:weeks|days|months) old)\b/,
  new_parent:
    /断奶|上(?:小学|学|幼儿园|初中)|幼儿园|年级|[三四五六七八九十3-9]岁|大了|\b(?:at school|in year|year \w+ now|(?:four|five|six|seven|eight|nine|ten|[4-9]|1\d) (?:now|years)|off the bottle|potty trained|long past|grown)\b/,
  plans_replacement:
    /不换了|算了|不折腾|修好|接着开|再(?:开|战)|留着|\b(?:keeping|scrap that|not any ?more|changed my mind|fixed|staying)\b/,
  test_drive:
    /取消|不[去试用约]了|买了|定了|算了|\b(?:no need|cancel\w*|scrap|bought|ordered|don't need|not any ?more|changed my mind)\b/,
  lives_with_elders:
    /回(?:老家|去|乡)|搬(?:走|出|回)|走了|不在|过世|去世|没了|分开|自己(?:住|过)|养老院|住(?:我|到)|\b(?:went|moved|gone|passed|died|own place|care home|into care)\b/,
  ordered:
    /提(?:了|到|回|的|走)|到手|开(?:上|着|回)|接(?:回|到|走)|拿到|退(?:了|订|掉)|取消|撤|不要了|上(?:了)?牌|坐(?:里|在)|\b(?:picked|collected|cancel\w+|pulled out|got it|driving|drove|home|it'?s here|arrived|came)\b/,
};

/**
 * How an answer takes what was asked: a plain yes or no; `assents`, a yes without a word for it (`命苦啊`, `被说中了`); `lets`, a short answer that
 * leaves standing what the question took for granted (`您在医院上班吧` / `儿科`).
 */
export type Stance = "yes" | "no" | "assents" | "lets" | "neither";

/** Whether an answer begins by saying that something is gone (`关了 撑不下去`), and nothing of it stays. */
export function tellsOfAnEnd({ clauses: { text, clauseAt } }: Reading, tag: TagKey = ""): boolean {
  const head = text.slice(0, clauseAt[2] ?? clauseAt[1] ?? text.length);
  return (
    (ENDS[tag] ?? OVER).test(head) &&
    !/[?]|还没|没(?:有)?(?:走|关|退|卖|撤|停)|差点|快要|打算|准备|想|又|(?:换|盘|转|停|倒|出)了?(?:家|个|台|辆|只|条|间|俩|两)|好了|忘/.test(
      text,
    )
  );
}

/** Whether the first words say yes or no; an answer that takes up the question's verb says yes too. */
export function stanceOf(knowledge: Knowledge, reading: Reading, question: Question): Stance {
  const words = knowledge.scope[reading.lang];
  const { text, clauseAt } = reading.clauses;
  const first = text.slice(0, clauseAt[1] ?? text.length).replace(/[,。!?~.\s]+$/, "");
  if (CANNOT_SAY.test(first)) return "neither";
  if (words.deny.test(first) || (question.presumes && OVER.test(first))) return "no";
  if (DOUBTS.test(text)) return "neither";
  if (IS_THERE.test(first) && !question.text.includes("在")) return "neither";
  if (words.affirm.test(first)) return ACCEPTS.test(first) && !OFFERS.test(question.text) ? "neither" : "yes";
  if (reading.lang === "zh") {
    if (/早?(?:就)?(?:不|没).{0,6}了/.test(first)) return "no";
    if (
      /^(?:经常|常年|天天|老是|总是|每周|每个?月|一直|太?多了|可多了|多着|一个月|一年到头|隔三差五|家常便饭)(?!.{0,4}[不没])/.test(
        first,
      )
    )
      return "yes";
    const verb = /^(?:早就?|刚刚?|已经|也|都|还|正|在|一直)*(.)/.exec(first)?.[1];
    if (
      verb &&
      first.length <= 8 &&
      !/[我你他她不没别]/.test(first) &&
      question.tags.some((tag) => (tag.asked || tag.span.length <= 4) && tag.span.includes(verb)) &&
      /[了着过的呢啦咯喽]|在/.test(first) &&
      !turnsDown(text, question.text)
    )
      return "yes";
    if (HOW_OFTEN.test(first) && !turnsDown(text, question.text)) return "yes";
    if (echoes(first, question.text)) return "yes";
  } else if (
    /^(?:all the time|every (?:week|month|day|single)|any day|still (?:am|do|is|true)|constantly|too (?:much|often)|always|most weeks)/.test(
      first,
    )
  )
    return "yes";
  return question.put ? leftStanding(words, reading, question.text) : "neither";
}

/** Neither yes nor no: `不知道`, `看情况`, `hard to say`. */
const CANNOT_SAY =
  /^[嗯哦啊额这个\s,]*(?:我)?(?:也|还|真|就)*(?:不(?:知道|清楚|晓得|一定|好说|确定|太清楚|太确定)|没(?:听说|注意|留意|问过|印象)|看(?:情况|心情|天气)|说不(?:准|好)|难说)|^(?:no idea|not sure|dunno|(?:i )?don'?t know|it depends|depends|hard to say|haven't heard)\b/;

/** Asks back instead of answering: `嗯? 发错人了吧`. */
const DOUBTS = /^[^,。!?]{0,2}\?|^(?:买|送|留)?给谁/;
/** Says no more than that one is listening. */
const IS_THERE = /^在(?:的|呢|呀|啊)?$/;
/** `好的谢谢` goes along with an offer; where a thing of oneself was asked (`您刚搬家吧`) it says neither yes nor no. */
const ACCEPTS = /^[嗯哦啊]*(?:好的|好嘞|好呀|好吧|可以|收到|行的|行吧)/;
const OFFERS =
  /[帮给替送发约报拉留装配选办推调开加]|安排|预约|要不|可以|方便|行[吗不吧]|好[吗不吧]|需要|一起|[想要来试看用]|考虑|觉得|能|愿意|参加|接受|\b(?:could|would|want|shall|like|need|book|can|try)\b/;

/** The most units, and English words, of an answer that may leave a question's presumption standing. */
const BRIEF = { zh: 16, en: 7 };
const TURNS_AWAY = {
  zh: /[?不没别无未非哪谁休甭免谢]|吗$|请|麻烦|看看|想问|问一?下|[给发帮]我|对了|价格|链接|收到|知道了|明白|^好|^行|ok|稍等|在忙|回聊|辛苦/,
  en: /\?|n't|\b(?:no|not|nor|never|none|but|if|thanks?|thank|please|cheers|ok|okay|send|price|link|later)\b/,
};

/** Gone from where the question took them to be. */
const MOVED_OFF = /^(?:早|已经|刚)?(?:撤|调|搬|转|离|辞)[^,。!?]{0,6}了/;

function leftStanding(
  { assents, declines, past, hypothetical }: ScopeWords,
  { clauses, lang }: Reading,
  asked: string,
): Stance {
  const { text, clauseAt } = clauses;
  const head = text.slice(0, clauseAt[2] ?? clauseAt[1] ?? text.length).trim();
  if (declines.test(head) || turnsDown(text, asked) || past.test(head) || hypothetical.test(head)) return "neither";
  if (MOVED_OFF.test(head)) return "neither";
  if (assents.test(head)) return "assents";
  const long = lang === "zh" ? text.trim().length > BRIEF.zh : text.trim().split(" ").length > BRIEF.en;
  return long || TURNS_AWAY[lang].test(text) ? "neither" : "lets";
}

/** Asks for a habit or long years … */
const LASTING =
  /经常|常年|常(?=[^用见])|老(?:是|客户|车主|用户|会员|手)|总|一直|多年|好几年|天天|平时|同住|住|\b(?:often|always|regular|years|a lot|usually|live)\b/;
/** … where it was once, of late or for a while. */
const FOR_ONCE =
  /头一(?:回|次|趟)|第一(?:次|回|趟|天)|(?:住|待|玩|来)[^,。]{0,2}[一两几三五半](?:天|周|晚|回|趟)|过年(?:才|来|回)|刚(?:开始|学|注册|办)|just (?:the )?once|first time|signed up|last (?:week|tuesday|month)|visiting/;

/** Asks whether it is the first, or one's own … */
const THE_FIRST = /第一|头一|首次|新手|刚(?:开始|接触|学)|\bfirst\b/;
const OWN_BUSINESS = /开公司|生意|老板|创业|自己(?:干|开|做)|开店|店里|\byour own\b/;
/** … where there were others before, or one works for them. */
const NOT_THE_FIRST =
  /好几|第[二两三四五六七八九十\d]|[二两三四五六七八九十几\d]+(?:台|辆|次|回|个|部)|多年|老(?:手|司机|用户)|常|\b(?:second|third|fourth|several|many)\b/;
const PENSION = /退休|\bretire/;
/** Too young for it. */
const YOUNG =
  /我?(?:才|还)?(?:[二三四]十|[2-4]\d)(?:岁|出头|多|呢|$)|离[^,。]{0,4}(?:早|还有)|\bi'?m (?:only )?(?:in my )?[2-4]\d/;
const FOR_OTHERS = /打杂|打工|跑腿|[给替帮]人|领工资|搬砖|上班的?$|\bwork for\b/;

/** `觉得门票贵吧` / `一年就来一回 不贵`: negates a word of the question; or it was once, where a habit was asked for. */
const turnsDown = (text: string, asked: string): boolean =>
  (LASTING.test(asked) && FOR_ONCE.test(text)) ||
  (THE_FIRST.test(asked) && NOT_THE_FIRST.test(text)) ||
  (OWN_BUSINESS.test(asked) && FOR_OTHERS.test(text)) ||
  (PENSION.test(asked) && YOUNG.test(text)) ||
  [...text.matchAll(/[不没](?:是|怎么|太)?([一-鿿])/g)].some(([, word]) => asked.includes(word!));

/** How much or how often says yes to whether. */
const HOW_OFTEN =
  /^(?:天天|每天|每晚|每周|每个?(?:周末|礼拜|星期|季度?)|周周|每个?月|年年|隔三差五|三天两头|没事就|有空就|经常|常|多(?:得很|着呢|啊|呀)?$|挺多|蛮多|很多|太多|可多|一(?:周|个?月|年(?!(?:就|才|也就|最多|顶多)?[一两]))[^不没]{1,8}(?:次|趟|回|天))/;

/** `有没有…` / `有一个`: the answer takes up the verb that the question put. */
function echoes(first: string, asked: string): boolean {
  if (first.length > 10 || /[不没别你您]/.test(first)) return false;
  if (isDone(first, asked)) return true;
  const verb =
    /^(?:早就?|刚刚?|已经|也|都|还|正|一直|倒是?)*((?:在(?!忙|开会|路上|外面|吃|开车)|[有要会养开看玩做付锁定提换搬住改跑用买带懂]))/.exec(
      first,
    )?.[1];
  if (!verb) return false;
  return new RegExp(`${verb}(?:没|不)?(?:没有|${verb}|[^,。!?]{0,12}(?:吗|么|没|不|吧|\\?))`, "u").test(asked);
}

/** `领证没啊` / `领啦`, `后来去了吗` / `去了`: what was asked is said to be done. */
function isDone(first: string, asked: string): boolean {
  const verb =
    /^(?:早就?|刚刚?|已经|也|都|上[^,。]{1,3}|昨天|前天|[一-鿿]{1,2}前|今天)*(?![好对行得到为])([一-鿿]{1,2})[了啦咯喽过]/u.exec(
      first,
    )?.[1];
  return (
    verb !== undefined &&
    new RegExp(`${verb}[^,。!?]{0,6}(?:没有?|了吗|了么|了吧|了(?=\\?)|过吗)[啊呀呢]?(?:$|[,。?! ])`, "u").test(asked)
  );
}
