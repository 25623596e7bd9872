import type { Metric } from "#domain/metric-words.ts";
import type { Columns, Field, TableKind } from "#domain/table-columns.ts";
import type { RowFault, RowFaultReason } from "#domain/table-rows.ts";
import type { Lang } from "./card.ts";
import { figureName } from "./figures.ts";
import { say } from "./names.ts";

const faultWords: Record<RowFaultReason, { zh: string; en: string }> = {
  "not-json": { zh: "不是 JSON", en: "not JSON" },
  "not-a-row": { zh: "缺字段或字段类型不对", en: "a field is missing or of the wrong kind" },
  "no-post": { zh: "没写是哪个作品", en: "names no post" },
  "unknown-post": { zh: "没有这个作品", en: "no such post" },
  "no-figures": { zh: "一个数字也没有", en: "no figures" },
  "no-text": { zh: "没有评论内容", en: "no words" },
  "not-a-number": { zh: "不是数字", en: "not a number" },
  negative: { zh: "不能是负数", en: "cannot be negative" },
  impossible: { zh: "不可能的数值", en: "an impossible value" },
  "bad-time": { zh: "时间看不懂", en: "not a time" },
  "no-time": { zh: "没有时间", en: "no time" },
  future: { zh: "时间在未来", en: "dated in the future" },
  contradiction: { zh: "同一作品同一时间有两个数", en: "two values for the same post and time" },
};

/** `第 12 行:不能是负数(-3)`. */
export function faultText({ line, why, text }: RowFault, lang: Lang): string {
  const words = faultWords[why][lang];
  const quoted = text === "" ? "" : say(lang, `(${text})`, ` (${text})`);
  return say(lang, `第 ${line} 行:${words}${quoted}`, `line ${line}: ${words}${quoted}`);
}

const fieldNames: Partial<Record<Field, { zh: string; en: string }>> = {
  post: { zh: "作品", en: "Post" },
  at: { zh: "时间", en: "Time" },
  author: { zh: "评论者", en: "Author" },
  text: { zh: "评论内容", en: "Comment" },
};
export const fieldName = (field: Field, lang: Lang): string =>
  fieldNames[field]?.[lang] ?? figureName(field as Metric, lang);

/** `作品=笔记链接,阅读=观看量`. */
export const columnsText = (columns: Columns, lang: Lang): string =>
  (Object.entries(columns) as [Field, string][])
    .map(([field, name]) => `${fieldName(field, lang)}=${name}`)
    .join(say(lang, ",", ", "));

export type TakenView = {
  kind: TableKind;
  rows: number;
  changed: number;
  same: number;
  posts: number;
  faults: RowFault[];
  faultCount: number;
};

/** What became of a table: how much was new, what was known, what was refused and why. */
export function takenText({ kind, rows, changed, same, posts, faults, faultCount }: TakenView, lang: Lang): string {
  const what = kind === "figures" ? say(lang, "条数据", "rows of figures") : say(lang, "条评论", "comments");
  const more = faultCount - faults.length;
  return [
    say(
      lang,
      `${rows} 行,涉及 ${posts} 个作品:新增或更正 ${changed} ${what},${same} 条早已有了,${faultCount} 行没收。`,
      `${rows} lines about ${posts} posts: ${changed} ${what} new or corrected, ${same} known already, ${faultCount} lines refused.`,
    ),
    ...faults.map((fault) => faultText(fault, lang)),
    ...(more > 0 ? [say(lang, `还有 ${more} 行`, `and ${more} more`)] : []),
  ].join("\n");
}

const refusalWords = {
  empty: { zh: "这个表是空的", en: "the table is empty" },
  "no-header": {
    zh: "没认出表头(要有作品链接或编号,加上阅读、点赞等至少一列)",
    en: "no header was recognized (a post's link or id, and a column of figures such as reads or likes)",
  },
  "no-column": { zh: "没有这些列", en: "there are no such columns" },
  "too-little": { zh: "还缺作品列,或缺数字列", en: "a column of posts or of figures is missing" },
  encoding: { zh: "文字编码认不出来,请另存为 UTF-8", en: "the encoding is unknown; save it as UTF-8" },
  "too-large": { zh: "文件太大", en: "the file is too large" },
  "not-a-table": { zh: "文件坏了,或不是表格", en: "the file is damaged, or no table" },
  "old-excel": { zh: "是老式 .xls,请另存为 XLSX 或 CSV", en: "an old .xls; save it as XLSX or CSV" },
};
export type TableRefusalWord = keyof typeof refusalWords;

export function refusedTableText(refused: TableRefusalWord, about: string, lang: Lang): string {
  return `${refusalWords[refused][lang]}${about === "" ? "" : say(lang, `:${about}`, `: ${about}`)}`;
}
