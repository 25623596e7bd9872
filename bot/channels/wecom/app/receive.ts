import { createHash } from "node:crypto";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: true,
  ignoreAttributes: true,
  processEntities: false,
});

const text = z.string().default("");
const callbackSchema = z.looseObject({
  ToUserName: text,
  FromUserName: text,
  CreateTime: text,
  MsgType: text,
  MsgId: text,
  Content: text,
  Event: text,
  EventKey: text,
  ChangeType: text,
  TaskId: text,
  ResponseCode: text,
  UserID: text,
  ExternalUserID: text,
  Token: text,
  OpenKfId: text,
  Id: text,
  ChatId: text,
  UpdateDetail: text,
});

const rootSchema = z.object({ xml: z.looseObject({}) });

/** What a callback says, as far as koloop listens. `id` is the same for every repetition of one callback. */
export type Callback = { id: string; at: number } & (
  | { type: "text"; from: string; text: string }
  | { type: "tap"; from: string; key: string; taskId: string; responseCode: string }
  | { type: "kf"; token: string; openKfid: string }
  | { type: "contact"; change: string; userid: string; externalUserid: string }
  /** A customer group: made, changed, or dissolved (`dismiss`). */
  | { type: "group"; change: string; chatId: string }
  | { type: "other"; name: string }
);

/** Reads XML without entities; undefined for anything that is not one `<xml>` element, or that brings a DTD. */
function readXml(xml: string): Record<string, unknown> | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, ""))) return undefined;
  try {
    const root = rootSchema.safeParse(parser.parse(xml));
    return root.success ? root.data.xml : undefined;
  } catch {
    return undefined;
  }
}

/** The envelope has one element that matters, of base64; a parser would cost more than opening what is in it. */
const encryptElement = /<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]+)\s*(?:\]\]>)?\s*<\/Encrypt>/g;

/** The encrypted part of a callback's outer envelope; undefined where there is none, or more than one, or a DTD. */
export function encryptedPart(xml: string): string | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return undefined;
  const [found, second] = [...xml.matchAll(encryptElement)];
  return second ? undefined : found?.[1];
}

/** A decrypted callback; undefined where it is not one. */
export function readCallback(xml: string): Callback | undefined {
  const read = callbackSchema.safeParse(readXml(xml));
  if (!read.success || read.data.MsgType === "") return undefined;
  const fields = read.data;
  const envelope = {
    id: fields.MsgId === "" ? fingerprint(fields) : `msg:${fields.MsgId}`,
    at: timeOf(fields.CreateTime),
  };
  const from = fields.FromUserName;
  if (fields.MsgType === "text") return { ...envelope, type: "text", from, text: fields.Content };
  if (fields.MsgType !== "event") return { ...envelope, type: "other", name: fields.MsgType };
  switch (fields.Event) {
    case "template_card_event":
    case "template_card_menu_event":
    case "taskcard_click":
      return {
        ...envelope,
        type: "tap",
        from,
        key: fields.EventKey,
        taskId: fields.TaskId,
        responseCode: fields.ResponseCode,
      };
    case "kf_msg_or_event":
      return { ...envelope, type: "kf", token: fields.Token, openKfid: fields.OpenKfId };
    case "change_external_contact":
      return {
        ...envelope,
        type: "contact",
        change: fields.ChangeType,
        userid: fields.UserID,
        externalUserid: fields.ExternalUserID,
      };
    case "change_external_chat":
      return { ...envelope, type: "group", change: fields.ChangeType, chatId: fields.ChatId };
    default:
      return { ...envelope, type: "other", name: fields.Event };
  }
}

/** The passive reply that greys the key of a pressed card, as plain XML. `]]>` cannot stand in it. */
export const greyKey = (to: string, corpId: string, words: string, at: number): string =>
  `<xml><ToUserName><![CDATA[${to}]]></ToUserName><FromUserName><![CDATA[${corpId}]]></FromUserName><CreateTime>${Math.floor(at / 1000)}</CreateTime><MsgType><![CDATA[update_button]]></MsgType><Button><ReplaceName><![CDATA[${words.replaceAll("]]>", "")}]]></ReplaceName></Button></xml>`;

/** Events have no id, and several may share a second: all that tells them apart, hashed. */
function fingerprint(f: z.infer<typeof callbackSchema>): string {
  const told = [
    f.ToUserName,
    f.FromUserName,
    f.CreateTime,
    f.Event,
    f.ChangeType,
    f.EventKey,
    f.TaskId,
    f.ExternalUserID,
    f.UserID,
    f.ChatId,
    f.UpdateDetail,
  ];
  return `ev:${createHash("sha256")
    .update(JSON.stringify([...told, f.Id, f.Token]))
    .digest("base64url")}`;
}

/** Epoch milliseconds; some events tell milliseconds where the others tell seconds. */
function timeOf(created: string): number {
  const n = Number(created);
  if (!Number.isFinite(n) || n <= 0) return 0;
  return n > 1e11 ? n : n * 1000;
}
