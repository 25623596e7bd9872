import { type ProofNote, sendBackReasons } from "#domain/proof.ts";
import type { Submission, Task } from "#domain/task.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import { formName, platformName, say } from "./names.ts";
import { sendBackName } from "./review-queue.ts";

/** So many pieces are named on one receipt; of the rest it says how many. */
const namedAtMost = 8;

/** Thanks for what was handed in with one message, and says what was understood: which task, which platforms, which links. */
export function handInReceiptCard(view: { submissions: readonly Submission[]; task: Task; lang: Lang }): Card {
  const { submissions, task, lang } = view;
  const platforms = [...new Set(submissions.map(({ platform }) => platformName(platform, lang)))];
  const more = submissions.length - namedAtMost;
  return {
    v: 1,
    key: `hand-in-${submissions[0]?.id}`,
    title: say(lang, "收到,谢谢!", "Received, thank you!"),
    blocks: [
      { type: "fact", label: say(lang, "任务", "Task"), value: task.title },
      { type: "fact", label: say(lang, "平台", "Platform"), value: platforms.join(say(lang, "、", ", ")) },
      ...submissions.slice(0, namedAtMost).map((submission) => pieceBlock(submission, lang)),
      ...(more > 0 ? [{ type: "text" as const, text: say(lang, `另有 ${more} 篇`, `and ${more} more`) }] : []),
    ],
    buttons: [],
    settled: say(lang, "审核后会告诉您结果", "We will tell you when it has been reviewed"),
  };
}

const picturePrefix = "picture:";
/** The picture that was handed in instead of a link; undefined for a link. */
export const pictureOf = ({ url }: Pick<Submission, "url">): string | undefined =>
  url.startsWith(picturePrefix) ? url.slice(picturePrefix.length) : undefined;

/** The piece itself: its link, or the screenshot that stands for it. */
function pieceBlock(submission: Submission, lang: Lang): Block {
  const pictureId = pictureOf(submission);
  if (pictureId === undefined) return { type: "link", label: say(lang, "作品", "Post"), url: submission.url };
  return { type: "picture", pictureId, alt: say(lang, "作品截图", "A screenshot of the post") };
}

/** Asks which task a link or a screenshot is for, where more than one may be meant. */
export function whichTaskCard(view: {
  submissionId: string;
  url: string;
  /** Where it is a screenshot. */
  pictureId?: string;
  tasks: { assignmentId: string; title: string }[];
  lang: Lang;
}): Card {
  const { submissionId, tasks, lang } = view;
  return {
    v: 1,
    key: `hand-in-${submissionId}`,
    title: say(lang, "这个作品是交给哪个任务的?", "Which task is this post for?"),
    blocks: [
      view.pictureId === undefined
        ? { type: "link", label: say(lang, "作品", "Post"), url: view.url }
        : { type: "picture", pictureId: view.pictureId, alt: say(lang, "作品截图", "Screenshot of the post") },
    ],
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
  /** What to look at. */
  notes?: ProofNote[];
  timeZone?: string;
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
      pieceBlock(submission, lang),
      ...(view.notes ?? []).map((note) => ({
        type: "fact" as const,
        label: say(lang, "注意", "Look at"),
        value: noteText(note, view.timeZone ?? "UTC", lang),
      })),
    ],
    buttons: open ? buttons : [],
    ...(submission.status !== "pending" && {
      settled: [settled[submission.status], view.reviewer].filter(Boolean).join(" · "),
    }),
  };
}

/** What the link or its text shows against the task's rules, for whoever reviews. */
export function noteText(note: ProofNote, timeZone: string, lang: Lang): string {
  switch (note.kind) {
    case "older-than-task": {
      const day = new Intl.DateTimeFormat("sv-SE", { timeZone }).format(note.at);
      return say(lang, `像是 ${day} 发布的,早于任务`, `looks published on ${day}, before the task`);
    }
    case "not-mentioned": {
      const words = note.words.join(say(lang, "、", ", "));
      return say(lang, `分享文字里没有提到「${words}」`, `the shared text does not mention “${words}”`);
    }
    case "screenshot":
      return say(lang, "截图,没有链接,请看图确认", "a screenshot without a link: look at the picture");
    case "odd-address":
      return say(lang, "网址不像一篇作品,请点开确认", "the address does not look like a post: open it to see");
    case "short-link":
      return say(lang, "短链接,请点开确认是哪篇", "a short link: open it to see which post it is");
  }
}

/** A link of a platform that the task is not for. */
/** `platform` null: a page of a site that koloop does not know. */
export function wrongPlatformText(view: { task: Task; platform: string | null; lang: Lang }): string {
  const { task, platform, lang } = view;
  const wanted = task.proof.platforms.map((each) => platformName(each, lang)).join(say(lang, "或", " or "));
  const got = platform === null ? say(lang, "别的网站", "different") : platformName(platform, lang);
  return say(
    lang,
    `「${task.title}」要发在${wanted},这是${got}的链接。在${wanted}发布后,再把链接发给我就行。`,
    `“${task.title}” is for ${wanted}, and this is a ${got} link. Publish it there and send me that link.`,
  );
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
    case "sent_back": {
      const reason = sendBackReasons.find((known) => known === submission.reviewNote);
      const said = reason ? sendBackName(reason, lang) : (submission.reviewNote ?? "");
      const why = said === "" || /[。!?….!?]$/u.test(said) ? said : `${said}${say(lang, "。", ".")}`;
      const isPicture = pictureOf(submission) !== undefined;
      return say(
        lang,
        `「${task.title}」还差一点:${why}请修改后,再发一次${isPicture ? "截图" : "链接"}。`,
        `“${task.title}” needs a little more. ${why && `${why} `}Please change it and send the ${isPicture ? "screenshot" : "link"} again.`,
      );
    }
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
