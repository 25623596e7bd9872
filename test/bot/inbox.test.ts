import { describe, expect, it } from "vitest";
import { addCast, startKoloop } from "../setup/koloop.ts";

const talk = "direct:C1:E1";
const silent = () => ({ cues: [], retractions: [] });

describe("the inbox", () => {
  it("commits many waiting events together", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);
    let commits = 0;
    const transaction = koloop.store.backend.transaction;
    koloop.store.backend.transaction = (work) => {
      commits++;
      return transaction(work);
    };

    await Promise.all(Array.from({ length: 32 }, (_, n) => koloop.channel.write("C1", talk, `第 ${n} 句`)));

    expect(commits).toBeLessThanOrEqual(2);
    const kept = await koloop.store.read((tx) => tx.connection.sql.get("SELECT count(*) AS n FROM message"));
    expect(kept).toEqual({ n: 32 });
  });

  it("takes a tap into the transaction that is open, before the words that wait", async () => {
    let heard = 0;
    const koloop = await startKoloop({
      extract: () => {
        heard++;
        for (const end = performance.now() + 0.4; performance.now() < end; );
        return silent();
      },
    });
    await addCast(koloop);
    const event = (n: string, from: string) => ({
      eventId: n,
      from,
      address: { channel: koloop.channel.name, room: `bot:${from}` },
      roomKind: "bot" as const,
      at: koloop.ctx.now(),
    });
    const words = Array.from({ length: 300 }, (_, n) =>
      koloop.inbox.accept({
        ...event(`w${n}`, ["C1", "K1", "K2"][n % 3] as string),
        type: "message",
        text: `第 ${n} 句`,
        addressed: false,
      }),
    );
    while (heard < 5) await new Promise((resolve) => setImmediate(resolve));
    const before = heard;
    let whenHandled = Number.NaN;

    const action = { type: "suggestion.confirm" as const, id: "nobody-asked" };
    await koloop.inbox.accept(
      { ...event("tap", "E1"), type: "tap", action },
      {
        before: async () => {
          whenHandled = heard;
        },
      },
    );

    expect(whenHandled - before).toBeLessThan(10);
    await Promise.all(words);
    expect(heard).toBe(300);
  });

  it("lets a failing event fail alone, and sets it aside after three tries", async () => {
    const koloop = await startKoloop({
      extract: (turns) => {
        if (turns.at(-1)?.text.includes("毒")) throw new Error("poisoned");
        return silent();
      },
    });
    await addCast(koloop);

    await Promise.all(["早", "有毒", "晚"].map((text) => koloop.channel.write("C1", talk, text)));

    const read = (text: string) => koloop.store.read((tx) => tx.connection.sql.all<{ text: string }>(text));
    expect((await read("SELECT text FROM message ORDER BY text")).map((row) => row.text)).toEqual(["早", "晚"].sort());
    expect(await read("SELECT error, attempts FROM dead_event")).toEqual([{ error: "poisoned", attempts: 3 }]);
  });

  it("keeps what came with a failing event once, though it was begun anew", async () => {
    const koloop = await startKoloop({
      extract: (turns) => {
        const text = turns.at(-1)?.text ?? "";
        if (text.includes("毒")) throw new Error("poisoned");
        const cue = { tag: "pet_family", quote: text, turn: turns.length - 1, score: 0.9, evidence: [] };
        return { cues: [cue], retractions: [] };
      },
    });
    await addCast(koloop);

    await Promise.all(["养了猫", "有毒"].map((text) => koloop.channel.write("C1", talk, text)));

    const count = (table: string) =>
      koloop.store.read((tx) => tx.connection.sql.get(`SELECT count(*) AS n FROM ${table}`));
    expect([await count("message"), await count("suggestion"), await count("dead_event")]).toEqual([
      { n: 1 },
      { n: 1 },
      { n: 1 },
    ]);
  });

  it("keeps the order in which events of one conversation arrived", async () => {
    const koloop = await startKoloop({ extract: silent });
    await addCast(koloop);

    await Promise.all(Array.from({ length: 100 }, (_, n) => koloop.channel.write("C1", talk, String(n))));

    const rows = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ text: string }>("SELECT text FROM message ORDER BY rowid"),
    );
    expect(rows.map((row) => Number(row.text))).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it.each([
    ["a hundred thousand characters", "长".repeat(100_000)],
    ["only emoji", "😀🎉👨‍👩‍👧‍👦"],
    ["right-to-left text", "مرحبا بالعالم \u202eabc"],
    ["script tags", "<script>alert(1)</script>"],
    ["a lone surrogate", "坏\ud83d字"],
  ])("takes %s as it is", async (_, text) => {
    const koloop = await startKoloop();
    await addCast(koloop);

    await koloop.channel.write("C1", talk, text);

    const row = await koloop.store.read((tx) => tx.connection.sql.get<{ text: string }>("SELECT text FROM message"));
    expect(row?.text.length).toBe(text.length);
  });
});
