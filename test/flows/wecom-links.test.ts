import { describe, expect, it } from "vitest";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import { corpId, openKfid } from "../fakes/wecom/server.ts";
import { type House, openHouse, quietFor, until } from "./wecom-house.ts";

const kfEvent = (token: string) =>
  `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[${token}]]></Token><OpenKfId><![CDATA[${openKfid}]]></OpenKfId></xml>`;

const sentByKf = ({ fake }: House) => fake.kfSent.map(({ message }) => JSON.stringify(message));

async function says(house: House, msgid: string, text: Record<string, unknown>, from = "wmKoc1"): Promise<void> {
  house.fake.kfSays(from, msgid, { msgtype: "text", text });
  await postCallback(house.koloop.address, kfEvent(msgid));
}

/** A KOC who has taken the seeded task, which is for 小红书. */
async function atWork(): Promise<House> {
  const house = await openHouse();
  await says(house, "k1", { content: "有什么任务可以做吗" });
  const menu = await until("a menu", () => house.fake.kfSent[0]);
  const { list } = menu.message.msgmenu as { list: { click: { id: string; content: string } }[] };
  const accept = list.find(({ click }) => click.content.includes("接受"))!.click;
  await says(house, "k2", { content: accept.content, menu_id: accept.id });
  await until("an answer", () => house.fake.kfSent[1]);
  return house;
}

describe("WeCom's customer service, asked for tasks", () => {
  it("tells a KOC who has taken the task, and asks again, what they are at work on", async () => {
    const house = await atWork();

    await says(house, "k3", { content: "还有任务吗" });
    await until("what they are at work on", () => house.fake.kfSent[2]);

    expect(sentByKf(house)[2]).toContain("晒出你的新车");
  });

  it("offers a task of a seed that says no more than it must", async () => {
    const sparse = { title: "晒出你的新车", platforms: null, for: ["wmKoc1", "wmNobody"] };
    const cast = {
      employees: [{ userid: "ann" }],
      kocs: [{ external_userid: "wmKoc1" }],
      tasks: [{ id: 7, ...sparse }],
    };
    const house = await openHouse({ cast });

    await says(house, "k1", { content: "我想接任务" });

    const menu = await until("a menu", () => house.fake.kfSent[0]);
    expect(JSON.stringify(menu.message.msgmenu)).toContain("晒出你的新车");
  });

  it("tells a KOC for whom there is none so, and nothing of tasks for others", async () => {
    const house = await openHouse({ kocs: ["wmKoc2"] });

    await says(house, "k1", { content: "有任务吗" }, "wmKoc2");
    await until("an answer", () => house.fake.kfSent[0]);

    expect(sentByKf(house)[0]).not.toContain("晒出你的新车");
  });
});

describe("WeCom, links handed in by kf", () => {
  it("takes a link with an id of an unknown kind in, and tells the reviewer", async () => {
    const house = await atWork();

    await says(house, "k3", { content: "做好了 https://www.xiaohongshu.com/explore/abc123" });

    await until("a receipt", () => house.fake.kfSent[2]);
    expect(sentByKf(house)[2]).toMatch(/收到.*xiaohongshu\.com\/explore\/abc123/);
    const review = await until("a review", () => house.fake.cards[0]);
    expect(JSON.stringify(review.card)).toContain("网址不像一篇作品");
    await quietFor(300);
    expect(house.fake.kfSent).toHaveLength(3);
  });

  it("names all links of one message on one receipt, and each waits for its own review", async () => {
    const house = await atWork();
    const [one, two] = ["64f1a2b3000000001203ab03", "64f1a2b3000000001203ab13"];

    await says(house, "k3", {
      content: `两篇 https://www.xiaohongshu.com/explore/${one} 和 https://www.xiaohongshu.com/explore/${two}`,
    });

    await until("both reviews", () => house.fake.cards.length === 2);
    await quietFor(300);
    expect(house.fake.kfSent).toHaveLength(3);
    for (const id of [one, two]) expect(sentByKf(house)[2]).toContain(id);
  });

  it("refuses another platform's link, a profile and a search in words", async () => {
    const house = await atWork();

    await says(house, "k3", { content: "https://www.bilibili.com/video/BV1xx411c7mD" });
    await until("a word", () => house.fake.kfSent[2]);
    await says(house, "k4", { content: "https://www.xiaohongshu.com/user/profile/64f1a2b3000000001203ab03" });
    await until("a word", () => house.fake.kfSent[3]);
    await says(house, "k5", { content: "https://www.xiaohongshu.com/search_result/?keyword=露营" });
    await until("a word", () => house.fake.kfSent[4]);

    expect(sentByKf(house)[2]).toContain("B站的链接");
    for (const said of sentByKf(house).slice(3)) expect(said).toContain("主页或搜索页");
    expect(house.fake.cards).toHaveLength(0);
  });
});
