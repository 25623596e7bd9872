import { readNumber } from "./number.ts";
import { type Platform, platformNamed, platformNames } from "./platform.ts";
import type { Form } from "./task.ts";
import {
  anyForm,
  anyPlatform,
  audienceTail,
  excludedHead,
  excludedTail,
  fieldNames,
  formWords,
  importanceWords,
  listGlue,
  nameGlue,
  type TaskField,
} from "./task-words.ts";

/** A name as the manager wrote it, and what the caller's lookup found behind it: none, one, or several to choose from. */
export type NamedAudience<Match> = { name: string; matches: Match[] };

export type TaskDraft<Match> = {
  title: string | null;
  brief: string | null;
  audience: NamedAudience<Match>[];
  excluded: NamedAudience<Match>[];
  forms: Form[];
  quota: number | null;
  /** Epoch milliseconds; the end of the day where no time was said. */
  deadlineAt: number | null;
  reward: number | null;
  importance: number | null;
  pushBudget: number | null;
  platforms: Platform[];
  /** What a task cannot do without and the message does not say, or says twice in different ways. */
  missing: TaskField[];
  /** Pieces that were not understood. */
  unread: string[];
};

export type TaskReader<Match> = { now: number; zone: string; lookup: (name: string) => Match[] };

/** A draft being filled in; `clashes` are the fields that were said twice, differently; `counted` the pieces said form by form. */
export type Sheet<Match> = TaskDraft<Match> & { clashes: Set<TaskField>; counted: number };

const allForms: Form[] = ["video", "photo_text", "longform"];
const n = "(\\d{1,3}(?:,\\d{3})+|\\d{1,7}|[零一二两三四五六七八九十百千]{1,7})";
const each = "(?: ?(?:每篇|每条|每人|一篇|一条|each|per (?:piece|post|video)|apiece))?";

/** Numbers with a name or a unit that says what they count. Tried on a whole piece, then at the end of one. */
export const numberShapes: [TaskField, RegExp][] = [
  [
    "reward",
    new RegExp(
      `(?:(?:每篇|每条|每人|单篇)?(?:奖励|奖|给|送|发)?|rewards?(?: of)?|pays?|earn) ?${n} ?(?:个?积分|分|points?|pts?)${each}$`,
    ),
  ],
  [
    "reward",
    new RegExp(
      `(?:(?:每篇|每条|每人|单篇)(?:奖励|奖|给)?|奖励|奖|积分|points?|rewards?(?: of| is)?) ?${n}(?: ?个)?${each}$`,
    ),
  ],
  [
    "pushBudget",
    new RegExp(
      `(?:(?:推送)?预算|(?:最多|至多|只|先)?(?:推送?|发|派)(?:给|送)?|推送上限|上限|最多|至多|不超过|(?:push )?budget(?: of| is)?|max(?:imum)?|up to|at most|push to) ?${n} ?(?:个?人|位|people|persons?|kocs?|users)?(?:以内|之内|左右)?$`,
    ),
  ],
  ["pushBudget", new RegExp(`${n} ?(?:个人|人|位)(?:以内|之内|的?预算|封顶)$`)],
  [
    "quota",
    new RegExp(
      `(?:(?:要|需要|至少|一共|总共|共|出|征集|收|名额|数量|目标|quota(?: of| is)?|need|want|total(?: of)?) ?)${n} ?(?:篇|条|份|个|件|支|名额|pieces?|posts?|articles?|videos?|notes?)?(?:即可|就够|左右)?$`,
    ),
  ],
  [
    "quota",
    new RegExp(
      `${n} ?(?:篇|份|条|个名额|件作品|pieces?|posts?|items?|submissions?|slots?)(?:即可|就够|左右|就行|以上|起)?$`,
    ),
  ],
];

const formName = "短?视频|小视频|vlog|图文(?:笔记)?|笔记|长文|文章|(?:short )?videos?|photo posts?|photos?|articles?";
const unit = "(?: ?(?:条|篇|个|支|份))?";
/** Counts with their forms: `20条视频`, `视频20条图文10篇`, `20 videos`. */
export const countedForms = new RegExp(
  `(?:(?:${n}${unit} ?(?:${formName})|(?:${formName}) ?${n}${unit})(?![\\d\\-~～])(?: ?(?:和|加|\\+|、|and) ?)?)+$`,
);
const countedForm = new RegExp(`${n}${unit} ?(${formName})|(${formName}) ?${n}${unit}`, "g");

/** Reads what `countedForms` matched. */
export function addCounted<Match>(sheet: Sheet<Match>, text: string): true {
  for (const [, before, formAfter, formBefore, after] of text.matchAll(countedForm)) {
    sheet.counted += value((before ?? after)!);
    addForms(sheet, readForms((formAfter ?? formBefore)!) ?? []);
  }
  return true;
}

/** Of a range (`20-30篇`) the second number is no answer. */
export function isRangeBefore(text: string, at: number): boolean {
  return /[\d.][ 篇条]{0,2}[-~～—至到][ ]?$/.test(text.slice(Math.max(0, at - 6), at));
}

export function put<Match, F extends "quota" | "reward" | "importance" | "pushBudget" | "deadlineAt">(
  sheet: Sheet<Match>,
  field: F,
  name: TaskField,
  value: number,
): void {
  if (sheet[field] !== null && sheet[field] !== value) sheet.clashes.add(name);
  sheet[field] = value;
}

export function putNumber<Match>(sheet: Sheet<Match>, field: TaskField, value: number): boolean {
  if (!Number.isInteger(value) || value < 0 || value > 1_000_000) return false;
  if (field !== "quota" && field !== "reward" && field !== "pushBudget" && field !== "importance") return false;
  if (field === "importance" && (value < 1 || value > 5)) return false;
  put(sheet, field, field, value);
  return true;
}

/** A list of forms and nothing else: `视频或图文`, `video or photo posts`. */
export function readForms(text: string): Form[] | null {
  return readList(text, (rest) => {
    for (const [word, form] of formWords) {
      const hit = word.exec(rest);
      if (hit && !/^[a-z]/.test(/[a-z]$/.test(hit[0]) ? rest.slice(hit[0].length) : "")) return [hit[0].length, form];
    }
    return null;
  });
}

const platformWords = platformNames
  .flatMap(({ platform, aliases }) => [platform, ...aliases].filter((alias) => alias.length > 1 || alias === "x"))
  .sort((a, b) => b.length - a.length);

/** A list of platforms and nothing else: `小红书/抖音`. */
export function readPlatforms(text: string): Platform[] | null {
  return readList(text, (rest) => {
    const word = platformWords.find(
      (each) => rest.startsWith(each) && !(/[a-z]$/.test(each) && /^[a-z]/.test(rest.slice(each.length))),
    );
    return word ? [word.length, platformNamed(word)!] : null;
  });
}

function readList<Item>(text: string, first: (rest: string) => [number, Item] | null): Item[] | null {
  const items: Item[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const hit = first(rest);
    const glue = hit ? null : listGlue.exec(rest);
    if (!hit && !glue) return null;
    if (hit && !items.includes(hit[1])) items.push(hit[1]);
    rest = rest.slice(hit ? hit[0] : glue![0].length);
  }
  return items.length > 0 ? items : null;
}

function readImportance(text: string): number | null {
  const level = /^(?:重要(?:度|性|程度)?|优先级|importance|priority)? ?[:：]?([1-5])(?: ?(?:级|星|分|\/ ?5))?$/.exec(
    text,
  );
  if (level && /[^\d]/.test(text)) return Number(level[1]);
  if (/^[★⭐]{1,5}$/u.test(text)) return [...text].length;
  const named = text.replace(/^(?:重要(?:度|性|程度)|优先级|importance|priority) ?(?:is|为|是)? ?/, "");
  return importanceWords.find(([word]) => word.test(named === "" ? text : named))?.[1] ?? null;
}

export function namesIn<Match>(text: string, reader: TaskReader<Match>): NamedAudience<Match>[] {
  const whole = text.replace(audienceTail, "").trim() || text.trim();
  // A name may hold an `和` of its own.
  const asIs = reader.lookup(whole);
  if (asIs.length > 0) return [{ name: whole, matches: asIs }];
  const parts = whole
    .split(new RegExp(nameGlue.source, "i"))
    .map((part) => part.replace(audienceTail, "").trim() || part.trim());
  return parts.filter((name) => name !== "").map((name) => ({ name, matches: reader.lookup(name) }));
}

/** A piece that is one thing: a number with a unit, a list of forms or platforms, an importance, a name to exclude. */
export function readWhole<Match>(piece: string, sheet: Sheet<Match>, reader: TaskReader<Match>): boolean {
  const low = piece.toLowerCase();
  const counted = countedForms.exec(low);
  if (counted && /^(?:要|需要|出|共|做|拍|发|需)?$/.test(low.slice(0, counted.index).trim()))
    return addCounted(sheet, counted[0]);
  for (const [field, shape] of numberShapes) {
    const hit = shape.exec(low);
    if (hit?.index === 0 && putNumber(sheet, field, value(hit[1]!))) return true;
  }
  if (anyForm.test(low)) return addForms(sheet, allForms);
  if (anyPlatform.test(low)) return true;
  const importance = readImportance(low);
  if (importance !== null) return putNumber(sheet, "importance", importance);
  const forms = readForms(low);
  if (forms) return addForms(sheet, forms);
  const platforms = readPlatforms(low);
  if (platforms) return addPlatforms(sheet, platforms);
  if (excludedHead.test(low) || (/(?:除外|以外|之外)$/.test(low) && low.length > 2)) {
    sheet.excluded.push(
      ...namesIn(piece.replace(new RegExp(excludedHead.source, "i"), "").replace(excludedTail, ""), reader),
    );
    return true;
  }
  return false;
}

export const value = (text: string): number => readNumber(text) ?? Number.NaN;

export function addForms<Match>(sheet: Sheet<Match>, forms: Form[]): true {
  sheet.forms.push(...forms.filter((form) => !sheet.forms.includes(form)));
  return true;
}

export function addPlatforms<Match>(sheet: Sheet<Match>, platforms: Platform[]): true {
  sheet.platforms.push(...platforms.filter((platform) => !sheet.platforms.includes(platform)));
  return true;
}

/** A piece with its field's name before a colon. */
export function readNamed<Match>(piece: string, sheet: Sheet<Match>, reader: TaskReader<Match>): boolean {
  const colon = piece.search(/[:：]/);
  if (colon < 1 || colon > 16) return false;
  const head = piece.slice(0, colon).trim().toLowerCase();
  const field = fieldNames.find(([, name]) => name.test(head))?.[0];
  const said = piece.slice(colon + 1).trim();
  if (!field || said === "") return false;
  if (field === "title") sheet.title ??= said;
  else if (field === "brief") sheet.brief = sheet.brief ? `${sheet.brief},${said}` : said;
  else if (field === "audience" || field === "excluded") sheet[field].push(...namesIn(said, reader));
  else if (field === "deadline") return false;
  else if (field === "forms") return readWhole(said, sheet, reader);
  else if (field === "platforms")
    return anyPlatform.test(said) || /^(?:不限|any|all)$/i.test(said) || readWhole(said, sheet, reader);
  else if (field === "importance") return readWhole(said, sheet, reader) || readWhole(`重要度${said}`, sheet, reader);
  else
    return (
      readWhole(said, sheet, reader) ||
      putNumber(sheet, field, value(said.replace(/ ?(?:人|个|篇|条|份|积分|分|people|pieces|points)$/i, "")))
    );
  return true;
}
