import { describe, expect, it } from "vitest";
import { newAssignment, type Task } from "#domain/task.ts";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const hour = 3_600_000;

async function sent(prepare: (koloop: TestKoloop) => void = () => {}): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  prepare(koloop);
  await koloop.channel.write("M1", "bot:M1", "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,2篇,12月1日前");
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
  koloop.pass(48 * hour);
  await koloop.settle();
  return koloop;
}

const of = (koloop: TestKoloop, koc: string) =>
  koloop.store.read(async (tx) => (await tx.tasks.assignmentsFor(koc))[0]!);

describe("an offer", () => {
  it("carries a link to its page where the room shows no buttons, and only there", async () => {
    const koloop = await sent(({ channel }) => {
      channel.isCardless = (room) => room === "bot:K2";
    });

    const linksOf = (room: string) =>
      koloop.channel.cardsIn(room).flatMap((card) => card.blocks.filter((block) => block.type === "link"));
    expect(linksOf("bot:K2")).toMatchObject([{ url: expect.stringMatching(/\/t\/[\w-]{43}$/) }]);
    expect(linksOf("bot:K1")).toEqual([]);
  });
});

describe("a no for another reason", () => {
  it("asks for it in words, keeps them, and acts on what they come to", async () => {
    const koloop = await sent();
    await koloop.channel.press("K1", "bot:K1", "这次不了");
    await koloop.settle();
    await koloop.channel.press("K1", "bot:K1", "其他");
    await koloop.settle();

    await koloop.channel.write("K1", "bot:K1", "不想出镜,拍不来");
    await koloop.settle();

    expect(await of(koloop, "K1")).toMatchObject({ declineReason: "wrong_form", declineNote: "不想出镜,拍不来" });
    expect(koloop.channel.wordsIn("bot:K1").at(-1)).toBe("明白,这种形式以后先不找您了。谢谢!");
  });

  it("takes a command for a command, and later words for other words", async () => {
    const koloop = await sent();
    await koloop.channel.press("K1", "bot:K1", "这次不了");
    await koloop.settle();
    await koloop.channel.press("K1", "bot:K1", "其他");
    await koloop.channel.write("K1", "bot:K1", "我的任务");
    await koloop.settle();
    koloop.pass(hour);
    await koloop.channel.write("K1", "bot:K1", "今天天气不错");
    await koloop.settle();

    expect(await of(koloop, "K1")).toMatchObject({ declineReason: "other", declineNote: null });
    expect(koloop.channel.cardsIn("bot:K1").some((card) => card.title.startsWith("我的任务"))).toBe(true);
  });
});

describe("a task that was begun elsewhere", () => {
  it("is left alone until its manager, told of it once, has koloop ask on", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);
    const now = koloop.ctx.now();
    const task: Task = {
      ...{
        id: "T1",
        title: "旧任务",
        theme: "旧任务",
        brief: "",
        materials: [],
        status: "open",
        autopilot: false,
        briefVersion: 1,
      },
      target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
      forms: [{ form: "video", brief: "" }],
      proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
      ...{ importance: 3, quota: 2, pushBudget: null, reward: 0, templateId: null, createdBy: null },
      ...{ publishedAt: now - 72 * hour, deadlineAt: now + 300 * hour, createdAt: now, updatedAt: now },
    };
    const begun = { id: "A1", taskId: "T1", personId: "K1", form: "video", wave: 1, policy: "import" as const };
    await koloop.store.transaction(async (tx) => {
      await tx.tasks.add(task);
      await tx.tasks.addAssignment({ ...newAssignment(begun, now - 71 * hour), pushedAt: now - 71 * hour });
    });

    for (let tick = 0; tick < 2; tick++) {
      await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));
      await koloop.settle();
    }
    const told = koloop.channel.deliveries.filter(({ body }) => body.type === "card" && /导入/.test(body.card.title));
    await koloop.channel.press("M1", "bot:M1", "看建议 · 旧任务");
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "再发给 1 人");
    await koloop.settle();

    expect(told).toHaveLength(1);
    expect(await of(koloop, "K2")).toMatchObject({ taskId: "T1", wave: 2 });
  });
});
