import type { Body } from "#cards/card.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { actionOfAnswer } from "../numbered-answers.ts";

export const channelName = "terminal";

/** A line that was typed, as an event: the number of a choice on the last card, or words. Undefined for an empty line. */
export function readLine(
  line: string,
  typed: { personId: string; eventId: string; at: number; last: Body | undefined },
): Incoming | undefined {
  const text = line.trim();
  if (text === "") return undefined;
  const envelope = {
    eventId: typed.eventId,
    from: typed.personId,
    address: { channel: channelName, room: `bot:${typed.personId}` },
    roomKind: "bot" as const,
    at: typed.at,
  };
  const action = actionOfAnswer(text, typed.last);
  return action ? { ...envelope, type: "tap", action } : { ...envelope, type: "message", text, addressed: true };
}
