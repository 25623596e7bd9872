import { asksOf } from "./asking.ts";
import { type Around, type Clauses, contextOf } from "./clauses.ts";
import { betters, endedOf, leavesBehind } from "./endings.ts";
import { mindsNot, waives } from "./minding.ts";
import { isMishap, isPause, partsTies } from "./mishaps.ts";
import { negationOf } from "./negating.ts";
import { longAgoIn, overOf, pastOf } from "./past.ts";
import { quotedOf, saidAtHome, toldOf } from "./quoting.ts";
import type { ScopeWords } from "./scope-words.ts";
import { hypotheticalOf, imaginedOf, namesOwn } from "./supposing.ts";
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
  /** For once, not done yet, or a mishap (`今天不跑了`, `打算卖`, `绳子断了`): it ends nothing. */
  passing: boolean;
  /** Goes on all the same, or stops but for now: `健身卡到期了 刚续的`, `台风来了 不钓了`. */
  paused: boolean;
  /** A supposition names somebody of one's own, who is there whatever comes of it: `要是我老婆同意就买`, `if it arrives friday my wife can sign`. */
  owned: boolean;
  /** What is said to be over is the tie to somebody, and not what they do or have (`我老婆不买了`). */
  parting: boolean;
  /** Said and at once taken back: `退车不退了`. */
  takenBack: boolean;
  /** Of what stands about in the seller's rooms, which is not for sale: `店里凳子太硬了`, `你们门口那个充电桩是坏的`. */
  ofTheShop: boolean;
};

/** An intention, or praise that mocks, stands right before the words. */
const REACH = 12;
const REACH_EN = 24;

/** What a span itself holds: a negator, somebody else who does it, a supposition, a word for long ago, words of not minding. */
export type Inside = { negated: boolean; others: boolean; supposed: boolean; past: boolean; indifferent: boolean };

const NOTHING_INSIDE: Inside = { negated: false, others: false, supposed: false, past: false, indifferent: false };

/**
 * Judges what stands around the units from `start` to `end`. `names` are the other members of the chat, folded; `inside` is what the span itself holds.
 * Each part is worked out when it is first asked for: a judgement needs two or three of them, and each costs a search.
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
    this.knownIndifferent ??= this.inside.indifferent || mindsNot(this.around, this.words);
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
    this.knownImagined ??= imaginedOf(this.around, this.words);
    return this.knownImagined;
  }

  get past(): boolean {
    this.knownPast ??= pastOf(this.around, this.words, this.inside.past);
    return this.knownPast;
  }

  get over(): boolean {
    this.knownOver ??= overOf(this.around, this.words, this.past);
    return this.knownOver;
  }

  get longAgo(): boolean {
    this.knownLongAgo ??= longAgoIn(this.around);
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
      this.words.unrealized.test(left.slice(this.words.lang === "zh" ? -REACH : -REACH_EN)) ||
      isMishap(this.around, this.words.lang);
    return this.knownPassing;
  }

  get paused(): boolean {
    return isPause(this.around, this.words.lang);
  }

  get owned(): boolean {
    return namesOwn(this.around, this.words.lang);
  }

  get parting(): boolean {
    return partsTies(this.around, this.words.lang);
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
