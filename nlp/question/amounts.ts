import { readChinese } from "#domain/number.ts";
import type { Having } from "#domain/query.ts";

const englishDigits: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};
const numberOf = (word: string): number =>
  /^\d/.test(word)
    ? Number(word)
    : (readChinese(word) ?? englishDigits[word] ?? (word === "俩" ? 2 : word === "仨" ? 3 : 10));

const superlative =
  "(?:最(?:常见|普遍|热门|活跃|受欢迎)(?:的)?|最[高低多少好差大小快慢长短热火冷强弱久贵](?:的)?|排名?(?:最)?(?:靠前|靠后|前|后)的?|第一|垫底的?|倒数的?)";
const limitShapes = [
  /top ?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)/,
  /前(\d{1,2}|[一二两三四五六七八九十])(?!天|周|个?月|年|个?星期|小时|日)(?:个|名|位|大|篇|条)?/,
  /(?:倒数|垫底的?|后)(\d{1,2}|[二两三四五六七八九十])(?:个|名|位|篇)?/,
  new RegExp(`${superlative}(?:的)?(?:那|前)?(\\d{1,2}|[一二两三四五六七八九十俩仨])(?:个|名|位|篇|条|类|种|项)?`),
  /(?:哪|那)(\d{1,2}|[两三四五六七八九十])(?:个|名|位|篇|条|类)(?=.{0,16}最)/,
  /(?:best|worst|lowest|highest|bottom|most|least|fewest|fastest|slowest) (\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b/,
  /(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?(?:best|worst|lowest|highest|most|fewest|fastest|slowest|top|largest|biggest|smallest)\b/,
  /(?:给我|列|列出|要|取|看)(?:一下)?(\d{1,2}|[三四五六七八九十])(?:个|名|位|篇|条)/,
];

/** How many are asked for: `前五名`, `top 5`. */
export function readLimit(text: string): number | null {
  for (const shape of limitShapes) {
    const hit = shape.exec(text);
    if (hit?.[1]) return numberOf(hit[1]);
  }
  return null;
}

/** Whether a task got what it wanted. */
const quotaMissed =
  /名额(?:还|都)?(?:没有?|未)(?:完成|达成|凑够|凑齐|收满|招满|用完|满)|(?:没|未)(?:有)?(?:完成|达成|达到|收满|收够|凑够|凑齐)名额|(?:没有?|未)(?:收够|凑够|招满|达标)|(?:short of|miss(?:ed|ing)?|below|under|did not (?:reach|meet|fill)|didn't (?:reach|meet|fill)) (?:the |its |their )?quotas?/;
const quotaMet =
  /名额(?:已经?|都|全)?(?:满了|完成|达成|凑够|凑齐|收满|招满|用完)(?!率|度)了?|(?:完成|达成|达到|收满|收够)(?:了)?名额(?!率|达)|超额(?:完成)?|(?:reach|met|meet|fill|filled|reached|hit) (?:the |its |their )?quotas?/;

const roundNumbers: Record<string, number> = { 百: 100, 千: 1000, 万: 10_000, 十万: 100_000, 百万: 1_000_000 };

/** A figure that groups must have to be shown. */
export function readHaving(text: string): Having | null {
  if (quotaMissed.test(text)) return { is: "below", value: 100, orEqual: false };
  if (quotaMet.test(text)) return { is: "above", value: 100, orEqual: true };
  const exact =
    /(?:重要(?:度|性|程度)?|优先级|importance|priority)(?:是|为|=|:| of| is)? ?(\d)(?!\d)(?! ?(?:以上|以下|及))/.exec(
      text,
    );
  if (exact) return { is: "equal", value: Number(exact[1]), orEqual: true };
  const hit =
    /(超过|高于|大于|多于|不低于|至少|不少于|低于|小于|少于|不到|不足|不超过|至多|over|above|more than|at least|greater than|higher than|below|under|less than|fewer than|lower than|at most) ?(\d+(?:\.\d+)?(?:万|千|w|k)?)/.exec(
      text,
    ) ?? /(?:在|有)?(\d+(?:\.\d+)?(?:万|千|w|k)?) ?(?:%|个|人|篇|次|条|分|积分|小时)?(以上|以下)/.exec(text);
  // `点赞破千`
  const round = /[破过超上]([百千万]|十万|百万)(?![里辆元块])/.exec(text);
  if (!hit && round) return { is: "above", value: roundNumbers[round[1]!]!, orEqual: true };
  const tenths =
    /(超过|高于|大于|不低于|至少|低于|小于|不到|不足|不超过)(?:([一二两三四五六七八九])成([半一二三四五六七八九])?|(一半|百分之五十))/.exec(
      text,
    );
  if (tenths) {
    const value = tenths[4]
      ? 50
      : numberOf(tenths[2]!) * 10 + (tenths[3] === "半" ? 5 : tenths[3] ? numberOf(tenths[3]) : 0);
    const isBelow = /^(?:低于|小于|不到|不足|不超过)$/.test(tenths[1]!);
    return { is: isBelow ? "below" : "above", value, orEqual: /^不低于|至少|不超过/.test(tenths[1]!) };
  }
  const inWords = /([两三四五六七八九十])(?:个|篇|次|条|人|位)(?:以上|及以上)/.exec(text);
  if (!hit && inWords) return { is: "above", value: numberOf(inWords[1]!), orEqual: true };
  if (!hit) return null;
  const [word, number] = /\d/.test(hit[1]!) ? [hit[2]!, hit[1]!] : [hit[1]!, hit[2]!];
  const isBelow = /低于|小于|少于|不到|不足|不超过|至多|以下|below|under|less|fewer|lower|most/.test(word);
  const orEqual = /不低于|至少|不少于|不超过|至多|以上|以下|at least|at most/.test(word);
  return {
    is: isBelow ? "below" : "above",
    value: Number.parseFloat(number) * (/[万w]$/.test(number) ? 10_000 : /[千k]$/.test(number) ? 1_000 : 1),
    orEqual,
  };
}

/** Whether a question asks which tasks got the pieces they wanted. */
export const asksForQuota = ({ text }: { text: string }): boolean => quotaMissed.test(text) || quotaMet.test(text);
