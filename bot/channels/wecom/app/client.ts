import { DeliveryError } from "../../channel.ts";
import type { WecomApi } from "../api.ts";
import { WecomError } from "../api.ts";
import { cutBytes, type TemplateCard } from "../card-limits.ts";

/** Message/send answers with `|`-joined texts, lower-cased. */
const joined = (field: unknown): string[] => (typeof field === "string" ? field.toLowerCase().split("|") : []);

/** WeCom drops what exceeds 30 messages a minute to one member, silently: koloop stays below. */
const perMinute = 25;
const textBytes = 2048;
/** A repetition within this long is known as one; the most that WeCom allows. */
const duplicateCheckSeconds = 14_400;

export type AppClient = {
  /** Sends a template card and returns the code that changes it later, if WeCom gave one. Throws `Unreachable` or `DeliveryError`. */
  sendCard(userid: string, card: TemplateCard): Promise<string | null>;
  sendText(userid: string, content: string, dedupeId: string): Promise<void>;
  /** Replaces a card, with a code that works once. False where the code was spent or the card can't be changed any more. */
  updateCard(userid: string, code: string, card: TemplateCard): Promise<boolean>;
};

/** The app does not reach this member at all: another line may. */
export class NotReached extends Error {}

export function createAppClient(options: {
  api: WecomApi;
  secret: string;
  agentId: number;
  now: () => number;
}): AppClient {
  const { api, secret, agentId, now } = options;
  const sentAt = new Map<string, number[]>();

  function takeTurn(userid: string): void {
    const recent = (sentAt.get(userid) ?? []).filter((at) => at > now() - 60_000);
    if (recent.length >= perMinute)
      throw new DeliveryError("try-later", "this member has had enough for a minute", {
        retryAfterMs: recent[0]! + 60_000 - now(),
      });
    sentAt.set(userid, [...recent, now()]);
  }

  async function send(userid: string, body: Record<string, unknown>): Promise<string | null> {
    takeTurn(userid);
    const message = {
      touser: userid,
      agentid: agentId,
      ...body,
      enable_duplicate_check: 1,
      duplicate_check_interval: duplicateCheckSeconds,
    };
    try {
      const answer = await api.call(secret, "message/send", { body: message });
      const id = userid.toLowerCase();
      if (joined(answer.invaliduser).includes(id) || joined(answer.unlicenseduser).includes(id))
        throw new NotReached("invalid or unlicensed");
      return typeof answer.response_code === "string" ? answer.response_code : null;
    } catch (fault) {
      if (fault instanceof WecomError && (fault.code === 81013 || fault.code === 60011)) throw new NotReached("81013");
      throw fault;
    }
  }

  return {
    sendCard: (userid, card) => send(userid, { msgtype: "template_card", template_card: card }),
    async sendText(userid, content) {
      await send(userid, { msgtype: "text", text: { content: cutBytes(content, textBytes) } });
    },
    async updateCard(userid, code, card) {
      const { task_id: _, ...template_card } = card;
      const body = { userids: [userid], agentid: agentId, response_code: code, template_card };
      try {
        await api.call(secret, "message/update_template_card", { body });
        return true;
      } catch (fault) {
        if (fault instanceof WecomError && fault.kind === "refused") return false;
        throw fault;
      }
    },
  };
}
