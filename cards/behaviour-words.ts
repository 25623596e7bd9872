import type { BehaviourFigure } from "#domain/behaviour.ts";
import { figuresIn } from "#domain/behaviour-claim.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** Why behaviour shows a tag, in numbers: `近60天 22 条消息里 64% 在夜间`; empty where a line has another cause. */
export function behaviourText(cause: string | null, lang: Lang): string {
  return figuresIn(cause)
    .map((figure) => figureText(figure, lang))
    .join(say(lang, ",", ", "));
}

function figureText({ measure, value, sample, windowDays }: BehaviourFigure, lang: Lang): string {
  const share = `${Math.round(value * 100)}%`;
  switch (measure) {
    case "night_share":
      return say(
        lang,
        `近${windowDays}天 ${sample} 条消息里 ${share} 在夜间`,
        `${share} of ${sample} messages in ${windowDays} days at night`,
      );
    case "weekend_share":
      return say(
        lang,
        `近${windowDays}天 ${sample} 条消息里 ${share} 在周末`,
        `${share} of ${sample} messages in ${windowDays} days at weekends`,
      );
    case "form_share":
      return say(
        lang,
        `近${windowDays}天 ${sample} 篇通过的作品里占 ${share}`,
        `${share} of ${sample} approved posts in ${windowDays} days`,
      );
    case "topic_days":
      return say(lang, `近${windowDays}天里 ${value} 天谈到`, `came up on ${value} of the last ${windowDays} days`);
    case "answered_people":
      return say(
        lang,
        `近${windowDays}天在群里回答了 ${value} 人的提问,共 ${sample} 次`,
        `answered ${value} people ${sample} times in ${windowDays} days`,
      );
    case "quoted_by":
      return say(
        lang,
        `近${windowDays}天被 ${value} 人引用或响应,共 ${sample} 次`,
        `taken up by ${value} people ${sample} times in ${windowDays} days`,
      );
    case "active_days":
      return say(
        lang,
        `近${windowDays}天里 ${value} 天发言,共 ${sample} 条`,
        `wrote on ${value} of ${windowDays} days, ${sample} messages`,
      );
    case "silent_days":
      return say(
        lang,
        `已 ${value} 天没有发言(此前一年 ${sample} 条)`,
        `silent for ${value} days after ${sample} messages in a year`,
      );
  }
}
