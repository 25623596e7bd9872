import { describe, expect, it } from "vitest";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const hour = 3_600_000;

async function house(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  return koloop;
}

async function tell(koloop: TestKoloop, words: string, who = "M1"): Promise<void> {
  await koloop.channel.write(who, `bot:${who}`, words);
  await koloop.settle();
}

/** A task that has reached both KOCs. */
async function running(said: string): Promise<TestKoloop> {
  const koloop = await house();
  await tell(koloop, said);
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
  koloop.pass(48 * hour);
  await koloop.settle();
  return koloop;
}

const order = "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,2篇,12月1日前";
const newest = (koloop: TestKoloop, who = "M1") => koloop.channel.cardsIn(`bot:${who}`)[0];
const said = (koloop: TestKoloop, who: string) => koloop.channel.wordsIn(`bot:${who}`).at(-1);

describe("a task that cannot be as it was asked for", () => {
  it("for whom nobody is eligible says which rule leaves none", async () => {
    const koloop = await house();

    await tell(koloop, "新任务:新生儿提篮安装,给新手爸妈,视频,2篇,12月1日前");

    expect(newest(koloop)?.blocks).toContainEqual({
      type: "text",
      text: "没有可以推送的人,主要是「不在目标内」(2 人)。",
    });
    expect(newest(koloop)?.buttons.map(({ label }) => label)).toEqual(["修改", "取消"]);
  });

  it("whose budget is below its goal is said to fall short, before it goes out", async () => {
    const koloop = await house();

    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,5篇,12月1日前,推送预算 2");

    expect(JSON.stringify(newest(koloop)?.blocks)).toContain("推送预算 2 人,少于目标 5 篇:完不成,请加预算或减目标。");
  });

  it("is answered in English where its maker reads English", async () => {
    const koloop = await house();
    await koloop.store.transaction((tx) => tx.people.change("M1", { lang: "en", updatedAt: koloop.ctx.now() }));

    await tell(koloop, "new task: baby carrier, for 新手爸妈, video, 2 pieces, by Dec 1");

    expect(JSON.stringify(newest(koloop)?.blocks)).toContain("There is nobody to ask, mostly “not in the target” (2).");
  });
});

describe("an answer that comes too late", () => {
  it("after the last place was taken is kindly refused, with what else could be taken", async () => {
    const koloop = await running("新任务:冬季续航实测,给所有人,视频,1篇,12月20日前");
    await koloop.channel.press("K1", "bot:K1", "接受");
    const stale = newest(koloop, "K2")?.buttons[0]?.action;
    await tell(koloop, "https://www.douyin.com/video/7301234567890123456", "K1");
    await koloop.channel.press("M1", "bot:M1", "通过");
    await koloop.settle();
    await tell(koloop, "新任务:夜间照明,给所有人,视频,3篇,12月20日前");
    await koloop.channel.press("M1", "bot:M1", "发送给");
    await koloop.settle();
    await koloop.store.transaction(async (tx) => {
      // Not asked yet for the second task: what could be taken instead.
      for (const task of await tx.tasks.list({ status: "open" }))
        for (const a of await tx.tasks.assignmentsOf(task.id))
          if (a.personId === "K2" && task.title === "夜间照明")
            await tx.connection.sql.run("DELETE FROM assignment WHERE id = ?", a.id);
    });

    await koloop.channel.tap("K2", "bot:K2", stale!);
    await koloop.settle();

    expect(said(koloop, "K2")).toMatch(/已经|抱歉|撤回|不在进行/);
    expect(newest(koloop, "K2")).toMatchObject({ title: "这些任务现在可以接" });
    expect(newest(koloop, "K2")?.buttons[0]?.label).toBe("接下 · 夜间照明(视频)");
  });

  it("to a draft that was dropped or a task that was archived finds kind words", async () => {
    const koloop = await running(order);
    const stale = newest(koloop, "K1")?.buttons[0]?.action;
    await tell(koloop, "关闭 儿童安全座椅");
    await tell(koloop, "归档 儿童安全座椅");

    await koloop.channel.tap("K1", "bot:K1", stale!);
    await koloop.settle();

    expect(said(koloop, "K1")).toMatch(/这一条已经撤回|不在进行中/);
    expect(newest(koloop, "K1")?.settled).toContain("这个任务已经结束");
  });

  it("to a task whose rows are gone is told so, and nothing breaks", async () => {
    const koloop = await running(order);
    const stale = newest(koloop, "K1")?.buttons[0]?.action;
    await koloop.store.transaction(async ({ connection: { sql } }) => {
      await sql.run("DELETE FROM assignment");
      await sql.run("DELETE FROM task");
    });

    await koloop.channel.tap("K1", "bot:K1", stale!);
    await koloop.settle();

    expect(said(koloop, "K1")).toBe("这张卡片对应的内容已经不在了。");
  });
});

describe("a KOC who wants less", () => {
  it("is asked no more once they have stopped, until they say otherwise", async () => {
    const koloop = await house();
    await tell(koloop, "别再给我发任务了", "K1");
    await tell(koloop, order);
    const stopped = JSON.stringify(newest(koloop)?.blocks);

    await tell(koloop, "恢复任务", "K1");
    await tell(koloop, "新任务:夜间照明,给所有人,视频,2篇,12月1日前");

    expect(stopped).not.toContain("李雷");
    expect(stopped).toContain("韩梅梅");
    expect(JSON.stringify(newest(koloop)?.blocks)).toContain("李雷");
  });

  it("whose offer was taken back sees so on the card, and is not reminded", async () => {
    const koloop = await running(order);
    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    await tell(koloop, "撤回 儿童安全座椅安装技巧 李雷");
    koloop.pass(5 * 24 * hour);
    await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:K1").map(({ key }) => key.split("-")[0])).toEqual(["offer"]);
    expect(newest(koloop, "K1")?.settled).toBe("这个任务已撤回,不用再做了。谢谢您!");
  });
});
