import { join } from "node:path";
import Database from "better-sqlite3";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { type Figure, median } from "./frame.ts";
import { addCustomers, addEmployees, cpuSince, probe, silent } from "./scale-desk.ts";
import { inFlight } from "./scale-peers.ts";

const messages = Number(process.env.KOLOOP_BENCH_DAY ?? 1_000_000);
const people = Math.min(10_000, Math.max(100, messages / 20));
const [segments, tasks] = [200, 50];
/** After each the memory is read: it varies by a few MB, so that a slope of one wants many readings. */
const parts = 20;
/** A talk is heard with its last dozen messages: from then on a message costs what the tables make it cost. */
const toTalk = Math.min(12, messages / people / 2);
const talked = toTalk * people;
const said = [
  "今天天气不错呀",
  "我家养了两只猫",
  "好的,谢谢你",
  "下个月要去上海出差",
  "孩子刚满月,睡不好",
  "周末想去露营",
  "价格能再便宜一点吗",
];

/** A day of talk as fast as it goes in: koloop with its packs, segments and tasks, its cards delivered to a channel in memory. */
export async function dayFigures(folder: string): Promise<Figure[]> {
  const [path, early] = [join(folder, "day.db"), join(folder, "early.db")];
  const day = await opened(path, 0);
  const rates: number[] = [];
  const cpus: number[] = [];
  const readings: Reading[] = [];
  for (let part = 0; part < parts; part++) {
    const [from, end] = [day.said(), Math.round((messages * (part + 1)) / parts)];
    const { rate, cpuUs } = await day.take(end - from);
    rates.push(rate);
    cpus.push(cpuUs);
    if (from < talked && talked <= end) copy(path, early);
    readings.push(await memoryAtRest(end));
    if (process.env.KOLOOP_BENCH_TELL)
      process.stderr.write(
        `${end} ${rate.toFixed(0)}/s, ${cpuUs.toFixed(0)} µs of processor, ${told(readings.at(-1)!)}\n`,
      );
  }
  const faults = await faultsOf(day.koloop);
  const before = await opened(early, messages);
  const turns = await byTurns(day, before);
  await day.koloop.stop();
  await before.koloop.stop();
  const half = readings.slice(parts / 2 - 1);
  const [slope, heapSlope] = [slopePer100k(half, "resident"), slopePer100k(half, "heap")];
  const fifth = parts / 5;
  const pace = median(rates.slice(0, fifth)) / median(rates.slice(-fifth));
  const list = (values: number[]) => values.map((value) => value.toFixed(0)).join(" ");
  const how = `${messages} messages of ${people} people with ${segments} segments and ${tasks} tasks, heard with the packs that ship, ${inFlight} in flight, cards delivered in memory; each of ${parts} parts: messages/s ${list(rates)}, processor µs a message ${list(cpus)}, MB ${list(readings.map(({ resident }) => resident))}, of them heap ${list(readings.map(({ heap }) => heap))}, buffers ${list(readings.map(({ buffers }) => buffers))}`;
  const plain = { against: "", how, goal: "", holds: null };
  return [
    { ...plain, name: "a day squeezed: messages", value: median(rates), unit: "messages/s" },
    { ...plain, name: "a day squeezed: faults", value: faults, unit: "", goal: "0", holds: faults === 0 },
    {
      ...plain,
      ...{ name: "a day squeezed: memory, slope of the last half", value: slope, unit: "MB per 100,000 messages" },
      ...{ goal: "<= 1", holds: slope <= 1 },
    },
    {
      ...plain,
      ...{ name: "of it the heap's, after collecting", value: heapSlope, unit: "MB per 100,000 messages" },
    },
    {
      ...plain,
      ...{ name: "a day squeezed: first fifth's pace over the last's", value: pace, unit: "x", goal: "<= 1.2" },
      ...{ holds: pace <= 1.2, against: "its own beginning" },
    },
    {
      ...plain,
      ...{ name: "a day squeezed: processor time of a message at its end, by turns", value: turns, unit: "x" },
      ...{ goal: "<= 1.2", holds: turns <= 1.2 },
      against: `a copy of the database from when each had said ${toTalk} things`,
    },
  ];
}

type Talk = {
  koloop: Koloop;
  /** So many messages were taken in. */
  said(): number;
  take(count: number): Promise<{ rate: number; cpuUs: number }>;
};

/** Opens the database, with people and work where it is new; the next message is said to be number `next`. */
async function opened(path: string, next: number): Promise<Talk> {
  const koloop = await createKoloop(readConfig({ DATABASE_URL: `file:${path}`, ...silent }), {
    web: false,
    channels: [probe],
  });
  if (next === 0) {
    await addEmployees(koloop);
    await addCustomers(koloop, 0, people);
    await addWork(koloop);
  }
  await koloop.start();
  return {
    koloop,
    said: () => next,
    async take(count) {
      const [begun, used, end] = [performance.now(), process.cpuUsage(), next + count];
      const lane = async () => {
        while (next < end) await koloop.inbox.accept(wordsOf(next++));
      };
      await Promise.all(Array.from({ length: inFlight }, lane));
      await koloop.settle();
      return { rate: count / ((performance.now() - begun) / 1000), cpuUs: cpuSince(used) / count };
    },
  };
}

type Reading = { said: number; resident: number; heap: number; buffers: number };
const told = ({ resident, heap, buffers }: Reading): string =>
  `resident ${resident.toFixed(1)} MB, heap ${heap.toFixed(1)}, buffers ${buffers.toFixed(1)}`;

/** In MB. What the engine has freed goes back to the system a little later, and its room for new things shrinks once it has rested for 5 s. */
async function memoryAtRest(said: number): Promise<Reading> {
  const collect = (globalThis as { gc?: () => void }).gc;
  for (const ms of collect ? [500, 6000] : []) {
    collect?.();
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
  collect?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { said, resident: rss / 2 ** 20, heap: heapUsed / 2 ** 20, buffers: external / 2 ** 20 };
}

/** Events that were not kept, that were set aside, and deliveries that were given up. */
async function faultsOf({ store }: Koloop): Promise<number> {
  const count = (text: string) =>
    store.read(async ({ connection: { sql } }) => Number((await sql.get<{ n: number }>(text))?.n));
  const kept = await count("SELECT count(*) AS n FROM message");
  const aside = await count("SELECT count(*) AS n FROM dead_event");
  const dead = await count("SELECT count(*) AS n FROM outbox WHERE status = 'dead'");
  return messages - kept + aside + dead;
}

/** One state of a database that is in use. */
function copy(from: string, to: string): void {
  const db = new Database(from, { readonly: true });
  db.prepare("VACUUM INTO ?").run(to);
  db.close();
}

/** Neighbours come and go in the course of a day, but slow both of these alike: how many times a message's processor time has grown. */
async function byTurns(day: Talk, before: Talk): Promise<number> {
  const some = Math.min(2000, messages / 10);
  for (const talk of [day, before]) await talk.take(2 * some);
  const ratios: number[] = [];
  for (let turn = 0; turn < 9; turn++) {
    const [late, early] = [await day.take(some), await before.take(some)];
    ratios.push(late.cpuUs / early.cpuUs);
  }
  return median(ratios);
}

/** Least squares over the readings. */
function slopePer100k(readings: readonly Reading[], of: "resident" | "heap"): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, level] = [mean(readings.map(({ said }) => said)), mean(readings.map((one) => one[of]))];
  const over = readings.reduce((sum, one) => sum + (one.said - middle) * (one[of] - level), 0);
  const under = readings.reduce((sum, { said }) => sum + (said - middle) ** 2, 0);
  return (over / under) * 100_000;
}

const wordsOf = (n: number) => ({
  ...{ type: "message" as const, eventId: `event-${n}`, from: `C${n % people}`, at: Date.now(), addressed: false },
  ...{ address: { channel: "probe", room: `direct:C${n % people}` }, roomKind: "direct" as const },
  text: `${said[(3 * n + Math.floor(n / people)) % said.length]}${n % 89}`,
});

async function addWork({ store, ctx }: Koloop): Promise<void> {
  const tags = [...ctx.taxonomy.tags.keys()];
  const at = ctx.now();
  await store.transaction(async (tx) => {
    for (let n = 0; n < segments; n++) {
      const rule = { kind: "tag" as const, tag: tags[n % tags.length]! };
      await tx.segments.add({
        ...{ id: `S${n}`, name: `分群${n}`, rule, version: 1, status: "active", createdBy: null },
        ...{ createdAt: at, updatedAt: at },
      });
    }
    for (let n = 0; n < tasks; n++)
      await tx.tasks.add({
        ...{ id: `T${n}`, title: `任务${n}`, theme: `主题${n}`, brief: "", materials: [], templateId: null },
        target: { segments: [`S${n}`], tags: [], exclude: { segments: [], tags: [] } },
        forms: [{ form: "video", brief: "" }],
        ...{ importance: 3, quota: 5, pushBudget: null, reward: 0, createdBy: "E0", createdAt: at, updatedAt: at },
        proof: { platforms: [], count: 1, mustMention: [], newerThanTask: false },
        ...{ publishedAt: at, deadlineAt: at + 7 * 86_400_000, status: "open", autopilot: false, briefVersion: 1 },
      });
  });
}
