import { type Around, CLOSE } from "./clauses.ts";
import { beginsIn } from "./finder.ts";
import { subjectOf } from "./quoting.ts";
import type { ScopeWords } from "./scope-words.ts";

const REACH_EN = 24;
/** Comes back to how things are: `等我结了婚再说 现在一个人瞎晃`. */
const NOW_THOUGH = /^(?:我|可|但|不过)?(?:现在|眼下|目前|如今|这会儿)/;
/** What keeps one from it: `要不是上班 我天天去` … */
const UNLESS = /^(?:要不是|若不是|除非|if it weren't for|if it wasn't for)/;
/** … and what one would have done long ago: `要不是没钱 我早换车了`. */
const LONG_DONE = /^(?:我|俺|咱)?们?早(?:就|都)?/;
/** Comes back once it is so: `等我提了车再来`. */
const WHEN_I = /等我(?![们妈爸老媳家儿女娃孩爷奶公婆对男下上])/;
const THEN = /^(?:了|完|之后|以后|那天|的时候)*(?:再(?!等)|才)/;
/** Right behind the words, these make them a wish: `该多好`, `离我十万八千里`. */
const AS_A_WISH =
  /^[^,。!?]{0,6}(?:的话|就好了|该多好|才懂|这种好事|要是能|离我(?:还|太|很|十万)|是我?(?:小时候|儿时|从小)?的梦|(?:得|全)看(?:命|缘|造化|天意)|轮不到我|再议|十年后)/;
/** Only such people would: `一天跑五百公里的人才会算油钱`. */
const OF_SUCH = /的人?才(?:会|懂|知道|明白|理解|操心|在乎|关心|在意|算计|需要|用得)/;
const SUCH_WOULD = /^的?人?才(?:会|懂|知道|明白|理解|操心|在乎|关心|在意|算计|需要|用得)/;

/** What one envies one has not: `单身多好 羡慕`. */
const ENVIED = /^(?:真|好|太)?(?:羡慕|眼馋|眼红)(?!我)/;

/** Whether the words around a span make it a condition or an imagined world. */
export function hypotheticalOf(around: Around, words: ScopeWords): boolean {
  if (words.lang === "en") return beginsIn(words.hypothetical, around.sentenceLeft, around.span, REACH_EN);
  return (
    beginsIn(words.hypothetical, around.left, around.span) ||
    (words.hypothetical.test(around.before) && !NOW_THOUGH.test(around.left + around.span)) ||
    (keepsFrom(around) && LONG_DONE.test(around.left + around.span)) ||
    (WHEN_I.test(around.left + around.span) && THEN.test(around.right)) ||
    AS_A_WISH.test(around.right) ||
    (around.right.length < CLOSE && ENVIED.test(around.after)) ||
    SUCH_WOULD.test(around.right) ||
    OF_SUCH.test(around.span)
  );
}

/** Whether the clause before tells what keeps one from it. */
export const keepsFrom = ({ before }: Around): boolean => UNLESS.test(before);

/** Whether the words around a span only think of it or put it off. */
export function imaginedOf(around: Around, words: ScopeWords): boolean {
  return (
    words.imagined.test(around.left + subjectOf(around)) ||
    (HARDLY.test(around.left) && HAS_TIME.test(around.span)) ||
    keepsFrom(around) ||
    words.imagined_after.test(around.right) ||
    (around.right.length < CLOSE && words.imagined_after.test(around.after))
  );
}
/** `哪` and `有空钓鱼`: the words begin with the time that one hasn't. */
const HARDLY = /(?:哪|没)(?:里|儿)?$/;
const HAS_TIME = /^有(?:空|时间|功夫|闲|那)/;

/** Whether a phrase begins with the subject and then supposes: `我要是会弹吉他`. */
export function supposes(words: ScopeWords, span: string): boolean {
  return (
    words.lang === "zh" &&
    /^(?:我|俺|咱)们?(?:要是|如果|若是|假如|万一|哪天要?|以后要|将来要|真要|要真|哪有|哪敢|做梦都?想|也想)(?!想|能|价)/.test(
      span,
    )
  );
}

/** Whether a supposition names one's own kin without supposing that one has them. */
export function namesOwn({ left, span, sentenceLeft }: Around, lang: "zh" | "en"): boolean {
  const upTo = left + span;
  if (lang === "en") return OWN_EN.test(upTo.slice(-REACH_EN - span.length)) && !SUPPOSED_EN.test(sentenceLeft + span);
  return OWN.test(upTo) && !SUPPOSED.test(upTo);
}
const OWN = /我(?:们|家|跟我|和我)?(?:老婆|媳妇|老公|太太|爱人|儿子|女儿|闺女|娃|男朋友|女朋友)/;
const SUPPOSED = /有[了个]?|结[了过]?婚|未来|以后|将来|生了|做梦|梦想|幻想|换[作做成]|是我|当我|脱单|下辈子/;
const OWN_EN = /\b(?:my|our) (?!future|next|own|imaginary|dream)/;
const SUPPOSED_EN = /\b(?:had|have|ever|were|was|could|would|wish|imagine|pretend|get|got|future|one day|some ?day)\b/;
