import { measureOf } from "#domain/measures.ts";
import type { Answer, AnswerRow, Query } from "#domain/query.ts";
import {
  type Answered,
  figureText,
  measureNameOf,
  missingText,
  partsText,
  rowName,
  rowsOf,
  shownFigure,
  shownRows,
  sideName,
  spaced,
} from "./answer-rows.ts";
import { type AnswerView, asksForRest, asOf, dimensionName, queryWords } from "./answer-words.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import type { Chart } from "./chart.ts";
import { say } from "./names.ts";
import { askedBackText, noAnswerText, refusedText } from "./no-answer.ts";

export type { AnswerView } from "./answer-words.ts";

/** `hiddenBelow`: groups of fewer people are shown without their figure. `pictureId`: a chart that was drawn for a series. `showsRows`: its reader may see the rows behind it. */
export type AnswerCardView = AnswerView & { id: string; hiddenBelow?: number; pictureId?: string; showsRows?: boolean };

/** What a comparison of two rates is worth: an interval that holds zero shows no real difference. */
function apartText(answer: Answer, lang: Lang): string {
  if (!("apart" in answer) || !answer.apart) return "";
  const signed = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}`;
  const { low, high } = answer.apart;
  const range = say(
    lang,
    `差距的 95 % 区间 ${signed(low)} 到 ${signed(high)} 个百分点`,
    `95 % interval of the difference ${signed(low)} to ${signed(high)} points`,
  );
  const verdict =
    low <= 0 && high >= 0
      ? say(lang, "看不出真正的差别", "no real difference can be seen")
      : say(lang, "差别是真实的", "the difference is real");
  return `${say(lang, "。", ". ")}${range},${verdict}`.replace(",no", ", no").replace(",the", ", the");
}

/** The figure without what cleaning took out, where that is another one: the answer itself stays as reported. */
function cleanedText(answer: Answer, lang: Lang): string {
  if (!("cleaned" in answer) || !answer.cleaned) return "";
  const { value, posts } = answer.cleaned;
  const unit = "unit" in answer ? answer.unit : "";
  const shown = figureText(value, unit, lang);
  return say(
    lang,
    `。清洗后为 ${shown}(${posts} 篇数据可疑)`,
    `. Cleaned: ${shown} (${posts} posts with doubtful figures)`,
  );
}

/** One line that says it all: what was asked, how it is defined, the figure, and as of when. */
export function headline({ query, answer }: Answered, view: AnswerView): string {
  const { lang } = view;
  if (answer.type === "refuse") return refusedText(answer.why, lang);
  if (answer.type === "unknown") return unknownText({ query, answer }, view);
  if (answer.type === "clarify") return askedBackText(answer.why, lang);
  const words = queryWords(query, view);
  const measure = query.measures[0];
  const how = measure ? definitionText(query, lang) : "";
  const rows = say(lang, `${answer.rows.toLocaleString("en-US")} 行`, `${answer.rows.toLocaleString("en-US")} rows`);
  const proof = `(${rows},${asOf(view)})`;
  if (answer.type === "number" || answer.type === "percent") {
    const parts = asksForRest(query)
      ? ` = ${answer.parts?.toReversed().join(" − ")}`
      : answer.parts && !query.compare
        ? ` = ${answer.parts.map((p) => Math.round(p * 10) / 10).join("/")}`
        : "";
    if (answer.place) return `${words} = ${how} = ${placeText(answer.place, answer.value, query, view)} ${proof}`;
    const two =
      answer.parts && query.compare
        ? ` (${answer.parts.map((p) => figureText(p, measure ? measureOf(measure).unit : "", lang)).join(" / ")})`
        : "";
    return `${words} = ${how}${parts} = ${figureText(answer.value, answer.unit, lang)}${two} ${proof}${apartText(answer, lang)}${cleanedText(answer, lang)}`;
  }
  const none = rowsOf(answer).length === 0 ? say(lang, " 没有", " none") : "";
  const missing = missingText({ query, answer }, view);
  return `${words} = ${how}${none} ${proof}${apartText(answer, lang)}${missing && `${say(lang, "。", ". ")}${missing}`}`;
}

/** `第 3 名,共 10 个主题(22.9 %)`. */
function placeText(
  { among, row }: { among: number; row: AnswerRow },
  place: number,
  { group, measures, order }: Query,
  { lang }: AnswerView,
): string {
  const unit = measures[0] ? measureOf(measures[0]).unit : "";
  const figure = `${figureText(row.value, unit, lang)}${partsText(row)}`;
  const kind = group ? dimensionName(group.by, lang) : "";
  const zh = `${order === "asc" ? "从低到高" : ""}第 ${place} 名,共 ${among} 个${kind},${figure}`;
  return say(lang, zh, `number ${place}${order === "asc" ? " from below" : ""} of ${among} (by ${kind}), ${figure}`);
}

/** Why there is no figure; of a comparison, which side has none and what the other one is. */
function unknownText({ query, answer }: Answered & { answer: { type: "unknown" } }, view: AnswerView): string {
  const { lang } = view;
  const about = answer.about ? `“${answer.about}”:` : "";
  const missing = missingText({ query, answer }, view);
  const isRunning = answer.why === "nothing-to-divide" && query.period && query.period.until > view.now;
  if (missing === "" && isRunning) return say(lang, ...notYet(query.period!.words));
  if (missing === "") return `${about}${noAnswerText(answer, lang)}`;
  const measure = query.measures[0];
  const unit = measure ? measureOf(measure).unit : "";
  const known = (answer.beside ?? [])
    .filter((row) => row.value !== null)
    .map((row) => `${sideName(row, query, view)} ${figureText(row.value, unit, lang)}${partsText(row)}`);
  const rest =
    known.length > 0 ? `${say(lang, ",没法比。", ", so there is nothing to compare. ")}${known.join(", ")}` : "";
  return `${queryWords(query, view)}:${missing}${rest}`;
}

const notYet = (period: string): [string, string] => [
  `${spaced([period])}还没有可以计算的数据。`,
  `There is nothing to work out a rate from yet: ${period}.`,
];

function definitionText(query: Query, lang: Lang): string {
  if (asksForRest(query)) return say(lang, "名额 − 通过", "quota − approved");
  return [...new Set(query.measures.map((key) => say(lang, measureOf(key).how.zh, measureOf(key).how.en)))].join(
    say(lang, ";", "; "),
  );
}

/** The answer in plain words, a line each group; what a chat without cards shows, and the command line. */
export function answerText(answered: Answered, view: AnswerView & { hiddenBelow?: number }): string {
  return [answered, ...(answered.also ?? [])].map((one) => oneText(one, view)).join("\n");
}

function oneText({ query, answer }: Answered, view: AnswerView & { hiddenBelow?: number }): string {
  const unit = "unit" in answer ? answer.unit : "";
  const rows = shownRows({ query, answer });
  const lines = rows.slice(0, 20).map((row, i) => {
    const figure = row.value === null && !row.missing ? "" : ` ${shownFigure(row, unit, view)}`;
    return `${answer.type === "ranking" && !row.missing ? `${i + 1}. ` : "· "}${rowName(row, query, view)}${figure}${partsText(row)}`;
  });
  const more = rows.length - lines.length;
  if (more > 0) lines.push(say(view.lang, `……还有 ${more} 项`, `… and ${more} more`));
  const choices = answer.type === "clarify" ? answer.choices.map((c) => `· ${c.label}`) : [];
  return [headline({ query, answer }, view), ...lines, ...choices].join("\n");
}

export const queryText = ({ query }: Answered, view: AnswerView): string => queryWords(query, view);

/** The answer as a card: figure or table, and what one may want next as buttons. */
export function answerCard(answered: Answered, view: AnswerCardView): Card {
  const { lang } = view;
  const blocks = [
    ...answerBlocks(answered, view),
    ...(answered.also ?? []).flatMap((one) => answerBlocks(one, withoutPicture(view))),
  ];
  const titles = [answered, ...(answered.also ?? [])].map((one) => titleOf(one.answer, lang));
  return {
    ...{ v: 1 as const, key: `answer-${view.id}`, title: titles.join(" · ") },
    ...{ blocks, buttons: buttonsFor(answered, view) },
  };
}

const withoutPicture = ({ pictureId: _, ...view }: AnswerCardView): AnswerCardView => view;

function answerBlocks(answered: Answered, view: AnswerCardView): Block[] {
  const { query, answer } = answered;
  const { lang } = view;
  const unit = "unit" in answer ? answer.unit : "";
  const rows = shownRows(answered);
  const blocks: Block[] = [{ type: "text", text: headline(answered, view) }];
  if (view.pictureId) blocks.push({ type: "picture", pictureId: view.pictureId, alt: headline(answered, view) });
  if (rows.length > 0) {
    blocks.push({
      type: "table",
      columns: [
        query.group ? dimensionName(query.group.by, lang) : say(lang, "步骤", "step"),
        unit || say(lang, "值", "value"),
      ],
      rows: rows.slice(0, 50).map((row) => [rowName(row, query, view), shownFigure(row, unit, view)]),
      alignRight: [1],
    });
  }
  if ("left" in answer && answer.left)
    blocks.push({
      type: "text",
      text: say(lang, `${answer.left} 组样本太小,没有列出`, `${answer.left} groups have too few to show`),
    });
  return blocks;
}

/** An answer to what the language model made of a question: it says so before anything else. */
export function rephrasedCard(card: Card, words: string, lang: Lang): Card {
  const told = say(lang, `由语言模型转述为:${words}`, `As the language model put it: ${words}`);
  return { ...card, blocks: [{ type: "text", text: told }, ...card.blocks] };
}

/** A series as a picture; null where there is too little to draw. Percentages become shares. */
export function answerChart({ query, answer }: Answered, view: AnswerView): Chart | null {
  const rows = shownRows({ query, answer });
  if (answer.type !== "series" || query.group?.by !== "period" || rows.length < 3) return null;
  const title = queryWords(query, view);
  const isShare = answer.unit === "%";
  const values = rows.map((row) => (row.value === null ? null : isShare ? row.value / 100 : row.value));
  const names = rows.map((row) => row.label);
  const name = query.measures[0] ? measureNameOf(query.measures[0], view.lang) : "";
  const unit = isShare ? ("share" as const) : ("count" as const);
  return {
    title,
    note: [asOf(view), missingText({ query, answer }, view)].filter(Boolean).join(" · "),
    alt: headline({ query, answer }, view),
    panels: [{ title: name, kind: "lines", names, series: [{ name, values }], unit }],
  };
}

function titleOf(answer: Answer, lang: Lang): string {
  if (answer.type === "clarify") return say(lang, "问一下", "One question");
  if (answer.type === "refuse") return say(lang, "这个不能告诉您", "This is not yours to see");
  if (answer.type === "unknown") return say(lang, "没有这个答案", "No answer to this");
  if (answer.type === "number" && answer.place)
    return say(lang, `第 ${answer.value} 名`, `Number ${answer.value} of ${answer.place.among}`);
  return answer.type === "number" || answer.type === "percent"
    ? figureText(answer.value, answer.unit, lang)
    : say(lang, "结果", "Result");
}

function buttonsFor({ query, answer }: Answered, view: AnswerCardView): Button[] {
  const { lang, id } = view;
  const button = (zh: string, en: string, arg: string): Button => ({
    label: say(lang, zh, en),
    action: { type: "answer.again", id, arg },
    tone: "normal",
  });
  if (answer.type === "clarify")
    return answer.choices.slice(0, 6).map((choice, i) => ({
      label: choice.label,
      action: { type: "answer.choose", id, arg: String(i) },
      tone: "normal",
    }));
  if (answer.type === "refuse" || answer.type === "unknown") return [];
  const subject = query.measures[0] ? measureOf(query.measures[0]).subject : "people";
  const drills: Button[] =
    query.group || ["tasks"].includes(subject) || query.measures.length > 1
      ? []
      : subject === "people"
        ? [button("按城市", "By city", "by-city")]
        : [button("按主题", "By theme", "by-theme"), button("按形式", "By form", "by-form")];
  const period = ["assignments", "submissions", "posts"].includes(subject)
    ? [button("上个月", "Last month", "last-month")]
    : [];
  const hasRows = !["task_field", "person_field", "weakest_step", "step_lost", "influence", "segment_net"].includes(
    query.measures[0] ?? "",
  );
  return [
    ...drills,
    ...period,
    ...(view.showsRows && hasRows ? [button("看明细", "See the rows", "rows")] : []),
    { label: say(lang, "每周一发我", "Send me on Mondays"), action: { type: "answer.subscribe", id }, tone: "normal" },
  ];
}
