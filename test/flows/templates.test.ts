import { describe, expect, it } from "vitest";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;

async function house(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  await tell(koloop, "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,2篇,12月1日前,奖励 200");
  await koloop.channel.press("M1", "bot:M1", "发送给");
  await koloop.settle();
  koloop.pass(2 * day);
  await koloop.settle();
  await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
  await koloop.settle();
  return koloop;
}

async function tell(koloop: TestKoloop, words: string): Promise<void> {
  await koloop.channel.write("M1", "bot:M1", words);
  await koloop.settle();
}

const newest = (koloop: TestKoloop) => koloop.channel.cardsIn("bot:M1")[0];

describe("a template", () => {
  it("is made from a task with what it reached, listed, and makes a draft with one tap", async () => {
    const koloop = await house();
    await tell(koloop, "把儿童安全座椅存为模板");
    const saved = newest(koloop);
    await tell(koloop, "模板");
    const list = newest(koloop);

    await koloop.channel.press("M1", "bot:M1", "用模板 · 儿童安全座椅");
    await koloop.settle();

    expect(saved?.blocks).toMatchObject([{ value: "视频、图文 · 完成 0/2 · 问 2 人,接受 50.0%" }]);
    expect(list?.title).toBe("任务模板(1)");
    const [draft] = await koloop.store.read((tx) => tx.tasks.list({ status: "draft" }));
    const [template] = await koloop.store.read((tx) => tx.templates.list());
    expect(draft).toMatchObject({ title: "儿童安全座椅安装技巧", quota: 2, reward: 200, templateId: template?.id });
    expect(draft?.deadlineAt).toBe(koloop.ctx.now() + 11 * day);
    expect(newest(koloop)?.title).toBe("任务草稿:儿童安全座椅安装技巧");
  });

  it("makes a draft in one message that says what is different this time", async () => {
    const koloop = await house();
    await tell(koloop, "存为模板 儿童安全座椅");

    await tell(koloop, "用模板 儿童安全座椅安装技巧,10篇,图文,12月25日前");

    const [draft] = await koloop.store.read((tx) => tx.tasks.list({ status: "draft" }));
    expect(draft).toMatchObject({ quota: 10, reward: 200, forms: [{ form: "photo_text" }] });
    expect(new Date(draft?.deadlineAt ?? 0).toISOString()).toBe("2026-12-25T15:59:59.999Z");
  });

  it("that is archived is listed no more, and its buttons say so", async () => {
    const koloop = await house();
    await tell(koloop, "存为模板 儿童安全座椅");
    const use = newest(koloop)?.buttons[0];

    await tell(koloop, "归档模板 儿童安全座椅安装技巧");
    await koloop.channel.tap("M1", "bot:M1", use!.action);
    await tell(koloop, "templates");

    expect(koloop.channel.wordsIn("bot:M1")).toContain("这张卡片对应的内容已经不在了。");
    expect(newest(koloop)?.title).toBe("任务模板(0)");
    expect(await koloop.store.read((tx) => tx.tasks.list({ status: "draft" }))).toEqual([]);
  });

  it("with a deadline that has passed makes nothing", async () => {
    const koloop = await house();
    await tell(koloop, "存为模板 儿童安全座椅");

    await tell(koloop, "用模板 儿童安全座椅安装技巧,2026年11月1日前");

    expect(await koloop.store.read((tx) => tx.tasks.list({ status: "draft" }))).toEqual([]);
    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("这个时间不行");
  });

  it("is no business of a KOC", async () => {
    const koloop = await house();

    await koloop.channel.write("K1", "bot:K1", "存为模板 儿童安全座椅");
    await koloop.settle();

    expect(await koloop.store.read((tx) => tx.templates.list())).toEqual([]);
  });
});
