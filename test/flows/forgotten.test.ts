import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenAuditLine } from "#db/audit-chain.ts";
import { type Mark, marksOf } from "#domain/erasure.ts";
import { forgetPerson, sweepForgotten } from "#handlers/forget-person.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, addPerson, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";
import { hearTwins, quote, twinsSaid as words } from "../setup/sealed-life.ts";

const id = "CUST8841207";
const name = "欧阳小满";
const post = "https://www.douyin.com/video/7301234567890123456";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

/** A life with koloop: a talk, a confirmed tag, a portrait in the employee's chat, a task taken and handed in. */
async function lifeOf(databaseUrl?: string): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: hearTwins }, databaseUrl);
  await addCast(koloop);
  await koloop.store.transaction((tx) => addPerson(tx, { id, name, roles: ["koc"], ownerId: "E1" }));
  const { channel } = koloop;
  await channel.write(id, `direct:${id}:E1`, words);
  await koloop.settle();
  await channel.press("E1", "bot:E1", "确认 新手爸妈");
  await channel.write("E1", "bot:E1", `/who ${name}`);
  await channel.write("E1", "bot:E1", `/tag ${name} 商旅人士`);
  await channel.write("E1", `direct:${id}:E1`, `${name},恭喜呀`);
  await channel.write(id, "group:1", "大家好");
  await channel.write("M1", "bot:M1", "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,2篇,12月1日前");
  await koloop.settle();
  await channel.press("M1", "bot:M1", "发送给 1 人");
  await koloop.settle();
  koloop.pass(48 * 3_600_000);
  await koloop.settle();
  await channel.press(id, `bot:${id}`, "接受 · 视频");
  await channel.write(id, `bot:${id}`, post);
  await koloop.settle();
  await channel.press("M1", "bot:M1", "通过");
  await channel.write("M1", "bot:M1", `看看${name}的画像`);
  await koloop.settle();
  return koloop;
}

const marks: Mark[] = marksOf([id], [name, words, quote, "7301234567890123456"], "x");
const tracesOf = (koloop: TestKoloop) => koloop.store.read((tx) => tx.erasure.traces(marks));

async function forgets(koloop: TestKoloop): Promise<void> {
  await koloop.channel.write(id, `bot:${id}`, "忘了我");
  await koloop.settle();
  await koloop.channel.press(id, `bot:${id}`, "确认,忘了我");
  await koloop.settle();
  await sweepsThrough(koloop);
}

/** One look at the clock sweeps for a few seconds: on a busy machine the rest is left to the next ones. */
async function sweepsThrough({ store, clock }: TestKoloop): Promise<void> {
  do await clock.tick();
  while (await store.read((tx) => tx.erasure.underWay()));
}

describe("忘了我", () => {
  it("leaves no trace in any column, in the file or beside it, and keeps the counts", async () => {
    const path = freshDatabase();
    const koloop = await lifeOf(`file:${path}`);
    expect((await tracesOf(koloop)).length).toBeGreaterThan(10);

    await forgets(koloop);

    expect(await tracesOf(koloop)).toEqual([]);
    for (const file of [path, `${path}-wal`]) {
      const bytes = readFileSync(file);
      for (const mark of marks) expect(bytes.includes(Buffer.from(mark.text)), `${mark.text} in ${file}`).toBe(false);
    }
    const facts = await koloop.store.read(({ connection: { sql } }) =>
      sql.all("SELECT step, count(*) AS n FROM step_fact GROUP BY step ORDER BY step"),
    );
    expect(facts).toEqual([
      { step: "accepted", n: 1 },
      { step: "approved", n: 1 },
      { step: "pushed", n: 1 },
      { step: "seen", n: 1 },
      { step: "submitted", n: 1 },
    ]);
    const sums = await koloop.store.read(({ connection: { sql } }) =>
      sql.all("SELECT kind, name, count FROM erased_count WHERE kind = 'tag' ORDER BY name"),
    );
    expect(sums).toContainEqual({ kind: "tag", name: "new_parent:held", count: 1 });
  });

  it("says farewell, and empties the cards that colleagues still see", async () => {
    const koloop = await lifeOf();

    await forgets(koloop);
    await koloop.settle();

    expect(koloop.channel.wordsIn(`bot:${id}`).at(-1)).toContain("都已删除");
    expect(JSON.stringify(koloop.channel.cardsIn("bot:E1"))).not.toContain(name);
    expect(JSON.stringify(koloop.channel.cardsIn("bot:M1"))).not.toContain(quote);
  });

  it("leaves the audit's chain whole, and a line emptied by anybody else is found", async () => {
    const koloop = await lifeOf();
    await forgets(koloop);
    const broken = () => koloop.store.read((tx) => brokenAuditLine(tx.connection.sql));
    expect(await broken()).toBeUndefined();

    const spared = await koloop.store.transaction(async ({ connection: { sql } }) => {
      const line = await sql.get<{ seq: number }>("SELECT seq FROM audit WHERE action = 'task.send'");
      await sql.run("UPDATE audit SET detail = '\"erased\"' WHERE seq = ?", line!.seq);
      return line!.seq;
    });

    expect(await broken()).toBe(spared);
  });

  it("makes them a stranger: whoever writes again from that account begins anew", async () => {
    const koloop = await lifeOf();
    await forgets(koloop);

    await koloop.channel.write(id, `bot:${id}`, "你好");
    await koloop.settle();

    const person = await koloop.store.read(async (tx) => tx.people.identity("web", id));
    const holds = await koloop.store.read((tx) => tx.ledger.holdsOf(person!.personId));
    expect(person!.linkedAt).toBeGreaterThan(friday);
    expect(holds).toEqual([]);
  });

  it.each([1, 7, 20, 45])(
    "is gone from the first moment, and its rest goes on after a stop after %s steps",
    async (steps) => {
      const path = freshDatabase();
      const koloop = await lifeOf(`file:${path}`);
      const suggestion = await koloop.store.read(({ connection: { sql } }) =>
        sql.get<{ id: string }>("SELECT id FROM suggestion"),
      );
      await koloop.store.transaction((tx) => forgetPerson(tx, koloop.ctx, id));
      let left = steps;
      await sweepForgotten(
        koloop.store,
        koloop.ctx,
        async () => {},
        () => left-- > 0,
      );

      await koloop.channel.write(id, `bot:${id}`, "还记得我吗");
      await koloop.channel.tap("E1", "bot:E1", { type: "suggestion.confirm", id: suggestion?.id ?? "" });
      await koloop.settle();
      const meanwhile = await koloop.store.read(({ connection: { sql } }) =>
        Promise.all([
          sql.all("SELECT id FROM person WHERE id = ? OR name = ?", id, name),
          sql.all("SELECT id FROM identity WHERE external_id = ?", id),
          sql.all("SELECT id FROM message WHERE text = '还记得我吗'"),
          sql.all("SELECT id FROM suggestion WHERE person_id = ?", id),
        ]),
      );
      expect(meanwhile).toEqual([[], [], [], []]);

      await sweepsThrough(koloop);
      expect(await tracesOf(koloop)).toEqual([]);
      for (const file of [path, `${path}-wal`]) {
        const bytes = readFileSync(file);
        for (const mark of marks) expect(bytes.includes(Buffer.from(mark.text)), `${mark.text} in ${file}`).toBe(false);
      }
    },
  );

  it("leaves no row on PostgreSQL either", async () => {
    const koloop = await lifeOf(await server.create("forgotten"));
    expect((await tracesOf(koloop)).length).toBeGreaterThan(10);

    await forgets(koloop);

    expect(await tracesOf(koloop)).toEqual([]);
  });

  it("is nobody else's to press", async () => {
    const koloop = await lifeOf();

    await koloop.channel.tap("K2", "bot:K2", { type: "own.forget", id });
    await koloop.settle();

    expect(await koloop.store.read((tx) => tx.people.find(id))).toBeDefined();
  });
});

describe("你记得我什么", () => {
  it.each(["你记得我什么?", "你都记录了我哪些信息", "查看我的标签", "What do you know about me?"])(
    "shows own tags with their origin: %s",
    async (asked) => {
      const koloop = await lifeOf();

      await koloop.channel.write(id, `bot:${id}`, asked);
      await koloop.settle();

      const card = koloop.channel.cardsIn(`bot:${id}`)[0]!;
      expect(JSON.stringify(card.blocks)).toContain(`您说过「${quote}」,由同事确认`);
    },
  );

  it("deletes one tag at a press, with the words behind it", async () => {
    const koloop = await lifeOf();
    await koloop.channel.write(id, `bot:${id}`, "你记得我什么");
    await koloop.settle();

    await koloop.channel.press(id, `bot:${id}`, "删除「新手爸妈」");
    await koloop.settle();

    const holds = await koloop.store.read((tx) => tx.ledger.openHolds(id));
    expect(holds.map((hold) => hold.tag)).not.toContain("new_parent");
    expect(
      await koloop.store.read((tx) => tx.connection.sql.all("SELECT 1 FROM tag_event WHERE quote IS NOT NULL")),
    ).toEqual([]);
  });

  it("deletes all of them at a word", async () => {
    const koloop = await lifeOf();

    await koloop.channel.write(id, `bot:${id}`, "删除我的所有标签");
    await koloop.settle();

    expect(await koloop.store.read((tx) => tx.ledger.openHolds(id))).toEqual([]);
  });
});

describe("别再记录我", () => {
  it("ends the listening on that channel at once, and drops what was still asked", async () => {
    const koloop = await startKoloop({ extract: hearTwins });
    await addCast(koloop);
    await koloop.channel.write("C1", "direct:C1:E1", words);
    await koloop.channel.write("C1", "bot:C1", "别再记录我");
    await koloop.channel.write("C1", "direct:C1:E1", `再说一遍,${words}`);
    await koloop.settle();

    const { open, kept } = await koloop.store.read(async (tx) => ({
      open: await tx.suggestions.openAbout("C1"),
      kept: await tx.connection.sql.all("SELECT text FROM message WHERE from_id = 'C1' AND text LIKE '再说%'"),
    }));
    expect(open).toEqual([]);
    expect(kept).toEqual([]);
  });

  it("is taken back with 同意记录", async () => {
    const koloop = await startKoloop({ extract: hearTwins });
    await addCast(koloop);
    await koloop.channel.write("C1", "bot:C1", "别再记录我");
    await koloop.channel.write("C1", "bot:C1", "同意记录");
    await koloop.channel.write("C1", "direct:C1:E1", words);
    await koloop.settle();

    expect(await koloop.store.read((tx) => tx.suggestions.openAbout("C1"))).toHaveLength(1);
  });

  it("is offered to everybody new, once per channel", async () => {
    const koloop = await startKoloop({ extract: hearTwins });
    await koloop.channel.write("N1", "bot:N1", "你好");
    await koloop.channel.write("N1", "bot:N1", "在吗");
    await koloop.settle();

    const notices = koloop.channel.wordsIn("bot:N1").filter((text) => text.includes("别再记录我"));
    expect(notices).toHaveLength(1);
  });
});
