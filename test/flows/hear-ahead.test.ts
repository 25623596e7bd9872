import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Turn } from "#domain/cue.ts";
import type { Context } from "#handlers/context.ts";
// @ts-expect-error: a build script without types.
import { build } from "../../scripts/build.mjs";
import { freshDatabase } from "../setup/database.ts";
import { addCast, addPerson, startKoloop, type TestKoloop } from "../setup/koloop.ts";

const ids = () => {
  let n = 0;
  return () => `0ahead${String(++n).padStart(9, "0")}`;
};

/** A koloop that writes down which talks it has heard ahead, and which it asks for. */
async function watched() {
  const asked: string[] = [];
  const ahead: string[] = [];
  const extract = (turns: readonly Turn[]) => {
    asked.push(JSON.stringify(turns));
    return { cues: [], retractions: [] };
  };
  const koloop = await startKoloop({ extract });
  await addCast(koloop);
  const hearAhead: Context["hearAhead"] = (talks) => {
    ahead.push(...talks.map((turns) => JSON.stringify(turns)));
    return { isReady: () => true, forget: () => {} };
  };
  Object.defineProperty(koloop.ctx, "hearAhead", { value: hearAhead });
  return { koloop, asked, ahead };
}

const together = ({ channel }: TestKoloop, said: readonly (readonly [string, string, string])[]) =>
  Promise.all(said.map(([from, room, text]) => channel.write(from, room, text)));

describe("hearing ahead", () => {
  it("foretells exactly what will be asked: new talks, talks that go on, several words of one room, groups", async () => {
    const { koloop, asked, ahead } = await watched();
    await together(koloop, [["C1", "direct:C1:E1", "我想看看车"], ["K1", "group:1", "大家好"]]); // biome-ignore format: short
    await koloop.channel.write("E1", "direct:C1:E1", "您家里有宠物吗?");
    koloop.pass(60_000);
    asked.length = 0;
    ahead.length = 0;

    await together(koloop, [
      ["C1", "direct:C1:E1", "养了两只猫"],
      ["K1", "direct:K1:E1", "第一次来"],
      ["C1", "direct:C1:E1", "还有一只狗"],
      ["K2", "group:1", "我也在"],
      ["K1", "group:1", "这个月出差"],
      ["E1", "direct:C1:E1", "好的"],
      ["C1", "direct:C1:E1", "半个\ud83d字"],
    ]);

    expect(asked).toHaveLength(6);
    expect(ahead).toEqual(asked);
    expect(ahead.find((talk) => talk.includes("还有一只狗"))).toContain("养了两只猫");
  });

  it("sends no word of whoever has refused, of staff, of nobody's customers, and no empty one", async () => {
    const { koloop, asked, ahead } = await watched();
    await koloop.store.transaction((tx) =>
      addPerson(tx, { id: "N1", name: "没同意", roles: ["customer"], ownerId: "E1", consent: "no" }),
    );
    await koloop.channel.write("C1", "bot:C1", "别再记录我");
    ahead.length = 0;

    await together(koloop, [
      ["C1", "direct:C1:E1", "不让记的话"],
      ["N1", "direct:N1:E1", "没同意的话"],
      ["E1", "direct:K1:E1", "员工的话"],
      ["X1", "direct:X1", "没人负责的话"],
      ["K2", "direct:K2:E1", "  "],
      ["K1", "direct:K1:E1", "可以听的话"],
      ["C1", "group:1", "群里也不让记"],
      ["K1", "group:1", "群里可以听"],
    ]);

    expect(ahead.join()).toContain("可以听的话");
    expect(ahead.join()).toContain("群里可以听");
    for (const word of ["不让记", "没同意", "没人负责"]) expect(ahead.join()).not.toContain(word);
    expect(ahead.map((talk) => (JSON.parse(talk) as Turn[]).at(-1)?.text)).toEqual(["可以听的话", "群里可以听"]);
    expect(ahead).toEqual(asked);
  });

  describe("in a thread of its own", () => {
    beforeAll(() => build(), 120_000);

    const talk = [
      ["我家养了三只猫", "孩子刚上小学", "下周又要出差"],
      ["最近想换一辆新能源车", "预算二十万左右", "周末喜欢去露营"],
      ["不养宠物,过敏", "是的", "我老婆怀孕了"],
    ];

    async function played(threads: string): Promise<{ cards: string[]; worker: Worker | undefined }> {
      const workers: Worker[] = [];
      const note = (worker: Worker) => workers.push(worker);
      process.on("worker", note);
      onTestFinished(() => void process.off("worker", note));
      const url = `file:${freshDatabase()}`;
      const koloop = await startKoloop({ newId: ids() }, url, { KOLOOP_HEARING_THREADS: threads });
      await addCast(koloop);
      await koloop.store.transaction(async (tx) => {
        for (let n = 0; n < 24; n++)
          await addPerson(tx, { id: `P${n}`, name: `客${n}`, roles: ["customer"], ownerId: `E${1 + (n % 2)}` });
      });
      const all = (text: (n: number) => string) =>
        together(
          koloop,
          Array.from({ length: 24 }, (_, n) => [`P${n}`, `direct:P${n}:E`, text(n)] as const),
        );
      await all(() => "你好");
      if (workers[0]) await once(workers[0], "message");
      for (const turn of [0, 1, 2]) {
        await all((n) => `${talk[n % 3]?.[turn]}`);
        await koloop.settle();
      }
      const cards = koloop.channel.deliveries.map(({ address, body }) => JSON.stringify([address.room, body]));
      return { cards: cards.sort(), worker: workers[0] };
    }

    it("gives the same cards, letter for letter, as without it", async () => {
      const [alone, helped] = [await played("0"), await played("1")];

      expect(alone.worker).toBeUndefined();
      expect(helped.worker).toBeDefined();
      expect(alone.cards.length).toBeGreaterThan(24);
      expect(helped.cards).toEqual(alone.cards);
    });
  });
});
