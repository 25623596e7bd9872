import { asksOf } from "./asking.ts";
import { type Around, type Clauses, contextOf, FAR } from "./clauses.ts";
import { betters, endedOf, lastedUntil, leavesBehind } from "./endings.ts";
import { beginsIn } from "./finder.ts";
import { mindsNot, waives } from "./minding.ts";
import { quotedOf, saidAtHome, subjectOf } from "./quoting.ts";
import type { ScopeWords } from "./scope-words.ts";
import { hypotheticalOf, keepsFrom } from "./supposing.ts";
import { servesHere, type Whose, whoseOf } from "./whose.ts";

/** What the words around a span do to it. */
export type Scope = {
  negated: boolean;
  indifferent: boolean;
  /** The words themselves begin to say that one does not mind: `质保不在` and `我考虑范围`. */
  waived: boolean;
  whose: Whose;
  /** Who is named serves here, or is only spoken of before: what is felt about them is the subject's. */
  served: boolean;
  hypothetical: boolean;
  /** Only thought of or put off (`等退休了再说`, `哪敢养狗`): a state of life is then none yet, a purchase may still be planned. */
  imagined: boolean;
  /** Said to be like it: `跟过家家似的`. */
  likened: boolean;
  past: boolean;
  /** The past against a present that differs: `以前老出差,现在不跑了`. */
  over: boolean;
  /** Years back, when one was somebody else's child: what was bought then is for nobody now. */
  longAgo: boolean;
  asked: boolean;
  quoted: boolean;
  /** A film, a song, the news tell of it. */
  told: boolean;
  /** An exception to the habit: `难得加班`. */
  once: boolean;
  /** Busy at this moment, which is no habit. */
  busy: boolean;
  sarcastic: boolean;
  /** Negated and gone (`不跑了`, `no longer`): what held before holds no longer. */
  ended: boolean;
  /** The words beside tell that it is behind one: `打卡机跟我再没关系`, `handed in my classroom keys`. */
  leftBehind: boolean;
  /** Sold to buy a better one: `镜头出了换支更长的` ends nothing. */
  bettered: boolean;
  /** For once or not done yet (`今天不跑了`, `打算卖`): it ends nothing. */
  passing: boolean;
  /** Said and at once taken back: `退车不退了`. */
  takenBack: boolean;
  /** Of what stands about in the seller's rooms, which is not for sale: `店里凳子太硬了`, `你们门口那个充电桩是坏的`. */
  ofTheShop: boolean;
};

/** `我儿子? 没有没有`: what one repeats in doubt to deny it. */
const TAKEN_BACK =
  /^[^,。!?]{0,6}\?\s*(?:没有|不是|哪有|没|跟我(?:们)?(?:没关系|无关)|关我(?:啥|什么)事|认错|想多了|误会|(?:那|这|他|她)是(?:我|人家)[^,。!?]{0,3}(?:[弟哥妹姐侄甥]|同事|朋友|邻居))|^[^,.!?]{0,30}\?\s*(?:nope|no\b(?! problem)|not (?:me|us)|rather you|nah\b|hardly|as if|never\b)/;
/** An intention or a denial stands right before the words. */
const REACH = 12;
const REACH_EN = 24;
/** A clause with no more behind the words ends with them. */
const CLOSE = 4;
/** What a span itself holds: a negator, somebody else who does it, a supposition, a word for long ago. */
export type Inside = { negated: boolean; others: boolean; supposed: boolean; past: boolean };

const NOTHING_INSIDE: Inside = { negated: false, others: false, supposed: false, past: false };

/**
 * Judges what stands around the units from `start` to `end`. `names` are the other members of the chat, folded; `inside` is what the
 * span itself holds. Each part is worked out when it is
 * first asked for: a judgement needs two or three of them, and each costs a search.
 */
export function scopeOf(
  clauses: Clauses,
  start: number,
  end: number,
  words: ScopeWords,
  names: readonly string[],
  topic: Whose = "unsaid",
  inside: Inside = NOTHING_INSIDE,
): Scope {
  return new Surroundings(contextOf(clauses, start, end), words, names, topic, inside);
}

class Surroundings implements Scope {
  private readonly around: Around;
  private readonly words: ScopeWords;
  private readonly names: readonly string[];
  private readonly topic: Whose;
  private readonly inside: Inside;
  /** What was worked out; fields of their own, since an object that grows by whatever is asked first is slow to ask. */
  private knownNegated: boolean | undefined = undefined;
  private knownIndifferent: boolean | undefined = undefined;
  private knownWaived: boolean | undefined = undefined;
  private knownWhose: Whose | undefined = undefined;
  private knownHypothetical: boolean | undefined = undefined;
  private knownLikened: boolean | undefined = undefined;
  private knownImagined: boolean | undefined = undefined;
  private knownPast: boolean | undefined = undefined;
  private knownOver: boolean | undefined = undefined;
  private knownLongAgo: boolean | undefined = undefined;
  private knownAsked: boolean | undefined = undefined;
  private knownQuoted: boolean | undefined = undefined;
  private knownTold: boolean | undefined = undefined;
  private knownOnce: boolean | undefined = undefined;
  private knownBusy: boolean | undefined = undefined;
  private knownSarcastic: boolean | undefined = undefined;
  private knownEnded: boolean | undefined = undefined;
  private knownLeftBehind: boolean | undefined = undefined;
  private knownPassing: boolean | undefined = undefined;

  constructor(around: Around, words: ScopeWords, names: readonly string[], topic: Whose, inside: Inside) {
    this.around = around;
    this.words = words;
    this.names = names;
    this.topic = topic;
    this.inside = inside;
  }

  get negated(): boolean {
    return this.inside.negated || this.negatedAround;
  }

  private get negatedAround(): boolean {
    this.knownNegated ??= negationOf(this.around, this.words);
    return this.knownNegated;
  }

  get indifferent(): boolean {
    const { around, words } = this;
    this.knownIndifferent ??= mindsNot(around, words);
    return this.knownIndifferent;
  }

  get waived(): boolean {
    this.knownWaived ??= waives(this.around, this.words);
    return this.knownWaived;
  }

  get whose(): Whose {
    if (this.inside.others) return "others";
    this.knownWhose ??= whoseOf(this.around, this.words, this.names, this.topic);
    return this.knownWhose;
  }

  get served(): boolean {
    return !this.inside.others && servesHere(this.around, this.words);
  }

  get hypothetical(): boolean {
    this.knownHypothetical ??= this.inside.supposed || this.likened || hypotheticalOf(this.around, this.words);
    return this.knownHypothetical;
  }

  get likened(): boolean {
    const { left, right } = this.around;
    this.knownLikened ??= LIKE.test(left) && ALIKE.test(right);
    return this.knownLikened;
  }

  get imagined(): boolean {
    const { around, words } = this;
    this.knownImagined ??=
      words.imagined.test(around.left + subjectOf(around)) ||
      (HARDLY.test(around.left) && HAS_TIME.test(around.span)) ||
      keepsFrom(around) ||
      words.imagined_after.test(around.right) ||
      (around.right.length < CLOSE && words.imagined_after.test(around.after));
    return this.knownImagined;
  }

  get past(): boolean {
    const { around, words } = this;
    this.knownPast ??=
      (this.inside.past ||
        beginsIn(words.past, around.left, around.span + around.right.slice(0, REACH), FAR) ||
        words.past_after.test(around.span.endsWith("的") ? `的${around.right}` : around.right) ||
        (words.lang === "zh" && around.right.length < CLOSE && words.past_after.test(around.after)) ||
        (YEARS_AGO.test(around.left) && around.span.includes("过")) ||
        (words.past.test(around.before) &&
          !CALLED.test(around.before) &&
          !words.now.test(around.left + around.before))) &&
      !(words.still.test(around.left) || words.still.test(around.before) || words.still.test(around.right));
    return this.knownPast;
  }

  get over(): boolean {
    this.knownOver ??=
      (this.past && !this.onceDone && this.words.now.test(this.around.rest.replace(LOOKING_BACK, ""))) ||
      lastedUntil(this.around);
    return this.knownOver;
  }

  /** What was done a time or two was no habit: nothing of it is over. */
  private get onceDone(): boolean {
    const { left, span, right } = this.around;
    return ONCE_DONE.test(left.slice(-REACH) + span + right.slice(0, REACH));
  }

  get longAgo(): boolean {
    const { left, before } = this.around;
    this.knownLongAgo ??= LONG_AGO.test(before + left);
    return this.knownLongAgo;
  }

  get asked(): boolean {
    this.knownAsked ??= asksOf(this.around, this.words);
    return this.knownAsked;
  }

  get quoted(): boolean {
    this.knownQuoted ??= quotedOf(this.around, this.words) && !saidAtHome(this.around, this.words);
    return this.knownQuoted;
  }

  get told(): boolean {
    this.knownTold ??= toldOf(this.around, this.words);
    return this.knownTold;
  }

  get once(): boolean {
    const { left, right, before, after } = this.around;
    this.knownOnce ??= this.words.once.test(left + right + before + after);
    return this.knownOnce;
  }

  get busy(): boolean {
    this.knownBusy ??= this.words.busy.test(this.around.turn);
    return this.knownBusy;
  }

  get sarcastic(): boolean {
    const { around, words } = this;
    this.knownSarcastic ??= words.sarcasm.test(around.turn) || mocks(around, words);
    return this.knownSarcastic;
  }

  get ended(): boolean {
    this.knownEnded ??= endedOf(this.around, this.words, this.negatedAround);
    return this.knownEnded;
  }

  get leftBehind(): boolean {
    this.knownLeftBehind ??= leavesBehind(this.around, this.words);
    return this.knownLeftBehind;
  }

  get bettered(): boolean {
    return betters(this.around);
  }

  get passing(): boolean {
    const { left, span, right } = this.around;
    this.knownPassing ??=
      this.words.momentary.test(left + span + right) ||
      this.words.unrealized.test(left.slice(this.words.lang === "zh" ? -REACH : -REACH_EN));
    return this.knownPassing;
  }

  get ofTheShop(): boolean {
    const { left, span } = this.around;
    const upTo = left + span;
    return (AT_YOURS.test(left) || IN_THE_SHOP.test(upTo)) && !FOR_SALE.test(upTo);
  }

  get takenBack(): boolean {
    return this.around.right.startsWith(`不${this.around.span[0]}了`);
  }
}

/** `跑过一次半马`, `替表叔开过俩月出租`. */
const ONCE_DONE = /过(?:那么)?(?:[一两俩几半][次回趟场把]|(?:[一两俩几半])个?(?:来|多)?(?:月|天|礼拜|学期))/;
/** `现在想都不敢想` compares nothing with today. */
const LOOKING_BACK = /现在(?:回想|想(?=起|都|来)|说起|提起|看来)/g;
/** One was here before, or spoke with the shop: what comes next is of today (`之前问过一次 我家俩娃`). */
const CALLED =
  /(?:问|来|看|聊|说|加|咨询|联系|下单|逛|约|留|谈|打|到店|发|讲|提)过|没(?:买|谈|订|定|约|抢|问|看)成|没(?:赶上|抢到|聊完|回你)|\b(?:asked|spoke|talked|messaged|came in|popped in|emailed)\b/;
/** Done once, years ago: `十年前骑摩托去过漠河`. */
const YEARS_AGO = /(?:年前|那年|当年|那会儿?)[^,。!?]{0,8}$/;
const LONG_AGO =
  /小时候|上(?:小|初|高|中|大)?学那|年轻(?:时|那)|当年|那年|[几\d]岁(?:时|的时候|那)|从前|时期|年代|\b(?:as a kid|when i was (?:little|young|a))\b/;
function negationOf(around: Around, words: ScopeWords): boolean {
  const left = words.not_negators.without(around.left, "□");
  const behind = words.negatedAtEnd.find(left);
  if (behind && !words.breaks.test(behind[1] ?? "")) return true;
  return words.negators_after.test(around.right) || isTakenBack(around) || isDisclaimed(around);
}

/** Only others would (`自由职业听着好 我可不敢`), or others asked for it and were turned down (`有人约我钓鱼 我推了`). */
function isDisclaimed({ left, span, right, after }: Around): boolean {
  if (right.length < CLOSE && NOT_FOR_ME.test(after)) return true;
  return ASKED_ALONG.test(left + span) && DECLINED.test(`${right} ${after}`);
}
const NOT_FOR_ME =
  /^(?:我|咱|俺)(?:们)?(?:可|就|也|是|真|却)*(?:不敢|没(?:那|这)个?(?:命|本事|胆|福气|福|条件|闲心|能耐|水平)|干不(?:来|了)|做不(?:来|了)|学不(?:来|会)|当不(?:来|了)|不(?:一样|是那块料)|没(?:这|那)(?:烦恼|需求))/;
const ASKED_ALONG = /(?:约|拉|叫|喊|请|让|劝|带)(?:着|过)?我/;
const DECLINED =
  /^[^,。!?]{0,3} ?(?:我|给)?(?:也|就|都|当场|直接|给)?(?:没(?:去|答应|同意|理|搭理|空)|推(?:了|掉)|拒(?:了|绝)|回绝|不(?:想|敢|肯)去|懒得去|谢绝|婉拒)/;

function isTakenBack({ sentenceRight, behind }: Around): boolean {
  const following = sentenceRight + behind;
  return (following.includes("?") && TAKEN_BACK.test(following)) || CORRECTED.test(following);
}

/** A slip that is at once put right: `我媳妇 啊不是 我妹来取`, `我太太……口误`. */
const CORRECTED =
  /^[^,。!?]{0,3}[ ,。!…~]*(?:(?:啊|哦|噢|呃|哎|诶|额|呸)[ ,]?(?:不是|不对|打错|说错|错了)|(?:哦|啊|呃|呸)不[ ,]|不[ ,]+是|口误|打错(?=[字了我是他她,。 ])|说错了|输错了|不对不对)/;

/** Whether a negator stands in these words. */
export function denies(words: ScopeWords, span: string): boolean {
  return DENIES.test(span) && words.negatedWithin.test(words.not_negators.without(span, "□"));
}

/** Whether a phrase holds a word for long ago between its own: `我以前老去露营`, `我当年开了个小店`. */
export function remembers(words: ScopeWords, span: string): boolean {
  return words.lang === "zh" && LONG_SINCE.test(span) && !words.still.test(span) && !words.now.test(span);
}
const LONG_SINCE =
  /^.{1,4}(?:以前|从前|当年|那会儿?|那时候|那阵子?|那几年|早年|早些年|曾经?|小时候|年轻时|上学时|前些年)/;

/** Most spans hold no negator of any kind. */
const DENIES = /[不没别无未非]|n't|\bno|\bnever/;

/** `哪` and `有空钓鱼`: the words begin with the time that one hasn't. */
const HARDLY = /(?:哪|没)(?:里|儿)?$/;
const HAS_TIME = /^有(?:空|时间|功夫|闲|那)/;

const AT_YOURS =
  /(?:你们?(?:这儿?|那儿?|店|家)?的?(?:门口|停车场|楼下|大厅|电梯|厕所|洗手间|卫生间|办公室|展位|前台)|试衣间|更衣室|休息[区室]|等候区|等位区|收银台)(?:的|那|这|里|边|面)?[个张把台些几排]?[^,。!?]{0,4}$|\bin your (?:shop|store|lobby|waiting (?:area|room)|car park|showroom|lot)\b[^,.!?]*$/;
const IN_THE_SHOP =
  /(?:你们?|^|[,。!? ])店里(?:的|那|这)?[个张把台些几排]?(?:凳|椅|沙发|空调|灯|音乐|厕所|冷气|暖气|好[热冷吵]|太[热冷吵])/;
const FOR_SALE = /车(?!位|场)|款|样品|样机|展品/;

const LIKE = /(?:跟|像|如同|仿佛|好比)[^,。!?]{0,4}$/;
const ALIKE = /^[^,。!?]{0,4}(?:似的|一样|一般|似地)/;

/** Praise laid on thick right behind what went wrong, with no word of contrast between: `等了仨小时换个雨刮 服务真到位`. */
function mocks({ upTo: before, span }: Around, words: ScopeWords): boolean {
  const wrong = words.complaint.find(before);
  if (!wrong) return false;
  const between = before.slice(wrong.index + wrong[0].length);
  return !words.contrast.test(before) && words.intensified.test(between.slice(-REACH) + span);
}

/** Whether a turn is an advert, an announcement or a forwarded post: words that address everybody and never say "I". */
export function isAnnounced({ text }: Clauses, words: ScopeWords): boolean {
  return words.announced.test(text) && !words.self.test(text.slice(0, 4 * FAR));
}

/** What stands on a screen or a page, unless the subject comes between to speak of themselves. */
function toldOf(around: Around, words: ScopeWords): boolean {
  const left = around.before + around.left;
  const first = words.media.find(left);
  if (!first) return words.media.test(around.span.slice(-2) + around.right);
  return !words.self.test(left.slice(first.index + first[0].length));
}
