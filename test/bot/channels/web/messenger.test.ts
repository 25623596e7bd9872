import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { maxFrameBytes } from "#bot/channels/web/receive.ts";
import type { Card } from "#cards/card.ts";
import { directRoomId, saveWebRoom } from "#db/web.ts";
import { type House, newFolder, openHouse, openTab, signIn } from "./house.ts";

const suggestion: Card = {
  v: 1,
  key: "sg:1",
  title: "王女士的新标签",
  blocks: [{ type: "quote", text: "下周又要出差", from: "王女士" }],
  buttons: [{ label: "商旅人士", action: { type: "suggestion.confirm", id: "s1", arg: "business" }, tone: "primary" }],
};
const direct = directRoomId("wang", "ann");

let house: House;
beforeEach(async () => {
  house = await openHouse();
  await house.channel.openRoom({ id: direct, kind: "direct" }, ["wang", "ann"]);
  house.heard.length = 0;
});
afterEach(() => house.close());

const deliver = (card: Card, room = "bot:ann", id = "o1") =>
  house.channel.deliver({ id, address: { channel: "web", room }, body: { type: "card", card } });

describe("a message", () => {
  it("is stored, handed over and acknowledged, and reaches the other side", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    const ann = await openTab(house, await signIn(house, "ann"));

    wang.say({ type: "send", id: "c1", room: direct, text: "下周又要出差" });

    const ack = await wang.next("ack");
    const post = await ann.next("post");
    expect(post.post).toMatchObject({ kind: "text", text: "下周又要出差", from: "wang", room: direct });
    expect(ack.post).toEqual(post.post);
    const event = house.heard.find((one) => one.type === "message");
    expect(event).toMatchObject({
      eventId: post.post.id,
      from: "wang",
      fromName: "王女士",
      address: { channel: "web", room: direct },
      roomKind: "direct",
      addressed: false,
    });
  });

  it("sent again over a bad line is one", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    wang.say({ type: "send", id: "c1", room: direct, text: "你好" });
    const first = await wang.next("ack");

    wang.say({ type: "send", id: "c1", room: direct, text: "你好" });
    wang.say({ type: "history", id: "h1", room: direct });

    const history = await wang.next("history");
    expect(history.posts).toHaveLength(1);
    expect(history.posts[0]!.id).toBe(first.post!.id);
    expect(house.heard.filter((event) => event.type === "message")).toHaveLength(1);
  });

  it("is not acknowledged while koloop cannot take it, and is one when sent again", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    house.failing.now = true;
    wang.say({ type: "send", id: "c1", room: direct, text: "你好" });
    await wang.next("refused", (frame) => frame.id === "c1" && frame.code === "fault");

    house.failing.now = false;
    wang.say({ type: "send", id: "c1", room: direct, text: "你好" });

    await wang.next("ack");
    expect(house.heard.filter((event) => event.type === "message")).toHaveLength(1);
  });

  it("that koloop had not heard when the process died is handed over at the next start, once", async () => {
    const folder = newFolder();
    const before = await openHouse({ folder });
    const wang = await openTab(before, await signIn(before, "wang"));
    wang.say({ type: "send", id: "c0", room: "bot:wang", text: "听到了" });
    await wang.next("ack");
    before.failing.now = true;
    wang.say({ type: "send", id: "c1", room: "bot:wang", text: "没听到" });
    await wang.next("refused");
    await before.close();

    const after = await openHouse({ folder });
    const heardFirst = after.heard.flatMap((event) => (event.type === "message" ? [event.text] : []));
    await after.close();
    const again = await openHouse({ folder });
    const heardAgain = again.heard.filter((event) => event.type === "message");
    await again.close();

    expect(heardFirst).toEqual(["没听到"]);
    expect(heardAgain).toEqual([]);
  });

  it("keeps its order however fast it was typed", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    const texts = Array.from({ length: 30 }, (_, i) => `第${i}句`);

    texts.forEach((text, i) => {
      wang.say({ type: "send", id: `c${i}`, room: direct, text });
    });

    await wang.next("ack", (frame) => frame.id === "c29");
    expect(house.heard.flatMap((event) => (event.type === "message" ? [event.text] : []))).toEqual(texts);
  });

  it("to a room that the sender is not in is refused", async () => {
    const li = await openTab(house, await signIn(house, "li"));

    li.say({ type: "send", id: "c1", room: direct, text: "让我看看" });
    li.say({ type: "history", id: "h1", room: direct });

    expect(await li.next("refused", (frame) => frame.id === "c1")).toMatchObject({ code: "not-a-member" });
    expect(await li.next("refused", (frame) => frame.id === "h1")).toMatchObject({ code: "not-a-member" });
    expect(house.heard.filter((event) => event.type === "message")).toEqual([]);
  });

  it.each([
    ["in a person's own chat with koloop", "bot:ann", "新任务", true],
    ["by its name", direct, "@koloop 帮我看看", true],
    ["by a command", direct, "/tag 王女士 商旅人士", true],
    ["to somebody else", direct, "你好,路上 5/6 天", false],
  ])("%s is addressed to koloop or not", async (_, room, text, addressed) => {
    const ann = await openTab(house, await signIn(house, "ann"));

    ann.say({ type: "send", id: "c1", room, text });

    await ann.next("ack");
    expect(house.heard.find((event) => event.type === "message")).toMatchObject({ addressed });
  });

  it("of 100,000 Chinese characters arrives whole, one more is refused kindly", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    const long = "长".repeat(100_000);

    wang.say({ type: "send", id: "c1", room: direct, text: long });
    wang.say({ type: "send", id: "c2", room: direct, text: `${long}长` });

    expect((await wang.next("ack")).post).toMatchObject({ text: long });
    expect(await wang.next("refused")).toMatchObject({ id: "c2", code: "too-long" });
  });

  it("can be taken back by who wrote it: the words are gone and koloop is told", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    const ann = await openTab(house, await signIn(house, "ann"));
    wang.say({ type: "send", id: "c1", room: direct, text: "说错了" });
    const { post } = await wang.next("ack");

    ann.say({ type: "recall", id: "r0", room: direct, post: post!.id });
    wang.say({ type: "recall", id: "r1", room: direct, post: post!.id });

    expect(await ann.next("refused", (frame) => frame.id === "r0")).toMatchObject({ code: "not-yours" });
    await ann.next("post", (frame) => frame.post.kind === "recalled");
    await wang.next("ack", (frame) => frame.id === "r1");
    const rows = await house.backend.read(({ sql }) => sql.all<{ body: string }>("SELECT body FROM web_post"));
    expect(rows).toEqual([{ body: "" }]);
    expect(house.heard.at(-1)).toMatchObject({ type: "recalled", messageEventId: post!.id });
  });
});

describe("nonsense from a page", () => {
  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"type":"send"}',
    '{"type":"sudo","id":"1"}',
    '{"type":"read","room":"r","seq":1e99}',
  ])("is answered, not acted on: %s", async (data) => {
    const wang = await openTab(house, await signIn(house, "wang"));

    wang.raw(data);

    expect(await wang.next("refused")).toMatchObject({ code: "bad-frame" });
    wang.say({ type: "ping" });
    await wang.next("pong");
  });

  it("binary data and frames over the limit are told apart from a crash: the line stays open", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));

    wang.raw(Buffer.from([0, 1, 2]));
    wang.raw(JSON.stringify({ type: "send", id: "c1", room: direct, text: "x".repeat(maxFrameBytes) }));
    wang.say({ type: "ping" });

    expect(await wang.next("refused", (frame) => frame.code === "bad-frame")).toBeTruthy();
    expect(await wang.next("refused", (frame) => frame.code === "too-long")).toBeTruthy();
    await wang.next("pong");
  });

  it("a flood is slowed down", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));

    for (let i = 0; i < 400; i++) wang.say({ type: "typing", room: direct });

    expect(await wang.next("refused")).toMatchObject({ code: "too-fast" });
  });
});

describe("a card", () => {
  it("reaches the room, and one of the same key replaces it in place", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver(suggestion);
    const first = await ann.next("post");

    await deliver({ ...suggestion, buttons: [], settled: "林婉清 已确认 · 14:03" }, "bot:ann", "o2");

    const second = await ann.next("post", (frame) => frame.post.editedAt !== undefined);
    expect(second.post).toMatchObject({ id: first.post.id, seq: first.post.seq });
    expect(second.post).toMatchObject({ kind: "card", card: { settled: "林婉清 已确认 · 14:03", buttons: [] } });
  });

  it("that asks something new comes to the end of the chat, under its old id", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver(suggestion);
    const first = await ann.next("post");
    await deliver({ ...suggestion, key: "other" }, "bot:ann", "o2");
    const more = {
      ...suggestion.buttons[0]!,
      action: { type: "suggestion.confirm", id: "s1", arg: "family" } as const,
    };

    await deliver({ ...suggestion, buttons: [...suggestion.buttons, more] }, "bot:ann", "o3");

    const second = await ann.next(
      "post",
      (frame) => frame.post.id === first.post.id && frame.post.seq > first.post.seq,
    );
    ann.say({ type: "history", id: "h1", room: "bot:ann" });
    const { posts } = await ann.next("history");
    expect(posts.map((post) => post.id).at(-1)).toBe(second.post.id);
    expect(posts).toHaveLength(2);
  });

  it("that answers somebody who spoke after it comes to the end too", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    const help: Card = { ...suggestion, key: "help", buttons: [] };
    await deliver(help);
    ann.say({ type: "send", id: "c1", room: "bot:ann", text: "帮助" });
    const { post } = await ann.next("ack");

    await deliver(help, "bot:ann", "o2");

    const answer = await ann.next("post", (frame) => frame.post.editedAt !== undefined);
    expect(answer.post.seq).toBeGreaterThan(post!.seq);
  });

  it("stays under the finger that pressed it, whatever it asks next", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver(suggestion);
    const { post } = await ann.next("post");
    await deliver({ ...suggestion, key: "other" }, "bot:ann", "o2");
    ann.say({ type: "tap", id: "t1", room: "bot:ann", post: post.id, token: "sc.s1.business" });
    await ann.next("ack");
    const next = {
      ...suggestion.buttons[0]!,
      action: { type: "suggestion.confirm", id: "s1", arg: "family" } as const,
    };

    await deliver({ ...suggestion, buttons: [next] }, "bot:ann", "o3");

    const changed = await ann.next("post", (frame) => frame.post.editedAt !== undefined);
    expect(changed.post).toMatchObject({ id: post.id, seq: post.seq });
  });

  it("from before an upgrade keeps its words, though nothing answers its buttons any more", async () => {
    const old = { ...suggestion, buttons: [{ label: "旧", action: { type: "no.longer", id: "1" }, tone: "normal" }] };
    await deliver(suggestion);
    await house.backend.transaction(async ({ sql }) => {
      await sql.run("UPDATE web_post SET body = ?", JSON.stringify(old));
    });

    const ann = await openTab(house, await signIn(house, "ann"));

    expect(ann.hello.rooms.find((room) => room.id === "bot:ann")?.last).toMatchObject({
      kind: "card",
      card: { title: "王女士的新标签", buttons: [] },
    });
  });

  it("delivered twice is one, words as well", async () => {
    const words = {
      id: "o9",
      address: { channel: "web", room: "bot:ann" },
      body: { type: "text", text: "好的" },
    } as const;
    const first = await house.channel.deliver(words);

    const second = await house.channel.deliver(words);

    expect(second).toEqual(first);
    const rows = await house.backend.read(({ sql }) => sql.all("SELECT id FROM web_post"));
    expect(rows).toHaveLength(1);
  });

  it("waits for a person who has never signed in", async () => {
    await deliver(suggestion, "bot:zhao");

    const zhao = await openTab(house, await signIn(house, "zhao"));

    expect(zhao.hello.rooms).toMatchObject([{ id: "bot:zhao", unread: 1, last: { kind: "card" } }]);
  });

  it("to a room that is not there is gone for good", async () => {
    await expect(deliver(suggestion, "bot:nobody")).rejects.toMatchObject({ kind: "gone" });
    await expect(deliver(suggestion, "group:nowhere")).rejects.toMatchObject({ kind: "gone" });
  });

  it("a press becomes the button's action, and the same press again is the same event", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver(suggestion);
    const { post } = await ann.next("post");

    for (let i = 0; i < 2; i++) {
      ann.say({ type: "tap", id: "t1", room: "bot:ann", post: post.id, token: "sc.s1.business" });
    }
    ann.say({ type: "ping" });

    await ann.next("pong");
    expect(house.heard.filter((event) => event.type === "tap")).toMatchObject([
      { action: { type: "suggestion.confirm", id: "s1", arg: "business" }, cardKey: "sg:1", from: "ann" },
    ]);
  });

  it("refuses a press on a button that it does not have, and tells how the card was settled", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver({ ...suggestion, buttons: [], settled: "林婉清 已确认 · 14:03" });
    const { post } = await ann.next("post");

    ann.say({ type: "tap", id: "t1", room: "bot:ann", post: post.id, token: "sc.s1.business" });
    ann.say({ type: "tap", id: "t2", room: "bot:ann", post: "no-such-post", token: "sc.s1.business" });

    expect(await ann.next("refused", (frame) => frame.id === "t1")).toMatchObject({
      code: "settled",
      settled: "林婉清 已确认 · 14:03",
    });
    expect(await ann.next("refused", (frame) => frame.id === "t2")).toMatchObject({ code: "no-such-card" });
    expect(house.heard.filter((event) => event.type === "tap")).toEqual([]);
  });

  it("refuses a press from somebody who is not in the room", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver(suggestion);
    const { post } = await ann.next("post");
    const li = await openTab(house, await signIn(house, "li"));

    li.say({ type: "tap", id: "t1", room: "bot:ann", post: post.id, token: "sc.s1.business" });

    expect(await li.next("refused")).toMatchObject({ code: "not-a-member" });
    expect(house.heard.filter((event) => event.type === "tap")).toEqual([]);
  });

  it("seen by a person is told once, however often the page says so", async () => {
    const ann = await openTab(house, await signIn(house, "ann"));
    await deliver(suggestion);
    const { post } = await ann.next("post");

    for (let i = 0; i < 3; i++) ann.say({ type: "seen", room: "bot:ann", post: post.id });
    ann.say({ type: "ping" });

    await ann.next("pong");
    expect(house.heard.filter((event) => event.type === "seen")).toMatchObject([{ from: "ann", cardKey: "sg:1" }]);
  });
});

describe("several tabs and a bad line", () => {
  it("every tab of a person and of the others hears of a message", async () => {
    const cookie = await signIn(house, "wang");
    const [one, two] = [await openTab(house, cookie), await openTab(house, cookie)];

    one.say({ type: "send", id: "c1", room: direct, text: "你好" });

    expect((await two.next("post")).post).toMatchObject({ text: "你好", clientId: "c1" });
  });

  it("a page that comes back is told what it missed: new posts and cards that changed", async () => {
    const cookie = await signIn(house, "ann");
    const ann = await openTab(house, cookie);
    await deliver(suggestion);
    const { post } = await ann.next("post");
    await ann.close();
    const wang = await openTab(house, await signIn(house, "wang"));
    wang.say({ type: "send", id: "c1", room: direct, text: "在吗" });
    await wang.next("ack");
    await deliver({ ...suggestion, settled: "已确认" }, "bot:ann", "o2");

    const back = await openTab(house, cookie, `?after=${post.seq}&edited=${post.at}`);

    expect(back.hello.gap).toBe(false);
    expect(back.hello.missed.filter((one) => one.kind === "text")).toMatchObject([{ text: "在吗" }]);
    expect(back.hello.missed.filter((one) => one.kind === "card").at(-1)).toMatchObject({
      card: { settled: "已确认" },
    });
  });

  it("reading in one tab clears the count in the others, and shows the sender that it was read", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    wang.say({ type: "send", id: "c1", room: direct, text: "在吗" });
    const { post } = await wang.next("ack");
    const ann = await openTab(house, await signIn(house, "ann"));
    expect(ann.hello.rooms.find((room) => room.id === direct)).toMatchObject({ unread: 1 });

    ann.say({ type: "read", room: direct, seq: post!.seq });

    expect(await wang.next("read")).toMatchObject({ person: "ann", seq: post!.seq });
    const again = await openTab(house, await signIn(house, "ann"));
    expect(again.hello.rooms.find((room) => room.id === direct)).toMatchObject({ unread: 0 });
  });

  it("pages through a long history without a gap or a double", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    await house.backend.transaction(async ({ sql }) => {
      for (let i = 0; i < 95; i++) {
        await sql.insert("web_post", {
          id: `p${i}`,
          room_id: direct,
          from_id: "ann",
          kind: "text",
          body: `${i}`,
          at: i,
        });
      }
    });
    const texts: string[] = [];
    let before: number | undefined;
    let more = true;

    for (let page = 0; more; page++) {
      wang.say({ type: "history", id: `h${page}`, room: direct, ...(before ? { before } : {}) });
      const answer = await wang.next("history", (frame) => frame.id === `h${page}`);
      texts.unshift(...answer.posts.flatMap((post) => (post.kind === "text" ? [post.text] : [])));
      before = answer.posts[0]?.seq;
      more = answer.more;
    }

    expect(texts).toEqual(Array.from({ length: 95 }, (_, i) => `${i}`));
  });

  it("tells the others who is typing and who is there", async () => {
    const wang = await openTab(house, await signIn(house, "wang"));
    const ann = await openTab(house, await signIn(house, "ann"));
    expect(ann.hello.people.find((person) => person.id === "wang")).toMatchObject({ online: true });

    wang.say({ type: "typing", room: direct });
    await ann.next("typing", (frame) => frame.person === "wang");
    await wang.close();

    expect(await ann.next("presence", (frame) => !frame.online)).toMatchObject({ person: "wang" });
  });

  it("customers are not told who has which role", async () => {
    await house.backend.transaction(({ sql }) =>
      saveWebRoom(sql, { id: "group:1", kind: "group", title: "亲子出行群" }, ["wang", "ann", "li"], 0),
    );
    const wang = await openTab(house, await signIn(house, "wang"));
    const ann = await openTab(house, await signIn(house, "ann"));

    expect(wang.hello.people.every((person) => person.roles === undefined)).toBe(true);
    expect(ann.hello.people.find((person) => person.id === "li")?.roles).toEqual(["koc"]);
  });
});
