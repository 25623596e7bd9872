import { describe, expect, it } from "vitest";
import type { Heard, Turn } from "#domain/cue.ts";
import { addCast, startKoloop } from "../setup/koloop.ts";

const talk = "direct:C1:E1";

/** Hears a tag wherever its words stand in the last turn. */
function hears(...known: [words: string, tag: string][]) {
  return (turns: readonly Turn[]): Heard => {
    const turn = turns.length - 1;
    const last = turns[turn]!;
    const found = known.filter(([words]) => last.who === "customer" && last.text.includes(words));
    return {
      cues: found.map(([quote, tag]) => ({ tag, quote, turn, score: 0.9, evidence: [`test/${tag}`] })),
      retractions: [],
    };
  };
}

async function started(...known: [string, string][]) {
  const koloop = await startKoloop({ extract: hears(...known) });
  await addCast(koloop);
  return koloop;
}

describe("a cue becomes a tag", () => {
  it("asks the employee who looks after the customer, with the customer's own words", async () => {
    const koloop = await started(["一周飞三趟", "business_traveler"]);

    await koloop.channel.write("C1", talk, "我一周飞三趟,想要个轻点的箱子");
    await koloop.settle();

    const [card] = koloop.channel.cardsIn("bot:E1");
    expect(card?.title).toContain("王女士");
    expect(card?.blocks).toContainEqual({ type: "quote", text: "一周飞三趟", from: "王女士" });
    expect(koloop.channel.cardsIn("bot:E2")).toEqual([]);
  });

  it("says on the card what the customer has said to being listened to, and when; a no anywhere outweighs a yes", async () => {
    const koloop = await started(["一周飞三趟", "business_traveler"], ["宝宝刚满月", "new_parent"]);
    const shown = async (text: string) => {
      await koloop.channel.write("C1", talk, text);
      await koloop.settle();
      return JSON.stringify(koloop.channel.cardsIn("bot:E1")[0]?.blocks.at(-1));
    };
    await koloop.store.transaction((tx) => tx.people.change("C1", { consent: "unknown" }));
    const before = await shown("我一周飞三趟");

    await koloop.channel.write("C1", "bot:C1", "同意记录");
    await koloop.settle();
    const after = await shown("宝宝刚满月");
    await koloop.channel.write("C1", "bot:C1", "别再记录我");
    await koloop.settle();
    const withdrawn = JSON.stringify(koloop.channel.cardsIn("bot:E1")[0]?.blocks.at(-1));

    expect(before).toContain("客户还没有表示同意");
    expect(after).toContain("客户11月20日已同意");
    expect(withdrawn).toContain("客户11月20日已撤回同意");
  });

  it("collects what is heard later on the same card", async () => {
    const koloop = await started(["一周飞三趟", "business_traveler"], ["宝宝刚满月", "new_parent"]);

    await koloop.channel.write("C1", talk, "我一周飞三趟");
    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();

    const cards = koloop.channel.cardsIn("bot:E1");
    expect(cards).toHaveLength(1);
    expect(cards[0]?.buttons.map((b) => b.label)).toEqual(["全部确认", "确认 商旅人士", "确认 新手爸妈", "都不对"]);
  });

  it("holds the tag and what it implies after one tap, and settles the card in place", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();

    await koloop.channel.press("E1", "bot:E1", "确认 新手爸妈");
    await koloop.settle();

    const holds = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(holds.map((h) => [h.tag, h.settledBy, h.quote]).sort()).toEqual([
      ["has_kids", "E1", "宝宝刚满月"],
      ["new_parent", "E1", "宝宝刚满月"],
    ]);
    const [card] = koloop.channel.cardsIn("bot:E1");
    expect(card?.buttons).toEqual([]);
    expect(card?.settled).toBe("已加上 1 个标签");
  });

  it("refuses a second tap kindly and changes nothing", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();
    const action = koloop.channel.cardsIn("bot:E1")[0]!.buttons.at(-1)!.action;
    await koloop.channel.press("E1", "bot:E1", "确认 新手爸妈");

    await koloop.channel.tap("E1", "bot:E1", action);
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:E1")).toEqual(["这一条已经有答复了,以第一次为准。"]);
    expect(await koloop.store.read((tx) => tx.ledger.openHolds("C1"))).toHaveLength(2);
  });

  it("refuses the tap of somebody who was not asked", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();
    const action = koloop.channel.cardsIn("bot:E1")[0]!.buttons[0]!.action;

    await koloop.channel.tap("E2", "bot:E2", action);
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:E2")[0]).toContain("另一位同事");
    expect(await koloop.store.read((tx) => tx.ledger.openHolds("C1"))).toEqual([]);
  });

  it("does not ask again about what was refused", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();
    await koloop.channel.press("E1", "bot:E1", "不对");

    await koloop.channel.write("C1", talk, "宝宝刚满月啦");
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:E1")).toHaveLength(1);
  });

  it("hears nothing of somebody who has refused to be listened to", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.store.transaction((tx) => tx.people.change("C1", { consent: "no" }));

    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();

    expect(koloop.channel.deliveries).toEqual([]);
    const kept = await koloop.store.read((tx) => tx.connection.sql.all<{ text: string }>("SELECT text FROM message"));
    expect(kept).toEqual([{ text: "" }]);
  });

  it("a repeated event changes nothing", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);

    await koloop.channel.write("C1", talk, "宝宝刚满月", "vendor-1");
    await koloop.channel.write("C1", talk, "宝宝刚满月", "vendor-1");
    await koloop.settle();

    expect(koloop.channel.deliveries).toHaveLength(1);
  });

  it("takes back the question when the customer takes back the words", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.channel.write("C1", talk, "宝宝刚满月", "vendor-1");
    await koloop.settle();

    await koloop.channel.take({
      type: "recalled",
      eventId: "r1",
      from: "C1",
      address: { channel: "web", room: talk },
      roomKind: "direct",
      at: koloop.ctx.now(),
      messageEventId: "vendor-1",
    });
    await koloop.settle();

    const [card] = koloop.channel.cardsIn("bot:E1");
    expect(card?.buttons).toEqual([]);
    expect(JSON.stringify(card)).not.toContain("满月");
  });

  it("follows the segments within the same event, with the reason", async () => {
    const koloop = await started(["宝宝刚满月", "new_parent"]);
    await koloop.store.transaction((tx) =>
      tx.segments.add({
        id: "family",
        name: "家庭用车",
        rule: { kind: "any", of: [{ kind: "tag", tag: "has_kids" }] },
        version: 1,
        status: "active",
        createdBy: null,
        createdAt: 0,
        updatedAt: 0,
      }),
    );
    await koloop.channel.write("C1", talk, "宝宝刚满月");
    await koloop.settle();

    await koloop.channel.press("E1", "bot:E1", "确认 新手爸妈");

    const [stay] = await koloop.store.read((tx) => tx.segments.openStays("C1"));
    expect(stay).toMatchObject({
      segmentId: "family",
      entryReason: [{ rule: { kind: "tag", tag: "has_kids" }, holds: true }],
    });
  });

  it.each(["/tag 王女士 商旅人士", "给王女士加上商旅人士", "给王女士打上「商旅人士」标签"])(
    "takes the employee's own word: %s",
    async (said) => {
      const koloop = await started();

      await koloop.channel.write("E1", "bot:E1", said);
      await koloop.settle();

      const holds = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
      expect(holds.map((h) => [h.tag, h.source])).toEqual([["business_traveler", "koe"]]);
    },
  );

  it("tells an employee nothing about somebody else's customer", async () => {
    const koloop = await started();

    await koloop.channel.write("E2", "bot:E2", "/tag 王女士 商旅人士");
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:E2")[0]).toContain("没有找到这个人");
  });
});
