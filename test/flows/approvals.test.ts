import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenAuditLine } from "#db/audit-chain.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, addPerson, presses, says, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const minute = 60_000;
const hour = 60 * minute;
const order = "新任务:儿童安全座椅安装技巧,给所有人,视频或图文,2篇,12月1日前";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());
let databases = 0;
const stores = {
  SQLite: async () => `file:${freshDatabase()}`,
  PostgreSQL: () => server.create(`approvals${++databases}`),
};
type On = keyof typeof stores;

/** The cast with a second manager, where a push to two people already needs two. */
async function house({ on = "SQLite" as On, managers = 2, set = {} } = {}): Promise<TestKoloop> {
  const silent = () => ({ cues: [], retractions: [] });
  const koloop = await startKoloop({ extract: silent }, await stores[on](), { KOLOOP_APPROVAL_ABOVE: "1", ...set });
  await addCast(koloop);
  if (managers > 1)
    await koloop.store.transaction((tx) =>
      addPerson(tx, { id: "M2", name: "孟经理", roles: ["manager"], ownerId: null }),
    );
  await says(koloop, "M1", order);
  await presses(koloop, "M1", "发送给");
  return koloop;
}

const pushes = (koloop: TestKoloop) =>
  koloop.store.read(async (tx) =>
    Number((await tx.connection.sql.get<{ n: number }>("SELECT count(*) AS n FROM outbox WHERE purpose = 'push'"))?.n),
  );
const lastWords = (koloop: TestKoloop, who: string) => koloop.channel.wordsIn(`bot:${who}`).at(-1);
const cardOf = (koloop: TestKoloop, who: string) =>
  koloop.channel.cardsIn(`bot:${who}`).find(({ key }) => key.startsWith("approval-"));
const statuses = (koloop: TestKoloop) =>
  koloop.store.read(async (tx) =>
    (await tx.connection.sql.all<{ status: string }>("SELECT status FROM approval ORDER BY asked_at, id")).map(
      ({ status }) => status,
    ),
  );
const audited = (koloop: TestKoloop) =>
  koloop.store.read(async ({ connection: { sql } }) => ({
    broken: await brokenAuditLine(sql),
    lines: (await sql.all<{ action: string; actor: string }>("SELECT action, actor FROM audit ORDER BY seq"))
      .filter(({ action }) => /^(?:approval|task\.send)/.test(action))
      .map(({ action, actor }) => `${action} ${actor}`),
  }));

describe("a second yes", () => {
  it.each(["SQLite", "PostgreSQL"] as const)(
    "lets a large push out once, by another manager's tap, on %s",
    async (on) => {
      const koloop = await house({ on });
      const asked = { pushes: await pushes(koloop), card: cardOf(koloop, "M2") };
      const action = asked.card!.buttons[0]!.action;

      await presses(koloop, "M1", "同意");
      const own = { pushes: await pushes(koloop), words: lastWords(koloop, "M1") };
      await koloop.channel.tap("E1", "bot:E1", action);
      await koloop.settle();
      const forged = { pushes: await pushes(koloop), words: lastWords(koloop, "E1") };
      await Promise.all([koloop.channel.tap("M2", "bot:M2", action), koloop.channel.tap("M2", "bot:M2", action)]);
      await koloop.settle();
      const given = await pushes(koloop);
      await koloop.channel.tap("M2", "bot:M2", action);
      await koloop.settle();

      expect(asked.pushes).toBe(0);
      expect(asked.card?.blocks.map((block) => ("value" in block ? block.value : ""))).toEqual(
        expect.arrayContaining([expect.stringMatching(/把任务发给 2 人 · 儿童安全座椅安装技巧/), "莫经理"]),
      );
      expect(own).toEqual({ pushes: 0, words: expect.stringContaining("要由另一位经理同意") });
      expect(forged).toEqual({ pushes: 0, words: expect.stringContaining("没有权限") });
      expect(given).toBe(2);
      expect(await pushes(koloop)).toBe(2);
      expect(lastWords(koloop, "M2")).toContain("已经有答复了");
      expect(cardOf(koloop, "M1")).toMatchObject({ buttons: [], settled: "孟经理 已同意" });
      expect(await statuses(koloop)).toEqual(["used"]);
      expect(await audited(koloop)).toEqual({
        broken: undefined,
        lines: ["approval.asked M1", "approval.given M2", "approval.used M1", "task.send M1"],
      });
    },
  );

  it.each(["SQLite", "PostgreSQL"] as const)(
    "is the one manager's own second tap after a while, where there is no other, on %s",
    async (on) => {
      const koloop = await house({ on, managers: 1 });
      const card = JSON.stringify(cardOf(koloop, "M1")?.blocks);

      await presses(koloop, "M1", "同意");
      const early = { pushes: await pushes(koloop), words: lastWords(koloop, "M1") };
      koloop.pass(11 * minute);
      await presses(koloop, "M1", "同意");

      expect(card).toContain("只有一位经理:请提出的人 10 分钟后再点一次");
      expect(early).toEqual({ pushes: 0, words: expect.stringContaining("过几分钟再点一次") });
      expect(await pushes(koloop)).toBe(2);
    },
  );

  it("that is refused leaves the draft as it was, and tells whoever asked", async () => {
    const koloop = await house();

    await presses(koloop, "M2", "不同意");

    expect(await pushes(koloop)).toBe(0);
    expect(lastWords(koloop, "M1")).toBe("孟经理 没有同意:把任务发给 2 人 · 儿童安全座椅安装技巧。没有执行。");
    expect((await koloop.store.read((tx) => tx.tasks.list()))[0]?.status).toBe("draft");
  });

  it("ends after a day, and is then asked for anew", async () => {
    const koloop = await house();
    const { action } = cardOf(koloop, "M2")!.buttons[0]!;

    koloop.pass(25 * hour);
    await koloop.clock.tick();
    await koloop.channel.tap("M2", "bot:M2", action);
    await koloop.settle();
    const late = { pushes: await pushes(koloop), words: lastWords(koloop, "M2") };
    await presses(koloop, "M1", "发送给");

    expect(late).toEqual({ pushes: 0, words: expect.stringContaining("已经过期") });
    expect(cardOf(koloop, "M2")?.buttons).toHaveLength(2);
    expect(await statuses(koloop)).toEqual(["expired", "waiting"]);
  });

  it("to a task that was changed since is no yes to what it is now", async () => {
    const koloop = await house();
    const { action } = cardOf(koloop, "M2")!.buttons[0]!;

    koloop.pass(minute);
    await says(koloop, "M1", "改 儿童安全座椅安装技巧 奖励 900");
    await koloop.channel.tap("M2", "bot:M2", action);
    await koloop.settle();

    expect(await pushes(koloop)).toBe(0);
    expect(await statuses(koloop)).toEqual(["expired", "waiting"]);
  });

  it("is not asked for what reaches few people, nor where it was switched off", async () => {
    const few = await house({ set: { KOLOOP_APPROVAL_ABOVE: "2" } });
    const off = await house({ set: { KOLOOP_APPROVAL: "off" } });

    expect(await pushes(few)).toBe(2);
    expect(await pushes(off)).toBe(2);
  });

  it("is asked for many reviews at once", async () => {
    const koloop = await house({ set: { KOLOOP_APPROVAL: "on" } });
    await presses(koloop, "M2", "同意");
    koloop.pass(48 * hour);
    await koloop.settle();
    for (const [koc, n] of [
      ["K1", 1],
      ["K2", 2],
    ] as const) {
      await presses(koloop, koc, "接受 · 视频");
      await says(koloop, koc, `https://www.douyin.com/video/730123456789012345${n}`);
    }
    await says(koloop, "E1", "待审核");
    await presses(koloop, "E1", "全部通过");
    await presses(koloop, "E1", "确定,全部通过");
    const pending = () => koloop.store.read(async (tx) => (await tx.submissions.waiting()).length);
    const before = await pending();

    await presses(koloop, "M2", "同意");

    expect(before).toBe(2);
    expect(await pending()).toBe(0);
  });
});
