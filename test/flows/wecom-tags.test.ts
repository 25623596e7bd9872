import { expect, it } from "vitest";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import { corpId } from "../fakes/wecom/server.ts";
import { type House, keyOf, openHouse, quietFor, until } from "./wecom-house.ts";

const edited = (createTime: number) =>
  `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${createTime}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[edit_external_contact]]></ChangeType><UserID><![CDATA[ann]]></UserID><ExternalUserID><![CDATA[wmC1]]></ExternalUserID></xml>`;

const lines = (house: House) =>
  house.koloop.store.read(({ connection: { sql } }) =>
    sql.all<{ tag: string; kind: string; source: string; by: string }>(
      `SELECT v.tag, v.kind, v.source, i.external_id AS by FROM tag_event v JOIN identity i ON i.person_id = v.settled_by
       JOIN identity c ON c.person_id = v.person_id WHERE c.external_id = 'wmC1' ORDER BY v.seq`,
    ),
  );

it("takes a tag set or taken off by hand in WeCom into the ledger as the employee's word, and passes over foreign ones", async () => {
  const house = await openHouse();
  const { fake } = house;
  const held = fake.customers.get("wmC1")!.follow.get("ann")!;
  fake.corpTags.set("etCat", "有宠家庭").set("etVip", "金牌客户");
  held.add("etCat").add("etVip");
  await postCallback(house.koloop.address, edited(1700000001));
  await expect.poll(() => lines(house)).toEqual([{ tag: "pet_family", kind: "held", source: "koe", by: "ann" }]);

  held.delete("etCat");
  await postCallback(house.koloop.address, edited(1700000002));
  await expect.poll(async () => (await lines(house)).map(({ kind }) => kind)).toEqual(["held", "retracted"]);
  await quietFor(1000);
  expect(fake.countOf("externalcontact/mark_tag")).toBe(0);
});

it("knows its own mark when WeCom tells it back", async () => {
  const house = await openHouse();
  const { fake } = house;
  house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
  const card = await until("a card", () => fake.cards[0]);
  await house.tap(card, keyOf(card, "确认"));
  await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
  await postCallback(house.koloop.address, edited(1700000001));
  await quietFor(1200);

  expect((await lines(house)).map(({ kind }) => kind)).toEqual(["held"]);
  expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
});

it("writes a tag that an employee gave by word to the pair too", async () => {
  const house = await openHouse();
  const { fake } = house;
  house.says("m1", "wmC1", "ann", "你好呀");
  await expect.poll(() => house.koloop.store.read((tx) => tx.people.named("王女士"))).toHaveLength(1);
  const text = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[ann]]></FromUserName><CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[/tag 王女士 有宠家庭]]></Content><MsgId>M1</MsgId></xml>`;
  await postCallback(house.koloop.address, text);
  await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
  await quietFor(1200);

  expect(fake.countOf("externalcontact/mark_tag")).toBe(1);
  expect([...fake.corpTags.values()]).toEqual(["有宠家庭"]);
});
