import type { Metric } from "#domain/metric-words.ts";
import type { Columns, Field, TableKind } from "#domain/table-columns.ts";
import type { Card, Lang } from "./card.ts";
import { figureName } from "./figures.ts";
import { columnsText, fieldName, type TakenView, takenText } from "./intake-words.ts";
import { clockText, say } from "./names.ts";

export type TableView = {
  id: string;
  name: string;
  header: string[];
  /** The first rows below the header. */
  sample: string[][];
  rows: number;
  columns: Columns;
  kind: TableKind | undefined;
  /** True: as somebody confirmed it for a table with the same columns. */
  remembered: boolean;
  lang: Lang;
};

/** How koloop understood the columns of a table, column by column, for a yes before anything is taken. */
export function tableCard(view: TableView): Card {
  const { lang, columns, header } = view;
  const fieldOf = new Map((Object.entries(columns) as [Field, string][]).map(([field, name]) => [name.trim(), field]));
  const rows = header.flatMap((name, at) => {
    if (name.trim() === "") return [];
    const field = fieldOf.get(name.trim());
    const first = view.sample.map((row) => row[at] ?? "").find((cell) => cell.trim() !== "") ?? "";
    return [[name, field ? fieldName(field, lang) : say(lang, "不导入", "left out"), [...first].slice(0, 40).join("")]];
  });
  const how = view.remembered
    ? say(lang, "按上次确认的方式读。", "Read as confirmed the last time.")
    : say(
        lang,
        "确认后会记住,下次同样的表直接这样读。",
        "Once confirmed it is remembered for tables with the same columns.",
      );
  const change = say(
    lang,
    `要改就说「列 阅读=${header[0] ?? "列名"}」,多列用逗号隔开。`,
    `To change it, say "columns reads=${header[0] ?? "NAME"}", several with commas.`,
  );
  return {
    v: 1,
    key: `table-${view.id}`,
    title: say(lang, `导入 ${view.name}:${view.rows} 行`, `Import ${view.name}: ${view.rows} rows`),
    blocks: [
      {
        type: "table",
        columns: say(lang, "列,读作,例子", "Column,Read as,Example").split(","),
        rows: rows.slice(0, 50),
        alignRight: [],
      },
      {
        type: "text",
        text: view.kind
          ? `${how}${change}`
          : `${say(lang, "还缺作品列,或缺数字列。", "A column of posts or of figures is missing. ")}${change}`,
      },
    ],
    buttons: [
      ...(view.kind
        ? [
            {
              label: say(lang, "确认导入", "Import"),
              action: { type: "table.take" as const, id: view.id },
              tone: "primary" as const,
            },
          ]
        : []),
      { label: say(lang, "取消", "Cancel"), action: { type: "table.drop", id: view.id }, tone: "normal" },
    ],
  };
}

/** The table once it was taken or dropped. */
export function settledTableCard(view: {
  id: string;
  name: string;
  columns: Columns;
  taken: TakenView | undefined;
  lang: Lang;
}): Card {
  const { lang, taken } = view;
  return {
    v: 1,
    key: `table-${view.id}`,
    title: say(lang, `导入 ${view.name}`, `Import ${view.name}`),
    blocks: taken
      ? [
          { type: "text", text: takenText(taken, lang) },
          { type: "text", text: columnsText(view.columns, lang) },
        ]
      : [],
    buttons: [],
    settled: taken ? say(lang, "已导入", "Imported") : say(lang, "已取消", "Cancelled"),
  };
}

/** Asks a KOC for a post's figures, some days after it was handed in. */
export function figuresDueCard(view: { submissionId: string; title: string; day: number; lang: Lang }): Card {
  const { lang, submissionId: id, title, day } = view;
  return {
    v: 1,
    key: `figures-due-${id}-${day}`,
    title: say(
      lang,
      `《${title}》发布第 ${day} 天了,数据怎么样?`,
      `"${title}" is ${day} day${day === 1 ? "" : "s"} old: how is it doing?`,
    ),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          "点「现在填」,一项一项问您;或直接发:阅读1.2万 赞356 评48 转12 完播41%",
          'Tap "Fill in" and I ask one by one; or just send: reads 12000 likes 356 comments 48 shares 12',
        ),
      },
    ],
    buttons: [
      {
        label: say(lang, "现在填", "Fill in"),
        action: { type: "figures.give", id, arg: String(day) },
        tone: "primary",
      },
      {
        label: say(lang, "作品已经没了", "The post is gone"),
        action: { type: "figures.gone", id, arg: String(day) },
        tone: "normal",
      },
    ],
  };
}

/** One figure asked for; what was said so far stands above. */
export function oneFigureCard(view: {
  submissionId: string;
  title: string;
  /** Null: all were asked. */
  asked: Metric | null;
  given: [Metric, number][];
  /** What was written and not understood. */
  unclear?: string;
  lang: Lang;
}): Card {
  const { lang, asked, given, submissionId } = view;
  const shown = (metric: Metric, value: number) =>
    metric === "completionRate" ? `${Number((value * 100).toFixed(1))}%` : String(value);
  const known = given.map(([metric, value]) => ({
    type: "fact" as const,
    label: figureName(metric, lang),
    value: shown(metric, value),
  }));
  if (asked === null)
    return {
      v: 1,
      key: `figures-ask-${submissionId}`,
      title: say(lang, `数据:${view.title}`, `Figures: ${view.title}`),
      blocks: known,
      buttons: [],
      settled:
        given.length > 0
          ? say(lang, "已记下,谢谢", "Noted, thank you")
          : say(lang, "这次没有填", "Nothing was filled in"),
    };
  const unclear =
    view.unclear === undefined
      ? []
      : [
          {
            type: "text" as const,
            text: say(
              lang,
              `没看明白「${view.unclear}」,发一个数字就好。`,
              `"${view.unclear}" was not clear; one number will do.`,
            ),
          },
        ];
  return {
    v: 1,
    key: `figures-ask-${submissionId}`,
    title: say(
      lang,
      `${figureName(asked, lang)}是多少?直接回一个数字`,
      `${figureName(asked, lang)}? Just send the number`,
    ),
    blocks: [...known, ...unclear],
    buttons: [
      {
        label: say(lang, "这项没有", "Not known"),
        action: { type: "figures.skip", id: submissionId, arg: asked },
        tone: "normal",
      },
    ],
  };
}

/** Managers hear that figures have not come: which posts, whose, and since when. */
export function lateFiguresCard(view: {
  day: string;
  posts: { id: string; person: string; title: string; asOf: number | null }[];
  more: number;
  feeds: { name: string; lastAt: number }[];
  now: number;
  timeZone: string;
  lang: Lang;
}): Card {
  const { lang, posts } = view;
  const when = (at: number | null) =>
    at === null ? say(lang, "从未有过", "never") : clockText(at, view.now, view.timeZone, lang);
  const feeds = view.feeds.map(({ name, lastAt }) => ({
    type: "text" as const,
    text: say(
      lang,
      `接口「${name}」最后一次收到数据:${when(lastAt)}`,
      `The feed "${name}" last sent figures: ${when(lastAt)}`,
    ),
  }));
  return {
    v: 1,
    key: `late-figures-${view.day}`,
    title: say(
      lang,
      `数据迟到:${posts.length + view.more} 篇作品,${view.feeds.length} 个接口`,
      `Late figures: ${posts.length + view.more} posts, ${view.feeds.length} feeds`,
    ),
    blocks: [
      ...feeds,
      ...(posts.length === 0
        ? []
        : [
            {
              type: "table" as const,
              columns: say(lang, "作品,KOC,任务,最近一次数据", "Post,KOC,Task,Last figures").split(","),
              rows: posts.map((post) => [post.id, post.person, post.title, when(post.asOf)]),
              alignRight: [],
            },
          ]),
      ...(view.more > 0
        ? [{ type: "text" as const, text: say(lang, `还有 ${view.more} 篇`, `and ${view.more} more`) }]
        : []),
    ],
    buttons: [],
  };
}
