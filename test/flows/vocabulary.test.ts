import { describe, expect, it } from "vitest";
import { presses, says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

const day = 86_400_000;

const held = async ({ store }: TestKoloop, id: string) =>
  (await store.read((tx) => tx.ledger.openHolds(id))).map(({ tag }) => tag).sort();
const membersOf = async ({ store }: TestKoloop, name: string) =>
  store.read(async (tx) => {
    const segment = (await tx.segments.active()).find((one) => one.name === name);
    return segment && (await tx.segments.membersOf(segment.id)).sort();
  });
const lastWords = (koloop: TestKoloop, who: string) => koloop.channel.wordsIn(`bot:${who}`).at(-1);

describe("care for the vocabulary", () => {
  it("another name is understood once it counts, and no longer after an undo", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "标签 二胎家庭 也叫 二宝之家");
    await says(koloop, "E1", "/tag 王女士 二宝之家");
    expect(await held(koloop, "C1")).toEqual([]);

    await presses(koloop, "M1", "生效");
    await says(koloop, "E1", "/tag 王女士 二宝之家");
    await says(koloop, "M1", "新建分群 大家庭: 二宝之家");
    await presses(koloop, "M1", "建立");

    expect(await held(koloop, "C1")).toEqual(["has_kids", "two_kids"]);
    expect(await membersOf(koloop, "大家庭")).toEqual(["C1"]);
    await presses(koloop, "M1", "撤销");
    await says(koloop, "E1", "/tag 李雷 二宝之家");
    expect(await held(koloop, "K1")).toEqual([]);
  });

  it("a new name is shown everywhere, and the old one is still understood", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "标签 露营爱好者 改名为 户外露营族");
    await presses(koloop, "M1", "生效");

    await says(koloop, "E1", "/tag 王女士 露营爱好者");

    expect(lastWords(koloop, "E1")).toContain("户外露营族");
    expect(await held(koloop, "C1")).toEqual(["camping"]);
  });

  it("a wider tag comes to everybody who holds the narrower one, and goes with the undo", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 露营爱好者");
    await says(koloop, "M1", "标签 露营爱好者 属于 户外爱好者");
    await presses(koloop, "M1", "生效");
    await says(koloop, "E1", "/tag 李雷 露营爱好者");

    expect(await held(koloop, "C1")).toEqual(["camping", "outdoors"]);
    expect(await held(koloop, "K1")).toEqual(["camping", "outdoors"]);
    await presses(koloop, "M1", "撤销");
    expect(await held(koloop, "C1")).toEqual(["camping"]);
  });

  it("a merge shows what follows first; people, segments, tasks and history come along, and an undo brings all back", async () => {
    const koloop = await startWithCast();
    await says(koloop, "E1", "/tag 王女士 露营爱好者");
    await says(koloop, "E1", "/tag 韩梅梅 户外爱好者");
    await says(koloop, "M1", "新建分群 露营: 露营爱好者");
    await presses(koloop, "M1", "建立");
    const before = (await koloop.store.read((tx) => tx.ledger.openHolds("C1")))[0]!;
    koloop.pass(3 * day);

    await says(koloop, "M1", "合并标签 露营爱好者 到 户外爱好者");
    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(card?.blocks).toContainEqual({ type: "fact", label: "现在持有的人", value: "1" });
    expect(card?.blocks).toContainEqual({ type: "fact", label: "用到它的分群", value: "露营" });
    expect(await held(koloop, "C1")).toEqual(["camping"]);
    await presses(koloop, "M1", "生效");
    await koloop.clock.tick();

    const [after] = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(after).toMatchObject({
      tag: "outdoors",
      since: before.since,
      settledBy: "E1",
      evidenceAt: before.evidenceAt,
    });
    expect(await membersOf(koloop, "露营")).toEqual(["C1", "K2"]);
    await says(koloop, "E1", "/tag 李雷 露营爱好者");
    expect(await held(koloop, "K1")).toEqual(["outdoors"]);

    await presses(koloop, "M1", "撤销");
    await koloop.clock.tick();
    const [again] = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(again).toMatchObject({ tag: "camping", since: before.since, evidenceAt: before.evidenceAt, until: null });
    expect(await membersOf(koloop, "露营")).toEqual(["C1"]);
  });

  it.each([
    ["合并标签 露营爱好者 到 露营爱好者", "同一个标签"],
    ["标签 露营爱好者 属于 露营爱好者", "同一个标签"],
    ["标签 有孩家庭 属于 新手爸妈", "绕回自己"],
    ["标签 露营爱好者 也叫 摄影爱好者", "别的标签叫这个名字"],
    ["标签 露营爱好 也叫 野营", ""],
    ["标签 撸营爱好者 也叫 野营", "您是指:"],
  ])("refuses kindly: %s", async (text, answer) => {
    const koloop = await startWithCast();

    await says(koloop, "M1", text);

    if (answer === "") expect(koloop.channel.cardsIn("bot:M1")).toHaveLength(1);
    else expect(lastWords(koloop, "M1")).toContain(answer);
  });

  it("is for managers", async () => {
    const koloop = await startWithCast();

    await says(koloop, "E1", "合并标签 露营爱好者 到 户外爱好者");

    expect(lastWords(koloop, "E1")).toContain("没有权限");
  });

  it("is in force again after a restart", async () => {
    const koloop = await startWithCast();
    await says(koloop, "M1", "标签 露营爱好者 改名为 户外露营族");
    await presses(koloop, "M1", "生效");
    koloop.ctx.taxonomy = koloop.ctx.packTaxonomy;
    const { useVocabulary } = await import("#handlers/care-for-vocabulary.ts");
    const fresh = { ...koloop.ctx };

    await koloop.store.read((tx) => useVocabulary(tx, fresh));

    expect(fresh.taxonomy.tags.get("camping")?.zh).toBe("户外露营族");
  });
});
