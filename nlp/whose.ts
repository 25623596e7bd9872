import type { Around, Clauses } from "./clauses.ts";
import { kindOf, peopleIn, type ScopeWords } from "./scope-words.ts";

/** Whose doing the words tell of. */
export type Whose = "self" | "partner" | "child" | "elder" | "others" | "addressee" | "unsaid";

/** The nearest person named before the span in its clause; where none is, the topic of the clause before, then that of the turn before. */
export function whoseOf(around: Around, words: ScopeWords, names: readonly string[], topic: Whose): Whose {
  const behind = around.span.endsWith("的") ? `的${around.right}` : around.right;
  if (words.others_after.test(behind) || isErrand(around, words)) return "others";
  if (words.lang === "en" && names.length === 0 && PRONOUN_FIRST.test(around.span))
    return pronounMeans(around, words, topic);
  if (words.othersFirst.test(around.span) || isOfTheirKind(around, behind, words)) return "others";
  if (around.right.length < 4 && CLARIFIED.test(around.after)) return "others";
  if (words.lang === "en" && NOT_MINE.test(around.after)) return "others";
  if (DOES.test(around.span) && AS_SUBJECT.test(around.left)) return "others";
  const here = lastPerson(words.vocative.without(around.left, ""), words, names);
  if (here === "others" && PRONOUN.test(around.left)) return householdMeant(around, words) ?? here;
  if (here !== "unsaid") return here;
  const before = lastPerson(words.vocative.without(around.before, ""), words, names);
  if (before === "others" && SENT.test(around.before)) return topic;
  if (before === "others" && PRONOUN.test(around.before) && !GRUMBLES.test(around.before))
    return householdMeant(around, words) ?? before;
  // Who is greeted or thanked in the clause before is not spoken of in this one; who is asked may be.
  const greeted = before === "addressee" && !TO_ALL.test(around.before) && !words.asks.test(around.before);
  const whose = before === "unsaid" || greeted ? topic : before;
  const overridden = KIN.has(whose) || (whose === "addressee" && before === "addressee");
  return overridden && SELF_FIRST.test(around.span) && !BELONGS.test(around.span) ? "self" : whose;
}

/** Who sells, serves or mends, by the word alone; and by the word where the shop is named before it. */
const SERVES = /^(?:销售|店员|店长|前台|骑手|快递员|外卖员|保洁|教练|司机师傅|小伙子|小姑娘)$/;
const SERVES_HERE = /(?:小哥|姑娘|小伙|大[姐哥叔]|师傅|阿姨|妹子|小姐姐|眼镜|胖子|高个|男的|女的|老板|经理)$/;
const AT_THE_SHOP = /店|你们|柜|前台|客服|上门|送货|安装|维修|接待|配送|展厅|售后|修车|车间/;

/**
 * Whether all who are named before a span sell, serve or mend: a mood is about them, not theirs (`店里那个戴眼镜的小哥讲得特别明白`). A parent or
 * child who is spoken of in the clause before only has it no more than they (`孩子写作业不驼背了 这椅子没白买`).
 */
export function servesHere({ left, before }: Around, words: ScopeWords): boolean {
  const here = peopleIn(words, left).filter((person) => kindOf(person) !== "self");
  const named = here.length > 0 ? here : peopleIn(words, before);
  const shop = AT_THE_SHOP.test(before + left);
  const isOfTheShop = (person: RegExpExecArray) => {
    const kind = kindOf(person);
    if (kind === "child" || kind === "elder") return here.length === 0 && !SAYS.test(before);
    return kind === "addressee" || SERVES.test(person[0]) || (shop && SERVES_HERE.test(person[0]));
  };
  return words.lang === "zh" && named.length > 0 && named.every(isOfTheShop);
}

/** Tells what somebody thinks. */
const SAYS = /[说讲问嫌觉夸骂喊念想怪]/;
/** People of a kind, talked of from without: `当护士的真不容易`, `健身房那帮人`, `钓鱼那片区域在几楼`, `满大街都是程序员`. */
function isOfTheirKind({ left, span }: Around, behind: string, words: ScopeWords): boolean {
  if (words.lang === "en" || (!OF_THEM.test(behind) && !THE_WORLD_IS.test(left + /^(?:都|全)?是?/.exec(span)![0])))
    return false;
  return !words.self.test(left + span);
}
const OF_THEM =
  /^的?(?:那|这)(?:帮|些|群|伙|几[个位]|片|块|桌|排)(?!是我|我)|^(?:这行|也)?(?:听着|听起来|听上去)(?:挺|真|很|就)?(?:好|爽|美|不错|自由)|^的?(?:真|可|也|都|最|才|特别|就|挺|确实)?(?:不容易|不好[干当]|难[干当]|优先|有(?:折扣|优惠|补贴)|特别多|很多|太多|真多|多得很)|^的(?:(?:那|这)[种类](?:人(?=才|都|肯定|最)|家庭|家长|才|都)|老乡|小哥|大姐|小姑娘|师傅|大爷|大妈)|^的?(?:真|挺|也|可)?(?:辛苦|累)(?=$|[,。!?])/;
const THE_WORLD_IS = /(?:满大街|满街|到处|遍地|来的)(?:都|全)?是$|(?:流行|时兴|兴起)$|差点(?:就)?(?:当|做|成|干)了?$/;

/** How often or when somebody does something: whoever stands right before does it, and is not called upon (`老板天天飞来飞去`). */
const DOES = /^(?:天天|老是?|经常|总是?|常年|成天|整天|每[天周月年]|一[个周年]|昨[天晚儿]|上[周个]|刚|又)/;
const AS_SUBJECT = /(?:^|[,。!? ])(?:老板娘?|师傅|经理|店长|领导|群主|老师)$/;

/** Words to a whole group. */
const TO_ALL = /群里|各位|大家|谁|哪位|有人|[友妹弟子人]们|\b(?:any(?:one|body)|guys|folks|y'all)\b/;

/** Others who sent the subject here, and are not spoken of any more: `朋友推荐我来的`, `a friend sent me here`. */
const SENT =
  /推荐|介绍我?来|安利|种草|拉我|带我来|发我|转(?:给)?我|告诉我|跟我(?:说|讲)|[叫让喊]我(?:来|加)|听[^,。]{0,8}[说讲]你|夸你|在你(?:们|家|这)[^,。]{0,4}[买订提做办]|\b(?:sent|referred|pointed|introduced|brought|told|put) (?:me|us)\b|\brecommend|\bsa(?:id|ys) you|\bsuggested you|\braves? about you/;

/** A phrase that begins with the subject tells of them, whichever of the family was spoken of, or asked (`有人去吗 我订大巴`), before. */
const SELF_FIRST = /^(?:我|俺|咱|i )/;
/** `我家娃`, `我妈`: theirs, not them. */
const BELONGS =
  /^(?:我|俺|咱)们?(?:的|家|那|这|[老哥姐弟妹爸妈爹娘爷奶外岳公婆丈儿女闺媳男女孩娃侄外叔舅姑姨伯婶表堂])/;

/** Says in the next clause whose doing it was: `天天露营 说的是我室友`. */
const CLARIFIED =
  /^(?:我)?(?:说|讲|指)的(?:就)?是(?!我(?:自己|家|们|$))|^不是(?:我|说我|本人)(?!们|家)[^,。!?]{0,2}(?:$|[,。]? ?是)/;

const NOT_MINE = /^[ ,]*(?:it'?s |that'?s )?not (?:mine|me|ours|us)\b/;

/** Ends of a clause in which `他`, `she` stand for somebody named before. */
const PRONOUN = /(?:^|[^其吉人])[他她](?!们|[哥姐弟妹爸妈家])[^他她]*$|\b(?:s?he)(?:'s)?\b/;

/** What one does to others with one's mouth says nothing of what comes next. */
const GRUMBLES = /[他她][^,。]{0,3}(?:念叨|唠叨|骂|闹|吵|哭|催)/;

/** Whether the turn asks for somebody outside the household; `我老婆生日 想给她买个包` does not. */
function isErrand({ turn }: Around, words: ScopeWords): boolean {
  const errand = words.errand.find(turn);
  return errand !== undefined && !(/[他她]/.test(errand[0]) && householdNamed(turn, words) !== undefined);
}

/** Whom `她` means where only one's own family was named before it in the turn: `我媳妇怕晕 她说太颠`. */
export const householdMeant = ({ upTo }: Around, words: ScopeWords): Whose | undefined => householdNamed(upTo, words);

function householdNamed(text: string, words: ScopeWords): Whose | undefined {
  let found: Whose | undefined;
  for (const match of peopleIn(words, text)) {
    const kind = kindOf(match);
    if (kind === "others" && !/^(?:[他她]|s?he(?:'s)?)$/.test(match[0])) return undefined;
    if (kind === "partner" || kind === "child" || kind === "elder") found = kind;
  }
  return found;
}

const PRONOUN_FIRST = /^s?he(?:'s)?\b/;
/** Whom a way of saying that begins with `she` tells of: one's own, where nobody else was named (`she's 5 months and hates the pram`). */
function pronounMeans(around: Around, words: ScopeWords, topic: Whose): Whose {
  const meant = householdMeant(around, words);
  if (meant) return meant;
  const stranger = peopleIn(words, around.upTo).some(
    (person) => kindOf(person) === "others" && !/^(?:s?he(?:'s)?|they(?:'re)?)$/.test(person[0]),
  );
  return stranger ? "others" : topic;
}

/** Who a bare `我妈` or `my brother` names, for the turn that goes on about them; unsaid where the turn says more. */
export function topicOf(clauses: Clauses, words: ScopeWords): Whose {
  if (clauses.text.length > (words.lang === "zh" ? 6 : 24)) return "unsaid";
  const whose = lastPerson(clauses.text, words, []);
  return whose === "addressee" || whose === "self" ? "unsaid" : whose;
}

/** The last person named; whom others have, talk of or talk to does not hide them (`我弟媳说你家…`, `我表姐怀老二`). */
function lastPerson(text: string, words: ScopeWords, names: readonly string[]): Whose {
  if (text === "") return "unsaid";
  let found: Whose = "unsaid";
  let at = -1;
  for (const match of peopleIn(words, text)) {
    const kind = kindOf(match);
    if (found === "others" && (kind !== "self" || OBJECT.test(match[0]))) continue;
    if ((kind === "partner" || kind === "child") && WITH_KIN.test(text.slice(0, match.index))) continue;
    found = kind;
    at = match.index;
  }
  for (const name of names) {
    const place = text.lastIndexOf(name);
    if (place > at) {
      at = place;
      found = "others";
    }
  }
  return found;
}

const KIN = new Set(["partner", "child", "elder"]);
/** With whom one does something, or whom one minds, does not do it alone: `带娃去露营`, `哄完孩子打游戏`, `自从有了娃`. */
const WITH_KIN =
  /(?:[跟和同与约陪带养抱盯]|有了|生了|照顾|伺候|(?:哄|接|送|喂|带|陪|看|管|安顿|伺候)(?:着|完|好|睡|了))(?:我们?|咱们?|家里?|个|俩|两个|一个|的)*$/;

/** To whom others do something: `my neighbour's twins kept me up`, `a friend of mine just had a baby`. */
const OBJECT = /^(?:me|mine|us|ours)$/;

/** Words between a phrase's own that name somebody else as the doer; who only comes along (`跟朋友去露营`) does nothing. */
export function tellsOfOthers(words: ScopeWords, span: string): boolean {
  if (words.lang === "en" || !OTHERS.test(span)) return false;
  for (let found = words.others.find(span); found; ) {
    const { index } = found;
    const end = index + found[0].length;
    if (index > 0 && end < span.length && !COMPANY.test(span.slice(0, index))) return true;
    found = words.others.find(span, end);
  }
  return false;
}

/** Most spans name nobody. */
const OTHERS = /[他她那人师]|同[事学]|朋友|邻居|隔壁|[哥姐弟妹叔舅姑姨伯]|[老店]板|领导/;
/** Stands before whom one does something with, for or to. */
const COMPANY = /[跟和同与约陪叫喊带给帮替被教请和找让送拉着了的有没无](?:我|几|两|俩|三|一|个|群|帮|位|的)*$/;
