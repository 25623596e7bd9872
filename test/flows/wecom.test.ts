import { describe, expect, it } from "vitest";
import { labelOf } from "#domain/taxonomy.ts";
import { askVerification, postCallback } from "../fakes/wecom/callbacks.ts";
import { corpId, openKfid } from "../fakes/wecom/server.ts";
import { keyOf, openHouse, quietFor, until } from "./wecom-house.ts";

const marks = (house: Awaited<ReturnType<typeof openHouse>>, customer = "wmC1", userid = "ann") =>
  [...(house.fake.customers.get(customer)?.follow.get(userid) ?? [])].map((id) => house.fake.corpTags.get(id));

describe("WeCom, from an archive line to a tag", () => {
  it("asks the employee in the talk with the name and the words, and a tap three times marks the tag once", async () => {
    const house = await openHouse();
    const { fake } = house;
    const label = labelOf(house.koloop.ctx.taxonomy, "pet_family", "zh");

    house.says("m1", "wmC1", "ann", "你好,我家养了两只猫呢");
    const card = await until("a card", () => fake.cards[0]);
    expect(card.to).toBe("ann");
    const drawn = JSON.stringify(card.card);
    for (const part of ["王女士", "我家养了两只猫呢", label]) expect(drawn).toContain(part);
    expect(keyOf(card, "不对")).not.toContain("wmC1");

    const at = Math.floor(Date.now() / 1000);
    const answers = await Promise.all([1, 2, 3].map(() => house.tap(card, keyOf(card, "确认"), "ann", at)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const update = await until("an update", () => card.updates[0]);
    expect(JSON.stringify(update)).not.toContain(keyOf(card, "确认"));
    await until("a mark", () => marks(house).length > 0);
    await quietFor(700);

    expect(marks(house)).toEqual([label]);
    expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
    expect(fake.cards).toHaveLength(1);
    expect(card.updates).toHaveLength(1);
    expect(fake.complaints).toEqual([]);
  });

  it("counts only the addressee's tap, and the first answer stands", async () => {
    const house = await openHouse();
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => house.fake.cards[0]);

    expect((await house.tap(card, keyOf(card, "确认"), "ben")).status).toBe(200);
    expect((await house.tap(card, keyOf(card, "不对"))).status).toBe(200);
    await until("an update", () => card.updates[0]);
    expect((await house.tap(card, keyOf(card, "确认"))).status).toBe(200);
    await quietFor(900);

    expect(house.fake.countOf("externalcontact/mark_tag")).toBe(0);
  });

  it("hears nothing of employees, counts a message once, and asks each employee of a customer", async () => {
    const house = await openHouse();
    house.fake.customers.get("wmC1")?.follow.set("ben", new Set());
    house.says("m1", "ann", "wmC1", "我自己也养猫");
    house.says("m2", "wmC1", "ann", "我家养了两只猫呢");
    house.says("m2", "wmC1", "ann", "我家养了两只猫呢");
    house.says("m3", "wmC1", "ann", "我家的猫可淘气了");
    house.says("m4", "wmC1", "ben", "我家养了两只猫呢");
    await until("both cards", () => house.fake.cards.length === 2);
    await quietFor(600);

    expect(house.fake.cards.map(({ to }) => to).sort()).toEqual(["ann", "ben"]);
  });

  it("asks in a customer group the member who follows the customer", async () => {
    const house = await openHouse();
    house.fake.customers.set("wmC2", { name: "赵先生", follow: new Map([["ben", new Set()]]) });

    house.says("m1", "wmC2", "ann", "我们家有一只大狗", { roomid: "wrGroup", tolist: ["ann", "ben", "wmC1"] });

    const card = await until("a card", () => house.fake.cards[0]);
    expect(card.to).toBe("ben");
  });

  it("closes the question and drops the words when the customer takes them back, or no longer agrees", async () => {
    const house = await openHouse();
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    house.says("m9", "wmKoc1", "ann", "我家的狗叫豆豆");
    const [card, other] = await until("cards", () => house.fake.cards.length === 2 && house.fake.cards);
    house.archive({
      msgid: "m2",
      action: "recall",
      from: "wmC1",
      tolist: ["ann"],
      roomid: "",
      msgtime: Date.now(),
      msgtype: "revoke",
      revoke: { pre_msgid: "m1" },
    });
    house.archive({
      msgid: "m3",
      action: "send",
      from: "wmKoc1",
      tolist: ["ann"],
      roomid: "",
      msgtime: Date.now(),
      msgtype: "disagree",
      disagree: { userid: "wmKoc1", disagree_time: Date.now() },
    });
    house.says("m4", "wmKoc1", "ann", "我家又来了一只猫");
    await until("updates", () => card!.updates.length + other!.updates.length === 2);
    await quietFor(500);

    expect(JSON.stringify([card?.updates, other?.updates])).not.toMatch(/猫|豆豆/);
    expect(house.fake.cards).toHaveLength(2);
    const kept = await house.koloop.store.read((tx) =>
      tx.connection.sql.all("SELECT text FROM message WHERE text LIKE '%猫%' OR text LIKE '%狗%'"),
    );
    expect(kept).toEqual([]);
  });
});

describe("WeCom, when things go wrong", () => {
  it("brings the card and the tag through withdrawn tokens, busy answers, resets and broken JSON", async () => {
    const house = await openHouse();
    const { fake } = house;
    fake.faults.push(
      { path: "externalcontact/get", fault: "reset" },
      { path: "message/send", fault: { errcode: -1 } },
      { path: "message/send", fault: "lost-answer" },
      { path: "message/update_template_card", fault: "http500" },
      { path: "externalcontact/add_corp_tag", fault: "lost-answer" },
      { path: "externalcontact/mark_tag", fault: "lost-answer" },
    );
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => fake.cards[0]);
    fake.withdrawTokens();
    await house.tap(card, keyOf(card, "确认"));
    await until("an update", () => card.updates[0]);
    await until("a mark", () => marks(house).length > 0);
    await quietFor(2500);

    expect(fake.cards).toHaveLength(1);
    expect(fake.complaints).toEqual([]);
    expect([...fake.corpTags.values()]).toHaveLength(1);
    expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
  });

  it("lets an API rest that has hit its limit", async () => {
    const house = await openHouse();
    house.fake.faults.push({ path: "message/send", fault: { errcode: 45009 } });
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    await until("a first try", () => house.fake.calls.find((call) => call.path === "message/send"));
    await quietFor(3000);
    expect(house.fake.calls.filter((call) => call.path === "message/send")).toHaveLength(1);

    await until("the card", () => house.fake.cards[0]);
  });

  it("refuses a forged signature, another corp, a DTD and a large body, and answers the address check", async () => {
    const house = await openHouse();
    const { address } = house.koloop;
    const xml = `<xml><ToUserName>${corpId}</ToUserName><MsgType>event</MsgType><Event>x</Event></xml>`;

    expect((await postCallback(address, xml)).status).toBe(200);
    expect((await postCallback(address, xml, { signature: "0".repeat(40) })).status).toBe(403);
    expect((await postCallback(address, xml, { corpId: "wwother" })).status).toBe(403);
    expect((await postCallback(address, `<!DOCTYPE a [<!ENTITY b "c">]>${xml}`)).status).toBe(403);
    const large = (query: string) =>
      fetch(`${address}/wecom/callback?${query}`, { method: "POST", body: "x".repeat(2_000_000) }).then(
        ({ status }) => status,
        () => 413,
      );
    expect(await large(`msg_signature=${"0".repeat(40)}&timestamp=1&nonce=1`)).toBe(413);
    expect([403, 413]).toContain(await large("msg_signature=none"));
    const check = await askVerification(address, "hello+echo");
    expect([check.status, await check.text()]).toEqual([200, "hello+echo"]);
  });
});

const kfEvent = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENC1]]></Token><OpenKfId><![CDATA[${openKfid}]]></OpenKfId></xml>`;

describe("WeCom's customer service", () => {
  it("shows a KOC the open task, answers the tap, and thanks once for the link", async () => {
    const house = await openHouse();
    const { fake } = house;
    const link = "https://www.xiaohongshu.com/explore/65f0c0de000000001203abcd";

    fake.kfSays("wmKoc1", "k1", { msgtype: "text", text: { content: "有什么任务可以做吗" } });
    fake.kfLog.push(null, null);
    await postCallback(house.koloop.address, kfEvent);
    const menu = await until("a menu", () => fake.kfSent[0]);
    const drawn = menu.message.msgmenu as { head_content: string; list: { click: { id: string; content: string } }[] };
    expect(drawn.head_content).toContain("晒出你的新车");
    const accept = drawn.list.find((item) => item.click.content.includes("接受"))!;

    const { content, id } = accept.click;
    fake.kfSays("wmKoc1", "k2", { msgtype: "text", text: { content, menu_id: id } });
    fake.kfLog.push(null);
    fake.kfSays("wmKoc1", "k3", { msgtype: "text", text: { content: `快来看我的笔记 ${link} 复制后打开` } });
    await postCallback(house.koloop.address, kfEvent.replace("ENC1", "ENC2"));
    await until("answer and receipt", () => fake.kfSent.length >= 3);
    await quietFor(500);

    const said = fake.kfSent.map(({ message }) => JSON.stringify(message));
    expect(said[1]).toContain("已接受");
    expect(said.filter((one) => one.includes("收到"))).toHaveLength(1);
    expect(said.at(-1)).toContain(link);
    expect(fake.kfSent).toHaveLength(3);
  });

  it("says nothing beyond 48 hours, and tries once where a human is at work", async () => {
    const house = await openHouse();
    const { fake } = house;
    const old = Date.now() - 49 * 3_600_000;
    fake.kfState = 3;
    fake.kfSays("wmKoc1", "k1", { msgtype: "text", text: { content: "我的任务" } }, old);
    await postCallback(house.koloop.address, kfEvent);
    await quietFor(800);
    expect(fake.calls.filter((call) => call.path === "kf/send_msg")).toHaveLength(0);

    fake.kfSays("wmKoc1", "k2", { msgtype: "text", text: { content: "我的任务" } });
    await postCallback(house.koloop.address, kfEvent.replace("ENC1", "ENC2"));
    await quietFor(2500);

    expect(fake.calls.filter((call) => call.path === "kf/send_msg").length).toBeLessThanOrEqual(1);
    expect(fake.kfSent).toEqual([]);
  });
});
