import type { Message } from "#db/conversations.ts";
import type { Tx } from "#db/store.ts";
import type { Turn } from "#domain/cue.ts";
import { contextMessages, contextMs, isHeard, turnsOf } from "./capture-cues.ts";
import type { Context } from "./context.ts";
import type { Incoming, MessageEvent } from "./incoming.ts";
import { mayHear } from "./own-data.ts";

/** Events whose words are being heard. */
export type EventsHeard = {
  isReady(event: Incoming): boolean;
  /** Of those that are left what was heard is kept until they come again. */
  forget(left: readonly Incoming[]): void;
};

const nothingAhead: EventsHeard = { isReady: () => true, forget: () => {} };

/**
 * Has the words of these events heard in another thread before they are handled, in the talks that `captureCues` will ask for, as far as these can be
 * told; nothing depends on it. Nobody's words are taken that would not be heard: of staff, of whoever has refused, of somebody whom nobody is asked about.
 */
export async function hearAhead(tx: Tx, ctx: Context, events: readonly Incoming[]): Promise<EventsHeard> {
  if (!ctx.hearAhead || events.length < 2) return nothingAhead;
  const talks: Turn[][] = [];
  const places = new Map<Incoming, number>();
  /** What the earlier of these events add to a room. */
  const added = new Map<string, Message[]>();
  for (const event of events) {
    if (event.type !== "message" || event.addressed) continue;
    const turns = await turnsAhead(tx, event, added);
    if (turns) places.set(event, talks.push(turns) - 1);
  }
  const ahead = ctx.hearAhead(talks);
  return {
    isReady(event) {
      const k = places.get(event);
      return k === undefined || ahead.isReady(k);
    },
    forget(left) {
      const kept = new Set(left.map((event) => places.get(event)));
      ahead.forget((k) => kept.has(k));
    },
  };
}

async function turnsAhead(tx: Tx, event: MessageEvent, added: Map<string, Message[]>): Promise<Turn[] | undefined> {
  const { channel, room } = event.address;
  const identity = await tx.people.identity(channel, event.from);
  const found = identity && (await tx.people.find(identity.personId));
  const person = found?.mergedInto ? await tx.people.find(found.mergedInto) : found;
  if (!person) return undefined;
  const isKept = await mayHear({ tx, person, event });
  const conversation = await tx.conversations.find(channel, room);
  const message: Message = {
    ...{ id: "", conversationId: conversation?.id ?? "", channel, eventId: event.eventId, fromId: person.id },
    ...{ at: event.at, text: isKept ? event.text.toWellFormed() : "", deletedAt: null },
  };
  const [since, fromHere] = [event.at - contextMs, added.get(`${channel} ${room}`) ?? []];
  added.set(`${channel} ${room}`, [...fromHere, message]);
  // A message that may not be kept has no words by now.
  if (!isHeard(person, message.text) || (event.to === undefined && person.ownerId === null)) return undefined;
  const kept = conversation
    ? await tx.conversations.recentMessages(conversation.id, event.at, since, contextMessages)
    : [];
  const before = [...kept, ...fromHere.filter(({ at }) => at >= since && at <= event.at)];
  return turnsOf(tx, before.slice(1 - contextMessages), message, person);
}
