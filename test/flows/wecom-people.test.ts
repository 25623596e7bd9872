import { describe, expect, it } from "vitest";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import { openKfid } from "../fakes/wecom/server.ts";
import { type House, keyOf, openHouse, quietFor, until } from "./wecom-house.ts";

let tokens = 0;
const kfEvent = () =>
  `<xml><ToUserName><![CDATA[ww1]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[T${++tokens}]]></Token><OpenKfId><![CDATA[${openKfid}]]></OpenKfId></xml>`;
let ids = 0;
async function writes(house: House, content: string, from = "wmKoc1"): Promise<void> {
  house.fake.kfSays(from, `k${++ids}`, { msgtype: "text", text: { content } });
  await postCallback(house.koloop.address, kfEvent());
}
const said = (house: House) => house.fake.kfSent.map(({ message }) => JSON.stringify(message));

const asks = (house: House, userid: string, msgid: string, body: Record<string, unknown>, reqId = msgid) =>
  house.fake.push("aibot_msg_callback", reqId, {
    msgid,
    aibotid: "bot1",
    chattype: "single",
    from: { userid },
    msgtype: "text",
    ...body,
  });
const text = (content: string) => ({ text: { content } });
const inGroup = (content: string) => ({ chattype: "group", chatid: "wrG1", ...text(content) });

describe("a KOC in WeChat", () => {
  it.each([
    "任务",
    "有任务吗?",
    "你好,请问最近有什么任务可以接",
    "我想做任务",
    "任务怎么接",
    "我的任务",
    "任务页",
    "还有啥任务没",
    "任务链接发我一下",
  ])("who writes 「%s」 is shown the open task with something to press", async (words) => {
    const house = await openHouse();
    await writes(house, words);
    const menu = await until("a menu", () => house.fake.kfSent[0]);
    await quietFor(300);

    expect(menu.message.msgtype).toBe("msgmenu");
    expect(JSON.stringify(menu.message)).toMatch(/晒出你的新车/);
    expect(JSON.stringify(menu.message)).toMatch(/接受|接单|参加|报名/);
    expect(house.fake.kfSent).toHaveLength(1);
    expect(house.fake.complaints).toEqual([]);
  });

  it.each([
    "https://www.xiaohongshu.com/explore/65f0c0de000000001203abcd?xsec_token=AB",
    "http://xhslink.com/a/AbCdEf12345",
    "https://www.xiaohongshu.com/discovery/item/65f0c0de000000001203abce",
    "https://v.douyin.com/iJkLmNo1/",
    "https://www.douyin.com/video/7301234567890123456",
    "https://b23.tv/AbCd123",
    "https://weibo.com/1234567890/NaBcDeFgH",
    "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv",
  ])("who has taken the task and sends %s gets one receipt", async (link) => {
    const house = await openHouse({ platforms: [] });
    await writes(house, "有任务吗");
    const menu = await until("a menu", () => house.fake.kfSent[0]);
    const { list } = menu.message.msgmenu as { list: { click: { id: string; content: string } }[] };
    const { id, content } = list.find((item) => item.click.content.includes("接受"))!.click;
    house.fake.kfSays("wmKoc1", `k${++ids}`, { msgtype: "text", text: { content, menu_id: id } });
    await postCallback(house.koloop.address, kfEvent());
    await until("an answer", () => house.fake.kfSent[1]);

    await writes(house, `42 【周末探店|小红】 😆 Kx9 😆 ${link} 复制打开看看`);
    await until("a receipt", () => house.fake.kfSent[2]);
    await quietFor(400);

    expect(said(house)[2]).toMatch(/收到|已提交|已登记|感谢/);
    expect(said(house)[2]).toContain("晒出你的新车");
    expect(house.fake.kfSent).toHaveLength(3);
  });

  it.each([
    [[], "https://example.com/post/1", /收到.*example\.com\/post\/1/s],
    [["大众点评"], "https://www.dianping.com/note/12345678", /收到.*dianping\.com\/note\/12345678/s],
    [["小红书"], "https://example.com/post/2", /「晒出你的新车」要发在小红书/],
  ])("at work for %j who sends %s is answered once", async (platforms, url, expected) => {
    const house = await openHouse({ platforms });
    await writes(house, "有任务吗");
    const menu = await until("a menu", () => house.fake.kfSent[0]);
    const { id, content } = (menu.message.msgmenu as { list: { click: { id: string; content: string } }[] }).list[0]!
      .click;
    house.fake.kfSays("wmKoc1", "c1", { msgtype: "text", text: { content, menu_id: id } });
    await writes(house, `我发好了 ${url} 请看`);
    const answer = await until("an answer", () => house.fake.kfSent[2]);
    await quietFor(400);

    expect((answer.message.text as { content: string }).content).toMatch(expected);
    expect(house.fake.kfSent).toHaveLength(3);
  });

  it("hands in by a link message that lacks all but its address", async () => {
    const house = await openHouse();
    await writes(house, "有任务吗");
    await until("a menu", () => house.fake.kfSent[0]);
    const link = { title: null, desc: null, url: "http://xhslink.com/a/AbCdEf12345", pic_url: null };
    house.fake.kfSays("wmKoc1", "l1", { msgtype: "link", link });
    await writes(house, "发了");
    await until("a receipt", () => said(house).find((one) => one.includes("xhslink.com/a/AbCdEf12345")));
  });

  it("is told five things at most until they write again", async () => {
    const house = await openHouse();
    const links = Array.from(
      { length: 7 },
      (_, n) => `https://www.xiaohongshu.com/explore/65f0c0de00000000120${n}abcd`,
    );
    await writes(house, links.join(" "));
    await until("five answers", () => house.fake.kfSent.length >= 5);
    await quietFor(1500);
    const calls = house.fake.calls.filter(({ path }) => path === "kf/send_msg").length;
    expect(calls).toBe(5);

    await writes(house, "好的");
    await until("the rest", () => house.fake.kfSent.length > 5);
  });

  it("gets an answer once through faults of kf", async () => {
    const house = await openHouse();
    const { fake } = house;
    fake.faults.push(
      { path: "kf/sync_msg", fault: "broken" },
      { path: "kf/sync_msg", fault: { errcode: 95007 } },
      { path: "kf/send_msg", fault: "lost-answer" },
      { path: "kf/send_msg", fault: { errcode: -1 } },
    );
    await writes(house, "有任务吗");
    await until("a menu", () => fake.kfSent[0]);
    await quietFor(2000);

    expect(fake.kfSent).toHaveLength(1);
    expect(fake.faults).toEqual([]);
  });

  it("who asks how many customers hold a tag is refused in words, without a number or a name", async () => {
    const house = await openHouse();
    await writes(house, "现在有多少位客户是有宠家庭?");
    await until("an answer", () => house.fake.kfSent[0]);
    await quietFor(300);

    const [answer] = house.fake.kfSent.map(({ message }) => (message.text as { content: string }).content);
    expect(answer).toMatch(/抱歉|不能|没有权限|只有/);
    expect(answer).not.toMatch(/\d|王女士|李雷/);
  });
});

describe("a manager's question to the bot", () => {
  it("gets the number however the bot is mentioned, for every tag by its whole name and by what follows the colon", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => fake.cards[0]);
    await house.tap(card, keyOf(card, "确认"));
    await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
    const question = "现在有多少位客户是有宠家庭?";
    const forms = [
      inGroup(`@KoLoop ${question}`),
      inGroup(`@KoLoop\u2005${question}`),
      inGroup(`@KoLoop${question}`),
      inGroup(`@小助手 ${question}`),
      inGroup(`@小助手${question}`),
      inGroup(`@Ko 小助手 ${question}`),
      inGroup(`${question} @KoLoop`),
      inGroup(`请问 @KoLoop ${question}`),
      text(question),
      text("现在有多少位客户是有宠家庭"),
      { msgtype: "voice", voice: { content: "现在有多少位客户是有宠家庭?" } },
      { msgtype: "mixed", mixed: { msg_item: [{ msgtype: "text", text: { content: question } }] } },
    ];
    forms.forEach((body, n) => {
      asks(house, "mo", `form${n}`, body);
    });
    await until("all answers", () => fake.streams.length === forms.length);
    expect(fake.streams.map(({ content, finish }) => [/\b1\b/.test(content), finish])).toEqual(
      forms.map(() => [true, true]),
    );

    const tags = [...house.koloop.ctx.taxonomy.tags.values()].filter((tag) => !tag.retired && !tag.open);
    const names = tags.flatMap(({ zh }) => [zh, ...(/[::]/.test(zh) ? [zh.replace(/^.*?[::]/, "")] : [])]);
    names.forEach((name, n) => {
      asks(house, "mo", `tag${n}`, text(`现在有多少位客户是${name}?`));
    });
    await until("an answer to each", () => fake.streams.length >= forms.length + names.length);
    const unanswered = names.filter((_, n) => {
      const stream = fake.streams.find(({ reqId }) => reqId === `tag${n}`);
      return !stream?.finish || !/\b\d+\b/.test(stream.content);
    });
    expect(unanswered).toEqual([]);
  });

  it("is none of anybody's else: an employee is refused, strangers and `sys` hear nothing", async () => {
    const house = await openHouse({ bot: true });
    const { fake } = house;
    await until("the connection", () => fake.bot);
    const question = text("现在有多少位客户是有宠家庭?");
    asks(house, "ann", "q1", question);
    asks(house, "woStranger", "q2", question);
    asks(house, "sys", "q3", question);
    asks(house, "nobody", "q4", question);
    fake.openUserids.set("woMo", "mo");
    asks(house, "woMo", "q5", question);
    await until("two answers", () => fake.streams.length >= 2);
    await quietFor(500);

    expect(fake.streams.map(({ reqId }) => reqId).sort()).toEqual(["q1", "q5"]);
    expect(fake.streams.find(({ reqId }) => reqId === "q1")?.content).toMatch(/抱歉|不能|没有权限|只有/);
    expect(fake.streams.find(({ reqId }) => reqId === "q1")?.content).not.toMatch(/\d/);
    expect(fake.texts).toEqual([]);
  });
});

describe("the archive", () => {
  it("never hears a message that was taken back before it came, nor a damaged line", async () => {
    const house = await openHouse();
    const revoke = { msgid: "r1", action: "recall", from: "wmC1", tolist: ["ann"], roomid: "", msgtime: Date.now() };
    house.archive({ ...revoke, msgtype: "revoke", revoke: { pre_msgid: "m1" } });
    house.archive({ nonsense: true });
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    house.says("m2", "wmC1", "ann", "我家的狗叫豆豆");
    await until("a card", () => house.fake.cards[0]);
    await quietFor(500);

    expect(house.fake.cards).toHaveLength(1);
    expect(JSON.stringify(house.fake.cards)).toContain("豆豆");
    expect(JSON.stringify(house.fake.cards)).not.toContain("两只猫");
  });

  it("keeps nowhere the words that were taken back, or that a customer no longer agrees to", async () => {
    const house = await openHouse();
    const { fake } = house;
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => fake.cards[0]);
    await house.tap(card, keyOf(card, "确认"));
    await until("an update", () => card.updates[0]);
    house.says("m2", "wmKoc1", "ann", "我家的狗叫豆豆");
    await until("a card", () => fake.cards[1]);
    const line = { action: "send", tolist: ["ann"], roomid: "", msgtime: Date.now() };
    house.archive({
      ...line,
      msgid: "r1",
      action: "recall",
      from: "wmC1",
      msgtype: "revoke",
      revoke: { pre_msgid: "m1" },
    });
    house.archive({ ...line, msgid: "d1", from: "wmKoc1", msgtype: "disagree", disagree: { userid: "wmKoc1" } });
    await until("updates", () => card.updates.length === 2 && fake.cards[1]!.updates.length === 1);

    const kept = await house.koloop.store.read(async ({ connection: { sql } }) => {
      const tables = await sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
      const found: string[] = [];
      for (const { name } of tables)
        if (/两只猫|豆豆/.test(JSON.stringify(await sql.all(`SELECT * FROM "${name}"`)))) found.push(name);
      return found;
    });
    expect(kept).toEqual([]);
    expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
  });
});

describe("a question that was answered", () => {
  const answeredDaysAgo = (house: House, days: number) =>
    house.koloop.store.transaction(({ connection: { sql } }) =>
      sql.run("UPDATE suggestion SET answered_at = ?", Date.now() - days * 86_400_000),
    );
  const saysAgain = async (house: House, id: string) => {
    const heard = () =>
      house.koloop.store.read(({ connection: { sql } }) =>
        sql.all<object>("SELECT id FROM message WHERE text = '我家的猫又胖了'"),
      );
    const { length } = await heard();
    house.says(id, "wmC1", "ann", "我家的猫又胖了");
    await expect.poll(heard).toHaveLength(length + 1);
    await quietFor(600);
  };

  it("with no is not asked again of the same employee for 30 days, and of another it is", async () => {
    const house = await openHouse();
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => house.fake.cards[0]);
    await house.tap(card, keyOf(card, "不对"));
    await until("an update", () => card.updates[0]);
    await saysAgain(house, "m2");
    await answeredDaysAgo(house, 29);
    await saysAgain(house, "m3");
    const within = house.fake.cards.length;
    house.says("m4", "wmC1", "ben", "我家养了两只猫呢");
    await until("a card for the other", () => house.fake.cards.find(({ to }) => to === "ben"));
    await answeredDaysAgo(house, 31);
    house.says("m5", "wmC1", "ann", "我家的猫又瘦了");
    await until("a new question", () => house.fake.cards.length === 3);

    expect(within).toBe(1);
    expect(house.fake.cards.map(({ to }) => to)).toEqual(["ann", "ben", "ann"]);
  });

  it("with yes is never asked again while the tag is held", async () => {
    const house = await openHouse();
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => house.fake.cards[0]);
    await house.tap(card, keyOf(card, "确认"));
    await until("a mark", () => house.fake.countOf("externalcontact/mark_tag") === 1);
    await saysAgain(house, "m2");
    await answeredDaysAgo(house, 31);
    await saysAgain(house, "m3");

    expect(house.fake.cards).toHaveLength(1);
    expect(house.fake.countOf("externalcontact/mark_tag")).toBe(1);
  });
});

describe("what is read, and where reading goes on", () => {
  const breakCursor = (house: House) =>
    house.koloop.store.transaction(async ({ connection: { sql } }) => {
      for (const order of ["INSERT", "UPDATE"])
        await sql.run(
          `CREATE TRIGGER broken_${order} BEFORE ${order} ON wecom_cursor BEGIN SELECT RAISE(ABORT, 'scripted'); END`,
        );
    });
  const mendCursor = (house: House) =>
    house.koloop.store.transaction(async ({ connection: { sql } }) => {
      for (const order of ["INSERT", "UPDATE"]) await sql.run(`DROP TRIGGER broken_${order}`);
    });
  const messages = (house: House) =>
    house.koloop.store.read(({ connection: { sql } }) => sql.all<{ text: string }>("SELECT text FROM message"));

  it("are one commit for the archive: where the offset cannot be kept, nothing is, and afterwards all is once", async () => {
    const house = await openHouse();
    await breakCursor(house);
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    house.says("m2", "wmKoc1", "ann", "我家的狗叫豆豆");
    await quietFor(800);
    const meanwhile = [await messages(house), house.fake.cards.length];
    await mendCursor(house);
    await until("both cards", () => house.fake.cards.length === 2);
    await quietFor(600);

    expect(meanwhile).toEqual([[], 0]);
    expect(await messages(house)).toHaveLength(2);
    expect(house.fake.cards).toHaveLength(2);
  });

  it("are one commit for kf: no answer without the cursor, and one answer with it", async () => {
    const house = await openHouse();
    await breakCursor(house);
    await writes(house, "有任务吗");
    await quietFor(800);
    const meanwhile = [await messages(house), house.fake.kfSent.length];
    await mendCursor(house);
    await until("the menu", () => house.fake.kfSent[0]);
    await quietFor(600);

    expect(meanwhile).toEqual([[], 0]);
    expect(await messages(house)).toHaveLength(1);
    expect(house.fake.kfSent).toHaveLength(1);
  });
});
