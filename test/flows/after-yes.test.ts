import { describe, expect, it } from "vitest";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, addPerson, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const hour = 3_600_000;
const day = 24 * hour;

/** Both KOCs hold the card of a task that runs until December 1; it is Sunday evening. */
async function offered(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  await say(koloop, "M1", "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,2篇,12月1日前");
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await later(koloop, 2 * day);
  return koloop;
}

async function later(koloop: TestKoloop, ms: number): Promise<void> {
  koloop.pass(ms);
  await koloop.settle();
  await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));
  await koloop.settle();
}

async function say(koloop: TestKoloop, who: string, words: string): Promise<void> {
  await koloop.channel.write(who, `bot:${who}`, words);
  await koloop.settle();
}

const reminders = (koloop: TestKoloop, koc: string) =>
  koloop.channel.deliveries.filter(
    (d) => d.address.room === `bot:${koc}` && d.body.type === "card" && d.body.card.key.startsWith("remind-"),
  );
const person = (koloop: TestKoloop, id: string) => koloop.store.read((tx) => tx.people.find(id));
const assignment = (koloop: TestKoloop, koc: string) =>
  koloop.store.read(async (tx) => (await tx.tasks.assignmentsFor(koc))[0]!);

describe("after a yes", () => {
  it("a day may be promised with one tap", async () => {
    const koloop = await offered();
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    await koloop.settle();
    const [card] = koloop.channel.cardsIn("bot:K1");

    await koloop.channel.press("K1", "bot:K1", "11月27日前发");
    await koloop.settle();

    expect(card?.buttons.map((b) => b.label)).toEqual(["11月24日前发", "11月27日前发", "12月1日前发", "做不了了"]);
    expect((await assignment(koloop, "K1")).promisedAt).toBe(Date.parse("2026-11-27T23:59:59.999+08:00"));
    expect(koloop.channel.cardsIn("bot:K1")[0]?.settled).toContain("11月27日前");
  });

  it("one reminder comes before the day, and only to who has handed nothing in", async () => {
    const koloop = await offered();
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    await koloop.channel.press("K2", "bot:K2", "接受 · 视频");
    await say(koloop, "K2", "https://www.douyin.com/video/7301234567890123456");

    await later(koloop, 5 * day);
    const early = reminders(koloop, "K1").length;
    for (let n = 0; n < 14; n++) await later(koloop, 6 * hour);

    expect([early, reminders(koloop, "K1").length, reminders(koloop, "K2").length]).toEqual([0, 1, 0]);
  });

  it("no reminder comes after a piece was handed in while it waited for the morning", async () => {
    const koloop = await offered();
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    koloop.pass(7 * day + 5 * hour); // November 29, eleven at night
    await koloop.settle();
    await later(koloop, day);
    const waiting = reminders(koloop, "K1").length;
    await say(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");

    await later(koloop, 12 * hour);

    expect([waiting, reminders(koloop, "K1").length]).toEqual([0, 0]);
  });

  it("the author is told once how the piece does, with its place among others of its kind", async () => {
    const koloop = await offered();
    await koloop.store.transaction(async (tx) => {
      for (let n = 0; n < 10; n++) {
        await addPerson(tx, { id: `P${n}`, name: `前人${n}`, roles: ["koc"], ownerId: null });
        await tx.submissions.add({
          id: `s${n}`,
          taskId: "old",
          personId: `P${n}`,
          platform: "douyin",
          url: "https://www.douyin.com",
          postKey: `old-${n}`,
          form: "video",
          submittedAt: 0,
          status: "approved",
          rawText: "",
          reviewedBy: null,
          reviewedAt: 0,
          reviewNote: null,
        });
        const none = { likes: null, comments: null, shares: null, favourites: null, completionRate: null };
        const about = { submissionId: `s${n}`, source: "import" as const, byId: null, at: 1, recordedAt: 1 };
        await tx.submissions.addSnapshot({ id: `m${n}`, ...about, reads: 1000 * (n + 1), ...none });
      }
    });
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    await say(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");
    await koloop.channel.press("M1", "bot:M1", "通过");
    koloop.pass(4 * day);
    await say(koloop, "K1", "播放 3.2万 赞 210 评论 35");

    await later(koloop, hour);
    await later(koloop, day);

    const told = koloop.channel.wordsIn("bot:K1").filter((words) => words.includes("播放"));
    expect(told).toEqual(["您的视频「儿童安全座椅安装技巧」有 3.2 万 播放,在同类里排前 10 %。谢谢您!"]);
  });
});

describe("a member's word on being asked", () => {
  it.each([
    ["暂停任务", 30 * day],
    ["先停两周", 14 * day],
    ["暂停任务3天", 3 * day],
  ])("%s pauses at once", async (said, ms) => {
    const koloop = await offered();

    await say(koloop, "K1", said);

    expect((await person(koloop, "K1"))?.pausedUntil).toBe(koloop.ctx.now() + ms);
    expect(koloop.channel.wordsIn("bot:K1")[0]).toContain("不再给您发任务");
  });

  it.each(["别再发了", "请不要再给我发任务了", "退订", "stop"])(
    "%s stops for good, and nothing more is sent",
    async (said) => {
      const koloop = await offered();

      await say(koloop, "K1", said);
      await say(koloop, "M1", "新任务:亲子露营装备清单,给所有人,视频,2篇,12月9日前");
      await koloop.channel.press("M1", "bot:M1", "发送给");
      await later(koloop, 2 * day);

      const own = await koloop.store.read((tx) => tx.tasks.assignmentsFor("K1"));
      expect(own).toHaveLength(1);
    },
  );

  it.each(["恢复任务", "继续任务", "我想继续接任务"])("%s takes a pause back", async (words) => {
    const koloop = await offered();
    await say(koloop, "K1", "别再发了");

    await say(koloop, "K1", words);

    expect((await person(koloop, "K1"))?.pausedUntil).toBeNull();
  });

  it("太频繁了 halves how often they are asked, 不感兴趣 declines what lies before them", async () => {
    const koloop = await offered();

    await say(koloop, "K1", "你们发得太频繁了");
    await say(koloop, "K1", "不感兴趣");

    expect((await person(koloop, "K1"))?.frequency).toBe(0.5);
    expect(await assignment(koloop, "K1")).toMatchObject({ declineReason: "not_interested" });
  });

  it.each(["我不要这个颜色", "暂停一下,我先看看说明书里怎么写的再说,好像和你说的不太一样", "发什么快递"])(
    "%s is no such word",
    async (said) => {
      const koloop = await offered();

      await say(koloop, "K1", said);

      expect((await person(koloop, "K1"))?.pausedUntil).toBeNull();
    },
  );
});
