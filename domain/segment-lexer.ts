import { readChinese } from "./number.ts";
import type { Reason } from "./segment.ts";

export type Leaf = Reason["rule"];
/** A piece of a rule in words; `with` is an "and" that joins a list as well (和, and). A `name` is not understood yet: a tag, a segment or a city by the way it is written. */
export type Piece =
  | { type: "and" | "with" | "or" | "not" | "except" | "open" | "close" | "comma" }
  | { type: "leaf"; leaf: Leaf }
  | { type: "name"; text: string; as?: "city" | "segment" | "dimension" };

/** 30, 三十, 十五, 半: numbers as they stand before a unit of time. */
const numberOf = (text: string): number =>
  /^[\d.]+$/.test(text) ? Number(text) : text === "半" ? 0.5 : (readChinese(text) ?? Number.NaN);

function daysOf(count: string | undefined, unit: string | undefined): number {
  const n = count ? numberOf(count) : 1;
  const u = (unit ?? "天").toLowerCase();
  if (/周|星期|week/.test(u)) return n * 7;
  if (/月|month/.test(u)) return n * 30;
  return /年|year/.test(u) ? n * 365 : n;
}

const n = "(\\d+|[一两二三四五六七八九十半]+)";
const unit = "(天|日|周|个?星期|个月|年)";
const enUnit = "(days?|weeks?|months?|years?)";
type Reader = { form: RegExp; read: (m: RegExpExecArray) => Piece };
const leaf = (made: Leaf): Piece => ({ type: "leaf", leaf: made });
const split = (text: string): string[] => text.split("/").map((city) => city.trim().replace(/市$/, ""));

/** Conditions that are written out, each from the place where the reader stands. */
const conditions: readonly Reader[] = [
  {
    form: new RegExp(`^(?:最?近|过去)${n}${unit}(?:内|以?来)?(?:有)?(?:活跃|发言|发过言|说过话|聊过|来过)(?:的)?`),
    read: (m) => leaf({ kind: "active", withinDays: daysOf(m[1], m[2]) }),
  },
  {
    form: new RegExp(`^active (?:with)?in (?:the )?(?:last |past )?(?:(\\d+) )?${enUnit}`, "i"),
    read: (m) => leaf({ kind: "active", withinDays: daysOf(m[1], m[2]) }),
  },
  {
    form: new RegExp(`^(?:沉默|静默|不活跃)(?:了|超过|满)?${n}${unit}(?:以上|的)?`),
    read: (m) => leaf({ kind: "silent", forDays: daysOf(m[1], m[2]) }),
  },
  {
    form: new RegExp(`^(?:最?近|超过)?${n}${unit}(?:以上|内)?没有?(?:说话|发言|活跃|动静|来|聊)(?:过)?(?:的)?`),
    read: (m) => leaf({ kind: "silent", forDays: daysOf(m[1], m[2]) }),
  },
  {
    form: new RegExp(`^(?:silent|quiet|inactive) for (?:more than |over )?(?:(\\d+) )?${enUnit}`, "i"),
    read: (m) => leaf({ kind: "silent", forDays: daysOf(m[1], m[2]) }),
  },
  {
    form: new RegExp(
      `^(?:最?近|过去)${n}${unit}(?:内)?(?:至少)?(?:通过|完成|做过|交过)(?:了|过)?(?:任务)?(?:至少)?(?:${n}(?:次|个|篇))?(?:任务)?(?:的)?`,
    ),
    read: (m) => leaf({ kind: "approved", withinDays: daysOf(m[1], m[2]), times: m[3] ? numberOf(m[3]) : 1 }),
  },
  {
    form: new RegExp(
      `^(?:(\\d+) (?:tasks? )?)?approved (?:a task )?(?:with)?in (?:the )?(?:last |past )?(?:(\\d+) )?${enUnit}`,
      "i",
    ),
    read: (m) => leaf({ kind: "approved", times: Number(m[1] ?? 1), withinDays: daysOf(m[2], m[3]) }),
  },
  {
    form: /^影响力\s*(?:>=|≥|>|大于|高于|超过|至少|不低于)?\s*(\d+(?:\.\d+)?)\s*倍?(?:以上)?/,
    read: (m) => leaf({ kind: "influence", atLeast: Number(m[1]) }),
  },
  {
    form: /^influence\s*(?:>=|≥|>|above|over|at least)?\s*(\d+(?:\.\d+)?)/i,
    read: (m) => leaf({ kind: "influence", atLeast: Number(m[1]) }),
  },
  {
    form: /^(?:城市|city)\s*:\s*([^\s,、;()|&且或]+)/i,
    read: (m) => leaf({ kind: "city", cities: split(m[1] as string) }),
  },
  {
    form: /^(?:分群|人群|群组|segment)\s*:\s*([^,、;()|&]+?)(?=$|[\s,、;()|&]|且|或)/i,
    read: (m) => ({ type: "name", text: (m[1] as string).trim(), as: "segment" }),
  },
  {
    form: /^(?:维度|dimension)\s*:\s*([^\s,、;()|&且或]+)/i,
    read: (m) => ({ type: "name", text: m[1] as string, as: "dimension" }),
  },
];

const joints: readonly { form: RegExp; type: "and" | "with" | "or" | "not" | "except" | "open" | "close" | "comma" }[] =
  [
    { form: /^\(/, type: "open" },
    { form: /^\)/, type: "close" },
    {
      form: /^[,;]?\s*(?:但是?|并且?|而且)?\s*(?:排除掉?|除去|除了|除开|去掉|不(?:包括|包含|含|要))\s*:?/,
      type: "except",
    },
    { form: /^[,;]?\s*\b(?:except(?: for)?|excluding|without|but not)\b/i, type: "except" },
    { form: /^(?:并且|而且|同时|且|&&?|\+)/, type: "and" },
    { form: /^(?:以及|和|与|跟)/, type: "with" },
    { form: /^and\b/i, type: "with" },
    { form: /^(?:或者?是?|、|\|\|?)/, type: "or" },
    { form: /^or\b/i, type: "or" },
    { form: /^(?:非|不是|没有|并非|!)/, type: "not" },
    { form: /^not\b/i, type: "not" },
    { form: /^[,;]/, type: "comma" },
  ];

/**
 * Cuts a rule in words into its pieces. `known` are names that may contain words of the language themselves (a tag called 和平主义者):
 * where one stands, the longest is taken whole.
 */
export function piecesOf(text: string, known: readonly string[]): Piece[] {
  const source = text
    .normalize("NFKC")
    .replace(/[“”「」"]/g, " ")
    .trim();
  const lower = source.toLowerCase();
  const names = [...new Set(known.map((name) => name.normalize("NFKC").toLowerCase()))]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  const pieces: Piece[] = [];
  // What is unread begins here; it is never put together letter by letter, which would take the square of a long text's time.
  let from = 0;
  let isBlank = true;
  const flush = (end: number) => {
    const unread = source.slice(from, end).trim();
    if (unread !== "" && !filler.test(unread)) pieces.push({ type: "name", text: unread });
  };
  for (let at = 0; at < source.length; ) {
    const inWord = !isBlank && wordSign.test(source[at - 1] as string);
    const next = inWord ? jointAt(source, at) : pieceAt(source, lower, at, names);
    if (next) {
      flush(at);
      pieces.push(next.piece);
      at += next.length;
      from = at;
      isBlank = true;
    } else {
      isBlank &&= (source[at] as string).trim() === "";
      at++;
    }
  }
  flush(source.length);
  return pieces;
}

/** Words that only lead to a name or away from it. */
const filler =
  /^(?:的|是|有|带|人|在|人在|住在?|来自|坐标|的人|的客户|的顾客|客户|顾客|people|who are|who have|the|from|in)$/i;

/** Inside a Latin word nothing else begins. */
const wordSign = /[a-z0-9_]/i;

function pieceAt(source: string, lower: string, at: number, names: readonly string[]) {
  const rest = source.slice(at);
  for (const { form, read } of conditions) {
    const match = form.exec(rest);
    if (match) return { piece: read(match), length: match[0].length };
  }
  const name = names.find((one) => lower.startsWith(one, at) && !/^[a-z0-9_]{2}$/i.test(around(lower, at, one)));
  if (name) return { piece: { type: "name" as const, text: source.slice(at, at + name.length) }, length: name.length };
  return jointAt(source, at);
}

/** The last letter of a name and what follows: two Latin letters mean that the word goes on. */
const around = (text: string, at: number, name: string): string =>
  text.slice(at + name.length - 1, at + name.length + 1);

function jointAt(source: string, at: number) {
  const inWord = at > 0 && /[a-z0-9_]/i.test(source[at - 1] as string) && /[a-z]/i.test(source[at] as string);
  if (inWord) return undefined;
  const rest = source.slice(at);
  for (const { form, type } of joints) {
    const match = form.exec(rest);
    if (match) return { piece: { type } as Piece, length: match[0].length };
  }
  return undefined;
}
