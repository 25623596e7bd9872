import { type Metric, metricOfName, metrics } from "./metric-words.ts";

/** What a column of somebody's table can hold. */
export type Field = "post" | "at" | Metric | "author" | "text";
export const fields: readonly Field[] = ["post", "at", ...metrics, "author", "text"];

/** Each field that is there, by the name of its column. */
export type Columns = Partial<Record<Field, string>>;
export type TableKind = "figures" | "comments";

const names: Record<"post" | "at" | "author" | "text", string> = {
  post:
    "post posturl postid submission submissionid url link 链接 作品链接 笔记链接 视频链接 文章链接 内容链接 发布链接 帖子链接 稿件链接 分享链接 原文链接 " +
    "投稿链接 作品地址 视频地址 文章地址 地址 网址 作品id 作品编号 笔记id 视频id 文章id 稿件编号 稿件id 交稿编号 投稿编号 提交编号 作品 帖子 稿件",
  at:
    "at time date datetime timestamp snapshotat collectedat 时间 日期 数据时间 数据日期 统计时间 统计日期 更新时间 更新日期 采集时间 采集日期 抓取时间 " +
    "截至 截止 截至时间 截止时间 截至日期 快照时间 导出时间 导出日期 评论时间 留言时间 commenttime commentdate",
  author:
    "author user username nickname name commenter 昵称 用户 用户名 用户昵称 评论者 评论人 评论用户 评论人昵称 评论者昵称 作者 网友 留言者 留言人",
  text: "text comment content commenttext commentcontent 评论内容 评论正文 评论文本 评论原文 评论 留言 留言内容 内容 正文 原文",
};
const byName = new Map<string, "post" | "at" | "author" | "text">();
for (const [field, list] of Object.entries(names))
  for (const name of list.split(" ")) if (!byName.has(name)) byName.set(name, field as "post");

/** A column's name without its case, spaces, brackets and units: `阅读量(次)` is `阅读量`. */
export const bareName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[([【][^)\]】]*[)\]】]/g, "")
    .replace(/[\s_\-*:"'#]+/g, "");

/** The same for two tables whose columns have the same names, in whatever order: a mapping is remembered under it. */
export const signatureOf = (header: readonly string[]): string =>
  [...new Set(header.map(bareName).filter((name) => name !== ""))].sort().join("|").slice(0, 900);

/** The row that names the columns: the first of the ten topmost in which a post and something to be known of it are named; -1 for none. */
export function headerRow(rows: readonly (readonly string[])[]): number {
  return rows.slice(0, 10).findIndex((row) => {
    const found = proposeColumns(row, []);
    return found.post !== undefined && tableKind(found) !== undefined;
  });
}

/**
 * What each column most likely holds, by its name and, where the name says too little, by its cells. A name that fits two fields goes to
 * the first column that has it.
 */
export function proposeColumns(header: readonly string[], sample: readonly (readonly string[])[]): Columns {
  const columns: Columns = {};
  const isWords = (at: number) => {
    const cells = sample.map((row) => row[at] ?? "").filter((cell) => cell.trim() !== "");
    return cells.length > 0 && cells.filter((cell) => !/^[\d.,%万wk+\s-]+$/i.test(cell)).length > cells.length / 2;
  };
  header.forEach((name, at) => {
    const field = fieldNamed(name, isWords(at));
    if (field && columns[field] === undefined) columns[field] = name;
  });
  if (columns.post === undefined) {
    const linked = header.findIndex(
      (_, at) => sample.length > 0 && sample.every((row) => /https?:\/\//.test(row[at] ?? "")),
    );
    if (linked >= 0) columns.post = header[linked]!;
  }
  // A table of figures may have a column of words that is called 内容 or 作者.
  if (
    columns.text !== undefined &&
    metrics.some((metric) => columns[metric] !== undefined && columns[metric] !== columns.text)
  ) {
    delete columns.text;
    delete columns.author;
  }
  return columns;
}

function fieldNamed(name: string, holdsWords: boolean): Field | undefined {
  const bare = bareName(name);
  const metric = metricOfName(bare);
  // `评论` heads a count in one export and the words in another.
  if (metric === "comments" && holdsWords) return "text";
  return metric ?? (metric === null ? undefined : byName.get(bare));
}

/** What the mapped columns are good for; undefined where they lack what a row needs. */
export function tableKind(columns: Columns): TableKind | undefined {
  if (columns.post === undefined) return undefined;
  if (columns.text !== undefined) return "comments";
  return metrics.some((metric) => columns[metric] !== undefined) ? "figures" : undefined;
}

const spoken: Record<string, Field> = {
  作品: "post",
  链接: "post",
  时间: "at",
  日期: "at",
  作者: "author",
  昵称: "author",
  原文: "text",
  内容: "text",
  评论内容: "text",
};

/**
 * `reads=观看人数,post=链接`: a mapping as somebody writes it, the field's key or a figure's everyday name before the sign, the column's
 * name behind it. The word that is not understood is the refusal.
 */
export function readColumns(written: string): { columns: Columns } | { refused: string } {
  const columns: Columns = {};
  for (const part of written.split(/[,,;;]/)) {
    if (part.trim() === "") continue;
    const [key = "", ...rest] = part.split(/[=:=:]/);
    const name = rest.join("=").trim();
    const word = key.trim();
    const snake = word.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const field = fields.find((each) => each === snake) ?? spoken[word] ?? metricOfName(bareName(word));
    if (!field || name === "") return { refused: part.trim() };
    columns[field] = name;
  }
  return { columns };
}
