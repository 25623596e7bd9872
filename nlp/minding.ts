import { type Around, FAR } from "./clauses.ts";
import { beginsIn } from "./finder.ts";
import type { ScopeWords } from "./scope-words.ts";

/** Whether the subject does not mind what the span names. */
export function mindsNot(around: Around, words: ScopeWords): boolean {
  return (
    words.indifferent.test(around.right) ||
    waivedBehind(words, around) ||
    waivesEcho(words, around) ||
    mindsNotBefore(words, around)
  );
}

/** Whether the words of a need themselves begin to say that one does not mind: `质保不在` and `我考虑范围`. */
export function waives({ span, right }: Around, words: ScopeWords): boolean {
  const found = words.indifferent.find(span + right);
  if (found === undefined || found.index === 0 || MAKES_DO.test(found[0])) return false;
  return !deniesNot((span + right).slice(0, found.index), right);
}
/** `谁说我不在乎油耗`, `说不在乎电费是假的`: one minds after all. */
export function deniesNot(left: string, behind: string): boolean {
  return (
    TWICE.test(left) ||
    (/(?:说|装作)(?:我|咱)?$/.test(left) && /^[^,。!?]{0,4}(?:假的|假话|骗人|骗鬼|瞎话|吹牛)/.test(behind))
  );
}
const TWICE =
  /(?:不是|并非|谁说|谁讲|哪个说|哪能|怎么会|怎么能|怎么可能|不可能|谁|没人|哪有人)(?:说|讲|我|咱|你|人|会|能|敢|完全|真的?|就)*$/;
/** These ask what it can do: `随便找根线能充不`, `不用管`. */
const MAKES_DO = /^(?:随便|随意|凑合|将就|都[行成]|都可以|不用?管|没感觉|白送|取消|[去拿退]掉|不要了|不需要)/;

/** What the clause behind does not mind: `后备箱多大 我无所谓`; of something else it says nothing (`后备箱要大 别的无所谓`). */
function waivedBehind(words: ScopeWords, { after }: Around): boolean {
  return words.indifferent.find(after.replace(OF_ONESELF, ""))?.index === 0;
}

/** Names it only to wave it away: `油耗? 我哪有那闲心`. */
function waivesEcho(words: ScopeWords, { sentenceRight, behind }: Around): boolean {
  if (!ECHOED.test(sentenceRight)) return false;
  return NEVER_LOOKED.test(behind) || (words.indifferent.find(behind)?.index ?? FAR) < 3;
}
const ECHOED = /^[^,。!?]{0,3}\?$/;
const NEVER_LOOKED = /^[我俺]?(?:从来?)?没(?:算|看|想|关心|注意|在意|留意|研究)过/;

const OF_ONESELF =
  /^[ ,]*(?:(?:[^,]{0,5}(?:这块|这方面|这点|这事)|([^,])不\1|[^,]{0,2}[轻重大小贵旧慢吵丑短远][点些]儿?|我|俺|咱|都|倒是?|也|其实|这个?|那个?|这些|这东西|这玩意|真|就|反正|对我(?:来说)?|完全|根本|一点|本来|才|可|但|还)+|(?:(?:i|i'm|we|we're|am|are|is|it|it's|that|that's|this|really|honestly|to be honest|tbh|but|and|though|frankly|personally|just)\b[ ,]*)+)?/;

/** `不在乎颜值` takes the need back also where the phrase itself begins at `在乎`; `不是不在乎` does not. */
function mindsNotBefore(words: ScopeWords, { left, span }: Around): boolean {
  if (words.indifferent.test(left)) return true;
  return beginsIn(words.indifferent, left, span) && !/(?:不是|并非|哪能|怎么会|怎么可能)(?:说|讲|我)?不$/.test(left);
}
