import { join } from "node:path";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { type Figure, median } from "./frame.ts";
import { addCustomers, addEmployees, cpuSince, probe, silent } from "./scale-desk.ts";
import { inFlight } from "./scale-peers.ts";

const messages = Number(process.env.KOLOOP_BENCH_DAY ?? 1_000_000);
const people = Math.min(10_000, Math.max(100, messages / 20));
const [segments, tasks] = [200, 50];
const deciles = 10;
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
  const koloop = await createKoloop(readConfig({ DATABASE_URL: `file:${join(folder, "day.db")}`, ...silent }), {
    web: false,
    channels: [probe],
  });
  await addEmployees(koloop);
  await addCustomers(koloop, 0, people);
  await addWork(koloop);
  await koloop.start();
  const rates: number[] = [];
  const resident: number[] = [];
  const heaps: number[] = [];
  const outside: number[] = [];
  const cpu: number[] = [];
  const collect = (globalThis as { gc?: () => void }).gc;
  let next = 0;
  for (let decile = 1; decile <= deciles; decile++) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    const from = next;
    const end = Math.round((messages * decile) / deciles);
    const lane = async () => {
      while (next < end) await koloop.inbox.accept(wordsOf(next++));
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    await koloop.settle();
    rates.push((end - from) / ((performance.now() - begun) / 1000));
    cpu.push(cpuSince(used) / (end - from));
    // What the engine has freed goes back to the system a little later, and its room for new things shrinks once it has rested for 5 s.
    for (const ms of collect ? [500, 6000] : []) {
      collect?.();
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
    collect?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    resident.push(rss / 2 ** 20);
    heaps.push(heapUsed / 2 ** 20);
    outside.push(external / 2 ** 20);
    if (process.env.KOLOOP_BENCH_TELL)
      process.stderr.write(
        `${end} ${rates.at(-1)?.toFixed(0)}/s, ${cpu.at(-1)?.toFixed(0)} µs of processor, resident ${resident.at(-1)?.toFixed(1)} MB, heap ${heaps.at(-1)?.toFixed(1)}, outside ${outside.at(-1)?.toFixed(1)}\n`,
      );
  }
  const counts = await koloop.store.read(async ({ connection: { sql } }) => ({
    kept: (await sql.get<{ n: number }>("SELECT count(*) AS n FROM message"))?.n,
    aside: (await sql.get<{ n: number }>("SELECT count(*) AS n FROM dead_event"))?.n,
    dead: (await sql.get<{ n: number }>("SELECT count(*) AS n FROM outbox WHERE status = 'dead'"))?.n,
  }));
  await koloop.stop();
  const faults = messages - Number(counts.kept) + Number(counts.aside) + Number(counts.dead);
  const slope = slopePer100k(resident.slice(deciles / 2));
  const pace = median(rates.slice(0, 2)) / median(rates.slice(-2));
  const how = `${messages} messages of ${people} people with ${segments} segments and ${tasks} tasks, heard with the packs that ship, ${inFlight} in flight, cards delivered in memory; rates of each tenth ${rates.map((rate) => rate.toFixed(0)).join(" ")}, MB ${resident.map((mb) => mb.toFixed(0)).join(" ")}, of them heap ${heaps.map((mb) => mb.toFixed(0)).join(" ")}`;
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
      ...{ name: "a day squeezed: first fifth's pace over the last's", value: pace, unit: "x", goal: "<= 1.2" },
      ...{ holds: pace <= 1.2, against: "its own beginning" },
    },
  ];
}

/** Least squares over the readings, which are a tenth of the messages apart. */
function slopePer100k(readings: readonly number[]): number {
  const middle = (readings.length - 1) / 2;
  const mean = readings.reduce((sum, mb) => sum + mb, 0) / readings.length;
  const over = readings.reduce((sum, mb, x) => sum + (x - middle) * (mb - mean), 0);
  const under = readings.reduce((sum, _, x) => sum + (x - middle) ** 2, 0);
  return (over / under) * (100_000 / (messages / deciles));
}

const wordsOf = (n: number) => ({
  ...{ type: "message" as const, eventId: `event-${n}`, from: `C${n % people}`, at: Date.now(), addressed: false },
  ...{ address: { channel: "probe", room: `direct:C${n % people}` }, roomKind: "direct" as const },
  text: `${said[(n * 7 + Math.floor(n / people)) % said.length]}${n % 89}`,
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
