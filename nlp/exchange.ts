import type { Found, Reading } from "./reading.ts";

const ASKS_ADVICE =
  /[?]|吗|谁(?:知道|懂|会|能|有|用)|有没有(?:人|谁|大佬)|有人(?:知道|懂|用|会|试|[一-鿿]{1,2}过)|有(?:懂|会|用过|试过)|求(?:助|救|教|解|推荐|问|指点|支招|一个|个|大佬|各位)|请教|请问|咋|怎么|如何|多少|多久|多长时间|多(?:远|大|长|高|重|厚|深|宽|快|热)|几|哪|啥|什么|有(?:何|没有?)(?:办法|法子|区别|讲究)|想(?:问|请教|咨询)|要不要|能不能|会不会|行不行|慌不慌|该不该|可不可以|靠谱不|正常不|求(?!婚|饶)|做不做|买不买|换不换|值不值|装不装|选.{1,8}还是|还是.{1,8}好|谁先谁后|边度|点样|停车[^,]{0,4}不$|偏[大小]|\b(?:how|what|which|why|does|do|is|are|can|should|where|any(?:one|body)|who|help|tips?|advice)\b/;
/** What only somebody who tells another what to do, or how a thing is, would say. */
const ADVICE =
  /建议|试试|可以|就行|就好|即可|搞定|直接|先|再|得|要|别|换|调|设|打|拧|拔|插|按|关掉|打开|重启|长按|清|垫|贴|喷|泡|洗|用|找|买|选|去|查|看|放|加|拆|开|左右|一般|正常|不用|不影响|其实|因为|原理|里(?:点|选|面|有)|点(?:一下|开|击|消)|凭|扫|抹|撬|涂|画|到底|反着|紧|松开|过[^,]{0,3}[次回]|[一二两三四五六七八九十半百][^,]{0,2}(?:个月|天|年|小时|分钟|公里|度|块|毛|蚊|码|折|次|斤|克|点|升|毫升|岁|圈|遍|档|格|米|厘米|下)|那[家个间]|间|底下|地下|[东西南北]门|旁边|原因|区别|实测|亲测|我(?:家|的|当时|之前|上次|去年)|之前|官方|手册|说明书|上面|下面|背面|侧面|多半|八成|十有八九|估计是|应该是|肯定是|大概率|不然|否则|千万|尽量|最好|少(?:放|加|吃|用)|多(?:放|加|喝|按|等|练)|帮你|发(?:你|我看)|找出来|\d/;
const NO_ADVICE =
  /(?:还在)?(?:摇摆|纠结|犹豫)(?:了|中|呢|一|好)|^我的(?:吧|$|[,。 ])|^我(?:妹|弟|哥|姐|爸|妈|朋友|同事|老婆|老公)[^,。]{0,4}的(?:$|[,。 ])|^我(?:天天|每天|一直|常年|也常)(?:追|看|刷|关注|玩|泡)|一窍不通|造谣|只会(?:把|给|越|让)|^我(?:可|又|真|也|都|反正)?(?:不(?:玩|去|吃|用|买|养|喝|来|看|打|是|参加|凑)|没(?:票|去|买|空|报|玩|有(?!遇|碰)))|我?(?:真|也|哪)不?懂(?:这|那|啊|呀|$)|门外汉|问错人|^(?:同(?:问|求|款|感|病|蹲)?(?:$|[,。 ])|同问|\+1|蹲|别(?:难过|急|生气|担心|怕|哭|闹|气)(?:$|[,。!~ ](?!先|再|换|把|拿|按|用|看))|抱抱|摸摸|心疼|辛苦|可怜|惨|太惨|没事(?:的|儿|哒|啦|$|[,。])|(?:快|赶紧|那就?)?去(?:医院|看医生|挂号)|好好休息|注意(?:安全|身体|休息)|多(?:喝|休息|保重|穿)|会好|总会|慢慢来|严重吗|真的假的|啊+[,。!]|哇|天哪|我去|卧槽|笑死|保重|早日|怎么了|我也(?:想|不|没|在|是|等|蹲|要)|不知道|不清楚|不懂|没用过|没试过|没研究|不会|好问题|问得好|问(?:客服|群主|老|问|医生|大夫|百度|度娘|官方|厂家|别人)|可能吧|不太|哈哈|恭喜|加油|谢|感谢|收到|好的|ok|稳|厉害|牛|羡慕|求|等|期待|来了|在(?:[,。 ]|$)|顶|mark|码住|凉拌|扔了|随(?:便|你|缘|意)|都行|算了|反正|懒得|我反正|听(?:你|您|天)|无所谓|看心情|你猜|看你|你自己|别(?:抬举|看我|问我|cue|点我)|我(?:哪|真不|就是来)|same|following|no idea|not sure|dunno|idk|good question|congrats|lol|haha|nice|thanks|me too|wondering|wrong person|guilty|算我|天气)/;
/** Signing people up, promising a talk or a guide, and telling of oneself are other roles. */
const OTHER_ROLE =
  /(?:要的|来的|想要的|去的)[^,。]{0,4}(?:登记|报|扣|填|说一?声)|(?<!我)[一二三四五六七八九\d]折|[一二两三四五六七八九十\d][千万]字|共享给|分享给|定日子|踩点|(?:找我|私我|跟我|扣1)[^,]{0,2}(?:登记|报名|报)|报名|接龙|人均|凑够|开(?:课|团|一期|个?(?:语音|直播|小课))|讲起|我(?:统一|统计|来组织|组织|张罗)|(?:写|整理|拍|录|做)(?:出来|成|个|一|篇|好)[^,]{0,8}(?:发群|丢群|传群|放群)|给新人|发群里|散了吧|听你们|我听|懒得|字慢慢看|哈哈|嘿嘿|😂|🤣|\b(?:lol|haha+|jk)\b|\b(?:s?he|they) (?:knows?|should|can|is|will)\b|followers|subscribers/;
const ADVICE_EN =
  /\b(?:try|use|check|set|turn|press|hold|unplug|reset|clean|get|just|you(?:'ll| can| should| need| want| have)|don't|do not|make sure|there's|it's|that's|because|usually|normally|about|around|runs|go|half|forget|download|first|choose|pick|settings|install|tap|click|freeze|iron|soak|rub|sand|bake|fuse|\d+|\d+w|mine|i did|worked|flip|look|swap|take|pull|push|remove|tighten|loosen|lift|add|order|open|close|charge|wait|put|pop|wipe|undo|unscrew|replace|update|ask|avoid|pair|side|under|behind|pinned|code|liters?|litres?|only|never|always)\b|\d/;

/** A plight told in few words asks for advice too (`面包机老塌`). */
const TROUBLE =
  /(?:老|总(?:是)?)(?![师板公婆家人有会能要好])[一-鿿]{1,3}(?:$|[,。?! ])|(?:老|总|一直|又|突然)(?:是)?(?:不|没|发|停|断|卡|掉|塌|晕|响|报错|闪|死机|提示|跳|漏|哭|吐|烧|疼)|没(?:反应|声音?|电|信号|水|热|画面)|(?:打|连|登|开|充|点|放|调|关|装|拆|扫|配|拔|拧|坐|吸|洗|抬|穿|推)不(?:上|了|出|开|着|动|进|亮|起|下|干净|掉|牢)|不(?:出水|制冷|折叠|识别|转|亮|热|动|肯|走|着)|报错|报警|故障|搓泥|有味|[异霉]味|烫手|歪的|卡住|卡了|掉色|起球|就停了|刻度没了|红灯|跳闸|闪屏|黑屏|花屏|死机|漏[水油气电]|丢了|忘了|坏了|断了|看不懂|弄不明白|搞不懂|失灵|堵了|漏了|掉了|发[霉黄绿白黑臭酸软]|变[黄黑硬软味]|裂了|响|缩水|掉毛|起疹|红屁股|便秘|烧到|过敏|坐上去哭|痒|抽筋|卡粉|膝盖[^,]{0,2}(?:响|疼)|闷痘|爆痘|开胶|生锈|发霉|长虫|frozen|\bdown\b|slow|crash|won't|doesn't work|not working|stuck|freez|broken?|leak|squeak|rattl|squeal|dead|died|keeps|itch|rash|\bnever (?:rises?|fits?|starts?|sticks?|closes?|dries?|works?|charges?|holds?)\b/;
const REMEDY =
  /拆(?:下|开)|冲(?:一?冲|洗)|卸(?:下|了)|扣(?:紧|上)|先|再|别|换|关|打开|按|拔|插|清|重启|设置|调|洗|擦|垫|涂|倒|拉到|试试|拧|撬|扫|吹|用|该|烫的|长按|到期|松|取下|泡|喷|抹|多半|八成|十有八九|正常|没事|练|拍个?[^,]{0,4}给我|发(?:来)?我|发过?来|检查|从[^,]{1,6}(?:往|开始|到)|往[^,]{1,3}(?:拨|拽|拉|推|转|拧)|遮|晒|晾|垫|间隙|冻|烤|蒸|煮|埋|刮|敲|拽|拨|抠|剪|磨|浇|施|看看|给(?:个|它|他)|要(?:开|等|看)|\b(?:try|hold|turn|press|reset|forget|unplug|clear|restart|switch|check|flip|there's|grease|clean|swap|lift|pull|replace|update|tighten|re-add|remove)\b/;
const PLIGHT = { zh: 28, en: 60 };

/** So many of the members' last turns may hold the question that is answered; banter may stand between. */
const WINDOW = 3;

/**
 * Hears in a group chat that the subject answered another member with something to go by. `members` are what others said, the last one last.
 * Congratulations, asking along and answers about oneself alone are none. `since` holds those said since the subject last spoke.
 */
export function answeredOthers(reading: Reading, members: readonly Reading[], since = NOBODY): Found[] {
  if (members.length === 0 || !isSubstantial(reading) || isOfFame(members, reading)) return [];
  return members
    .slice(-WINDOW)
    .some((asked) => !(since.includes(asked) && isRemark(asked)) && isAnswered(asked, reading))
    ? [roleIn(reading, "helpful_answerer")]
    : [];
}

const NOBODY: readonly Reading[] = [];

/** So few words, said to what the subject has just told, are about that (`又出去?`, `练的?`). */
const isRemark = ({ clauses: { text } }: Reading): boolean =>
  text.length <= REMARK && !ASKS_PLAINLY.test(text) && (/^[你又]/.test(text) || !/求|怎么|咋|哪|推荐|牌/.test(text));
const REMARK = 6;

/** A short word or a question back (`电瓶几年了`) leaves what was asked open. */
export const asksBack = ({ folded, clauses: { text } }: Reading): boolean =>
  folded.n < LEAST || /[?吗]\s*$|几|多[久大少]|什么|啥|哪/.test(text);
const LEAST = 8;

/** Long enough to hold advice, and neither small talk nor a question of its own. */
function isSubstantial({ lang, folded, clauses: { text } }: Reading): boolean {
  if (NO_ADVICE.test(text) || OTHER_ROLE.test(text) || /[?吗]\s*$/.test(text)) return false;
  return lang === "zh" ? folded.n >= LEAST : text.split(" ").length >= 4;
}

function isAnswered({ clauses: { text: question }, turn }: Reading, { clauses: { text }, lang }: Reading): boolean {
  if (turn.who === "koe" || OF_THE_DAY.test(question) || ASKS_MORE_OF_IT.test(question)) return false;
  if (QUIZZES.test(question) || (HE.test(question) && !ASKS_HOW.test(question))) return false;
  const troubled =
    question.length <= PLIGHT[lang] && !ASKS_AFTER_ONE.test(question) && TROUBLE.test(question) && REMEDY.test(text);
  if (troubled) return true;
  if (!ASKS_ADVICE.test(question) || (isAboutMembers(question) && !ASKS_HOW.test(question))) return false;
  if (REPROACHES.test(text)) return false;
  const put = question.replace(SOFTENED, "");
  if (ASKS_PLAINLY.test(put)) return true;
  if (OF_PERSONS.test(put) && !ASKS_HOW.test(put)) return false;
  return (lang === "zh" ? ADVICE : ADVICE_EN).test(text);
}

/** Films, songs and stars are talked of, not advised on, unless somebody wants one to watch (`求推荐`). */
function isOfFame(members: readonly Reading[], { clauses: { text } }: Reading): boolean {
  const last = members.slice(-LATELY).map(({ clauses }) => clauses.text);
  if (last.slice(-WINDOW).some((t) => WANTS_ONE.test(t))) return false;
  return tellsOfFame(text) || last.some((t) => FAME.test(t));
}
/** Whether words tell of a film, a song, a star, or of some other he or she. */
export const tellsOfFame = (text: string): boolean => HE.test(text) || FAME.test(text);
const LATELY = 5;
const WANTS_ONE = /求|推荐|安利|有没有(?:人|好|什么)|有啥好|片荒|剧荒|书荒|追什么|看什么/;
const FAME =
  /专辑|歌手|歌词|导演|[主领]演|演员|演技|饰演|出演|上映|票房|编剧|影片|影星|巨星|女神|男神|电影[节奖]|[这那]部(?:电影|片|剧|戏|作品)|[这那]首|唱片|发行|出道|乐队|曲风|[作填]词|作曲|代表作|获(?:得|奖)|得(?:过|了)[^,]{0,6}奖|最佳|成名|制片|原著|配音|出生(?:于|在|的)|年出生|哪年(?:出生|成立|生)|收录|电影(?![院票])|唱的|词曲|世界杯冠军|\b(?:movie|film|album|actor|actress|singer|director|starring|grammy|oscar)\b/;
const HE = /^(?:那|哦|噢|对了|嗯|是|因为|是因为)?[, ]*[他她](?!们?(?:家|店|那|这)|[妈爸])/;
/** Wants to hear whether one has heard of it. */
const QUIZZES =
  /^(?:那|对了|嗯|哦)?,?(?:知道|听过|听说过|看过|认识|了解|晓得|记得)(?![^?]*(?:怎么|咋|如何|哪|多少|几))[^,?]{1,24}(?:吗|么|嘛|不)\??$/;
/** Wants assent to what was just said, and asks nothing. */
const SOFTENED =
  /(?:好吗|好不好|行不行|知道吗|知道不|你说是吧|还用问吗|求求|求你|叫什么|多少(?:给|留|吃|喝|也|得|有点))/;
/** The members themselves and what is between them. */
const OF_PERSONS =
  /我(?!家|的|这|那|想[问请]|该|要不要|买|用|换|装)|咱|人家|[他她您]|还不[是就]|不[是就][^,?]{2,12}吗|[没有]什么|什么(?:也|都|呢)|干嘛|干什么|怎么(?:呢|了|又|还|不|突然|这么|那么|可能)|凭什么|谁让/;
const REPROACHES =
  /^(?:那)?[你您](?!可以|先|得|要|再|试|看|换|用|买|去|找|按|按一下|点|打开|关|拿|把|直接|最好|应该|这(?:个|种|台|是|款)|那(?:个|种|台|是|款)|家|们|自己|别|加|放|选|需要|就)|凭什么|干嘛|干什么|什么意思|怎么(?:这么|那么|还|又|不|可能|突然)|谁让|不就是?|^我(?:是)?(?:想|就想|求|求求)|^再怎么|^不至于|不是[^,]{1,14}吗?$|是不是/;

/** Wants to hear more of what the subject has just told of themselves (`啥涨了`, `看中哪个`). */
const ASKS_MORE_OF_IT =
  /^(?:哇|咦|啊|哦|嗯)?[, ]*(?:(?:啥|什么)(?!牌|型|店|链|价|办|方法|东西好|胎|油|原因)[^,。?]{0,3}|咋[了啦]|怎么了|为啥|为什么|真的(?:吗|假的)?|看(?:中|上)(?:哪|了?啥|了?什么)[^,。?]{0,2}|哪天|啥时候|什么时候|然后呢|后来呢|结果呢|咋样|怎么样|换啥了?)[啊呀呢]?\??(?: [^,。?]{1,4}\??)?$/;

/** A question after the one who answers, their health and doings (`你是不是有喜啦 最近老吃酸的`), is no plight. */
const ASKS_AFTER_ONE = /你(?:是不是|最近|咋了|怎么了|又|俩|们俩|跟)/;

/** Where a thing is asked about outright, whatever else is said in reply answers it. */
const ASKS_PLAINLY =
  /谁(?:知道|懂|会|清楚|弄过|用过|办过|试过)|有没有人(?:知道|懂|用过|试过|办过)|有人(?:知道|懂|用过|试过|办过|会)|有(?:懂|会|用过|试过|办过)|求(?:助|教|解|推荐|问|指点|支招|大佬|各位)|请教|请问|(?:能|可以|会|好|用|要|需要)[^,?]{0,8}(?:不|吗|么)(?:\?|$)|(?:怎么|咋|如何)[^,?]{0,10}(?:弄|办|选|挑|装|洗|修|调|治|去|清|拆|换|用|养|存|练|做|退|设|除|防|救)|(?:哪[里儿家种款个]|什么牌子|啥牌子|几月|几号|多少[^,?]{0,3}(?:度|克|斤|钱|公里|胎压)|几(?:岁|度|个月|分钟|遍)|多久[^,?]{0,4}(?:一次|换|洗|做|保养)|想请教|想问一?下?(?:怎|咋|这|$))|\b(?:how (?:do|can|to|long|much|often)|where(?:'s| is| can| do)|which|what(?:'s| is)? (?:the|a|psi|oil|size)|does anyone|anyone (?:know|tried|used))\b/;
/** Where a file is, which plates may not drive today: whoever was there could tell. */
const OF_THE_DAY =
  /wi-?fi|密码|取件码|验证码|门禁|口令|快递(?!柜|改|怎|咋)|驿站|群文件|群公告|接龙|限(?:号|哪|行)|厕所|卫生间|停[水电](?!怎|咋)|红包|集合|点名|签到|电梯|食堂|下雨|堵不堵|\b(?:password|passcode|code for|parcel|the link|what time|toilet|loo|car park)\b/;

const ASKS_HOW =
  /咋[办整]|怎么办|怎么(?:谈|弄|办|选|挑|装|洗|修|调)|哪[种款个]|如何|谁先谁后|求[^,]{1,8}(?:名|推荐|主意|链接|方法)|\bstuck\b/;

/** A question about the members themselves (`群里谁用的老款`) is answered by a fact about oneself, which helps nobody. */
function isAboutMembers(question: string): boolean {
  return /^(?:开|飞|坐|走|骑|跑)(?:回|去|到)[^,。?]{0,4}\?|^[^,。?]{1,4}(?:咋|怎么)了\??$|群里(?:有没有(?!人?(?:知道|懂|会|用过))|谁(?!知道|懂|会|能|清楚|有经验|研究)|有(?!人?(?:知道|懂|会|用过)))|谁(?!知道|懂|会|能|清楚|有经验|研究)|你|大家(?:都|平时|周末|晚上|今|明)|听说|(?:有人带|谁带|有人教|谁教|负责|牵头|张罗|组织)[^,?]{0,4}(?:吗|么|\?|$)|语音聊|讲得|(?:能不能|可不可以|能)给?[^,?]{0,6}(?:讲讲|讲一?讲|分享|开一?课|带带)|(?:定|约|改)(?:在|到)?(?:周|礼拜|星期|明|后天|下周|今晚)[^,?]{0,6}(?:行|可以|咋样|怎么样|好)|啥时候?再|(?:破|鬼)?天(?:气|啥|什么)|放晴|带(?:伞|饭|家属|钱)|(?:团建|聚会|聚餐|集合|出发|活动|开饭|开会|直播|比赛|球)[^,?]{0,4}(?:几点|哪天|啥时|什么时候)|(?:几点|哪天|啥时候?)[^,?]{0,3}(?:团建|聚|集合|出发|开始|开饭)|吃(?:啥|什么)|干(?:啥|嘛)|(?:国庆|周末|假期|过年|五一|端午|中秋|元旦|暑假|寒假|今晚|晚上|明天)[^?]{0,4}(?:去|干|玩|吃|过|回)|要不要(?:拉|去店|闹|维权|一起|去)|拉横幅|老师怎么看|官方(?:回|说)|^[^?,]{0,6}(?:定|买|到|提|升|换|装|去|走|回|吃|睡|起|搬|拿|签)了?(?:吗|没|么|不)[啊呀呢]?\??\s*$|(?:明|后)天[^?]{0,6}(?:几点|哪|去|来|有空|一起|咋走)|(?:怎么|咋|如何)(?:安排|过)|(?:周末|今晚|周[一二三四五六日]|礼拜[一二三四五六天日])[^?]{0,8}(?:几点|住哪|一起|打球|来不|行吗|有空|去不)|几号放|^有[^,?]{1,12}的(?:吗|么|没)(?![^?]*(?:咋|怎|多久|请教|求))|^(?:still|where'?d you|what'?d you|how was)\b|\byou (?:guys )?(?:free|around|going|coming|back|home|up|lose|lost|been)\b|(?:who|anyone|anybody)(?:'s| is| was| else| here| has| going| wants| in\b)|are you|who (?:should|will|wants|is|'s)|do you (?:live|work|have|own|like|post)|where are|\b(?:on|for|with|to) yours\b|\bdid you (?:get|go|end|settle|do|pick|choose) (?:in|for|up|on|with|this|last|over|yesterday)|did you do\b|what(?:'s| is) next\b|\bis (?:that|this|it) your\b|\bwho (?:won|scored|lost|came)\b/.test(
    question,
  );
}

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
  return [roleIn(reading, "opinion_leader")];
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
  return asked.some((a) => a.turn.who !== "koe" && ASKS_VERDICT.test(a.clauses.text))
    ? [roleIn(reading, "opinion_leader")]
    : [];
}
const VERDICT = 60;

/** The whole turn shows a role in the group. */
const roleIn = (reading: Reading, tag: "helpful_answerer" | "opinion_leader"): Found => ({
  tag,
  place: { reading, start: 0, end: reading.folded.n },
  turn: reading.at,
  way: "exchange",
  evidence: `core/community/${tag}#exchange`,
  ended: false,
});
