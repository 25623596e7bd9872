import type { UnclearMetric } from "#domain/metric-text.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

export type FigureValues = Partial<
  Record<"reads" | "likes" | "comments" | "shares" | "favourites" | "completionRate", number>
>;

const names: Record<keyof FigureValues, { zh: string; en: string }> = {
  reads: { zh: "阅读", en: "Reads" },
  likes: { zh: "点赞", en: "Likes" },
  comments: { zh: "评论", en: "Comments" },
  shares: { zh: "转发", en: "Shares" },
  favourites: { zh: "收藏", en: "Favourites" },
  completionRate: { zh: "完播率", en: "Completion rate" },
};

export const figureName = (key: keyof FigureValues, lang: Lang): string => names[key][lang];
const shown = (key: keyof FigureValues, value: number): string =>
  key === "completionRate" ? `${Number((value * 100).toFixed(1))}%` : String(value);

/** Repeats what was understood, so that a slip is seen at once. */
export function figuresCard(view: {
  id: string;
  title: string;
  values: FigureValues;
  unclear: UnclearMetric[];
  lang: Lang;
}): Card {
  const { lang, values } = view;
  const understood = (Object.keys(names) as (keyof FigureValues)[]).flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [{ type: "fact" as const, label: names[key][lang], value: shown(key, value) }];
  });
  const unclear = unclearText(view.unclear, lang);
  return {
    v: 1,
    key: `figures-${view.id}`,
    title: say(lang, `已记下:${view.title}`, `Noted: ${view.title}`),
    blocks: [...understood, ...(unclear ? [{ type: "text" as const, text: unclear }] : [])],
    buttons: [],
    settled: say(lang, "数字不对?重新发一次就会更正", "Something wrong? Send it again and it is corrected"),
  };
}

/** Asks which post the figures belong to. */
export function whichPostCard(view: { id: string; posts: { id: string; title: string }[]; lang: Lang }): Card {
  return {
    v: 1,
    key: `figures-${view.id}`,
    title: say(view.lang, "这是哪个作品的数据?", "Which post are these figures of?"),
    blocks: [],
    buttons: view.posts.slice(0, 6).map((post) => ({
      label: post.title,
      action: { type: "metrics.choose", id: view.id, arg: post.id },
      tone: "normal",
    })),
  };
}

/** What could not be read, asked back; empty where all was clear. */
export function unclearText(unclear: UnclearMetric[], lang: Lang): string {
  if (unclear.length === 0) return "";
  const parts = unclear
    .slice(0, 4)
    .map(({ metric, text }) => (metric ? `${figureName(metric, lang)}「${text}」` : `「${text}」`));
  return say(
    lang,
    `这些没看明白,请再说一下:${parts.join("、")}`,
    `These were not clear, please say again: ${parts.join(", ")}`,
  );
}

/** Figures came, and no post that they could be of. */
export const noPostText = (lang: Lang): string =>
  say(
    lang,
    "这些数字我还不知道记给哪个作品:先把作品链接发给我,再发一次数据就行。",
    "I do not know yet which post these figures are of: send me its link first, then the figures once more.",
  );
