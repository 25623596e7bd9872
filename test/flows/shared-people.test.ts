import { describe, expect, it } from "vitest";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, addPerson, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const hour = 3_600_000;
/** Lei says something that makes him the only new parent. */
const extract = (turns: readonly { text: string }[]) => {
  const turn = turns.length - 1;
  const heard = turns[turn]?.text.includes("满月") ?? false;
  const cue = { tag: "new_parent", quote: "宝宝刚满月", turn, score: 0.9, evidence: [] };
  return { cues: heard ? [cue] : [], retractions: [] };
};

async function tell(koloop: TestKoloop, words: string): Promise<void> {
  await koloop.channel.write("M1", "bot:M1", words);
  await koloop.settle();
}

describe("running tasks share their people", () => {
  it("and keep the one who fits a scarce task for it", async () => {
    const koloop = await startKoloop({ extract });
    await addCast(koloop);
    koloop.ctx.pushesPerWeek = 1;
    await koloop.channel.write("K1", "direct:K1:E1", "宝宝刚满月");
    await koloop.settle();
    await koloop.channel.press("E1", "bot:E1", "确认 新手爸妈");
    await tell(koloop, "新任务:新生儿提篮安装,给新手爸妈,视频,1篇,12月20日前,非常重要");
    await tell(koloop, "定时 新生儿提篮安装 11月23日9点");

    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,1篇,12月1日前");

    const plan = koloop.channel.cardsIn("bot:M1").find((card) => card.title.includes("冬季续航"));
    const shown = JSON.stringify(plan?.blocks);
    expect(shown).toContain("韩梅梅");
    expect(shown).not.toContain("李雷");
    expect(shown).toContain("留给其他任务 1");
  });
});

describe("influence", () => {
  it("comes from what people's posts draw, and weighs in matching once it is known", async () => {
    const koloop = await startKoloop({ extract });
    await addCast(koloop);
    await koloop.store.transaction(async (tx) => {
      for (let n = 0; n < 6; n++) await addPerson(tx, { id: `P${n}`, name: `作者${n}`, roles: ["koc"], ownerId: "E1" });
    });
    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,3篇,12月20日前");
    const [task] = await koloop.store.read((tx) => tx.tasks.list());
    const at = koloop.ctx.now() - 10 * 24 * hour;
    await koloop.store.transaction(async (tx) => {
      for (const [n, person] of ["K1", "P0", "P1", "P2", "P3", "P4", "P5"].entries()) {
        const piece = { id: `S${n}`, taskId: task!.id, personId: person, platform: "douyin", url: `https://d/${n}` };
        const about = { postKey: `d${n}`, form: "video", submittedAt: at, status: "approved" as const, rawText: "" };
        await tx.submissions.add({ ...piece, ...about, reviewedBy: "M1", reviewedAt: at, reviewNote: null });
        const reads = person === "K1" ? 40_000 : 2_000;
        const figures = { reads, likes: reads / 25, comments: reads / 200, shares: reads / 200, favourites: 0 };
        const taken = { at: at + 7 * 24 * hour, source: "import" as const, byId: null, recordedAt: at };
        await tx.submissions.addSnapshot({
          id: `N${n}`,
          submissionId: `S${n}`,
          ...taken,
          ...figures,
          completionRate: null,
        });
      }
    });

    await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));

    const weights = await koloop.store.read((tx) => tx.influence.weights());
    expect(weights?.people.K1?.weight).toBeGreaterThan(1.5);
    expect(weights?.people.P0?.weight).toBeLessThan(1.1);
    const points = weights?.people.K1?.parts.reduce((sum, part) => sum + part.points, 0) ?? 0;
    expect(points).toBeCloseTo(weights?.people.K1?.weight ?? 0, 6);
    await tell(koloop, "新任务:旗舰车型首发,给所有人,视频,1篇,12月20日前,非常重要");
    const plan = koloop.channel.cardsIn("bot:M1").find((card) => card.title.includes("旗舰"));
    expect(plan?.blocks.find((block) => block.type === "fact" && /李雷|作者|韩/.test(block.label))).toMatchObject({
      label: "李雷",
    });
  });
});
