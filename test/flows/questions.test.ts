import { describe, expect, it } from "vitest";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, addPerson, friday, startKoloop } from "../setup/koloop.ts";

async function started() {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  return koloop;
}

const words = (card: { blocks: { type: string; text?: string }[] } | undefined): string =>
  card?.blocks.map((b) => b.text ?? "").join("\n") ?? "";

const day = 86_400_000;

/** Time goes by, and what has fallen due is done. */
async function pass(koloop: Awaited<ReturnType<typeof started>>, ms: number): Promise<void> {
  koloop.pass(ms);
  await koloop.store.transaction((tx) => timePassed(tx, koloop.ctx));
  await koloop.settle();
}

describe("a question in the chat", () => {
  it("is answered with the query in words, its definition, rows and time", async () => {
    const koloop = await started();

    await koloop.channel.write("M1", "bot:M1", "社群里一共多少个KOC");
    await koloop.settle();

    const card = koloop.channel.cardsIn("bot:M1").at(0);
    expect(card?.title).toBe("2 人");
    expect(words(card)).toMatch(/KOC · 人数 = .+ = 2 人 \(2 行,截至 11月20日 18:00\)/);
  });

  it("leans on the one before", async () => {
    const koloop = await started();

    await koloop.channel.write("M1", "bot:M1", "社群里一共多少个KOC");
    await koloop.channel.write("M1", "bot:M1", "客户呢");
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:M1").map(words)[0]).toContain("客户 · 人数");
  });

  it("about somebody else's people is refused, with what one may ask", async () => {
    const koloop = await started();

    await koloop.channel.write("E2", "bot:E2", "韩梅梅接了几个任务?");
    await koloop.settle();

    const card = koloop.channel.cardsIn("bot:E2").at(0);
    expect(card?.title).toBe("这个不能告诉您");
    expect(words(card)).toContain("不在您名下");
  });

  it("of a member who only chats is not answered with a manual", async () => {
    const koloop = await started();

    await koloop.channel.write("C1", "bot:C1", "你们那个车续航多少?");
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:C1")).toEqual([]);
  });

  it("is split by a tap", async () => {
    const koloop = await started();
    await koloop.channel.write("M1", "bot:M1", "社群里一共多少个KOC");
    await koloop.settle();

    await koloop.channel.press("M1", "bot:M1", "按城市");
    await koloop.settle();

    expect(words(koloop.channel.cardsIn("bot:M1").at(0))).toContain("按城市");
  });

  it("is answered again each Monday at nine, until it is stopped", async () => {
    const koloop = await started();
    await koloop.channel.write("M1", "bot:M1", "一共多少个KOC,每周一9点发我");
    await koloop.settle();
    const before = koloop.channel.cardsIn("bot:M1").length;

    const due = await koloop.store.read((tx) => tx.subscriptions.listOf("M1"));

    expect(before).toBe(0);
    expect(due.map((s) => [s.question, s.nextAt])).toEqual([
      ["一共多少个KOC", Date.parse("2026-11-23T09:00:00+08:00")],
    ]);
  });

  it("what can be asked is shown with names of this brand", async () => {
    const koloop = await started();

    await koloop.channel.write("E1", "bot:E1", "你能问什么");
    await koloop.settle();

    expect(words(koloop.channel.cardsIn("bot:E1").at(0))).toContain("我名下谁逾期最多");
  });

  it("is sent by itself when it is due, with the figure of that day", async () => {
    const koloop = await started();
    await koloop.channel.write("M1", "bot:M1", "一共多少个KOC,每周一9点发我");
    await koloop.settle();
    await koloop.store.transaction((tx) =>
      addPerson(tx, { id: "K9", name: "新来的", roles: ["koc"], ownerId: "E1", joinedAt: friday + day }),
    );

    await pass(koloop, 2.5 * day); // Monday, six in the morning
    expect(koloop.channel.cardsIn("bot:M1")).toEqual([]);
    await pass(koloop, 4 * 3_600_000);
    await pass(koloop, 3_600_000);

    expect(koloop.channel.cardsIn("bot:M1").map((card) => card.title)).toEqual(["3 人"]);
  });

  it("rings once when its figure crosses the line, and again only after it came back", async () => {
    const koloop = await started();
    await koloop.channel.write("M1", "bot:M1", "一共多少个KOC,超过 2 告诉我");
    await koloop.settle();
    await pass(koloop, day);
    expect(koloop.channel.cardsIn("bot:M1")).toEqual([]);
    await koloop.store.transaction((tx) =>
      addPerson(tx, { id: "K9", name: "新来的", roles: ["koc"], ownerId: "E1", joinedAt: friday }),
    );

    await pass(koloop, day);
    await pass(koloop, day);

    expect(koloop.channel.cardsIn("bot:M1").map((card) => card.title)).toEqual(["3 人"]);
  });

  it("shows the rows behind its figure to those who may see them", async () => {
    const koloop = await started();
    await koloop.channel.write("M1", "bot:M1", "社群里一共多少个KOC");
    await koloop.channel.write("E1", "bot:E1", "社群里一共多少个KOC");
    await koloop.settle();

    await koloop.channel.press("M1", "bot:M1", "看明细");
    await koloop.settle();

    const table = koloop.channel
      .cardsIn("bot:M1")
      .at(0)
      ?.blocks.find((b) => b.type === "table");
    expect(table?.type === "table" && table.rows.map((row) => row[1]).sort()).toEqual(["李雷", "韩梅梅"]);
    expect(
      koloop.channel
        .cardsIn("bot:E1")
        .at(0)
        ?.buttons.map((b) => b.label),
    ).not.toContain("看明细");
  });

  it("over weeks comes with a picture", async () => {
    const koloop = await started();

    await koloop.channel.write("M1", "bot:M1", "最近四周每周新加入多少人");
    await koloop.settle();

    expect(
      koloop.channel
        .cardsIn("bot:M1")
        .at(0)
        ?.blocks.map((b) => b.type),
    ).toEqual(["text", "picture", "table"]);
  });
});
