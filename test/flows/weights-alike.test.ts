import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLearner } from "#handlers/learner.ts";
import { settleStep, startSettling } from "#handlers/settle-segment.ts";
import { addCast, addPerson, says, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const hour = 3_600_000;
const day = 24 * hour;

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

/** A database that sorts text as people do, "a" before "B": what is summed must not hang on that. */
async function sortedAsPeopleDo(name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`);
  const { rows } = await client.query("SELECT 'a' < 'B' COLLATE \"en-US-x-icu\" AS sorted");
  await client.end();
  expect(rows[0].sorted).toBe(true);
  return server.url(name);
}

/** A small generator with a seed (Park and Miller 1988): the same life on every database. */
function chanceFrom(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Ids in both cases: databases differ in how they sort them. */
function idsFrom(): () => string {
  let n = 0;
  return () => `${n % 2 ? "x" : "X"}${(++n).toString(36).padStart(5, "0")}`;
}

const extract = (turns: readonly { text: string }[]) => {
  const turn = turns.length - 1;
  const heard = turns[turn]!.text.includes("满月");
  return {
    cues: heard ? [{ tag: "new_parent", quote: "满月", turn, score: 0.9, evidence: ["core/x/new_parent#1"] }] : [],
    retractions: [],
  };
};
const kocs = ["a1", "B2", "c3", "D4", "e5", "F6"];
const tags = ["有孩家庭", "露营爱好者", "新能源车主"];

/** Three segments, six people, and tasks with everything that may come of them, drawn by a seed. */
async function playSeason(koloop: TestKoloop): Promise<void> {
  const pick = chanceFrom(20_261_122);
  const { store, ctx, channel } = koloop;
  await addCast(koloop);
  await store.transaction(async (tx) => {
    for (const id of kocs) await addPerson(tx, { id, name: `客${id}`, roles: ["koc"], ownerId: "E1" });
    for (const [id, tag] of [["s-b", "has_kids"], ["S-a", "camping"], ["s-C", "ev_owner"]] as const) {
      const segment = { id, name: id, rule: { kind: "tag" as const, tag }, version: 1, status: "active" as const };
      await tx.segments.add({ ...segment, createdBy: "M1", createdAt: 0, updatedAt: 0 });
      await startSettling(tx, ctx, id);
      while (await settleStep(tx, ctx));
    }
  }); // biome-ignore format: short
  for (const [k, id] of kocs.entries()) {
    await says(koloop, "E1", `/tag 客${id} ${tags[k % 3]}`);
    if (k % 2) await says(koloop, "E1", `/tag 客${id} ${tags[(k + 1) % 3]}`);
  }
  for (let k = 0; k < 3; k++) {
    await channel.write("C1", "direct:C1:E1", `宝宝满月 ${k}`);
    await koloop.settle();
    koloop.pass(20 * day);
  }
  await channel.press("E1", "bot:E1", "确认");
  for (const [k, theme] of ["儿童安全座椅安装技巧", "露营外放电攻略"].entries()) {
    await says(koloop, "M1", `新任务:${theme},给所有人,视频或图文,3篇,30天后截止`);
    await channel.press("M1", "bot:M1", "发送给");
    await koloop.settle();
    for (let look = 0; look < 3; look++) {
      koloop.pass((9 + pick(30)) * hour);
      await koloop.settle();
      for (const id of kocs) await answer(koloop, pick, id, k);
      await koloop.settle();
      await reviewAll(koloop, pick);
    }
    koloop.pass(6 * day);
    await koloop.settle();
  }
  koloop.pass(30 * day);
  await koloop.settle();
  await koloop.clock.tick();
  await koloop.settle();
}

async function answer({ channel, settle }: TestKoloop, pick: (below: number) => number, id: string, k: number) {
  const offer = channel.cardsIn(`bot:${id}`).find((card) => card.key.startsWith("offer-"));
  const choice = pick(6);
  const accept = offer?.buttons.find(({ label }) => label.startsWith("接受"));
  if (!offer || choice === 0) return;
  if (!accept) {
    if (choice < 4)
      await channel.write(id, `bot:${id}`, `https://www.douyin.com/video/73012345678901${id.charCodeAt(0)}${k}`);
    return;
  }
  const decline = offer.buttons.find(({ label }) => label.includes("不了"));
  await channel.tap(id, `bot:${id}`, choice < 4 ? accept.action : decline!.action);
  await settle();
  if (choice === 4) await channel.press(id, `bot:${id}`, "频繁").catch(() => {});
}

/** The manager settles what waits, and figures come in for some of it. */
async function reviewAll(koloop: TestKoloop, pick: (below: number) => number): Promise<void> {
  const { channel } = koloop;
  for (let n = 0; n < 10; n++) {
    const button = channel
      .cardsIn("bot:M1")
      .flatMap(({ buttons }) => buttons)
      .find(({ label }) => label === "通过");
    if (!button) break;
    await channel.tap("M1", "bot:M1", button.action);
    await koloop.settle();
  }
  for (const id of kocs)
    if (pick(3) === 0) await says(koloop, id, `阅读 ${500 + pick(9000)} 赞 ${pick(300)} 评论 ${pick(40)}`);
}

/** Every number in a value, in order, as the 64 bits that it is made of. */
function bitsIn(value: unknown): string[] {
  if (typeof value === "number") return [Buffer.from(new Float64Array([value]).buffer).toString("hex")];
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).sort().flatMap((key) => bitsIn((value as Record<string, unknown>)[key]));
} // biome-ignore format: short

/** All that was learned, as bits: the learner's model, the weights that people see, influence and themes. */
async function learnedIn(koloop: TestKoloop) {
  const { model } = await koloop.ctx.learner.current();
  return koloop.store.read(async (tx) => {
    const weights = await tx.connection.sql.all<{ scope: string; value: number; weight_of: number }>(
      "SELECT scope, scope_key, name, value, weight_of, detail FROM weight",
    );
    const influence = await tx.influence.weights();
    const byKey = Object.fromEntries(
      weights.map(({ scope, ...row }) => [`${scope} ${JSON.stringify(Object.values(row).slice(0, 2))}`, row]),
    );
    return {
      model: bitsIn(model),
      weights: Object.keys(byKey).sort().map((key) => [key, ...bitsIn(byKey[key])]),
      details: Object.keys(byKey).sort().map((key) => (byKey[key] as unknown as { detail: string | null }).detail),
      influence: bitsIn(influence?.people),
      themes: (await tx.learning.themes()).map(({ id, status, evidence }) => ({ id, status, evidence })),
      steps: await tx.tasks.lastStep(),
    };
  }); // biome-ignore format: short
}

const started = (url?: string) => startKoloop({ extract, newId: idsFrom() }, url);

describe("the same log", () => {
  it("gives the same weights, to the last bit, on SQLite and PostgreSQL, lived and rebuilt", async () => {
    const lite = await started();
    const big = await started(await sortedAsPeopleDo(`alike_${Date.now()}`));
    await playSeason(lite);
    await playSeason(big);

    const [onLite, onBig] = [await learnedIn(lite), await learnedIn(big)];

    expect(onLite.steps).toBeGreaterThan(30);
    expect(onLite.weights.length).toBeGreaterThanOrEqual(8);
    expect(onLite.influence.length).toBeGreaterThan(4);
    expect(onLite.model.length).toBeGreaterThan(200);
    expect(onBig).toEqual(onLite);
    for (const { store, ctx } of [lite, big]) {
      const rebuilt = await createLearner({ store, timeZone: ctx.timeZone, now: ctx.now }).current();
      expect(bitsIn(rebuilt.model)).toEqual(onLite.model);
    }
  });
});
