import type { Around } from "./clauses.ts";

/**
 * What breaks, drops out, runs out or gets lost (`网断了`, `猫砂没了`, `又断了一根`), what is done but once (`丢过一回`), and what others have or are
 * (`女朋友的手机卖了`, `病人没了`).
 */
const MISHAP =
  /断(?:网|电|货|码|触|片|夜奶|断续续)|(?:视频|语音|通话|电话|信号|网络?|弦|线|皮带|带子|链子|绳子?|钩|杆|丝|扣)[^,。!?]{0,2}断了|断了[一两三几][根条截支节回次]|断成|[停断]水|停电|掉线|闪退|死机|没(?:电|油|水|信号|声音?|反应|库存)了|(?:胎|罐|煤|炉|灶)[^,。]{0,2}没气了|(?:砂|粮|罐头?|零食|奶粉|尿不湿|纸尿裤|饵|油|液|膏|霜|水|膜|粉|纸|针|药|票|券|章|钥匙|存货|库存|名额|病人|患者|客户|学生|客人|乘客|队友|对手)(?:也|都|又|就|快|全)?没(?:货)?了|(?:板|盆|绳|窝|碗|笼|爬架|玩具|衣服?|扣子?|带子?|床|垫|袋|盒|瓶|圈|链|包|毛|底|皮)(?:也|都|又|就|快|全)?(?:没|掉|坏|破|烂)了|又(?:断|没|停|坏|掉|退|丢|关)了|(?:丢|断|停|退|关|卖|坏)过[一两几]|(?:朋友|对象|老[公婆]|媳妇|孩子|(?<![吉其])[他她])的(?!感情|关系|联系|婚|缘|恋|事|心|情)[^,。!?]{1,6}(?:了|$)/;
/** Goes on with it, or has it again: `到期了 刚续了三年`, `后来自己回来了`. */
const GOES_ON =
  /刚?续(?:了|费|上)(?![^,。]{0,2}没)|(?:接着|继续|照样|照旧|还得|还要)[^,。不没]{0,2}[跑干玩练开拍钓弹教写养骑爬录播打]|自己(?:又)?回来了|(?:又|给|都)?找(?:回来|到)了|(?:又|重新)(?:开|上|恢复|弄好|养)|(?:还是?|照样)?天天[都要得]?(?:[跑玩练拍钓弹用])|每[天周][都要得]?[跑玩练拍钓弹用]/;
/** Keeps one from it this once. */
const FOR_NOW =
  /放(?:寒|暑)?假|下(?:大|暴|着)?[雨雪]|暴雨|台风|大雪|堵车|停电|感冒|发烧|今[天晚儿]|这[周月]|太(?:晚|热|冷|困|累)了|(?:明|改)天再|下[周次回]再|回头再|过(?:两|几)天再|晚点再/;
/** Ends for good, whatever day it is. */
const FOR_GOOD = /辞|离职|退休|毕业|交接|注销|裁|关门|停业|再也|以后|从此|往后|卖|送人|正式|最后|办/;

/** Whom or what one leaves but for a while, or behind by mistake; what gives up on one; what a `but` parts from its verb. */
const MISHAP_EN =
  /\bleft (?:(?:my|the|our|a|his|her) )?(?:[a-z]+ ){1,3}(?:at (?:home|work|the|my|\d|reception|yours)|in (?:the|my) (?:car|house|kitchen|garage|shop|boot|hall|lobby|back|taxi|bus|uber)|on (?:the|my) (?:bus|train|sofa|lift|table|seat|roof|plane|side)|behind|by the|outside|upstairs|downstairs|early|late|already|alone (?:with|for)|with (?:the|my|a) |an? (?:hour|minute|while) ago|just now|for (?:lunch|an? (?:hour|bit)|the (?:day|night|weekend)|home|work))|\b(?:gave up|quit|died|packed up|packed in|conked out) on (?:me|us)\b|\b(?:cancell?ed|dropped|sold|returned|ditched)\b[^,.!?]* but (?!not\b)|\b(?:dropped|cut|cuts|drops) out (?:again|on me|every|all the time|mid|halfway|when)|\b(?:call|line|signal|stream|connection|wifi|carplay|bluetooth|app|screen|audio)\b[^,.!?]{0,12}\b(?:dropped|quit|died|stopped|cut)\b/;
const GOES_ON_EN =
  /\b(?:renewed|came back|found (?:it|him|her|them) again|bought (?:another|a new)|replaced (?:it|them))\b/;

/** Whether the words tell of a mishap, which ends nothing. */
export function isMishap({ left, span, right }: Around, lang: "zh" | "en"): boolean {
  return (lang === "en" ? MISHAP_EN : MISHAP).test(left + span + right);
}

/** Whether the clauses beside tell that it goes on all the same, or stops but for now: what one is and does is not over then. */
export function isPause({ left, span, right, before, after }: Around, lang: "zh" | "en"): boolean {
  if ((lang === "en" ? GOES_ON_EN : GOES_ON).test(right + after)) return true;
  return lang === "zh" && FOR_NOW.test(before + after) && !FOR_GOOD.test(before + left + span + right + after);
}

/** By these a tie ends, or its like: not by what the other no longer buys, wears or has (`我老婆不买了`, `my kids no longer fit`). */
const PARTS =
  /不(?:在|爱|要我|联系|来往|处|过|是|谈|养|理我|搭理|跟我|和我|住|带|管|归)|没了|[黄散掰吹离分崩跑死嫁]了|断了|离婚|分手|走了|走[乐勒]|送(?:人|走|养)|(?:丢|弄丢|走丢)了|前(?:夫|妻|任)|结束|到头|再见|拜拜/;
const PARTS_EN =
  /\b(?:no longer|not|n't)\b[^,.!?]* (?:together|with (?:me|us|him|her)|my|mine|ours|married|have|own|seeing|dating|speak\w*|talk\w*|love\w*|an item|around|alive|us|live|living|at home)\b|\b(?:gave up|given up|sold|quit)\b/;

/** Whether the words that say that it is over say it of the tie. */
export function partsTies({ left, span, right, before }: Around, lang: "zh" | "en"): boolean {
  return lang === "en" ? PARTS_EN.test(left + span + right) : PARTS.test(before + left + span + right);
}
