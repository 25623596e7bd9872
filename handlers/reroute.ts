import type { OutboxItem } from "#db/outbox.ts";
import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";
import { addressOf } from "./say.ts";

/** Somebody is gone for good from where this was to be said: nothing goes there until they come back themselves. */
export async function closeWay(tx: Tx, ctx: Context, item: OutboxItem): Promise<void> {
  if (item.personId === null) return;
  for (const identity of await tx.people.identitiesOf(item.personId)) {
    if (identity.channel !== item.channel || identity.room !== item.room) continue;
    await tx.people.changeIdentity(identity, { reachable: "no" });
    ctx.log.info({ channel: item.channel }, "a person can no longer be reached on this channel");
  }
}

/**
 * Sends what could not be delivered to another account of the same person: where they are gone from this one, or its channel is down.
 * Answers stay where they were asked for. False where there is no other way: then it waits, or is given up.
 */
export async function reroute(tx: Tx, ctx: Context, item: OutboxItem): Promise<boolean> {
  if (item.personId === null || item.purpose === "reply") return false;
  const person = await tx.people.find(item.personId);
  if (!person) return false;
  const own = (await tx.people.identitiesOf(person.id)).find(
    ({ channel, room }) => channel === item.channel && room === item.room,
  );
  if (own?.reachable === "yes" && ctx.isUp(item.channel)) return false;
  const way = await addressOf(tx, ctx, person);
  if (!way || !ctx.isUp(way.channel) || (way.channel === item.channel && way.room === item.room)) return false;
  await tx.outbox.moveTo(item.id, way, ctx.now());
  ctx.log.info({ from: item.channel, to: way.channel }, "a card goes another way");
  return true;
}
