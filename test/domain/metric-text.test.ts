import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MetricReading, readMetrics } from "#domain/metric-text.ts";
import type { Metric } from "#domain/metric-words.ts";
import { effortMs } from "../setup/effort.ts";
import { blind, screens, typed } from "./metric-rows.ts";

const letters: Record<string, Metric> = {
  r: "reads",
  l: "likes",
  c: "comments",
  s: "shares",
  f: "favourites",
  p: "completionRate",
};
const letterOf = Object.fromEntries(Object.entries(letters).map(([letter, metric]) => [metric, letter]));

/** A reading in the words of the rows. */
function inShort(reading: MetricReading): string[] {
  const values = Object.entries(reading.values).map(([metric, value]) => {
    const mark = reading.atLeast.includes(metric as Metric) ? "+" : reading.about.includes(metric as Metric) ? "~" : "";
    return `${mark}${letterOf[metric]}${value}`;
  });
  const asked = reading.unclear.map(({ metric }) => `?${metric ? letterOf[metric] : "n"}`);
  return [...new Set([...values, ...asked])].sort();
}

const rowsOf = (list: string) =>
  list
    .split("\n")
    .filter((line) => line.includes("=>"))
    .map((line) => line.split("=>").map((part) => part.trim()) as [string, string])
    .map(
      ([text, expected]) =>
        [
          text.replaceAll("⏎", "\n"),
          expected
            .split(" ")
            .filter((word) => word !== "")
            .sort(),
        ] as const,
    );

describe("figures that somebody typed", () => {
  it.each(rowsOf(typed))("%j are read as %j", (text, expected) => {
    expect(inShort(readMetrics(text))).toEqual(expected);
  });

  it("are collected in at least two hundred ways", () => {
    expect(new Set(rowsOf(typed).map(([text]) => text)).size).toBeGreaterThanOrEqual(200);
  });
});

describe("figures typed in ways that the reader was not written for", () => {
  const read = rowsOf(blind).map(([text, expected]) => ({ text, expected, got: inShort(readMetrics(text)) }));

  it("are never taken for another value", () => {
    const value = (word: string) => word.replace(/^[+~]/, "");
    const wrong = read.filter(({ got, expected }) =>
      got.some((word) => !word.startsWith("?") && !expected.map(value).includes(value(word))),
    );

    expect(wrong).toEqual([]);
  });

  it("are read or asked back as a person would in most of sixty", () => {
    const right = read.filter(({ got, expected }) => JSON.stringify(got) === JSON.stringify(expected));
    if (process.env.KOLOOP_LOOK) console.info(read.filter((row) => !right.includes(row)));

    expect(read.length).toBe(60);
    expect(right.length).toBeGreaterThanOrEqual(55);
  });
});

describe("figures on a whole screen", () => {
  it.each(rowsOf(screens))("%j are read as %j", (text, expected) => {
    expect(inShort(readMetrics(text))).toEqual(expected);
  });
});

/** Spellings of a count, each with the value that it names. */
const spellings: ((n: number) => [string, number])[] = [
  (n) => [String(n), n],
  (n) => [n.toLocaleString("en-US"), n],
  (n) => [`${Math.round(n / 1e3) / 10}万`, Math.round(n / 1e3) * 1e3],
  (n) => [`${Math.round(n / 1e3) / 10}w`, Math.round(n / 1e3) * 1e3],
  (n) => [`${Math.round(n / 100) / 10}k`, Math.round(n / 100) * 100],
  (n) => [[...String(n)].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(""), n],
];
const names: Record<string, string[]> = {
  reads: ["阅读", "播放量", "浏览", "views"],
  likes: ["赞", "点赞", "点赞数", "likes", "❤️"],
  comments: ["评", "评论", "评论数", "comments", "💬"],
  shares: ["转发", "分享数", "shares"],
  favourites: ["藏", "收藏", "收藏量", "saves"],
};

/** A message made of names and numbers in one manner, and what it says. */
const message = fc
  .record({
    metrics: fc
      .subarray(Object.keys(names), { minLength: 2 })
      .chain((list) => fc.shuffledSubarray(list, { minLength: list.length })),
    picks: fc.array(fc.nat(20), { minLength: 5, maxLength: 5 }),
    counts: fc.array(fc.integer({ min: 10, max: 90_000 }), { minLength: 5, maxLength: 5 }),
    spelling: fc.constantFrom(...spellings),
    join: fc.constantFrom("", " ", "：", ": ", "=", " 有 "),
    between: fc.constantFrom(" ", "，", "; ", "\n", " / ", "、", " | "),
    isSwapped: fc.boolean(),
    around: fc.constantFrom(
      ["", ""],
      ["老师，数据：", ""],
      ["20:14 ", " 谢谢"],
      ["第3天 ", ""],
      ["5月23日\n", "\n粉丝 3.2万"],
      ["", "\n12:30 电量 85%"],
    ),
  })
  .map(({ metrics, picks, counts, spelling, join, between, isSwapped, around }) => {
    const said: Record<string, number> = {};
    const parts = metrics.map((metric, i) => {
      const name = names[metric]![picks[i]! % names[metric]!.length]!;
      // Reads are the largest, so that the message is possible.
      const [number, value] = spelling(metric === "reads" ? 100_000 + counts[i]! : counts[i]!);
      said[metric] = value;
      const glue = isSwapped ? join.replace(/[：:=有]/g, "") : join;
      const needsSpace = glue === "" && /[a-z]/.test(name) ? " " : glue;
      return isSwapped ? number + needsSpace + name : name + needsSpace + number;
    });
    return { text: around[0] + parts.join(between) + around[1], said };
  });

describe("any message of names and numbers", () => {
  it("is never read wrong, and is hardly ever asked back", () => {
    let [right, asked] = [0, 0];

    for (const { text, said } of fc.sample(message, { numRuns: 3000, seed: 6 })) {
      const { values } = readMetrics(text);
      for (const [metric, value] of Object.entries(said)) {
        const read = values[metric as Metric];
        if (read === undefined) asked++;
        else {
          expect([text, metric, read]).toEqual([text, metric, value]);
          right++;
        }
      }
    }

    expect(right / (right + asked)).toBeGreaterThan(0.97);
  });

  it("or of anything else is read without throwing, with counts that are whole and shares that are shares", () => {
    const anything = fc.array(
      fc.oneof(
        fc.constantFrom(
          "赞",
          "阅读",
          "12",
          "1.2万",
          "完播",
          "%",
          "-",
          "\n",
          " ",
          "，",
          "一",
          "几百",
          "+",
          "/",
          "负",
          "5s",
          "\ud83d",
        ),
        fc.string({ unit: "binary" }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(anything, (parts) => {
        for (const [metric, value] of Object.entries(readMetrics(parts.join("")).values)) {
          expect(value).toBeGreaterThanOrEqual(0);
          if (metric === "completionRate") expect(value).toBeLessThanOrEqual(1);
          else expect(Number.isInteger(value)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    "赞1 ",
    "赞",
    "1 ",
    "1,",
    "一",
    "阅读\n",
    "1\n",
    "5秒",
    "- ",
    "a",
    "view",
    "1、",
    "@a",
    "#",
    "2026-1-",
    "12:30",
    "平均",
    "转速",
  ])("%j a hundred thousand characters long takes less than eight seconds", (piece) => {
    const started = process.cpuUsage();

    readMetrics(piece.repeat(Math.ceil(100_000 / piece.length)));

    expect(effortMs(started)).toBeLessThan(8000);
  });
});
