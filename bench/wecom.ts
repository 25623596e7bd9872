import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { WecomCrypto } from "@wecom/aibot-node-sdk";
import { encryptedPart } from "#bot/channels/wecom/app/receive.ts";
import { createEnvelope } from "#bot/channels/wecom/crypto.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import { type Figure, quantile } from "./frame.ts";
import type { Load, LoadResult } from "./wecom-load.ts";

const corpId = "ww0123456789abcdef";
const token = "callback-token";
const aesKey = randomBytes(32).toString("base64").slice(0, 43);
const crypto = new WecomCrypto(token, aesKey, corpId);
const employees = 12;
/** Below what WeCom takes in a minute to one member. */
const cardsEach = 20;
const callbacks = 4000;
const atOnce = 16;
const rounds = 3;

type Post = { path: string; body: string };

/** A callback as WeCom posts it. */
function sealed(xml: string): Post {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(4).toString("hex")];
  const { encrypt } = crypto.encrypt(xml, timestamp, nonce);
  const signature = createHash("sha1").update([token, timestamp, nonce, encrypt].sort().join("")).digest("hex");
  return {
    path: `/wecom/callback?${new URLSearchParams({ msg_signature: signature, timestamp, nonce })}`,
    body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`,
  };
}

const eventXml = (from: string, fields: Record<string, string>): string => {
  const rest = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType>${rest.join("")}</xml>`;
};

type Sent = { to: string; taskId: string; yes: string; code: string };

/** As much of WeCom as the loop needs, with the moments at which cards come and change. */
class SmallWecom {
  readonly cards: Sent[] = [];
  readonly updatedAt = new Map<string, number>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "", "http://wecom");
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    response.end(JSON.stringify({ errcode: 0, errmsg: "ok", ...this.told(url, body) }));
  }

  private told(url: URL, body: Record<string, never>): object {
    switch (url.pathname.replace("/cgi-bin/", "")) {
      case "gettoken":
        return { access_token: "token", expires_in: 7200 };
      case "externalcontact/get": {
        const id = url.searchParams.get("external_userid") ?? "";
        return {
          external_contact: { name: `客户${id}` },
          follow_user: [{ userid: `e${Number(id.slice(3)) % employees}` }],
        };
      }
      case "externalcontact/get_corp_tag_list":
        return { tag_group: [{ group_id: "g1", group_name: "KoLoop", tag: [{ id: "et1", name: "有宠家庭" }] }] };
      case "message/send": {
        const message = body as unknown as {
          touser: string;
          template_card?: { task_id: string; button_list: { text: string; key: string }[] };
        };
        const card = message.template_card;
        const yes = card?.button_list.find(({ text }) => text.includes("确认"))?.key;
        if (card && yes) this.cards.push({ to: message.touser, taskId: card.task_id, yes, code: `RC-${card.task_id}` });
        return { msgid: "M1", ...(card && { response_code: `RC-${card.task_id}` }) };
      }
      case "message/update_template_card":
        this.updatedAt.set((body as unknown as { response_code: string }).response_code, performance.now());
        return {};
      default:
        return {};
    }
  }
}

/** Callbacks against a bare handler that only verifies and decrypts, and a tap's way to the changed card, through a WeCom on loopback. */
export async function benchWecom(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  const wecom = new SmallWecom();
  const base = await wecom.start();
  const bare = await bareHandler();
  try {
    const feed = join(folder, "archive.ndjson");
    const seed = join(folder, "seed.json");
    writeFileSync(feed, "");
    const people = Array.from({ length: employees }, (_, n) => ({
      userid: `e${n}`,
      name: `员工${n}`,
      role: "employee",
    }));
    writeFileSync(seed, JSON.stringify({ employees: people }));
    const koloop = await createKoloop(
      readConfig({
        PORT: "0",
        DATABASE_URL: `file:${join(folder, "wecom.db")}`,
        KOLOOP_LOG_LEVEL: "error",
        KOLOOP_QUIET_HOURS: "off",
        KOLOOP_SEED: seed,
        WECOM_CORP_ID: corpId,
        WECOM_API_BASE: base,
        WECOM_APP_SECRET: "s1",
        WECOM_AGENT_ID: "1",
        WECOM_CONTACT_SECRET: "s2",
        WECOM_CALLBACK_TOKEN: token,
        WECOM_CALLBACK_AES_KEY: aesKey,
        WECOM_ARCHIVE_FEED: feed,
      }),
    );
    await koloop.start();
    const port = Number(new URL(koloop.address).port);
    const taps = await tapFigures(koloop.address, wecom, feed);
    // What the taps have set going is over before anything else is measured.
    while ((await waitingMarks(koloop.store)) > 0) await pause(100);
    const answered = await callbackFigures(port, bare.port, wecom.cards);
    await koloop.stop();
    return [...answered, ...taps];
  } finally {
    wecom.stop();
    bare.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What no handler can be faster than: read, verify, decrypt, say ok. */
async function bareHandler(): Promise<{ port: number; stop: () => void }> {
  const envelope = createEnvelope({ token, aesKey, corpId });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { searchParams: query } = new URL(request.url ?? "", "http://bare");
    const [signature, timestamp, nonce] = ["msg_signature", "timestamp", "nonce"].map((name) => query.get(name) ?? "");
    const encrypted = encryptedPart(Buffer.concat(chunks).toString()) ?? "";
    const plain = envelope.open({ signature: signature!, timestamp: timestamp!, nonce: nonce! }, encrypted);
    response.writeHead(plain === undefined ? 403 : 200).end("success");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function load(port: number, posts: Post[]): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const workerData: Load = { port, posts, atOnce };
    const worker = new Worker(new URL("./wecom-load.js", import.meta.url), { workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Taps of real cards, each told many times, as WeCom does where an answer was slow: all go the way of a tap into the inbox. */
const tapPosts = (_round: number, cards: readonly Sent[]): Post[] =>
  Array.from({ length: callbacks }, (_, n) => {
    const { to, yes, taskId } = cards[n % cards.length]!;
    const fields = { Event: "template_card_event", EventKey: yes, TaskId: taskId, ResponseCode: `again-${n}` };
    return sealed(eventXml(to, fields));
  });
/** A customer's tags or remark changed: the most frequent event of a living corp. */
const changePosts = (round: number): Post[] =>
  Array.from({ length: callbacks }, (_, n) =>
    sealed(
      eventXml("sys", {
        Event: "change_external_contact",
        ChangeType: "edit_external_contact",
        UserID: `e${n % employees}`,
        ExternalUserID: `wmR${round}-${n}`,
      }),
    ),
  );

async function callbackFigures(port: number, barePort: number, cards: readonly Sent[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, postsOf] of [
    ["contact events", changePosts],
    ["taps", tapPosts],
  ] as const) {
    const ratios: number[] = [];
    const rates: number[] = [];
    const latencies: number[] = [];
    const bareLatencies: number[] = [];
    let refused = 0;
    await load(barePort, postsOf(-1, cards).slice(0, 500));
    for (let round = 0; round < rounds; round++) {
      const posts = postsOf(round, cards);
      const bare = await load(barePort, posts);
      const own = await load(port, posts);
      ratios.push(bare.seconds / own.seconds);
      rates.push(callbacks / own.seconds);
      latencies.push(...own.latenciesMs);
      bareLatencies.push(...bare.latenciesMs);
      refused += own.refused + bare.refused;
    }
    const p99 = quantile(latencies, 0.99);
    const share = 100 * quantile(ratios, 0.5);
    const how = `${rounds} x ${callbacks} ${name}, ${atOnce} connections, load from another thread, ${refused} refused`;
    const plain = { against: "", how, goal: "", holds: null };
    figures.push(
      { ...plain, name: `${name} answered`, value: quantile(rates, 0.5), unit: "/s" },
      {
        ...plain,
        name: `${name} answered, p99`,
        value: p99,
        unit: "ms",
        goal: "<= 50",
        holds: refused === 0 && p99 <= 50,
      },
      {
        ...plain,
        name: `${name}, share of the bare rate`,
        value: share,
        unit: "%",
        goal: ">= 60",
        holds: refused === 0 && share >= 60,
        against: "a handler that reads, verifies and decrypts, same run",
      },
    );
  }
  return figures;
}

async function tapFigures(address: string, wecom: SmallWecom, feed: string): Promise<Figure[]> {
  const count = employees * cardsEach;
  const lines = Array.from({ length: count }, (_, n) => ({
    msgid: `m${n}`,
    action: "send",
    from: `wmC${n}`,
    tolist: [`e${n % employees}`],
    roomid: "",
    msgtime: Date.now(),
    msgtype: "text",
    text: { content: "你好,我家养了两只猫呢" },
  }));
  const begun = performance.now();
  appendFileSync(feed, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  while (wecom.cards.length < count && performance.now() - begun < 60_000) await pause(20);
  const heardSeconds = (performance.now() - begun) / 1000;
  const times: number[] = [];
  for (const card of wecom.cards) {
    const code = `tap-${card.taskId}`;
    const fields = { Event: "template_card_event", EventKey: card.yes, TaskId: card.taskId, ResponseCode: code };
    const { path, body } = sealed(eventXml(card.to, fields));
    const tapped = performance.now();
    await fetch(`${address}${path}`, { method: "POST", body, headers: { "content-type": "text/xml" } });
    while (!wecom.updatedAt.has(code) && performance.now() - tapped < 5000) await pause(1);
    times.push((wecom.updatedAt.get(code) ?? tapped + 5000) - tapped);
  }
  const p95 = quantile(times, 0.95);
  const how = `${times.length} of ${count} cards, one tap after the other, through a WeCom on loopback`;
  const plain = { against: "", how, goal: "", holds: null, unit: "ms" };
  return [
    { ...plain, name: "archive lines to cards", value: wecom.cards.length / heardSeconds, unit: "/s" },
    { ...plain, name: "tap to card update, p50", value: quantile(times, 0.5) },
    {
      ...plain,
      name: "tap to card update, p95",
      value: p95,
      goal: "<= 500",
      holds: times.length === count && p95 <= 500,
    },
  ];
}

const waitingMarks = (store: Store): Promise<number> =>
  store.read(async (tx) => (await wecomTable(tx.connection).markCounts()).waiting ?? 0);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
