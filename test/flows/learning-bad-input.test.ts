import { describe, expect, it } from "vitest";
import type { Action } from "#cards/action.ts";
import type { Task } from "#domain/task.ts";
import { editByManager } from "#handlers/apply-edit.ts";
import { settleStep, startSettling } from "#handlers/settle-segment.ts";
import { presses, says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

const hour = 3_600_000;
const day = 24 * hour;
const link = "https://www.douyin.com/video/7301234567890123456";

/** A task whose offers have reached both KOCs, from a segment of families that only they belong to. */
async function running(): Promise<TestKoloop> {
  const koloop = await startWithCast();
  await koloop.store.transaction(async (tx) => {
    const segment = { id: "S1", name: "家庭", rule: { kind: "tag", tag: "has_kids" }, version: 1 } as const;
    await tx.segments.add({ ...segment, status: "active", createdBy: "M1", createdAt: 0, updatedAt: 0 });
    await startSettling(tx, koloop.ctx, "S1");
    while (await settleStep(tx, koloop.ctx));
  });
  for (const name of ["李雷", "韩梅梅"]) await says(koloop, "E1", `/tag ${name} 有孩家庭`);
  await says(koloop, "M1", "新任务:儿童安全座椅安装技巧,给家庭,视频或图文,2篇,12月15日前");
  await presses(koloop, "M1", "发送给");
  await later(koloop, 20 * hour);
  return koloop;
}

async function later(koloop: TestKoloop, ms: number): Promise<void> {
  koloop.pass(ms);
  await koloop.settle();
  await koloop.clock.tick();
  await koloop.settle();
}

const believed = async ({ ctx }: TestKoloop): Promise<string> => JSON.stringify((await ctx.learner.current()).model);
const theTask = async ({ store }: TestKoloop): Promise<Task> => (await store.read((tx) => tx.tasks.list()))[0]!;
const stepsOf = ({ store }: TestKoloop, person: string): Promise<string[]> =>
  store.read(async (tx) => {
    const facts = await tx.tasks.stepsAfter(0, 1000);
    return facts.filter(({ personId }) => personId === person).map(({ step }) => step);
  });
const offerTo = async ({ store }: TestKoloop, koc: string) =>
  (await store.read((tx) => tx.tasks.assignmentsFor(koc)))[0]!;
const taps = async (koloop: TestKoloop, who: string, action: Action): Promise<void> => {
  await koloop.channel.tap(who, `bot:${who}`, action);
  await koloop.settle();
};
const accept = (id: string, arg = "video"): Action => ({ type: "offer.accept", id, arg });

describe("outcomes", () => {
  it("out of order teach each step once: a piece before the yes, the yes after it", async () => {
    const koloop = await running();
    await says(koloop, "K1", link);
    const afterPiece = await believed(koloop);

    await taps(koloop, "K1", accept((await offerTo(koloop, "K1")).id));

    expect(await believed(koloop)).toBe(afterPiece);
    expect(await stepsOf(koloop, "K1")).toEqual(["pushed", "seen", "accepted", "submitted"]);
    await presses(koloop, "M1", "通过");
    expect(await believed(koloop)).not.toBe(afterPiece);
  });

  it("that come twice, by the same event or by another, teach once", async () => {
    const koloop = await running();
    const { id } = await offerTo(koloop, "K1");
    await koloop.channel.tap("K1", "bot:K1", accept(id), "same");
    await koloop.settle();
    const once = await believed(koloop);

    await koloop.channel.tap("K1", "bot:K1", accept(id), "same");
    await taps(koloop, "K1", accept(id));
    await says(koloop, "K1", link);
    const handedIn = await believed(koloop);
    await says(koloop, "K1", link);

    expect(handedIn).not.toBe(once);
    expect(await believed(koloop)).toBe(handedIn);
    expect(await stepsOf(koloop, "K1")).toEqual(["pushed", "seen", "accepted", "submitted"]);
  });

  it("after the close teach nothing more, save the review of what was handed in before", async () => {
    const koloop = await running();
    const late = await offerTo(koloop, "K2");
    await taps(koloop, "K1", accept((await offerTo(koloop, "K1")).id));
    await says(koloop, "K1", link);
    await says(koloop, "M1", "结束 儿童安全座椅");
    const closed = await believed(koloop);

    await taps(koloop, "K2", accept(late.id));
    await says(koloop, "K2", `${link}1`);

    expect(koloop.channel.wordsIn("bot:K2").join()).toMatch(/结束|撤回/);
    expect(await believed(koloop)).toBe(closed);
    expect(await stepsOf(koloop, "K2")).toEqual(["pushed", "withdrawn"]);
    await presses(koloop, "M1", "通过");
    expect(await believed(koloop)).not.toBe(closed);
  });

  it("of a closed task leave nothing of it behind in the learner, once all that was out is answered", async () => {
    const koloop = await running();
    const { id } = await theTask(koloop);
    await taps(koloop, "K1", accept((await offerTo(koloop, "K1")).id));
    await says(koloop, "K1", link);
    await says(koloop, "M1", "结束 儿童安全座椅");
    await later(koloop, 2 * day);
    const before = await koloop.ctx.learner.current();
    expect([Object.keys(before.tallies), before.model.tasks[id] !== undefined]).toEqual([[id], true]);

    await presses(koloop, "M1", "通过");
    await later(koloop, 2 * day);

    const after = await koloop.ctx.learner.current();
    expect([Object.keys(after.tallies), after.model.tasks[id], after.open]).toEqual([[], undefined, {}]);
    expect(after.model.people.K1!.belief.mean[3]).toBeGreaterThan(0);
  });

  it("for pushes that nobody made teach nothing, and the person is told what is the matter", async () => {
    const koloop = await running();
    const before = await believed(koloop);

    await taps(koloop, "K1", accept("no-such-offer"));
    await taps(koloop, "K2", accept((await offerTo(koloop, "K1")).id));
    await says(koloop, "C1", link);

    expect(koloop.channel.wordsIn("bot:K1").at(-1)).toContain("已经不在");
    expect(koloop.channel.wordsIn("bot:K2").length).toBeGreaterThan(0);
    expect(await believed(koloop)).toBe(before);
    expect(await stepsOf(koloop, "C1")).toEqual([]);
  });

  it("that are awaited still are no failure, and silence is one once its time is up", async () => {
    const koloop = await running();
    await taps(koloop, "K1", accept((await offerTo(koloop, "K1")).id));
    const reliability = async () => (await koloop.ctx.learner.current()).model.people.K1!.belief.mean[2]!;

    await later(koloop, 4 * day);
    const atWork = await reliability();
    await later(koloop, 4 * day);

    expect(atWork).toBe(0);
    expect(await reliability()).toBeLessThan(0);
  });
});

describe("a segment that empties while its task runs", () => {
  it("asks nobody else and says so; who is at work may finish, and what was learned of it stays", async () => {
    const koloop = await running();
    await taps(koloop, "K1", accept((await offerTo(koloop, "K1")).id));
    await later(koloop, hour);
    const weights = () => koloop.store.read((tx) => tx.learning.weights("segment", "S1"));
    const learned = await weights();
    expect(learned.length).toBeGreaterThan(0);

    for (const name of ["李雷", "韩梅梅"]) await says(koloop, "E1", `/untag ${name} 有孩家庭`);
    expect(await koloop.store.read((tx) => tx.segments.membersOf("S1"))).toEqual([]);
    await says(koloop, "K1", link);
    await presses(koloop, "M1", "通过");
    await later(koloop, 3 * day);

    expect(await stepsOf(koloop, "K1")).toEqual(["pushed", "seen", "accepted", "submitted", "approved"]);
    const { id } = await theTask(koloop);
    expect(await koloop.store.read((tx) => tx.tasks.assignmentsOf(id))).toHaveLength(2);
    expect(await weights()).toEqual(learned);
  });
});

describe("a form that is withdrawn in mid-task", () => {
  const withoutVideo = async (koloop: TestKoloop) =>
    koloop.store.transaction(async (tx) => {
      const [task] = await tx.tasks.list();
      const manager = (await tx.people.find("M1"))!;
      const forms = [{ form: "photo_text", brief: "" }];
      await editByManager(tx, koloop.ctx, manager, task!, { forms });
    });
  /** Both were asked for a video. */
  async function askedForVideos(): Promise<TestKoloop> {
    const koloop = await startWithCast();
    await says(koloop, "M1", "新任务:儿童安全座椅安装技巧,给所有人,视频,2篇,12月15日前");
    await presses(koloop, "M1", "发送给");
    await later(koloop, 20 * hour);
    return koloop;
  }

  it("is asked of nobody any more, and silence of whoever was asked in it is no refusal", async () => {
    const koloop = await askedForVideos();
    const before = await believed(koloop);

    await withoutVideo(koloop);
    await koloop.settle();
    const offer = koloop.channel.cardsIn("bot:K1").find(({ key }) => key.startsWith("offer-"));
    koloop.pass(3 * hour);

    expect(offer?.buttons.map(({ label }) => label)).toEqual(["接受 · 图文", "这次不了"]);
    expect((await offerTo(koloop, "K1")).form).toBe("photo_text");
    expect(await believed(koloop)).toBe(before);
    const { open } = await koloop.ctx.learner.current();
    expect(Object.keys(open)).toEqual([]);
  });

  it("keeps its weights, and whoever is at it may finish without a failure on record", async () => {
    const koloop = await askedForVideos();
    await taps(koloop, "K1", accept((await offerTo(koloop, "K1")).id));
    const { model } = await koloop.ctx.learner.current();
    const [taste, own] = [JSON.stringify(model.taste), model.people.K1!.belief.mean[2]];

    await withoutVideo(koloop);
    koloop.pass(2 * hour);
    const after = (await koloop.ctx.learner.current()).model;
    expect([JSON.stringify(after.taste), after.people.K1!.belief.mean[2]]).toEqual([taste, own]);
    await later(koloop, 9 * day);
    await says(koloop, "K1", link);

    expect((await koloop.ctx.learner.current()).model.people.K1!.belief.mean[2]).toBe(own);
    expect((await stepsOf(koloop, "K1")).at(-1)).toBe("submitted");
    expect((await offerTo(koloop, "K1")).form).toBe("video");
  });
});
