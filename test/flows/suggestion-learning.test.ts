import { describe, expect, it } from "vitest";
import type { Heard, Turn } from "#domain/cue.ts";
import { addCast, addPerson, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const phrase = "宝宝刚满月";

/** Hears the phrase wherever a customer says it. */
function hears(score: number) {
  return (turns: readonly Turn[]): Heard => {
    const turn = turns.length - 1;
    const found = turns[turn]!.who === "customer" && turns[turn]!.text.includes(phrase);
    const cue = { tag: "new_parent", quote: phrase, turn, score, evidence: ["test/family/new_parent#1"] };
    return { cues: found ? [cue] : [], retractions: [] };
  };
}

async function withCustomers(count: number, score = 0.9): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: hears(score) });
  await addCast(koloop);
  await koloop.store.transaction(async (tx) => {
    for (let k = 0; k < count; k++)
      await addPerson(tx, { id: `P${k}`, name: `顾客${k}`, roles: ["customer"], ownerId: "E1" });
  });
  return koloop;
}

/** The people who say the phrase and are asked about; each question is answered as told. */
async function sayAndAnswer(koloop: TestKoloop, from: number, to: number, answer?: "确认" | "不对"): Promise<string[]> {
  const asked: string[] = [];
  for (let k = from; k < to; k++) {
    await koloop.channel.write(`P${k}`, `direct:P${k}:E1`, phrase);
    await koloop.settle();
    const [open] = await koloop.store.read((tx) => tx.suggestions.openAbout(`P${k}`));
    if (!open) continue;
    asked.push(`P${k}`);
    const type = answer === "确认" ? "suggestion.confirm-all" : "suggestion.reject-all";
    if (answer) await koloop.channel.tap("E1", "bot:E1", { type, id: open.cardId });
  }
  return asked;
}

describe("what employees answer moves what koloop asks", () => {
  it("asks at most half as often after 20 rejections of a pattern, and not never", async () => {
    const koloop = await withCustomers(100);
    await sayAndAnswer(koloop, 0, 20, "不对");

    const asked = await sayAndAnswer(koloop, 20, 100);

    expect(asked.length).toBeLessThanOrEqual(40);
    expect(asked.length).toBeGreaterThan(0);
  });

  it("asks at most half as often after 20 rejections in a row of what had been right sixty times", async () => {
    const koloop = await withCustomers(120);
    await sayAndAnswer(koloop, 0, 60, "确认");
    await sayAndAnswer(koloop, 60, 80, "不对");

    expect((await sayAndAnswer(koloop, 80, 120)).length).toBeLessThanOrEqual(20);
  });

  it("asks about what it hardly dared to suggest once employees set that tag by hand after such words", async () => {
    const koloop = await withCustomers(9, 0.3);
    expect(await sayAndAnswer(koloop, 0, 8)).toEqual([]);

    for (let k = 0; k < 8; k++) await koloop.channel.write("E1", "bot:E1", `/tag 顾客${k} 新手爸妈`);

    expect(await sayAndAnswer(koloop, 8, 9)).toEqual(["P8"]);
  });

  it("takes a confirmation back where the employee takes the tag off again soon", async () => {
    const koloop = await withCustomers(1);
    await sayAndAnswer(koloop, 0, 1, "确认");

    await koloop.channel.write("E1", "bot:E1", "/untag 顾客0 新手爸妈");

    const [learned] = await koloop.store.read((tx) => tx.experience.all("new_parent"));
    expect(learned?.verdicts).toBe(2);
    expect(learned!.rejected).toBeGreaterThan(learned!.confirmed);
  });

  it("notes each move of what was learned with its cause", async () => {
    const koloop = await withCustomers(1);
    await sayAndAnswer(koloop, 0, 1, "确认");

    const moves = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ scope: string; cause: string }>("SELECT scope, cause FROM weight_change ORDER BY seq"),
    );
    expect(moves.map(({ scope }) => scope)).toEqual(["tag", "pattern"]);
    expect(moves[0]?.cause).toMatch(/^suggestion /);
  });

  it("never takes off by itself what an employee said, whatever is heard afterwards", async () => {
    const koloop = await withCustomers(1);
    await koloop.channel.write("E1", "bot:E1", "/tag 顾客0 单身");
    await sayAndAnswer(koloop, 0, 1);

    const holds = await koloop.store.read((tx) => tx.ledger.openHolds("P0"));
    expect(holds.map(({ tag, settledBy }) => [tag, settledBy])).toContainEqual(["single", "E1"]);
  });

  it("stores quotes with what is sensitive masked", async () => {
    const extract = (turns: readonly Turn[]): Heard => ({
      cues: [{ tag: "new_parent", quote: turns.at(-1)!.text, turn: turns.length - 1, score: 0.9, evidence: ["t#1"] }],
      retractions: [],
    });
    const koloop = await startKoloop({ extract });
    await addCast(koloop);

    await koloop.channel.write("C1", "direct:C1:E1", "宝宝刚满月,打我13812345678");

    const [open] = await koloop.store.read((tx) => tx.suggestions.openAbout("C1"));
    expect(open?.quote).toBe(`宝宝刚满月,打我${"＊".repeat(11)}`);
  });
});

describe("ways of saying that recur", () => {
  const silent = () => ({ cues: [], retractions: [] });

  async function tagged(): Promise<TestKoloop> {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);
    await koloop.store.transaction(async (tx) => {
      for (let k = 0; k < 4; k++)
        await addPerson(tx, { id: `P${k}`, name: `顾客${k}`, roles: ["customer"], ownerId: "E1" });
    });
    const said = ["又要去机场赶红眼航班", "每周赶红眼航班", "老是赶红眼航班,困死了"];
    for (const [k, text] of said.entries()) {
      await koloop.channel.write(`P${k}`, `direct:P${k}:E1`, text);
      await koloop.channel.write("E1", "bot:E1", `/tag 顾客${k} 商旅人士`);
    }
    await koloop.clock.tick();
    await koloop.settle();
    return koloop;
  }

  it("are proposed to a manager and to nobody else, with the words of one who said so", async () => {
    const koloop = await tagged();

    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(card?.title).toBe("听到「赶红眼航班」,就提示「商旅人士」?");
    expect(card?.blocks.some((block) => block.type === "quote" && block.text.includes("红眼航班"))).toBe(true);
    expect(koloop.channel.cardsIn("bot:E1")).toEqual([]);
  });

  it("are heard from the press on, and no longer after the undo", async () => {
    const koloop = await tagged();
    await koloop.channel.write("P3", "direct:P3:E1", "今晚赶红眼航班");
    const before = await koloop.store.read((tx) => tx.suggestions.openAbout("P3"));

    await koloop.channel.press("M1", "bot:M1", "收下");
    koloop.pass(2 * 86_400_000);
    await koloop.channel.write("P3", "direct:P3:E1", "今晚又赶红眼航班");
    const after = await koloop.store.read((tx) => tx.suggestions.openAbout("P3"));
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "撤销");
    await koloop.channel.write("C1", "direct:C1:E1", "我今晚赶红眼航班");

    expect(before).toEqual([]);
    expect(after.map(({ tag, quote }) => [tag, quote])).toEqual([["business_traveler", "今晚又赶红眼航班"]]);
    expect(await koloop.store.read((tx) => tx.suggestions.openAbout("C1"))).toEqual([]);
  });

  it("are not proposed twice, and count under the same rules of scope as the packs", async () => {
    const koloop = await tagged();
    await koloop.channel.press("M1", "bot:M1", "收下");
    await koloop.settle();
    koloop.pass(2 * 86_400_000);
    await koloop.clock.tick();
    await koloop.settle();

    await koloop.channel.write("P3", "direct:P3:E1", "我从来不赶红眼航班");

    expect(koloop.channel.cardsIn("bot:M1")).toHaveLength(1);
    expect(await koloop.store.read((tx) => tx.suggestions.openAbout("P3"))).toEqual([]);
  });

  it("only a manager may accept", async () => {
    const koloop = await tagged();
    const accept = koloop.channel.cardsIn("bot:M1")[0]!.buttons[0]!.action;

    await koloop.channel.tap("E1", "bot:E1", accept);
    await koloop.settle();

    expect((await koloop.store.read((tx) => tx.phrases.all()))[0]?.state).toBe("asked");
    expect(koloop.channel.wordsIn("bot:E1").at(-1)).toContain("没有权限");
  });
});
