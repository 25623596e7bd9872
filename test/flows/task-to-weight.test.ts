import { describe, expect, it } from "vitest";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const order = "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,2篇,12月1日前";

/** The cast, with both KOCs known to have children, and a manager's task just sent; everything that is due has been delivered. */
async function sent(): Promise<TestKoloop> {
  const koloop = await drafted();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
  koloop.pass(48 * 3_600_000);
  await koloop.settle();
  return koloop;
}

async function drafted(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  for (const name of ["李雷", "韩梅梅"]) await koloop.channel.write("E1", "bot:E1", `/tag ${name} 有孩家庭`);
  await koloop.channel.write("M1", "bot:M1", order);
  await koloop.settle();
  return koloop;
}

const offerTo = (koloop: TestKoloop, koc: string) =>
  koloop.channel.cardsIn(`bot:${koc}`).find((card) => card.key.startsWith("offer-"));
const assignmentOf = (koloop: TestKoloop, koc: string) =>
  koloop.store.read(async (tx) => (await tx.tasks.assignmentsFor(koc))[0]);

describe("a task", () => {
  it("made in one message shows who would get it and why", async () => {
    const koloop = await drafted();

    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(card?.title).toBe("任务草稿:儿童安全座椅安装技巧");
    expect(card?.buttons.map((b) => b.label)).toEqual(["发送给 2 人", "看名单", "修改", "以后自动补推", "取消"]);
    expect(card?.blocks).toContainEqual({ type: "fact", label: "给谁", value: "有孩家庭" });
    expect(JSON.stringify(card?.blocks)).toContain("李雷");
  });

  it("is asked for piece by piece where the message leaves something out", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);
    await koloop.channel.write("E1", "bot:E1", "/tag 李雷 有孩家庭");

    for (const said of ["新任务", "冬季续航实测", "有孩家庭", "视频", "5", "下周五", "不设"])
      await koloop.channel.write("M1", "bot:M1", said);
    await koloop.settle();

    const [task] = await koloop.store.read((tx) => tx.tasks.list());
    expect(task).toMatchObject({
      title: "冬季续航实测",
      quota: 5,
      forms: [{ form: "video" }],
      target: { tags: ["has_kids"] },
    });
    expect(koloop.channel.cardsIn("bot:M1")[0]?.title).toContain("任务草稿");
  });

  it("that only a manager may make", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);

    await koloop.channel.write("E1", "bot:E1", order);
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:E1")[0]).toContain("没有权限");
    expect(await koloop.store.read((tx) => tx.tasks.list())).toEqual([]);
  });

  it("sent once reaches each person once", async () => {
    const koloop = await sent();

    await koloop.channel.tap("M1", "bot:M1", { type: "task.send", id: (await assignmentOf(koloop, "K1"))!.taskId });
    await koloop.settle();

    expect(offerTo(koloop, "K1")?.buttons.map((b) => b.label)).toContain("这次不了");
    const pushes = koloop.channel.deliveries.filter(
      (d) => d.body.type === "card" && d.body.card.key.startsWith("offer-"),
    );
    expect(pushes).toHaveLength(2);
    expect(koloop.channel.wordsIn("bot:M1")[0]).toContain("已经发出或取消");
  });

  it("goes to nobody who has not agreed", async () => {
    const koloop = await drafted();
    await koloop.store.transaction((tx) => tx.people.change("K1", { consent: "no" }));

    await koloop.channel.press("M1", "bot:M1", "发送给");
    koloop.pass(48 * 3_600_000);
    await koloop.settle();

    expect(offerTo(koloop, "K1")).toBeUndefined();
    expect(offerTo(koloop, "K2")).toBeDefined();
  });

  it("is held back where consent was withdrawn between plan and sending", async () => {
    const koloop = await drafted();
    koloop.pass(5 * 3_600_000); // Eleven at night: what is sent now waits for the morning.
    await koloop.channel.press("M1", "bot:M1", "发送给");
    await koloop.store.transaction((tx) => tx.people.change("K1", { consent: "no" }));

    koloop.pass(48 * 3_600_000);
    await koloop.settle();

    const blocked = await assignmentOf(koloop, "K1");
    expect([offerTo(koloop, "K1"), blocked?.pushedAt === null, blocked?.blocked]).toEqual([
      undefined,
      true,
      "no-consent",
    ]);
  });

  it("taken in a form, handed in by its link, reviewed and counted, becomes a report and moves the weights", async () => {
    const koloop = await sent();
    const before = structuredClone(await koloop.ctx.learner.current());

    await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
    await koloop.channel.write(
      "K1",
      "bot:K1",
      "交作业啦 https://www.xiaohongshu.com/explore/65f1c2d3000000001203a4b5?xsec_token=abc 复制打开",
    );
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "通过");
    await koloop.channel.write("K1", "bot:K1", "阅读 3200 赞 210 评论 35");
    await koloop.channel.write("M1", "bot:M1", "进展");
    await koloop.settle();

    expect(await assignmentOf(koloop, "K1")).toMatchObject({ form: "video", approvedAt: koloop.ctx.now() });
    expect(koloop.channel.wordsIn("bot:K1").at(-1)).toContain("已通过");
    const report = koloop.channel.cardsIn("bot:M1")[0];
    expect(report?.title).toBe("进展:儿童安全座椅安装技巧");
    expect(JSON.stringify(report?.blocks)).toContain("阅读 3200");
    const after = await koloop.ctx.learner.current();
    expect(JSON.stringify(after.model)).not.toBe(JSON.stringify(before.model));
  });

  it("declined with a reason is not offered again, and 'too often' halves how often that person is asked", async () => {
    const koloop = await sent();

    await koloop.channel.press("K1", "bot:K1", "这次不了");
    await koloop.settle();
    await koloop.channel.press("K1", "bot:K1", "推得太频繁");
    await koloop.settle();

    expect(await assignmentOf(koloop, "K1")).toMatchObject({ declineReason: "too_often", acceptedAt: null });
    expect((await koloop.store.read((tx) => tx.people.find("K1")))?.frequency).toBe(0.5);
    expect(offerTo(koloop, "K1")?.settled).toContain("已婉拒");
  });

  it("refuses a post that was handed in before, by anybody", async () => {
    const koloop = await sent();
    const link = "https://www.douyin.com/video/7301234567890123456";
    await koloop.channel.write("K1", "bot:K1", link);

    await koloop.channel.write("K2", "bot:K2", `我的 ${link}?share=1`);
    await koloop.settle();

    expect(koloop.channel.wordsIn("bot:K2")).toEqual(["这个作品已经交过了,不用重复交。"]);
  });

  it("asks which task a link is for where two may be meant", async () => {
    const koloop = await sent();
    await koloop.channel.write("M1", "bot:M1", "新任务:亲子露营装备清单,给有孩家庭,视频,2篇,12月9日前");
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "发送给");
    koloop.pass(48 * 3_600_000);
    await koloop.settle();

    await koloop.channel.write("K1", "bot:K1", "https://b23.tv/W8HGs1o");
    await koloop.settle();
    await koloop.channel.press("K1", "bot:K1", "亲子露营装备清单");
    await koloop.settle();

    const [submission] = await koloop.store.read((tx) => tx.submissions.ofPerson("K1"));
    const task = await koloop.store.read((tx) => tx.tasks.find(submission!.taskId));
    expect([submission?.platform, task?.title]).toEqual(["bilibili", "亲子露营装备清单"]);
  });
});
