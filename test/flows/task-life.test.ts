import { describe, expect, it } from "vitest";
import type { Tx } from "#db/store.ts";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, addPerson, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const hour = 3_600_000;
const order = "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,2篇,12月1日前";

/** The cast and `more` other KOCs, and a task that has reached the first wave. */
async function running(more = 0, said = order, hours = 48): Promise<TestKoloop> {
  // Some of these ask hundreds of people: whether that needs a second manager is another test's.
  const koloop = await startKoloop({ extract: silent }, undefined, { KOLOOP_APPROVAL: "off" });
  await addCast(koloop);
  await koloop.store.transaction(async (tx) => {
    for (let n = 0; n < more; n++)
      await addPerson(tx, { id: `X${n}`, name: `群友${n}`, roles: ["koc"], ownerId: "E1" });
  });
  await koloop.channel.write("M1", "bot:M1", said);
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
  await later(koloop, hours * hour);
  return koloop;
}

/** Time goes by, and what it brings is done and delivered. */
async function later(koloop: TestKoloop, ms: number): Promise<void> {
  koloop.pass(ms);
  await koloop.settle();
  await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));
  await koloop.settle();
}

async function tell(koloop: TestKoloop, words: string): Promise<void> {
  await koloop.channel.write("M1", "bot:M1", words);
  await koloop.settle();
}

const read = <T>(koloop: TestKoloop, work: (tx: Tx) => Promise<T>) => koloop.store.read(work);
const theTask = async (koloop: TestKoloop) => (await read(koloop, (tx) => tx.tasks.list()))[0]!;
const offerTo = (koloop: TestKoloop, koc: string) =>
  koloop.channel.cardsIn(`bot:${koc}`).find((card) => card.key.startsWith("offer-"));

describe("a running task", () => {
  it("pauses and goes on by a manager's word, and loses no card over it", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);
    koloop.pass(5 * hour); // Eleven at night: what is sent now waits for the morning.
    await tell(koloop, order);
    await koloop.channel.press("M1", "bot:M1", "发送给");
    await tell(koloop, "暂停 儿童安全座椅");
    koloop.pass(24 * hour);
    await koloop.settle();
    const whilePaused = offerTo(koloop, "K1");

    await tell(koloop, "继续 儿童安全座椅");
    await later(koloop, 12 * hour);

    expect(whilePaused).toBeUndefined();
    expect(offerTo(koloop, "K1")?.buttons.length).toBeGreaterThan(0);
  });

  it("closes by a manager's word: who has not answered is freed, who was at work is told", async () => {
    const koloop = await running();
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");

    await tell(koloop, "把儿童安全座椅安装技巧关掉");

    expect((await theTask(koloop)).status).toBe("closed");
    expect(offerTo(koloop, "K2")).toMatchObject({ buttons: [], settled: "这个任务已经结束,这次不用做了。谢谢您!" });
    expect(koloop.channel.wordsIn("bot:K1")).toEqual([
      "「儿童安全座椅安装技巧」提前结束了,您不用再做了。抱歉,也谢谢您!",
    ]);
  });

  it("closes by itself at its deadline and says so on the cards", async () => {
    const koloop = await running();

    await later(koloop, 20 * 24 * hour);

    expect((await theTask(koloop)).status).toBe("closed");
    expect(offerTo(koloop, "K1")?.buttons).toEqual([]);
  });

  it("takes no answer after its deadline, and says so kindly", async () => {
    const koloop = await running();
    const accept = offerTo(koloop, "K1")!.buttons[0]!.action;
    koloop.pass(20 * 24 * hour);

    await koloop.channel.tap("K1", "bot:K1", accept);
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:K1")[0]).toContain("过了截止时间");
  });

  it("that has its pieces asks nobody any more", async () => {
    const koloop = await running(0, order.replace("2篇", "1篇"));
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    await koloop.channel.write("K1", "bot:K1", "https://www.douyin.com/video/7301234567890123456");
    await koloop.settle();

    await koloop.channel.press("M1", "bot:M1", "通过");
    await koloop.settle();

    expect((await theTask(koloop)).status).toBe("closed");
    const free = offerTo(koloop, "K2");
    expect(free?.settled ?? "never asked").toMatch(/已经结束|never asked/);
  });

  it("shows a change of deadline and reward on the cards that are out", async () => {
    const koloop = await running();

    await tell(koloop, "改 儿童安全座椅 截止 12月5日,奖励 300");

    expect(await theTask(koloop)).toMatchObject({
      reward: 300,
      deadlineAt: Date.parse("2026-12-05T23:59:59.999+08:00"),
    });
    expect(offerTo(koloop, "K1")?.blocks).toContainEqual({ type: "fact", label: "奖励", value: "300 积分" });
    expect(offerTo(koloop, "K1")?.blocks).toContainEqual({ type: "fact", label: "截止", value: "12月5日" });
    expect(koloop.channel.cardsIn("bot:M1")[0]?.title).toBe("已修改:儿童安全座椅安装技巧");
  });

  it.each([
    ["改 儿童安全座椅 截止 2026年11月1日", "这个时间不行"],
    ["改 儿童安全座椅 截止 不知道", "没看明白要改什么"],
    ["改 儿童安全座椅 名额 0", "这个数字不行"],
    ["改 没有的任务 名额 5", "您是指:儿童安全座椅安装技巧"],
  ])("is not changed by what cannot be: %s", async (said, answer) => {
    const koloop = await running();
    const before = await theTask(koloop);

    await tell(koloop, said);

    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain(answer);
    expect(await theTask(koloop)).toEqual(before);
  });

  it("takes one person's offer back, and leaves the other's", async () => {
    const koloop = await running();

    await tell(koloop, "撤回 儿童安全座椅 李雷");

    expect(offerTo(koloop, "K1")?.settled).toContain("已撤回");
    expect(offerTo(koloop, "K2")?.settled).toBeUndefined();
  });

  it("opens by itself at the time it was set to", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);
    await tell(koloop, order);
    await tell(koloop, "定时 儿童安全座椅 明天上午10点");
    const before = (await theTask(koloop)).status;

    await later(koloop, 17 * hour);
    await later(koloop, 12 * hour);

    expect([before, (await theTask(koloop)).status]).toEqual(["scheduled", "open"]);
    expect(offerTo(koloop, "K1")).toBeDefined();
  });

  it.each(["E1", "K1"])("is nobody else's to order about: %s", async (who) => {
    const koloop = await running();

    await koloop.channel.write(who, `bot:${who}`, "关闭 儿童安全座椅");
    await koloop.settle();

    expect((await theTask(koloop)).status).toBe("open");
  });
});

describe("the next wave", () => {
  it("is shown to the manager once the first one's outcomes are due, and asks nobody twice", async () => {
    const koloop = await running(40);
    const first = await read(koloop, async (tx) => tx.tasks.assignmentsOf((await theTask(koloop)).id));
    await later(koloop, 30 * hour);
    const card = koloop.channel.cardsIn("bot:M1")[0];

    await koloop.channel.press("M1", "bot:M1", "再发给");
    await koloop.channel.tap("M1", "bot:M1", card!.buttons[0]!.action);
    await later(koloop, 48 * hour);

    expect(card?.title).toBe("第 2 批:儿童安全座椅安装技巧");
    const all = await read(koloop, async (tx) => tx.tasks.assignmentsOf((await theTask(koloop)).id));
    expect(all.length).toBeGreaterThan(first.length);
    expect(new Set(all.map((a) => a.personId)).size).toBe(all.length);
    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("已经有答复了");
  });

  it("goes out by itself where the manager said so, and tells them", async () => {
    const koloop = await running(40);
    await koloop.channel.press("M1", "bot:M1", "以后自动补推");

    await later(koloop, 30 * hour);

    expect(koloop.channel.cardsIn("bot:M1")[0]?.settled).toMatch(/^已发送给 \d+ 人$/);
    const waves = await read(koloop, async (tx) => tx.tasks.assignmentsOf((await theTask(koloop)).id));
    expect(Math.max(...waves.map((a) => a.wave))).toBe(2);
  });

  it("asks for no more than is wanted: with enough people at work there is none", async () => {
    const koloop = await running(40, order.replace("2篇", "1篇"), 20);
    const asked = await read(koloop, async (tx) => tx.tasks.assignmentsOf((await theTask(koloop)).id));
    for (const { personId } of asked.filter((a) => a.pushedAt !== null))
      await koloop.channel.press(personId, `bot:${personId}`, "接受");

    await later(koloop, 30 * hour);

    expect(koloop.channel.cardsIn("bot:M1").some((card) => card.title.startsWith("第 2 批"))).toBe(false);
  });
});

describe("the hold-out", () => {
  it("decides about one push in ten by lot, and the even chances are on record", async () => {
    const koloop = await running(300, order.replace("2篇", "60篇"));

    const taskId = (await theTask(koloop)).id;
    const assignments = await read(koloop, (tx) => tx.tasks.assignmentsOf(taskId));
    const decisions = await read(koloop, (tx) => tx.learning.decisionsOf(taskId));
    const held = decisions.filter((d) => d.policy === "holdout");

    expect(held.length / decisions.length).toBeGreaterThan(0.03);
    expect(held.length / decisions.length).toBeLessThan(0.2);
    for (const d of held)
      expect([d.probability, JSON.parse(d.options)]).toEqual([0.5, { video: 0.5, photo_text: 0.5 }]);
    expect(assignments.filter((a) => a.policy === "holdout")).toHaveLength(held.length);
  });
});
