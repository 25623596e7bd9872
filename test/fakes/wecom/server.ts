import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import wecomCrypto from "@wecom/crypto";
import { type WebSocket, WebSocketServer } from "ws";
import { checkCard, checkKf, type SentCard } from "./card-check.ts";

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
  [/^(message|batch)\//, secrets.app],
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
  withdrawTokens(): void {
    this.tokens.clear();
  }

  private async answer(request: IncomingMessage, response: import("node:http").ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.apiBase);
    const path = url.pathname.replace(/^\/cgi-bin\//, "");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString();
    const body = (raw === "" ? Object.fromEntries(url.searchParams) : JSON.parse(raw)) as Json;
    const at = this.faults.findIndex((planned) => planned.path === path);
    const fault = at < 0 ? undefined : this.faults.splice(at, 1)[0]?.fault;
    const call: Call = { path, body, at: Date.now(), answered: -2 };
    this.calls.push(call);
    if (fault === "reset") return void request.socket.destroy();
    if (fault === "silence") return void setTimeout(() => request.socket.destroy(), silenceMs).unref();
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
      case "externalcontact/get":
        return this.contact(url.searchParams.get("external_userid") ?? "");
      case "externalcontact/get_corp_tag_list":
        return {
          errcode: 0,
          tag_group: [
            { group_id: "g1", group_name: "人群", tag: [...this.corpTags].map(([id, name]) => ({ id, name })) },
          ],
        };
      case "externalcontact/add_corp_tag":
        return this.addTag(body);
      case "externalcontact/mark_tag":
        return this.markTag(body);
      case "message/send":
        return this.send(body);
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
      case "externalcontact/batch/get_by_user":
        return this.contactsOf(body);
      case "externalcontact/groupchat/list": {
        const { userid_list: owners } = body.owner_filter as { userid_list: string[] };
        const mine = [...this.groups].filter(([, { owner }]) => owners.includes(owner));
        return { errcode: 0, group_chat_list: mine.map(([chat_id]) => ({ chat_id, status: 0 })), next_cursor: "" };
      }
      case "externalcontact/groupchat/get": {
        const group = this.groups.get(String(body.chat_id));
        return group ? { errcode: 0, group_chat: { chat_id: body.chat_id, ...group } } : { errcode: 86003 };
      }
      case "externalcontact/add_msg_template": {
        const [to = ""] = body.external_userid as string[];
        const customer = this.customers.get(to);
        if (!customer?.follow.has(String(body.sender))) return { errcode: 0, fail_list: [to], msgid: "" };
        const msgid = `MS${++this.serial}`;
        this.massSends.push({ msgid, to, sender: String(body.sender), body, status: 0 });
        return { errcode: 0, fail_list: [], msgid };
      }
      case "externalcontact/get_groupmsg_send_result": {
        const known = this.massSends.find(({ msgid }) => msgid === body.msgid);
        if (!known || known.sender !== body.userid) return { errcode: 40058 };
        return { errcode: 0, send_list: [{ external_userid: known.to, userid: known.sender, status: known.status }] };
      }
      case "externalcontact/cancel_groupmsg_send":
        for (const known of this.massSends) if (known.msgid === body.msgid) known.status = "cancelled";
        return { errcode: 0 };
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
      case "externalcontact/get_follow_user_list":
        return {
          errcode: 0,
          follow_user: [...new Set([...this.customers.values()].flatMap((c) => [...c.follow.keys()]))],
        };
      case "kf/sync_msg":
        return this.sync(body);
      case "kf/service_state/get":
        return { errcode: 0, service_state: this.kfState };
      case "kf/send_msg":
        return this.kfSend(body);
      default:
        this.complaints.push(`unknown path ${path}`);
        return { errcode: 40066 };
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

  private contact(id: string): Json {
    const customer = this.customers.get(id);
    if (!customer) return { errcode: 40096 };
    return {
      errcode: 0,
      external_contact: { external_userid: id, name: customer.name, type: 1 },
      follow_user: [...customer.follow].map(([userid, tags]) => ({
        userid,
        tags: [...tags].map((tag) => ({ group_name: "人群", tag_name: this.corpTags.get(tag), tag_id: tag, type: 1 })),
      })),
    };
  }

  /** Two pairs a page, so that cursors are followed. */
  private contactsOf(body: Json): Json {
    const users = body.userid_list as string[];
    if (users.length > 100 || Number(body.limit) > 100) return { errcode: 40058 };
    const pairs = [...this.customers].flatMap(([id, { name, follow }]) =>
      [...follow.keys()].filter((userid) => users.includes(userid)).map((userid) => ({ id, name, userid })),
    );
    const from = Number(String(body.cursor ?? "").slice(1));
    const page = pairs.slice(from, from + 2);
    return {
      errcode: 0,
      external_contact_list: page.map(({ id, name, userid }) => ({
        external_contact: { external_userid: id, name, type: 1 },
        follow_info: { userid, tag_id: [] },
      })),
      next_cursor: from + 2 < pairs.length ? `c${from + 2}` : "",
    };
  }

  private addTag(body: Json): Json {
    const made = (body.tag as { name: string }[]).map(({ name }) => ({ id: `et${++this.serial}`, name }));
    if (made.some(({ name }) => [...this.corpTags.values()].includes(name))) return { errcode: 40071 };
    for (const { id, name } of made) this.corpTags.set(id, name);
    return { errcode: 0, tag_group: { group_id: "g1", group_name: body.group_name, tag: made } };
  }

  private markTag(body: Json): Json {
    const tags = this.customers.get(String(body.external_userid))?.follow.get(String(body.userid));
    if (!tags) return { errcode: 84061 };
    for (const tag of body.add_tag as string[]) {
      if (!this.corpTags.has(tag)) return { errcode: 40068 };
      if (tags.has(tag)) this.complaints.push(`marked twice: ${JSON.stringify(body)}`);
      tags.add(tag);
    }
    return { errcode: 0 };
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

  private sync(body: Json): Json {
    if (body.open_kfid !== openKfid || Number(body.limit) > 1000) return { errcode: 40058 };
    const cursor = String(body.cursor ?? "");
    const n = Number(cursor.slice(1));
    if (n >= this.kfLog.length) return { errcode: 0, next_cursor: cursor, has_more: 0, msg_list: [] };
    const message = this.kfLog[n];
    const has_more = n + 1 < this.kfLog.length ? 1 : 0;
    return { errcode: 0, next_cursor: `p${n + 1}`, has_more, msg_list: message ? [message] : [] };
  }

  private kfSend(body: Json): Json {
    const to = String(body.touser);
    if (this.kfState === 3) return { errcode: 95018 };
    if (this.kfSent.some(({ message }) => message.msgid === body.msgid)) return { errcode: 0, msgid: body.msgid };
    const window = this.kfWindows.get(to);
    if (!window || window.at + 48 * 3_600_000 <= Date.now()) return { errcode: 95018 };
    if (window.left === 0) return { errcode: 95001 };
    window.left--;
    const wrong = checkKf(body);
    if (wrong) {
      this.complaints.push(wrong);
      return { errcode: 40058 };
    }
    this.kfSent.push({ to, message: body });
    return { errcode: 0, msgid: body.msgid };
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

/** A callback as WeCom posts it, signed and encrypted by the vendor's library. */
export async function postCallback(
  address: string,
  xml: string,
  forged: { corpId?: string; signature?: string } = {},
): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(6).toString("hex");
  const encrypted = wecomCrypto.encrypt(aesKey, xml, forged.corpId ?? corpId);
  const signature = forged.signature ?? wecomCrypto.getSignature(callbackToken, timestamp, nonce, encrypted);
  return fetch(`${address}/wecom/callback?${new URLSearchParams({ msg_signature: signature, timestamp, nonce })}`, {
    method: "POST",
    headers: { "content-type": "text/xml" },
    body: `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID>${agentId}</AgentID></xml>`,
  });
}

/** What a passive reply says, opened as WeCom opens it: its signature is checked, an empty answer or `success` is none. */
export async function openPassive(response: Response): Promise<string | undefined> {
  const body = await response.text();
  const part = (name: string) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]+)`).exec(body)?.[1];
  const [encrypted, signature, timestamp, nonce] = [
    part("Encrypt"),
    part("MsgSignature"),
    part("TimeStamp"),
    part("Nonce"),
  ];
  if (!encrypted || !timestamp || !nonce) return undefined;
  if (wecomCrypto.getSignature(callbackToken, timestamp, nonce, encrypted) !== signature)
    throw new Error("a bad signature");
  const { message, id } = wecomCrypto.decrypt(aesKey, encrypted);
  if (id !== corpId) throw new Error("another corp");
  return message;
}

export async function askVerification(address: string, echo: string): Promise<Response> {
  const [timestamp, nonce] = ["1700000000", "n1"];
  const echostr = wecomCrypto.encrypt(aesKey, echo, corpId);
  const signature = wecomCrypto.getSignature(callbackToken, timestamp, nonce, echostr);
  return fetch(
    `${address}/wecom/callback?${new URLSearchParams({ msg_signature: signature, timestamp, nonce, echostr })}`,
  );
}
