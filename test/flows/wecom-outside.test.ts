import { describe, expect, it } from "vitest";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import type { SentCard } from "../fakes/wecom/card-check.ts";
import { botLogin, openKfid, secrets } from "../fakes/wecom/server.ts";
import { keyOf, quietFor, spoken, until } from "./wecom-house.ts";
import { openOutside } from "./wecom-outside.ts";

const kfEvent = (token: string) =>
  `<xml><ToUserName><![CDATA[ww1]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[${token}]]></Token><OpenKfId><![CDATA[${openKfid}]]></OpenKfId></xml>`;
const about = (cards: readonly SentCard[], words: string) =>
  cards.filter((sent) => JSON.stringify(sent.card).includes(words));
const botMessage = (msgid: string, userid: string, content: string, more: Record<string, unknown> = {}) => ({
  msgid,
  aibotid: "bot1",
  chattype: "single",
  from: { userid },
  msgtype: "text",
  text: { content },
  ...more,
});

describe("koloop as somebody else runs it", () => {
  it("goes from an archive line in halves to one tag, with the process killed right after the tap is acknowledged", async () => {
    const house = await openOutside(["app", "contact", "archive"]);
    const { fake } = house;
    const line = Buffer.from(`${JSON.stringify(spoken("m1", "wmC1", "ann", "你好,我家养了两只猫呢"))}\n`);
    const insideOfACharacter = line.indexOf(Buffer.from("你")) + 1;
    house.feed(line.subarray(0, insideOfACharacter));
    await quietFor(400);
    house.feed(line.subarray(insideOfACharacter));

    const card = await until("a card", () => fake.cards[0]);
    expect(JSON.stringify(card.card)).toMatch(/王女士.*有宠家庭|有宠家庭.*王女士/);
    const answer = await house.tap(card, keyOf(card, "确认"));
    await house.kill();
    expect(answer.status).toBe(200);
    await house.start();
    await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
    await until("an update", () => card.updates[0]);
    await house.kill();
    await house.start();
    await quietFor(2000);

    expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
    expect(fake.cards).toHaveLength(1);
    expect(fake.complaints).toEqual([]);
    for (const secret of [...Object.values(secrets), botLogin.secret, "token-"])
      expect(house.output).not.toContain(secret);
  });

  it("serves KOCs with the kf line alone", async () => {
    const house = await openOutside(["kf"]);
    const { fake } = house;
    fake.kfSays("wmKoc1", "k1", { msgtype: "text", text: { content: "我想做任务" } });
    fake.kfLog.push(null, null);
    expect((await postCallback(house.address, kfEvent("t1"))).status).toBe(200);
    const menu = await until("a menu", () => fake.kfSent[0]);
    const drawn = menu.message.msgmenu as { head_content: string; list: { click: { id: string; content: string } }[] };
    const { id, content } = drawn.list.find((item) => /接受|接单|参加|报名/.test(item.click.content))!.click;
    expect(drawn.head_content).toContain("晒出你的新车");

    fake.kfSays("wmKoc1", "k2", { msgtype: "text", text: { content, menu_id: id } });
    await postCallback(house.address, kfEvent("t2"));
    await until("an answer", () => fake.kfSent[1]);
    const link = { title: "我的新车", desc: "看看", url: "http://xhslink.com/a/AbCdEf12345", pic_url: "" };
    fake.kfSays("wmKoc1", "k3", { msgtype: "link", link });
    await postCallback(house.address, kfEvent("t3"));
    const receipt = await until("a receipt", () => fake.kfSent[2]);
    await quietFor(800);

    expect(JSON.stringify(receipt.message)).toMatch(/收到|已提交|已登记|感谢/);
    expect(JSON.stringify(receipt.message)).toMatch(/xhslink\.com\/a\/AbCdEf12345|晒出你的新车/);
    expect(fake.kfSent).toHaveLength(3);
    expect(fake.complaints).toEqual([]);
  });

  it("serves with the bot alone: cards to whoever wrote, a question by voice", async () => {
    const house = await openOutside(["bot", "archive"]);
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.push("aibot_msg_callback", "r1", botMessage("h1", "ann", "你好"));
    await until("a stream", () => fake.streams[0]);
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const [card] = await until("a card", () => about(fake.cards, "两只猫").length > 0 && about(fake.cards, "两只猫"));
    const click = { card_type: "button_interaction", event_key: keyOf(card!, "确认"), task_id: card!.card.task_id };
    const event = { eventtype: "template_card_event", ...click };
    fake.push("aibot_event_callback", "e1", {
      msgid: "t1",
      aibotid: "bot1",
      from: { userid: "ann" },
      msgtype: "event",
      event,
    });
    await until("an update", () => card!.updates[0]);
    const voice = { msgtype: "voice", voice: { content: "现在有多少位客户是有宠家庭?" }, text: undefined };
    fake.push("aibot_msg_callback", "r2", botMessage("q1", "mo", "", voice));
    const stream = await until("an answer", () => fake.streams.find(({ reqId }) => reqId === "r2"));

    expect(stream.finish).toBe(true);
    expect(stream.content).toMatch(/1/);
    expect(fake.complaints).toEqual([]);
  });

  it("reconnects and sends what waited; kicked by another instance it leaves cards to the app", async () => {
    const house = await openOutside();
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.push("aibot_msg_callback", "r1", botMessage("h1", "ann", "你好"));
    await until("a stream", () => fake.streams[0]);
    fake.botDropsNext = true;
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const [card] = await until("a card", () => about(fake.cards, "两只猫").length > 0 && about(fake.cards, "两只猫"));
    expect(card?.line).toBe("aibot");

    fake.push("aibot_event_callback", "d1", {
      msgid: "d1",
      aibotid: "bot1",
      from: { userid: "" },
      msgtype: "event",
      event: { eventtype: "disconnected_event" },
    });
    await quietFor(1500);
    const connections = fake.calls.length;
    house.says("m2", "wmC1", "ann", "我经常出差,一个月有半个月在高铁上");
    const [second] = await until("a card", () => about(fake.cards, "出差").length > 0 && about(fake.cards, "出差"));
    await quietFor(2500);

    expect(second?.line).toBe("app");
    expect(connections).toBeGreaterThan(0);
    expect(about(fake.cards, "两只猫")).toHaveLength(1);
    expect(about(fake.cards, "出差")).toHaveLength(1);
    expect(fake.complaints).toEqual([]);
  });

  it("shows a card on one line, with the process killed before the bot's line has acknowledged it", async () => {
    const house = await openOutside();
    const { fake } = house;
    await until("the connection", () => fake.bot);
    fake.push("aibot_msg_callback", "r1", botMessage("h1", "ann", "你好"));
    await until("a stream", () => fake.streams[0]);
    fake.botMutesNext = true;
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    await until("a card", () => about(fake.cards, "两只猫")[0]);
    await house.kill();
    await house.start();
    await until("the repetition", () => fake.complaints[0]);
    await quietFor(1500);

    expect(about(fake.cards, "两只猫").map(({ line }) => line)).toEqual(["aibot"]);
    expect(fake.complaints).toEqual([expect.stringContaining("task_id used twice")]);
  });
});
