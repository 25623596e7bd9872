import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { createEnvelope } from "#bot/channels/wecom/crypto.ts";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { root } from "#db/migrations.ts";
import { type Figure, median } from "./frame.ts";

const starts = 5;
const people = Number(process.env.KOLOOP_BENCH_PEOPLE ?? 1_000_000);
/** The clock's first works are done by then, and people are in memory. */
const restMs = 20_000;
const secrets = { token: "callback-token", aesKey: "b".repeat(43), corpId: "ww0123456789abcdef" };
const wecom = {
  WECOM_CORP_ID: secrets.corpId,
  WECOM_CALLBACK_TOKEN: secrets.token,
  WECOM_CALLBACK_AES_KEY: secrets.aesKey,
  WECOM_APP_SECRET: "s1",
  WECOM_AGENT_ID: "1",
  // Nobody listens there: what koloop would say to WeCom waits.
  WECOM_API_BASE: "http://127.0.0.1:9",
};
const bare = `import("fastify").then(async ({ default: fastify }) => {
  const http = fastify(); http.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));
  http.post("/wecom/callback", async () => "success"); await http.listen({ port: Number(process.env.PORT) }); });`;

/**
 * From `koloop start`, as users start it, to the first webhook that is accepted: an encrypted message of an employee, answered after its commit. Bare
 * fastify answers the same request without looking at it. Then memory, at rest. Every start follows a kill.
 */
export async function startFigures(folder: string): Promise<Figure[]> {
  const path = join(folder, "start.db");
  migrateSqlite(path);
  addPeople(path, 1);
  const koloop = ["scripts/koloop.mjs", "start"];
  const small = [];
  const floor = [];
  for (let i = 0; i < starts; i++) {
    floor.push(await started(["--input-type=module", "-e", bare], path));
    small.push(await started(koloop, path));
  }
  const rest = await started(koloop, path, restMs);
  const expected = starts + 1;
  if (messagesIn(path) !== expected) throw new Error(`${messagesIn(path)} of ${expected} accepted webhooks are stored`);
  addPeople(path, people);
  const large = [];
  for (let i = 0; i < 3; i++) large.push(await started(koloop, path));
  const largeRest = await started(koloop, path, restMs);

  const ms = (runs: Start[]) => median(runs.map((run) => run.ms));
  const ratio = ms(small) / ms(floor);
  const how = `medians of ${starts} starts of a process of its own (3 with ${people} people) until the first webhook is accepted; memory ${restMs / 1000} s later`;
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
    figure("start to first accepted webhook", ms(small), "ms"),
    figure("the same, bare fastify", ms(floor), "ms"),
    figure(
      "start against bare fastify",
      ratio,
      "x",
      "<= 2.5",
      ratio <= 2.5,
      "fastify with one route, same machine, alternating",
    ),
    figure("resident memory at rest", rest.mb, "MB", "<= 150", rest.mb <= 150),
    figure(`start with ${people} people`, ms(large), "ms", "<= 3000", ms(large) <= 3000),
    figure(
      `resident memory more with ${people} people, all of them in memory`,
      largeRest.mb - rest.mb,
      "MB",
      "<= 150",
      largeRest.mb - rest.mb <= 150,
    ),
  ];
}

type Start = { ms: number; mb: number };

async function started(argv: string[], path: string, waitMs = 0): Promise<Start> {
  const port = await freePort();
  const env = {
    ...process.env,
    ...wecom,
    PORT: String(port),
    DATABASE_URL: `file:${path}`,
    KOLOOP_LOG_LEVEL: "silent",
  };
  const begun = performance.now();
  const child = spawn(process.execPath, argv, { cwd: root, env, stdio: "ignore" });
  try {
    await accepted(port, child);
    const ms = performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return { ms, mb: residentMb(child.pid as number) };
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
}

let messages = 0;
const envelope = createEnvelope(secrets);
const within = (text: string, name: string): string =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`).exec(text)?.[1] ?? "";

/** An employee's message as WeCom posts it: another one each time. */
function webhook(): { query: string; body: string } {
  const at = Math.floor(Date.now() / 1000);
  const cdata = (name: string, value: string) => `<${name}><![CDATA[${value}]]></${name}>`;
  const plain = `<xml>${cdata("ToUserName", secrets.corpId)}${cdata("FromUserName", "e0")}<CreateTime>${at}</CreateTime>${cdata("MsgType", "text")}${cdata("Content", "帮助")}<MsgId>${++messages}${at}</MsgId><AgentID>1</AgentID></xml>`;
  const sealed = envelope.seal(plain, at);
  const [timestamp, nonce] = [within(sealed, "TimeStamp"), within(sealed, "Nonce")];
  const query = new URLSearchParams({ msg_signature: within(sealed, "MsgSignature"), timestamp, nonce });
  return {
    query: String(query),
    body: `<xml>${cdata("ToUserName", secrets.corpId)}${cdata("Encrypt", within(sealed, "Encrypt"))}</xml>`,
  };
}

async function accepted(port: number, child: ChildProcess): Promise<void> {
  const { query, body } = webhook();
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (child.exitCode !== null)
      throw new Error(`the process ended with ${child.exitCode} before it accepted anything`);
    const request = { method: "POST", body, headers: { "content-type": "text/xml" } };
    const answer = await fetch(`http://127.0.0.1:${port}/wecom/callback?${query}`, request).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("nothing was accepted within two minutes");
}

function messagesIn(path: string): number {
  const db = new Database(path, { readonly: true });
  const { n } = db.prepare("SELECT count(*) AS n FROM message").get() as { n: number };
  db.close();
  return n;
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
    for (let n = 0; n < count; n++) insert.run(`P${n}`, `人${n}`, n === 0 ? "koe manager" : "customer");
    db.prepare(
      `INSERT OR IGNORE INTO identity (id, person_id, channel, external_id, room, linked_at) VALUES ('I0', 'P0', 'wecom', 'e0', 'u:e0', 1)`,
    ).run();
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
