import { narrowDigits } from "./number.ts";
import {
  addCounted,
  addForms,
  addPlatforms,
  countedForms,
  isRangeBefore,
  type NamedAudience,
  namesIn,
  numberShapes,
  put,
  putNumber,
  readForms,
  readNamed,
  readPlatforms,
  readWhole,
  type Sheet,
  type TaskDraft,
  type TaskReader,
  value,
} from "./task-pieces.ts";
import { audienceHead, fieldNames, opening, type TaskField } from "./task-words.ts";
import { findTimes } from "./time-text.ts";

const separators =
  /[;；。!！?？\n\t|（）()【】「」]+|,(?!\d{3}(?!\d))|，|(?<=[\u4e00-\u9fff\d%]) +(?=[\u4e00-\u9fff\d])|(?<=[\u4e00-\u9fff]) +(?=[a-zA-Z])|(?<=[a-zA-Z]) +(?=[\u4e00-\u9fff])|\.(?= |$)| - | — |\u0001+/;

/** Takes the deadline out of the message: a time said as a limit, or one that stands as a piece of its own. */
function takeDeadline<Match>(text: string, sheet: Sheet<Match>, reader: TaskReader<Match>): string {
  const before =
    /(?:(?:截止|截稿|交稿)(?:时间|日期|到|至|于)?|ddl|deadline|due(?: date)?|by|before|until|till|期限|时间|最晚|最迟|不晚于|在|到|于)(?: ?(?:is|on|at|the|为|是|[:：]))* ?$/i;
  const after =
    /^ ?(?:(?:之?前|以前|为止|截止|截稿|到期|交稿|交|提交|完成|ddl|deadline|内)(?![\u4e00-\u9fff]{0,2}[后的]))+(?:提交|交稿|完成|交齐|交)?/i;
  const hits = findTimes(text, reader.now, reader.zone).filter((hit) => {
    const stands =
      /(?:^|[,，;；。\s:：(（\u0001])$/.test(text.slice(0, hit.start)) &&
      /^(?:$|[,，;；。.\s)）!！])/.test(text.slice(hit.end));
    return hit.isLimit || stands;
  });
  const limits = hits.filter((hit) => hit.isLimit);
  let rest = text;
  for (const hit of (limits.length > 0 ? limits : hits).toReversed()) {
    put(sheet, "deadlineAt", "deadline", hit.until);
    const lead = before.exec(rest.slice(0, hit.start))?.[0].length ?? 0;
    const trail = after.exec(rest.slice(hit.end))?.[0].length ?? 0;
    rest = `${rest.slice(0, hit.start - lead)}\u0001${rest.slice(hit.end + trail)}`;
  }
  return rest;
}

/** What is glued to the end of a piece, for the fields that nothing else has said: `安装技巧视频20篇`. */
function peelTail<Match>(piece: string, sheet: Sheet<Match>): string {
  const low = piece.toLowerCase();
  const isOpen = (field: TaskField) =>
    (field === "quota" || field === "reward" || field === "pushBudget") && sheet[field] === null;
  const counted = sheet.quota === null && sheet.counted === 0 ? countedForms.exec(low) : null;
  // `视频或图文20篇` is one count for both forms: the number goes first, the forms after it.
  const isByForm =
    counted !== null && (/^[\d一二三四五六七八九十两]/.test(counted[0]) || (counted[0].match(/\d+/g)?.length ?? 0) > 1);
  if (counted && isByForm && counted.index > 1 && !isRangeBefore(low, counted.index) && addCounted(sheet, counted[0])) {
    return piece.slice(0, counted.index).trim();
  }
  for (const [field, shape] of numberShapes) {
    const hit = isOpen(field) ? shape.exec(low) : null;
    if (hit && hit.index > 1 && !isRangeBefore(low, hit.index) && putNumber(sheet, field, value(hit[1]!)))
      return piece.slice(0, hit.index).trim();
  }
  for (
    let cut = Math.max(2, low.length - 24);
    cut < low.length && (sheet.forms.length === 0 || sheet.platforms.length === 0);
    cut++
  ) {
    if (/[a-z]/.test(low[cut - 1]!) && /[a-z]/.test(low[cut]!)) continue; // inside an English word
    const tail = low.slice(cut);
    const forms = sheet.forms.length === 0 ? readForms(tail) : null;
    const platforms =
      !forms && sheet.platforms.length === 0 && /[\u4e00-\u9fff]|(?:^| )on /.test(tail) ? readPlatforms(tail) : null;
    if (forms) addForms(sheet, forms);
    else if (platforms) addPlatforms(sheet, platforms);
    else continue;
    return piece.slice(0, cut).trim();
  }
  return piece;
}

/** `安装技巧给有孩家庭`: where what follows a `给` inside a piece is a known audience. */
function splitAudience<Match>(piece: string, sheet: Sheet<Match>, reader: TaskReader<Match>): string {
  const inner = /(?:发给|推给|面向|针对|给| for | aimed at )/g;
  for (let hit = inner.exec(piece.toLowerCase()); hit; hit = inner.exec(piece.toLowerCase())) {
    const names = hit.index > 0 ? namesIn(piece.slice(hit.index + hit[0].length), reader) : [];
    if (names.length === 0 || names.some((each) => each.matches.length === 0)) continue;
    sheet.audience.push(...names);
    return piece.slice(0, hit.index).trim();
  }
  return piece;
}

/** What no field has claimed: people behind a `给`, a title, names that the lookup knows. */
function readRest<Match>(pieces: string[], sheet: Sheet<Match>, reader: TaskReader<Match>): void {
  const left: string[] = [];
  const called: { piece: string; names: NamedAudience<Match>[] }[] = [];
  for (const whole of pieces) {
    let piece = whole;
    for (let peeled = peelTail(piece, sheet); peeled !== piece; peeled = peelTail(piece, sheet)) piece = peeled;
    const head = audienceHead.exec(piece.toLowerCase());
    const [said, title] = head ? piece.slice(head[0].length).split(/ ?: ?/, 2) : []; // `for parents: car seat check`
    const names = said ? namesIn(said, reader) : [];
    if (title) left.push(title);
    if (names.length > 0) called.push({ piece, names });
    else if (piece !== "") left.push(splitAudience(piece, sheet, reader));
  }
  // `给宝宝选座椅` is a title where nothing else can be, unless somebody goes by that name.
  const isNobody = ({ names }: { names: NamedAudience<Match>[] }) => names.every((each) => each.matches.length === 0);
  if (sheet.title === null && left.length === 0) {
    const title = called.find(isNobody);
    if (title && (called.length > 1 || sheet.audience.length > 0 || pieces.length === 1)) {
      sheet.title = title.piece;
      called.splice(called.indexOf(title), 1);
    }
  }
  sheet.audience.push(...called.flatMap(({ names }) => names));
  for (const piece of left) {
    const names = sheet.title !== null || left.length > 1 ? namesIn(piece, reader) : [];
    if (names.length > 0 && names.every((each) => each.matches.length > 0)) sheet.audience.push(...names);
    else if (sheet.title === null) sheet.title = piece;
    else sheet.unread.push(piece);
  }
}

/** `平台 小红书`: a field's name that a space parted from what it names. */
function withNames(pieces: string[]): string[] {
  const joined: string[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const isName = last !== undefined && fieldNames.some(([, name]) => name.test(last.toLowerCase()));
    if (isName) joined[joined.length - 1] = `${last}:${piece}`;
    else joined.push(piece);
  }
  return joined;
}

function tidyTitle(title: string): string {
  return (
    title
      .replace(/^(?:关于|主题是?|题目是?|写一?[篇下]?|拍一?[条下]?|about|on) ?[:：]?/i, "")
      .replace(/^[《“"'「]+|[》”"'」]+$/g, "")
      .trim() || title
  );
}

/**
 * A manager's task in one message (`新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,20篇,12月1日前`) as a draft to confirm. The order is
 * free and separators may be sloppy; names of people are matched by the caller's `lookup`. Nothing is assumed: what the message leaves out
 * or contradicts stands in `missing`.
 */
export function readTask<Match>(text: string, reader: TaskReader<Match>): TaskDraft<Match> {
  const sheet: Sheet<Match> = {
    title: null,
    brief: null,
    audience: [],
    excluded: [],
    forms: [],
    quota: null,
    deadlineAt: null,
    reward: null,
    importance: null,
    pushBudget: null,
    platforms: [],
    missing: [],
    unread: [],
    clashes: new Set(),
    counted: 0,
  };
  const message = narrowDigits(text)
    .replace(/[\u200b-\u200f\ufeff]/g, "")
    .slice(0, 4000)
    .replace(opening, "");
  const quoted = /[《“"「]([^《》“”"「」\n]{2,60})[》”"」]/.exec(message);
  if (quoted) sheet.title = quoted[1]!.trim();
  const unquoted = quoted ? message.replace(quoted[0], "\u0001") : message;
  const pieces = takeDeadline(unquoted, sheet, reader)
    .split(separators)
    .map((piece) => piece.replace(/^[\s:：、,.-]+|[\s:：、,-]+$/g, ""))
    .filter((piece) => piece !== "");
  const rest = withNames(pieces).filter(
    (piece) => !readNamed(piece, sheet, reader) && !readWhole(piece, sheet, reader),
  );
  readRest(rest, sheet, reader);
  if (sheet.title !== null && !quoted) sheet.title = tidyTitle(sheet.title);
  return finish(sheet);
}

function finish<Match>({ clashes, counted, ...draft }: Sheet<Match>): TaskDraft<Match> {
  if (counted > 0 && draft.quota !== null && draft.quota !== counted) clashes.add("quota");
  if (counted > 0) draft.quota = counted;
  for (const field of clashes) {
    if (field === "deadline") draft.deadlineAt = null;
    else if (field === "quota" || field === "reward" || field === "importance" || field === "pushBudget")
      draft[field] = null;
  }
  const lacks: [TaskField, boolean][] = [
    ["title", draft.title === null],
    ["audience", draft.audience.length === 0],
    ["forms", draft.forms.length === 0],
    ["quota", draft.quota === null || draft.quota === 0],
    ["deadline", draft.deadlineAt === null],
    ["reward", clashes.has("reward")],
    ["importance", clashes.has("importance")],
    ["pushBudget", clashes.has("pushBudget")],
  ];
  draft.missing = lacks.filter(([, isMissing]) => isMissing).map(([field]) => field);
  return draft;
}
