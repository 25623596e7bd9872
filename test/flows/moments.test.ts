import { describe, expect, it } from "vitest";
import { addCast, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const minute = 60_000;
const day = 86_400_000;

async function started(parts = {}) {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }), ...parts });
  await addCast(koloop);
  return koloop;
}

async function says(koloop: TestKoloop, who: string, text: string, room = `bot:${who}`) {
  await koloop.channel.write(who, room, text);
  await koloop.settle();
}

/** Time passes and what has become due is done. */
async function later(koloop: TestKoloop, ms: number) {
  koloop.pass(ms);
  await koloop.clock.tick();
  await koloop.settle();
}

const momentsOf = (koloop: TestKoloop, who: string) =>
  koloop.channel.cardsIn(`bot:${who}`).filter(({ key }) => key.startsWith("moment-"));

describe("moments that matter", () => {
  it("a replacement window reaches the employee who looks after her, with reason, words and three answers", async () => {
    const koloop = await started();
    await says(koloop, "E1", "/tag 王女士 计划换车");
    await says(koloop, "E1", "/tag 王女士 二胎家庭");
    expect(momentsOf(koloop, "E1")).toEqual([]);

    await later(koloop, 11 * minute);

    const [card] = momentsOf(koloop, "E1");
    expect(card?.title).toBe("换购窗口:王女士");
    expect(card?.blocks).toContainEqual({
      type: "fact",
      label: "为什么是现在",
      value: "有「计划换车」;有「二胎家庭」",
    });
    expect(JSON.stringify(card?.blocks.at(-1))).toContain("王女士,最近家里有新变化");
    expect(card?.buttons.map(({ label }) => label)).toEqual(["我来跟进", "过几天再说", "不合适", "看画像"]);
    expect(momentsOf(koloop, "E2")).toEqual([]);
  });

  it("an answer settles the card, is counted, and stands", async () => {
    const koloop = await started();
    await says(koloop, "E1", "/tag 王女士 不满情绪");
    await later(koloop, 11 * minute);
    const [card] = momentsOf(koloop, "E1");

    await koloop.channel.tap("E2", "bot:E2", card!.buttons[0]!.action);
    await koloop.channel.press("E1", "bot:E1", "我来跟进");
    await koloop.settle();
    await koloop.channel.tap("E1", "bot:E1", card!.buttons[2]!.action);
    await says(koloop, "M1", "时机效果");

    expect(momentsOf(koloop, "E1")[0]?.settled).toBe("✓ 您来跟进");
    expect(koloop.channel.wordsIn("bot:E2")[0]).toContain("另一位同事");
    expect(koloop.channel.wordsIn("bot:E1").at(-1)).toContain("已经有答复了");
    expect(koloop.channel.wordsIn("bot:M1")[0]).toBe("情绪关怀:提醒 1,跟进 1 (100.0%),不合适 0,推迟 0");
  });

  it("put off, it comes again after three days, twice at most, and only while it holds", async () => {
    const koloop = await started();
    await says(koloop, "E1", "/tag 王女士 不满情绪");
    await later(koloop, 11 * minute);
    for (let i = 0; i < 2; i++) {
      await koloop.channel.press("E1", "bot:E1", "过几天再说");
      await koloop.settle();
      expect(momentsOf(koloop, "E1")[0]?.buttons).toEqual([]);
      await later(koloop, 3 * day);
      expect(momentsOf(koloop, "E1")[0]?.buttons.length).toBeGreaterThan(0);
    }
    expect(momentsOf(koloop, "E1")[0]?.buttons.map(({ label }) => label)).not.toContain("过几天再说");

    await says(koloop, "E1", "/tag 李雷 不满情绪");
    await later(koloop, 11 * minute);
    await koloop.channel.press("E1", "bot:E1", "过几天再说");
    await says(koloop, "E1", "/untag 李雷 不满情绪");
    await later(koloop, 3 * day);

    expect(momentsOf(koloop, "E1").filter(({ title }) => title.includes("李雷"))[0]?.buttons).toEqual([]);
  });

  it("shows five a day at most, the best first, and the rest the next day; none at night", async () => {
    const koloop = await started();
    await koloop.store.transaction(async (tx) => {
      const { addPerson } = await import("../setup/koloop.ts");
      for (let i = 0; i < 8; i++)
        await addPerson(tx, { id: `P${i}`, name: `客户${i}`, roles: ["customer"], ownerId: "E1" });
    });
    koloop.pass(4.5 * 3_600_000);
    for (let i = 0; i < 7; i++) await says(koloop, "E1", `/tag 客户${i} 搬家迁居`);
    await says(koloop, "E1", "/tag 客户7 流失风险");

    await later(koloop, 20 * minute);
    expect(momentsOf(koloop, "E1")).toEqual([]);
    await later(koloop, 10 * 3_600_000);
    const first = momentsOf(koloop, "E1").map(({ title }) => title);
    await later(koloop, 3_600_000);
    expect(momentsOf(koloop, "E1")).toHaveLength(5);
    await later(koloop, day);

    expect(first).toHaveLength(5);
    expect(first.at(-1)).toBe("情绪关怀:客户7");
    expect(momentsOf(koloop, "E1")).toHaveLength(8);
  });

  it("wakes the silent by time alone, for people who used to write", async () => {
    const koloop = await started();
    for (let i = 0; i < 12; i++) {
      await says(koloop, "C1", `今天的第 ${i} 件小事`, "direct:C1:E1");
      koloop.pass(day);
    }
    await says(koloop, "K1", "一句话", "direct:K1:E1");
    await later(koloop, 20 * minute);

    await later(koloop, 58 * day);
    expect(momentsOf(koloop, "E1")).toEqual([]);
    await later(koloop, day);
    await later(koloop, 11 * minute);

    expect(momentsOf(koloop, "E1").map(({ title }) => title)).toEqual(["唤醒沉默:王女士"]);
    const holds = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(holds.map(({ tag, source }) => [tag, source])).toEqual([["gone_quiet", "behaviour"]]);
    await says(koloop, "E1", "谁是王女士");
    await koloop.channel.press("E1", "bot:E1", "经过");
    await koloop.settle();
    expect(JSON.stringify(koloop.channel.cardsIn("bot:E1")[0])).toMatch(/已 6\d 天没有发言/);
  });

  it("a topic that comes back on three days becomes an interest, unless the employee refused it", async () => {
    const extract = (turns: readonly { text: string }[]) => {
      const turn = turns.length - 1;
      const cue = { tag: "camping", quote: "露营", turn, score: 0.4, evidence: [] };
      return { cues: turns[turn]!.text.includes("露营") ? [cue] : [], retractions: [] };
    };
    const koloop = await started({ extract });
    for (const who of ["C1", "K1"])
      for (let i = 0; i < 3; i++)
        await says(koloop, who, `第 ${i} 次说露营 ${who}`, `direct:${who}:E1`).then(() => koloop.pass(day));
    await says(koloop, "E1", "/tag 李雷 露营爱好者");
    await says(koloop, "E1", "/untag 李雷 露营爱好者");

    await later(koloop, 20 * minute);

    const held = async (id: string) => (await koloop.store.read((tx) => tx.ledger.openHolds(id))).map(({ tag }) => tag);
    expect(await held("C1")).toEqual(["camping"]);
    expect(await held("K1")).toEqual([]);
    expect(koloop.ctx.now()).toBeGreaterThan(friday);
  });
});
