import { describe, expect, it } from "vitest";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;

async function house(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  return koloop;
}

async function tell(koloop: TestKoloop, words: string): Promise<void> {
  await koloop.channel.write("M1", "bot:M1", words);
  await koloop.settle();
}

async function press(koloop: TestKoloop, label: string): Promise<void> {
  await koloop.channel.press("M1", "bot:M1", label);
  await koloop.settle();
}

const newest = (koloop: TestKoloop) => koloop.channel.cardsIn("bot:M1")[0];
const tasks = (koloop: TestKoloop) => koloop.store.read((tx) => tx.tasks.list());

describe("a task made step by step", () => {
  it("takes one tap for each step, and words where they are wanted", async () => {
    const koloop = await house();

    await tell(koloop, "新任务");
    await tell(koloop, "冬季续航,实测怎么拍");
    await press(koloop, "所有 KOC");
    await press(koloop, "视频或图文");
    await press(koloop, "10 篇");
    await press(koloop, "两周内");
    await press(koloop, "200 积分");

    const [task] = await tasks(koloop);
    expect(task).toMatchObject({
      title: "冬季续航,实测怎么拍",
      quota: 10,
      reward: 200,
      forms: [{ form: "video" }, { form: "photo_text" }],
    });
    expect(task?.deadlineAt).toBe(Date.parse("2026-12-04T23:59:59.999+08:00"));
    expect(newest(koloop)?.title).toBe("任务草稿:冬季续航,实测怎么拍");
  });

  it("shows each answer on its question, which is asked no more", async () => {
    const koloop = await house();
    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,12月1日前");
    const asked = newest(koloop);

    await press(koloop, "20 篇");
    const after = koloop.channel.cardsIn("bot:M1").find(({ key }) => key === asked?.key);
    await koloop.channel.tap("M1", "bot:M1", asked!.buttons[0]!.action);
    await koloop.settle();

    expect(asked?.buttons.map(({ label }) => label)).toEqual(["5 篇", "10 篇", "20 篇", "50 篇", "取消"]);
    expect(after).toMatchObject({ buttons: [], settled: "20篇" });
    expect(await tasks(koloop)).toHaveLength(1);
    expect((await tasks(koloop))[0]?.quota).toBe(20);
  });

  it("needs no reward, and is dropped with one tap", async () => {
    const koloop = await house();
    for (const said of ["新任务", "冬季续航实测", "所有人", "直播", "3", "下周五", "不设"]) await tell(koloop, said);
    await tell(koloop, "新任务");
    await press(koloop, "取消");

    expect(await tasks(koloop)).toMatchObject([{ reward: 0, quota: 3, forms: [{ form: "live" }] }]);
    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toBe("好的,这个任务先不做了。");
  });

  it("asks anew for a deadline that has passed", async () => {
    const koloop = await house();

    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,5篇,2026年11月1日前");

    expect(newest(koloop)?.blocks[0]).toMatchObject({ text: "这个截止时间已经过了,请换一个。" });
    expect(await tasks(koloop)).toEqual([]);
  });

  it("proposes names where nobody goes by the one that was said", async () => {
    const koloop = await house();

    await tell(koloop, "新任务:冬季续航实测,给有孩子的家庭们呀,视频,5篇,12月1日前");
    const proposed = newest(koloop)?.buttons.map(({ label }) => label);
    await press(koloop, "有孩家庭");

    expect(proposed).toContain("有孩家庭");
    expect(await tasks(koloop)).toMatchObject([{ target: { tags: ["has_kids"] } }]);
  });
});

describe("a draft's plan", () => {
  it("is changed part by part, and shown anew each time", async () => {
    const koloop = await house();
    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,5篇,12月1日前");

    await press(koloop, "修改");
    await press(koloop, "奖励");
    await press(koloop, "500 积分");
    await press(koloop, "修改");
    await press(koloop, "截止");
    await tell(koloop, "12月10日");

    expect(await tasks(koloop)).toMatchObject([
      { reward: 500, deadlineAt: Date.parse("2026-12-10T23:59:59.999+08:00"), status: "draft" },
    ]);
    const plan = koloop.channel.cardsIn("bot:M1").find(({ key }) => key.startsWith("plan-"));
    expect(JSON.stringify(plan?.blocks)).toContain("500 积分");
  });

  it("is set to send its next waves by itself before it goes out", async () => {
    const koloop = await house();
    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,5篇,12月1日前");

    await press(koloop, "以后自动补推");

    expect(await tasks(koloop)).toMatchObject([{ autopilot: true, status: "draft" }]);
    expect(newest(koloop)?.buttons.map(({ label }) => label)).toContain("自动补推:开(点按关闭)");
  });

  it("whose answer makes no sense is left as it was, and the question stands", async () => {
    const koloop = await house();
    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,5篇,12月1日前");
    await press(koloop, "修改");
    await press(koloop, "篇数");

    await tell(koloop, "很多很多");
    await tell(koloop, "8");

    expect(koloop.channel.wordsIn("bot:M1")).toEqual(["没看明白。想要几篇?"]);
    expect(await tasks(koloop)).toMatchObject([{ quota: 8 }]);
  });

  it("of a running task brings the cards that are out up to date", async () => {
    const koloop = await house();
    await tell(koloop, "新任务:冬季续航实测,给所有人,视频,5篇,12月1日前");
    const change = newest(koloop)!.buttons.find(({ label }) => label === "修改")!;
    await press(koloop, "发送给");
    koloop.pass(2 * day);
    await koloop.settle();

    await koloop.channel.tap("M1", "bot:M1", change.action);
    await koloop.settle();
    await press(koloop, "奖励");
    await press(koloop, "200 积分");

    const offer = koloop.channel.cardsIn("bot:K1").find(({ key }) => key.startsWith("offer-"));
    expect(offer?.blocks).toContainEqual({ type: "fact", label: "奖励", value: "200 积分" });
    const said = koloop.channel.cardsIn("bot:M1").find(({ key }) => key.startsWith("edited-"));
    expect(JSON.stringify(said?.blocks)).toContain("2 人手里的任务卡已更新");
  });
});
