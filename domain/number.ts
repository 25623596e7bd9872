/** A number as somebody typed it. */
export type TextNumber = {
  start: number;
  end: number;
  /** Of a percentage the share (`41%` is 0.41). NaN where only a size is said: `几百`, `三四千`, `300-400`. */
  value: number;
  percent: boolean;
  /** `at-least`: `10万+`, `三百多`; `vague`: no value at all. */
  bound: "exact" | "at-least" | "vague";
  /** Written in Chinese numerals, which are also parts of ordinary words. */
  chinese: boolean;
  /** Grouped by a full-width comma, which may just as well part two numbers: `100，200`. */
  doubtful: boolean;
};

const digitOf: Record<string, number> = {};
for (const [value, chars] of [
  "零〇",
  "一壹",
  "二两兩贰",
  "三叁",
  "四肆",
  "五伍",
  "六陆",
  "七柒",
  "八捌",
  "九玖",
].entries()) {
  for (const char of chars) digitOf[char] = value;
}
const smallUnit: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 };
const bigUnit: Record<string, number> = { 亿: 1e8, 億: 1e8, 万: 1e4, 萬: 1e4 };

/** Below ten thousand: `三千五` 3500, `一百零五` 105, `十二` 12. `after`: the unit before it, of which a lone digit is a tenth. */
function readSection(text: string, after: number): number | null {
  let total = 0;
  let last = after;
  let zero = false;
  let digit: number | null = null;
  for (const [i, char] of [...text].entries()) {
    const unit = smallUnit[char];
    if (unit) {
      if (unit >= last) return null;
      if (digit === null && !(unit === 10 && i === 0)) return null;
      total += (digit ?? 1) * unit;
      [digit, last, zero] = [null, unit, false];
      continue;
    }
    const value = digitOf[char];
    if (value === undefined || digit !== null) return null;
    if (value === 0) zero = true;
    else digit = value;
  }
  if (digit === null) return total;
  const shorthand = last >= 100 && last < Number.POSITIVE_INFINITY && !zero;
  return total + (shorthand ? (digit * last) / 10 : digit);
}

/**
 * The value of Chinese numerals: `一万二` 12000, `三千五` 3500, `两百` 200, `二〇二六` 2026. Null for what is no number or names no
 * certain one (`三四百`, `三五`).
 */
export function readChinese(text: string): number | null {
  if (text === "" || text === "十零") return null;
  const digits = [...text].map((char) => digitOf[char]);
  if (digits.length > 1 && digits.every((digit) => digit !== undefined))
    return digits.length > 2 ? Number(digits.join("")) : null;
  let total = 0;
  let after = Number.POSITIVE_INFINITY;
  let rest = text;
  for (const big of [/[亿億]/, /[万萬]/]) {
    const at = rest.search(big);
    if (at < 0) continue;
    const section = readSection(rest.slice(0, at), Number.POSITIVE_INFINITY);
    if (section === null || section === 0) return null;
    const unit = bigUnit[rest[at]!]!;
    total += section * unit;
    after = unit;
    rest = rest.slice(at + 1);
  }
  if (rest === "") return total;
  const section = readTail(rest, after);
  return section === null ? null : total + section;
}

function readTail(text: string, after: number): number | null {
  // After `一万` a lone `二` is two thousand; anything longer is read as it stands.
  if (after < Number.POSITIVE_INFINITY && text.length === 1) return readSection(text, after);
  return readSection(text, Number.POSITIVE_INFINITY);
}

const latinUnits: Record<string, number> = { w: 1e4, k: 1e3, kw: 1e7, m: 1e6, b: 1e9 };
const chineseUnits: Record<string, number> = {
  百: 1e2,
  千: 1e3,
  万: 1e4,
  萬: 1e4,
  十万: 1e5,
  百万: 1e6,
  千万: 1e7,
  亿: 1e8,
  億: 1e8,
};

const arabic = /(\d{1,3}(?:[,，]\d{3})+(?!\d)|\d{1,15})(\.\d{1,9})?/y;
const unit = / ?(十万|百万|千万|[百千万萬亿億]|(?:[kK][wW]|[wWkK])(?![A-Za-z]))|([mMbB])(?![A-Za-z])/y;
const lower = /(\d)(?:([千百十])|(?![\d%％千百十]|[.,，]\d))/y;
const percentSign = / ?(?:%|％|个百分点|个点)/y;
const more = /(?: ?\+(?!\d)| ?[多余餘]|来(?=[个条次人位万千百])|以上)/y;
const moreUnit = /[百千万亿]/y;
const numerals = /[零〇一二两兩三四五六七八九十百千万亿萬億壹贰叁肆伍陆柒捌玖拾佰仟]+/y;
const vague = /(?:好?几|数)(?:十|百|千|万|亿)+|[一二两三四五六七八九]?十几(?:万)?|若干/y;

function at(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

/** Multiplies without the dust of binary fractions: 1.23 万 is 12300. */
function times(value: number, by: number): number {
  return Math.round(value * by * 1e6) / 1e6;
}

type Raw = { value: number; end: number; doubtful: boolean };

function readArabicAt(text: string, index: number): Raw | null {
  const head = at(arabic, text, index);
  if (!head) return null;
  const doubtful = head[1]!.includes("，");
  let value = Number(head[1]!.replace(/[,，]/g, "") + (head[2] ?? ""));
  let end = arabic.lastIndex;
  const scale = at(unit, text, end);
  if (!scale) return { value, end, doubtful };
  let last = scale[1]
    ? (chineseUnits[scale[1]] ?? latinUnits[scale[1].toLowerCase()]!)
    : latinUnits[scale[2]!.toLowerCase()]!;
  value = times(value, last);
  end = unit.lastIndex;
  // `1万2` and `1w2` are 12000, `1万2千3百` 12300.
  while (!head[2]) {
    const next = at(lower, text, end);
    const small = next?.[2] ? smallUnit[next[2]]! : last / 10;
    if (!next || small >= last) break;
    value += Number(next[1]) * small;
    end = lower.lastIndex;
    if (!next[2]) break;
    last = small;
  }
  return { value, end, doubtful };
}

function readNumeralsAt(text: string, index: number): Raw | null {
  const run = at(numerals, text, index);
  if (!run) return null;
  const value = readChinese(run[0]);
  return { value: value ?? Number.NaN, end: index + run[0].length, doubtful: false };
}

/** `百分之四十一`, `四成`, `四成五`. */
const share =
  /百分之(?:([\d.]{1,9})|([零一二两三四五六七八九十]{1,5})(?:点([零一二三四五六七八九]{1,3}))?)|([一二两三四五六七八九\d])成([一二三四五六七八九半])?(?![\u4e00-\u9fff])/y;

function readShareAt(text: string, index: number): TextNumber | null {
  const found = at(share, text, index);
  if (!found) return null;
  let value = Number(found[1]);
  if (found[2])
    value =
      (readChinese(found[2]) ?? Number.NaN) + Number(`0.${[...(found[3] ?? "0")].map((c) => digitOf[c]).join("")}`);
  if (found[4])
    value = (digitOf[found[4]] ?? Number(found[4])) * 10 + (found[5] === "半" ? 5 : (digitOf[found[5] ?? ""] ?? 0));
  const bound = Number.isNaN(value) ? "vague" : "exact";
  return {
    start: index,
    end: share.lastIndex,
    value: times(value, 0.01),
    percent: true,
    bound,
    chinese: false,
    doubtful: false,
  };
}

function readAt(text: string, index: number): TextNumber | null {
  const part = readShareAt(text, index);
  if (part) return part;
  if (at(vague, text, index)) {
    return {
      start: index,
      end: vague.lastIndex,
      value: Number.NaN,
      percent: false,
      bound: "vague",
      chinese: true,
      doubtful: false,
    };
  }
  const plain = readArabicAt(text, index);
  const raw = plain ?? readNumeralsAt(text, index);
  if (!raw) return null;
  let { value, end } = raw;
  const percent = at(percentSign, text, end) !== null;
  if (percent) end = percentSign.lastIndex;
  let bound: TextNumber["bound"] = Number.isNaN(value) ? "vague" : "exact";
  if (at(more, text, end) && !percent) {
    end = more.lastIndex;
    if (bound === "exact") bound = "at-least";
    // `一百多万`: the unit comes after.
    const after = plain || /[十百千]$/.test(text.slice(index, raw.end)) ? at(moreUnit, text, end) : null;
    if (after) [value, end] = [times(value, chineseUnits[after[0]]!), moreUnit.lastIndex];
  }
  return {
    start: index,
    end,
    value: percent ? times(value, 0.01) : value,
    percent,
    bound,
    chinese: !plain,
    doubtful: raw.doubtful,
  };
}

/** Full-width digits and signs as half-width ones, one character for each, so that positions stay. The full-width comma stays. */
export function narrowDigits(text: string): string {
  return text
    .replace(/[！-～]/g, (char) => (char === "，" ? char : String.fromCharCode(char.charCodeAt(0) - 0xfee0)))
    .replace(/　/g, " ");
}

/**
 * Every number in a text, in order: Arabic and Chinese, with 万, w, k, 千, 亿, commas, percent signs. Takes text that went through
 * `narrowDigits`; signs before a number are left to the caller. Time grows with the length of the text.
 */
export function findNumbers(text: string): TextNumber[] {
  const found: TextNumber[] = [];
  const start = /[\d零〇一二两兩三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾几数好若]/g;
  for (let hit = start.exec(text); hit; hit = start.exec(text)) {
    const number = readAt(text, hit.index);
    if (!number) continue;
    found.push(number);
    start.lastIndex = number.end;
  }
  return found;
}

/** The value of a text that is one number and nothing else (`3`, `二十`, `1.2万`, `两百`); null for anything more or less certain. */
export function readNumber(text: string): number | null {
  const narrow = narrowDigits(text.trim());
  const number = narrow === "" ? null : readAt(narrow, 0);
  return number && number.end === narrow.length && number.bound === "exact" && !number.percent && !number.doubtful
    ? number.value
    : null;
}
