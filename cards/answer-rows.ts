import { measureOf } from "#domain/measures.ts";
import type { Answer, AnswerRow, DetailRow, Missing, Query } from "#domain/query.ts";
import { isoDate } from "#domain/zone.ts";
import { type AnswerView, keyName, queryWords } from "./answer-words.ts";
import type { Block, Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** `also`: what else was asked in the same sentence. */
export type Answered = { query: Query; answer: Answer; also?: readonly Answered[] };

/** A figure with its unit: `41.8 %`, `259 人`. At most one decimal, two where there is no unit. */
export function figureText(value: number | null, unit: string, lang: Lang): string {
  if (value === null) return "–";
  const isWhole = Number.isInteger(value);
  const text = isWhole ? value.toLocaleString("en-US") : value.toFixed(unit === "" ? 2 : 1);
  const words: Record<string, string> = {
    人: "people",
    次: "",
    条: "",
    篇: "posts",
    小时: "h",
    名: "",
    个: "",
    积分: "points",
    pp: say(lang, "个百分点", "points"),
  };
  const shown = unit === "pp" || lang === "en" ? (words[unit] ?? unit) : unit;
  return shown === "" ? text : `${text} ${shown}`;
}

/** `这周还没有数据`: what was named and has no figure is said, and never left out without a word. */
export function missingText({ query, answer }: Answered, view: AnswerView): string {
  const rows = answer.type === "unknown" ? (answer.beside ?? []) : shownRows({ query, answer });
  return (["yet", "over", "too-few"] as const)
    .map((why) => {
      const names = rows.filter((row) => row.missing === why).map((row) => sideName(row, query, view));
      return names.length === 0 ? "" : say(view.lang, ...missingWords[why](names));
    })
    .filter(Boolean)
    .join(say(view.lang, ";", "; "));
}
const missingWords: Record<Missing, (names: string[]) => [string, string]> = {
  yet: (names) => [`${spaced(names)}还没有数据`, `no figures yet: ${someNames(names, "en")}`],
  over: (names) => [`${spaced(names)}没有数据`, `no figures: ${someNames(names, "en")}`],
  "too-few": (names) => [`${spaced(names)}的数据不够`, `not enough data: ${someNames(names, "en")}`],
};

/** Names before Chinese words, with a space after Latin ones. */
export const spaced = (names: readonly string[]): string => someNames(names, "zh").replace(/[\w)]$/, "$& ");
const namesSaid = 6;
function someNames(names: readonly string[], lang: Lang): string {
  const said = names.slice(0, namesSaid).join(say(lang, "、", ", "));
  return names.length > namesSaid ? say(lang, `${said}等 ${names.length} 个`, `${said} … (${names.length})`) : said;
}

/** The rows of an answer with those that have no figure: periods in their order, everything else at the end. */
export function shownRows({ query, answer }: Answered): AnswerRow[] {
  const rows = rowsOf(answer);
  const beside = "beside" in answer && answer.beside ? answer.beside : [];
  const periods = query.group?.by === "period" && query.order === null ? query.group.periods : undefined;
  const all = [...rows, ...beside];
  return periods ? periods.flatMap((p) => all.find((row) => row.label === p.label) ?? []) : all;
}

/** A period goes by the words it was asked for in: 这周. */
export function sideName(row: AnswerRow, query: Query, view: AnswerView): string {
  const period = query.group?.by === "period" && query.group.periods?.find((p) => p.label === row.label);
  return period ? period.words || period.label : rowName(row, query, view);
}

export const partsText = (row: AnswerRow): string =>
  row.parts && row.value !== null ? ` (${row.parts.map((p) => Math.round(p)).join("/")})` : "";

export const rowsOf = (answer: Answer): AnswerRow[] =>
  answer.type === "list" || answer.type === "ranking" || answer.type === "series" ? answer.value : [];

export function rowName(row: AnswerRow, query: Query, view: AnswerView): string {
  if (query.group && query.group.by !== "period" && !row.label.includes(">"))
    return keyName(query.group.by, row.label, view);
  const measure = query.measures.length > 1 || query.measures[0] === "funnel" ? row.label : undefined;
  if (measure) return measureNameOf(measure, view.lang);
  return keyName(
    query.field === "theme"
      ? "theme"
      : query.field === "owner"
        ? "koe"
        : query.field === "segments"
          ? "segment"
          : (query.field ?? "time").replace("forms", "form").replace("roles", "role"),
    row.label,
    view,
  );
}

export const measureNameOf = (key: string, lang: Lang): string => {
  const measure = measureOf(key as "pushed");
  return measure ? say(lang, measure.zh, measure.en) : key;
};

const noFigure: Record<Missing, [string, string]> = {
  yet: ["还没有数据", "no figures yet"],
  over: ["没有数据", "no figures"],
  "too-few": ["数据不够", "not enough data"],
};

/** Small groups are not shown apart to those who may not see every one of them. */
export function shownFigure(
  row: AnswerRow,
  unit: string,
  { lang, hiddenBelow }: AnswerView & { hiddenBelow?: number },
): string {
  if (row.missing) return say(lang, ...noFigure[row.missing]);
  const isHidden = hiddenBelow !== undefined && row.value !== null && row.value > 0 && row.value < hiddenBelow;
  return isHidden ? `<${hiddenBelow}` : figureText(row.value, unit, lang);
}

export type RowsView = AnswerView & { id: string; personName: (id: string) => string };

/** The rows behind a figure, newest first. */
export function rowsCard({ query }: { query: Query }, rows: readonly DetailRow[], view: RowsView): Card {
  const { lang, zone } = view;
  const kind = (text: string) => {
    const measure = query.measures[0];
    const subject = measure ? measureOf(measure).subject : "people";
    if (subject === "assignments") return keyName("form", text, view);
    return subject === "tags"
      ? keyName("tag", text, view)
      : subject === "membership"
        ? keyName("segment", text, view)
        : text;
  };
  const table: Block = {
    type: "table",
    columns: [say(lang, "时间", "when"), say(lang, "人", "who"), say(lang, "任务", "task"), say(lang, "内容", "what")],
    rows: rows.map((row) => [
      row.at === null ? "–" : isoDate(row.at, zone),
      row.personId === null ? "" : view.personName(row.personId),
      row.taskId === null ? "" : view.nameOf("task", row.taskId),
      kind(row.text).slice(0, 60),
    ]),
    alignRight: [],
  };
  const words = queryWords(query, view);
  const text =
    rows.length === 0
      ? say(lang, `${words}:没有明细`, `${words}: no rows`)
      : say(lang, `${words}:最近 ${rows.length} 行`, `${words}: the latest ${rows.length} rows`);
  const blocks: Block[] = rows.length === 0 ? [{ type: "text", text }] : [{ type: "text", text }, table];
  return { v: 1, key: `answer-${view.id}`, title: say(lang, "明细", "Rows"), blocks, buttons: [] };
}
