import type { Question } from "./answers.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading } from "./reading.ts";

/** What was presumed is over: `回老家了`, `去年没了`, `that's done`. */
const OVER =
  /(?:没|走|送人|分|离|散|卖|黄|关|退|辞|掰|搬走|搬出去|回老家|回乡下?|回去|毕业|丢|过世|去世|不在|长大|换|结束|戒|停|裁|失业|破产|倒闭|转行|下岗)(?:掉|光|手|婚|开)?[了咯啦喽]|送[^,。!?]{1,4}养|\b(?:passed|gone|moved out|left|quit|sold|over|stopped|graduated|closed|broke up|split|retired)\b/;

/** Whether the first words say yes or no; an answer that takes up the question's verb says yes too. */
export function stanceOf(knowledge: Knowledge, reading: Reading, question: Question): "yes" | "no" | "neither" {
  const words = knowledge.scope[reading.lang];
  const { text, clauseAt } = reading.clauses;
  const first = text.slice(0, clauseAt[1] ?? text.length).replace(/[,。!?~.\s]+$/, "");
  if (words.deny.test(first) || (question.presumes && OVER.test(first))) return "no";
  if (words.affirm.test(first)) return "yes";
  if (reading.lang === "zh") {
    if (/早?(?:就)?(?:不|没).{0,6}了/.test(first)) return "no";
    if (
      /^(?:经常|常年|天天|老是|总是|每周|每个?月|一直|太?多了|可多了|多着|一个月|一年到头|隔三差五|家常便饭)/.test(
        first,
      )
    )
      return "yes";
    const verb = /^(?:早就?|刚刚?|已经|也|都|还|正|在|一直)*(.)/.exec(first)?.[1];
    if (
      verb &&
      first.length <= 8 &&
      !/[我你他她不没别]/.test(first) &&
      question.tags.some((tag) => (tag.asked || tag.span.length <= 4) && tag.span.includes(verb)) &&
      /[了着过的呢啦咯喽]|在/.test(first)
    )
      return "yes";
    if (HOW_OFTEN.test(first) || echoes(first, question.text)) return "yes";
  } else if (
    /^(?:all the time|every (?:week|month|day|single)|any day|still (?:am|do|is|true)|constantly|too (?:much|often)|always|most weeks)/.test(
      first,
    )
  )
    return "yes";
  return "neither";
}

/** How much or how often says yes to whether. */
const HOW_OFTEN =
  /^(?:天天|每天|每周|每个?月|年年|经常|常|多(?:得很|着呢|啊|呀)?$|挺多|蛮多|很多|太多|可多|一(?:周|个?月|年).{1,8}(?:次|趟|回|天))/;

/** `有没有…` / `有一个`: the answer takes up the verb that the question put. */
function echoes(first: string, asked: string): boolean {
  const verb = /^(?:早就?|刚刚?|已经|也|都|还|正|一直|倒是?)*([有在要会养开看玩做付锁定提换搬住改跑用买带懂])/.exec(
    first,
  )?.[1];
  if (!verb || first.length > 10 || /[不没别你您]/.test(first)) return false;
  return new RegExp(`${verb}(?:没|不)?(?:没有|${verb}|[^,。!?]{0,12}(?:吗|么|没|不|吧|\\?))`, "u").test(asked);
}
