import { describe, expect, it } from "vitest";
import { addCast, startKoloop } from "../setup/koloop.ts";

const talk = "direct:C1:E1";
const silent = () => ({ cues: [], retractions: [] });

/** A koloop where hearing takes a while, and who says and taps there; each tap tells how many words had been heard when it was committed. */
async function crowded() {
  let heard = 0;
  const koloop = await startKoloop({
    extract: () => {
      heard++;
      for (const end = performance.now() + 0.4; performance.now() < end; );
      return silent();
    },
  });
  await addCast(koloop);
  let committed = () => {};
  const transaction = koloop.store.backend.transaction;
  koloop.store.backend.transaction = (work, options) =>
    transaction(work, {
      ...options,
      committed: () => {
        committed();
        options?.committed?.();
      },
    });
  const event = (id: string, from: string) => ({
    eventId: id,
    from,
    address: { channel: koloop.channel.name, room: `bot:${from}` },
    roomKind: "bot" as const,
    at: koloop.ctx.now(),
  });
  let taps = 0;
  let said = 0;
  return {
    koloop,
    heard: () => heard,
    done: () => said,
    say: (count: number) =>
      Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const from = ["C1", "K1", "K2"][n % 3] as string;
          await koloop.inbox.accept({ ...event(`w${n}`, from), type: "message", text: `第 ${n} 句`, addressed: false });
          said++;
        }),
      ),
    async tap() {
      let committedAt = Number.NaN;
      const action = { type: "suggestion.confirm" as const, id: "nobody-asked" };
      await koloop.inbox.accept(
        { ...event(`tap${taps++}`, "E1"), type: "tap", action },
        {
          before: async () => {
            committed = () => {
              committedAt = heard;
              committed = () => {};
            };
          },
        },
      );
      return { committedAt };
    },
  };
}

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

  describe("while many words wait", () => {
    it("takes a tap into the transaction that is open, and commits it before the words that are left", async () => {
      const { say, tap, heard, done } = await crowded();
      const words = say(300);
      const waited: number[] = [];
      for (let n = 1; n <= 6; n++) {
        while (heard() < n * 40) await new Promise((resolve) => setImmediate(resolve));
        const before = heard();
        waited.push((await tap()).committedAt - before);
      }

      for (const words of waited) expect(words).toBeLessThan(10);
      await words;
      expect(done()).toBe(300);
    });

    it("commits a tap first that comes while they wait for another transaction to end", async () => {
      const { koloop, say, tap } = await crowded();
      let end = () => {};
      let isOpen = () => {};
      const opened = new Promise<void>((resolve) => {
        isOpen = resolve;
      });
      const other = koloop.store.transaction(() => {
        isOpen();
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      await opened;
      const words = say(100);
      for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
      const tapped = tap();
      end();

      expect((await tapped).committedAt).toBe(0);
      await Promise.all([other, words]);
    });
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
