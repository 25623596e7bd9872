import { describe, expect, it } from "vitest";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const silent = () => ({ cues: [], retractions: [] });
const day = 86_400_000;
const douyin = (n: number) =>
  `https://www.douyin.com/video/${((BigInt(Math.floor(friday / 1000)) + 259_200n) << 32n) + BigInt(n)}`;

/** Both KOCs hold the card of a task for Douyin. */
async function offered(order = "新任务:儿童安全座椅安装技巧,给所有人,视频,2篇,12月1日前,抖音"): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: silent });
  await addCast(koloop);
  await send(koloop, order);
  return koloop;
}

async function send(koloop: TestKoloop, order: string): Promise<void> {
  await say(koloop, "M1", order);
  await koloop.channel.press("M1", "bot:M1", "发送给");
  koloop.pass(2 * day);
  await koloop.settle();
}

async function say(koloop: TestKoloop, who: string, words: string): Promise<void> {
  await koloop.channel.write(who, `bot:${who}`, words);
  await koloop.settle();
}

async function press(koloop: TestKoloop, who: string, label: string): Promise<void> {
  await koloop.channel.press(who, `bot:${who}`, label);
  await koloop.settle();
}

const pieces = (koloop: TestKoloop, koc: string) => koloop.store.read((tx) => tx.submissions.ofPerson(koc));
const wordsTo = (koloop: TestKoloop, who: string) => koloop.channel.wordsIn(`bot:${who}`);

describe("a link", () => {
  it("of another platform is explained, and nothing is handed in", async () => {
    const koloop = await offered();

    await say(koloop, "K1", "https://www.xiaohongshu.com/explore/65f1c2d3000000001203a4b5");

    expect(wordsTo(koloop, "K1")).toEqual([
      "「儿童安全座椅安装技巧」要发在抖音,这是小红书的链接。在抖音发布后,再把链接发给我就行。",
    ]);
    expect(await pieces(koloop, "K1")).toEqual([]);
  });

  it("to a profile is explained", async () => {
    const koloop = await offered();
    await press(koloop, "K1", "接受 · 视频");

    await say(koloop, "K1", "https://www.xiaohongshu.com/user/profile/5f1c2d3e000000000101a2b3");

    expect(wordsTo(koloop, "K1")[0]).toContain("主页或搜索页");
  });

  it("of an account that is somebody else's is refused", async () => {
    const koloop = await offered("新任务:冬季续航实测,给所有人,图文,2篇,12月1日前");
    await say(koloop, "K1", "https://weibo.com/1234567890/NpQrStUvW");
    await press(koloop, "M1", "通过");

    await say(koloop, "K2", "https://weibo.com/1234567890/NpQrStUxY");

    expect(wordsTo(koloop, "K2")[0]).toContain("别人的账号");
  });

  it("after the deadline is answered kindly, with what could be taken instead", async () => {
    const koloop = await offered();
    await press(koloop, "K1", "接受 · 视频");
    koloop.pass(10 * day);
    await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));
    await koloop.store.transaction((tx) => tx.people.change("K1", { pausedUntil: koloop.ctx.now() + 1e9 }));
    await send(koloop, "新任务:亲子露营装备清单,给所有人,视频,2篇,12月20日前");

    await say(koloop, "K1", douyin(1));

    expect(wordsTo(koloop, "K1")[0]).toContain("过了截止时间");
    expect(koloop.channel.cardsIn("bot:K1")[0]?.buttons.map((b) => b.label)).toEqual(["接下 · 亲子露营装备清单(视频)"]);
  });

  it("that is older than the task is shown as such to who reviews it", async () => {
    const koloop = await offered();

    await say(koloop, "K1", "https://www.douyin.com/video/7301234567890123456");

    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(card?.blocks).toContainEqual({ type: "fact", label: "注意", value: "像是 2023-11-14 发布的,早于任务" });
  });
});

describe("several pieces", () => {
  it("in one message have one receipt that names them; the task counts as done once all that one person owes are approved", async () => {
    const koloop = await offered();
    await say(koloop, "M1", "改 儿童安全座椅 每人篇数 2");
    await say(koloop, "K1", `两篇都好了 ${douyin(1)} ${douyin(2)}`);
    const approvedAt = () =>
      koloop.store.read(async (tx) => (await tx.tasks.assignmentsFor("K1"))[0]?.approvedAt ?? null);

    await press(koloop, "M1", "通过");
    const afterOne = await approvedAt();
    await press(koloop, "M1", "通过");

    const receipts = koloop.channel.cardsIn("bot:K1").filter((card) => card.title === "收到,谢谢!");
    expect(receipts.map(({ blocks }) => blocks.flatMap((block) => (block.type === "link" ? [block.url] : [])))).toEqual(
      [[douyin(1), douyin(2)]],
    );
    expect([afterOne, await approvedAt()]).toEqual([null, koloop.ctx.now()]);
  });
});

describe("the review queue", () => {
  async function twoWaiting(): Promise<TestKoloop> {
    const koloop = await offered();
    await say(koloop, "K1", douyin(1));
    await say(koloop, "K2", douyin(2));
    await say(koloop, "M1", "待审核");
    return koloop;
  }

  it("approves all after one more tap, tells the authors, and keeps each in the audit", async () => {
    const koloop = await twoWaiting();
    const queue = koloop.channel.cardsIn("bot:M1")[0];

    await press(koloop, "M1", "全部通过(2)");
    const before = (await pieces(koloop, "K1"))[0]?.status;
    await press(koloop, "M1", "确定,全部通过");

    expect(queue?.title).toBe("待审核 2 篇");
    expect([before, (await pieces(koloop, "K1"))[0]?.status, (await pieces(koloop, "K2"))[0]?.status]).toEqual([
      "pending",
      "approved",
      "approved",
    ]);
    expect(wordsTo(koloop, "K2")[0]).toContain("已通过");
    const audit = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ actor: string }>("SELECT actor FROM audit WHERE action = 'review.approved'"),
    );
    expect(audit.map((line) => line.actor)).toEqual(["M1", "M1"]);
  });

  it("is approved once: a second tap changes nothing", async () => {
    const koloop = await twoWaiting();
    await press(koloop, "M1", "全部通过(2)");
    const sure = koloop.channel.cardsIn("bot:M1")[0]!.buttons[0]!.action;

    for (let n = 0; n < 2; n++) await koloop.channel.tap("M1", "bot:M1", sure);
    await koloop.settle();

    expect(wordsTo(koloop, "K1")).toHaveLength(1);
    expect(wordsTo(koloop, "M1")[0]).toContain("已经有答复");
  });

  it("shows a KOE only the pieces of their own people", async () => {
    const koloop = await twoWaiting();

    await say(koloop, "E2", "待审核");

    expect(koloop.channel.cardsIn("bot:E2")[0]?.title).toBe("待审核 0 篇");
  });
});

describe("a review", () => {
  it("sends back with a reason that the author reads, and takes the piece again", async () => {
    const koloop = await offered();
    await say(koloop, "K1", douyin(1));
    await press(koloop, "M1", "退回修改");
    await press(koloop, "M1", "链接打不开");

    await say(koloop, "K1", douyin(1));

    expect(wordsTo(koloop, "K1")).toEqual(["「儿童安全座椅安装技巧」还差一点:链接打不开。请修改后,再发一次链接。"]);
    expect((await pieces(koloop, "K1")).map((s) => s.status).sort()).toEqual(["pending", "sent_back"]);
  });

  it("sends back in the reviewer's own words, which only the author reads", async () => {
    const koloop = await offered();
    await say(koloop, "K1", douyin(1));
    await press(koloop, "M1", "退回修改");

    await say(koloop, "M1", "这个月交了多少篇?");
    await say(koloop, "M1", "画面太暗,请补一段安装特写");
    await say(koloop, "M1", "画面太暗");

    const [piece] = await pieces(koloop, "K1");
    const lines = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ detail: string }>("SELECT detail FROM audit WHERE action = 'review.sent_back'"),
    );
    expect(wordsTo(koloop, "K1")).toEqual([
      "「儿童安全座椅安装技巧」还差一点:画面太暗,请补一段安装特写。请修改后,再发一次链接。",
    ]);
    expect(piece).toMatchObject({ status: "sent_back", reviewNote: "画面太暗,请补一段安装特写" });
    expect(lines.map(({ detail }) => JSON.parse(detail).note)).toEqual(["other"]);
  });

  it("takes a reviewer's words for other words once the piece was settled by a tap", async () => {
    const koloop = await offered();
    await say(koloop, "K1", douyin(1));
    await press(koloop, "M1", "退回修改");
    await press(koloop, "M1", "链接打不开");

    await say(koloop, "M1", "待审核");

    expect(koloop.channel.cardsIn("bot:M1").map(({ title }) => title)).toContain("待审核 0 篇");
    expect(await pieces(koloop, "K1")).toMatchObject([{ status: "sent_back", reviewNote: "dead_link" }]);
  });

  it.each([
    ["on", 5, "approved"],
    ["on", 4, "pending"],
    ["off", 5, "pending"],
  ])("by koloop itself needs the manager's word (%s) and five good pieces (%i): %s", async (word, good, status) => {
    const koloop = await offered();
    await koloop.store.transaction(async (tx) => {
      for (let n = 0; n < good; n++)
        await tx.submissions.add({
          id: `old${n}`,
          taskId: "old",
          personId: "K1",
          platform: "douyin",
          url: "https://www.douyin.com",
          postKey: `old-${n}`,
          form: "video",
          submittedAt: n,
          status: "approved",
          rawText: "",
          reviewedBy: "M1",
          reviewedAt: n,
          reviewNote: null,
        });
    });
    await say(koloop, "M1", `自动通过 ${word}`);
    await say(koloop, "M1", "新建分群 近期贡献: 近30天通过任务1次");
    await koloop.channel.press("M1", "bot:M1", "建立");
    await koloop.settle();

    await say(koloop, "K1", douyin(1));

    const [piece] = await pieces(koloop, "K1");
    const members = await koloop.store.read(async (tx) => tx.segments.membersOf((await tx.segments.active())[0]!.id));
    expect([piece?.status, piece?.reviewedBy]).toEqual([status, null]);
    expect(members).toEqual(status === "approved" ? ["K1"] : []);
  });
});
