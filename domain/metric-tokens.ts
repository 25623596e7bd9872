import { boundWords, filler, type MetricWord, metricNamed, metricWord } from "./metric-words.ts";
import { findNumbers, narrowDigits, type TextNumber } from "./number.ts";

export type Bound = "exact" | "at-least" | "about" | "below";
/** A name of a figure. `alone`: no other word runs into it from the left. */
export type Label = { kind: "label"; start: number; end: number; word: MetricWord; hasColon: boolean; alone: boolean };
/** `dash`: a hyphen stands glued before it, which may be a minus or only part it from its name. */
export type Figure = {
  kind: "number";
  start: number;
  end: number;
  number: TextNumber;
  bound: Bound;
  negative: boolean;
  dash: boolean;
};
export type Token = Label | Figure;
const han = /[\u4e00-\u9fff]/;
/** Takes the place of what is no figure: dates, times, prices, addresses. Neither a word nor a gap. */
const noise = "\u0001";

/** Numbers that measure something else, by what stands around them. */
const noisePatterns = [
  /https?:\/\/[^\s\u4e00-\u9fff]{1,2000}/g,
  /(?:[a-z0-9-]{1,40}\.){1,4}(?:com|cn|tv|net)\/[^\s\u4e00-\u9fff]{0,500}/g,
  /@[^\s@]{1,30}/g,
  /#[^\s#]{1,40}#?/g,
  /(?:19|20)\d\d ?[-/.年] ?\d{1,2}(?: ?[-/.月] ?\d{1,2} ?[日号]?)?/g,
  /\d{1,2} ?月 ?\d{1,2} ?[日号]?/g,
  /(?<!\d)(?:0\d|1[0-2])[-/](?:[0-2]\d|3[01])(?![\d\-/])/g,
  /(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?![\d:])(?: ?[ap]m)?/g,
  /[¥￥$€£] ?\d[\d.,]{0,15}[万wk]?/g,
  /第 ?(?:\d{1,6}|[一二三四五六七八九十]{1,3})/g,
  /(?:近|过去|最近|前|last|past) ?\d{1,3} ?(?:天|日|周|个?月|小时|days?|hours?|weeks?)/g,
  /(?<![\d.])\d{11,}(?!\d)/g,
  /^ ?\d{1,2} ?\/ ?\d{1,2} ?$/gm,
  /(?:图|页|p) ?\d{1,2} ?\/ ?\d{1,2}/g,
  /转速[^\d\n]{0,4}\d{1,6} ?转?/g,
  /(?<![\d.])\d{1,4}(?:\.\d{1,2})? ?(?:天|日|号|小时|分钟|分(?!享)|秒|周|星期|个?月|年|岁|元|块|公里|千米|米|级|款|期|楼|度|折|斤|寸|万公里|万元|万块|km|kb|mb|gb|kg|days?|hours?|mins?|minutes?|seconds?|secs?|h|min|s|d)(?![a-z])(?:前|内|后|钟)?/g,
  /[+↑↓▲▼] ?\d[\d.,]{0,12} ?[万wk%]?/g,
];

/** The numbers of a list: `1、阅读… 2、点赞…`. Only where the line begins with 1 and they follow each other. */
function withoutListNumbers(line: string): string {
  if (!/^ ?1[、.)] ?[^\d ]/.test(line)) return line;
  let last = 0;
  return line.replace(/(^| )(\d)([、.)])/g, (found, before: string, digit: string) => {
    if (Number(digit) !== last + 1) return found;
    last++;
    return before + noise.repeat(found.length - before.length);
  });
}

function withoutNoise(text: string): string {
  let masked = text.split("\n").map(withoutListNumbers).join("\n");
  for (const pattern of noisePatterns) {
    masked = masked.replace(pattern, (found, ...rest) => {
      // `10万+ 356` is a bound, not a rise; `5s完播率` names a figure.
      const offset = rest.find((value) => typeof value === "number") as number;
      if (found.startsWith("+") && /[\d万wk]/.test(masked[offset - 1] ?? "")) return found;
      if (
        /^\d{1,2} ?(?:s|秒)$/.test(found) &&
        /^(?:完播|跳出|播放率|留存|率)/.test(masked.slice(offset + found.length, offset + found.length + 3))
      )
        return found;
      return noise.repeat(found.length);
    });
  }
  return masked;
}

/** Whether only words and signs that change nothing stand here. */
function isFiller(gap: string): boolean {
  return (
    gap.length <= 60 &&
    /^[\s:=：、，,。.;；|/\\·•\-—~～()（）【】[\]"“”'!！<>≤≥≈~*_→>✅]*$/u.test(gap.replace(filler, ""))
  );
}

function readLabels(text: string): Label[] {
  metricWord.lastIndex = 0;
  const labels: Label[] = [];
  for (let hit = metricWord.exec(text); hit; hit = metricWord.exec(text)) {
    const end = hit.index + hit[0].length;
    const hasColon = /^ ?[:=：]/.test(text.slice(end, end + 2));
    labels.push({ kind: "label", start: hit.index, end, word: metricNamed(hit), hasColon, alone: true });
  }
  return labels;
}

const fillerFirst = new RegExp(`^(?:${filler.source})`);
const fillerLast = new RegExp(`(?:${filler.source})$`);

/** Whether the text goes on in a word that the name or number is only a part of: `评测`, `3000转速`, `一起`. */
function goesOn(text: string, at: number, next: Token | undefined): boolean {
  if (!han.test(text[at] ?? "") || next?.start === at) return false;
  const word = /^[\u4e00-\u9fff]{1,6}/.exec(text.slice(at, at + 6))![0];
  return !fillerFirst.test(word);
}

function comesFrom(text: string, at: number, before: Token | undefined): boolean {
  if (!han.test(text[at - 1] ?? "") || before?.end === at) return false;
  return !fillerLast.test(text.slice(Math.max(0, at - 6), at));
}

function readFigures(text: string, labels: Label[]): Figure[] {
  const figures: Figure[] = [];
  let label = 0;
  for (const number of findNumbers(text)) {
    while (label < labels.length && labels[label]!.end <= number.start) label++;
    if (label < labels.length && labels[label]!.start < number.end) continue; // the 5 of `5s完播率`
    const before = text.slice(Math.max(0, number.start - 12), number.start);
    const negative = /负$/.test(before) || /(?:^|[\s:=：])[-−]$/.test(before);
    const dash = !negative && /[-−]$/.test(before);
    let bound: Bound = number.bound === "at-least" ? "at-least" : "exact";
    if (boundWords.below.test(before)) bound = "below";
    else if (boundWords.about.test(before) || /^ ?(?:左右|上下)/.test(text.slice(number.end, number.end + 4)))
      bound = "about";
    else if (boundWords.atLeast.test(before)) bound = "at-least";
    figures.push({ kind: "number", start: number.start, end: number.end, number, bound, negative, dash });
  }
  return withoutRanges(text, figures);
}

/** `300-400` is one figure of no certain value; three or more numbers with hyphens between are a list. */
function withoutRanges(text: string, figures: Figure[]): Figure[] {
  const joins = (a: Figure | undefined, b: Figure | undefined) =>
    a !== undefined && b !== undefined && /^ ?[-~—至到] ?$/.test(text.slice(a.end, b.start));
  return figures.flatMap((figure, i) => {
    const [before, next] = [figures[i - 1], figures[i + 1]];
    if (joins(before, figure) && !joins(figures[i - 2], before) && !joins(figure, next)) return [];
    if (!joins(figure, next) || joins(before, figure) || joins(next, figures[i + 2])) return [figure];
    return [{ ...figure, end: next!.end, number: { ...figure.number, bound: "vague" as const, value: Number.NaN } }];
  });
}

/** Names and numbers of a text in order, without those that are parts of words. */
function readTokens(text: string): Token[] {
  const labels = readLabels(text);
  const all: Token[] = [...labels, ...readFigures(text, labels)].sort((a, b) => a.start - b.start);
  return all.filter((token, i) => {
    const [before, next] = [all[i - 1], all[i + 1]];
    if (token.kind === "label") {
      token.alone = !comesFrom(text, token.start, before);
      return !goesOn(text, token.end, next) && (token.alone || !token.word.part);
    }
    const latinBefore = /[a-z.]/.test(text[token.start - 1] ?? "") && before?.end !== token.start;
    const latinAfter = /[a-z\d]/.test(text[token.end] ?? "") && next?.start !== token.end;
    if (latinBefore || latinAfter || goesOn(text, token.end, next)) return false;
    if (
      token.number.chinese &&
      next?.start !== token.end &&
      /^(?![个条次人位枚颗了]|左右|上下)[\u4e00-\u9fff]/.test(text.slice(token.end, token.end + 2))
    )
      return false;
    return !token.number.chinese || !comesFrom(text, token.start, before) || token.number.bound === "at-least";
  });
}

/** Parts the tokens where words or noise stand between them. */
function chunksOf(text: string, tokens: Token[]): Token[][] {
  const chunks: Token[][] = [];
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    const gap = before ? text.slice(before.end, token.start) : noise;
    if (before && isFiller(gap)) chunks.at(-1)!.push(token);
    else chunks.push([token]);
  }
  return chunks;
}

/** Lines that hold both names and numbers speak for themselves; others are read together with their neighbours (a table pasted as text). */
function blocksOf(text: string): { text: string; offset: number }[] {
  const blocks: { text: string; offset: number; mixed: boolean }[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    const tokens = readTokens(line);
    const mixed = tokens.some((t) => t.kind === "label") && tokens.some((t) => t.kind === "number");
    const last = blocks.at(-1);
    if (last && !last.mixed && !mixed) last.text += `\n${line}`;
    else blocks.push({ text: line, offset, mixed });
    offset += line.length + 1;
  }
  return blocks;
}

/** The text with half-width digits in lower case, invisible characters as spaces: one character for each, so that positions hold. */
function readable(text: string): string {
  const narrow = narrowDigits(text).replace(/[\ufe0f\u200b-\u200f\u2060\ufeff\u00a0]/g, " ");
  const lower = narrow.toLowerCase();
  return lower.length === text.length ? lower : narrow;
}

/**
 * A text's names of figures and its numbers, by block, and in each the chunks that only filling words hold together. Positions are
 * those in the block, whose `offset` is its place in the text.
 */
export function readChunks(text: string): { text: string; offset: number; chunks: Token[][] }[] {
  return blocksOf(withoutNoise(readable(text))).map((block) => ({
    ...block,
    chunks: chunksOf(block.text, readTokens(block.text)),
  }));
}
