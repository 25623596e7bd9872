import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** What stands where a card was about somebody who asked to be forgotten. */
export const erasedCard = (key: string): Card => ({
  v: 1,
  key,
  title: "这张卡片里的人要求删除,内容已清空 / Emptied: the person asked to be forgotten",
  blocks: [],
  buttons: [],
});

/** The name of somebody who was forgotten, where their posts and steps still count. */
export const forgottenName = "已删除";

/** The last words before everything goes. */
export const goodbyeText = (lang: Lang): string =>
  say(
    lang,
    "好的,关于您的一切都已删除:标签、原话、账号、待发的消息。只留下不带身份的计数。如果您再来,我会把您当作新朋友。谢谢您!",
    "Done. Everything about you is deleted: tags, quotes, accounts, waiting messages. Only counts without a person remain. Thank you!",
  );
