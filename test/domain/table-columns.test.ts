import { describe, expect, it } from "vitest";
import { headerRow, proposeColumns, readColumns, signatureOf, tableKind } from "#domain/table-columns.ts";
import { placesOf, readFigure, readFigureRow, readTime } from "#domain/table-rows.ts";

const now = Date.parse("2026-11-20T18:00:00+08:00");
const setup = { at: now, now, timeZone: "Asia/Shanghai" };

describe("the columns of an export", () => {
  it.each([
    [
      ["笔记链接", "首次发布时间", "曝光", "观看量", "点赞", "评论", "收藏", "涨粉", "分享"],
      { post: "笔记链接", reads: "观看量", likes: "点赞", comments: "评论", favourites: "收藏", shares: "分享" },
    ],
    [
      ["作品名称", "作品链接", "播放量", "完播率", "点赞量", "分享量", "评论量", "收藏量", "主页访问量"],
      {
        post: "作品链接",
        reads: "播放量",
        completionRate: "完播率",
        likes: "点赞量",
        shares: "分享量",
        comments: "评论量",
        favourites: "收藏量",
      },
    ],
    [
      ["Post ID", "Date", "Views", "Likes", "Comments", "Shares", "Saves", "Reach"],
      {
        post: "Post ID",
        at: "Date",
        reads: "Views",
        likes: "Likes",
        comments: "Comments",
        shares: "Shares",
        favourites: "Saves",
      },
    ],
    [
      ["文章链接", "统计日期", "阅读次数(次)", "分享次数(次)"],
      { post: "文章链接", at: "统计日期", reads: "阅读次数(次)", shares: "分享次数(次)" },
    ],
  ])("%j are known by their names", (header, expected) => {
    expect(proposeColumns(header, [])).toEqual(expected);
  });

  it("of counts and of words that share a name are told apart by their cells", () => {
    expect(
      tableKind(
        proposeColumns(
          ["作品编号", "评论"],
          [
            ["S1", "12"],
            ["S2", "3"],
          ],
        ),
      ),
    ).toBe("figures");
    expect(
      proposeColumns(
        ["作品编号", "昵称", "评论"],
        [
          ["S1", "甲", "真不错"],
          ["S2", "乙", "想买"],
        ],
      ),
    ).toEqual({ post: "作品编号", author: "昵称", text: "评论" });
  });

  it("are found below a title and a note", () => {
    expect(
      headerRow([["小红书数据导出"], ["导出日期", "2026-11-20"], ["笔记链接", "观看量"], ["https://x", "1"]]),
    ).toBe(2);
    expect(
      headerRow([
        ["名称", "预算"],
        ["a", "1"],
      ]),
    ).toBe(-1);
  });

  it("can be named by hand; what is not understood is said", () => {
    expect(readColumns("post=链接,reads=观看人数,completion_rate=完播")).toEqual({
      columns: { post: "链接", reads: "观看人数", completionRate: "完播" },
    });
    expect(readColumns("作品=地址,赞=喜欢数")).toEqual({ columns: { post: "地址", likes: "喜欢数" } });
    expect(readColumns("金额=总价")).toEqual({ refused: "金额=总价" });
  });

  it("have one signature in whatever order", () => {
    expect(signatureOf(["阅读 量", "链接"])).toBe(signatureOf(["链接", "阅读量"]));
  });
});

describe("cells", () => {
  it.each<[string, number | null]>([
    ["1.2万", 12_000],
    ["12,034", 12_034],
    ["３５６", 356],
    ["3.4k", 3400],
    ["", null],
    ["--", null],
    ["-", null],
  ])("%j is %j", (cell, value) => {
    expect(readFigure(cell, "reads")).toBe(value);
  });

  it.each([
    ["-3", "negative"],
    ["约3000", "not-a-number"],
    ["#DIV/0!", "not-a-number"],
    ["12.5", "impossible"],
    ["41%", "impossible"],
  ])("%j as reads is refused: %s", (cell, why) => {
    expect(readFigure(cell, "reads")).toEqual({ why });
  });

  it("of a share are one share however it is written", () => {
    expect(["41%", "41", "0.41", "0.41%"].map((cell) => readFigure(cell, "completionRate"))).toEqual([
      0.41, 0.41, 0.41, 0.0041,
    ]);
    expect(readFigure("140%", "completionRate")).toEqual({ why: "impossible" });
  });

  it.each([
    ["2026-11-02 13:05", "2026-11-02T13:05:00+08:00"],
    ["2026/11/2 13:05:09", "2026-11-02T13:05:09+08:00"],
    ["2026年11月2日", "2026-11-02T23:59:59+08:00"],
    ["2026-11-02T05:05:00Z", "2026-11-02T13:05:00+08:00"],
    ["20261102", "2026-11-02T23:59:59+08:00"],
    ["46328", "2026-11-02T23:59:59+08:00"],
    ["1793595900", "2026-11-02T13:05:00+08:00"],
    ["2026-11-20", "2026-11-20T18:00:00+08:00"],
  ])("%j is a time", (cell, iso) => {
    expect(new Date(readTime(cell, setup)!).toISOString()).toBe(new Date(iso).toISOString());
  });

  it("a row from the future, of no post, or of no figures is refused with its line", () => {
    const places = placesOf(["作品", "日期", "阅读"], { post: "作品", at: "日期", reads: "阅读" });
    const read = (...cells: string[]) => readFigureRow(7, cells, places, setup);

    expect(read("S1", "2027-01-01", "5")).toMatchObject({ line: 7, why: "future" });
    expect(read("", "2026-11-01", "5")).toMatchObject({ why: "no-post" });
    expect(read("S1", "昨天", "5")).toMatchObject({ why: "bad-time" });
    expect(read("S1", "2026-11-01", "")).toMatchObject({ why: "no-figures" });
    expect(read("", "", "")).toBeNull();
  });
});
