import { describe, expect, it } from "vitest";
import { retag } from "#bot/commands/retag.ts";
import type { Phrase } from "#nlp/pack.ts";
import { parsePattern } from "#nlp/pattern.ts";
import { startWithCast, type TestKoloop } from "../../setup/koloop.ts";

const phrase = (tag: string, pattern: string): Phrase => ({
  ...{ tag, pattern, manner: "says", lang: "zh", evidence: `retail/x/${tag}#1` },
  sequences: parsePattern(pattern, () => undefined),
});
const old = [phrase("pet_family", "养了猫")];
const edited = [...old, phrase("pet_family", "领养了一只")];

/** A talk of before the edit, which nothing was heard in. */
async function talkedBefore(): Promise<TestKoloop> {
  const koloop = await startWithCast();
  koloop.ctx.extract = () => ({ cues: [], retractions: [] });
  for (const text of ["你好", "我上周领养了一只小狗", "领养了一只小猫,好开心", "我家养了猫"]) {
    await koloop.channel.write("C1", "direct:C1:E1", text);
    // Ids sort by age from one millisecond to the next, and by chance within one.
    await new Promise((passed) => setTimeout(passed, 2));
  }
  await koloop.channel.write("E1", "direct:C1:E1", "我也领养了一只");
  await koloop.settle();
  koloop.ctx.extract = (turns) => {
    const turn = turns.length - 1;
    const cue = { tag: "pet_family", quote: "领养了一只", turn, score: 0.9, evidence: ["retail/x/pet_family#1"] };
    return { cues: turns[turn]!.text.includes("领养了一只") ? [cue] : [], retractions: [] };
  };
  return koloop;
}
const open = (koloop: TestKoloop) => koloop.store.read((tx) => tx.suggestions.openAbout("C1"));

describe("koloop retag", () => {
  it("hears only what a changed way of saying stands in, nothing of staff, and asks once for a tag", async () => {
    const koloop = await talkedBefore();
    await retag({ store: koloop.store, ctx: koloop.ctx, phrases: old }, { since: 0 });

    const done = await retag({ store: koloop.store, ctx: koloop.ctx, phrases: edited }, { since: 0, ask: true });

    expect(done).toMatchObject({ read: 5, concerned: 3, heard: { pet_family: 2 } });
    expect((await open(koloop)).map(({ tag, quote }) => [tag, quote])).toEqual([["pet_family", "领养了一只"]]);
  });

  it("only counts where nobody is to be asked, and has nothing to do the second time", async () => {
    const koloop = await talkedBefore();

    const first = await retag({ store: koloop.store, ctx: koloop.ctx, phrases: edited }, { since: 0 });
    const second = await retag({ store: koloop.store, ctx: koloop.ctx, phrases: edited }, { since: 0 });

    expect(first).toMatchObject({ concerned: 4, heard: { pet_family: 2 } });
    expect(second).toBeUndefined();
    expect(await open(koloop)).toEqual([]);
  });

  it("goes on where it was interrupted, and begins anew after another edit", async () => {
    const koloop = await talkedBefore();
    const ids = (await koloop.store.read((tx) => tx.conversations.wordsAfter("", 0, 10))).map(({ id }) => id);
    const place = await stampedPlace(koloop, { after: ids[2]!, read: 3, concerned: 2, heard: { pet_family: 2 } });

    const resumed = await retag({ store: koloop.store, ctx: koloop.ctx, phrases: edited }, { since: 0 });
    await koloop.store.transaction((tx) => tx.settings.set("retag:place", place, 1));
    const anew = await retag(
      { store: koloop.store, ctx: koloop.ctx, phrases: [...edited, phrase("pet_family", "小狗")] },
      { since: 0, all: true },
    );

    expect(resumed).toMatchObject({ read: 5, heard: { pet_family: 2 } });
    expect(anew).toMatchObject({ read: 5, concerned: 4, heard: { pet_family: 2 } });
  });
});

/** What a run over the edited packs leaves behind when it ends before its time; returns it as kept. */
async function stampedPlace(koloop: TestKoloop, at: object): Promise<string> {
  const kept: string[] = [];
  const { transaction } = koloop.store;
  koloop.store.transaction = ((work, options) =>
    transaction(async (tx) => {
      const result = await work(tx);
      const place = await tx.settings.get("retag:place");
      if (place) kept.push(place);
      return result;
    }, options)) as typeof transaction;
  await retag({ store: koloop.store, ctx: koloop.ctx, phrases: edited }, { since: 0 });
  koloop.store.transaction = transaction;
  const place = JSON.stringify({ ...(JSON.parse(kept[0]!) as object), ...at });
  await koloop.store.transaction(async (tx) => {
    await tx.settings.set("retag:marks", "[]", 1);
    await tx.settings.set("retag:place", place, 1);
  });
  return place;
}
