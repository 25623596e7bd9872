import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const telegramToken = "4242:test-token-of-a-bot-that-is-not";
export const botUser = { id: 4242, is_bot: true, first_name: "KoLoop", username: "koloop_test_bot" };

export type Shown = {
  messageId: number;
  chat: number;
  topic?: number;
  text: string;
  buttons: { text: string; callback_data: string }[];
  edits: number;
  isPhoto: boolean;
};
type Answer = { status: number; body: object } | "cut";
type Payload = Record<string, unknown>;

const ok = (result: unknown): Answer => ({ status: 200, body: { ok: true, result } });
export const refusal = (code: number, description: string, parameters?: object): Answer => ({
  status: code,
  body: { ok: false, error_code: code, description, ...(parameters && { parameters }) },
});

/** As much of the Bot API as koloop calls: it holds polls, keeps what lies behind the offset, and forgets nothing before. */
export class FakeTelegram {
  /** So many updates a poll brings; Telegram often answers with the first that is there. */
  atOnce = 100;
  readonly shown: Shown[] = [];
  readonly calls: { method: string; payload: Payload }[] = [];
  /** Updates that the offset has passed: gone for good. */
  confirmed = 0;
  privacy = true;
  /** What goes wrong with the next calls of a method; undefined leaves it alone. */
  fault: ((method: string, payload: Payload) => Answer | undefined) | undefined;
  webhook: { url: string; secret_token: string; last_error_message?: string } | undefined;
  readonly files = new Map<string, Buffer>();
  private waiting: { update_id: number }[] = [];
  private lastUpdate = 700;
  private lastMessage = 0;
  private readonly held = new Set<() => void>();
  private readonly server = createServer((request, response) => void this.serve(request, response));
  base = "";

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    this.base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Puts an update before the bot and tells its number. */
  push(update: object): number {
    const update_id = ++this.lastUpdate;
    this.waiting.push({ update_id, ...update });
    for (const wake of this.held) wake();
    return update_id;
  }

  newMessageId = (): number => ++this.lastMessage;

  says(from: number, text: string, more: Payload = {}): Payload {
    const message = this.message(from, { text, ...more });
    this.push({ message });
    return message;
  }

  message(from: number, more: Payload): Payload {
    const user = { id: from, is_bot: false, first_name: `人${from}` };
    const chat = { id: from, type: "private", first_name: `人${from}` };
    return { message_id: this.newMessageId(), from: user, chat, date: Math.floor(Date.now() / 1000), ...more };
  }

  press(from: number, card: Shown, label: string): void {
    const button = card.buttons.find(({ text }) => text.includes(label));
    if (!button) throw new Error(`no button "${label}": ${JSON.stringify(card)}`);
    const chat = { id: card.chat, type: card.chat < 0 ? "supergroup" : "private" };
    this.push({
      callback_query: {
        id: `q${this.lastUpdate}`,
        from: { id: from, is_bot: false, first_name: `人${from}` },
        message: { message_id: card.messageId, chat, date: 1, from: botUser },
        data: button.callback_data,
      },
    });
  }

  in = (chat: number): Shown[] => this.shown.filter((one) => one.chat === chat);

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = (request.url ?? "").replace(/^\/(file\/)?bot[^/]+\//, "");
    if (request.url?.startsWith("/file/")) return void response.end(this.files.get(path));
    const isJson = request.headers["content-type"]?.includes("json");
    const payload = (isJson && body.length > 0 ? JSON.parse(body.toString()) : formOf(body)) as Payload;
    this.calls.push({ method: path, payload });
    const answer = this.fault?.(path, payload) ?? broken(path, payload) ?? (await this.answer(path, payload));
    if (answer === "cut") return void request.socket.destroy();
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }

  private async answer(method: string, payload: Payload): Promise<Answer> {
    switch (method) {
      case "getMe":
        return ok({ ...botUser, can_join_groups: true, can_read_all_group_messages: !this.privacy });
      case "getUpdates":
        if (this.webhook)
          return refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first");
        return this.updates(Number(payload.offset ?? 0), Number(payload.timeout ?? 0));
      case "sendMessage":
        return this.send(payload, String(payload.text), false);
      case "sendPhoto":
        return this.send(payload, String(payload.caption ?? ""), true);
      case "editMessageText":
      case "editMessageMedia":
        return this.edit(payload);
      case "setWebhook":
        this.webhook = { url: String(payload.url), secret_token: String(payload.secret_token ?? "") };
        return ok(true);
      case "deleteWebhook":
        this.webhook = undefined;
        return ok(true);
      case "getWebhookInfo":
        return ok({ ...this.webhook, url: this.webhook?.url ?? "", pending_update_count: this.waiting.length });
      case "getFile":
        return ok({ file_id: payload.file_id, file_unique_id: "u1", file_path: String(payload.file_id) });
      case "answerCallbackQuery":
      case "setMyCommands":
        return ok(true);
      default:
        return refusal(404, "Not Found");
    }
  }

  /** Calls the webhook with the oldest updates that wait, as Telegram does: what is not answered with 200 stays and comes again. */
  async callWebhook(address: string, count = 100): Promise<number[]> {
    const path = new URL(this.webhook!.url).pathname;
    const headers = {
      "content-type": "application/json",
      "x-telegram-bot-api-secret-token": this.webhook!.secret_token,
    };
    const statuses = await Promise.all(
      this.waiting.slice(0, count).map(async (update) => {
        const body = JSON.stringify(update);
        const { status } = await fetch(`${address}${path}`, { method: "POST", headers, body });
        if (status === 200) this.waiting = this.waiting.filter((one) => one !== update);
        return status;
      }),
    );
    return statuses;
  }

  private async updates(offset: number, timeout: number): Promise<Answer> {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter(({ update_id }) => update_id >= offset);
    this.confirmed += before - this.waiting.length;
    if (this.waiting.length === 0 && timeout > 0)
      await new Promise<void>((resolve) => {
        this.held.add(resolve);
        setTimeout(resolve, 1000).unref();
      }).then(() => this.held.clear());
    return ok(this.waiting.slice(0, timeout > 0 ? this.atOnce : 100));
  }

  private send(payload: Payload, text: string, isPhoto: boolean): Answer {
    const chat = Number(payload.chat_id);
    const topic = payload.message_thread_id === undefined ? {} : { topic: Number(payload.message_thread_id) };
    const messageId = this.newMessageId();
    this.shown.push({ messageId, chat, ...topic, text, buttons: buttonsOf(payload), edits: 0, isPhoto });
    return ok({ message_id: messageId, chat: { id: chat }, date: 1 });
  }

  private edit(payload: Payload): Answer {
    const one = this.shown.find(({ messageId }) => messageId === Number(payload.message_id));
    if (!one) return refusal(400, "Bad Request: message to edit not found");
    const buttons = buttonsOf(payload);
    if (one.text === payload.text && JSON.stringify(one.buttons) === JSON.stringify(buttons))
      return refusal(400, "Bad Request: message is not modified");
    one.text = String(payload.text ?? one.text);
    one.buttons = buttons;
    one.edits++;
    return ok(true);
  }
}

function buttonsOf({ reply_markup: markup }: Payload): Shown["buttons"] {
  const read = typeof markup === "string" ? JSON.parse(markup) : markup;
  return ((read as { inline_keyboard?: Shown["buttons"][] } | undefined)?.inline_keyboard ?? []).flat();
}

/** The plain fields of a form with files in it. */
function formOf(body: Buffer): Payload {
  const fields = body.toString("latin1").matchAll(/name="(\w+)"\r\n\r\n([\s\S]*?)\r\n--/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, Buffer.from(value!, "latin1").toString()]));
}

/** What Telegram would refuse: too much text, buttons that carry too much, styles outside the text, commands that are none. */
function broken(method: string, payload: Payload): Answer | undefined {
  const caption = payload.caption === undefined ? undefined : String(payload.caption);
  const text = payload.text === undefined ? undefined : String(payload.text);
  if (method === "sendMessage" && !text?.trim()) return refusal(400, "Bad Request: message text is empty");
  if ((text?.length ?? 0) > 4096) return refusal(400, "Bad Request: message is too long");
  if ((caption?.length ?? 0) > 1024) return refusal(400, "Bad Request: message caption is too long");
  if (buttonsOf(payload).some(({ callback_data: data }) => data.length === 0 || Buffer.byteLength(data) > 64))
    return refusal(400, "Bad Request: BUTTON_DATA_INVALID");
  const entities = typeof payload.entities === "string" ? JSON.parse(payload.entities) : (payload.entities ?? []);
  if ((entities as { offset: number; length: number }[]).some((one) => one.offset + one.length > (text?.length ?? 0)))
    return refusal(400, "Bad Request: ENTITY_BOUNDS_INVALID");
  const commands = (method === "setMyCommands" ? payload.commands : []) as { command: string; description: string }[];
  if (
    commands.some((one) => !/^[a-z0-9_]{1,32}$/.test(one.command) || !one.description || one.description.length > 256)
  )
    return refusal(400, "Bad Request: BOT_COMMAND_INVALID");
  if (method === "setWebhook" && !String(payload.url).startsWith("https://"))
    return refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
  return undefined;
}
