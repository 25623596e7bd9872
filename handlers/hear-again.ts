import type { Message } from "#db/conversations.ts";
import type { Tx } from "#db/store.ts";
import { isStaff } from "#domain/person.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { captureAgain, turnsUpTo } from "./capture-cues.ts";
import type { Context } from "./context.ts";
import { mayHear } from "./own-data.ts";

/** What new ways of saying are heard in a stored message, in the talk that it stands in; only these tags. Nothing of staff, nor of who refused. */
export async function hearAgain(tx: Tx, ctx: Context, message: Message, tags: ReadonlySet<TagKey>) {
  const person = await tx.people.find(message.fromId);
  if (!person || isStaff(person) || person.mergedInto !== null) return undefined;
  if (!(await mayHear({ tx, person, event: { address: { channel: message.channel } } }))) return undefined;
  const turns = await turnsUpTo(tx, message, person);
  const latest = turns.length - 1;
  const heard = ctx.extract(turns);
  const cues = heard.cues.filter((cue) => cue.turn === latest && tags.has(cue.tag));
  return cues.length > 0 ? { person, turns, heard: { cues, retractions: [] } } : undefined;
}

/** Asks whoever looks after the person about what was heard, as if it had been said now; what is known or was refused is not asked. */
export async function askAgain(
  tx: Tx,
  ctx: Context,
  message: Message,
  { person, turns, heard }: NonNullable<Awaited<ReturnType<typeof hearAgain>>>,
): Promise<void> {
  const event = { eventId: message.eventId, address: { channel: message.channel, room: "" } };
  await captureAgain(tx, ctx, { event, personId: person.id, turns }, heard);
}
