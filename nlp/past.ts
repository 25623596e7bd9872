import { type Around, CLOSE, FAR } from "./clauses.ts";
import { lastedUntil } from "./endings.ts";
import { beginsIn } from "./finder.ts";
import type { ScopeWords } from "./scope-words.ts";

/** Words of the past count this close to the span. */
const REACH = 12;

/** Whether the words around a span, or the span itself, put it behind the subject; what still goes on is not past. */
export function pastOf(around: Around, words: ScopeWords, saysSo: boolean): boolean {
  return (
    (saysSo ||
      beginsIn(words.past, around.left, around.span + around.right.slice(0, REACH), FAR) ||
      words.past_after.test(around.span.endsWith("的") ? `的${around.right}` : around.right) ||
      (words.lang === "zh" && around.right.length < CLOSE && words.past_after.test(around.after)) ||
      (YEARS_AGO.test(around.left) && around.span.includes("过")) ||
      (words.past.test(around.before) &&
        !CALLED.test(around.before) &&
        !OF_LATE.test(around.left + around.span) &&
        !words.now.test(around.left + around.before))) &&
    !(words.still.test(around.left) || words.still.test(around.before) || words.still.test(around.right))
  );
}
/** One was here before, or spoke with the shop: what comes next is of today (`之前问过一次 我家俩娃`). */
const CALLED =
  /(?:问|来|看|聊|说|加|咨询|联系|下单|逛|约|留|谈|打|到店|发|讲|提)过|没(?:买|谈|订|定|约|抢|问|看)成|没(?:赶上|抢到|聊完|回你)|\b(?:asked|spoke|talked|messaged|came in|popped in|emailed)\b/;
/** Begins something new, whatever was before: `以前住东边 刚搬到西边`, `we used to rent, just moved into our own place`. */
const OF_LATE =
  /^(?:我|我们|俺|咱)?(?:刚(?!毕业|来|开始|进|认识)|上(?:个?月|周|礼拜)|昨天|前天|今天|这(?:次|回|个?月|周))|^ ?(?:(?:i|we) )?(?:have |'ve )?just\b/;
/** Done once, years ago: `十年前骑摩托去过漠河`. */
const YEARS_AGO = /(?:年前|那年|当年|那会儿?)[^,。!?]{0,8}$/;

/** Whether what is past stands against a present that differs (`以前老出差,现在不跑了`), or went on for years and stopped. */
export function overOf(around: Around, words: ScopeWords, past: boolean): boolean {
  return (past && !onceDone(around) && words.now.test(around.rest.replace(LOOKING_BACK, ""))) || lastedUntil(around);
}
/** `现在想都不敢想` compares nothing with today. */
const LOOKING_BACK = /现在(?:回想|想(?=起|都|来)|说起|提起|看来)/g;

/** What was done a time or two was no habit: nothing of it is over. */
function onceDone({ left, span, right }: Around): boolean {
  return ONCE_DONE.test(left.slice(-REACH) + span + right.slice(0, REACH));
}
/** `跑过一次半马`, `替表叔开过俩月出租`. */
const ONCE_DONE = /过(?:那么)?(?:[一两俩几半][次回趟场把]|(?:[一两俩几半])个?(?:来|多)?(?:月|天|礼拜|学期))/;

/** Whether the words before a span tell of years back. */
export const longAgoIn = ({ before, left }: Around): boolean => LONG_AGO.test(before + left);
const LONG_AGO =
  /小时候|上(?:小|初|高|中|大)?学那|年轻(?:时|那)|当年|那年|[几\d]岁(?:时|的时候|那)|从前|时期|年代|\b(?:as a kid|when i was (?:little|young|a))\b/;

/** Whether a phrase holds a word for long ago between its own: `我以前老去露营`, `我当年开了个小店`. */
export function remembers(words: ScopeWords, span: string): boolean {
  return words.lang === "zh" && LONG_SINCE.test(span) && !words.still.test(span) && !words.now.test(span);
}
const LONG_SINCE =
  /^.{1,4}(?:以前|从前|当年|那会儿?|那时候|那阵子?|那几年|早年|早些年|曾经?|小时候|年轻时|上学时|前些年)/;
