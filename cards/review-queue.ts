import { type SendBackReason, sendBackReasons } from "#domain/proof.ts";
import type { Submission, Task } from "#domain/task.ts";
import type { Card, Lang } from "./card.ts";
import { clockText, formName, platformName, say } from "./names.ts";

export type Waiting = { submission: Submission; task: Task; author: string; notes: string[] };

export const queueShown = 20;

/** What waits for review: who, for which task, since when, and what to look at; all of it can be approved after one more tap. */
export function reviewQueueCard(view: {
  id: string;
  waiting: Waiting[];
  now: number;
  timeZone: string;
  /** Where the queue's page is, if it can be reached. */
  page?: string;
  lang: Lang;
}): Card {
  const { id, waiting, now, timeZone, lang } = view;
  const shown = waiting.slice(0, queueShown);
  return {
    v: 1,
    key: `queue-${id}`,
    title: say(lang, `待审核 ${waiting.length} 篇`, `${waiting.length} to review`),
    blocks:
      shown.length === 0
        ? [{ type: "text", text: say(lang, "都审完了。", "All done.") }]
        : [
            {
              type: "table",
              columns: say(lang, "作者,任务,形式,平台,交稿,注意", "Author,Task,Form,Platform,Since,Look at").split(","),
              rows: shown.map(({ submission: s, task, author, notes }) => [
                author,
                task.title,
                formName(s.form, lang),
                platformName(s.platform, lang),
                clockText(s.submittedAt, now, timeZone, lang),
                notes.join(say(lang, ";", "; ")),
              ]),
              alignRight: [],
            },
            ...(view.page
              ? [{ type: "link" as const, label: say(lang, "在网页上审", "Review on a page"), url: view.page }]
              : []),
          ],
    buttons:
      shown.length === 0
        ? []
        : [
            { label: say(lang, "逐篇看", "One by one"), action: { type: "review.each", id }, tone: "primary" },
            {
              label: say(lang, `全部通过(${shown.length})`, `Approve all (${shown.length})`),
              action: { type: "review.all", id },
              tone: "normal",
            },
          ],
  };
}

/** Asks once more before many pieces are approved at a time. */
export function approveAllCard(view: { id: string; count: number; noted: number; lang: Lang }): Card {
  const { id, count, noted, lang } = view;
  const warned = say(lang, `其中 ${noted} 篇有需要注意的地方。`, `${noted} of them have something to look at.`);
  return {
    v: 1,
    key: `queue-${id}`,
    title: say(lang, `确定通过这 ${count} 篇吗?`, `Approve these ${count}?`),
    blocks: [
      ...(noted > 0 ? [{ type: "text" as const, text: warned }] : []),
      { type: "text", text: say(lang, "作者会马上收到通知。", "The authors are told at once.") },
    ],
    buttons: [
      {
        label: say(lang, "确定,全部通过", "Yes, approve all"),
        action: { type: "review.all-sure", id },
        tone: "primary",
      },
      { label: say(lang, "逐篇看", "One by one"), action: { type: "review.each", id }, tone: "normal" },
    ],
  };
}

export function allApprovedCard(view: { id: string; approved: number; lang: Lang }): Card {
  const { id, approved, lang } = view;
  const title = say(lang, "审核", "Review");
  const settled = say(lang, `已通过 ${approved} 篇`, `${approved} approved`);
  return { v: 1, key: `queue-${id}`, title, blocks: [], buttons: [], settled };
}

const reasons: Record<SendBackReason, { zh: string; en: string }> = {
  incomplete: { zh: "内容没达到要求", en: "Something required is missing" },
  off_topic: { zh: "和主题不符", en: "Off the topic" },
  dead_link: { zh: "链接打不开", en: "The link does not open" },
  quality: { zh: "画面或文字再完善一下", en: "Picture or text could be better" },
  other: { zh: "其他,请联系我们", en: "Something else, please ask us" },
};
export const sendBackName = (reason: SendBackReason, lang: Lang): string => reasons[reason][lang];

const sendBackQuestion = (lang: Lang): string =>
  say(
    lang,
    "退回的原因?点一个,或者直接打字,作者会看到。",
    "Why? Tap a reason or write your own: the author will read it.",
  );

/** The review card while the reviewer says why a piece goes back: one tap more, or words. */
export function sendBackCard(view: { submission: Submission; task: Task; author: string; lang: Lang }): Card {
  const { submission, task, author, lang } = view;
  return {
    v: 1,
    key: `review-${submission.id}`,
    title: say(lang, `${author} 交稿:${task.title}`, `${author} handed in: ${task.title}`),
    blocks: [{ type: "text", text: sendBackQuestion(lang) }],
    buttons: sendBackReasons.map((reason) => ({
      label: sendBackName(reason, lang),
      action: { type: "review.send-back-because", id: submission.id, arg: reason },
      tone: "normal",
    })),
  };
}
