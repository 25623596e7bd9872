import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readUpdate } from "#bot/channels/telegram/receive.ts";
import { readFrame } from "#bot/channels/web/receive.ts";
import { readMessage } from "#bot/channels/wechaty/receive.ts";
import { readBotEvent } from "#bot/channels/wecom/aibot/receive.ts";
import { encryptedPart, readCallback } from "#bot/channels/wecom/app/receive.ts";
import { readArchiveLine } from "#bot/channels/wecom/archive.ts";
import { readKfItem } from "#bot/channels/wecom/kf/receive.ts";
import { readCommentLines, readFigureLines } from "#bot/intake/ndjson.ts";
import { readTableBytes, TableError } from "#bot/intake/table-file.ts";
import { decodeAction, encodeAction } from "#cards/action.ts";
import type { Body } from "#cards/card.ts";
import { marksOf, withoutMarks } from "#domain/erasure.ts";
import { findLinks } from "#domain/link.ts";
import { readMetrics } from "#domain/metric-text.ts";
import { readOwnData } from "#domain/own-data-text.ts";
import { readUrl } from "#domain/post-address.ts";
import { readRest } from "#domain/rest-text.ts";
import { readRule } from "#domain/segment-text.ts";
import { readSubscription } from "#domain/subscription.ts";
import { readSchedule, readTaskOrder } from "#domain/task-order.ts";
import { readTask } from "#domain/task-text.ts";
import { findTimes } from "#domain/time-text.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { workbookParts, zipOf } from "./xlsx.ts";

/** 20,000 inputs in CI; `KOLOOP_FUZZ=1000000 npx vitest run test/fuzz` for a long run. */
const inputs = Number(process.env.KOLOOP_FUZZ ?? 20_000);
const now = Date.parse("2026-11-20T18:00:00+08:00");
const zone = "Asia/Shanghai";
const taxonomy = loadTaxonomy();
const card: Body = {
  type: "card",
  card: {
    ...{ v: 1, key: "k", title: "t", blocks: [] },
    buttons: [{ label: "好", action: { type: "task.take", id: "a" }, tone: "normal" }],
  },
};
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
  "计划换车 且 (",
  "排除 单身",
  "近30天活跃",
  "分群:家庭用车",
  ") 或 (",
  "每周一上午9点",
  "给新手父母,要30篇,积分20",
  "/start ",
  "@koloop_bot ",
  "1",
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
  "a task in words": (text) => readTask(text, { now, zone, lookup: (name) => (name.length > 2 ? [name] : []) }),
  "an order about a task": (text) => [readTaskOrder(text), readSchedule(text)],
  "a segment in words": (text) =>
    readRule(text, { taxonomy, segments: [{ id: "family", name: "家庭用车" }], cities: new Set(["上海"]), lang: "zh" }),
  "a subscription in words": readSubscription,
  "a message of wechaty": (text) => {
    const heard = { id: "", from: text, fromName: text, text, mentioned: true, own: false, at: now };
    return [
      readMessage({ ...heard, room: { id: text, topic: text } }, undefined),
      readMessage({ ...heard, room: undefined }, card),
    ];
  },
};
const update = (value: unknown): unknown => {
  const chat = { id: 1, type: "private", first_name: "A" };
  const message = { message_id: 1, date: 1, chat, from: { ...chat, is_bot: false }, ...(value as object) };
  const bot = { id: 9, username: "koloop_bot" };
  return [
    value,
    { update_id: 1, message },
    { update_id: 1, edited_message: message },
    { update_id: 1, callback_query: value },
  ].map((told) => readUpdate(told, bot));
};
const fromThing: Record<string, (value: unknown) => unknown> = {
  "an event of the WeCom bot": readBotEvent,
  "an item of WeCom's customer service": (value) => readKfItem(value, "wecom"),
  "an update of Telegram": update,
};
const each = Math.ceil(inputs / (Object.keys(fromText).length + Object.keys(fromThing).length));
const slowestMs = 2000;
const triesAtMost = 3;

/**
 * How long reading takes at least: a parser that hangs does so each time, a machine that is busy elsewhere does not. Nine signs once took two seconds by the
 * clock (a long run at a load of 16) and 10 µs each time after.
 */
function shortest(read: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < triesAtMost && least >= slowestMs; n++) {
    const began = performance.now();
    read();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function survives<T>(arbitrary: fc.Arbitrary<T>, read: (value: T) => unknown): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      expect(shortest(() => read(value))).toBeLessThan(slowestMs);
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

  it("a table file is read or refused in words, whatever was changed in it", { timeout: 600_000 }, async () => {
    const cell = fc
      .tuple(
        fc.constantFrom(
          "",
          ' t="s"',
          ' t="d"',
          ' t="e"',
          ' t="inlineStr"',
          ' t="str"',
          ' s="99"',
          ' r="ZZZZ999999999"',
          ' r="A1"',
        ),
        fc.constantFrom(
          "<v>1</v>",
          "<v>-1e999</v>",
          "<v>99999999999</v>",
          "<v></v>",
          "<f>A1</f>",
          "<is><t>赞</t></is>",
          "<v>2026-99-99</v>",
          "&#0;",
          "<v>",
        ),
      )
      .map(([kind, value]) => `<c${kind}>${value}</c>`);
    const rows = fc
      .array(fc.array(cell, { maxLength: 4 }), { maxLength: 4 })
      .map((all) => all.map((cells, n) => `<row r="${n + 1}">${cells.join("")}</row>`).join(""));
    const merges = fc
      .constantFrom("A1:B2", "A1:A99999", "B9:A1", "ZZZ1:A", "", "A1:XFD1048576")
      .map((range) => `<mergeCells><mergeCell ref="${range}"/></mergeCells>`);
    const changes = fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 3 });
    const bytes = fc.oneof(
      fc.tuple(rows, merges, changes).map(([sheet, merge, changed]) => {
        const file = zipOf(workbookParts(sheet, merge));
        for (const [at, value] of changed) file[at % file.length] = value;
        return file;
      }),
      noise.map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 300 }),
    );
    const readWhole = async (file: Uint8Array): Promise<number> => {
      const began = performance.now();
      try {
        for await (const { cells } of readTableBytes(file))
          expect(cells.every((each) => typeof each === "string")).toBe(true);
      } catch (fault) {
        expect(fault).toBeInstanceOf(TableError);
      }
      return performance.now() - began;
    };
    await fc.assert(
      fc.asyncProperty(bytes, async (file) => {
        let least = await readWhole(file);
        for (let n = 1; n < triesAtMost && least >= slowestMs; n++) least = Math.min(least, await readWhole(file));

        expect(least).toBeLessThan(slowestMs);
      }),
      { numRuns: Math.ceil(each / 4) },
    );
  });

  it("a workbook that was not changed gives its cells", async () => {
    const rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>赞</t></is></c><c r="B1"><v>7</v></c></row>';
    const read: string[][] = [];
    for await (const { cells } of readTableBytes(zipOf(workbookParts(rows, "")))) read.push(cells);

    expect(read).toEqual([["赞", "7"]]);
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
      const text = piece.repeat(Math.ceil(100_000 / piece.length));
      expect(
        shortest(() => read(text)),
        piece,
      ).toBeLessThan(slowestMs);
    }
  });
});
