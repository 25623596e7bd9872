import { localDay } from "#domain/behaviour.ts";
import { isStaff } from "#domain/person.ts";
import { offsetMs } from "#domain/zone.ts";
import type { Scene } from "./context.ts";
import type { ReactedEvent } from "./incoming.ts";

/** A reaction takes somebody's words up, as quoting them does: it counts for the influence of who wrote them, once a day and reader. */
export async function noteReaction({ tx, ctx, event, person }: Scene<ReactedEvent>): Promise<void> {
  if (event.roomKind !== "group" || isStaff(person)) return;
  const message = await tx.conversations.findMessage(event.address.channel, event.messageEventId);
  const writer = message && (await tx.people.find(message.fromId));
  if (!writer || writer.id === person.id || isStaff(writer) || writer.consent === "no") return;
  const day = localDay(event.at, (at) => offsetMs(at, writer.timeZone ?? ctx.timeZone) / 60_000);
  await tx.deeds.note(writer.id, "quoted", [person.id], day);
}
