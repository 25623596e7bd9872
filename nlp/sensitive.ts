import { z } from "zod";
import { foldInto, newFolded, unitsOf } from "./fold.ts";
import { readYaml } from "./yaml.ts";

/** What a text may touch that koloop neither proposes nor stores in clear. `personal` is what identifies somebody: numbers, addresses. */
export type Matter = "health" | "religion" | "politics" | "sexuality" | "finances" | "minors" | "personal";

const MASK = "＊";
const patterns = z
  .array(z.string())
  .transform((lines) => new RegExp(lines.map((line) => `(?:${line})`).join("|"), "gu"));
const listSchema = z.strictObject({
  health: patterns,
  religion: patterns,
  politics: patterns,
  sexuality: patterns,
  finances: patterns,
  minors: patterns,
});

/** Numbers and addresses that identify: identity cards before bank cards before telephones, the longer first. */
const PERSONAL = new RegExp(
  [
    String.raw`(?<![\da-z])\d{17}[\dx](?![\da-z])`,
    String.raw`(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)`,
    String.raw`(?<!\d)(?:\+?0{0,2}86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)`,
    String.raw`(?<![\d.])0\d{2,3}[ -]?\d{7,8}(?!\d)`,
    String.raw`(?<![\da-z])\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d{2,4}(?!\d)`,
    String.raw`(?<!\d)\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?!\d)`,
    String.raw`[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}`,
    `(?:微信号?|wechat(?: id)?|vx|v信|薇信|qq号?)(?:是|:| )*[a-z0-9_-]{5,20}`,
    `[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. ]?[a-z0-9]{5,6}(?![a-z0-9])`,
    String.raw`(?:身份证|护照|passport|ssn|social security)(?:号码?| number| no\.?)?(?:是|:| )*[a-z]?\d{6,}[\dx-]*`,
    String.raw`[一-鿿]{2,10}(?:路|街|道|巷|弄)\d+(?:弄|号)(?:[一-鿿\d]{0,8}(?:栋|幢|单元|号楼|室|楼))*`,
    String.raw`(?:\d+|[一二三四五六七八九十]+)(?:栋|幢|号楼)(?:\d+|[一二三四五六七八九十]+)?(?:单元)?\d{0,4}(?:室)?`,
    String.raw`\b\d{1,5} [a-z]+(?: [a-z]+)? (?:street|st|road|rd|avenue|ave|lane|drive|boulevard|blvd)\b(?:,? (?:apt|unit|flat) ?\w+)?`,
  ].join("|"),
  "gu",
);

const matters = readMatters();

/** The text with every sensitive part masked sign by sign, so that its length and all offsets stay. */
export function maskSensitive(text: string): string {
  return mask(
    text,
    matters.map(([, pattern]) => pattern),
  );
}

/** The text with only what identifies somebody masked: for sending to a language model, which needs the rest. */
export function maskPersonal(text: string): string {
  return mask(text, [PERSONAL]);
}

/** Whether the text touches a sensitive matter. */
export function isSensitive(text: string): boolean {
  return mattersIn(text).length > 0;
}

/** The sensitive matters that the text touches. */
export function mattersIn(text: string): Matter[] {
  const folded = plainOf(text).plain;
  return matters.filter(([, pattern]) => folded.search(pattern) >= 0).map(([matter]) => matter);
}

function mask(text: string, list: readonly RegExp[]): string {
  const { plain, at } = plainOf(text);
  let units: string[] | undefined;
  for (const pattern of list) {
    // `search` makes nothing where nothing is found, which is nearly always.
    if (plain.search(pattern) < 0) continue;
    units ??= Array.from({ length: text.length }, (_, i) => text[i]!);
    for (const match of plain.matchAll(pattern)) {
      const from = at[match.index]!;
      const to = at[match.index + match[0].length - 1]! + 1;
      for (let i = from; i < to; i++) units[i] = MASK;
    }
  }
  return units?.join("") ?? text;
}

/** The folded text with its spaces between Chinese characters gone, and where each of its units stands in the text. */
function plainOf(text: string): { plain: string; at: Int32Array } {
  const folded = foldInto(text, newFolded(text.length + 1));
  return { plain: unitsOf(folded), at: folded.at };
}

function readMatters(): [Matter, RegExp][] {
  const lists = listSchema.parse(readYaml("packs/core/sensitive.yaml"));
  return [["personal", PERSONAL], ...(Object.entries(lists) as [Matter, RegExp][])];
}
