import type { Found, Reading } from "./reading.ts";

const ASKS_ADVICE =
  /[?]|吗|谁(?:知道|懂|会|有|用)|有没有人|有人(?:知道|懂|用|会)|求助|请教|请问|咋|怎么|如何|多少|几|哪|啥|什么|要不要|能不能|会不会|行不行|靠谱不|正常不|求(?!婚|饶)|做不做|买不买|换不换|值不值|装不装|边度|点样|停车[^,]{0,4}不$|偏[大小]|\b(?:how|what|which|why|does|do|is|are|can|should|where|any(?:one|body)|who)\b/;
const ADVICE =
  /建议|试试|可以|就行|就好|即可|搞定|直接|先|再|得|要|别|换|调|设|打|拧|拔|插|按|关掉|打开|重启|长按|清|垫|贴|喷|泡|洗|用|找|买|选|去|查|看|放|加|拆|开|左右|一般|正常|不用|不影响|其实|因为|原理|里(?:点|选|面|有)|点(?:一下|开|击|消)|凭|扫|抹|撬|涂|画|到底|反着|紧|松开|过[^,]{0,3}[次回]|[一二两三四五六七八九十半百][^,]{0,2}(?:个月|天|年|小时|分钟|公里|度|块|毛|蚊|码|折|次)|那[家个间]|间|底下|地下|[东西南北]门|旁边|原因|区别|实测|亲测|我(?:家|的|当时|之前|上次|去年)|之前|官方|手册|说明书|\d/;
const NO_ADVICE =
  /^(?:同问|\+1|蹲|别(?:难过|急|生气|担心|怕|哭|闹|气)|抱抱|注意安全|多喝|保重|早日|怎么了|我也(?:想|不|没|在|是)|不知道|不清楚|不懂|没用过|好问题|问得好|问(?:客服|群主|老)|可能吧|不太|哈哈|恭喜|加油|谢|感谢|收到|好的|ok|稳|厉害|牛|羡慕|求|等|期待|来了|在|顶|mark|码住|same|following|no idea|not sure|dunno|idk|good question|congrats|lol|haha|nice|thanks|me too|wondering)/;
const ADVICE_EN =
  /\b(?:try|use|check|set|turn|press|hold|unplug|reset|clean|get|just|you (?:can|should|need|want|have)|don't|do not|make sure|it's|that's|because|usually|normally|about|around|runs|go half|turn|forget|hold|\d+|mine|i did|worked)\b/;

/** A plight told in few words asks for advice too (`面包机老塌`). */
const TROUBLE =
  /(?:老|总|一直|又|突然)(?:是)?(?:不|没|停|断|卡|掉|塌|晕|响|报错|闪|死机|提示|跳)|没(?:反应|声音?|电|信号|水|热|画面)|(?:打|连|登|开|充|点|放|调|关|装|拆|扫|配)不(?:上|了|出|开|着|动|进|亮|起)|不(?:出水|制冷|折叠|识别|转|亮|热|动)|报错|搓泥|有味|[异霉]味|烫手|歪的|卡住|掉色|起球|就停了|刻度没了|红灯|frozen|won't|doesn't work|not working|stuck|freez/;
const REMEDY =
  /先|再|别|换|关|打开|按|拔|插|清|重启|设置|调|洗|擦|垫|涂|倒|拉到|试试|拧|撬|扫|吹|用|该|烫的|长按|到期|松|取下|\b(?:try|hold|turn|press|reset|forget|unplug|clear|restart|switch|check)\b/;
const PLIGHT = 24;

/**
 * Hears in a group chat that the subject answered another member with something to go by. Congratulations, asking along and answers about oneself
 * alone are none.
 */
export function answeredOthers(reading: Reading, asked: Reading | undefined): Found[] {
  if (!asked || asked.turn.who === "koe") return [];
  const { text } = reading.clauses;
  if (NO_ADVICE.test(text) || /[?吗]\s*$/.test(text)) return [];
  const question = asked.clauses.text;
  const troubled = question.length <= PLIGHT && TROUBLE.test(question) && REMEDY.test(text);
  if (!ASKS_ADVICE.test(question) && !troubled) return [];
  if (isAboutMembers(question) && !ASKS_HOW.test(question)) return [];
  const long = reading.lang === "zh" ? reading.folded.n >= 9 : text.split(" ").length >= 5;
  if (!long || !(troubled || (reading.lang === "zh" ? ADVICE : ADVICE_EN).test(text))) return [];
  return [roleIn(reading, "helpful_answerer")];
}

const ASKS_HOW =
  /怎么(?:谈|弄|办|选|挑|装|洗|修|调)|哪[种款]|如何|谁先谁后|求[^,]{1,8}(?:名|推荐|主意|链接|方法)|\bstuck\b/;

/** A question about the members themselves (`群里谁用的老款`) is answered by a fact about oneself, which helps nobody. */
function isAboutMembers(question: string): boolean {
  return /群里(?:有没有|谁|有)|谁(?!知道|懂|会|能|清楚|有经验|研究)|你|大家(?:都|平时|周末|晚上|今|明)|听说|(?:国庆|周末|假期|过年|五一|端午|中秋|元旦|暑假|寒假|今晚|晚上|明天)[^?]{0,4}(?:去|干|玩|吃|过|回)|(?:who|anyone|anybody)(?:'s| is| was| else| here| has| going| wants| in\b)|are you|do you (?:live|work|have|own|like)|where are/.test(
    question,
  );
}

const FOLLOWS =
  /听(?:你|您|老哥|大哥|大佬|大神|老师|[^我老小群他她]哥|[^我老小群他她]姐)的|(?:按|照)(?:你|您|师兄|老师)(?:上次|上回|之前)?(?:说|讲|列|推荐|给)|你(?:上次|上回|之前)?(?:说|推荐)(?:的|别|等|买|换|不)[^,?]{0,10}(?:了|我们|果然|就|我)|跟(?:着|定)?(?:你|您|大姐大|大佬|大神|大哥|老师)(?:走|买|冲|混|了)?|你(?:说|定|选)[^,?]{0,6}我们?就|你(?:不发话|不买|不开口|发话|拍板|表态|点头|带头|说句话)|(?:大佬|大神|老师|师太|大哥|老大)(?:发话|一?开口|表态)|(?:等|蹲|听听)(?:你|您|老师|大佬|他)(?:的)?(?:结论|表态|测评|意见|分析|一句|拍板|$)|被你(?:种草|安利|说服|劝)|(?:你|您)(?:一句话顶|有说服力|说得对,|全说中|眼光)|服(?:你|气)|(?:唯你|以你)(?:马首|为准)|就等你|听你劝|看(?:你|他)(?:怎么|选|定)|风向[^,]{0,4}你|你怎么选我|冲你|一锤定音|师兄话/;
const FOLLOWS_EN =
  /you(?:'ve)? convinced me|say no more|(?:bought|ordered|switched|cancell?ed|ordering|buying)[^.]{0,30}(?:because of you|on your (?:word|advice|recommendation)|as you said|same as you|purely on your)|(?:waiting|wait) for your (?:verdict|take|word|opinion)|as you said|your (?:word|verdict) (?:is|was|settles)|following your|if you say so|you're the reason|trust your/;
const NOT_LEADING = /^(?:我也|同|没(?:看法|意见)|不知道|不清楚|听|跟|谁|哈+$|好的?$|no idea|same)|别听我|[?吗]\s*$/;

/**
 * Hears in a group chat that another member goes by the subject's word (`听你的,我也订了`): said to what the subject then answers with a view or a
 * nod, or to what the subject has just said.
 */
export function followedByOthers(reading: Reading | undefined, member: Reading | undefined): Found[] {
  if (!reading || !member || member.turn.who === "koe") return [];
  const { text } = reading.clauses;
  if (!(member.lang === "zh" ? FOLLOWS : FOLLOWS_EN).test(member.clauses.text) || NOT_LEADING.test(text)) return [];
  return [roleIn(reading, "opinion_leader")];
}

/** The whole turn shows a role in the group. */
const roleIn = (reading: Reading, tag: "helpful_answerer" | "opinion_leader"): Found => ({
  tag,
  place: { reading, start: 0, end: reading.folded.n },
  turn: reading.at,
  way: "exchange",
  evidence: `core/community/${tag}#exchange`,
  ended: false,
});
