import type { MergeRefusal } from "#domain/merge.ts";
import type { AnswerRefusal } from "#domain/suggestion.ts";
import type { OfferRefusal } from "#domain/task.ts";
import type { Lang } from "./card.ts";

type TalkRefusal =
  | "gone"
  | "not-for-your-role"
  | "unknown-person"
  | "two-people"
  | "unknown-tag"
  | "nothing-to-hand-in"
  | "post-known"
  | "no-candidates"
  | "theme-retired"
  | "not-a-draft"
  | "not-a-koc-yet"
  | "past-time"
  | "not-a-post"
  | "not-your-account"
  | "edit-not-read"
  | "bad-number"
  | "not-for-you"
  | "too-long"
  | "own-approval"
  | "awaits-second"
  | "too-soon"
  | "still-named";

export type Refusal = MergeRefusal | ProfileRefusal | AnswerRefusal | OfferRefusal | TalkRefusal;

type ProfileRefusal = "tag-changed" | "nothing-to-undo";

/** Every no that koloop says, worded once: what is so, and what to do. A new refusal does not compile until it has words. */
const words: Record<Refusal, { zh: string; en: string }> = {
  "theme-retired": {
    zh: "这个任务的主题已停用,不会问任何人。发「主题」可以看依据,发「恢复主题 名字,因为…」可以恢复。",
    en: "This task's theme is retired: nobody is asked. Send “themes” to see why, or “revive theme NAME, because …”.",
  },
  "not-asked": {
    zh: "这张卡片是问另一位同事的,您点了不算。",
    en: "This card asks another colleague; your tap does not count.",
  },
  "already-answered": {
    zh: "这一条已经有答复了,以第一次为准。",
    en: "This has been answered already; the first answer stands.",
  },
  expired: { zh: "这张卡片已经过期,不用再答。", en: "This card has expired; no answer is needed." },
  withdrawn: { zh: "这一条已经撤回,不用再答。", en: "This was withdrawn; no answer is needed." },
  "not-yours": { zh: "这个任务是发给别人的。", en: "This task was offered to somebody else." },
  "task-closed": {
    zh: "这个任务现在不在进行中。发「我的任务」看看还有什么适合您。",
    en: "This task is not running now. Send “my tasks” to see what else fits.",
  },
  "deadline-passed": {
    zh: "这个任务已经过了截止时间,谢谢您!发「我的任务」看看还有什么适合您。",
    en: "The deadline has passed, thank you! Send “my tasks” to see what else fits.",
  },
  "quota-full": {
    zh: "名额刚刚满了,抱歉!有合适的新任务会再告诉您。",
    en: "The last place was just taken, sorry! We will tell you when something new fits.",
  },
  "unknown-form": { zh: "这个任务没有这种形式。", en: "This task is not offered in that form." },
  gone: { zh: "这张卡片对应的内容已经不在了。", en: "What this card was about is gone." },
  "not-for-your-role": {
    zh: "抱歉,您没有权限做这一步。需要的话请联系负责的经理。",
    en: "Sorry, you may not do this. Ask a manager if you need it.",
  },
  "unknown-person": {
    zh: "没有找到这个人。请写全名,或发 /who 加名字的一部分。",
    en: "Nobody of that name was found. Write the full name, or /who and a part of it.",
  },
  "two-people": { zh: "有不止一个人叫这个名字,请写编号。", en: "More than one person has this name; write the id." },
  "tag-changed": {
    zh: "这个标签刚刚已经变了(可能是另一位同事改的)。请再看一眼最新的画像。",
    en: "This tag has changed meanwhile, perhaps by a colleague. Look at the profile again.",
  },
  "nothing-to-undo": { zh: "没有可以撤销的改动。", en: "There is no change to undo." },
  "same-person": { zh: "这是同一个人,不用合并。", en: "This is one and the same person; nothing to merge." },
  "not-a-member": {
    zh: "员工和经理不能合并,只有顾客和 KOC 可以。",
    en: "Only customers and KOCs can be merged, not staff.",
  },
  "merged-already": { zh: "其中一位已经合并过了。", en: "One of the two has been merged already." },
  "still-named": {
    zh: "还有别的分群用到它。请先修改那些分群。",
    en: "Other segments still name it. Change those first.",
  },
  "unknown-tag": { zh: "没有这个标签。", en: "There is no such tag." },
  "nothing-to-hand-in": {
    zh: "您现在没有进行中的任务可以交。发「我的任务」看看。",
    en: "You have no running task to hand this in for. Send “my tasks” to look.",
  },
  "post-known": { zh: "这个作品已经交过了,不用重复交。", en: "This post has been handed in already." },
  "no-candidates": {
    zh: "现在没有符合条件的人。请放宽人群、排除条件或预算。",
    en: "Nobody fits right now. Widen the audience, the exclusions or the budget.",
  },
  "not-a-draft": { zh: "这个任务已经发出或取消了。", en: "This task was sent or cancelled already." },
  "not-a-koc-yet": {
    zh: "任务是给 KOC 的。想加入的话,告诉负责您的同事就行。",
    en: "Tasks are for KOCs. If you would like to join, tell the colleague who looks after you.",
  },
  "not-for-you": {
    zh: "这个任务现在不适合接。发「有什么任务适合我」看看别的。",
    en: "This task cannot be taken right now. Send “what suits me” to see others.",
  },
  "edit-not-read": {
    zh: "没看明白要改什么。可以这样写:改 任务名 截止 12月5日,名额 30,奖励 300,要求 ……",
    en: "It was not clear what to change. Write it like: edit TASK deadline Dec 5, quota 30, reward 300, brief …",
  },
  "not-a-post": {
    zh: "这是主页或搜索页的链接。请打开作品本身,点分享,把作品的链接发给我。",
    en: "This link leads to a profile or a search. Open the post itself, share it, and send me that link.",
  },
  "not-your-account": {
    zh: "这个作品像是别人的账号发的。如果是您的新账号,请告诉负责您的同事。",
    en: "This post seems to be from somebody else's account. If it is a new one of yours, tell the colleague who looks after you.",
  },
  "past-time": {
    zh: "这个时间不行:已经过了,或在截止之后。请换一个。",
    en: "That time cannot be: it has passed, or is after the deadline. Please give another.",
  },
  "bad-number": {
    zh: "这个数字不行,请写一个合适的整数。",
    en: "That number cannot be; please give a whole one that fits.",
  },
  "awaits-second": {
    zh: "这一步涉及的人多,要另一位经理同意:卡片已发出,同意后自动执行。",
    en: "This reaches many people, so another manager has to agree: they were sent a card, and it is done once they do.",
  },
  "own-approval": {
    zh: "这一步是您自己提出的,要由另一位经理同意,您点了不算。",
    en: "You asked for this yourself: another manager has to agree, your tap does not count.",
  },
  "too-soon": {
    zh: "现在只有您一位经理:请过几分钟再点一次确认,卡片上写着要等多久。",
    en: "You are the only manager: tap again in a few minutes to confirm, the card says how many.",
  },
  "too-long": { zh: "这条消息太长了,请分几条发。", en: "This message is too long; send it in parts." },
};

export function refusalText(refusal: Refusal, lang: Lang): string {
  return words[refusal][lang];
}
