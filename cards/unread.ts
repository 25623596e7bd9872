import type { Lang } from "./card.ts";

/** What came without a word and cannot be read. */
export type Unread = "voice" | "video" | "picture" | "file";

const words: Record<Unread, { zh: string; en: string }> = {
  voice: {
    zh: "语音我还听不了,请打字告诉我;交作品请发链接或截图。",
    en: "I cannot listen to voice messages yet. Please type it; to hand in a post, send its link or a screenshot.",
  },
  video: {
    zh: "视频我还看不了:发布后把作品链接发给我就行,也可以发一张截图。",
    en: "I cannot watch videos yet. Publish it and send me the link, or a screenshot.",
  },
  picture: {
    zh: "这张图我没收下:请发 5 MB 以内的 PNG、JPEG 或 WebP(直接发照片,不用原图),或者发作品链接。",
    en: "I could not take this picture. Please send a PNG, JPEG or WebP of at most 5 MB (as a photo, not as a file), or the post's link.",
  },
  file: {
    zh: "这个文件我读不了:作品请发链接或截图,其他的打字告诉我就行。",
    en: "I cannot read this file. To hand in a post, send its link or a screenshot; anything else you can simply type.",
  },
};

/** One kind sentence, and what works instead. */
export const unreadText = (what: Unread, lang: Lang): string => words[what][lang];
