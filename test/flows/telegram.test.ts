import { describe, expect, it } from "vitest";
import { refusal } from "../fakes/telegram.ts";
import { ids, openTelegram, startTelegram, type TelegramHouse, until } from "./telegram-house.ts";

const group = { id: -100200, type: "supergroup", title: "车友会" };

describe("Telegram", () => {
  it("hears a customer in a group, asks the employee, and changes the card in place when it is pressed", async () => {
    const { fake, koloop } = await openTelegram();

    fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    const card = await until("a card", () => fake.in(ids.E1)[0]);
    fake.press(ids.E1, card, "确认");
    await until("the change", () => card.edits > 0);

    const tags = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(tags.map(({ tag }) => tag)).toEqual(["pet_family"]);
    expect([fake.in(ids.E1).length, card.buttons.length, fake.in(group.id).length]).toEqual([1, 0, 0]);
    expect(fake.calls.some(({ method }) => method === "answerCallbackQuery")).toBe(true);
  });

  it("answers what is said to it in a topic, in that topic, and overhears the rest in silence", async () => {
    const { fake } = await openTelegram();
    const topic = { chat: group, message_thread_id: 7, is_topic_message: true };

    fake.says(ids.M1, "帮助", topic);
    fake.says(ids.M1, "@koloop_test_bot 帮助", topic);
    const answer = await until("an answer", () => fake.in(group.id)[0]);

    expect(answer.topic).toBe(7);
    expect(fake.in(group.id)).toHaveLength(1);
  });

  it("hears changed words anew and lets go of the earlier ones; /forget takes a message back", async () => {
    const { fake, koloop } = await openTelegram();

    const first = fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    const card = await until("a card", () => fake.in(ids.E1)[0]);
    await koloop.settle();
    fake.push({ edited_message: { ...first, text: "我家什么都没养", edit_date: Number(first.date) + 5 } });
    await until("the question to go", () => card.edits > 0 && card.buttons.length === 0);
    fake.push({ edited_message: { ...first, text: "我家有一条狗", edit_date: Number(first.date) + 9 } });
    await until("another card", () => fake.in(ids.E1).find((one) => one.text.includes("一条狗")));
    fake.says(ids.C1, "/forget", { chat: group, reply_to_message: first });
    await koloop.settle();

    const kept = await until("no words", () =>
      koloop.store.read(async (tx) => {
        const sent = await tx.connection.sql.all<{ text: string }>("SELECT text FROM message WHERE text <> ''");
        return sent.every(({ text }) => !text.includes("猫")) && sent;
      }),
    );
    expect(kept.some(({ text }) => text.includes("猫"))).toBe(false);
  });

  it("marks somebody who has blocked the bot as out of reach, and does not try again", async () => {
    const { fake, koloop } = await openTelegram();
    fake.fault = (method, { chat_id }) =>
      method === "sendMessage" && Number(chat_id) === ids.E1
        ? refusal(403, "Forbidden: bot was blocked by the user")
        : undefined;

    fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    const identity = await until("the mark", () =>
      koloop.store.read(async (tx) => {
        const found = await tx.people.identity("telegram", String(ids.E1));
        return found?.reachable === "no" && found;
      }),
    );
    const tries = () =>
      fake.calls.filter(({ method, payload }) => method === "sendMessage" && payload.chat_id === ids.E1);
    const before = tries().length;
    fake.says(ids.E1, "大家好", { chat: group });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = await koloop.store.read((tx) => tx.people.identity("telegram", String(ids.E1)));

    expect([identity.reachable, before, tries().length, after?.reachable]).toEqual(["no", 1, 1, "no"]);
  });

  it("learns from the chat itself that somebody has blocked the bot, and has let it in again", async () => {
    const { fake, koloop } = await openTelegram();
    const reach = () =>
      koloop.store.read(async (tx) => (await tx.people.identity("telegram", String(ids.K1)))?.reachable);
    const change = (status: string, was: string) => ({
      my_chat_member: {
        chat: { id: ids.K1, type: "private" },
        from: { id: ids.K1, is_bot: false, first_name: "李雷" },
        date: Math.floor(Date.now() / 1000),
        old_chat_member: { user: { id: 4242, is_bot: true }, status: was },
        new_chat_member: { user: { id: 4242, is_bot: true }, status },
      },
    });

    fake.push(change("kicked", "member"));
    await until("out of reach", async () => (await reach()) === "no");
    fake.push(change("member", "kicked"));
    await until("in reach", async () => (await reach()) === "yes");

    expect(await reach()).toBe("yes");
  });

  it("follows a group that has become a supergroup", async () => {
    const { fake, koloop } = await openTelegram();
    const old = { id: -55, type: "group", title: "老群" };

    fake.says(ids.M1, "@koloop_test_bot 帮助", { chat: old });
    await until("an answer", () => fake.in(old.id)[0]);
    fake.push({ message: fake.message(ids.M1, { chat: old, migrate_to_chat_id: -10055 }) });
    fake.says(ids.M1, "@koloop_test_bot 帮助", { chat: { ...old, id: -10055, type: "supergroup" } });
    await until("an answer there", () => fake.in(-10055)[0]);

    const rooms = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ room: string }>(
        "SELECT room FROM conversation WHERE channel = 'telegram' AND kind = 'group'",
      ),
    );
    expect(rooms).toEqual([{ room: "-10055" }]);
  });

  it("leaves nobody without an answer who sends what it cannot read, and says nothing to that in groups or to a sticker", async () => {
    const { fake, koloop } = await openTelegram();
    await koloop.store.transaction((tx) => tx.people.change("K2", { lang: "en" }));
    const huge = 6 * 1024 * 1024;
    const file = { file_id: "f", file_unique_id: "u" };
    const clip = { media_group_id: "v1", video: file };

    fake.push({ message: fake.message(ids.K1, { voice: file, chat: group }) });
    fake.push({ message: fake.message(ids.C1, { sticker: file }) });
    fake.push({ message: fake.message(ids.K1, { voice: file }) });
    await until("the first answer", () => fake.in(ids.K1)[0]);
    fake.push({ message: fake.message(ids.K1, { document: { ...file, file_size: huge, mime_type: "image/png" } }) });
    await until("the second answer", () => fake.in(ids.K1)[1]);
    fake.push({ message: fake.message(ids.K2, clip) });
    fake.push({ message: fake.message(ids.K2, clip) });
    await until("the answer to the videos", () => fake.in(ids.K2)[0]);
    await new Promise((resolve) => setTimeout(resolve, 150));

    expect(fake.in(ids.K1).map(({ text }) => text)).toEqual([
      expect.stringContaining("请打字告诉我"),
      expect.stringContaining("5 MB 以内"),
    ]);
    expect(fake.in(ids.K2).map(({ text }) => text)).toEqual([expect.stringContaining("cannot watch videos yet")]);
    expect([fake.in(group.id), fake.in(ids.C1)]).toEqual([[], []]);
  });

  it("takes an album as one message, and a reaction as a sign of influence", async () => {
    const { fake, koloop } = await openTelegram();
    const part = (caption?: string) => ({
      chat: group,
      media_group_id: "g1",
      photo: [{ file_id: "f", file_unique_id: "u" }],
      ...(caption && { caption }),
    });

    const first = fake.message(ids.K1, part("周末露营"));
    fake.push({ message: first });
    fake.push({ message: fake.message(ids.K1, part()) });
    fake.push({ message: fake.message(ids.K1, part("很开心")) });
    const reaction = { chat: group, message_id: first.message_id, date: first.date, old_reaction: [] };
    const by = { id: ids.C1, is_bot: false, first_name: "王" };
    await until("the message", () =>
      koloop.store.read((tx) => tx.conversations.findMessage("telegram", `m:${group.id}:${first.message_id}`)),
    );
    fake.push({ message_reaction: { ...reaction, user: by, new_reaction: [{ type: "emoji", emoji: "👍" }] } });
    const deeds = await until("the deed", () =>
      koloop.store.read(async (tx) => {
        const found = await tx.deeds.of(["K1"], 0);
        return found.length > 0 && found;
      }),
    );

    const texts = await koloop.store.read((tx) => tx.connection.sql.all<{ text: string }>("SELECT text FROM message"));
    expect(texts).toEqual([{ text: "周末露营\n很开心" }]);
    expect(deeds).toMatchObject([{ kind: "quoted", about: "C1", count: 1 }]);
  });
});

describe("the order of a chat on Telegram", () => {
  const heard = (koloop: { store: { read: TelegramHouse["koloop"]["store"]["read"] } }) =>
    koloop.store.read((tx) =>
      tx.connection.sql.all<{ text: string }>("SELECT text FROM message WHERE deleted_at IS NULL ORDER BY id"),
    );

  it("holds where a message and its change come with one poll, and where it changes twice within a second", async () => {
    const { fake, koloop, environment } = await openTelegram();
    await koloop.stop();
    const first = fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    const edit_date = Number(first.date) + 5;
    fake.push({ edited_message: { ...first, text: "我家养了三只猫呢", edit_date } });
    fake.push({ edited_message: { ...first, text: "我家什么都没养", edit_date } });

    const again = await startTelegram(environment);
    await until("the offset", () => fake.confirmed === 3);

    expect(await heard(again)).toEqual([{ text: "我家什么都没养" }]);
  });

  it("holds where an album comes in several polls: it is one message still, and what follows it comes after", async () => {
    const { fake, koloop } = await openTelegram();
    const part = (caption: string) =>
      fake.message(ids.K1, {
        chat: group,
        media_group_id: "g2",
        photo: [{ file_id: "f", file_unique_id: "u" }],
        caption,
      });
    fake.atOnce = 1;

    fake.push({ message: part("第一张") });
    await new Promise((resolve) => setTimeout(resolve, 30));
    fake.push({ message: part("第二张") });
    await new Promise((resolve) => setTimeout(resolve, 30));
    fake.push({ message: part("第三张") });
    fake.says(ids.K1, "发完了", { chat: group });
    await until("all of it", async () => (await heard(koloop)).length > 1);

    expect((await heard(koloop)).map(({ text }) => text).sort()).toEqual(["发完了", "第一张\n第二张\n第三张"]);
  });

  it("leaves out nothing of an album that begins where a full poll ends", async () => {
    const { fake, koloop, environment } = await openTelegram();
    await koloop.stop();
    for (let n = 0; n < 99; n++) fake.says(ids.C1, `第${n}句`, { chat: group });
    const album = { chat: group, media_group_id: "g3", photo: [{ file_id: "f", file_unique_id: "u" }] };
    fake.push({ message: fake.message(ids.K1, { ...album, caption: "露营" }) });
    fake.push({ message: fake.message(ids.K1, { ...album, caption: "烧烤" }) });

    const again = await startTelegram(environment);
    await until("the offset", () => fake.confirmed === 101);

    const texts = (await heard(again)).map(({ text }) => text);
    expect(texts).toHaveLength(100);
    expect(texts).toContain("露营\n烧烤");
  });
});

describe("Telegram in bad times", () => {
  it("waits as long as a 429 says, outlives 502s and a cut network, and says everything once", async () => {
    const { fake } = await openTelegram();
    let left = 6;
    fake.fault = (method) => {
      if (method !== "sendMessage" && method !== "getUpdates") return undefined;
      if (left === 0) return undefined;
      left--;
      if (left >= 4) return "cut";
      return left >= 2 ? refusal(502, "Bad Gateway") : refusal(429, "Too Many Requests", { retry_after: 1 });
    };

    fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    await until("a card", () => fake.in(ids.E1)[0]);
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(fake.in(ids.E1)).toHaveLength(1);
  });

  it("does not let the offset pass what is not committed: a restart in mid-poll loses nothing and doubles nothing", async () => {
    const { fake, koloop, environment } = await openTelegram();
    await koloop.stop();
    const lame = await startTelegram(environment);
    lame.store.backend.transaction = () => Promise.reject(new Error("the disk is full"));
    fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    fake.says(ids.C1, "还有一条狗", { chat: group });
    await until("two tries", () => fake.calls.filter(({ method }) => method === "getUpdates").length > 3);
    expect(fake.confirmed).toBe(0);
    await lame.stop();

    const whole = await startTelegram(environment);
    await until("a card", () => fake.in(ids.E1)[0]);
    await until("the offset", () => fake.confirmed === 2);
    await whole.stop();
    const again = await startTelegram(environment);
    fake.says(ids.C1, "好的", { chat: group });
    await until("the offset", () => fake.confirmed === 3);

    const heard = await again.store.read((tx) => tx.connection.sql.all<object>("SELECT id FROM message"));
    expect(heard).toHaveLength(3);
  });

  it("recognises another program on the same token, says so, and goes on once that has stopped", async () => {
    const { fake, koloop } = await openTelegram();
    let conflict = true;
    fake.fault = (method) =>
      conflict && method === "getUpdates"
        ? refusal(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
          )
        : undefined;
    const noted = () => koloop.store.read((tx) => tx.settings.get("telegram-conflict"));

    await until("the note", async () => (await noted()) === "yes");
    conflict = false;
    await until("the end of it", async () => (await noted()) === "");
    fake.says(ids.M1, "帮助");

    expect(await until("an answer", () => fake.in(ids.M1)[0])).toBeDefined();
  });
});
