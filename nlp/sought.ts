import { clausesOf } from "./exchanges.ts";
import type { Reading } from "./reading.ts";

/** Looks for somebody among several: whoever steps forward says of themselves what was looked for. */
const SEEKS = {
  zh: /(?:^|[,。?! ])(?:请问|求问|问一?下|统计一?下|想问一?下|弱弱问一?句)?[,。 ]*(?:咱们?|我们|这个?)?(?:群里?|这里|各位|大家|家人们|兄弟们|姐妹们|楼里|小区)?(?:里面|中|都)?(?:还)?(?:有没有(?:人|谁|哪位|朋友|小伙伴|姐妹|兄弟|大佬|群友|同学)?(?:也)?|有(?=[^,。?!]{1,14}(?:吗|么|没|不|嘛|的?\?))(?:人|谁)?(?:也)?|谁(?:也|家|跟我一样)?|哪(?:些|位|几位)(?:人|朋友|群友|小伙伴)?(?:也)?)([^,。?! ]{2,16})/,
  en: /\b(?:any(?:one|body)(?: else)?(?: in here| here| in this group)?|who(?: else)?(?: in here| here)?|any(?= \w+s\b))(?: actually| also| happen to be| a| an)? ([^,.?!]{3,40})/,
} as const;
/** `合肥的举个手`: calls them to step forward. */
const CALLED =
  /(?:^|[,。 ])(?:咱们?|群里|小区)?([^,。?! ]{2,10}的)(?:朋友|家人|姐妹|兄弟|伙伴)?们?都?(?:举个?手|冒个?泡|扣1|报个?到|吱一?声|出来|集合|来报)/;
const TAIL = /(?:(?<=的)(?:人|小?伙伴|朋友|群友|姐妹|兄弟|同学|家人))?(?:吗|么|没有?|不|嘛|啊|呀|呢|哈|呐)*$/;
/** Looks for a thing, for help, or for somebody to do something, not for what somebody is. */
const FOR_HELP =
  /知道|懂|会(?!计)|能|要|想|去|来|推荐|教|帮|借|卖|出(?!租)|拼|团|牵头|组织|负责|统计|记得|看到|看见|见过|说|货|链接|优惠|办法|方法|攻略|事|空|时间|问题|兴趣|know|help|want|can|could|recommend|tips|idea|fancy|going|up for|lend|selling|spare|seen|tried/;

/** What a question looks for among the members, as one of them would say it of themselves; empty where it looks for nobody. */
export function soughtIn(reading: Reading): string {
  const { lang } = reading;
  const asked = clausesOf(reading).join(" ");
  const sought = (lang === "zh" ? CALLED.exec(asked)?.[1] : undefined) ?? SEEKS[lang].exec(asked)?.[1];
  if (!sought || FOR_HELP.test(sought)) return "";
  if (lang === "en") return asOneself(sought);
  const of = sought.replace(TAIL, "");
  if (of.length < 2) return "";
  return /^(?:是|在|做|当|养|住|开|用|干|有|带|玩|跑|从事|坐|骑|刚|也|生|怀|学|考|教|卖|搞)/.test(of) && !/的$/.test(of)
    ? `我${of}`
    : `我是${of.replace(/^是/, "")}${/^(?:生|怀|养|住|开|做|学|考|教|卖|搞|干|跑|娃|孩子|家里).+的$/.test(of) ? `,我${of.slice(0, -1)}` : ""}`;
}

const asOneself = (sought: string): string =>
  /^(?:work|live|own|drive|have|keep|play|run|teach|use|do|got|like|love)/.test(sought)
    ? `i ${sought}`
    : `i am a ${sought.replace(/^(?:is|are|was|were|who is|who are)(?: an?)? /, "").replace(/s$/, "")}`;

/** Whether somebody says that they are the one looked for. */
export function steps(reading: Reading): boolean {
  const text = clausesOf(reading).join(" ");
  return STEPS.zh.test(text) || STEPS.en.test(text);
}
const STEPS = {
  zh: /^[\s,.!~哈嘿嗯]*(?:(?:我{1,4}|俺|在下|本人|咱)(?:就是|是|家|也是|在|正是|算一个|呀|啊)?(?:[,。!~ ]|$)|有我|举(?:个)?手|\+ ?1|1$|有有|有的?(?:[,。! ]|$)|在的?(?:[,。! ]|$)|报到|在此|算我|是我|这(?:里|儿)呢?(?:[,。! ]|$)|(?:干|做|开|卖|搞|弄|跑|教)[^,。不没]{1,4}的(?:[,。! ]|$)|🙋|✋|🖐|泡(?:[,。 ]|$))/u,
  en: /^(?:me\b(?! (?:neither|too late))|guilty|i am\b|i do\b|that's me|that would be me|yo\b|twice\b|right here|here\b|present|hi\b|🙋|✋|yep|yes|over here)/,
};
