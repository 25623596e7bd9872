import { describe, expect, it } from "vitest";
import type { Card } from "#cards/card.ts";
import { foldHolds } from "#domain/tag.ts";
import { addPerson, presses, says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

const day = 86_400_000;

const holdsOf = (koloop: TestKoloop, id: string) => koloop.store.read((tx) => tx.ledger.openHolds(id));
const textOf = (card: Card | undefined) => JSON.stringify(card);

async function addFamilySegment({ store }: TestKoloop) {
  await store.transaction((tx) =>
    tx.segments.add({
      id: "family",
      name: "家庭用车",
      rule: {
        kind: "all",
        of: [
          { kind: "tag", tag: "has_kids" },
          { kind: "none", of: [{ kind: "tag", tag: "single" }] },
        ],
      },
      version: 1,
      status: "active",
      createdBy: null,
      createdAt: 0,
      updatedAt: 0,
    }),
  );
}

describe("the portrait", () => {
  it.each(["谁是王女士", "谁是王女士?", "/who 王女士", "who is 王女士?", "王女士是谁", "看看王女士的画像"])(
    "answers the employee who looks after her: %s",
    async (words) => {
      const koloop = await startWithCast();
      await addFamilySegment(koloop);
      await says(koloop, "E1", "/tag 王女士 新手爸妈");

      await says(koloop, "E1", words);

      const [card] = koloop.channel.cardsIn("bot:E1");
      expect(card?.title).toContain("王女士");
      expect(textOf(card)).toContain("新手爸妈 100%(今天,安娜)");
      expect(textOf(card)).toContain("因为有「有孩家庭」");
    },
  );

  it("tells another employee nothing, and a manager everything", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 新手爸妈");

    await says(koloop, "E2", "谁是王女士");
    await says(koloop, "M1", "谁是王女士");

    expect(koloop.channel.wordsIn("bot:E2")[0]).toContain("没有找到这个人");
    expect(koloop.channel.cardsIn("bot:E2")).toEqual([]);
    expect(textOf(koloop.channel.cardsIn("bot:M1")[0])).toContain("新手爸妈");
  });

  it("says what fades", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 计划换车");
    koloop.pass(200 * day);

    await says(koloop, "E1", "谁是王女士");

    expect(textOf(koloop.channel.cardsIn("bot:E1")[0])).toContain("正在淡化");
  });

  it.each(["为什么王女士在家庭用车", "为什么她在这个群组?", "why is 王女士 in 家庭用车?"])(
    "explains a membership from the reasons kept at entry: %s",
    async (words) => {
      const koloop = await startWithCast();
      await addFamilySegment(koloop);
      await says(koloop, "E1", "/tag 王女士 新手爸妈");
      await says(koloop, "E1", "谁是王女士");

      await says(koloop, "E1", words);

      expect(koloop.channel.wordsIn("bot:E1").at(-1)).toMatch(
        /王女士 从.*2026.*起在「家庭用车」里:有「有孩家庭」。规则:/,
      );
    },
  );

  it("explains why somebody is not in a segment", async () => {
    const koloop = await startWithCast();
    await addFamilySegment(koloop);

    await says(koloop, "E1", "为什么王女士不在家庭用车");

    expect(koloop.channel.wordsIn("bot:E1").at(-1)).toContain("王女士 不在「家庭用车」里:没有「有孩家庭」");
  });
});

describe("correcting a profile", () => {
  it("removes a wrong tag with a press, and with it the membership", async () => {
    const koloop = await startWithCast();
    await addFamilySegment(koloop);
    await says(koloop, "E1", "/tag 王女士 有孩家庭");
    await says(koloop, "E1", "谁是王女士");

    await presses(koloop, "E1", "更正标签");
    await presses(koloop, "E1", "有孩家庭");
    await presses(koloop, "E1", "去掉");

    expect(await holdsOf(koloop, "C1")).toEqual([]);
    const stays = await koloop.store.read((tx) => tx.segments.staysOf("C1"));
    expect(stays[0]?.exitReason).toEqual([{ rule: { kind: "tag", tag: "has_kids" }, holds: false }]);
  });

  it("undoes exactly: tags, strength, quote and segments are as before", async () => {
    const koloop = await startWithCast();
    await addFamilySegment(koloop);
    await says(koloop, "E1", "/tag 王女士 二胎家庭");
    const before = await holdsOf(koloop, "C1");
    koloop.pass(day);
    await says(koloop, "E1", "/untag 王女士 有孩家庭");
    expect(await holdsOf(koloop, "C1")).not.toEqual(before);

    await says(koloop, "E1", "谁是王女士");
    await presses(koloop, "E1", "撤销上一步");

    expect(await holdsOf(koloop, "C1")).toEqual(before);
    expect(await koloop.store.read((tx) => tx.segments.openStays("C1"))).toHaveLength(1);
  });

  it("undoes step by step down to nothing, and then says that there is nothing", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 单身");
    await says(koloop, "E1", "/tag 王女士 二胎家庭");
    await says(koloop, "E1", "谁是王女士");

    await presses(koloop, "E1", "撤销上一步");
    const first = (await holdsOf(koloop, "C1")).map((hold) => hold.tag);
    await presses(koloop, "E1", "撤销上一步");
    await presses(koloop, "E1", "撤销上一步");

    expect(first).toEqual(["single"]);
    expect(await holdsOf(koloop, "C1")).toEqual([]);
    expect(koloop.channel.wordsIn("bot:E1").at(-1)).toBe("没有可以撤销的改动。");
  });

  it("tells the second of two employees who correct at once that the tag is gone already", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 有孩家庭");
    const [hold] = await holdsOf(koloop, "C1");
    const action = { type: "profile.remove" as const, id: hold!.id };

    await Promise.all([koloop.channel.tap("E1", "bot:E1", action), koloop.channel.tap("M1", "bot:M1", action)]);
    await koloop.settle();

    const events = await koloop.store.read((tx) => tx.ledger.eventsOf("C1"));
    expect(events.filter((event) => event.kind === "retracted")).toHaveLength(1);
    const refused = [...koloop.channel.wordsIn("bot:E1"), ...koloop.channel.wordsIn("bot:M1")].filter((words) =>
      words.includes("刚刚已经变了"),
    );
    expect(refused).toHaveLength(1);
  });

  it("keeps a locked tag against an import and lets it go at the employee's word", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 单身");
    const [hold] = await holdsOf(koloop, "C1");
    await koloop.channel.tap("E1", "bot:E1", { type: "profile.lock", id: hold!.id });
    await koloop.settle();

    koloop.pass(3000 * day);
    await koloop.clock.tick();
    expect((await holdsOf(koloop, "C1")).map((one) => [one.tag, one.locked])).toEqual([["single", true]]);

    await says(koloop, "E1", "/tag 王女士 新手爸妈");
    const events = await koloop.store.read((tx) => tx.ledger.eventsOf("C1"));
    expect(events.find((event) => event.kind === "superseded")).toMatchObject({
      tag: "single",
      cause: expect.stringMatching(/^by:/),
    });
  });

  it("takes the employee's word as the newest even where the clock has jumped back", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 有孩家庭");
    koloop.pass(-5 * day);

    await says(koloop, "E1", "/untag 王女士 有孩家庭");

    const holds = await koloop.store.read((tx) => tx.ledger.holdsOf("C1"));
    expect(holds.map((hold) => hold.until !== null && hold.until >= hold.since)).toEqual([true]);
  });
});

describe("time and tags", () => {
  it("asks whether a fading tag still holds, once a week at most, and refreshes or ends it by the answer", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 计划换车");
    koloop.pass(200 * day);
    await koloop.clock.tick();
    await koloop.clock.tick();
    koloop.pass(3 * day);
    await koloop.clock.tick();
    await koloop.settle();
    const asked = koloop.channel.cardsIn("bot:E1").filter((card) => card.key.startsWith("suggest-"));
    expect(asked).toHaveLength(1);

    await presses(koloop, "E1", "仍然是「计划换车」");

    const [hold] = await holdsOf(koloop, "C1");
    expect(hold?.evidenceAt).toBe(koloop.ctx.now());
    koloop.pass(200 * day);
    await koloop.clock.tick();
    await koloop.settle();
    await presses(koloop, "E1", "不对");
    expect(await holdsOf(koloop, "C1")).toEqual([]);
  });

  it("lets a tag expire that nothing has told of for long, with its cause", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 计划换车");

    koloop.pass(900 * day);
    await koloop.clock.tick();

    const holds = await koloop.store.read((tx) => tx.ledger.holdsOf("C1"));
    expect(holds.map((hold) => hold.endCause)).toEqual(["faded"]);
  });
});

describe("one person who came twice", () => {
  async function withDouble() {
    const koloop = await startWithCast();
    await koloop.store.transaction((tx) =>
      addPerson(tx, { id: "C2", name: "小王", roles: ["customer"], ownerId: "E1" }),
    );
    await says(koloop, "E1", "/tag 王女士 单身");
    koloop.pass(30 * day);
    await says(koloop, "E1", "/tag 小王 新手爸妈");
    return koloop;
  }

  it("shows what a merge would do, then does it: the newer fact stands, with its author", async () => {
    const koloop = await withDouble();
    const [original] = await holdsOf(koloop, "C2");

    await says(koloop, "E1", "合并 王女士 和 小王");
    const [preview] = koloop.channel.cardsIn("bot:E1");
    expect(textOf(preview)).toContain("新手爸妈");
    expect(textOf(preview)).toContain("因为较旧而让位");
    await presses(koloop, "E1", "合并");

    const holds = await holdsOf(koloop, "C1");
    expect(holds.map((hold) => hold.tag).sort()).toEqual(["has_kids", "new_parent"]);
    expect(holds.every((hold) => hold.settledBy === "E1" && hold.since === original?.since)).toBe(true);
    expect((await koloop.store.read((tx) => tx.people.identity("web", "C2")))?.personId).toBe("C1");
    expect((await koloop.store.read((tx) => tx.people.find("C2")))?.mergedInto).toBe("C1");
    expect(await koloop.store.read((tx) => tx.ledger.eventsOf("C2"))).toHaveLength(2);
  });

  it("takes a merge back, and both are as they were", async () => {
    const koloop = await withDouble();
    const before = [await holdsOf(koloop, "C1"), await holdsOf(koloop, "C2")];
    await says(koloop, "E1", "把小王并入王女士");
    await presses(koloop, "E1", "合并");

    await presses(koloop, "E1", "撤销合并");

    expect([await holdsOf(koloop, "C1"), await holdsOf(koloop, "C2")]).toEqual(before);
    expect((await koloop.store.read((tx) => tx.people.identity("web", "C2")))?.personId).toBe("C2");
    for (const id of ["C1", "C2"]) {
      const [kept, rebuilt] = await koloop.store.read(async (tx) => [
        await tx.ledger.holdsOf(id),
        foldHolds(await tx.ledger.eventsOf(id)),
      ]);
      const sorted = (holds: { id: string }[]) => [...holds].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(sorted(kept!)).toEqual(sorted(rebuilt!));
    }
  });

  it("refuses to merge a person with themselves", async () => {
    const koloop = await startWithCast();

    await says(koloop, "E1", "/merge C1 C1");

    expect(koloop.channel.wordsIn("bot:E1")).toEqual(["这是同一个人,不用合并。"]);
  });
});
