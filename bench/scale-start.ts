import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { root } from "#db/migrations.ts";
import { type Figure, median } from "./frame.ts";

const starts = 5;
const people = Number(process.env.KOLOOP_BENCH_PEOPLE ?? 1_000_000);
const bare = `import("fastify").then(async ({ default: fastify }) => {
  const http = fastify(); http.get("/ready", async () => ({ ready: true })); await http.listen({ port: Number(process.env.PORT) }); });`;

/** Start until the first request is answered as ready, and the memory then: bare fastify, koloop, koloop over a million people. */
export async function startFigures(folder: string): Promise<Figure[]> {
  const path = join(folder, "start.db");
  migrateSqlite(path);
  addPeople(path, 1);
  const koloop = ["dist/bot/cli.js", "start"];
  const small = [];
  const floor = [];
  for (let i = 0; i < starts; i++) {
    floor.push(await started(["--input-type=module", "-e", bare], path));
    small.push(await started(koloop, path));
  }
  addPeople(path, people);
  const large = [];
  for (let i = 0; i < 3; i++) large.push(await started(koloop, path));

  const ms = (runs: Start[]) => median(runs.map((run) => run.ms));
  const mb = (runs: Start[]) => median(runs.map((run) => run.mb));
  const ratio = ms(small) / ms(floor);
  const how = `medians of ${starts} starts of a process of its own (3 with ${people} people), until /ready answers`;
  const figure = (
    name: string,
    value: number,
    unit: string,
    goal = "",
    holds: boolean | null = null,
    against = "",
  ): Figure => ({
    ...{ name, value, unit, goal, holds, against, how },
  });
  return [
    figure("start to first answered request", ms(small), "ms"),
    figure("the same, bare fastify", ms(floor), "ms"),
    figure(
      "start against bare fastify",
      ratio,
      "x",
      "<= 2.5",
      ratio <= 2.5,
      "fastify with one route, same machine, alternating",
    ),
    figure("resident memory at rest", mb(small), "MB", "<= 150", mb(small) <= 150),
    figure(`start with ${people} people`, ms(large), "ms", "<= 3000", ms(large) <= 3000),
    figure(
      `resident memory more with ${people} people, just ready`,
      mb(large) - mb(small),
      "MB",
      "<= 150",
      mb(large) - mb(small) <= 150,
    ),
  ];
}

type Start = { ms: number; mb: number };

async function started(argv: string[], path: string): Promise<Start> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATABASE_URL: `file:${path}`, KOLOOP_LOG_LEVEL: "error" };
  const begun = performance.now();
  const child = spawn(process.execPath, argv, { cwd: root, env, stdio: "ignore" });
  try {
    await ready(port, child);
    const ms = performance.now() - begun;
    return { ms, mb: residentMb(child.pid as number) };
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
}

async function ready(port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode} before it was ready`);
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the process was not ready within two minutes");
}

/** From Linux's own figures; elsewhere not measured. */
function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

function addPeople(path: string, count: number): void {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  const insert = db.prepare(
    `INSERT OR IGNORE INTO person (id, name, roles, joined_at, lang, consent, frequency, created_at, updated_at)
     VALUES (?, ?, ?, 1, 'zh', 'yes', 1, 1, 1)`,
  );
  db.transaction(() => {
    for (let n = 0; n < count; n++) insert.run(`P${n}`, `人${n}`, n === 0 ? "manager" : "customer");
  })();
  db.close();
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
