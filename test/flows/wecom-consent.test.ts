import { describe, expect, it } from "vitest";
import { openHouse, quietFor, spoken, until } from "./wecom-house.ts";

const consent = (msgid: string, msgtype: "agree" | "disagree", tolist: string[]) => ({
  ...{ msgid, action: "send", from: "wmC1", tolist, roomid: "", msgtime: Date.now(), msgtype },
  [msgtype]: { userid: "wmC1" },
});

describe("WeCom, who may be heard", () => {
  it("hears a customer with nobody after a no that names no employee, and again with whom they agree to", async () => {
    const house = await openHouse();
    const { fake } = house;
    fake.customers.get("wmC1")?.follow.set("ben", new Set());
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    house.says("m2", "wmC1", "ann", "在群里也说过我家的狗", { roomid: "wrGroup", tolist: ["ann", "ben"] });
    const card = await until("a card", () => fake.cards[0]);

    house.archive(consent("d1", "disagree", []));
    await until("an update", () => card.updates[0]);
    house.says("m3", "wmC1", "ann", "又来了一只猫");
    house.says("m4", "wmC1", "ben", "又来了一只小狗");
    await quietFor(500);
    const kept = await house.koloop.store.read((tx) =>
      tx.connection.sql.all("SELECT text FROM message WHERE text LIKE '%猫%' OR text LIKE '%狗%'"),
    );
    expect(kept).toEqual([]);
    expect(fake.cards).toHaveLength(1);

    house.archive(consent("a1", "agree", ["ben"]));
    house.says("m5", "wmC1", "ann", "我家的猫又胖了");
    house.says("m6", "wmC1", "ben", "我家的猫又胖了");
    const again = await until("a card", () => fake.cards[1]);
    await quietFor(300);
    expect(again.to).toBe("ben");
    expect(fake.cards).toHaveLength(2);
  });

  it("asks the one who follows the customer where a line names several employees and no group", async () => {
    const house = await openHouse();
    house.fake.customers.set("wmC2", { name: "赵先生", follow: new Map([["ben", new Set()]]) });

    house.archive({ ...spoken("m1", "wmC2", "ann", "我们家有一只大狗"), tolist: ["ann", "ben"] });

    const card = await until("a card", () => house.fake.cards[0]);
    expect(card.to).toBe("ben");
  });
});
