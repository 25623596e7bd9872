import { describe, expect, it } from "vitest";
import { addCast, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { addPosts, snapshots } from "../setup/posts.ts";

const dayMs = 86_400_000;

async function house(): Promise<TestKoloop> {
  const koloop = await startKoloop();
  await addCast(koloop);
  await addPosts(koloop, 2);
  return koloop;
}

const say = async (koloop: TestKoloop, from: string, text: string) => {
  await koloop.channel.write(from, `bot:${from}`, text);
  await koloop.settle();
};
const press = async (koloop: TestKoloop, from: string, label: string) => {
  await koloop.channel.press(from, `bot:${from}`, label);
  await koloop.settle();
};

describe("a table pasted into the chat", () => {
  const table = "作品编号\t数据时间\t热度\t点赞\nS1\t2026-11-19 12:00\t3200\t210\nS2\t2026-11-19 12:00\t900\t-4";

  it("shows how its columns were read, is read in another way when told, and is taken after a yes", async () => {
    const koloop = await house();
    await say(koloop, "M1", table);
    expect(koloop.channel.cardsIn("bot:M1")[0]?.title).toContain("2 行");
    expect(await snapshots(koloop)).toEqual({});

    await say(koloop, "M1", "列 阅读=热度");
    await press(koloop, "M1", "确认导入");

    const kept = await snapshots(koloop);
    expect(kept).toMatchObject({ S1: [{ reads: 3200, likes: 210, source: "import" }] });
    expect(kept.S2).toBeUndefined();
    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(JSON.stringify(card?.blocks)).toContain("第 3 行:不能是负数");
  });

  it("of the same columns is read the next time as it was confirmed", async () => {
    const koloop = await house();
    await say(koloop, "M1", table);
    await say(koloop, "M1", "列 阅读=热度");
    await press(koloop, "M1", "确认导入");

    await say(koloop, "M1", table.replaceAll("11-19", "11-20"));

    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(JSON.stringify(card?.blocks)).toContain("上次");
    const read = card?.blocks.find((block) => block.type === "table");
    expect(read?.rows.find(([name]) => name === "热度")?.[1]).toBe("阅读");
  });

  it("is nobody's but a manager's, and is taken once", async () => {
    const koloop = await house();
    await say(koloop, "K1", table);
    await say(koloop, "M1", table);
    const action = koloop.channel.cardsIn("bot:M1")[0]!.buttons[0]!.action;

    await koloop.channel.tap("K1", "bot:K1", action);
    await koloop.settle();
    expect(await snapshots(koloop)).toEqual({});
    await koloop.channel.tap("M1", "bot:M1", action);
    await koloop.channel.tap("M1", "bot:M1", action);
    await koloop.settle();

    expect((await snapshots(koloop)).S1).toHaveLength(1);
    expect(koloop.channel.wordsIn("bot:M1").join()).toContain("已经有答复");
  });
});

describe("tokens", () => {
  it("are made, shown once, listed and revoked by managers, in their own chat alone", async () => {
    const koloop = await house();
    await say(koloop, "M1", "新建数据令牌 抖音导出");
    const secret = /klp_[\w-]+/.exec(koloop.channel.wordsIn("bot:M1").join("\n"))?.[0] ?? "";
    const found = await koloop.store.read((tx) => tx.intake.findToken(secret));
    expect(found).toMatchObject({ name: "抖音导出", revokedAt: null, createdBy: "M1" });

    await say(koloop, "M1", `撤销数据令牌 ${found!.id}`);
    await say(koloop, "M1", "数据令牌");

    expect((await koloop.store.read((tx) => tx.intake.findToken(secret)))?.revokedAt).not.toBeNull();
    expect(koloop.channel.wordsIn("bot:M1").at(-1)).toContain("已撤销");
    await say(koloop, "K1", "新建数据令牌 我的");
    expect(await koloop.store.read((tx) => tx.intake.tokens())).toHaveLength(1);
  });
});

describe("comments pasted into the chat", () => {
  it("are kept with their mood, once", async () => {
    const koloop = await house();

    await say(koloop, "M1", "评论 S1\n小周:空间大,孩子坐着舒服\n老陈:油耗太高了,失望\n小周:空间大,孩子坐着舒服");

    const kept = await koloop.store.read(({ connection: { sql } }) =>
      sql.all<{ author: string; sentiment: string }>("SELECT author, sentiment FROM comment ORDER BY author"),
    );
    expect(kept).toMatchObject([
      { author: "小周", sentiment: "positive" },
      { author: "老陈", sentiment: "negative" },
    ]);
  });
});

describe("figures that belong to no post", () => {
  it("are answered: the link is wanted first, and nothing is kept", async () => {
    const koloop = await startKoloop();
    await addCast(koloop);

    await say(koloop, "K1", "阅读 3200 赞 210 评论 35");

    expect(koloop.channel.wordsIn("bot:K1").at(-1)).toContain("先把作品链接发给我");
    expect(await snapshots(koloop)).toEqual({});
  });

  it("and a single number in a member's talk is no report", async () => {
    const koloop = await startKoloop();
    await addCast(koloop);

    await say(koloop, "K1", "评论 35 条了,好热闹");

    expect(koloop.channel.wordsIn("bot:K1").join()).not.toContain("作品链接");
  });
});

describe("figures that are due", () => {
  it("are asked of the KOC on days 1, 3 and 7, one at a time, and what is not known stays missing", async () => {
    const koloop = await house();
    await koloop.clock.tick();
    await koloop.settle();
    const asked = () => koloop.channel.cardsIn("bot:K1").filter(({ key }) => key.startsWith("figures-due"));
    expect(asked().map(({ title }) => title)).toEqual([expect.stringContaining("第 3 天")]);

    await press(koloop, "K1", "现在填");
    await say(koloop, "K1", "1.2万");
    await press(koloop, "K1", "这项没有");
    await say(koloop, "K1", "三十五");
    expect((await snapshots(koloop)).S1).toMatchObject([{ reads: 12_000, likes: null, comments: 35, source: "koc" }]);

    await koloop.clock.tick();
    await koloop.settle();
    expect(asked()).toHaveLength(1);
    koloop.pass(3.1 * dayMs);
    await koloop.clock.tick();
    await koloop.settle();
    expect(asked()).toHaveLength(2);
  });

  it("are not asked where they have come by another way, nor of a post that is gone", async () => {
    const koloop = await house();
    await say(koloop, "M1", "作品,日期,阅读\nS1,2026-11-20 10:00,500");
    await press(koloop, "M1", "确认导入");
    await koloop.clock.tick();
    await koloop.settle();
    expect(koloop.channel.cardsIn("bot:K1").filter(({ key }) => key.startsWith("figures-due"))).toEqual([]);

    await press(koloop, "K2", "作品已经没了");
    koloop.pass(3.1 * dayMs);
    await koloop.clock.tick();
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:K2").filter(({ key }) => key.startsWith("figures-due"))).toHaveLength(1);
  });

  it("never come at night", async () => {
    const koloop = await house();
    koloop.pass(6 * 3_600_000);

    await koloop.clock.tick();
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:K1").filter(({ key }) => key.startsWith("figures-due"))).toEqual([]);
  });

  it("that never came are told to the managers once a day", async () => {
    const koloop = await house();
    const alarms = () => koloop.channel.cardsIn("bot:M1").filter(({ key }) => key.startsWith("late-figures"));

    await koloop.clock.tick();
    await koloop.clock.tick();
    await koloop.settle();

    expect(alarms()).toHaveLength(1);
    expect(JSON.stringify(alarms()[0]?.blocks)).toContain("S1");
    koloop.pass(dayMs);
    await koloop.clock.tick();
    await koloop.settle();
    expect(alarms()).toHaveLength(2);
  });
});
