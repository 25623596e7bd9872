import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import { Bot } from "grammy";
import type { Update, UserFromGetMe } from "grammy/types";
import { createTelegram } from "#bot/channels/telegram/channel.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { root } from "#db/migrations.ts";
import { type Figure, median } from "./frame.ts";

const token = "4242:token-of-a-bot-for-measuring-only";
const me = { id: 4242, is_bot: true, first_name: "KoLoop", username: "koloop_bench_bot" } as UserFromGetMe;
/** As many as one poll brings. */
const batch = 100;
const batches = 20;
const rounds = 3;
const people = 200;

/** What members say in groups: most of it is nothing that a tag follows from. */
const sayings = ["早上好", "今天的活动几点开始呀", "我家养了两只猫呢", "收到,谢谢", "周末有人去露营吗", "好看!"];

let lastMessage = 0;
/** A batch of messages, as a poll brings them: each new, from many people in a few groups. */
const nextBatch = (): Update[] =>
  Array.from({ length: batch }, () => {
    const n = ++lastMessage;
    const from = { id: 1000 + (n % people), is_bot: false, first_name: `人${n % people}` };
    const chat = { id: -100_000 - (n % 8), type: "supergroup" as const, title: "群" };
    const message = {
      message_id: n,
      from,
      chat,
      date: Math.floor(Date.now() / 1000),
      text: sayings[n % sayings.length]!,
    };
    return { update_id: n, message } as Update;
  });

/** Updates through grammY to the committed event against an empty handler with a bare durable insert, and the idle bot's memory. */
export async function benchTelegram(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  const api = await smallApi();
  try {
    return [...(await rateFigures(folder, api.base)), await memoryFigure(folder, api.base)];
  } finally {
    api.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers getMe and holds every poll: an idle Telegram. */
async function smallApi(): Promise<{ base: string; stop: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    const method = request.url?.split("/").at(-1);
    const answer = (result: unknown) => response.end(JSON.stringify({ ok: true, result }));
    if (method === "getUpdates") setTimeout(() => answer([]), 20_000).unref();
    else answer(method === "getMe" ? me : true);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

async function rateFigures(folder: string, apiRoot: string): Promise<Figure[]> {
  const config = readConfig({ DATABASE_URL: `file:${join(folder, "rate.db")}`, KOLOOP_LOG_LEVEL: "error" });
  const koloop = await createKoloop(config, { web: false });
  const telegram = createTelegram({ config: { token, apiRoot }, store: koloop.store, ctx: koloop.ctx });
  await telegram.start((event) => koloop.inbox.accept(event));
  while (telegram.state !== "polling" && telegram.state !== "starting") await wait(20);
  const each = barePeer(join(folder, "each.db"));
  const together = barePeer(join(folder, "together.db"));
  const own = (updates: Update[]) => Promise.all(updates.map((update) => telegram.take(update)));
  const rates: number[] = [];
  const shares: number[] = [];
  const strict: number[] = [];
  await until(() => own(nextBatch()));
  for (let round = 0; round < rounds; round++) {
    const bare = await rateOf((updates) => each.oneByOne(updates));
    const batched = await rateOf((updates) => together.inOneCommit(updates));
    const rate = await rateOf(own);
    rates.push(rate);
    shares.push((100 * rate) / bare);
    strict.push((100 * rate) / batched);
  }
  await telegram.stop();
  await koloop.stop();
  each.stop();
  together.stop();
  const how = `${rounds} x ${batches} polls of ${batch} group messages from ${people} people, hearing included`;
  const share = median(shares);
  return [
    { name: "updates to committed event", value: median(rates), unit: "/s", goal: "", holds: null, against: "", how },
    {
      name: "share of the bare rate",
      value: share,
      unit: "%",
      goal: ">= 50",
      holds: share >= 50,
      against: "grammY's handleUpdate with an empty handler and a durable insert of its own each, same run",
      how,
    },
    {
      name: "share of the bare rate, one commit for a poll",
      value: median(strict),
      unit: "%",
      goal: "",
      holds: null,
      against: "the same with one commit for each hundred, as koloop commits",
      how,
    },
  ];
}

/** The first call may come before the bot knows who it is. */
async function until(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await work();
      return;
    } catch (fault) {
      if (tries > 100) throw fault;
      await wait(50);
    }
  }
}

async function rateOf(handle: (updates: Update[]) => Promise<unknown>): Promise<number> {
  const work = Array.from({ length: batches }, nextBatch);
  const begun = performance.now();
  for (const updates of work) await handle(updates);
  return (1000 * batch * batches) / (performance.now() - begun);
}

/** An empty handler, and the update written down as durably as koloop writes. */
function barePeer(path: string) {
  const bot = new Bot(token, { botInfo: me });
  bot.use(() => {});
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  const insert = db.prepare("INSERT INTO event (id, body) VALUES (?, ?)");
  const write = (update: Update) => insert.run(update.update_id, JSON.stringify(update));
  return {
    oneByOne: (updates: Update[]) =>
      Promise.all(updates.map((update) => bot.handleUpdate(update).then(() => write(update)))),
    async inOneCommit(updates: Update[]) {
      await Promise.all(updates.map((update) => bot.handleUpdate(update)));
      db.transaction(() => updates.forEach(write))();
    },
    stop: () => db.close(),
  };
}

/** The whole program as it starts for a brand, with the web pages and Telegram, once it has settled. */
async function memoryFigure(folder: string, apiRoot: string): Promise<Figure> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    PORT: "0",
    DATABASE_URL: `file:${join(folder, "idle.db")}`,
    KOLOOP_LOG_LEVEL: "error",
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
  };
  let megabytes: number | null = null;
  // The first start brings the demo brand in; a bot that idles is one that has been started before.
  for (const isFirst of [true, false]) {
    const child = spawn(process.execPath, [join(root, "scripts", "koloop.mjs"), "start"], { cwd: folder, env });
    await addressOf(child);
    if (!isFirst) {
      await wait(8000);
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    }
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  return {
    name: "memory of the idle bot with Telegram on",
    value: megabytes,
    unit: "MiB",
    goal: "<= 150",
    holds: megabytes === null ? null : megabytes <= 150,
    against: "",
    how: "koloop start with the demo brand, resident set 8 s after the start",
  };
}

function addressOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (text: Buffer) => {
      if (text.toString().includes("http://")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`koloop did not start: ${code}`)));
  });
}
