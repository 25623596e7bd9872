import type { TagKey } from "#domain/taxonomy.ts";
import { tellsOfFame } from "./exchange.ts";
import type { Found, Reading } from "./reading.ts";

/** How others take up what the subject has just said, and what that shows of the subject. */
type Reaction = {
  tag: TagKey;
  /** Whose words: an employee's, or another member's. */
  by: "koe" | "member";
  /** What they say. */
  says: RegExp;
  /** What the subject must have said for it. */
  to: RegExp;
  /** A member must have asked or told of something before. */
  asked?: true;
  /** Not where either tells of films, songs and stars. */
  ofFame?: false;
};

const CALL =
  /谁|有没有|来(?:的|不|吗|报|我|大|$)|报(?:名|数|一|我|个)|扣|团(?!结)|拼|凑|组(?:一|个|局|队|织|了|)|局|集合|包(?:了|下|场|车)|订|统计|名额|还?[差缺]|够[^,]{0,3}[人个台份]|位子?|张罗|牵头|走起|约|(?:边上?|门口|广场|店里|老地方|那[里儿]?|这[里儿]?|站|场|园|山下|楼下|路口|点)见(?!过|到|面了)|不见不散|碰头|发车|出发|报到|saturday|sunday|\d ?[ap]m|tonight|tomorrow|booked|meet|who(?:'s| is) (?:in|up|with)|rolling|i'll (?:sort|book|bring)|spots|drop a/;

/** Employees are sorry all day long: only what names a fault, a wait or a loss was a complaint to be sorry for. */
const COMPLAINS =
  /(?<!在|能|可以|可|要|是)不(?!用|好意思|客气|错|要紧|急)|没(?!事|关系|问题)|坏|慢|差|错|少了?发|漏|旧|破|烂|脏|臭|掉|断|裂|卡|碎|丢|贵|骗|忽悠|投诉|催|这么久|太久|半天|白(?:等|跑|买)|几天|[一二两三四五六七八九十\d]+(?:天|周|次|遍|个(?:月|小时|礼拜))|说好|明明|又|还要?等|为什么|怎么(?!办|样|弄|用)|凭|到底|呢\?|[!?]{2}/;

const REACTIONS: readonly Reaction[] = [
  {
    tag: "for_partner",
    by: "koe",
    says: /(?:女朋友|男朋友|老婆|太太|嫂子|爱人|对象|女友|男友|姐夫|先生|夫人)[^,。]{0,4}(?:幸福|有福|好福气|肯定喜欢|一定喜欢|会喜欢)/,
    to: /[她他]|送|给|礼|惊喜|戒指|项链/,
  },
  {
    tag: "for_elders",
    by: "koe",
    says: /(?:真|好|太)?(?:孝顺|有孝心|孝心)/,
    to: /妈|爸|爹|娘|老|爷|奶|姥|外[公婆]|岳|丈/,
  },
  { tag: "promotion", by: "koe", says: /恭喜[^,。]{0,4}(?:高升|升职|升官|晋升|升迁|荣升)/, to: /^(?!.*(?:没|不|别))/ },
  {
    tag: "moving",
    by: "koe",
    says: /(?:恭喜|祝|贺)[^,。]{0,3}乔迁|乔迁之?(?:喜|快乐)|搬新家[^,。]{0,2}(?:恭喜|大吉)/,
    to: /^(?!.*(?:没|不|朋友|同事|送|他|她))/,
  },
  {
    tag: "expecting",
    by: "koe",
    says: /恭喜[^,。]{0,4}(?:当爸|当妈|要当|有喜|怀孕|要做)|好孕|(?:准爸爸|准妈妈|宝妈)[^,。]{0,4}(?:恭喜|辛苦)/,
    to: /^(?!.*(?:没|不|朋友|同事|送|她))/,
  },
  {
    tag: "married",
    by: "koe",
    says: /新婚(?:快乐|愉快|大喜)|恭喜[^,。]{0,3}(?:新婚|领证|结婚)|早生贵子|百年好合/,
    to: /^(?!.*(?:没|不|朋友|同事|送|他们))/,
  },
  {
    tag: "organizer",
    by: "member",
    says: /^(?:那)?(?:算(?:我|上我|俺)|加(?:我|1)|\+ ?[1-9一二两]|报名|我报|扣1|1$|1 |我(?:也)?(?:来|去|要(?:一|两|[1-9]))|带(?:我|上我)|接龙|跟(?:上|车)|占(?:个)?(?:位|座)|count me|i'm in|im in|in!?$|me too|put me down|sign me up|we're in|🚗|🙋|✋|👍$)|(?:算我|加我|带我)一[个位]/u,
    to: CALL,
  },
  {
    tag: "helpful_answerer",
    by: "member",
    says: /学(?:会|到|废)了|(?:^|[,。! ])(?:收藏|码住|马克|记下|截图)(?:了|$|[,。! ])|管用|好使|神了|(?:^|[,。! ])(?:还真|果然|真的?)(?:不|好|行|灵|可以)|^(?:真|欸|哎)?不[^,。我]{1,2}了(?:$|[,。!])|(?:谢谢|感谢|多谢|谢)(?:大佬|大神|老哥|哥|姐|老师|前辈|师傅|[^,。]{1,3}[哥姐叔]|指点|解答|支招|科普|$|[!~谢])|^(?:懂了|明白了|原来如此|涨知识|长知识|搞定了?|好了|解决了|成了|真的?行|救命|救星)|这就(?:去)?试|马上试|回(?:去|家)试|你(?:咋|怎么)(?:啥|什么)都(?:懂|知道)|legend|life ?saver|that (?:worked|did it)|it worked|sorted,? (?:thanks|cheers)|you're a (?:star|hero|genius)|cheers,? (?:mate|that)|will try/,
    to: /^(?!.*(?:谢谢|感谢|谢啦)).{6}/,
    asked: true,
    ofFame: false,
  },
  {
    tag: "potential_koc",
    by: "member",
    says: /太需要了|点名要听|想听(?:你|您)|开课|求(?:一份|分享|资料|表|文档|链接|带)|发(?:我|一份|群里)|占座|前排|搬(?:好)?(?:小)?板凳|坐等(?:开讲|开课|分享|上课|资料)|讲师|(?:周|王|李|张|陈|老)师(?:好|收|求)|群里就缺(?:你|您)|can you share|please share|sign me up for|front row|would love (?:that|to hear)/,
    to: /整理|总结|讲(?!真|道)|分享|教|带(?:新|大家)|答疑|开(?:一|个)?(?:课|场|期|讲)|写(?:个|一|成)|攒|测(?:了|过)|对比|表|攻略|笔记|数据|文档|guide|session|notes|spreadsheet|write|share/,
  },
  {
    tag: "content_creator",
    by: "member",
    says: /关注了|粉了|路转粉|催更|快更|追更|三连|(?:等|蹲|坐等)(?:更新|更|下一?期|下集|视频|链接)|原来是你(?:拍|写|发)|刷到(?:过)?你|看过你(?:的)?(?:视频|号|笔记)|subscribed|followed|liked and|seen your (?:channel|videos|page)/,
    to: /拍|剪|发(?:了|布)|更(?!好|多|贵|加)|期|篇|条|号|视频|片|直播|up|b站|抖音|小红书|快手|公众号|video|channel|reel|post|insta|tiktok|youtube|episode/,
  },
  {
    tag: "prefers_longform",
    by: "member",
    says: /坐等下篇|(?:看|读)(?:了)?(?:一|半|两)(?:个)?(?:小时|晚上|天|宿)|打印(?:出来|了)|(?:又|太)(?:写)?(?:这么)?长了?|(?:popcorn|long read|grab a coffee|settling in)/,
    to: /字|篇|写|words|part|essay|article/,
  },
  {
    tag: "dissatisfied",
    by: "koe",
    says: /消消气|息怒|别生气|您别急着?生气|(?:给|跟|向)(?:您|你)(?:赔|道)(?:个)?(?:歉|不是|罪)|理解(?:您|你)的心情|(?:体验|服务)(?:不好|不到位|没做好)|we(?:'re| are) (?:so|very|really) sorry|sincerely apologi[sz]e|sorry (?:about|for) (?:that|this|the (?:trouble|wait|delay|experience|inconvenience))/,
    to: /.{3}/,
  },
  {
    tag: "dissatisfied",
    by: "koe",
    says: /(?:给|为)(?:您|你)(?:带来|造成)[^,。]{0,4}(?:不便|困扰|麻烦|不好|损失)|(?:非常|十分|万分|实在|真的)抱歉|深表歉意/,
    to: COMPLAINS,
  },
  {
    tag: "satisfied",
    by: "koe",
    says: /(?:谢谢|感谢|多谢)(?:您|你|亲)?的?(?:认可|夸奖|好评|肯定|表扬|信任和?认可|喜欢|推荐)|您?(?:满意|喜欢|用得好|高兴|开心)就好|过奖|(?:glad|happy|lovely|great|delighted) (?:to hear|you (?:like|love|enjoy))/,
    to: /.{3}/,
  },
  {
    tag: "churn_risk",
    by: "koe",
    says: /(?:再给|给)(?:我们|小店|咱)?(?:一|个)(?:次)?机会|(?:别|不要)(?:急着)?(?:走|退)|(?:很|非常)?(?:遗憾|可惜)[^,。]{0,6}(?:离开|退|取消|不能)|(?:退款|退货|退订|注销|取消|解约)(?:申请)?(?:已|正在|马上|这就|帮|给|为)|(?:帮|为|给)(?:您|你)(?:办理?|提交|申请)?(?:退款|退货|取消|注销|退订)|sorry to (?:see|hear) you(?:'re| are)? (?:go|leav)|(?:refund|cancellation) (?:is|has been|request)/,
    to: /.{2}/,
  },
];

/** Somebody who only asks, thanks or agrees is not what the answer to them makes of them. */
const ONLY =
  /^(?:谢谢|感谢|好的?|嗯+|ok|收到|在吗|你好|您好|哈+)[,。!~\s]*$|(?:有货|有没有|多少钱|几点|怎么走|在哪)[^,。]{0,6}[?吗]?$|^thanks?[.! ]*$/;

/** An employee who cannot tell what was asked is sorry for that alone. */
const ASKED =
  /[?吗么呢]|多少|什么|哪|怎么|几|有没有|是否|请问|推荐|帮我|想(?:找|要|问|去|了解)|\b(?:what|which|where|how|when|can|could|is there)\b/;

/** So many turns may lie between what was said and who takes it up. */
const SOON = 2;

/**
 * Hears what others' reaction shows of the subject who has just spoken: `我来订大巴` / `算我一个`, `消消气`. `between` counts the turns since; `asked`
 * says whether others had spoken before.
 */
export function reactionsTo(said: Reading | undefined, asked: boolean, between: number, other: Reading): Found[] {
  if (!said || between > SOON) return [];
  const by = other.turn.who === "koe" ? "koe" : "member";
  const { text } = said.clauses;
  if (ONLY.test(text) || (by === "koe" && ASKED.test(text))) return [];
  const reply = other.clauses.text;
  const ofFame = tellsOfFame(text) || tellsOfFame(reply);
  return REACTIONS.filter(
    (r) =>
      r.by === by && (asked || !r.asked) && r.says.test(reply) && r.to.test(text) && !(ofFame && r.ofFame === false),
  ).map(({ tag }) => ({
    tag,
    place: { reading: said, start: 0, end: said.folded.n },
    turn: said.at,
    way: "exchange",
    evidence: `core/reactions/${tag}#exchange`,
    ended: false,
  }));
}
