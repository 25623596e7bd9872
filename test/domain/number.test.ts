import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findNumbers, narrowDigits, readChinese, readNumber } from "#domain/number.ts";
import { effortMs } from "../setup/effort.ts";

/** The textbook way of writing a number below a hundred million. */
function inChinese(value: number): string {
  const digits = "零一二三四五六七八九";
  const section = (n: number): string => {
    let text = "";
    let zero = false;
    for (const [unit, name] of [
      [1000, "千"],
      [100, "百"],
      [10, "十"],
      [1, ""],
    ] as const) {
      const digit = Math.floor(n / unit) % 10;
      if (digit === 0) zero = text !== "";
      else {
        text += (zero ? "零" : "") + digits[digit] + name;
        zero = false;
      }
    }
    return text;
  };
  const high = Math.floor(value / 10_000);
  const low = value % 10_000;
  if (high === 0) return section(low);
  return `${section(high)}万${low === 0 ? "" : (low < 1000 ? "零" : "") + section(low)}`;
}

describe("Chinese numerals", () => {
  it.each([
    ["一万二", 12_000],
    ["一万二千", 12_000],
    ["一万零二", 10_002],
    ["三千五", 3500],
    ["三千零五", 3005],
    ["两百", 200],
    ["两百五", 250],
    ["二百五十", 250],
    ["一百零五", 105],
    ["一百一", 110],
    ["十二", 12],
    ["二十", 20],
    ["二十一", 21],
    ["十", 10],
    ["零", 0],
    ["九", 9],
    ["一百二十三万", 1_230_000],
    ["一百二十三万四", 1_234_000],
    ["三万五千", 35_000],
    ["十万", 100_000],
    ["两千万", 20_000_000],
    ["一亿二", 120_000_000],
    ["一亿零五万", 100_050_000],
    ["二〇二六", 2026],
    ["壹仟贰佰", 1200],
    ["兩萬", 20_000],
    ["三四百", null],
    ["三五", null],
    ["百八", null],
    ["千", null],
    ["万", null],
    ["十十", null],
    ["一百千", null],
    ["", null],
  ])("%s is %s", (text, value) => {
    expect(readChinese(text)).toBe(value);
  });

  it("written as in a textbook are read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (value) => {
        expect(readChinese(inChinese(value))).toBe(value);
      }),
    );
  });
});

describe("a number", () => {
  it.each([
    ["356", 356],
    ["1,204", 1204],
    ["12,345,678", 12_345_678],
    ["1.2万", 12_000],
    ["1.23 万", 12_300],
    ["1.2w", 12_000],
    ["1.2W", 12_000],
    ["3k", 3000],
    ["12.3K", 12_300],
    ["2千", 2000],
    ["3千5", 3500],
    ["1万2", 12_000],
    ["1w2", 12_000],
    ["1万2千", 12_000],
    ["1万2千3百", 12_300],
    ["1.5千万", 15_000_000],
    ["2kw", 20_000_000],
    ["1.2亿", 120_000_000],
    ["1.5M", 1_500_000],
    ["１２．５万", 125_000],
    ["１２０４", 1204],
    ["1.2万+", null],
    ["100，200", null],
    ["三百多", null],
    ["几百", null],
    ["41%", null],
    ["12 345", null],
    ["3天", null],
    ["", null],
  ])("%j alone is %s", (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  it.each([
    ["41%", 0.41],
    ["41.5 %", 0.415],
    ["百分之四十一", 0.41],
    ["百分之41", 0.41],
    ["百分之三十七点五", 0.375],
    ["四成", 0.4],
    ["四成五", 0.45],
    ["三成半", 0.35],
  ])("%s is a share", (text, value) => {
    expect(findNumbers(text)).toMatchObject([{ value, percent: true }]);
  });

  it.each([
    ["10万+", 100_000],
    ["1.2w+", 12_000],
    ["三百多", 300],
    ["一百多万", 1_000_000],
    ["100余", 100],
    ["1000以上", 1000],
  ])("%s is a lower bound", (text, value) => {
    expect(findNumbers(text)).toMatchObject([{ value, bound: "at-least" }]);
  });

  it("is found with its place, whatever else stands around", () => {
    const text = narrowDigits("阅读１.２万，赞三百五和10万+");

    expect(findNumbers(text).map((n) => [text.slice(n.start, n.end), n.value])).toEqual([
      ["1.2万", 12_000],
      ["三百五", 350],
      ["10万+", 100_000],
    ]);
  });

  it("never throws, and takes four seconds at most for a hundred thousand characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void findNumbers(narrowDigits(text))));
    for (const piece of ["1,", "一", "1万", "9", "百分之", "1,000", "十几", "三千"]) {
      const started = process.cpuUsage();
      findNumbers(piece.repeat(Math.floor(100_000 / piece.length)));
      expect(effortMs(started)).toBeLessThan(4000);
    }
  });
});
