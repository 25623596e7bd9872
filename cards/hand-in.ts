import type { Submission, Task } from "#domain/task.ts";
import type { Button, Card, Lang } from "./card.ts";
import { formName, platformName, say } from "./names.ts";

/** Thanks for a hand-in and says what was understood: which task, which platform, which link. */
export function handInReceiptCard(view: { submission: Submission; task: Task; lang: Lang }): Card {
  const { submission, task, lang } = view;
  return {
    v: 1,
    key: `hand-in-${submission.id}`,
    title: say(lang, "收到,谢谢!", "Received, thank you!"),
    blocks: [
      { type: "fact", label: say(lang, "任务", "Task"), value: task.title },
      { type: "fact", label: say(lang, "平台", "Platform"), value: platformName(submission.platform, lang) },
      { type: "link", label: say(lang, "作品", "Post"), url: submission.url },
    ],
    buttons: [],
    settled: say(lang, "审核后会告诉您结果", "We will tell you when it has been reviewed"),
  };
}

/** Asks which task a link is for, where more than one may be meant. */
export function whichTaskCard(view: {
  submissionId: string;
  url: string;
  tasks: { assignmentId: string; title: string }[];
  lang: Lang;
}): Card {
  const { submissionId, tasks, lang } = view;
  return {
    v: 1,
    key: `hand-in-${submissionId}`,
    title: say(lang, "这个作品是交给哪个任务的?", "Which task is this post for?"),
    blocks: [{ type: "link", label: say(lang, "作品", "Post"), url: view.url }],
    buttons: tasks.slice(0, 6).map(
      (task): Button => ({
        label: task.title,
        action: { type: "hand-in.choose", id: submissionId, arg: task.assignmentId },
        tone: "normal",
      }),
    ),
  };
}

/** Shows a hand-in to whoever reviews it, and how it was settled once it is. */
export function reviewCard(view: {
  submission: Submission;
  task: Task;
  author: string;
  reviewer?: string;
  lang: Lang;
}): Card {
  const { submission, task, author, lang } = view;
  const open = submission.status === "pending";
  const buttons: Button[] = [
    { label: say(lang, "通过", "Approve"), action: { type: "review.approve", id: submission.id }, tone: "primary" },
    {
      label: say(lang, "退回修改", "Send back"),
      action: { type: "review.send-back", id: submission.id },
      tone: "normal",
    },
    { label: say(lang, "不通过", "Reject"), action: { type: "review.reject", id: submission.id }, tone: "danger" },
  ];
  const settled = {
    approved: say(lang, "已通过", "Approved"),
    rejected: say(lang, "未通过", "Rejected"),
    sent_back: say(lang, "已退回修改", "Sent back"),
  };
  return {
    v: 1,
    key: `review-${submission.id}`,
    title: say(lang, `${author} 交稿:${task.title}`, `${author} handed in: ${task.title}`),
    blocks: [
      { type: "fact", label: say(lang, "形式", "Form"), value: formName(submission.form, lang) },
      { type: "fact", label: say(lang, "平台", "Platform"), value: platformName(submission.platform, lang) },
      { type: "link", label: say(lang, "作品", "Post"), url: submission.url },
    ],
    buttons: open ? buttons : [],
    ...(submission.status !== "pending" && {
      settled: [settled[submission.status], view.reviewer].filter(Boolean).join(" · "),
    }),
  };
}

/** What the KOC reads once their piece has been reviewed. */
export function reviewedText(view: { submission: Submission; task: Task; lang: Lang }): string {
  const { submission, task, lang } = view;
  switch (submission.status) {
    case "approved":
      return task.reward > 0
        ? say(
            lang,
            `「${task.title}」已通过,${task.reward} 积分到账,谢谢您!`,
            `“${task.title}” was approved: ${task.reward} points are yours, thank you!`,
          )
        : say(lang, `「${task.title}」已通过,谢谢您!`, `“${task.title}” was approved, thank you!`);
    case "sent_back":
      return say(
        lang,
        `「${task.title}」还差一点:请按要求修改后,再发一次链接。`,
        `“${task.title}” needs a little more: please change it and send the link again.`,
      );
    case "rejected":
      return say(
        lang,
        `「${task.title}」这次没有通过,谢谢您的用心。`,
        `“${task.title}” was not approved this time; thank you for the effort.`,
      );
    case "pending":
      return say(lang, `「${task.title}」正在等待审核。`, `“${task.title}” is waiting for review.`);
  }
}
