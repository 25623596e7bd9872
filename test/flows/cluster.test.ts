import { setTimeout as sleep } from "node:timers/promises";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createRelay, type Relay } from "#bot/channels/web/relay.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop, type Parts } from "#bot/main.ts";
import type { Turn } from "#domain/cue.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { addCast, addPerson } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

let server: TestServer;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());
const empty = () => server.create(`c${++databases}`);

type Member = Koloop & { channel: FakeChannel };

/** One process of a cluster, with a messenger of its own and the real clock. */
async function member(url: string, parts: Parts = {}, channelName = "web"): Promise<Member> {
  const channel = new FakeChannel(Date.now, channelName);
  const config = readConfig({ DATABASE_URL: url, KOLOOP_LOG_LEVEL: "silent", KOLOOP_QUIET_HOURS: "off" });
  const koloop = await createKoloop(config, { web: false, channels: [channel], extract: hearsCats, ...parts });
  let stopped = false;
  const stop = async () => {
    if (!stopped) await koloop.stop();
    stopped = true;
  };
  await koloop.start();
  onTestFinished(stop);
  return Object.assign(Object.create(koloop) as Koloop, { channel, stop });
}

const hearsCats = (turns: readonly Turn[]) => {
  const turn = turns.length - 1;
  const cue = { tag: "pet_family", quote: "养了猫", turn, score: 0.9, evidence: [] };
  return { cues: turns[turn]!.text.includes("养了猫") ? [cue] : [], retractions: [] };
};

async function until(what: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    if (await what()) return true;
    await sleep(20);
  }
  return false;
}

const rows = <Row>(koloop: Koloop, text: string) => koloop.store.read((tx) => tx.connection.sql.all<Row>(text));
const startedOf = (channel: FakeChannel) => (channel as unknown as { receive?: unknown }).receive !== undefined;

describe("several processes on one PostgreSQL", () => {
  it("what one takes in, another is woken to say, without a look at the clock", async () => {
    const url = await empty();
    const front = await member(url, { role: "channel:telegram" });
    await addCast(front);
    const worker = await member(url, { role: "worker" });
    await worker.outbox.drain();
    // Only the queue asks for this by name: the look at the clock does not.
    const woken = vi.spyOn(worker.outbox, "drain");

    await front.channel.write("E1", "bot:E1", "帮助");

    expect(await until(() => woken.mock.calls.length > 0 && worker.channel.deliveries.length === 1)).toBe(true);
    expect(front.channel.deliveries).toEqual([]);
  });

  it("a job is committed with what it is for, or not at all", async () => {
    const koloop = await member(await empty(), { role: "channel:telegram" });
    await addCast(koloop);
    const item = (id: string) => ({
      ...{
        id,
        channel: "web",
        room: "bot:E1",
        personId: "E1",
        cardKey: null,
        purpose: "reply" as const,
        dedupeKey: null,
      },
      ...{ body: { type: "text" as const, text: "好" }, reply: null, assignmentId: null, attempts: 0 },
      ...{ runAt: Date.now(), createdAt: Date.now() },
    });

    const broken = koloop.store.transaction(async (tx) => {
      await tx.outbox.add(item("O1"));
      throw new Error("no");
    });
    await expect(broken).rejects.toThrow("no");
    await koloop.store.transaction((tx) => tx.outbox.add(item("O2")));

    expect(await rows(koloop, "SELECT id FROM outbox")).toEqual([{ id: "O2" }]);
    const jobs = await rows<{ n: number }>(
      koloop,
      "SELECT count(*) AS n FROM graphile_worker.jobs WHERE task_identifier = 'deliver:web'",
    );
    expect(Number(jobs[0]?.n)).toBe(1);
  });

  it("a channel has one holder; when it goes, or loses its session, another takes over", async () => {
    const url = await empty();
    const one = await member(url, {}, "telegram");
    expect(await until(() => startedOf(one.channel))).toBe(true);
    const two = await member(url, {}, "telegram");
    await sleep(1500);
    expect(startedOf(two.channel), "a second holder").toBe(false);

    const admin = new Client({ connectionString: url });
    await admin.connect();
    onTestFinished(() => admin.end());
    const holding = async () =>
      (
        await admin.query<{ pid: number }>(
          "SELECT pid FROM pg_stat_activity WHERE application_name = 'koloop holds telegram' AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)",
        )
      ).rows.map(({ pid }) => pid);
    const [lost] = await holding();
    await admin.query("SELECT pg_terminate_backend($1)", [lost]);
    expect(await until(async () => (await holding()).some((pid) => pid !== lost))).toBe(true);
    const isOne = () => [one, two].filter(({ channel }) => startedOf(channel)).length === 1;
    const remainsOne = async () => isOne() && (await sleep(1500).then(isOne));
    expect(await until(remainsOne)).toBe(true);

    const [holder, other] = startedOf(one.channel) ? [one, two] : [two, one];
    await holder.stop();

    expect(await until(() => startedOf(other.channel))).toBe(true);
  });

  it("the first of two answers at two processes stands, and the tag is held once", async () => {
    const url = await empty();
    const one = await member(url);
    await addCast(one);
    const two = await member(url, { role: "channel:telegram" });
    const people = Array.from({ length: 8 }, (_, n) => `X${n}`);
    await one.store.transaction(async (tx) => {
      for (const id of people) await addPerson(tx, { id, name: id, roles: ["customer"], ownerId: "E1" });
    });
    for (const id of people) await one.channel.write(id, `direct:${id}:E1`, "我家养了猫");
    await until(async () => (await rows(one, "SELECT id FROM suggestion")).length === people.length);
    const open = await rows<{ id: string }>(one, "SELECT id FROM suggestion WHERE status = 'open'");
    expect(open).toHaveLength(people.length);

    const action = (id: string) => ({ type: "suggestion.confirm" as const, id });
    await Promise.all(
      open.flatMap(({ id }, n) => [
        one.channel.tap("E1", `bot:E1-${n}`, action(id), `one-${id}`),
        two.channel.tap("E1", `bot:E1-other-${n}`, action(id), `two-${id}`),
      ]),
    );

    const held = await rows<{ n: number }>(
      one,
      "SELECT count(*) AS n FROM tag_event WHERE kind IN ('held', 'refreshed') GROUP BY person_id",
    );
    expect(held.map(({ n }) => Number(n))).toEqual(people.map(() => 1));
    expect(await rows(one, "SELECT id FROM dead_event")).toEqual([]);
  });

  it("events of one room stay in order while many rooms and two processes are at work", async () => {
    const url = await empty();
    const orders = [new Map<string, number[]>(), new Map<string, number[]>()];
    const noting = (order: Map<string, number[]>) => (turns: readonly Turn[]) => {
      const [room, n] = turns.at(-1)!.text.split(" ");
      order.set(room!, [...(order.get(room!) ?? []), Number(n)]);
      return { cues: [], retractions: [] };
    };
    const [one, two] = [
      await member(url, { extract: noting(orders[0]!) }),
      await member(url, { extract: noting(orders[1]!) }),
    ];
    await addCast(one);

    const writes: Promise<void>[] = [];
    for (let n = 0; n < 12; n++) {
      for (const room of ["a", "b", "c"]) {
        writes.push(one.channel.write(`P${room}`, `direct:${room}`, `${room} ${n}`, `one-${room}-${n}`));
        writes.push(two.channel.write(`P${room}`, `direct:${room}`, `${room} ${n}`, `two-${room}-${n}`));
      }
    }
    await Promise.all(writes);

    for (const order of orders) {
      for (const numbers of order.values()) {
        // What lost a race is heard again: the last time counts.
        const last = numbers.filter((n, at) => numbers.lastIndexOf(n) === at);
        expect(last).toEqual([...last].sort((a, b) => a - b));
        expect(last).toHaveLength(12);
      }
    }
    expect(await rows(one, "SELECT id FROM dead_event")).toEqual([]);
  });

  it("ticks once at a time in the whole cluster", async () => {
    const url = await empty();
    const koloop = await member(url, { role: "channel:telegram" });
    await addCast(koloop);
    await koloop.channel.write("C1", "direct:C1:E1", "我家养了猫");
    await koloop.store.transaction((tx) => tx.connection.sql.run("UPDATE suggestion SET expires_at = 1"));
    const statuses = () => rows<{ status: string }>(koloop, "SELECT status FROM suggestion");

    await koloop.store.transaction(async (tx) => {
      expect((await tx.locks.take(["tick"])).size).toBe(1);
      await koloop.clock.tick();
    });
    expect(await statuses(), "while another process ticks").toEqual([{ status: "open" }]);
    await koloop.clock.tick();

    expect(await statuses()).toEqual([{ status: "expired" }]);
  });

  it("what one shows, the pages at another are told of, however long it is, also after the connection was cut", async () => {
    const url = await empty();
    const pools = [1, 2].map(() => new Pool({ connectionString: url }));
    const [here, there] = pools.map((pool) => createRelay(pool, url)) as [Relay, Relay];
    for (const pool of pools) pool.on("error", () => {});
    const client = new Client({ connectionString: url });
    await client.connect();
    onTestFinished(async () => {
      await Promise.all([here.stop(), there.stop(), client.end()]);
      await Promise.all(pools.map((pool) => pool.end()));
    });
    const told: Record<"here" | "there", string[]> = { here: [], there: [] };
    const sessions = async () =>
      (
        await client.query<{ pid: number }>(
          "SELECT pid FROM pg_stat_activity WHERE application_name = 'koloop relay' AND query LIKE 'LISTEN%' AND state = 'idle'",
        )
      ).rows.map(({ pid }) => pid);
    here.start((to, frame) => void told.here.push(`${to} ${JSON.stringify(frame)}`));
    there.start((to, frame) => void told.there.push(`${to} ${JSON.stringify(frame)}`));
    expect(await until(async () => (await sessions()).length === 2)).toBe(true);
    const frame = (text: string) => ({ type: "probe", text }) as never;

    here.tell(["E1", "E2"], frame("长".repeat(20_000)));
    expect(await until(() => told.there.length === 1)).toBe(true);
    const cut = await sessions();
    await client.query("SELECT pg_terminate_backend(pid) FROM unnest(CAST($1 AS int[])) AS pid", [cut]);
    expect(await until(async () => (await sessions()).filter((pid) => !cut.includes(pid)).length === 2)).toBe(true);
    here.tell(["E1"], frame("again"));

    expect(await until(() => told.there.length === 2)).toBe(true);
    expect(told.there[0]).toBe(`E1,E2 ${JSON.stringify(frame("长".repeat(20_000)))}`);
    expect(told.here, "not told of its own").toEqual([]);
  });
});
