import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { WecomCrypto } from "@wecom/aibot-node-sdk";
import fastify, { type FastifyInstance } from "fastify";
import { encryptedPart } from "#bot/channels/wecom/app/receive.ts";
import { createEnvelope } from "#bot/channels/wecom/crypto.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { type Figure, median, quantile, warming } from "./frame.ts";
import { addCustomers, addEmployees, messageOf, probe, silent } from "./scale-desk.ts";
import { openPrisma, openRaw } from "./scale-peers.ts";
import type { Load, LoadResult } from "./wecom-load.ts";

const connections = 64;
const rounds = Number(process.env.KOLOOP_BENCH_ROUNDS ?? 5);
const messages = Number(process.env.KOLOOP_BENCH_MESSAGES ?? 1500);
const prismaMessages = Math.min(300, messages);
const [token, aesKey, corpId] = ["t", randomBytes(32).toString("base64").slice(0, 43), "ww1"];

type Server = { name: "koloop" | "group" | "prisma"; port: number; stop(): Promise<void> };

/**
 * A message in WeCom's sealed envelope, over HTTP, until 200 after its commit. All three servers are fastify with the same route and the same
 * opening of the envelope; koloop's also hears the words with the packs that ship.
 */
export async function webhookFigures(folder: string): Promise<Figure[]> {
  const servers = [await koloopServer(folder), groupServer(folder), await prismaServer(folder)];
  const running = await Promise.all(servers);
  const rates: Record<Server["name"], number[]> = { koloop: [], group: [], prisma: [] };
  const times: Record<Server["name"], number[]> = { koloop: [], group: [], prisma: [] };
  let refused = 0;
  let next = 0;
  try {
    for (let round = -warming; round < rounds; round++) {
      for (const { name, port } of running) {
        const count = name === "prisma" ? prismaMessages : messages;
        const from = next;
        next += count;
        const posts = Array.from({ length: count }, (_, k) => sealed(from + k));
        const taken = await load(port, posts);
        refused += taken.refused;
        if (round < 0) continue;
        rates[name].push(count / taken.seconds);
        times[name].push(...taken.latenciesMs);
      }
    }
  } finally {
    for (const { stop } of running) await stop();
  }
  const against = (peer: "group" | "prisma") => median(rates.koloop.map((rate, round) => rate / rates[peer][round]!));
  const how = `medians of ${rounds} x ${messages} messages (${prismaMessages} for Prisma) after ${warming} of all, ${connections} connections, load from another thread, ${refused} refused`;
  const plain = { against: "", how, goal: "", holds: null };
  return [
    { ...plain, name: "webhook, 64 connections", value: median(rates.koloop), unit: "messages/s" },
    { ...plain, name: "webhook, p99", value: quantile(times.koloop, 0.99), unit: "ms" },
    { ...plain, name: "fastify + raw group commit", value: median(rates.group), unit: "messages/s" },
    { ...plain, name: "fastify + Prisma transaction a message", value: median(rates.prisma), unit: "messages/s" },
    {
      ...plain,
      ...{ name: "webhook, share of the group commit floor", value: against("group"), unit: "x", goal: ">= 0.7" },
      ...{
        holds: refused === 0 && against("group") >= 0.7,
        against: "fastify, the same envelope, five rows a message",
      },
    },
    {
      ...plain,
      ...{ name: "webhook against Prisma", value: against("prisma"), unit: "x", goal: ">= 15" },
      ...{
        holds: refused === 0 && against("prisma") >= 15,
        against: "fastify, the same envelope, one transaction a message",
      },
    },
  ];
}

/** The content of a message about customer `n`, sealed as WeCom does. */
function sealed(n: number): { path: string; body: string } {
  const crypto = new WecomCrypto(token, aesKey, corpId);
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(4).toString("hex")];
  const { encrypt } = crypto.encrypt(`<xml><Content>${n}</Content></xml>`, timestamp, nonce);
  const signature = createHash("sha1").update([token, timestamp, nonce, encrypt].sort().join("")).digest("hex");
  return {
    path: `/callback?${new URLSearchParams({ msg_signature: signature, timestamp, nonce })}`,
    body: `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`,
  };
}

async function serve(
  name: Server["name"],
  take: (n: number) => Promise<void>,
  stop: () => Promise<void>,
): Promise<Server> {
  const envelope = createEnvelope({ token, aesKey, corpId });
  const http: FastifyInstance = fastify();
  http.addContentTypeParser("text/xml", { parseAs: "string" }, (_request, body, done) => done(null, body));
  http.post<{ Querystring: Record<string, string>; Body: string }>("/callback", async ({ query, body }, answer) => {
    const { msg_signature: signature = "", timestamp = "", nonce = "" } = query;
    const plain = envelope.open({ signature, timestamp, nonce }, encryptedPart(body) ?? "");
    const n = Number(/<Content>(\d+)</.exec(String(plain))?.[1] ?? Number.NaN);
    if (Number.isNaN(n)) return answer.code(403).send();
    await take(n);
    return "success";
  });
  const address = await http.listen({ port: 0, host: "127.0.0.1" });
  return {
    name,
    port: Number(new URL(address).port),
    stop: async () => {
      await http.close();
      await stop();
    },
  };
}

async function koloopServer(folder: string): Promise<Server> {
  const url = `file:${join(folder, "webhook.db")}`;
  const koloop = await createKoloop(readConfig({ DATABASE_URL: url, ...silent }), { web: false, channels: [probe] });
  await addEmployees(koloop);
  const all = (rounds + warming) * (2 * messages + prismaMessages);
  await addCustomers(koloop, 0, all);
  return serve(
    "koloop",
    (n) => koloop.inbox.accept(messageOf(n)),
    () => koloop.stop(),
  );
}

/** The floor: what came in the same breath shares a commit. */
function groupServer(folder: string): Promise<Server> {
  const raw = openRaw(join(folder, "webhook-raw.db"));
  let waiting: (() => void)[] = [];
  const take = () =>
    new Promise<void>((resolve) => {
      if (waiting.push(resolve) > 1) return;
      setImmediate(() => {
        const group = waiting;
        waiting = [];
        raw.put(group.length);
        for (const done of group) done();
      });
    });
  return serve("group", take, async () => raw.close());
}

async function prismaServer(folder: string): Promise<Server> {
  const prisma = await openPrisma(join(folder, "webhook-prisma.db"));
  return serve(
    "prisma",
    () => prisma.put(),
    () => prisma.close(),
  );
}

function load(port: number, posts: Load["posts"]): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const workerData: Load = { port, posts, atOnce: connections };
    const worker = new Worker(new URL("./wecom-load.js", import.meta.url), { workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
