import type { ClarifyReason, RefuseReason, UnknownReason } from "#domain/query.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";

const refusals: Record<RefuseReason, [string, string]> = {
  "not-your-people": [
    "这位不在您名下,不能告诉您。您可以问自己名下的人,或全品牌的数字。",
    "This person is not one of yours. Ask about your own people, or the brand's figures.",
  ],
  "other-koe": [
    "其他 KOE 的人和工作不能告诉您。您可以问自己名下的人,或全品牌的数字。",
    "Other KOEs' people and work are theirs. Ask about your own people, or the brand's figures.",
  ],
  "ranking-of-koes": [
    "KOE 之间不做比较。您可以问自己名下的数字。",
    "KOEs are not compared. Ask about your own figures.",
  ],
  "only-own": [
    "您可以问自己的任务、作品、数据和标签,例如“我接了几个任务”。",
    "You can ask about your own tasks, posts, figures and tags, such as “how many tasks did I accept”.",
  ],
  "names-of-others": [
    "不在您名下的人,不能列出名字。您可以问“我名下谁……”。",
    "People who are not yours are not listed. Ask “who of my people …”.",
  ],
  "not-your-task": [
    "这个任务没有推给您。您可以问推给您的任务。",
    "This task was not pushed to you. Ask about those that were.",
  ],
  "small-group": ["人数太少,不拆开显示。", "Too few people to show apart."],
};
const unknowns: Record<UnknownReason, [string, string]> = {
  "not-held": [
    "这里没有这个数据。有的是:人、标签、分群、任务各步、作品数据、评论。",
    "koloop does not hold this. It holds people, tags, segments, the steps of tasks, figures of posts and comments.",
  ],
  "no-such-name": ["没有找到这个名字。", "There is nothing by this name."],
  "nothing-to-divide": ["这段范围里没有可以计算的数据。", "There is nothing here to work out a rate from."],
  "too-few-posts": [
    "数据不够:影响力至少要 3 篇有数据的作品。",
    "Not enough data: influence needs at least 3 posts with figures.",
  ],
  "no-figures": ["这个作品还没有数据。", "This post has no figures yet."],
  "no-such-date": ["没有这个日期。", "There is no such date."],
  unclear: ["这一句没太明白,请单独问一次。", "I did not understand this part; please ask it by itself."],
  future: ["还没有发生,这里不做预测。", "This has not happened yet, and koloop does not forecast."],
};
/** What no question can ask for and another place shows. */
const places: readonly [RegExp, [string, string]][] = [
  [
    /情绪|正面|负面|好评|差评|抱怨|吐槽|槽点|情感|sentiment|positive|negative|complain/,
    [
      "问答里没有这个数字;评论的情绪和在说什么,看体检报告:发“体检报告 任务或主题名”。",
      "No question gives this figure; what comments say, and in which mood, stands in the health report: send “health report” and a task or theme.",
    ],
  ],
  [
    /确认率|confirm/,
    [
      "问答里没有这个数字;每位员工的确认率在网页的看板 KOE 一栏。",
      "No question gives this figure; each employee's confirm rate stands on the dashboards, under KOE.",
    ],
  ],
];

const clarifications: Record<ClarifyReason, [string, string]> = {
  "which-one": ["您指的是哪一个?", "Which one do you mean?"],
  "which-measure": [
    "想看哪个指标?例如完成率、参与率、互动率。",
    "Which figure? Completion rate, participation rate, interaction rate …",
  ],
  "which-task": ["是哪个任务?", "Which task?"],
  "which-person": ["是哪一位?", "Which person?"],
  "which-segment": ["是哪个分群?", "Which segment?"],
  "not-understood": [
    "没太明白。可以这样问:“科技关注者的视频任务完成率”。",
    "I did not understand. Try: “completion rate of video tasks for tech followers”.",
  ],
};

/** Why a question is not answered to this person. */
export const refusedText = (why: RefuseReason, lang: Lang): string => say(lang, ...refusals[why]);
/** What is asked back. */
export const askedBackText = (why: ClarifyReason, lang: Lang): string => say(lang, ...clarifications[why]);
/** Why there is no answer, and where one stands. */
export function noAnswerText(
  { why, about = "" }: { why: UnknownReason; about?: string | undefined },
  lang: Lang,
): string {
  const elsewhere = why === "not-held" ? places.find(([words]) => words.test(about))?.[1] : undefined;
  return say(lang, ...(elsewhere ?? unknowns[why]));
}
