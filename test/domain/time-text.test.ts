import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTimes, readDeadline } from "#domain/time-text.ts";
import { zoned } from "#domain/zone.ts";
import { effortMs } from "../setup/effort.ts";

const zone = "Asia/Shanghai";
/** A Friday, six in the evening. */
const friday = Date.parse("2026-11-20T18:00:00+08:00");
const pad = (n: number) => String(n).padStart(2, "0");

/** `2026-12-01` for the end of a day, `2026-12-01 20:00` for a moment. */
function shown(ms: number | null, at = zone): string {
  if (ms === null) return "-";
  const { year, month, day, hour, minute, second, millisecond } = zoned(ms, at);
  const date = `${year}-${pad(month)}-${pad(day)}`;
  if (hour === 23 && minute === 59 && second === 59 && millisecond === 999) return date;
  return `${date} ${pad(hour)}:${pad(minute)}${second || millisecond ? `:${pad(second)}.${millisecond}` : ""}`;
}

const rows = `
12月1日前 => 2026-12-01
12月1日之前交 => 2026-12-01
12月1号 => 2026-12-01
12月1日 => 2026-12-01
十二月一日前 => 2026-12-01
十二月三十一号 => 2026-12-31
2026年12月1日 => 2026-12-01
2026-12-01 => 2026-12-01
2026/12/1 => 2026-12-01
2026.12.01 => 2026-12-01
26年12月1日 => 2026-12-01
明年1月5日 => 2027-01-05
今年12月31日 => 2026-12-31
12-01前 => 2026-12-01
12/1前 => 2026-12-01
12.1前 => 2026-12-01
１２月１日前 => 2026-12-01
1月5日前 => 2027-01-05
11月20日 => 2026-11-20
11月19日 => 2027-11-19
2月29日 => 2028-02-29
2月30日 => -
13月1日 => -
4月31日 => -
2027年2月29日 => -
12月1日(周二)前 => 2026-12-01
5号前 => 2026-12-05
25号 => 2026-11-25
20号 => 2026-11-20
31号前 => 2026-12-31
本月25日 => 2026-11-25
这个月30号 => 2026-11-30
下月5号 => 2026-12-05
下个月10号前 => 2026-12-10
今天 => 2026-11-20
今日内 => 2026-11-20
明天 => 2026-11-21
明天之前 => 2026-11-21
后天 => 2026-11-22
大后天 => 2026-11-23
三天后 => 2026-11-23
3天内 => 2026-11-23
3日内 => 2026-11-23
三天之内 => 2026-11-23
两天后 => 2026-11-22
十天后 => 2026-11-30
15天内 => 2026-12-05
一周后 => 2026-11-27
一周内 => 2026-11-27
两周内 => 2026-12-04
两个星期后 => 2026-12-04
2个礼拜内 => 2026-12-04
半个月内 => 2026-12-05
一个月后 => 2026-12-20
三个月内 => 2027-02-20
24小时内 => 2026-11-21 18:00
两小时后 => 2026-11-20 20:00
半小时后 => 2026-11-20 18:30
30分钟后 => 2026-11-20 18:30
周五 => 2026-11-20
周五前 => 2026-11-20
周六 => 2026-11-21
周日 => 2026-11-22
周天 => 2026-11-22
周一前 => 2026-11-23
星期三 => 2026-11-25
礼拜四之前 => 2026-11-26
本周日 => 2026-11-22
这周六 => 2026-11-21
本周三 => 2026-11-18
下周五 => 2026-11-27
下周一 => 2026-11-23
下星期二 => 2026-11-24
下个礼拜三 => 2026-11-25
下下周一 => 2026-11-30
下周日前 => 2026-11-29
周末 => 2026-11-22
本周末 => 2026-11-22
下周末 => 2026-11-29
本周内 => 2026-11-22
下周内 => 2026-11-29
月底 => 2026-11-30
月底前 => 2026-11-30
本月底 => 2026-11-30
这个月底 => 2026-11-30
月末 => 2026-11-30
下月底 => 2026-12-31
下个月底前 => 2026-12-31
下月中 => 2026-12-15
12月底 => 2026-12-31
12月中旬 => 2026-12-20
12月上旬 => 2026-12-10
2月底 => 2027-02-28
12月内 => 2026-12-31
12月前 => 2026-11-30
本月内 => 2026-11-30
下个月内 => 2026-12-31
年底 => 2026-12-31
年底前 => 2026-12-31
今年底 => 2026-12-31
明年年底 => 2027-12-31
季度末 => 2026-12-31
元旦前 => 2026-12-31
圣诞节前 => 2026-12-24
圣诞节 => 2026-12-25
双十二前 => 2026-12-11
国庆前 => 2027-09-30
明晚8点 => 2026-11-21 20:00
明天晚上8点 => 2026-11-21 20:00
明晚八点半 => 2026-11-21 20:30
明早9点 => 2026-11-21 09:00
明天早上9:30 => 2026-11-21 09:30
明天上午10点前 => 2026-11-21 10:00
明天中午 => 2026-11-21 12:59:59.999
明天中午12点 => 2026-11-21 12:00
后天下午三点 => 2026-11-22 15:00
后天下午3点一刻 => 2026-11-22 15:15
后天下午3点20分 => 2026-11-22 15:20
今晚 => 2026-11-20
今晚12点 => 2026-11-21 00:00
今晚10点前 => 2026-11-20 22:00
明晚 => 2026-11-21
周日晚8点 => 2026-11-22 20:00
下周五下午6点前 => 2026-11-27 18:00
12月1日20:00 => 2026-12-01 20:00
12月1日 20:00前 => 2026-12-01 20:00
12月1日晚上8点 => 2026-12-01 20:00
12月1日24点 => 2026-12-02 00:00
12月1日零点 => 2026-12-01 00:00
12月1日12:00 => 2026-12-01 12:00
2026-12-01 18:30 => 2026-12-01 18:30
月底下午5点 => 2026-11-30 17:00
8点前 => 2026-11-20 20:00
20点前 => 2026-11-20 20:00
9点 => 2026-11-20 21:00
5点 => 2026-11-21 05:00
17:00 => 2026-11-21 17:00
晚上9点 => 2026-11-20 21:00
凌晨2点 => 2026-11-21 02:00
截止12月1日 => 2026-12-01
截止到下周五 => 2026-11-27
截止时间：12月1日18点 => 2026-12-01 18:00
ddl 12.1 前 => 2026-12-01
最晚周日 => 2026-11-22
11月18日发布，12月1日前交 => 2026-12-01
今天开始，截止12月1日 => 2026-12-01
周一或周二 => -
尽快 => -
过几天 => -
没有日期 => -
20篇 => -
奖励200积分 => -
1.2万阅读 => -
by Dec 1 => 2026-12-01
by December 1st => 2026-12-01
by Dec. 1, 2026 => 2026-12-01
by 1 December => 2026-12-01
by the 1st of December 2026 => 2026-12-01
before Dec 1 => 2026-11-30
due Dec 1 => 2026-12-01
by Jan 5 => 2027-01-05
by Friday => 2026-11-20
by Sunday => 2026-11-22
next Friday => 2026-11-27
by next Monday => 2026-11-23
this Sunday => 2026-11-22
tomorrow => 2026-11-21
by tomorrow 8pm => 2026-11-21 20:00
tomorrow at 8:30 pm => 2026-11-21 20:30
the day after tomorrow => 2026-11-22
tonight => 2026-11-20
today => 2026-11-20
in 3 days => 2026-11-23
within three days => 2026-11-23
in two weeks => 2026-12-04
within 24 hours => 2026-11-21 18:00
in a month => 2026-12-20
end of the month => 2026-11-30
by end of week => 2026-11-22
end of next month => 2026-12-31
by EOD => 2026-11-20
by Friday noon => 2026-11-20 12:00
Sun, Dec 6 => -
by the 5th => 2026-12-05
end of December => 2026-12-31
by year-end => 2026-12-31
next week => 2026-11-29
I may be late => -
`;

const cases = rows
  .split("\n")
  .filter((line) => line.includes("=>"))
  .map((line) => line.split("=>").map((part) => part.trim()) as [string, string]);

describe("a deadline on a Friday evening in Shanghai", () => {
  it.each(cases)("%s is %s", (text, expected) => {
    expect(shown(readDeadline(text, friday, zone))).toBe(expected);
  });
});

describe("a deadline", () => {
  it.each([
    ["2024-02-28T12:00:00+08:00", "明天", "2024-02-29"],
    ["2024-02-28T12:00:00+08:00", "月底", "2024-02-29"],
    ["2025-02-28T12:00:00+08:00", "明天", "2025-03-01"],
    ["2024-01-31T12:00:00+08:00", "一个月后", "2024-02-29"],
    ["2025-01-31T12:00:00+08:00", "一个月内", "2025-02-28"],
    ["2026-12-31T23:00:00+08:00", "明天", "2027-01-01"],
    ["2026-12-31T23:00:00+08:00", "下周五", "2027-01-08"],
    ["2026-12-30T10:00:00+08:00", "5号前", "2027-01-05"],
    ["2026-12-30T10:00:00+08:00", "下个月底", "2027-01-31"],
    ["2026-12-30T10:00:00+08:00", "2月29日", "2028-02-29"],
    ["2026-11-22T10:00:00+08:00", "本周日", "2026-11-22"],
    ["2026-11-22T10:00:00+08:00", "下周五", "2026-11-27"],
    ["2026-11-22T10:00:00+08:00", "周一", "2026-11-23"],
    ["2026-11-20T00:30:00+08:00", "今天", "2026-11-20"],
    ["2026-01-31T10:00:00+08:00", "31号", "2026-01-31"],
    ["2026-02-01T10:00:00+08:00", "31号", "2026-03-31"],
  ])("said at %s as %s is %s", (now, text, expected) => {
    expect(shown(readDeadline(text, Date.parse(now), zone))).toBe(expected);
  });

  it("ends with the day of the zone, not of the server", () => {
    const now = Date.parse("2026-11-20T23:30:00Z"); // already the 21st in Shanghai

    expect(shown(readDeadline("明天", now, zone))).toBe("2026-11-22");
    expect(shown(readDeadline("明天", now, "America/New_York"), "America/New_York")).toBe("2026-11-21");
  });

  it("on the day that the clocks go back ends an hour later", () => {
    const now = Date.parse("2026-11-01T04:30:00Z"); // half past midnight in New York

    expect(readDeadline("today", now, "America/New_York")).toBe(Date.parse("2026-11-02T05:00:00Z") - 1);
  });
});

describe("the times of a text", () => {
  it("come in order with their words", () => {
    const text = "11月25日发布，三天后复盘，12月1日晚8点前交";

    expect(findTimes(text, friday, zone).map((hit) => [hit.text, shown(hit.until), hit.hasTime, hit.isLimit])).toEqual([
      ["11月25日", "2026-11-25", false, false],
      ["三天后", "2026-11-23", false, false],
      ["12月1日晚8点", "2026-12-01 20:00", true, true],
    ]);
  });

  it("begin no later than they end, and never throw", () => {
    const piece = fc.oneof(
      fc.constantFrom(...cases.map(([text]) => text)),
      fc.string({ unit: "binary" }),
      fc.constantFrom("9999", "月", "日", "周", "点", ":", "前"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (parts) => {
        for (const hit of findTimes(parts.join(""), friday, zone)) {
          expect(hit.from).toBeLessThanOrEqual(hit.until);
          expect(hit.end).toBeGreaterThan(hit.start);
        }
      }),
    );
  });

  it.each(["1", "12月", "下", "周", "一", "dec ", "8点", "明晚", "a ", "十一月"])(
    "%j a hundred thousand characters long takes less than eight seconds",
    (piece) => {
      const started = process.cpuUsage();

      findTimes(piece.repeat(Math.ceil(100_000 / piece.length)), friday, zone);

      expect(effortMs(started)).toBeLessThan(8000);
    },
  );
});
