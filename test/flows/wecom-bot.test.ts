import { describe, expect, it } from "vitest";
import { labelOf } from "#domain/taxonomy.ts";
import { type House, keyOf, openHouse, quietFor, until } from "./wecom-house.ts";

const message = (msgid: string, userid: string, content: string, chat = {}) => ({
  msgid,
  aibotid: "bot1",
  chattype: "single",
  from: { userid },
  msgtype: "text",
  text: { content },
  ...chat,
});

/** An answer with a chart, to the manager. */
async function answerWithPicture({ koloop }: House, reply: string | null): Promise<void> {
  const bytes = Buffer.from("iVBORw0KGgo=", "base64");
  const now = koloop.ctx.now();
  await koloop.store.transaction(async (tx) => {
    await tx.settings.addPicture({ id: "P1", mime: "image/png", bytes, createdAt: now });
    const blocks = [{ type: "picture" as const, pictureId: "P1", alt: "新客户越来越多" }];
    const card = { v: 1 as const, key: "answer-1", title: "每月新客户", blocks, buttons: [] };
    await tx.outbox.add({
      ...{
        id: "O1",
        channel: "wecom",
        room: "u:mo",
        personId: null,
        cardKey: card.key,
        purpose: "reply",
        dedupeKey: null,
      },
      ...{ body: { type: "card", card }, reply, assignmentId: null, runAt: now, attempts: 0, createdAt: now },
    });
  });
  koloop.outbox.nudge();
}

describe("the WeCom bot", () => {
  it("answers a manager's question with a number in a finished stream, and others with a refusal", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    const label = labelOf(house.koloop.ctx.taxonomy, "pet_family", "zh");
    const question = `现在有多少位客户是${label}?`;

    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => fake.cards[0]);
    await house.tap(card, keyOf(card, "确认"));
    fake.push("aibot_msg_callback", "r1", message("q1", "mo", question));
    const answer = await until("an answer", () => fake.streams.find(({ reqId }) => reqId === "r1"));
    const group = { chattype: "group", chatid: "wrG1", text: { content: `@KoLoop ${question}` } };
    fake.push("aibot_msg_callback", "r2", message("q2", "mo", "", group));
    const inGroup = await until("an answer in the group", () => fake.streams.find(({ reqId }) => reqId === "r2"));
    fake.push("aibot_msg_callback", "r3", message("q3", "woUnknown", question));
    await quietFor(500);

    expect([answer.finish, inGroup.finish]).toEqual([true, true]);
    expect(answer.content).toMatch(/\b1\b/);
    expect(inGroup.content).toMatch(/\b1\b/);
    expect(fake.streams).toHaveLength(2);
  });

  it("writes cards to whoever has written to it, under the id of the callback, and redraws them when pressed", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.openUserids.set("woAnn0001", "ann");
    fake.push("aibot_msg_callback", "r1", message("h1", "woAnn0001", "你好"));
    await until("an answer", () => fake.streams.length + fake.texts.length + fake.cards.length > 0);

    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => fake.cards.find((sent) => JSON.stringify(sent.card).includes("两只猫")));
    const click = { card_type: "button_interaction", event_key: keyOf(card, "确认"), task_id: card.card.task_id };
    fake.push("aibot_event_callback", "e1", {
      msgid: "t1",
      aibotid: "bot1",
      from: { userid: "woAnn0001" },
      msgtype: "event",
      event: { eventtype: "template_card_event", template_card_event: click },
    });
    const update = await until("an update", () => card.updates[0]);

    expect([card.line, card.to, update.reqId]).toEqual(["aibot", "woAnn0001", "e1"]);
    expect(JSON.stringify(update)).not.toContain(click.event_key);
    await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
  });

  it("answers with the whole words in the stream, and what can be pressed beside it", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.push("aibot_msg_callback", "r1", message("q1", "mo", "任务列表"));
    const stream = await until("a stream", () => fake.streams.find(({ reqId }) => reqId === "r1"));
    const card = await until("a card", () => fake.cards[0]);

    expect([stream.finish, stream.content.includes("晒出你的新车")]).toEqual([true, true]);
    expect(JSON.stringify(card.card.button_list)).toContain("进展");
    expect(fake.complaints).toEqual([]);
  });

  it("sends the picture of an answer after its words", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.push("aibot_msg_callback", "r1", message("h1", "mo", "你好"));
    await until("an answer", () => fake.streams.find(({ reqId }) => reqId === "r1"));
    await answerWithPicture(house, JSON.stringify(["question", "r9", house.koloop.ctx.now()]));
    const picture = await until("a picture", () => fake.pictures[0]);

    expect(picture).toEqual({ to: "mo", mediaId: "MEDIA1" });
    expect(fake.streams.find(({ reqId }) => reqId === "r9")?.content).toContain("新客户越来越多");
  });

  it("leaves the picture to the app where the app has said the words", async () => {
    const house = await openHouse();
    const { fake } = house;

    await answerWithPicture(house, null);
    const picture = await until("a picture", () => fake.pictures[0]);

    expect(picture).toEqual({ to: "mo", mediaId: "MEDIA2" });
    expect(fake.texts.map(({ to, line, text }) => [to, line, text.includes("新客户越来越多")])).toEqual([
      ["mo", "app", true],
    ]);
    expect(fake.complaints).toEqual([]);
  });

  it("leaves it to the app where the bot may not write", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.push("aibot_msg_callback", "r1", message("h1", "ann", "你好"));
    await until("an answer", () => fake.streams.length + fake.cards.length > 0);
    fake.botRefuses = 93006;

    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");

    const card = await until("a card", () => fake.cards.find((sent) => JSON.stringify(sent.card).includes("两只猫")));
    expect(card.line).toBe("app");
  });
});
