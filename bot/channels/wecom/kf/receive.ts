import { z } from "zod";
import { decodeAction } from "#cards/action.ts";
import type { Incoming } from "#handlers/incoming.ts";

/** Fields that WeCom leaves out, or sends as null. */
const words = z
  .string()
  .nullish()
  .transform((text) => text ?? "");
const itemSchema = z.looseObject({
  msgid: z.string(),
  external_userid: z.string().nullish(),
  send_time: z.coerce.number().default(0),
  origin: z.number().default(0),
  msgtype: z.string(),
  text: z.looseObject({ content: words, menu_id: z.string().nullish() }).nullish(),
  link: z.looseObject({ title: words, desc: words, url: words }).nullish(),
  event: z
    .looseObject({ event_type: words, external_userid: z.string().nullish(), change_type: z.number().nullish() })
    .nullish(),
});

/** One page of kf/sync_msg. Messages stay unread: one that nobody understands must not hold up the rest. */
export const pageSchema = z.looseObject({
  next_cursor: z.string().default(""),
  has_more: z.number().default(0),
  msg_list: z.array(z.unknown()).nullish(),
});

export type KfItem =
  /** The customer wrote: `incoming` is absent where it was nothing that koloop reads. */
  | { type: "customer"; id: string; externalUserid: string; at: number; incoming: Incoming | undefined }
  /** A human took the talk, or let go of it. */
  | { type: "state"; externalUserid: string; state: number }
  | { type: "other"; name: string };

const human = 3;
const ended = 4;

export const kfRoom = (externalUserid: string): string => `kf:${externalUserid}`;

/** One message of a page; undefined for what has not even the fields that all have. */
export function readKfItem(raw: unknown, channel: string): KfItem | undefined {
  const read = itemSchema.safeParse(raw);
  if (!read.success) return undefined;
  const item = read.data;
  const externalUserid = item.external_userid ?? item.event?.external_userid;
  if (item.msgtype === "event") {
    const { event_type: name = "", change_type: change } = item.event ?? {};
    if (name !== "session_status_change" || !externalUserid) return { type: "other", name };
    return { type: "state", externalUserid, state: change === 3 ? ended : human };
  }
  const fromCustomer = item.origin === 3;
  if (!fromCustomer || !externalUserid) return { type: "other", name: item.msgtype };
  const at = item.send_time * 1000;
  const envelope = {
    eventId: `kf:${item.msgid}`,
    from: externalUserid,
    address: { channel, room: kfRoom(externalUserid) },
    roomKind: "bot" as const,
    at,
  };
  const action = item.text?.menu_id ? decodeAction(item.text.menu_id) : undefined;
  if (action)
    return { type: "customer", id: item.msgid, externalUserid, at, incoming: { ...envelope, type: "tap", action } };
  const text = wordsOf(item);
  const incoming: Incoming | undefined =
    text === "" ? undefined : { ...envelope, type: "message", text, addressed: true, mayOnlyAnswer: true };
  return { type: "customer", id: item.msgid, externalUserid, at, incoming };
}

function wordsOf({ msgtype, text, link }: z.infer<typeof itemSchema>): string {
  if (msgtype === "text") return text?.content ?? "";
  if (msgtype === "link") return [link?.title, link?.desc, link?.url].filter(Boolean).join("\n");
  return "";
}
