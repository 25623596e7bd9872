import { describe, expect, it } from "vitest";
import { openPassive } from "../fakes/wecom/callbacks.ts";
import type { Fault } from "../fakes/wecom/server.ts";
import { type House, keyOf, openHouse, quietFor, until } from "./wecom-house.ts";

const cat = "我家养了两只猫呢";
const catCards = (house: House) => house.fake.cards.filter((sent) => JSON.stringify(sent.card).includes("两只猫"));
const catCard = (house: House, ms?: number) => until("a card", () => catCards(house)[0], ms);
const hello = (userid: string) => ({
  msgid: `hello-${userid}`,
  aibotid: "bot1",
  chattype: "single",
  from: { userid },
  msgtype: "text",
  text: { content: "你好" },
});
async function withBotChat(house: House, userid = "ann"): Promise<void> {
  await until("the connection", () => house.fake.bot);
  house.fake.push("aibot_msg_callback", "r0", hello(userid));
  await until("a stream", () => house.fake.streams[0]);
}

const passing: [string, Fault][] = [
  ["-1", { errcode: -1 }],
  ["a 502", "http500"],
  ["broken JSON", "broken"],
  ["a reset", "reset"],
  ["silence", "silence"],
  ["a lost answer", "lost-answer"],
  ["a token that is invalid", { errcode: 40014 }],
  ["a token that has expired", { errcode: 42001 }],
  ["a token that is bad", { errcode: 40001 }],
];
const paths = [
  "gettoken",
  "externalcontact/get",
  "message/send",
  "message/update_template_card",
  "externalcontact/get_corp_tag_list",
  "externalcontact/add_corp_tag",
  "externalcontact/mark_tag",
];

describe("WeCom under faults", () => {
  it.concurrent.for(passing)(
    "brings card, tap and tag through %s at every call",
    async ([, fault], { onTestFinished }) => {
      const house = await openHouse({ onTestFinished });
      const { fake } = house;
      // The very first token is another matter: a wrong secret answers 40001 too.
      for (const path of paths)
        if (!(path === "gettoken" && typeof fault === "object")) fake.faults.push({ path, fault });

      house.says("m1", "wmC1", "ann", cat);
      const card = await catCard(house);
      await house.tap(card, keyOf(card, "确认"));
      await until("an update", () => card.updates[0]);
      await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
      await quietFor(1500);

      expect(fake.faults).toEqual([]);
      expect(fake.complaints).toEqual([]);
      expect(catCards(house)).toHaveLength(1);
      expect([...fake.corpTags.values()]).toEqual(["有宠家庭"]);
      expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
    },
  );

  it.concurrent("waits for a slow mark rather than marking twice", async ({ onTestFinished }) => {
    const house = await openHouse({ onTestFinished });
    house.fake.faults.push({ path: "externalcontact/mark_tag", fault: { slowMs: 8000 } });
    house.says("m1", "wmC1", "ann", cat);
    const card = await catCard(house);
    await house.tap(card, keyOf(card, "确认"));
    const marks = () => house.fake.calls.filter(({ path }) => path === "externalcontact/mark_tag");
    await until("the slow mark", () => marks()[0]);
    await quietFor(10_500);

    expect(marks()).toHaveLength(1);
  });

  it.concurrent("updates a pressed card while a message to the same employee meets silence", async ({
    onTestFinished,
  }) => {
    const house = await openHouse({ onTestFinished });
    house.says("m1", "wmC1", "ann", cat);
    const card = await catCard(house);
    for (let i = 0; i < 3; i++) house.fake.faults.push({ path: "message/send", fault: "silence" });
    house.fake.customers.set("wmC2", { name: "赵先生", follow: new Map([["ann", new Set()]]) });
    house.says("m2", "wmC2", "ann", "我家的狗叫豆豆");
    await until("the silent call", () => house.fake.faults.length < 3);

    const underWay = () => [house.fake.silent, house.fake.faults.length];
    const before = underWay();
    await house.tap(card, keyOf(card, "确认"));
    await until("an update", () => card.updates[0]);

    // Behind the silent call it would have come once that was given up.
    expect([before, underWay()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it.concurrent.for([
    "message/send",
    "externalcontact/mark_tag",
    "externalcontact/get",
    "message/update_template_card",
  ])(
    "lets %s rest after 45009: five calls at most in 20 s, and all is done in the end",
    async (path, { onTestFinished }) => {
      const house = await openHouse({ onTestFinished });
      const { fake } = house;
      fake.limited.add(path);
      for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) {
        fake.customers.set(`wmD${n}`, { name: `客户${n}`, follow: new Map([["ann", new Set()]]) });
        house.says(`m${n}`, `wmD${n}`, "ann", cat);
      }
      const tapAll = setInterval(() => {
        for (const card of fake.cards)
          if (!tapped.has(card)) {
            tapped.add(card);
            house.tap(card, keyOf(card, "确认")).catch(() => {});
          }
      });
      const tapped = new Set<unknown>();
      const first = await until("the first refusal", () =>
        fake.calls.find((c) => c.path === path && c.answered === 45009),
      );
      await quietFor(20_000 - (Date.now() - first.at));
      fake.limited.delete(path);
      const ends = first.at + 20_000;
      const during = fake.calls.filter((c) => c.path === path && c.answered === 45009 && c.at < ends).length;
      await until("all marks", () => fake.countOf("externalcontact/mark_tag") === 8);
      clearInterval(tapAll);

      expect(during).toBeLessThanOrEqual(5);
      expect(fake.cards).toHaveLength(8);
    },
  );

  it.concurrent("greys the pressed key in the answer to the press while the call for it rests, and spends no code twice", async ({
    onTestFinished,
  }) => {
    const house = await openHouse({ onTestFinished });
    const { fake } = house;
    house.says("m1", "wmC1", "ann", cat);
    const first = await catCard(house);
    fake.customers.set("wmC2", { name: "赵先生", follow: new Map([["ann", new Set()]]) });
    house.says("m2", "wmC2", "ann", "我家的狗叫豆豆");
    const second = await until("a card", () => fake.cards[1]);
    fake.faults.push({ path: "message/update_template_card", fault: { errcode: 45009 } });
    await house.tap(first, keyOf(first, "确认"));
    await until("the limit", () => fake.calls.find((call) => call.answered === 45009));

    const passive = await openPassive(await house.tap(second, keyOf(second, "确认")));
    await until("the update after the rest", () => first.updates[0]);
    await quietFor(1500);

    expect(passive).toContain("<MsgType><![CDATA[update_button]]></MsgType>");
    expect(passive).toContain("<ReplaceName><![CDATA[已加上 1 个标签]]>");
    expect(second.updates).toEqual([]);
    expect(fake.calls.filter(({ path }) => path === "message/update_template_card")).toHaveLength(2);
  });

  it.concurrent("takes a callback while a flood of large forged ones, well-shaped, is refused", async ({
    onTestFinished,
  }) => {
    const house = await openHouse({ onTestFinished });
    house.says("m1", "wmC1", "ann", cat);
    const card = await catCard(house);
    const query = new URLSearchParams({ msg_signature: "0".repeat(40), timestamp: "1", nonce: "n" });
    const body = `<xml><Encrypt>${"A".repeat(900_000)}</Encrypt></xml>`;
    const flood = Array.from({ length: 100 }, () =>
      fetch(`${house.koloop.address}/wecom/callback?${query}`, { method: "POST", body }).then(
        ({ status }) => status,
        // The connection is closed on whoever still sends.
        () => 429,
      ),
    );

    const answer = await house.tap(card, keyOf(card, "确认"));
    const statuses = await Promise.all(flood);

    expect(answer.status).toBe(200);
    expect(statuses.filter((status) => status !== 403 && status !== 429)).toEqual([]);
  });

  it.concurrent("takes a bot's card for shown whose repetition WeCom knows by its task_id", async ({
    onTestFinished,
  }) => {
    const house = await openHouse({ bot: true, onTestFinished });
    const { fake } = house;
    await withBotChat(house);
    fake.botMutesNext = true;

    house.says("m1", "wmC1", "ann", cat);
    await catCard(house);
    await until("the repetition", () => fake.complaints[0]);
    await quietFor(1500);

    expect(catCards(house).map(({ line }) => line)).toEqual(["aibot"]);
    expect(fake.complaints).toEqual([expect.stringContaining("task_id used twice")]);
  });

  it.concurrent("takes 84061 as final, and after 40068 makes the tag anew and marks once more", async ({
    onTestFinished,
  }) => {
    const house = await openHouse({ onTestFinished });
    const { fake } = house;
    fake.faults.push({ path: "externalcontact/mark_tag", fault: { errcode: 40068 } });
    house.says("m1", "wmC1", "ann", cat);
    const card = await catCard(house);
    await house.tap(card, keyOf(card, "确认"));
    await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
    fake.customers.set("wmC2", { name: "赵先生", follow: new Map([["ann", new Set()]]) });
    house.says("m2", "wmC2", "ann", "我家的狗叫豆豆");
    const other = await until("a card", () => fake.cards[1]);
    fake.faults.push({ path: "externalcontact/mark_tag", fault: { errcode: 84061 } });
    await house.tap(other, keyOf(other, "确认"));
    const marks = () => fake.calls.filter(({ path }) => path === "externalcontact/mark_tag");
    await until("a mark that is refused for good", () => marks().length === 3);
    await quietFor(4000);

    expect(marks().map(({ answered }) => answered)).toEqual([40068, 0, 84061]);
  });

  it.concurrent("fetches one token for all who find theirs withdrawn", async ({ onTestFinished }) => {
    const house = await openHouse({ onTestFinished });
    const { fake } = house;
    house.says("m0", "wmC1", "ann", cat);
    await catCard(house);
    const before = fake.countOf("gettoken");
    fake.withdrawTokens();
    for (const n of [1, 2, 3, 4, 5, 6]) {
      fake.customers.set(`wmD${n}`, { name: `客户${n}`, follow: new Map([["ann", new Set()]]) });
      house.says(`m${n}`, `wmD${n}`, "ann", cat);
    }
    await until("all cards", () => fake.cards.length === 7);

    // One for the contacts' secret, one for the app's.
    expect(fake.countOf("gettoken") - before).toBe(2);
  });
});

describe("WeCom's two lines to an employee", () => {
  it.concurrent.for([
    ["93001 of the bot", (house: House) => Object.assign(house.fake, { botRefuses: 93001 }), "app"],
    ["93006 of the bot", (house: House) => Object.assign(house.fake, { botRefuses: 93006 }), "app"],
    ["a bot that is not connected", (house: House) => house.fake.bot?.terminate(), "app"],
  ] as const)("after %s the card comes once, by the other line", async ([, refuse, line], { onTestFinished }) => {
    const house = await openHouse({ bot: true, onTestFinished });
    await withBotChat(house);
    refuse(house);

    house.says("m1", "wmC1", "ann", cat);
    await catCard(house);
    await quietFor(2500);

    expect(catCards(house).map((card) => card.line)).toEqual([line]);
  });

  it.concurrent.for([
    ["81013", (house: House) => house.fake.unreachableByApp.add("ann")],
    ["invaliduser", (house: House) => house.fake.invalid.add("ann")],
    ["unlicenseduser", (house: House) => house.fake.unlicensed.add("ann")],
  ] as const)(
    "after %s of the app the card waits for a word to the bot, and comes there once",
    async ([, refuse], { onTestFinished }) => {
      const house = await openHouse({ bot: true, onTestFinished });
      await until("the connection", () => house.fake.bot);
      refuse(house);
      house.says("m1", "wmC1", "ann", cat);
      await until("a refused try", () => house.fake.calls.find(({ path }) => path === "message/send"));
      await quietFor(500);
      expect(catCards(house)).toEqual([]);

      house.fake.push("aibot_msg_callback", "r0", hello("ann"));
      await catCard(house);
      await quietFor(1500);

      expect(catCards(house).map(({ line }) => line)).toEqual(["aibot"]);
    },
  );

  it.concurrent("leaves to the app what the app may have shown, also when the bot is back", async ({
    onTestFinished,
  }) => {
    const house = await openHouse({ bot: true, onTestFinished });
    const { fake } = house;
    for (let i = 0; i < 4; i++) fake.faults.push({ path: "message/send", fault: "lost-answer" });
    house.says("m1", "wmC1", "ann", cat);
    await catCard(house);
    await withBotChat(house);
    await until("all tries without an answer", () => fake.faults.length === 0);
    await until("the repetition", () => fake.calls.filter(({ path }) => path === "message/send").length > 4);
    await quietFor(500);

    expect(catCards(house).map(({ line }) => line)).toEqual(["app"]);
    expect(fake.complaints).toEqual([]);
  });

  it.concurrent("sends no more than WeCom takes in a minute to one member", async ({ onTestFinished }) => {
    const house = await openHouse({ onTestFinished });
    const { fake } = house;
    for (let n = 0; n < 40; n++) {
      fake.customers.set(`wmD${n}`, { name: `客户${n}`, follow: new Map([["ann", new Set()]]) });
      house.says(`m${n}`, `wmD${n}`, "ann", cat);
    }
    await until("the first cards", () => fake.cards.length >= 20);
    await quietFor(3000);

    expect(fake.complaints).toEqual([]);
    expect(fake.cards.length).toBeLessThanOrEqual(30);
  });
});
