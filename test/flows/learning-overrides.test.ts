import { describe, expect, it } from "vitest";
import { settleTheme, undoThemeWord } from "#handlers/judge-themes.ts";
import { keepWeights } from "#handlers/keep-weights.ts";
import { likingShifts } from "#handlers/override-weights.ts";
import { addCast, friday, presses, says, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const day = 86_400_000;

/** A house with one segment and what was learned of its forms: video works in one of two, photo posts in one of five. */
async function started(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  await koloop.store.transaction(async (tx) => {
    await tx.segments.add({
      ...{ id: "S1", name: "家庭", rule: { kind: "tag", tag: "has_kids" }, version: 1, status: "active" },
      ...{ createdBy: null, createdAt: 0, updatedAt: 0 },
    });
    for (const [name, value] of [
      ["video", 0.5],
      ["photo_text", 0.2],
    ] as const)
      await tx.learning.setWeight(
        {
          ...{ scope: "segment", scopeKey: "S1", name, value, weightOf: 1 },
          ...{ override: null, detail: null, updatedAt: friday },
        },
        "step 1",
      );
  });
  return koloop;
}

const cardsOf = (koloop: TestKoloop) => koloop.channel.cardsIn("bot:M1");
const shiftsOf = (koloop: TestKoloop) => koloop.store.read((tx) => likingShifts(tx, koloop.ctx));
const auditOf = (koloop: TestKoloop, action: string) =>
  koloop.store.read((tx) =>
    tx.connection.sql.all<{ actor: string; subject: string }>(
      "SELECT actor, subject FROM audit WHERE action = ?",
      action,
    ),
  );

describe("a manager's word on a form weight", () => {
  it("is a floor with reason and end that matching obeys, until it expires by itself", async () => {
    const koloop = await started();

    await says(koloop, "M1", "设下限 家庭 图文 40%,因为要拍新车,10天");

    const card = cardsOf(koloop).at(-1)!;
    expect(card.title).toBe("「家庭 · 图文」不低于 40.0 %");
    expect(JSON.stringify(card.blocks)).toContain("要拍新车");
    const { S1 } = await shiftsOf(koloop);
    expect(S1!.photo_text).toBeGreaterThan(0.9);
    expect(S1!.video).toBeUndefined();
    koloop.pass(10 * day);
    expect(await shiftsOf(koloop)).toEqual({});
  });

  it("freezes a weight where it stands, whatever is learned beneath it", async () => {
    const koloop = await started();
    await says(koloop, "M1", "冻结权重 家庭 视频,因为新品期");
    expect((await shiftsOf(koloop)).S1!.video).toBeCloseTo(0, 9);

    await koloop.store.transaction(async (tx) => {
      const [weight] = (await tx.learning.weights("segment", "S1")).filter(({ name }) => name === "video");
      await tx.learning.setWeight({ ...weight!, value: 0.3, weightOf: 2 }, "step 2");
    });

    expect((await shiftsOf(koloop)).S1!.video).toBeCloseTo(Math.log(0.5 / 0.5) - Math.log(0.3 / 0.7), 9);
  });

  it("is undone exactly: what stood before stands again", async () => {
    const koloop = await started();
    await says(koloop, "M1", "设下限 家庭 图文 40%,因为要拍新车");
    const before = await koloop.store.read((tx) => tx.learning.weights("segment", "S1"));
    await says(koloop, "M1", "freeze weight 家庭 photo posts at 70 % for 2 weeks because of the launch");
    expect(await koloop.store.read((tx) => tx.learning.weights("segment", "S1"))).not.toEqual(before);

    await presses(koloop, "M1", "撤销");

    expect(await koloop.store.read((tx) => tx.learning.weights("segment", "S1"))).toEqual(before);
    expect(await auditOf(koloop, "weight.undone")).toEqual([{ actor: "M1", subject: "S1 photo_text" }]);
    expect(await auditOf(koloop, "weight.freeze")).toHaveLength(1);
  });

  it.each([
    ["设下限 家庭 图文 40%", "请说明原因。"],
    ["设下限 家庭 图文,因为要拍新车", "请说下限是多少(1% 到 95%)。"],
    ["冻结权重 没有的分群 视频,因为新品期", "没有找到这个分群和形式的权重"],
    ["冻结权重 家庭 视频,因为新品期,到去年1月1日", "到期时间没看懂,或者已经过去。"],
  ])("%s changes nothing and says what is lacking", async (text, title) => {
    const koloop = await started();

    await says(koloop, "M1", text);

    expect(cardsOf(koloop).at(-1)!.title).toContain(title);
    expect(await shiftsOf(koloop)).toEqual({});
  });

  it("is not an employee's to say", async () => {
    const koloop = await started();

    await says(koloop, "E1", "冻结权重 家庭 视频,因为新品期");

    expect(await shiftsOf(koloop)).toEqual({});
  });
});

describe("a weight edited by hand", () => {
  it("is put right, audited and never read by matching", async () => {
    const koloop = await started();
    await koloop.store.transaction(async (tx) => {
      await tx.connection.sql.run("UPDATE weight SET value = 0.9 WHERE scope_key = 'S1' AND name = 'video'");
      // As if something had been learned since.
      await tx.learning.saveState("weights", -1, "", friday);
    });

    await koloop.store.transaction((tx) => keepWeights(tx, koloop.ctx));

    expect(await auditOf(koloop, "weight.edited-by-hand")).toEqual([{ actor: "koloop", subject: "S1 video" }]);
    const weights = await koloop.store.read((tx) => tx.learning.weights("segment", "S1"));
    expect(weights.find(({ name }) => name === "video")!.value).toBe(0.5);
  });
});

describe("a manager's word on a theme", () => {
  const statusOf = (koloop: TestKoloop) => koloop.store.read((tx) => tx.learning.themes());

  it("ends when they said, by itself", async () => {
    const koloop = await started();
    await koloop.store.transaction(async (tx) => {
      const manager = await tx.people.find("M1");
      const until = friday + 10 * day;
      await settleTheme(tx, koloop.ctx, manager!, { theme: "露营", status: "retired", reason: "没预算", until });
    });
    koloop.pass(9 * day);
    await koloop.clock.tick();
    expect(await statusOf(koloop)).toMatchObject([{ id: "露营", status: "retired", setBy: "M1" }]);

    koloop.pass(day);
    await koloop.clock.tick();

    expect(await statusOf(koloop)).toMatchObject([{ id: "露营", status: "ok", setBy: null }]);
    expect(await auditOf(koloop, "theme.word-ended")).toEqual([{ actor: "koloop", subject: "露营" }]);
  });

  it("is undone exactly, also where nothing stood before", async () => {
    const koloop = await started();
    const word = { theme: "露营", status: "retired" as const, reason: "没预算" };
    const [manager, id] = await koloop.store.transaction(async (tx) => {
      const person = await tx.people.find("M1");
      return [person!, await settleTheme(tx, koloop.ctx, person!, word)] as const;
    });
    const first = await statusOf(koloop);
    const second = await koloop.store.transaction((tx) =>
      settleTheme(tx, koloop.ctx, manager, { ...word, status: "ok" }),
    );

    await koloop.store.transaction((tx) => undoThemeWord(tx, koloop.ctx, manager, second));
    expect(await statusOf(koloop)).toEqual(first);
    await koloop.store.transaction((tx) => undoThemeWord(tx, koloop.ctx, manager, id));
    expect(await statusOf(koloop)).toEqual([]);
  });
});
