import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** What the page beside a customer's chat says, in the employee's language. */
export const sidebarWords = (lang: Lang) => ({
  title: say(lang, "客户侧栏", "Customer sidebar"),
  loading: say(lang, "正在打开…", "Opening …"),
  outside: say(
    lang,
    "请在企业微信里打开:客户聊天窗口右侧的侧边栏。",
    "Please open this in WeCom: the sidebar beside a customer's chat.",
  ),
  noCustomer: say(
    lang,
    "这里没有打开的客户。请在与客户的单聊里打开侧边栏。",
    "No customer is open here. Open the sidebar in a talk with a customer.",
  ),
  notAllowed: say(lang, "企业微信没有允许读取当前客户:", "WeCom did not allow reading the current customer: "),
  unknown: say(lang, "还没有听到这位客户的消息。", "Nothing has been heard of this customer yet."),
  notYours: say(lang, "这位客户不在您的客户列表里。", "This customer is not one of yours."),
  stranger: say(lang, "您还没有加入 koloop,请联系管理员。", "koloop does not know you yet; please ask your manager."),
  loginFailed: say(lang, "登录没有成功,请关闭后重新打开。", "Signing in failed; close this and open it again."),
  questions: say(lang, "待确认", "To confirm"),
  portrait: say(lang, "画像", "Portrait"),
  noTags: say(lang, "还没有标签。", "No tags yet."),
  moments: say(lang, "现在可以说", "What to say"),
  tasks: say(lang, "可以邀请的任务", "Tasks to offer"),
  send: say(lang, "发给客户", "Send to the customer"),
  sent: say(lang, "已发送", "Sent"),
  notSent: say(lang, "没有发出去:", "Not sent: "),
  done: say(lang, "好了", "Done"),
  failed: say(lang, "没有成功,请再试一次。", "That did not work; please try again."),
  /** Under the title of the link that the customer sees. */
  linkHint: say(lang, "点开看看,一键就能接受", "Have a look: one tap takes it"),
});
