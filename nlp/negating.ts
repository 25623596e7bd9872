import { type Around, CLOSE } from "./clauses.ts";
import type { ScopeWords } from "./scope-words.ts";

/** Whether the words around a span deny it: a negator before or behind, a word taken back, a thing that only others would do. */
export function negationOf(around: Around, words: ScopeWords): boolean {
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
/** `我儿子? 没有没有`: what one repeats in doubt to deny it. */
const TAKEN_BACK =
  /^[^,。!?]{0,6}\?\s*(?:没有|不是|哪有|没|跟我(?:们)?(?:没关系|无关)|关我(?:啥|什么)事|认错|想多了|误会|(?:那|这|他|她)是(?:我|人家)[^,。!?]{0,3}(?:[弟哥妹姐侄甥]|同事|朋友|邻居))|^[^,.!?]{0,30}\?\s*(?:nope|no\b(?! problem)|not (?:me|us)|rather you|nah\b|hardly|as if|never\b)/;

/** Whether a negator stands in these words. */
export function denies(words: ScopeWords, span: string): boolean {
  return DENIES.test(span) && words.negatedWithin.test(words.not_negators.without(span, "□"));
}
/** Most spans hold no negator of any kind. */
const DENIES = /[不没别无未非]|n't|\bno|\bnever/;
