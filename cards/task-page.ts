import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** What the page of an offer says beside its card. */
export const taskPageWords = (lang: Lang) => ({
  decline: say(lang, "这次不了", "Not this time"),
  handIn: say(lang, "交作品", "Hand in"),
  link: say(lang, "把作品链接粘贴到这里", "Paste the link of your post here"),
  send: say(lang, "提交", "Send"),
  picture: say(lang, "没有链接?上传作品截图", "No link? Upload a screenshot"),
  sendPicture: say(lang, "上传截图", "Upload"),
  badPicture: say(
    lang,
    "请选一张 5 MB 以内的图片(PNG、JPEG 或 WebP)。",
    "Please choose a picture of at most 5 MB (PNG, JPEG or WebP).",
  ),
  done: say(lang, "好了", "Done"),
  ended: say(
    lang,
    "这个链接已经失效。请在聊天里发「任务页」拿一个新的。",
    "This link has ended. Send “task page” in the chat for a new one.",
  ),
});
