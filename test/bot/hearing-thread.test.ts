import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createHearingThread } from "#bot/hearing-thread.ts";
import type { Turn } from "#domain/cue.ts";
import { createExtractor, type Extractor } from "#nlp/extract.ts";
import { type Knowledge, loadKnowledge } from "#nlp/knowledge.ts";
// @ts-expect-error: a build script without types.
import { build } from "../../scripts/build.mjs";

let knowledge: Knowledge;
beforeAll(async () => {
  await build();
  knowledge = loadKnowledge();
}, 120_000);

const said = [
  "我家养了三只猫",
  "这个月又要出差了",
  "昨天带孩子去海边,回来路上堵车",
  "好的收到",
  "we just had a baby girl",
];
/** Talks that are all different, some of them with an employee's question and another member's words before. */
const talks = (n: number): Turn[][] =>
  Array.from({ length: n }, (_, k) => {
    const last = { who: "customer", text: `${said[k % said.length]} ${k}` };
    if (k % 3 === 0) return [last];
    return [{ who: "koe", text: "家里有宠物吗?" }, { who: `阿${k}`, text: "我家也有😀" }, last];
  });

/** A thread beside an extractor that counts how often it is asked on this side. */
function started(over: Knowledge = knowledge) {
  const workers: Worker[] = [];
  const exits: Promise<unknown>[] = [];
  const note = (worker: Worker) => {
    workers.push(worker);
    exits.push(once(worker, "exit"));
  };
  process.on("worker", note);
  const own = createExtractor(over);
  const here = vi.fn<Extractor>(own);
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const thread = createHearingThread(here, over.lexicon, log);
  onTestFinished(async () => {
    process.off("worker", note);
    await thread.stop();
  });
  return { thread, own, here, log, workers, exits };
}
type Started = ReturnType<typeof started>;

/** A thread that rests for want of a core is asked once more: these tests ask it seldom enough. */
const ahead = ({ thread }: Pick<Started, "thread">, asked: Turn[][]) =>
  thread.hearAhead?.(asked) ?? { isReady: () => true, forget: () => {} };

/** Has them heard ahead until all of them were, and tells what was heard. */
async function heardThere({ thread, here }: Started, asked: Turn[][]) {
  return vi.waitFor(
    async () => {
      const coming = ahead({ thread }, asked);
      await sleep(60);
      here.mockClear();
      const heard = asked.map((turns) => thread.extract(turns));
      coming.forget(() => false);
      expect(here).not.toHaveBeenCalled();
      return heard;
    },
    { timeout: 25_000, interval: 50 },
  );
}

/** As if they had been edited since: what lies in memory bears another key. */
function otherPacks(known: Knowledge): Knowledge {
  const bytes = new Uint8Array(known.lexicon.records.buffer).slice();
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  const at = Buffer.from(bytes.subarray(0, 100)).indexOf('"key":"') + 7;
  memory[at] = memory[at] === 0x61 ? 0x62 : 0x61;
  const { byteOffset, length } = known.lexicon.records;
  return {
    ...known,
    lexicon: { ...known.lexicon, records: new Int32Array(memory.buffer, byteOffset, length) as never },
  };
}

describe("the hearing thread", () => {
  it("hears what would be heard here, and is not asked for anything else", async () => {
    const one = started();
    const asked = talks(64);

    const heard = await heardThere(one, asked);

    expect(heard).toEqual(asked.map((turns) => one.own(turns)));
    expect(heard.filter(({ cues }) => cues.length > 0).length).toBeGreaterThan(20);
    const other = [{ who: "customer", text: "我家养了三只狗" }];
    expect(one.thread.extract(other)).toEqual(one.own(other));
    expect(one.here).toHaveBeenCalledOnce();
  });

  it("is not waited for: what is asked at once is heard on either side, each talk the same", async () => {
    const one = started();
    await heardThere(one, talks(8));
    const asked = talks(200);
    const coming = ahead(one, asked);

    const heard = asked.map((turns) => one.thread.extract(turns));

    coming.forget(() => false);
    expect(heard).toEqual(asked.map((turns) => one.own(turns)));
  });

  it("dies: all is heard here, and it is begun again", async () => {
    const one = started();
    await heardThere(one, talks(8));
    await one.workers[0]?.terminate();
    one.here.mockClear();

    const asked = talks(20);
    const coming = ahead(one, asked);
    const heard = asked.map((turns) => one.thread.extract(turns));
    coming.forget(() => false);

    expect(heard).toEqual(asked.map((turns) => one.own(turns)));
    expect(one.here).toHaveBeenCalledTimes(20);
    expect(one.log.warn).toHaveBeenCalledOnce();
    await heardThere(one, talks(8));
    expect(one.workers).toHaveLength(2);
  });

  it("dies with talks in its hands: they are heard here", async () => {
    const one = started();
    await heardThere(one, talks(8));
    const asked = talks(40);
    const coming = ahead(one, asked);
    await one.workers[0]?.terminate();

    const heard = asked.map((turns) => one.thread.extract(turns));

    coming.forget(() => false);
    expect(heard).toEqual(asked.map((turns) => one.own(turns)));
  });

  it("keeps what it has heard for those that are left, and is ready for each in a while", async () => {
    const one = started();
    await heardThere(one, talks(8));
    const asked = talks(30);
    ahead(one, asked).forget((k) => k >= 10);
    const coming = ahead(one, asked.slice(10));
    for (const k of asked.slice(10).keys())
      await vi.waitFor(() => expect(coming.isReady(k)).toBe(true), { interval: 1 });
    one.here.mockClear();

    const heard = asked.slice(10).map((turns) => one.thread.extract(turns));

    expect(heard).toEqual(asked.slice(10).map((turns) => one.own(turns)));
    // One that the thread is at for longer than a hearing takes is heard here too: a busy machine leaves it waiting.
    expect(one.here.mock.calls.length).toBeLessThan(heard.length);
  });

  it("ends with koloop, and does not come back", async () => {
    const one = started();
    await heardThere(one, talks(8));

    await one.thread.stop();

    await one.exits[0];
    ahead(one, talks(8));
    expect(one.workers).toHaveLength(1);
  });

  it("does not hear with other packs than koloop began with", async () => {
    const one = started(otherPacks(knowledge));
    ahead(one, talks(8));
    await vi.waitFor(() => expect(one.exits).toHaveLength(1));
    await one.exits[0];

    const coming = ahead(one, talks(8));
    const heard = talks(8).map((turns) => one.thread.extract(turns));
    coming.forget(() => false);

    expect(heard).toEqual(talks(8).map((turns) => one.own(turns)));
    expect(one.workers).toHaveLength(1);
  });
});
