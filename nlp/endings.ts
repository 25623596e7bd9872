import type { Around } from "./clauses.ts";
import type { ScopeWords } from "./scope-words.ts";

const LASTED = /(?:[一二两三四五六七八九十几\d半]|好些|多少)(?:多|来|几)?(?:年|辈子|载)/;
const LEFT_BEHIND =
  /^[^。!?]{0,8}(?:[跟和与]我(?:再|都|已经|早就?|也)?[没无](?:有)?(?:半毛钱|半点)?关系|(?:是)?我自己砸|哪(?:儿|里)?也不用?[去跑]|(?:递|交)(?:的|了)(?:辞呈|辞职(?:信|报告|申请)?)|送去(?:拆解|报废)|过期[都也]?[没不](?:续|换)|(?:都|也|全)?跟我拜拜|成(?:了)?(?:过去式|历史|往事))/;
/** What stands for it was handed in, sold or lapsed: `白大褂上交了`, `学生证剪了角`; not where a better one is bought for it. */
const PARTED_WITH =
  /^[^,。!?]{0,4}(?:(?:上|缴)交|上缴|交公|剪了?角|清仓|折价|交接(?:完|出去)|退干净|抵给|注销了|作废了|报废了|停掉了?|停了|卖了|卖掉|扔了|扔掉|送人了?|送走了|捐了|拆了|挂(?:了|上)?(?:闲鱼|咸鱼|二手)|送了?(?:我|给)?(?:的)?(?:[表堂][哥姐弟妹]|侄|外甥|徒弟|邻居|同事|同学|隔壁|楼[上下]|车队|小年轻|发小|朋友家)|收回(?:去)?了|(?:改|腾|变|换)成(?:了)?(?!新)|(?:现在|如今|早)(?:就)?(?:用来|拿来|只能|只够)?(?:装|当|晾|垫|种|压)|到期[没不]续|(?:里|上|中)?(?:再|已|早)?没有?我(?:的)?(?:名字|份儿?))(?!的)/;
/** Sold so that a better one may be bought. */
const BETTERED =
  /(?:换|升级|添|补)(?:了|成|个|台|支|把|套|根|辆|部|一|到|钱)*(?:新|更|大|高端|好的|旗舰|贵|全画幅|碳|下一代|顶配|二代|[a-z\d]|两[台辆把支])|换(?:了|成)?(?:一|两)?[把支套块副根条双款件床]|换了?个(?:加|更|带|高|轻|厚|[^,。工岗行]{1,6}的)|(?<!没|不)入(?:了|手)(?!不)|再(?:买|入|配)|加钱(?:上|换|入|买)|腾地方|\b(?:to (?:fund|pay for|buy|get)|upgraded? to|for (?:a|the) (?:newer|bigger|better|new))\b/;
const HANDED_IN =
  /\b(?:handed (?:in|back|over)|hung up|turned in|gave back|packed away|said goodbye to|kissed goodbye to) (?:my|the|our|all)\b/;
const LAPSED =
  /^[^.!?]{0,20}\b(?:laps(?:e|ed)|is over|are over|is history|gone for good|up for sale|went (?:to|on) ebay)\b/;
/** Some time ago, and no more: `年初全给它恢复原厂了`, `昨天正式办退`. */
const UNTIL =
  /(?:昨[天晚儿]|前[天阵]|今[天儿年早]|年[初底]|上个?(?:月|周|礼拜)|去年|前年|春节|刚|终于|总算|正式|从今|打今)[^,。!?]{0,6}(?:退|交|卖|拆|关|停|散|收|撤|离|辞|歇|结束|到头|告别|恢复|戒|盘|转行)(?![款货给到新定订婚]|了?[一二三两个])|(?:干|熬|跑|玩|做|教|折腾|写|开)(?:不动|够)了?|心也?(?:淡|凉)了|收手|洗手|到此为止|句号|再也不|最后一[个次天班节堂届单场]|下岗/;

/** What went on for years, and stopped: `玩了五年改装 年初全给它恢复原厂了`. */
export function lastedUntil({ left, span, right, rest }: Around): boolean {
  return LASTED.test(left + span + right) && UNTIL.test(rest);
}

/** Whether the words beside tell that the subject is behind it: `打卡机跟我再没关系`, `白大褂上交了`, `handed in my classroom keys`. */
export function leavesBehind(around: Around, words: ScopeWords): boolean {
  const { left, span, right, after } = around;
  if (words.lang === "en") return HANDED_IN.test(left + span) || LAPSED.test(right);
  if (LEFT_BEHIND.test(right + after)) return true;
  return PARTED_WITH.test(span.slice(-1) + right) && !betters(around) && !words.unrealized.test(span);
}

/** Whether what is parted with makes room for a better one: nothing ends. */
export const betters = ({ right, after }: Around): boolean => BETTERED.test(right + after);

/** What one's kin stopped doing ends nothing of one's own: `the kids have stopped asking where we're going`. */
const OF_KIN =
  /\b(?:kids?|children|boys?|girls?|sons?|daughters?|toddlers?|twins|baby|little ones?|wife|husband|mum|mom|dad|dogs?|cats?|pup)(?: have| has|'ve|'s)?(?: even| just| finally| all| long since)? (?:stopped|quit|gave up|given up) (?!school|nappies|diapers|living)[a-z]+ing\b/g;

const NO_MORE = /\b(?:no longer|not [^,.!?]{0,30}any ?more)\b/;
const GIVES_UP = "(?:quit|stopped|gave up|given up|sold)(?! on (?:me|us)\\b)";
/** What is given up stands right behind: `quit fishing`, `sold my tent`; not what one does instead or besides (`quit my job to freelance`, `gave up coffee`). */
const GIVEN_UP = new RegExp(
  `\\b${GIVES_UP}(?! out\\b)(?: (?!(?:and|to|so|but|when|then|cos|because|for|since|now|i|we)\\b)[^ ,.!?]+){0,4} ?$`,
);
const GIVEN_UP_WITHIN = new RegExp(
  `\\b${GIVES_UP}(?! out\\b)(?: (?!(?:and|so|but|when|then|cos|because)\\b)[^ ,.!?]+){0,6} ?$`,
);
/** Or before: `the tent, all sold`, `my bakery is sold`, `the gym i gave up last year`. */
const GIVEN_UP_AFTER = new RegExp(
  `^[^.!?]{0,24}?\\b${GIVES_UP}(?: (?:it|that|them|her|him|both|all|those|up|off|on))*(?= *(?:$|[,.!?]|(?:last|in|this|when|after|years|ages|months|long|now|already|because|cos|and|so|at|due|since|two|three|a)\\b))`,
);

/** Whether English words say that it is over, and that it is this which is. */
function endedInEnglish({ left, span, right }: Around): boolean {
  if (WHEN_IT_WAS.test(span)) return false;
  const around = (left + span + right).replace(OF_KIN, "");
  if (NO_MORE.test(around)) return true;
  if (!around.includes("quit") && !STOPS.test(around)) return false;
  const before = left.replace(OF_KIN, "");
  return GIVEN_UP.test(before) || GIVEN_UP_WITHIN.test(span) || GIVEN_UP_AFTER.test(right);
}
/** What was given up after something is not that: `gave up camping after the divorce`. */
const WHEN_IT_WAS = /^(?:after|since|before|when|because of)\b/;
const STOPS = /stopped|g[ai]ven? up|sold/;

/** Whether the words say that it is over: `不跑了`, `泡汤了`, `no longer`. */
export function endedOf(around: Around, words: ScopeWords, negated: boolean): boolean {
  if (words.unrealized.test(around.span)) return false;
  if (words.lang === "en") return endedInEnglish(around);
  const gone =
    /(?:早就?|已经|现在|再也|后来)?(?:不|没)[^,。!?]{0,8}$/.test(around.left) &&
    /^[^,。!?]{0,3}了(?:[^一-鿿]|$)/.test(around.right);
  return (
    (negated && gone) ||
    /^[^,。!?]{0,3}(?:戒了|(?<![是就])不(?!是|要|用|得|好|错|行|了|掉|哭|闹|吵|晕|吐|认生|尿|发烧|烧|咳|黏|粘|催|拆家|赖床|踢|咬|问|肯)[^,。!?]{0,3}了|没了|黄了|散了|卖了|关了|停了|退了|辞了|掉了$)|^[^,。!?]{0,6}(?:泡汤|作罢|搁浅|没戏|告吹|打消|断了(?:这|那)?(?:个)?(?:心思|念头))/.test(
      around.right,
    )
  );
}
