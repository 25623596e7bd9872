import { describe, expect, it } from "vitest";
import { initials, tint } from "#bot/channels/web/page/names.ts";
import { excerpt, isFewEmoji, stretches } from "#bot/channels/web/page/rich-text.ts";
import {
  emptyState,
  heard,
  leftOff,
  pressed,
  releaseTap,
  type State,
  totalUnread,
} from "#bot/channels/web/page/state.ts";
import { timeline } from "#bot/channels/web/page/timeline.ts";
import { sayIn } from "#bot/channels/web/page/words.ts";
import type { PostView, RoomView, ServerFrame } from "#bot/channels/web/wire.ts";
import { effortMs } from "../../../setup/effort.ts";

const noon = new Date(2026, 10, 20, 12).getTime();
const minute = 60_000;
const me = { id: "ann", name: "林婉清", roles: ["koe"], lang: "zh" } as const;

function text(seq: number, from: string, at = noon + seq * 1000): PostView & { kind: "text" } {
  return { seq, id: `p${seq}`, room: "r", from, at, kind: "text", text: `第${seq}句`, clientId: `c${seq}` };
}

function card(seq: number, settled?: string): PostView & { kind: "card" } {
  const view = { key: "k", title: "卡片", blocks: [], buttons: [], ...(settled ? { settled } : {}) };
  return { seq, id: `p${seq}`, room: "r", from: "koloop", at: noon, kind: "card", card: view };
}

function stateWith(posts: PostView[], over: Partial<RoomView> = {}): State {
  const last = posts.at(-1);
  const room: RoomView = {
    id: "r",
    kind: "direct",
    members: [
      { id: "ann", readSeq: 0 },
      { id: "wang", readSeq: 0 },
    ],
    unread: 0,
    ...(last ? { last } : {}),
    ...over,
  };
  return {
    ...emptyState,
    me: { ...me, roles: ["koe"] },
    rooms: { r: room },
    logs: { r: { posts, more: false, loading: false } },
  };
}

const hear = (state: State, ...frames: ServerFrame[]) => frames.reduce((now, frame) => heard(now, frame, noon), state);
const idsOf = (state: State) => state.logs.r?.posts.map((post) => post.id);

describe("what the page knows", () => {
  it("counts a new post of somebody else once, however often it hears of it", () => {
    const state = hear(
      stateWith([text(1, "wang")]),
      { type: "post", post: text(2, "wang") },
      { type: "post", post: text(2, "wang") },
    );

    expect(idsOf(state)).toEqual(["p1", "p2"]);
    expect(totalUnread(state)).toBe(1);
  });

  it("does not count its own posts, and a pending one goes when the server has it", () => {
    const pending = [{ id: "c2", room: "r", text: "第2句", at: noon }];
    const state = hear({ ...stateWith([text(1, "wang")]), pending }, { type: "ack", id: "c2", post: text(2, "ann") });

    expect(state.pending).toEqual([]);
    expect(idsOf(state)).toEqual(["p1", "p2"]);
    expect(totalUnread(state)).toBe(0);
  });

  it("a refused message stays to be sent again", () => {
    const pending = [{ id: "c2", room: "r", text: "第2句", at: noon }];

    const state = hear({ ...stateWith([]), pending }, { type: "refused", id: "c2", code: "fault" });

    expect(state.pending).toMatchObject([{ id: "c2", failed: true }]);
  });

  it("a card that changed takes its old place, and lets go of the press", () => {
    const before = pressed(stateWith([card(1), text(2, "wang")]), "p1", "token", "t1");

    const state = hear(before, { type: "post", post: { ...card(1, "已确认"), editedAt: noon + 5 } });

    expect(idsOf(state)).toEqual(["p1", "p2"]);
    expect(state.logs.r?.posts[0]).toMatchObject({ card: { settled: "已确认" } });
    expect(state.taps).toEqual({});
    expect(totalUnread(state)).toBe(0);
  });

  it("a card that came to the end is not shown twice", () => {
    const moved = { ...card(1), seq: 3, editedAt: noon + 5 };

    const state = hear(stateWith([card(1), text(2, "ann")]), { type: "post", post: moved });

    expect(idsOf(state)).toEqual(["p2", "p1"]);
    expect(totalUnread(state)).toBe(1);
  });

  it("an older form of a card that comes late does not undo the newer one", () => {
    const newer = { ...card(1, "已确认"), editedAt: noon + 9 };

    const state = hear(stateWith([newer]), { type: "history", id: "h", room: "r", posts: [card(1)], more: false });

    expect(state.logs.r?.posts[0]).toMatchObject({ card: { settled: "已确认" } });
  });

  it("a press that was answered without a change of the card is let go, and only that one", () => {
    const state = pressed(pressed(stateWith([]), "a", "x", "t1"), "b", "y", "t2");

    expect(releaseTap(state, "t1").taps).toEqual({ b: "y t2" });
  });

  it("goes on where it left off: the last post and the last change", () => {
    const state = stateWith([{ ...card(1), editedAt: noon + 90_000 }, text(7, "wang")]);

    expect(leftOff(state)).toEqual({ seq: 7, edited: noon + 90_000 });
    expect(leftOff(emptyState)).toBeUndefined();
  });

  it("reading clears what was read, and leaves what came after", () => {
    const state = stateWith([text(1, "wang"), text(2, "wang"), text(3, "wang")], { unread: 3 });

    expect(totalUnread(hear(state, { type: "read", room: "r", person: "ann", seq: 2 }))).toBe(1);
    expect(totalUnread(hear(state, { type: "read", room: "r", person: "ann", seq: 3 }))).toBe(0);
    expect(totalUnread(hear(state, { type: "read", room: "r", person: "wang", seq: 3 }))).toBe(3);
  });
});

describe("the timeline", () => {
  it("sets days apart, and groups what one person says in one breath", () => {
    const posts = [
      text(1, "wang", noon),
      text(2, "wang", noon + minute),
      text(3, "wang", noon + 7 * minute),
      text(4, "ann", noon + 24 * 60 * minute),
    ];

    const items = timeline(posts, [], "ann", undefined);

    expect(
      items.map((item) =>
        item.type === "post" ? `${item.post.id}${item.first ? "<" : ""}${item.last ? ">" : ""}` : item.type,
      ),
    ).toEqual(["day", "p1<", "p2>", "p3<>", "day", "p4<>"]);
  });

  it("draws the line before the first unread post of somebody else", () => {
    const items = timeline([text(1, "wang"), text(2, "ann"), text(3, "wang")], [], "ann", 1);

    expect(items.map((item) => item.type)).toEqual(["day", "post", "post", "unread", "post"]);
  });

  it("draws no line where nothing was read before", () => {
    const items = timeline([text(1, "wang"), text(2, "wang")], [], "ann", 0);

    expect(items.some((item) => item.type === "unread")).toBe(false);
  });
});

describe("text", () => {
  it.each([
    ["看这里https://example.com/a?b=1,很好", ["看这里", "<https://example.com/a?b=1>", ",很好"]],
    ["(见 https://example.com/wiki_(x)).", ["(见 ", "<https://example.com/wiki_(x)>", ")."]],
    ["http://例子.cn 和 javascript:alert(1)", ["http://例子.cn 和 javascript:alert(1)"]],
    ["没有地址", ["没有地址"]],
  ])("finds the addresses in %s", (words, expected) => {
    const found = stretches(words);

    expect(found.map(({ text: part, url }) => (url ? `<${url}>` : part))).toEqual(expected);
    expect(found.map((part) => part.text).join("")).toBe(words);
  });

  it.each([
    ["👍", true],
    ["😀 😀😀", true],
    ["👨‍👩‍👧‍👦", true],
    ["🇨🇳", true],
    ["👍👍👍👍", false],
    ["123", false],
    ["好👍", false],
    ["", false],
  ])("%s is nothing but a few emoji: %s", (words, expected) => {
    expect(isFewEmoji(words)).toBe(expected);
  });

  it("cuts a very long text, never through an emoji, and leaves a short one alone", () => {
    expect(excerpt("短".repeat(700))).toBeUndefined();
    expect(excerpt("长".repeat(100_000))).toBe("长".repeat(700));
    expect(excerpt(`${"a".repeat(699)}😀尾`)).toBe("a".repeat(699));
    expect(excerpt("行\n".repeat(50))?.split("\n")).toHaveLength(16);
  });

  it("looks at 100,000 characters in a moment", () => {
    const began = process.cpuUsage();

    stretches("https://a.b/(((".repeat(6_600));
    stretches(`https://a.b/${")".repeat(99_000)}`);
    isFewEmoji("😀".repeat(50_000));

    expect(effortMs(began)).toBeLessThan(1000);
  });
});

describe("names", () => {
  it.each([
    ["林婉清", "婉清"],
    ["王女士", "王"],
    ["欧阳先生", "欧阳"],
    ["吕燕", "吕燕"],
    ["Ann Lee", "AL"],
    ["koloop", "KO"],
    ["", "?"],
  ])("%s is drawn as %s", (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it("spreads people over the colours, and keeps each one's", () => {
    const tints = Array.from({ length: 64 }, (_, i) => tint(`P${1000 + i}`));

    expect(new Set(tints).size).toBe(8);
    expect(tint("P1001")).toBe(tints[1]);
  });

  it("says the same in both languages, and fills the gaps with whatever is given", () => {
    const gaps = (words: string) => (words.match(/\{\w+\}/g) ?? []).sort();

    expect(gaps(sayIn("en")("membersOnline"))).toEqual(gaps(sayIn("zh")("membersOnline")));
    expect(sayIn("zh")("unread", { n: 3 })).toBe("3 条未读");
    expect(sayIn("en")("nothingFound", { words: "$&" })).toContain("$&");
  });
});
