import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFrame } from "#bot/channels/web/receive.ts";
import { readBotEvent } from "#bot/channels/wecom/aibot/receive.ts";
import { encryptedPart, readCallback } from "#bot/channels/wecom/app/receive.ts";
import { readArchiveLine } from "#bot/channels/wecom/archive.ts";
import { readKfItem } from "#bot/channels/wecom/kf/receive.ts";
import { readCommentLines, readFigureLines } from "#bot/intake/ndjson.ts";
import { decodeAction, encodeAction } from "#cards/action.ts";
import { marksOf, withoutMarks } from "#domain/erasure.ts";
import { findLinks } from "#domain/link.ts";
import { readMetrics } from "#domain/metric-text.ts";
import { readOwnData } from "#domain/own-data-text.ts";
import { readUrl } from "#domain/post-address.ts";
import { readRest } from "#domain/rest-text.ts";
import { findTimes } from "#domain/time-text.ts";

/** 20,000 inputs in CI; `KOLOOP_FUZZ=1000000 npx vitest run test/fuzz` for a long run. */
const inputs = Number(process.env.KOLOOP_FUZZ ?? 20_000);
const now = Date.parse("2026-11-20T18:00:00+08:00");
const zone = "Asia/Shanghai";
const setup = { timeZone: zone, now, at: now };

/** Pieces of what really arrives, so that chance gets past the first gate of a parser. */
const pieces = [
  "新任务:",
  "任务",
  "阅读",
  "赞 3.2万",
  "评论",
  "12月1日前",
  "明天下午三点半",
  "https://www.douyin.com/video/",
  "xhslink.com/a/",
  "http://",
  "https://user:pw@[::1]:99999/",
  "%E4%BD%A0%",
  "#",
  "?",
  "&",
  "=",
  "/../../etc/passwd",
  "<xml>",
  "</xml>",
  "<![CDATA[",
  "]]>",
  "<!DOCTYPE a [<!ENTITY b 'c'>]>",
  "&lol;",
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\u0000",
  "\\",
  "null",
  "-0",
  "1e999",
  "__proto__",
  "constructor",
  '{"__proto__":{"polluted":1}}',
  '{"type":"tap","id":"1","room":"r","post":"p","token":"sc.a.b"}',
  "sc.",
  ".",
  "NaN",
  "\u202e",
  "\ud800",
  "𝒳",
  "\u0000",
  "\n",
  "\t",
  " ",
  ",",
  ";",
  "=cmd|' /C calc'!A0",
  "@SUM(1)",
  "忘了我",
  "删除标签",
  "暂停任务到",
  "零一二三万亿",
  "9".repeat(400),
];
const noise = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 400 }))
      .map(([piece, n]) => piece.repeat(n).slice(0, 4000)),
  },
);
const thing = fc.oneof(
  fc.anything({ maxDepth: 3, withNullPrototype: true, withBigInt: true }),
  noise.map((text) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return { msgtype: text, event: { eventtype: text }, from: text };
    }
  }),
);

const fromText: Record<string, (text: string) => unknown> = {
  "a frame of the page": readFrame,
  "a button's token": decodeAction,
  "a WeCom envelope": encryptedPart,
  "a WeCom callback": readCallback,
  "a line of the archive": readArchiveLine,
  "lines of figures": (text) => readFigureLines(text, setup),
  "lines of comments": (text) => readCommentLines(text, setup),
  "links in a message": findLinks,
  "an address": readUrl,
  "figures in a message": readMetrics,
  "times in a message": (text) => findTimes(text, now, zone),
  "a word about tasks": (text) => readRest(text, now, zone),
  "a word about one's data": readOwnData,
};
const fromThing: Record<string, (value: unknown) => unknown> = {
  "an event of the WeCom bot": readBotEvent,
  "an item of WeCom's customer service": (value) => readKfItem(value, "wecom"),
};
const each = Math.ceil(inputs / (Object.keys(fromText).length + Object.keys(fromThing).length));
/** A hang, not a busy machine. */
const slowestMs = 2000;

function survives<T>(arbitrary: fc.Arbitrary<T>, read: (value: T) => unknown): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      const began = performance.now();
      read(value);

      expect(performance.now() - began).toBeLessThan(slowestMs);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }),
    { numRuns: each },
  );
}

describe("whatever arrives from outside", () => {
  it.each(Object.entries(fromText))("%s is read or refused, never thrown over", { timeout: 600_000 }, (_, read) => {
    survives(noise, read);
  });

  it.each(Object.entries(fromThing))("%s is read or refused, never thrown over", { timeout: 600_000 }, (_, read) => {
    survives(thing, read);
  });

  it("a token that decodes is the token that its action encodes to", () => {
    fc.assert(
      fc.property(noise, (text) => {
        const action = decodeAction(text);
        if (action && Buffer.byteLength(text) <= 64) expect(encodeAction(action)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("a text without marks is left as it is", () => {
    const marks = marksOf(["CUST8841207"], ["欧阳小满"], "gone");
    fc.assert(
      fc.property(noise, (text) => {
        expect(withoutMarks(text, marks)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries(fromText))("%s takes a hostile length in time linear enough", (_, read) => {
    for (const piece of ["9", "a.", "阅读", "12月", "<", "<![CDATA[", "[", '{"a":', "https://a.b/", "删除", " ", "/"]) {
      const began = performance.now();
      read(piece.repeat(Math.ceil(100_000 / piece.length)));
      expect(performance.now() - began, piece).toBeLessThan(4 * 1000);
    }
  });
});
