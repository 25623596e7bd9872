import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { checkCard, type SentCard } from "./card-check.ts";
import { contactsAnswer } from "./contacts-api.ts";
import { kfSend, sync } from "./kf-api.ts";

type Json = Record<string, unknown>;
export type Fault =
  | "reset"
  | "silence"
  | "broken"
  | "http500"
  | { errcode: number }
  /** Done, and never told. */
  | "lost-answer"
  /** Done, and told this much later. */
  | { slowMs: number };
type Call = { path: string; body: Json; at: number; answered: number };

export const corpId = "ww0123456789abcdef";
export const callbackToken = "callbackToken1";
export const aesKey = randomBytes(32).toString("base64").slice(0, 43);
export const secrets = { app: "app-secret-1", contact: "contact-secret-1", kf: "kf-secret-1" };
export const botLogin = { id: "bot1", secret: "bot-secret-1" };
export const agentId = 1000002;
export const openKfid = "wkABC";

/** Longer than this a server leaves no connection open. */
const silenceMs = 10_000;

const rights: [RegExp, string][] = [
  [/^(agent\/|ticket\/|auth\/|get_jsapi_ticket$)/, secrets.app],
  [/^externalcontact\//, secrets.contact],
  [/^kf\//, secrets.kf],
  [/^(message|batch|media)\//, secrets.app],
];

const uploadAnswers: Record<string, Json> = {
  aibot_upload_media_init: { upload_id: "U1" },
  aibot_upload_media_finish: { type: "image", media_id: "MEDIA1", created_at: "1700000000" },
};

/** A WeCom on loopback that checks what it is sent as strictly as the fact sheet says; tests read what people would see. */
export class FakeWecom {
  readonly calls: Call[] = [];
  readonly customers = new Map<string, { name: string; follow: Map<string, Set<string>> }>();
  readonly corpTags = new Map<string, string>();
  /** What stands in the app chats and the bot's chats. */
  readonly cards: SentCard[] = [];
  readonly texts: { to: string; line: "app" | "aibot"; text: string }[] = [];
  readonly kfSent: { to: string; message: Json }[] = [];
  readonly streams: { reqId: string; content: string; finish: boolean }[] = [];
  readonly complaints: string[] = [];
  readonly faults: { path: string; fault: Fault }[] = [];
  readonly openUserids = new Map<string, string>();
  /** What customers wrote to kf, a page each; null is an empty page. */
  readonly kfLog: (Json | null)[] = [];
  /** Mass sends that lie before employees; a test presses send by setting the status to 1. */
  readonly massSends: { msgid: string; to: string; sender: string; body: Json; status: number | "cancelled" }[] = [];
  readonly groups = new Map<string, { name: string; owner: string; member_list?: { userid: string }[] }>();
  readonly pictures: { to: string; mediaId: string }[] = [];
  /** Codes of the silent login: each is good once. */
  readonly loginCodes = new Map<string, string>();
  kfState = 1;
  unreachableByApp = new Set<string>();
  /** Members that the app's answer names as invalid or unlicensed, although it says ok. */
  invalid = new Set<string>();
  unlicensed = new Set<string>();
  /** Calls that wait for an answer which never comes. */
  silent = 0;
  botRefuses: number | undefined;
  /** Closes the bot's connection when the next card comes, before it is shown. */
  botDropsNext = false;
  /** Shows the next card and does not say so. */
  botMutesNext = false;
  /** Who has written to the bot alone: only they can be written to. */
  readonly botChats = new Set<string>();
  /** What each customer may still be told by kf. */
  readonly kfWindows = new Map<string, { at: number; left: number }>();
  private readonly sentPerMinute = new Map<string, number[]>();
  private readonly tokens = new Map<string, string>();
  private readonly codes = new Map<string, { card: SentCard; used: boolean }>();
  private readonly seenBodies = new Map<string, Json>();
  private server: Server | undefined;
  private sockets: WebSocketServer | undefined;
  bot: WebSocket | undefined;
  /** Calls that are answered with 45009 as long as they stand here. */
  readonly limited = new Set<string>();
  private serial = 0;

  async start(): Promise<void> {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((done) => this.server?.listen(0, "127.0.0.1", done));
    this.sockets = new WebSocketServer({ server: this.server });
    this.sockets.on("connection", (socket) =>
      socket.on("message", (data) => this.onFrame(socket, JSON.parse(String(data)))),
    );
  }
  async stop(): Promise<void> {
    for (const client of this.sockets?.clients ?? []) client.terminate();
    this.server?.closeAllConnections();
    await new Promise((done) => this.server?.close(done));
  }
  get port(): number {
    return (this.server!.address() as AddressInfo).port;
  }
  get apiBase(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  countOf(path: string): number {
    return this.calls.filter((call) => call.path === path && call.answered === 0).length;
  }
  nextId(): number {
    return ++this.serial;
  }
  withdrawTokens(): void {
    this.tokens.clear();
  }

  private async answer(request: IncomingMessage, response: import("node:http").ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.apiBase);
    const path = url.pathname.replace(/^\/cgi-bin\//, "");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString();
    const isForm = /^multipart\/form-data/.test(request.headers["content-type"] ?? "");
    const body = (raw === "" || isForm ? Object.fromEntries(url.searchParams) : JSON.parse(raw)) as Json;
    if (path === "media/upload" && !(isForm && /name="media"; filename="[^"]+\.(png|jpg)"/.test(raw)))
      this.complaints.push("media/upload without a file");
    const at = this.faults.findIndex((planned) => planned.path === path);
    const planned = at < 0 ? undefined : this.faults.splice(at, 1)[0]?.fault;
    const fault: Fault | undefined = this.limited.has(path) ? { errcode: 45009 } : planned;
    const call: Call = { path, body, at: Date.now(), answered: -2 };
    this.calls.push(call);
    if (fault === "reset") return void request.socket.destroy();
    if (fault === "silence") {
      this.silent++;
      request.socket.once("close", () => this.silent--);
      return void setTimeout(() => request.socket.destroy(), silenceMs).unref();
    }
    if (fault === "http500") return void response.writeHead(502).end("bad gateway");
    if (fault === "broken") return void response.end('{"errcode":0,');
    const told =
      typeof fault === "object" && "errcode" in fault
        ? { errcode: fault.errcode, errmsg: "scripted" }
        : this.told(path, url, body);
    call.answered = Number(told.errcode);
    if (fault === "lost-answer") return void request.socket.destroy();
    if (typeof fault === "object" && "slowMs" in fault)
      await new Promise((resolve) => setTimeout(resolve, fault.slowMs));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ errmsg: "ok", ...told }));
  }

  private told(path: string, url: URL, body: Json): Json {
    if (path === "gettoken") return this.token(url);
    const token = url.searchParams.get("access_token") ?? "";
    const owner = [...this.tokens].find(([, value]) => value === token)?.[0];
    if (!owner) return { errcode: 40014 };
    const right = rights.find(([pattern]) => pattern.test(path))?.[1];
    if (right !== owner) return { errcode: 48002 };
    switch (path) {
      case "message/send":
        return this.send(body);
      case "media/upload":
        return { errcode: 0, type: url.searchParams.get("type"), media_id: "MEDIA2", created_at: "1700000000" };
      case "message/update_template_card":
        return this.update(body);
      case "batch/openuserid_to_userid": {
        const list = (body.open_userid_list as string[]).filter((id) => this.openUserids.has(id));
        return {
          errcode: 0,
          userid_list: list.map((id) => ({ open_userid: id, userid: this.openUserids.get(id) })),
          invalid_open_userid_list: [],
        };
      }
      case "get_jsapi_ticket":
        return { errcode: 0, ticket: "corp-ticket", expires_in: 7200 };
      case "ticket/get":
        if (url.searchParams.get("type") !== "agent_config") return { errcode: 40058 };
        return { errcode: 0, ticket: "agent-ticket", expires_in: 7200 };
      case "auth/getuserinfo": {
        const code = url.searchParams.get("code") ?? "";
        const userid = this.loginCodes.get(code);
        this.loginCodes.delete(code);
        return userid === undefined ? { errcode: 40029 } : { errcode: 0, userid };
      }
      case "agent/get":
        return { errcode: 0, agentid: agentId };
      case "kf/account/list":
        return { errcode: 0, account_list: [{ open_kfid: openKfid, name: "小助手" }] };
      case "kf/sync_msg":
        return sync(this, body);
      case "kf/service_state/get":
        return { errcode: 0, service_state: this.kfState };
      case "kf/send_msg":
        return kfSend(this, body);
      default: {
        const told = contactsAnswer(this, path, url, body);
        if (told) return told;
        this.complaints.push(`unknown path ${path}`);
        return { errcode: 40066 };
      }
    }
  }

  private token(url: URL): Json {
    const secret = url.searchParams.get("corpsecret") ?? "";
    if (url.searchParams.get("corpid") !== corpId || !Object.values(secrets).includes(secret))
      return { errcode: 40001 };
    const token = this.tokens.get(secret) ?? `token-${++this.serial}-${secret.slice(0, 3)}`;
    this.tokens.set(secret, token);
    return { errcode: 0, access_token: token, expires_in: 7200 };
  }

  private send(body: Json): Json {
    if (body.agentid !== agentId) return { errcode: 40056 };
    if (body.enable_duplicate_check !== 1) this.complaints.push("message/send without enable_duplicate_check");
    const to = String(body.touser);
    if (this.unreachableByApp.has(to)) return { errcode: 81013 };
    const known = this.seenBodies.get(JSON.stringify(body));
    if (known) return known;
    if (this.invalid.has(to)) return { errcode: 0, invaliduser: to.toLowerCase(), msgid: "M0" };
    if (this.unlicensed.has(to)) return { errcode: 0, invaliduser: "", unlicenseduser: to.toLowerCase(), msgid: "M0" };
    const recent = [...(this.sentPerMinute.get(to) ?? []).filter((at) => at > Date.now() - 60_000), Date.now()];
    this.sentPerMinute.set(to, recent);
    if (recent.length > 30) {
      this.complaints.push(`more than 30 messages a minute to ${to}: dropped`);
      return { errcode: 0, invaliduser: "", msgid: "M0", response_code: "dropped" };
    }
    let answer: Json = { errcode: 0, invaliduser: "", msgid: `M${++this.serial}` };
    if (body.msgtype === "template_card") {
      const card = { to, line: "app" as const, card: body.template_card as Json, updates: [] };
      const wrong = this.wrongCard(card.card);
      if (wrong) {
        this.complaints.push(wrong);
        return { errcode: 40058 };
      }
      this.cards.push(card);
      answer = { ...answer, response_code: this.codeFor(card) };
    } else if (body.msgtype === "image") {
      this.pictures.push({ to, mediaId: (body.image as { media_id: string }).media_id });
    } else if (body.msgtype === "text") {
      const text = (body.text as { content: string }).content;
      if (Buffer.byteLength(text) > 2048) this.complaints.push("a text of more than 2048 bytes");
      this.texts.push({ to, line: "app", text });
    } else return { errcode: 40008 };
    this.seenBodies.set(JSON.stringify(body), answer);
    return answer;
  }

  private wrongCard(card: Json): string | undefined {
    return checkCard(
      card,
      this.cards.map((sent) => String(sent.card.task_id)),
    );
  }

  private codeFor(card: SentCard): string {
    const code = `RC${++this.serial}`;
    this.codes.set(code, { card, used: false });
    return code;
  }

  private update(body: Json): Json {
    const known = this.codes.get(String(body.response_code));
    if (!known || known.used || !(body.userids as string[]).includes(known.card.to)) return { errcode: 42014 };
    known.used = true;
    known.card.updates.push(body);
    return { errcode: 0, invaliduser: [] };
  }

  /** A customer writes to kf: a page of the log, and a new allowance. */
  kfSays(externalUserid: string, msgid: string, rest: Json, sentAt = Date.now()): void {
    this.kfWindows.set(externalUserid, { at: sentAt, left: 5 });
    const send_time = Math.floor(sentAt / 1000);
    this.kfLog.push({ msgid, open_kfid: openKfid, external_userid: externalUserid, send_time, origin: 3, ...rest });
  }

  /** A press of a card's key in the app, as the callback WeCom sends. */
  tapXml(card: SentCard, key: string, from = card.to, createTime = Math.floor(Date.now() / 1000)): string {
    return `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>${createTime}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[${key}]]></EventKey><TaskId><![CDATA[${card.card.task_id}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[${this.codeFor(card)}]]></ResponseCode><AgentID>${agentId}</AgentID></xml>`;
  }

  private onFrame(socket: WebSocket, frame: { cmd?: string; headers: { req_id: string }; body?: Json }): void {
    if (this.botDropsNext && frame.cmd === "aibot_send_msg") {
      this.botDropsNext = false;
      socket.terminate();
      return;
    }
    const errcode = this.judged(socket, frame.cmd ?? "", frame.headers.req_id, frame.body ?? {});
    if (this.botMutesNext && frame.cmd === "aibot_send_msg") {
      this.botMutesNext = false;
      return;
    }
    const body = uploadAnswers[frame.cmd ?? ""];
    socket.send(
      JSON.stringify({ headers: frame.headers, errcode, errmsg: errcode === 0 ? "ok" : "no", ...(body && { body }) }),
    );
  }

  private judged(socket: WebSocket, cmd: string, reqId: string, body: Json): number {
    switch (cmd) {
      case "aibot_subscribe":
        if (body.bot_id !== botLogin.id || body.secret !== botLogin.secret) return 853000;
        this.bot = socket;
        return 0;
      case "aibot_send_msg":
        if (this.botRefuses !== undefined) return this.botRefuses;
        if (body.chat_type === 1 && !this.botChats.has(String(body.chatid))) return 93006;
        if (body.msgtype === "template_card") {
          const wrong = this.wrongCard(body.template_card as Json);
          if (wrong) {
            this.complaints.push(wrong);
            return 40058;
          }
          this.cards.push({ to: String(body.chatid), line: "aibot", card: body.template_card as Json, updates: [] });
        } else if (body.msgtype === "image") {
          this.pictures.push({ to: String(body.chatid), mediaId: (body.image as { media_id: string }).media_id });
        } else {
          const { content } = body.markdown as { content: string };
          this.texts.push({ to: String(body.chatid), line: "aibot", text: content });
        }
        return 0;
      case "aibot_respond_msg":
        this.streams.push({ reqId, ...(body.stream as { content: string; finish: boolean }) });
        return 0;
      case "aibot_respond_update_msg": {
        const card = body.template_card as Json;
        this.cards.find((sent) => sent.card.task_id === card.task_id)?.updates.push({ ...body, reqId });
        return 0;
      }
      default:
        return 0;
    }
  }

  /** Sends a frame down the bot's connection. */
  push(cmd: "aibot_msg_callback" | "aibot_event_callback", reqId: string, body: Json): void {
    if (cmd === "aibot_msg_callback" && body.chattype !== "group")
      this.botChats.add(String((body.from as Json).userid));
    this.bot?.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
  }
}
