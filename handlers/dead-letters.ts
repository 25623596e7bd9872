import { type DeadLettersView, deadLettersCard } from "#cards/dead-letters.ts";
import type { DeadDelivery, DeadEvent } from "#db/dead-letters.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context, Scene } from "./context.ts";
import type { Incoming, MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";

const shownAtMost = 50;
const asks =
  /^(?:\/failures|没送达(?:的)?|没发出去的|发送失败|死信|失败的消息|dead letters|failures|undelivered)\s*[??。.!!]*$/i;

/** `没送达`: how much could not be delivered or handled, and the page where it is settled. For managers. */
export async function showDeadLetters(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!asks.test(event.text.trim()) || !mayAtAll(person, "failures.settle")) return false;
  const url = `${ctx.ownUrl()}/dead-letters`;
  const card = { key: `dead-letters-${event.eventId}`, url, lang: person.lang };
  await reply(scene, deadLettersCard({ ...card, ...(await tx.deadLetters.counts()) }));
  return true;
}

/** What was given up and set aside, the newest first, with whom it was for and from; nothing of what was said. */
export async function deadLettersView(tx: Tx, ctx: Context, reader: Person): Promise<DeadLettersView> {
  const [deliveries, events] = [await tx.deadLetters.deliveries(shownAtMost), await tx.deadLetters.events(shownAtMost)];
  const people = await tx.people.list(deliveries.flatMap(({ personId }) => personId ?? []));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const from = new Map<string, string>();
  for (const event of events) {
    const { address, from: sender } = JSON.parse(event.body) as Incoming;
    const identity = await tx.people.identity(address.channel, sender);
    const person = identity && (await tx.people.find(identity.personId));
    from.set(event.id, person?.name ?? sender);
  }
  return {
    lang: reader.lang,
    zone: reader.timeZone ?? ctx.timeZone,
    counts: await tx.deadLetters.counts(),
    deliveries: deliveries.map((item) => ({ ...item, to: names.get(item.personId ?? "") ?? item.room })),
    events: events.map(({ body, ...event }) => ({
      ...event,
      kind: (JSON.parse(body) as Incoming).type,
      from: from.get(event.id) ?? "",
    })),
  };
}

export type DeadLetterChange = { of: "delivery" | "event"; id: string; what: "again" | "drop" };

/**
 * Tries what was given up again, or lets it go; audited. Undefined where it was settled already. An event to be handled again is returned:
 * it enters by the same door as any, after this is committed.
 */
export async function settleDeadLetter(
  tx: Tx,
  ctx: Context,
  by: Person,
  { of, id, what }: DeadLetterChange,
): Promise<{ enter: Incoming | null } | undefined> {
  const found: DeadDelivery | DeadEvent | undefined =
    of === "delivery" ? await tx.deadLetters.findDelivery(id) : await tx.deadLetters.findEvent(id);
  if (!found) return undefined;
  let enter: Incoming | null = null;
  if ("body" in found) {
    await tx.deadLetters.dropEvent(id);
    if (what === "again") enter = JSON.parse(found.body) as Incoming;
  } else if (what === "drop") await tx.outbox.markDropped(id, `dropped by ${by.id}`);
  else await sendAgain(tx, ctx, found);
  const { channel, attempts, error } = found;
  const audited = { at: ctx.now(), actor: by.id, action: `dead-letter.${what}`, subject: id };
  await tx.settings.audit({ ...audited, detail: { of, channel, attempts, error } });
  return { enter };
}

/** Puts a delivery back in line. An offer counts as possible again: the gate is asked anew before it goes. */
async function sendAgain(tx: Tx, ctx: Context, { id, channel, assignmentId }: DeadDelivery): Promise<void> {
  await tx.deadLetters.sendAgain(id, ctx.now());
  await tx.jobs.wake(`deliver:${channel}`, ctx.now());
  const assignment = assignmentId === null ? undefined : await tx.tasks.findAssignment(assignmentId);
  if (assignment?.blocked === "undeliverable") await tx.tasks.saveAssignment({ ...assignment, blocked: null });
}
