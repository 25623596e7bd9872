import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** How many customers hold a tag now. */
export const tagCountText = (count: number, label: string, lang: Lang): string =>
  say(lang, `现在有 ${count} 位客户是「${label}」。`, `${count} customers hold “${label}” now.`);
