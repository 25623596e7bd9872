import { beforeEach, describe, expect, it } from "vitest";
import { says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

const order = (name: string) => `新任务:${name},给所有人,视频,5篇,12月1日前`;
const tasks = (koloop: TestKoloop) => koloop.store.read((tx) => tx.tasks.list());
const said = (koloop: TestKoloop) => koloop.channel.wordsIn("bot:M1").at(-1);

describe("“取消” typed while a draft stands open", () => {
  let koloop: TestKoloop;
  beforeEach(async () => {
    koloop = await startWithCast();
  });

  it.each(["取消", "算了吧", "cancel"])("drops it as its button would: %s", async (words) => {
    await says(koloop, "M1", order("冬季续航实测"));
    await says(koloop, "M1", words);

    expect(await tasks(koloop)).toMatchObject([{ title: "冬季续航实测", status: "cancelled" }]);
    expect(said(koloop)).toContain("已取消,没有发出去:任务草稿:冬季续航实测");
  });

  it("drops the newest first, and answers with the manual once none is open", async () => {
    await says(koloop, "M1", order("第一个任务"));
    koloop.pass(60_000);
    await says(koloop, "M1", order("第二个任务"));
    koloop.pass(60_000);
    await says(koloop, "M1", "取消");
    const afterOne = await tasks(koloop);
    await says(koloop, "M1", "取消");
    await says(koloop, "M1", "取消");

    expect(afterOne.map(({ title, status }) => [title, status])).toEqual(
      expect.arrayContaining([
        ["第一个任务", "draft"],
        ["第二个任务", "cancelled"],
      ]),
    );
    expect((await tasks(koloop)).map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    expect(koloop.channel.cardsIn("bot:M1")[0]?.title).toBe("可以这样和我说");
  });

  it("finds the draft behind an answer that came in between", async () => {
    await says(koloop, "M1", order("冬季续航实测"));
    koloop.pass(1000);
    await says(koloop, "M1", "社群里一共多少个KOC");
    await says(koloop, "M1", "取消");

    expect(await tasks(koloop)).toMatchObject([{ status: "cancelled" }]);
  });

  it("leaves alone what was sent, and a draft of last week", async () => {
    await says(koloop, "M1", order("冬季续航实测"));
    koloop.pass(7 * 86_400_000);
    await says(koloop, "M1", "取消");

    expect(await tasks(koloop)).toMatchObject([{ status: "draft" }]);
  });

  it("puts a segment away that was only proposed", async () => {
    await says(koloop, "M1", "新建分群 换购窗口: 计划换车");
    await says(koloop, "M1", "取消");

    expect(await koloop.store.read((tx) => tx.segments.active())).toEqual([]);
    expect(koloop.channel.cardsIn("bot:M1")[0]?.buttons).toEqual([]);
  });
});
