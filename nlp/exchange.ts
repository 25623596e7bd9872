import type { Found, Reading } from "./reading.ts";

/** Whether words tell of a film, a song, a star, or of some other he or she. */
export const tellsOfFame = (text: string): boolean => HE.test(text) || FAME.test(text);
const FAME =
  /专辑|歌手|歌词|导演|[主领]演|演员|演技|饰演|出演|上映|票房|编剧|影片|影星|巨星|女神|男神|电影[节奖]|[这那]部(?:电影|片|剧|戏|作品)|[这那]首|唱片|发行|出道|乐队|曲风|[作填]词|作曲|代表作|获(?:得|奖)|得(?:过|了)[^,]{0,6}奖|最佳|成名|制片|原著|配音|出生(?:于|在|的)|年出生|哪年(?:出生|成立|生)|收录|电影(?![院票])|唱的|词曲|世界杯冠军|\b(?:movie|film|album|actor|actress|singer|director|starring|grammy|oscar)\b/;
const HE = /^(?:那|哦|噢|对了|嗯|是|因为|是因为)?[, ]*[他她](?!们?(?:家|店|那|这)|[妈爸])/;

const FOLLOWS =
  /听[他她](?:的|一句)(?:没错|准没错|就对|准|$)|听(?:你|您|老哥|大哥|大佬|大神|老师|[^我老小群他她]哥|[^我老小群他她]姐)的|(?:按|照)(?:你|您|师兄|老师)(?:上次|上回|之前)?(?:说|讲|列|推荐|给)|你(?:上次|上回|之前)?(?:说|推荐)(?:的|别|等|买|换|不)[^,?]{0,10}(?:了|我们|果然|就|我)|跟(?:着|定)?(?:你|您|大姐大|大佬|大神|大哥|老师)(?:走|买|冲|混|了|$|[,。!~])|跟(?:着|定)(?:你|您)(?!说|讲|聊|去|来|一起)|(?<![跟和对给])你(?:说|定|选)[^,?]{0,6}我们?就|你(?:不发话|不买|不开口|发话|拍板|表态|点头|带头|说句话)|(?:大佬|大神|老师|师太|大哥|老大)(?:发话|一?开口|表态)|(?:等|蹲|听听)(?:你|您|老师|大佬|他)(?:的)?(?:结论|表态|测评|意见|分析|一句|拍板|$)|被你(?:种草|安利|说服|劝)|(?:你|您)(?:一句话顶|有说服力|说得对,|全说中|眼光)|(?<!客)服(?:你|气)|(?:唯你|以你)(?:马首|为准)|就等你|听你劝|看(?:你|他|姐|哥|老师|大佬)(?:怎么|选|定)|风向[^,]{0,4}你|你怎么选我|冲你(?:这|的|面子|$|[,。!~])|一锤定音|师兄话|你(?:定|拍板|说|讲)[^,?]{0,3}(?:我们|大伙|大家)?都?(?:跟|听|信)|(?:大伙|大家|我们|群里|我)(?:都|就|只)(?:信|听|认|跟|服)(?:你|您|@)|(?:我)?只信(?:你|您)|(?:大神|大佬|大咖|大拿|老师|师傅|群主|带头人?|老大|[周李王谭陈张刘杨赵吴]哥|[周李王谭陈张刘杨赵吴]姐|[周李王谭陈张刘杨赵吴]老师)[^,?]{0,2}(?:发|说|给)(?:个|句)?话|等(?:你|您|他|老?[周李王谭陈张刘杨赵吴](?:哥|姐|老师|工)?)(?:这|那|的|一)?(?:句|个)?(?:信儿?|准信|话|发话|开口|表态|拍板)|(?:你|姐|哥|您)(?:用|买|选|吃|穿|换)(?:啥|什么|哪[个款])我们?(?:就)?(?:用|买|选|吃|穿|换|跟)|(?:按|照|抄)(?:着)?(?:你|您)的(?:清单|作业|方案|表|推荐|配置|攻略)|(?:你|姐|哥|您)(?:的)?(?:清单|作业|推荐|避雷表)[^,?]{0,4}(?:抄|照|跟|买)|跟团跟团|(?:你|您|姐|哥)的?(?:测评|结论|话|帖子|视频|一)[^,?]{0,6}(?:出|发|说)[^?]{0,10}(?:撤|退|下单|买|换|冲)|你(?:敢)?(?:买|换|选|冲|退|上|定|入)[^,?]{0,3}(?:我|我们)(?:就|也|跟)|你(?:给|帮)?(?:大家|我们|咱们?|大伙)?拿(?:个)?主意|(?:你|姐|哥|您)(?:推|安利|种草|带|晒|选)(?:荐)?的[^,?]{0,4}(?:都)?(?:买|入|跟|没踩|没翻|没错)|跟(?:着)?你[^,?]{0,4}(?:没|从没|从来没)(?:翻|踩|错)|(?:我|我们)(?:也是|都是|就是)(?:照|跟|学)着?(?:你|他|她)的?(?:来|弄|买|装)|(?:你|姐|哥|您)(?:家)?(?:用|买|选|吃|穿|开)(?:啥|什么|哪[个款])我(?:就|也)|(?:幸亏|多亏|还好|幸好)(?:你|姐|哥|您)(?:说|提醒|拦|劝|测)|唔?(?:你|您)講咩我都信|你讲咩我都信|@[^ ,]{1,6} ?(?:大神|大佬|老师)[^,]{0,10}(?:你说|您说|怎么看|咋看|给个|升不升|买不买|换不换)/;
const FOLLOWS_EN =
  /you(?:'ve)? convinced me|say no more|(?:bought|ordered|switched|cancell?ed|ordering|buying)[^.]{0,30}(?:because of you|on your (?:word|advice|recommendation)|as you said|same as you|purely on your)|(?:waiting|wait) for your (?:verdict|take|word|opinion)|as you said|your (?:word|verdict) (?:is|was|settles)|following your|if you say so|you're the reason|trust your|(?:i|we) only (?:trust|buy|believe)|bought all (?:of them|three|four|your)|copying your|(?:holding off|waiting|wait) (?:till|until) you|whatever you (?:buy|pick|say|get)|if you (?:say|think|rate|reckon)[^.]{0,20}(?:i'm in|im in|i'll|we'll|good enough|sold|count me)|(?:we|i|everyone) (?:always |all |usually |just )(?:go with|goes with|follow|buy|copy|end up with)[^.]{0,20}\byou\b|you(?:'ve| have)? (?:never|not once|haven't) (?:steered|been wrong|let us)/;
const NOT_LEADING =
  /^(?:我也|同|没(?:看法|意见)|不知道|不清楚|听|跟(?!着走|我|吧)|谁|哈+$|好的?$|no idea|same)|别听我|[?吗]\s*$/;

/**
 * Hears in a group chat that another member goes by the subject's word (`听你的,我也订了`): said to what the subject then answers with a view or a
 * nod, or to what the subject has just said.
 */
export function followedByOthers(reading: Reading | undefined, member: Reading | undefined): Found[] {
  if (!reading || !member || member.turn.who === "koe") return [];
  const { text } = reading.clauses;
  const follows = member.clauses.text;
  if (!(member.lang === "zh" ? FOLLOWS : FOLLOWS_EN).test(follows) || NOT_LEADING.test(text)) return [];
  if (tellsOfFame(text) || tellsOfFame(follows)) return [];
  return [leads(reading)];
}

/** Members ask which, whether or what the subject thinks … */
const ASKS_VERDICT =
  /还是|纠结|[^,]不[^,]{0,3}$|(\p{Script=Han})不\1|要不要|能(?:买|升|换|入|冲|囤|囤货|用|上|选|去|装|吃|跟)(?:吗|不)|值(?:得|不值)|该不该|怎么看|咋看|你(?:说|觉得|看)|等你|咋整|咋办|怎么办|听[^,]{1,4}(?:安排|的|说)|看[^,]{1,4}(?:怎么|咋)|求(?:个)?(?:准话|主意|结论)|(?:hold|wait|worth it|yes or no|buy or|or not|thoughts|verdict|should (?:i|we))/u;
/** … and do as it then says. */
const OBEYS =
  /^(?:得嘞|得(?=不|下|冲|退|撤|等)|好嘞?|行|懂|收到|遵命|明白|ok|懂了|那|妥|安排|\+1|听劝|done|right|sorted|say no more)?[,。!~ ]*(?:我)?(?:马上|这就|已经?|立马|果断|直接|就|也|那就)?(?:下单|冲|退|删|删购物车|撤单|不(?![错好行对是会要客必急懂知]|用(?:谢|客气|感))[一-鿿]{1,2}(?=了|$|[,。!])|不升|不买|不换|不装|不去|不签|不退|跟|定|拔草|取消|换|买|入|订|撤|散|装|升|等|ordered|ordering|cancell?(?:ed|ing)|bought|buying|skipping|waiting)(?:了|啦|掉|$|[,。! ]|散了|\b)/;

/** A verdict that was asked for and is then followed: `选A还是B` / `A吧` / `得嘞 下单了`. */
export function obeyedByOthers(reading: Reading | undefined, asked: readonly Reading[], member: Reading): Found[] {
  if (!reading || member.turn.who === "koe" || !OBEYS.test(member.clauses.text)) return [];
  const { text } = reading.clauses;
  if (text.length > VERDICT || NOT_LEADING.test(text)) return [];
  return asked.some((a) => a.turn.who !== "koe" && ASKS_VERDICT.test(a.clauses.text)) ? [leads(reading)] : [];
}
const VERDICT = 60;

/** The whole turn shows a role in the group. */
const leads = (reading: Reading): Found => ({
  tag: "opinion_leader",
  place: { reading, start: 0, end: reading.folded.n },
  turn: reading.at,
  way: "exchange",
  evidence: "core/community/opinion_leader#exchange",
  ended: false,
});
