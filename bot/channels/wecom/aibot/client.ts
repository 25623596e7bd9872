import { type TemplateCard as SdkCard, WSClient, type WsFrame } from "@wecom/aibot-node-sdk";
import type { Context } from "#handlers/context.ts";
import { WecomError } from "../api.ts";
import { cutBytes, type TemplateCard } from "../card-limits.ts";

const contentBytes = 20_480;
const reconnectAtMostMs = 5000;

export type BotClient = {
  readonly connected: boolean;
  /** Another instance has taken the connection: this one stays away. */
  readonly kicked: boolean;
  start(): void;
  stop(): void;
  /** Throws `WecomError`: `refused` with WeCom's code, `unreachable` where no answer came. A repetition has the id of the first try. */
  sendCard(chat: string, isGroup: boolean, card: TemplateCard): Promise<void>;
  sendText(chat: string, isGroup: boolean, content: string, id: string): Promise<void>;
  /** Uploads a picture and sends it. */
  sendPicture(chat: string, isGroup: boolean, picture: { bytes: Uint8Array; name: string }, id: string): Promise<void>;
  /** Answers a message callback: a stream that ends at once. */
  answer(reqId: string, streamId: string, content: string): Promise<void>;
  welcome(reqId: string, content: string): Promise<void>;
  updateCard(reqId: string, card: TemplateCard): Promise<void>;
};

/** The bot's long connection. `onBody` is given the body of every callback, and the id that an answer to it needs. */
export function createBotClient(options: {
  id: string;
  secret: string;
  wsUrl: string | undefined;
  log: Context["log"];
  onBody: (body: unknown, reqId: string) => void;
  onConnected: () => void;
}): BotClient {
  const { id, secret, wsUrl, log, onBody, onConnected } = options;
  let connected = false;
  let kicked = false;
  const quiet = () => {};
  const client = new WSClient({
    botId: id,
    secret,
    ...(wsUrl !== undefined && { wsUrl }),
    reconnectInterval: 500,
    maxReconnectAttempts: -1,
    maxAuthFailureAttempts: 10,
    // The SDK's lines hold frames, and frames hold customers' words.
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  // The SDK has no setting for how far its pauses grow (30 s); cards and questions should not wait that long for a server that is back.
  (client as unknown as { wsManager: { reconnectMaxDelay: number } }).wsManager.reconnectMaxDelay = reconnectAtMostMs;
  client.on("authenticated", () => {
    connected = true;
    log.info({}, "the bot is connected");
    onConnected();
  });
  client.on("disconnected", () => {
    connected = false;
  });
  client.on("error", (fault: Error) => log.warn({ err: fault.message }, "the bot's connection failed"));
  client.on("message", (frame: WsFrame) => onBody(frame.body, frame.headers.req_id));
  client.on("event", (frame: WsFrame) => {
    const eventtype = (frame.body as { event?: { eventtype?: string } } | undefined)?.event?.eventtype;
    if (eventtype === "disconnected_event") {
      kicked = true;
      connected = false;
      log.error({}, "another instance has taken over this bot; this one stays away from it until it is started again");
      return;
    }
    onBody(frame.body, frame.headers.req_id);
  });

  /** The SDK rejects with WeCom's plain answer, or with an Error where none came. */
  async function told(work: () => Promise<unknown>): Promise<void> {
    if (!connected) throw new WecomError("unreachable", 0, "the bot is not connected");
    try {
      await work();
    } catch (fault) {
      const code = (fault as { errcode?: unknown }).errcode;
      if (typeof code === "number" && code !== -1) throw new WecomError("refused", code, `aibot: ${code}`);
      throw new WecomError("unreachable", 0, "aibot: no answer");
    }
  }

  const frameOf = (reqId: string) => ({ headers: { req_id: reqId } });
  const chatType = (isGroup: boolean) => (isGroup ? 2 : 1);
  /** Proactive messages carry the kind of chat, which the SDK's own method leaves to be guessed. */
  const send = (chat: string, isGroup: boolean, id: string, body: Record<string, unknown>) =>
    told(() =>
      client.reply(
        frameOf(`aibot_send_msg_${id}`),
        { chatid: chat, chat_type: chatType(isGroup), ...body },
        "aibot_send_msg",
      ),
    );

  return {
    get connected() {
      return connected;
    },
    get kicked() {
      return kicked;
    },
    start: () => void client.connect(),
    stop: () => client.disconnect(),
    sendCard: (chat, isGroup, card) =>
      send(chat, isGroup, card.task_id, { msgtype: "template_card", template_card: card }),
    sendText: (chat, isGroup, content, id) =>
      send(chat, isGroup, id, { msgtype: "markdown", markdown: { content: cutBytes(content, contentBytes) } }),
    async sendPicture(chat, isGroup, { bytes, name }, id) {
      let mediaId = "";
      await told(async () => {
        const uploaded = await client.uploadMedia(Buffer.from(bytes), { type: "image", filename: name });
        mediaId = uploaded.media_id;
      });
      await send(chat, isGroup, id, { msgtype: "image", image: { media_id: mediaId } });
    },
    answer: (reqId, streamId, content) =>
      told(() => client.replyStream(frameOf(reqId), streamId, cutBytes(content, contentBytes), true)),
    welcome: (reqId, content) =>
      told(() => client.replyWelcome(frameOf(reqId), { msgtype: "text", text: { content: cutBytes(content, 2048) } })),
    updateCard: (reqId, card) => told(() => client.updateTemplateCard(frameOf(reqId), card as unknown as SdkCard)),
  };
}
