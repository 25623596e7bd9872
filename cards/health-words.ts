import type { Flag, FlagReason } from "#domain/cleaning.ts";
import type { Cause } from "#domain/health-causes.ts";
import type { HealthReport, NextMove, WeakStep } from "#domain/health-report.ts";
import type { Share } from "#domain/interval.ts";
import { smallestClaim } from "#domain/step-health.ts";
import type { Lang } from "./card.ts";
import { figureName } from "./figures.ts";
import { declineName, formName, say } from "./names.ts";
import { stepName } from "./task-report.ts";

const tenth = (rate: number): string => `${(rate * 100).toFixed(1)}%`;

/** `42.0%(38/91,95% 区间 32.4–52.1%)`: a share never stands without its sample. */
export function shareText(share: Share, lang: Lang): string {
  if (share.of === 0) return "–";
  const interval = `${(share.low * 100).toFixed(0)}–${tenth(share.high).replace(/\.\d%$/, "%")}`;
  return say(
    lang,
    `${tenth(share.rate)}(${share.part}/${share.of},95%区间 ${interval})`,
    `${tenth(share.rate)} (${share.part}/${share.of}, 95% interval ${interval})`,
  );
}

export function headline(report: HealthReport, lang: Lang): string {
  const { weak, calm } = report;
  if (weak) return weakText(weak, report, lang);
  if (calm === "too-few")
    return say(
      lang,
      `样本还太少(每一步至少要 ${smallestClaim} 人次),先不下结论。`,
      `Too little data to conclude anything (at least ${smallestClaim} at a step).`,
    );
  if (calm === "nothing-to-compare")
    return say(
      lang,
      "还没有 3 个以上可比的已结束任务,看得到数字,判断不了好坏。",
      "There are not three comparable finished tasks yet: numbers, but no verdict.",
    );
  return say(
    lang,
    `每一步都在正常范围内(对照 ${report.comparedWith} 个可比任务)。`,
    `Every step is within what is usual (against ${report.comparedWith} comparable tasks).`,
  );
}

function weakText(weak: WeakStep, report: HealthReport, lang: Lang): string {
  const where = weak.form ? formName(weak.form, lang) : (report.segmentNames[weak.segment ?? ""] ?? weak.segment);
  const step = stepName(weak.step, lang);
  return say(
    lang,
    `薄弱环节:${where ? `${where}里的` : ""}「${step}」这一步,${shareText(weak.share, lang)},可比任务通常 ${tenth(weak.expected)}。`,
    `The weak step: "${step}"${where ? ` in ${where}` : ""}, ${shareText(weak.share, lang)}; comparable tasks usually give ${tenth(weak.expected)}.`,
  );
}

export function causeText(cause: Cause, segmentNames: (id: string) => string, lang: Lang): string {
  switch (cause.kind) {
    case "form":
      return against(lang, formName(cause.form, lang), cause);
    case "segment":
      return against(lang, segmentNames(cause.segment), cause);
    case "decline-reason":
      return say(
        lang,
        `拒绝的人里,「${declineName(cause.reason, lang)}」占 ${shareText(cause.share, lang)},平时 ${tenth(cause.others.rate)}。`,
        `Of those who declined, "${declineName(cause.reason, lang)}" are ${shareText(cause.share, lang)}; usually ${tenth(cause.others.rate)}.`,
      );
    case "night":
      return say(
        lang,
        `推送时间太晚:${shareText(cause.share, lang)} 在 22 点到次日 8 点发出,平时 ${tenth(cause.others.rate)}。`,
        `Sent too late: ${shareText(cause.share, lang)} went out between 22:00 and 8:00; usually ${tenth(cause.others.rate)}.`,
      );
    case "little-time":
      return say(
        lang,
        `时间太紧:从发布到截止 ${cause.days.toFixed(0)} 天,可比任务通常 ${cause.usual.toFixed(0)} 天。`,
        `Too little time: ${cause.days.toFixed(0)} days to the deadline, usually ${cause.usual.toFixed(0)}.`,
      );
    case "low-reward":
      return say(
        lang,
        `积分偏低:${cause.points},可比任务的中位数 ${cause.usual}。`,
        `A low reward: ${cause.points} points, the median of comparable tasks is ${cause.usual}.`,
      );
    case "waiting-review":
      return say(
        lang,
        `审核积压:${shareText(cause.share, lang)} 的交稿还在等结果。`,
        `Reviews pile up: ${shareText(cause.share, lang)} of the hand-ins wait.`,
      );
    case "sent-back": {
      const note = cause.note ? say(lang, `,最常见的批注:「${cause.note}」`, `; most often: "${cause.note}"`) : "";
      return say(
        lang,
        `退回和未通过多:${shareText(cause.share, lang)}${note}。`,
        `Many were sent back or refused: ${shareText(cause.share, lang)}${note}.`,
      );
    }
    case "theme":
      return say(
        lang,
        `主题本身:同主题的另外 ${cause.tasks} 个任务在这一步也偏低(${cause.verdict.passed}/${cause.verdict.entered})。`,
        `The theme itself: its ${cause.tasks} other task(s) are low at this step too (${cause.verdict.passed}/${cause.verdict.entered}).`,
      );
    case "whole-task":
      return say(
        lang,
        "各形式、各分群都低,不是某一群人的问题:看任务说明、要求和难度。",
        "Low in every form and segment alike: look at the brief, its demands and how hard it is.",
      );
  }
}

function against(lang: Lang, name: string, { share, others }: { share: Share; others: Share }): string {
  return say(
    lang,
    `集中在「${name}」:${shareText(share, lang)},其余 ${shareText(others, lang)}。`,
    `It lies in "${name}": ${shareText(share, lang)}, the others ${shareText(others, lang)}.`,
  );
}

const reasons: Record<FlagReason, { zh: string; en: string }> = {
  future: { zh: "时间在未来", en: "dated in the future" },
  negative: { zh: "不可能的数值", en: "an impossible value" },
  "above-reads": { zh: "互动多于阅读", en: "more reactions than reads" },
  decreasing: { zh: "累计数变少了", en: "a running total that falls" },
  contradiction: { zh: "与更可靠的来源矛盾", en: "contradicts a better source" },
  "reactions-without-reads": { zh: "点赞猛增而阅读没跟上", en: "likes jump without reads" },
  "reads-without-reactions": { zh: "阅读猛增而没有互动", en: "reads jump without reactions" },
};

/** `点赞 5200 → 160:点赞猛增而阅读没跟上`. */
export function flagText(flag: Flag, lang: Lang): string {
  const value = flag.cleaned === null ? say(lang, "不计", "left out") : String(flag.cleaned);
  return `${figureName(flag.metric, lang)} ${flag.raw} → ${value}: ${reasons[flag.why][lang]}`;
}

export function moveText(move: NextMove, lang: Lang): string {
  switch (move.kind) {
    case "repush":
      return say(lang, `用${formName(move.form, lang)}再推一次`, `Ask again, as ${formName(move.form, lang)}`);
    case "retire-theme":
      return say(lang, `停用主题「${move.theme}」`, `Retire the theme "${move.theme}"`);
    case "save-template":
      return say(lang, "存为模板", "Save as a template");
    case "thank":
      return say(
        lang,
        `感谢${move.people.map(({ name }) => name).join("、")}`,
        `Thank ${move.people.map(({ name }) => name).join(", ")}`,
      );
  }
}
