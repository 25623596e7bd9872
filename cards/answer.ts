import { measureOf } from "#domain/measures.ts";
import type {
  Answer,
  AnswerRow,
  ClarifyReason,
  DetailRow,
  Missing,
  Query,
  RefuseReason,
  UnknownReason,
} from "#domain/query.ts";
import { isoDate } from "#domain/zone.ts";
import { type AnswerView, asOf, dimensionName, keyName, queryWords } from "./answer-words.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import type { Chart } from "./chart.ts";
import { say } from "./names.ts";

export type { AnswerView } from "./answer-words.ts";
/** `also`: what else was asked in the same sentence. */
export type Answered = { query: Query; answer: Answer; also?: readonly Answered[] };

/** `hiddenBelow`: groups of fewer people are shown without their figure. `pictureId`: a chart that was drawn for a series. `showsRows`: its reader may see the rows behind it. */
export type AnswerCardView = AnswerView & { id: string; hiddenBelow?: number; pictureId?: string; showsRows?: boolean };

const refusals: Record<RefuseReason, [string, string]> = {
  "not-your-people": [
    "这位不在您名下,不能告诉您。您可以问自己名下的人,或全品牌的数字。",
    "This person is not one of yours. Ask about your own people, or the brand's figures.",
  ],
  "other-koe": [
    "其他 KOE 的人和工作不能告诉您。您可以问自己名下的人,或全品牌的数字。",
    "Other KOEs' people and work are theirs. Ask about your own people, or the brand's figures.",
  ],
  "ranking-of-koes": [
    "KOE 之间不做比较。您可以问自己名下的数字。",
    "KOEs are not compared. Ask about your own figures.",
  ],
  "only-own": [
    "您可以问自己的任务、作品、数据和标签,例如“我接了几个任务”。",
    "You can ask about your own tasks, posts, figures and tags, such as “how many tasks did I accept”.",
  ],
  "names-of-others": [
    "不在您名下的人,不能列出名字。您可以问“我名下谁……”。",
    "People who are not yours are not listed. Ask “who of my people …”.",
  ],
  "not-your-task": [
    "这个任务没有推给您。您可以问推给您的任务。",
    "This task was not pushed to you. Ask about those that were.",
  ],
  "small-group": ["人数太少,不拆开显示。", "Too few people to show apart."],
};
const unknowns: Record<UnknownReason, [string, string]> = {
  "not-held": [
    "这里没有这个数据。有的是:人、标签、分群、任务各步、作品数据、评论。",
    "koloop does not hold this. It holds people, tags, segments, the steps of tasks, figures of posts and comments.",
  ],
  "no-such-name": ["没有找到这个名字。", "There is nothing by this name."],
  "nothing-to-divide": ["这段范围里没有可以计算的数据。", "There is nothing here to work out a rate from."],
  "too-few-posts": [
    "数据不够:影响力至少要 3 篇有数据的作品。",
    "Not enough data: influence needs at least 3 posts with figures.",
  ],
  "no-figures": ["这个作品还没有数据。", "This post has no figures yet."],
  "no-such-date": ["没有这个日期。", "There is no such date."],
  unclear: ["这一句没太明白,请单独问一次。", "I did not understand this part; please ask it by itself."],
  future: ["还没有发生,这里不做预测。", "This has not happened yet, and koloop does not forecast."],
};
/** What no question can ask for and another place shows. */
const places: readonly [RegExp, [string, string]][] = [
  [
    /情绪|正面|负面|好评|差评|抱怨|吐槽|槽点|情感|sentiment|positive|negative|complain/,
    [
      "问答里没有这个数字;评论的情绪和在说什么,看体检报告:发“体检报告 任务或主题名”。",
      "No question gives this figure; what comments say, and in which mood, stands in the health report: send “health report” and a task or theme.",
    ],
  ],
  [
    /确认率|confirm/,
    [
      "问答里没有这个数字;每位员工的确认率在网页的看板 KOE 一栏。",
      "No question gives this figure; each employee's confirm rate stands on the dashboards, under KOE.",
    ],
  ],
];
const elsewhere = ({
  why,
  about = "",
}: {
  why: UnknownReason;
  about?: string | undefined;
}): [string, string] | undefined => (why === "not-held" ? places.find(([words]) => words.test(about))?.[1] : undefined);

const clarifications: Record<ClarifyReason, [string, string]> = {
  "which-one": ["您指的是哪一个?", "Which one do you mean?"],
  "which-measure": [
    "想看哪个指标?例如完成率、参与率、互动率。",
    "Which figure? Completion rate, participation rate, interaction rate …",
  ],
  "which-task": ["是哪个任务?", "Which task?"],
  "which-person": ["是哪一位?", "Which person?"],
  "which-segment": ["是哪个分群?", "Which segment?"],
  "not-understood": [
    "没太明白。可以这样问:“科技关注者的视频任务完成率”。",
    "I did not understand. Try: “completion rate of video tasks for tech followers”.",
  ],
};

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
  if (answer.type === "refuse") return say(lang, ...refusals[answer.why]);
  if (answer.type === "unknown") return unknownText({ query, answer }, view);
  if (answer.type === "clarify") return say(lang, ...clarifications[answer.why]);
  const words = queryWords(query, view);
  const measure = query.measures[0];
  const how = measure ? definitionText(query, lang) : "";
  const rows = say(lang, `${answer.rows.toLocaleString("en-US")} 行`, `${answer.rows.toLocaleString("en-US")} rows`);
  const proof = `(${rows},${asOf(view)})`;
  if (answer.type === "number" || answer.type === "percent") {
    const parts =
      answer.parts && !query.compare ? ` = ${answer.parts.map((p) => Math.round(p * 10) / 10).join("/")}` : "";
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
  if (missing === "") return `${about}${say(lang, ...(elsewhere(answer) ?? unknowns[answer.why]))}`;
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

/** `这周还没有数据`: what was named and has no figure is said, and never left out without a word. */
function missingText({ query, answer }: Answered, view: AnswerView): string {
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
const spaced = (names: readonly string[]): string => someNames(names, "zh").replace(/[\w)]$/, "$& ");
const namesSaid = 6;
function someNames(names: readonly string[], lang: Lang): string {
  const said = names.slice(0, namesSaid).join(say(lang, "、", ", "));
  return names.length > namesSaid ? say(lang, `${said}等 ${names.length} 个`, `${said} … (${names.length})`) : said;
}

/** The rows of an answer with those that have no figure: periods in their order, everything else at the end. */
function shownRows({ query, answer }: Answered): AnswerRow[] {
  const rows = rowsOf(answer);
  const beside = "beside" in answer && answer.beside ? answer.beside : [];
  const periods = query.group?.by === "period" && query.order === null ? query.group.periods : undefined;
  const all = [...rows, ...beside];
  return periods ? periods.flatMap((p) => all.find((row) => row.label === p.label) ?? []) : all;
}

/** A period goes by the words it was asked for in: 这周. */
function sideName(row: AnswerRow, query: Query, view: AnswerView): string {
  const period = query.group?.by === "period" && query.group.periods?.find((p) => p.label === row.label);
  return period ? period.words || period.label : rowName(row, query, view);
}

const partsText = (row: AnswerRow): string =>
  row.parts && row.value !== null ? ` (${row.parts.map((p) => Math.round(p)).join("/")})` : "";

function definitionText(query: Query, lang: Lang): string {
  return [...new Set(query.measures.map((key) => say(lang, measureOf(key).how.zh, measureOf(key).how.en)))].join(
    say(lang, ";", "; "),
  );
}

const rowsOf = (answer: Answer): AnswerRow[] =>
  answer.type === "list" || answer.type === "ranking" || answer.type === "series" ? answer.value : [];

function rowName(row: AnswerRow, query: Query, view: AnswerView): string {
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

const measureNameOf = (key: string, lang: Lang): string => {
  const measure = measureOf(key as "pushed");
  return measure ? say(lang, measure.zh, measure.en) : key;
};

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

const noFigure: Record<Missing, [string, string]> = {
  yet: ["还没有数据", "no figures yet"],
  over: ["没有数据", "no figures"],
  "too-few": ["数据不够", "not enough data"],
};

/** Small groups are not shown apart to those who may not see every one of them. */
function shownFigure(
  row: AnswerRow,
  unit: string,
  { lang, hiddenBelow }: AnswerView & { hiddenBelow?: number },
): string {
  if (row.missing) return say(lang, ...noFigure[row.missing]);
  const isHidden = hiddenBelow !== undefined && row.value !== null && row.value > 0 && row.value < hiddenBelow;
  return isHidden ? `<${hiddenBelow}` : figureText(row.value, unit, lang);
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
