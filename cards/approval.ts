import type { Approval } from "#domain/approval.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

export type ApprovalView = {
  approval: Approval;
  /** Who asked, and who has answered. */
  asker: string;
  answerer?: string;
  /** Nobody else could agree: the one manager's own second tap counts after so many minutes. */
  aloneMinutes?: number;
  /** When it ends, in the reader's clock. */
  until: string;
  lang: Lang;
};

const kinds: Record<Approval["kind"], (people: number, outcome: string | undefined) => [zh: string, en: string]> = {
  send: (people) => [`把任务发给 ${people} 人`, `send a task to ${people} people`],
  wave: (people) => [`给任务再问 ${people} 人`, `ask ${people} more people for a task`],
  export: () => ["下载一份带人名的表", "download a table with people's names"],
  "sign-in": () => ["给另一位经理生成登录链接", "make another manager's sign-in link"],
  review: (people, outcome) =>
    outcome === "rejected"
      ? [`一次不通过 ${people} 篇作品`, `reject ${people} posts at once`]
      : [`一次通过 ${people} 篇作品`, `approve ${people} posts at once`],
};

function deedText({ kind, detail }: Approval, lang: Lang): string {
  const [zh, en] = kinds[kind](detail.people, detail.outcome);
  return `${say(lang, zh, en)} · ${detail.what}`;
}

/** What waits for a second manager: who asked, what, how many, until when. Settled, the same card without buttons. */
export function approvalCard(view: ApprovalView): Card {
  const { approval, asker, until, lang } = view;
  const settled = settledText(view);
  const open = settled === undefined;
  return {
    v: 1,
    key: `approval-${approval.id}`,
    title: say(lang, "需要第二个人同意", "A second yes is needed"),
    blocks: [
      { type: "fact", label: say(lang, "要做的", "What"), value: deedText(approval, lang) },
      { type: "fact", label: say(lang, "提出的人", "Asked by"), value: asker },
      { type: "fact", label: say(lang, "有效到", "Valid until"), value: until },
      ...(open ? [{ type: "text" as const, text: ruleText(view) }] : []),
    ],
    buttons: open ? buttonsOf(approval, lang) : [],
    ...(!open && { settled }),
  };
}

const buttonsOf = ({ id }: Approval, lang: Lang): Card["buttons"] => [
  { label: say(lang, "同意", "Agree"), action: { type: "approval.give", id }, tone: "primary" },
  { label: say(lang, "不同意", "Disagree"), action: { type: "approval.refuse", id }, tone: "danger" },
];

const ruleText = ({ aloneMinutes, lang }: ApprovalView): string =>
  aloneMinutes === undefined
    ? say(
        lang,
        "这一步涉及的人多或带人名,要另一位经理点「同意」才执行。提出的人自己点不算。",
        "This reaches many people or carries their names: it is done once another manager agrees. The asker's own tap does not count.",
      )
    : say(
        lang,
        `这一步本应由另一位经理同意,但现在只有一位经理:请提出的人 ${aloneMinutes} 分钟后再点一次「同意」确认。`,
        `Another manager should agree to this, but there is only one: whoever asked taps “Agree” again after ${aloneMinutes} minutes.`,
      );

function settledText({ approval, answerer = "", lang }: ApprovalView): string | undefined {
  if (approval.status === "waiting") return undefined;
  if (approval.status === "refused") return say(lang, `${answerer} 没有同意`, `${answerer} did not agree`);
  if (approval.status === "expired") return say(lang, "没有人在期限内同意", "Nobody agreed in time");
  return say(lang, `${answerer} 已同意`, `${answerer} agreed`);
}

/** What the asker hears once somebody has answered. */
export function approvalAnsweredText(approval: Approval, by: string, lang: Lang): string {
  const what = deedText(approval, lang);
  if (approval.status === "refused")
    return say(lang, `${by} 没有同意:${what}。没有执行。`, `${by} did not agree: ${what}. Nothing was done.`);
  const again: Partial<Record<Approval["kind"], string>> = {
    export: say(lang, "请再点一次下载,一次有效。", " Download it once more; it counts once."),
    "sign-in": say(lang, "请再点一次生成,一次有效。", " Make it once more; it counts once."),
  };
  return `${say(lang, `${by} 已同意:${what}。`, `${by} agreed: ${what}.`)}${again[approval.kind] ?? ""}`;
}

/** What a page says while a second yes is missing, in both languages. */
export const approvalWaitsText = ({ approval, aloneMinutes }: ApprovalView): string =>
  aloneMinutes === undefined
    ? `需要另一位经理同意:${deedText(approval, "zh")}。卡片已发给其他经理,同意后请再点一次。\nAnother manager has to agree: ${deedText(approval, "en")}. They were asked by a card; try again once they have.\n`
    : `现在只有一位经理:请 ${aloneMinutes} 分钟后在和 koloop 的聊天里点卡片上的「同意」,然后再点一次。\nThere is only one manager: tap “Agree” on the card in your chat with koloop after ${aloneMinutes} minutes, then try again.\n`;

export const nothingWaitsText = (lang: Lang): string =>
  say(lang, "没有等待同意的事。", "Nothing waits for a second yes.");
