import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparePosts, findLinks, type PostLink, samePost } from "#domain/link.ts";
import { platformLabel, platformNamed, platformNames } from "#domain/platform.ts";
import { effortMs } from "../setup/effort.ts";
import { others, posts, shorts, strangers } from "./link-rows.ts";

const orDash = (value: string | null) => value ?? "-";

function only(text: string): PostLink {
  const links = findLinks(text);
  expect(links.map((link) => link.url)).toHaveLength(1);
  return links[0]!;
}

describe("an address", () => {
  it.each(posts)("%s is a post", (written, platform, postId, author, canonical) => {
    const link = only(written);

    expect([orDash(link.platform), orDash(link.postId), orDash(link.author), link.canonical]).toEqual([
      platform,
      postId,
      author,
      canonical,
    ]);
    expect([link.kind, link.resolved]).toEqual([postId === "-" ? "other" : "post", true]);
  });

  it.each(posts.filter((row) => row[2] !== "-"))("%s keeps its canonical form when that is read again", (written) => {
    const link = only(written);

    const again = only(link.canonical);

    expect(again.canonical).toBe(link.canonical);
    expect(samePost(again, link)).toBe(true);
  });

  it.each(shorts)("%s is kept as it is, unresolved", (written, platform, kept) => {
    const link = only(written);

    expect(link).toMatchObject({ platform, kind: "post", postId: null, canonical: kept, resolved: false });
  });

  it.each(others)("%s is no post", (written, platform, author) => {
    const link = only(written);

    expect({ platform: link.platform, kind: link.kind, author: orDash(link.author), key: link.key }).toEqual({
      platform,
      kind: "other",
      author,
      key: null,
    });
  });

  it.each(strangers)("%s is no platform's", (written) => {
    const link = only(written);

    expect(link).toMatchObject({ platform: null, kind: "unknown", postId: null, key: null });
  });

  it("of a general shortener is unresolved and no platform's", () => {
    expect(only("https://bit.ly/3xYz")).toMatchObject({ platform: null, kind: "unknown", resolved: false });
  });

  it("of nobody's host loses what tracks the sharer and keeps the rest", () => {
    expect(only("https://example.com/a?id=7&utm_source=copy&spm=1.2#top").canonical).toBe(
      "https://example.com/a?id=7#top",
    );
  });
});

const douyin = "https://v.douyin.com/iJkLmN8p/";
const red = "http://xhslink.com/a/AbCdEf12";
const bili = "https://b23.tv/3uPg39x";
const video = "https://www.douyin.com/video/7402221135599848754";

const inText: [name: string, text: string, urls: string[]][] = [
  [
    "抖音's share text",
    `7.43 复制打开抖音，看看【小李的作品】第一次装安全座椅 # 亲子 ${douyin} 05/27 e@E.ML :8pm Klo:/`,
    [douyin],
  ],
  ["抖音's older share text", `3.58 gOX:/ 复制此链接,打开Dou音搜索,直接观看视频! ${douyin}`, [douyin]],
  [
    "小红书's share text",
    `56 小李发布了一篇小红书笔记，快来看吧！ 😆 7yQkZ0abc 😆 ${red}，复制本条信息，打开【小红书】App查看精彩内容！`,
    [red],
  ],
  ["小红书's newer share text", `表显三百实际多少 ${red} 复制后打开【小红书】查看笔记！`, [red]],
  ["B站's share text", `【装座椅的十个坑-哔哩哔哩】 ${bili}`, [bili]],
  ["B站's share text glued", `【装座椅的十个坑-哔哩哔哩】${bili}`, [bili]],
  [
    "快手's share text",
    "https://v.kuaishou.com/2yAnzeZ 小李的作品 该作品在快手被播放过1.2万次，点击链接，打开【快手】直接观看！",
    ["https://v.kuaishou.com/2yAnzeZ"],
  ],
  ["glued to Chinese on both sides", `链接是${douyin}麻烦看一下`, [douyin]],
  ["without a scheme, glued to Chinese", "链接是b23.tv/3uPg39x麻烦看一下", [bili]],
  ["a full stop at the end", `发好了 ${bili}。`, [bili]],
  ["a Chinese comma at the end", `发好了 ${bili}，请审`, [bili]],
  ["a Chinese exclamation mark at the end", `发好了 ${bili}！！`, [bili]],
  ["a Western full stop at the end", `Done: ${bili}.`, [bili]],
  ["a Western exclamation mark at the end", `Done: ${bili}!`, [bili]],
  ["a question mark at the end", `看到了吗${bili}？`, [bili]],
  ["a Western question mark at the end", `did you see ${bili}?`, [bili]],
  ["Chinese brackets", `（${bili}）`, [bili]],
  ["Western brackets", `(${bili})`, [bili]],
  ["square brackets", `[${bili}]`, [bili]],
  ["angle brackets", `<${bili}>`, [bili]],
  ["book title marks", `《${bili}》`, [bili]],
  ["quotes", `"${bili}"`, [bili]],
  ["Chinese quotes", `“${bili}”`, [bili]],
  ["Markdown", `[我的视频](${bili})`, [bili]],
  ["bold Markdown", `**${bili}**`, [bili]],
  ["HTML", `<a href="${bili}">看</a>`, [bili]],
  [
    "an escaped ampersand",
    "https://www.youtube.com/watch?list=PL1&amp;v=a1B2c3D4e5F",
    ["https://www.youtube.com/watch?list=PL1&amp;v=a1B2c3D4e5F"],
  ],
  ["brackets that belong to the address", "https://example.com/a_(b)", ["https://example.com/a_(b)"]],
  ["two links on two lines", `${douyin}\n${red}`, [douyin, red]],
  ["two links with a space", `${douyin} ${red}`, [douyin, red]],
  ["two links with a Chinese comma", `${douyin}，${red}`, [douyin, red]],
  ["two links with a comma", `${douyin},${red}`, [douyin, red]],
  ["two links with a semicolon", `${douyin};${red}`, [douyin, red]],
  ["two links with 、", `${douyin}、${red}`, [douyin, red]],
  ["two links glued", `${bili}${red}`, [bili, red]],
  ["two links without schemes and a comma", "b23.tv/3uPg39x,v.douyin.com/iJkLmN8p/", [bili, douyin]],
  ["a numbered list", `1.${bili} 2.${douyin} 3、${red}`, [bili, douyin, red]],
  ["a numbered list without schemes", "1.b23.tv/3uPg39x\n2.v.douyin.com/iJkLmN8p/", [bili, douyin]],
  ["the same link twice", `${bili} 就是 ${bili}`, [bili]],
  ["full-width characters", "ｈｔｔｐｓ：／／ｂ２３．ｔｖ／３ｕＰｇ３９ｘ", [bili]],
  ["a full-width colon and slashes", "https：／／b23.tv/3uPg39x", [bili]],
  ["a full-width colon before the scheme", `链接：${bili}`, [bili]],
  [
    "a full-width question mark before a query",
    "https://www.youtube.com/watch？v=a1B2c3D4e5F",
    ["https://www.youtube.com/watch?v=a1B2c3D4e5F"],
  ],
  ["Chinese full stops in the host", "www。douyin。com/video/7402221135599848754", [video]],
  ["zero-width characters inside", "https://b23\u200b.tv/3uP\u200dg39x\ufeff", [bili]],
  ["a zero-width space before the scheme", `看\u200b${bili}`, [bili]],
  ["a direction mark", `\u202a${bili}\u202c`, [bili]],
  ["a no-break space after it", `${bili}\u00a0好的`, [bili]],
  ["an ideographic space after it", `${bili}　好的`, [bili]],
  ["an emoji after it", `${bili}😂`, [bili]],
  ["a lost first letter", "ttps://b23.tv/3uPg39x", [bili]],
  ["one slash too few", "https:/b23.tv/3uPg39x", [bili]],
  ["a space after the scheme", "https:// b23.tv/3uPg39x", [bili]],
  ["a word glued to the scheme", `link${bili}`, [bili]],
  ["an upper-case host", "HTTPS://B23.TV/3uPg39x", [bili]],
  ["a topic glued behind it", `${bili}#提车日记`, [bili]],
  [
    "a trailing dot of the host",
    "https://www.douyin.com./video/7402221135599848754",
    ["https://www.douyin.com./video/7402221135599848754"],
  ],
];

const noLinks = [
  "",
  "今天没有链接",
  "评分4.8/5，比3.5/10好",
  "e@E.ML :8pm Klo:/",
  "写信给 li@douyin.com 或 li@b23.tv/abc",
  "文件在 src/index.ts 和 v1.0/2",
  "阅读1.2w/赞3k",
  "https://",
  "http:// 好",
  "wx://abc://",
  "特斯拉Model.Y和X.com",
];

describe("a link in a message", () => {
  it.each(inText)("is found in %s", (_, text, urls) => {
    expect(findLinks(text).map((link) => link.url)).toEqual(urls);
  });

  it.each(noLinks)("is not seen in %j", (text) => {
    expect(findLinks(text)).toEqual([]);
  });

  it("says where it stands, invisible characters included", () => {
    const text = "看\u200bhttps://b23\u200b.tv/3uPg39x，好";

    const link = only(text);

    expect(text.slice(link.start, link.end)).toBe("https://b23\u200b.tv/3uPg39x");
  });
});

describe("two links", () => {
  const pair = (a: string, b: string) => [only(a), only(b)] as const;

  it.each([
    [video, "https://www.iesdouyin.com/share/video/7402221135599848754/?region=CN", "same"],
    [video, "https://www.douyin.com/note/7402221135599848754", "same"],
    ["https://weibo.com/1642591402/z0JH2lOMb", "https://m.weibo.cn/status/3501756485200075", "same"],
    ["https://www.bilibili.com/video/av170001", "https://b23.tv/BV17x411w7KC", "same"],
    ["https://x.com/a/status/1823456789012345678", "https://twitter.com/i/status/1823456789012345678", "same"],
    ["https://v.douyin.com/iJkLmN8p/", "v.douyin.com/iJkLmN8p", "same"],
    ["https://v.douyin.com/iJkLmN8p/", video, "unknown"],
    ["http://t.cn/A6QyO2Rb", video, "unknown"],
    ["https://www.zhihu.com/answer/678901234", "https://zhuanlan.zhihu.com/p/678901234", "unknown"],
    [
      "https://mp.weixin.qq.com/s/Ab3dE-6gH_jKlMnOpQrStw",
      "https://mp.weixin.qq.com/s?__biz=MzA5OTE=&mid=26&idx=1",
      "unknown",
    ],
    [
      "https://mp.weixin.qq.com/s?__biz=MzA5OTE=&mid=26&idx=2",
      "https://mp.weixin.qq.com/s?__biz=MzA5OTE=&mid=26&idx=1",
      "different",
    ],
    [video, "https://www.douyin.com/video/7402221135599848755", "different"],
    [video, "https://www.youtube.com/watch?v=a1B2c3D4e5F", "different"],
    ["https://example.com/a", "https://example.com/a?utm_source=x", "same"],
    ["https://example.com/a", "https://example.com/b", "unknown"],
  ])("%s and %s are %s", (a, b, verdict) => {
    const [left, right] = pair(a, b);

    expect(comparePosts(left, right)).toBe(verdict);
    expect(comparePosts(right, left)).toBe(verdict);
    expect(samePost(left, right)).toBe(verdict === "same");
  });
});

describe("any text", () => {
  const fragment = fc.oneof(
    fc.constantFrom(...posts.map((row) => row[0]), ...shorts.map((row) => row[0]), ...strangers),
    fc.constantFrom(
      "，",
      "。",
      "\u200b",
      "复制",
      "(",
      ")",
      "@",
      "//",
      "https://",
      ".",
      "?",
      "#",
      " ",
      "a",
      "\ud800",
      "：",
      "％zz",
      "%",
    ),
    fc.string({ unit: "binary" }),
  );

  it("is read without throwing, and every link stands in it where it says", () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        let last = 0;
        for (const link of findLinks(text)) {
          expect(link.start).toBeGreaterThanOrEqual(last);
          expect(link.end).toBeGreaterThan(link.start);
          expect(link.end).toBeLessThanOrEqual(text.length);
          expect(link.platform === null).toBe(link.kind === "unknown");
          expect(link.key === null).toBe(link.kind !== "post");
          last = link.end;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("gives a post on a platform only from that platform's own host", () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/).filter((word) => !/^(?:weibo|douyin)$/.test(word));
    fc.assert(
      fc.property(fc.constantFrom("douyin.com", "b23.tv", "xiaohongshu.com", "x.com"), label, (host, more) => {
        for (const fake of [`${host}.${more}.cn`, `${more}-${host}`, `a${more}${host}`]) {
          const links = findLinks(`https://${fake}/video/7402221135599848754`);
          expect(links.filter((link) => link.platform !== null)).toEqual([]);
        }
      }),
    );
  });

  it.each([
    ["a.", 50_000],
    ["a-", 50_000],
    ["1.www.", 16_000],
    ["https://", 12_500],
    ["https://a", 11_000],
    ["b23.tv/", 14_000],
    ["b23.tv,", 14_000],
    [",b23.tv/a", 11_000],
    ["(((((", 20_000],
    ["https://b23.tv/a)", 6_000],
    ["a。", 50_000],
    ["ａ：／／", 25_000],
    ["https://www.douyin.com/?", 4_000],
    ["&v=", 33_000],
    ["%41", 33_000],
    ["\u200b", 100_000],
    ["x://", 25_000],
    ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.", 1_500],
  ])("%j said %i times is read within four seconds", (piece, times) => {
    const started = process.cpuUsage();

    findLinks(`https://www.facebook.com/${piece.repeat(times)}`);
    findLinks(piece.repeat(times));

    expect(effortMs(started)).toBeLessThan(4000);
  });
});

describe("a platform", () => {
  it.each([
    ["小红书", "xiaohongshu"],
    ["XHS", "xiaohongshu"],
    [" B站 ", "bilibili"],
    ["推特", "x"],
    ["wechat_mp", "wechat_mp"],
    ["油管", "youtube"],
    ["火星网", null],
  ])("is known by the name %s", (name, platform) => {
    expect(platformNamed(name)).toBe(platform);
  });

  it("is found again by each of its labels", () => {
    for (const { platform } of platformNames) {
      expect(platformNamed(platformLabel(platform, "zh"))).toBe(platform);
    }
  });
});

const submissions = new URL("../../../shared/data/demo-brand/submissions.csv", import.meta.url);

/** Enough of CSV for this file: quotes, doubled quotes, line breaks in quotes. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe.skipIf(!existsSync(submissions))("the hand-ins of the sample brand (needs ../shared/data)", () => {
  it("each yield exactly the link and the platform on record", () => {
    const [head, ...rows] = csvRows(readFileSync(submissions, "utf8")).filter((row) => row.length > 5);
    const column = (name: string) => head!.indexOf(name);

    const wrong = rows.filter((row) => {
      const links = findLinks(row[column("raw_text")]!);
      return (
        links.length !== 1 ||
        links[0]!.url !== row[column("url")] ||
        links[0]!.platform !== row[column("platform")] ||
        links[0]!.kind !== "post"
      );
    });

    expect(rows.length).toBeGreaterThan(1400);
    expect(wrong.map((row) => row[column("raw_text")])).toEqual([]);
  });
});
