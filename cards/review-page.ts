import { sendBackReasons } from "#domain/proof.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";
import { sendBackName } from "./review-queue.ts";

/** What the page of the review queue says beside the pieces. */
export const reviewPageWords = (lang: Lang) => ({
  title: (count: number) => say(lang, `待审核 ${count} 篇`, `${count} to review`),
  none: say(lang, "都审完了。", "All done."),
  approve: say(lang, "通过", "Approve"),
  sendBack: say(lang, "退回修改", "Send back"),
  why: say(lang, "退回的原因(作者会看到)", "Why? The author will read it"),
  reject: say(lang, "不通过", "Reject"),
  open: say(lang, "打开作品", "Open the post"),
  picture: say(lang, "作品截图", "Screenshot of the post"),
  lookAt: say(lang, "注意", "Look at"),
  choose: say(lang, "选中", "Choose"),
  chooseAll: say(lang, "批量处理:勾选后,一次通过或不通过", "In bulk: tick pieces, then approve or reject them at once"),
  bulkApprove: say(lang, "通过选中的", "Approve those ticked"),
  bulkReject: say(lang, "不通过选中的", "Reject those ticked"),
  sure: (count: number, outcome: "approve" | "reject") =>
    outcome === "approve"
      ? say(lang, `确定通过这 ${count} 篇吗?`, `Approve these ${count}?`)
      : say(lang, `确定不通过这 ${count} 篇吗?`, `Reject these ${count}?`),
  told: say(lang, "作者会马上收到通知。", "The authors are told at once."),
  yes: say(lang, "确定", "Yes"),
  back: say(lang, "返回", "Back"),
  nothingChosen: say(lang, "还没有勾选。", "Nothing is ticked."),
  settled: (done: number, left: number) =>
    left === 0
      ? say(lang, `已处理 ${done} 篇。`, `${done} settled.`)
      : say(
          lang,
          `已处理 ${done} 篇,${left} 篇已由别人处理或不能处理。`,
          `${done} settled; ${left} were settled already or may not be.`,
        ),
  signIn: say(lang, "请先登录 koloop,再打开这一页。", "Please sign in to koloop first, then open this page."),
  toSignIn: say(lang, "去登录", "Sign in"),
  reasons: sendBackReasons.map((reason) => ({ reason, label: sendBackName(reason, lang) })),
});
