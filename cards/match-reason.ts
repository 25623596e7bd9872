import type { MatchReason } from "#domain/match-reasons.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Lang } from "./card.ts";
import { formName, say } from "./names.ts";

const whole = (share: number): string => `${Math.round(share * 100)}%`;

/** A reason for choosing somebody, with its number, as a manager reads it. */
export function reasonForManager(reason: MatchReason, taxonomy: Taxonomy, lang: Lang): string {
  const tag = (key: string) => labelOf(taxonomy, key, lang);
  switch (reason.kind) {
    case "completion":
      return say(lang, `预计完成率 ${whole(reason.chance)}`, `expected to complete: ${whole(reason.chance)}`);
    case "tag-fit":
      return say(lang, `「${tag(reason.tag)}」契合主题`, `“${tag(reason.tag)}” fits the theme`);
    case "in-segment":
      return say(lang, "在目标人群里", "in the target segment");
    case "mentioned":
      return say(
        lang,
        `内容涉及${reason.tags.slice(0, 3).map(tag).join("、")}`,
        `the brief speaks of ${reason.tags.slice(0, 3).map(tag).join(", ")}`,
      );
    case "form-fit":
      return say(
        lang,
        `${formName(reason.form, lang)}接受率 ${whole(reason.accepted)}`,
        `${formName(reason.form, lang)} accepted with ${whole(reason.accepted)}`,
      );
    case "says-likes":
      return say(lang, `说过喜欢${formName(reason.form, lang)}`, `has said they like ${formName(reason.form, lang)}`);
    case "answers":
      return reason.weight >= 0
        ? say(lang, "比多数人爱回应", "answers more than most")
        : say(lang, "比多数人少回应", "answers less than most");
    case "active-hour":
      return say(lang, "在其活跃时段发送", "sent in their active hours");
    case "influence":
      return say(
        lang,
        `影响力是常人的 ${reason.weight.toFixed(1)} 倍`,
        `influence ${reason.weight.toFixed(1)} times the usual`,
      );
    case "rested":
      return say(lang, "最近没有打扰过", "not asked lately");
    case "recently-asked":
      return say(lang, "最近刚推过任务", "asked lately");
    case "not-tried-yet":
      return say(lang, "还没推过任务,值得一试", "never asked before: worth finding out");
  }
}

/** The same for the person themselves: only what is kind and useful to read; undefined where a reason is none of that. */
export function reasonForKoc(reason: MatchReason, taxonomy: Taxonomy, lang: Lang): string | undefined {
  const tag = (key: string) => labelOf(taxonomy, key, lang);
  switch (reason.kind) {
    case "tag-fit":
      return say(lang, `您的「${tag(reason.tag)}」`, `your “${tag(reason.tag)}”`);
    case "mentioned":
      return say(
        lang,
        `您熟悉${reason.tags.slice(0, 2).map(tag).join("、")}`,
        `you know about ${reason.tags.slice(0, 2).map(tag).join(", ")}`,
      );
    case "says-likes":
      return say(lang, `您喜欢${formName(reason.form, lang)}`, `you like ${formName(reason.form, lang)}`);
    case "influence":
      return say(lang, "您的内容很有影响力", "people listen to what you publish");
    default:
      return undefined;
  }
}
