import { createHash } from "node:crypto";
import { DeliveryError } from "../../channel.ts";
import type { WecomApi } from "../api.ts";
import { WecomError } from "../api.ts";
import { cutBytes, type TemplateCard } from "../card-limits.ts";

/** Message/send answers with `|`-joined texts, lower-cased. */
const joined = (field: unknown): string[] => (typeof field === "string" ? field.toLowerCase().split("|") : []);

/** WeCom drops what exceeds 30 messages a minute to one member, silently: koloop stays below. */
const perMinute = 25;
const minuteMs = 60_000;
const textBytes = 2048;
/** A repetition within this long is known as one; the most that WeCom allows. */
const duplicateCheckSeconds = 14_400;

export type AppClient = {
  /** Sends a template card and returns the code that changes it later, if WeCom gave one. Throws `NotReached`, `WecomError` or `DeliveryError`. */
  sendCard(userid: string, card: TemplateCard): Promise<string | null>;
  sendText(userid: string, content: string, dedupeId: string): Promise<void>;
  /** Uploads a picture and sends it. */
  sendPicture(userid: string, picture: { bytes: Uint8Array; name: string; mime: string }): Promise<void>;
  /** Replaces a card, with a code that works once. False where the code was spent or the card can't be changed any more. */
  updateCard(userid: string, code: string, card: TemplateCard): Promise<boolean>;
  /** Whether cards cannot be changed by a call now: WeCom's limit was hit. */
  readonly updatesRest: boolean;
};

const updatePath = "message/update_template_card";
/** Four characters without width, three bytes each. */
const markBytes = 12;

/**
 * Tells two texts of the same words apart, and is the same for one text and its repetition: WeCom takes what reads alike for a repetition,
 * and would swallow the second answer to a question asked twice.
 */
function unseenMark(id: string): string {
  const [first = 0, second = 0] = createHash("sha256").update(id).digest();
  const bits = (first * 256 + second) & 0xff;
  return [6, 4, 2, 0].map((shift) => "\u200b\u200c\u200d\u2060"[(bits >> shift) & 3]).join("");
}

/** Tokens and concurrency: the code of the card is as good as before. */
const passing = new Set([40001, 40014, 42001, 45033]);

/** The app does not reach this member at all: another line may. */
export class NotReached extends Error {}

export function createAppClient(options: {
  api: WecomApi;
  secret: string;
  agentId: number;
  now: () => number;
  /** When a member was sent something since a time, as far as a process before this one has noted it. */
  sentBefore: (userid: string, since: number) => Promise<number[]>;
}): AppClient {
  const { api, secret, agentId, now, sentBefore } = options;
  const sentAt = new Map<string, number[]>();

  async function takeTurn(userid: string): Promise<number> {
    if (!sentAt.has(userid)) {
      const before = await sentBefore(userid, now() - minuteMs);
      sentAt.set(userid, [...before, ...(sentAt.get(userid) ?? [])]);
    }
    const recent = (sentAt.get(userid) ?? []).filter((at) => at > now() - minuteMs);
    if (recent.length >= perMinute)
      throw new DeliveryError("try-later", "this member has had enough for a minute", {
        retryAfterMs: recent[0]! + minuteMs - now(),
      });
    const at = now();
    sentAt.set(userid, [...recent, at]);
    return at;
  }

  /** Nothing was sent after all. */
  function giveTurnBack(userid: string, at: number): void {
    const turns = sentAt.get(userid) ?? [];
    const turn = turns.indexOf(at);
    if (turn >= 0) turns.splice(turn, 1);
  }

  async function send(userid: string, body: Record<string, unknown>): Promise<string | null> {
    const turn = await takeTurn(userid);
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
      if (fault instanceof WecomError && fault.kind !== "unreachable") giveTurnBack(userid, turn);
      if (fault instanceof WecomError && (fault.code === 81013 || fault.code === 60011)) throw new NotReached("81013");
      throw fault;
    }
  }

  return {
    get updatesRest() {
      return api.rests(updatePath);
    },
    sendCard: (userid, card) => send(userid, { msgtype: "template_card", template_card: card }),
    async sendText(userid, content, dedupeId) {
      const words = cutBytes(content, textBytes - markBytes);
      await send(userid, { msgtype: "text", text: { content: `${words}${unseenMark(dedupeId)}` } });
    },
    async sendPicture(userid, { bytes, name, mime }) {
      const body = new FormData();
      body.set("media", new Blob([new Uint8Array(bytes)], { type: mime }), name);
      const { media_id } = await api.call(secret, "media/upload", { query: { type: "image" }, body });
      await send(userid, { msgtype: "image", image: { media_id } });
    },
    async updateCard(userid, code, card) {
      const { task_id: _, ...template_card } = card;
      const body = { userids: [userid], agentid: agentId, response_code: code, template_card };
      try {
        await api.call(secret, updatePath, { body });
        return true;
      } catch (fault) {
        if (fault instanceof WecomError && fault.kind === "refused" && !passing.has(fault.code)) return false;
        throw fault;
      }
    },
  };
}
