import { createHash } from "node:crypto";
import type { Body } from "#cards/card.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { actionOfAnswer } from "../numbered-answers.ts";

export const wechatyChannel = "wechaty";
/** Rooms: `r:` a group, `c:` a contact alone with koloop. */
export const contactRoom = (id: string): string => `c:${id}`;

/** A message as wechaty gives it, asked for all that koloop wants to know. */
export type Heard = {
  id: string;
  from: string;
  fromName: string;
  /** Undefined: said to koloop alone. */
  room: { id: string; topic: string } | undefined;
  text: string;
  mentioned: boolean;
  own: boolean;
  at: number;
};

/** The room that a message was said in. */
export const roomOf = ({ room, from }: Heard): string => (room ? `r:${room.id}` : contactRoom(from));

/** A message as an event: the number of a choice on the last card of its room, or words. Undefined for koloop's own and for silence. */
export function readMessage(heard: Heard, last: Body | undefined): Incoming | undefined {
  const text = heard.text.trim();
  if (heard.own || text === "") return undefined;
  const envelope = {
    // Puppets repeat what they have told before a restart; some make no ids.
    eventId: heard.id || createHash("sha256").update(`${heard.from} ${heard.at} ${text}`).digest("hex"),
    from: heard.from,
    fromName: heard.fromName,
    address: { channel: wechatyChannel, room: roomOf(heard) },
    roomKind: heard.room ? ("group" as const) : ("bot" as const),
    ...(heard.room && { roomTitle: heard.room.topic }),
    at: heard.at,
  };
  const addressed = heard.room === undefined || heard.mentioned;
  const action = addressed ? actionOfAnswer(text, last) : undefined;
  return action ? { ...envelope, type: "tap", action } : { ...envelope, type: "message", text, addressed };
}
