import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { languageModel, saying } from "../fakes/language-model.ts";
import { addCast, startKoloop } from "../setup/koloop.ts";

type Answer = (response: ServerResponse) => void;
const said = "我每周都在天上飘,电话13812345678";

async function started(answer: Answer, settings: Record<string, string> = {}) {
  const model = await languageModel(answer);
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) }, undefined, {
    KOLOOP_LLM_BASE_URL: model.baseUrl,
    KOLOOP_LLM_MODEL: "m",
    // A busy machine may take a while to answer; where nothing comes, a test says how long that is waited for.
    KOLOOP_LLM_TIMEOUT_MS: "20000",
    ...settings,
  });
  await addCast(koloop);
  return { koloop, asked: model.asked };
}

const hears = saying('{"tags":[{"tag":"business_traveler","quote":"每周都在天上飘"}],"retract":[]}');

describe("an optional language model", () => {
  it("adds what koloop missed to the employee's card, and no telephone number leaves", async () => {
    const { koloop, asked } = await started(hears);

    await koloop.channel.write("C1", "direct:C1:E1", said);
    await koloop.settle();

    const [card] = koloop.channel.cardsIn("bot:E1");
    expect(card?.blocks).toContainEqual({ type: "quote", text: "每周都在天上飘", from: "王女士" });
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toContain("13812345678");
  });

  it("is asked outside of every transaction: others are served while it thinks", async () => {
    let release: (() => void) | undefined;
    const { koloop } = await started((response) => {
      release = () => hears(response);
    });
    await koloop.channel.write("C1", "direct:C1:E1", said);
    await expect.poll(() => release !== undefined).toBe(true);

    await koloop.channel.write("E1", "bot:E1", "/tag 王女士 有孩家庭");

    const tags = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(tags.map(({ tag }) => tag)).toContain("has_kids");
    release?.();
    await koloop.settle();
    expect(koloop.channel.cardsIn("bot:E1")).toHaveLength(1);
  });

  it("asks nothing about words that were taken back while it thought", async () => {
    let release: (() => void) | undefined;
    const { koloop } = await started((response) => {
      release = () => hears(response);
    });
    await koloop.channel.write("C1", "direct:C1:E1", said, "v1");
    await expect.poll(() => release !== undefined).toBe(true);
    await koloop.channel.take({
      type: "recalled",
      eventId: "r1",
      from: "C1",
      address: { channel: "web", room: "direct:C1:E1" },
      roomKind: "direct",
      at: koloop.ctx.now(),
      messageEventId: "v1",
    });

    release?.();
    await koloop.settle();

    expect(await koloop.store.read((tx) => tx.suggestions.openAbout("C1"))).toEqual([]);
  });

  it.each<[string, Answer]>([
    ["nonsense", saying("我是一个茶壶")],
    [
      "a tag that nobody knows and words that nobody said",
      saying('{"tags":[{"tag":"rich","quote":"每周"},{"tag":"married","quote":"我老婆"}]}'),
    ],
    ["silence", (response) => void response.write("{")],
    ["an error", (response) => void response.writeHead(503).end("busy")],
  ])("that answers with %s is not noticed by anybody", async (_, answer) => {
    const { koloop } = await started(answer, { KOLOOP_LLM_TIMEOUT_MS: "300" });

    await koloop.channel.write("C1", "direct:C1:E1", said);
    await koloop.settle();

    expect(koloop.channel.deliveries).toEqual([]);
  });

  it("is asked no more once the day's budget is spent, and what was spent is on file", async () => {
    const { koloop, asked } = await started(saying('{"tags":[]}', 900), { KOLOOP_LLM_DAILY_TOKENS: "800" });

    for (let k = 0; k < 3; k++) await koloop.channel.write("C1", "direct:C1:E1", `${said}${k}`);
    await koloop.settle();

    expect(asked).toHaveLength(1);
    const usage = await koloop.store.read((tx) => tx.settings.get("llm-usage"));
    expect(JSON.parse(usage ?? "{}")).toMatchObject({ tokens: 900, calls: 1 });
  });

  it("shares the day's budget with the other processes", async () => {
    const { koloop, asked } = await started(saying('{"tags":[]}', 50), { KOLOOP_LLM_DAILY_TOKENS: "800" });
    const kept = () => koloop.store.read(async (tx) => JSON.parse((await tx.settings.get("llm-usage")) ?? "{}"));
    const theirs = (tokens: number) =>
      koloop.store.transaction(async (tx) => {
        const usage = { day: "2026-11-20", tokens, calls: 9, dailyTokens: 800, fellBack: 0 };
        await tx.settings.set("llm-usage", JSON.stringify(usage), koloop.ctx.now());
      });

    await theirs(700);
    await koloop.channel.write("C1", "direct:C1:E1", said);
    await koloop.settle();
    expect([asked.length, await kept()]).toMatchObject([1, { tokens: 750, calls: 10 }]);
    await theirs(850);
    await koloop.channel.write("C1", "direct:C1:E1", `${said}又来`);
    await koloop.settle();

    expect([asked.length, await kept()]).toMatchObject([1, { tokens: 850 }]);
  });

  it("may put a question in other words; the answer says so", async () => {
    const { koloop } = await started(saying('{"question":"社群里一共多少个KOC"}'));

    await koloop.channel.write("M1", "bot:M1", "咱这摊子带货的崽子拢共几号啊?");
    await koloop.settle();

    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(card?.title).toBe("2 人");
    expect(card?.blocks[0]).toEqual({ type: "text", text: "由语言模型转述为:社群里一共多少个KOC" });
  });

  it("opens no door: a question it made up is checked against the rights of who asked", async () => {
    const { koloop } = await started(saying('{"question":"韩梅梅接了几个任务"}'));

    await koloop.channel.write("E2", "bot:E2", "那谁的那啥咋样了呢?");
    await koloop.settle();

    expect(JSON.stringify(koloop.channel.deliveries)).not.toContain("转述");
  });
});
