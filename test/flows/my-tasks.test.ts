import { describe, expect, it } from "vitest";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });

/** The cast with both KOCs known to have children, and one task that has reached them. */
async function running(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  for (const name of ["李雷", "韩梅梅"]) await koloop.channel.write("E1", "bot:E1", `/tag ${name} 有孩家庭`);
  await send(koloop, "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,2篇,12月1日前");
  koloop.pass(48 * 3_600_000);
  await koloop.settle();
  return koloop;
}

async function send(koloop: TestKoloop, order: string): Promise<void> {
  await koloop.channel.write("M1", "bot:M1", order);
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
}

const ask = async (koloop: TestKoloop, who: string, words: string) => {
  await koloop.channel.write(who, `bot:${who}`, words);
  await koloop.settle();
  return koloop.channel.cardsIn(`bot:${who}`)[0];
};

describe("我的任务", () => {
  it("lists what a KOC was offered, with the next step", async () => {
    const koloop = await running();

    const before = await ask(koloop, "K1", "我的任务");
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    const after = await ask(koloop, "K1", "我有哪些任务?");

    expect(before?.title).toBe("我的任务(待办 1)");
    expect(after?.blocks).toEqual([
      { type: "fact", label: "儿童安全座椅安装技巧", value: "已接受(视频),12月1日前发布后把链接发给我" },
    ]);
  });

  it("answers twice with two cards, so that neither disappears", async () => {
    const koloop = await running();

    await ask(koloop, "K1", "我的任务");
    await ask(koloop, "K1", "我的任务");

    expect(koloop.channel.cardsIn("bot:K1").filter((card) => card.title.startsWith("我的任务"))).toHaveLength(2);
  });

  it("shows a task's card again on a tap, and only to its own KOC", async () => {
    const koloop = await running();
    const list = await ask(koloop, "K1", "我的任务");

    await koloop.channel.tap("K2", "bot:K2", list!.buttons[0]!.action);
    await koloop.channel.press("K1", "bot:K1", "看看");
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:K2")).toEqual(["这个任务是发给别人的。"]);
    expect(koloop.channel.cardsIn("bot:K1")[0]?.title).toBe("儿童安全座椅安装技巧");
  });

  it("is the list of all tasks for a manager", async () => {
    const koloop = await running();

    const card = await ask(koloop, "M1", "我的任务");

    expect(card?.blocks).toMatchObject([{ rows: [["儿童安全座椅安装技巧", "进行中", "0/2", "12月1日"]] }]);
  });
});

describe("有什么任务适合我", () => {
  it("ranks what a KOC may take, leaves out what they were asked already, and takes one with one tap", async () => {
    const koloop = await running();
    await koloop.store.transaction((tx) => tx.people.change("K1", { pausedUntil: koloop.ctx.now() + 1e9 }));
    await send(koloop, "新任务:亲子露营装备清单,给有孩家庭,视频,2篇,12月9日前");

    const card = await ask(koloop, "K1", "有什么任务适合我?");
    await koloop.channel.press("K1", "bot:K1", "接下 · 亲子露营装备清单");
    await koloop.settle();

    expect(card?.buttons.map((b) => b.label)).toEqual(["接下 · 亲子露营装备清单(视频)"]);
    const [taken] = await koloop.store.read((tx) => tx.tasks.assignmentsFor("K1"));
    expect(taken).toMatchObject({ policy: "manual", form: "video", acceptedAt: koloop.ctx.now() });
    expect(koloop.channel.cardsIn("bot:K1")[0]?.settled).toContain("已接受(视频)");
  });

  it("takes nothing twice", async () => {
    const koloop = await running();
    await koloop.store.transaction((tx) => tx.people.change("K1", { pausedUntil: koloop.ctx.now() + 1e9 }));
    await send(koloop, "新任务:亲子露营装备清单,给有孩家庭,视频,2篇,12月9日前");
    const card = await ask(koloop, "K1", "适合我的任务");

    for (let i = 0; i < 2; i++) await koloop.channel.tap("K1", "bot:K1", card!.buttons[0]!.action);
    await koloop.settle();

    const own = await koloop.store.read((tx) => tx.tasks.assignmentsFor("K1"));
    expect(own).toHaveLength(2);
  });

  it("says kindly that tasks are for KOCs", async () => {
    const koloop = await running();

    await ask(koloop, "C1", "有什么任务适合我");

    expect(koloop.channel.wordsIn("bot:C1")[0]).toContain("任务是给 KOC 的");
  });

  it("ranks a task in a form of the brand's own", async () => {
    const koloop = await running();
    await koloop.store.transaction((tx) => tx.people.change("K1", { pausedUntil: koloop.ctx.now() + 1e9 }));
    await send(koloop, "新任务:亲子露营装备清单,给有孩家庭,视频,2篇,12月9日前");
    await koloop.store.transaction(async (tx) => {
      const task = (await tx.tasks.list({ status: "open" })).find(({ title }) => title.includes("亲子露营"));
      await tx.tasks.save({ ...task!, forms: [{ form: "podcast", brief: "十分钟" }] });
    });

    const card = await ask(koloop, "K1", "有什么任务适合我?");

    expect(card?.buttons.map((b) => b.label)).toEqual(["接下 · 亲子露营装备清单(podcast)"]);
  });
});
