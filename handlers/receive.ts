import type { Tx } from "#db/store.ts";
import { hasRole, newPerson, type Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { deedOfAction } from "./action-rights.ts";
import { captureCues } from "./capture-cues.ts";
import type { Context, Scene } from "./context.ts";
import { followActivity } from "./follow-segments.ts";
import type {
  HandTagEvent,
  Incoming,
  MessageEvent,
  ReactedEvent,
  RecalledEvent,
  SilencedEvent,
  TapEvent,
} from "./incoming.ts";
import { leaveRoom } from "./leave-room.ts";
import { noteReaction } from "./note-reaction.ts";
import { noteSeen } from "./note-seen.ts";
import { mayHear, tellOfListening } from "./own-data.ts";
import { forgetPair, recallWords } from "./recall-words.ts";
import { talks, taps } from "./routes.ts";
import { replyRefusal } from "./say.ts";
import { takeHandTag } from "./take-hand-tag.ts";
import { noteDeeds } from "./watch-behaviour.ts";

/**
 * Handles one event inside the transaction that the inbox has opened. An event that was handled before changes nothing. Throws only
 * for faults; the inbox undoes this event alone and decides what follows.
 */
export async function receive(told: Incoming, tx: Tx, ctx: Context): Promise<void> {
  const event = { ...told, at: plausible(told.at, ctx.now()) };
  if (!(await tx.conversations.firstSight(event.address.channel, event.eventId, ctx.now()))) return;
  const person = await personBehind(event, tx, ctx);
  if (!person) return;
  const conversationId = await conversationOf(event, tx, ctx, person);
  const scene = { event, person, conversationId, tx, ctx };
  switch (event.type) {
    case "message":
      return await hear(scene as Scene<MessageEvent>);
    case "tap":
      return await press(scene as Scene<TapEvent>);
    case "seen":
      return noteSeen(tx, ctx, person, event.cardKey, event.at);
    case "recalled":
      return recallWords(scene as Scene<RecalledEvent>);
    case "silenced":
      return forgetPair(scene as Scene<SilencedEvent>);
    case "hand-tagged":
      return takeHandTag(scene as Scene<HandTagEvent>);
    case "joined":
      return tx.conversations.join(conversationId, person.id, event.at);
    case "left":
      return leaveRoom(scene);
    case "reacted":
      return noteReaction(scene as Scene<ReactedEvent>);
  }
}

/** What a role may never do is refused before its handler is asked; of whom it may be done, the handler asks. */
async function press(scene: Scene<TapEvent>): Promise<void> {
  const { type } = scene.event.action;
  if (!mayAtAll(scene.person, deedOfAction[type])) return replyRefusal(scene, "not-for-your-role");
  return taps[type](scene);
}

const aheadAtMostMs = 10 * 60_000;

/** A vendor's clock that is ahead, or tells no time at all, would make an event the last word for good: then it happened now. */
const plausible = (at: number, now: number): number => (at >= 0 && at <= now + aheadAtMostMs ? at : now);

/** Keeps the message, hears what it says about its writer, and answers it where it was said to koloop. */
async function hear(scene: Scene<MessageEvent>): Promise<void> {
  const { event, person, conversationId, tx, ctx } = scene;
  const heard = await mayHear(scene);
  const message = {
    id: ctx.newId(),
    conversationId,
    channel: event.address.channel,
    eventId: event.eventId,
    fromId: person.id,
    at: event.at,
    // Half of a character pair cannot be kept in UTF-8: it becomes the replacement character.
    text: heard ? event.text.toWellFormed() : "",
    deletedAt: null,
  };
  await tx.conversations.addMessage(message);
  await followActivity(tx, ctx, person, event.at);
  if (heard && event.roomKind === "group") await noteDeeds(scene, message);
  if (event.roomKind === "bot") await tellOfListening(scene);
  if (event.addressed) {
    for (const talk of talks) if (await talk(scene)) return;
  }
  if (heard) await captureCues(scene, message);
}

/**
 * Who sent it; somebody new is noted as a customer that nobody looks after yet. Undefined for an account that is being forgotten: what it
 * says in these seconds or minutes would be taken for what is to go.
 */
async function personBehind(event: Incoming, tx: Tx, ctx: Context): Promise<Person | undefined> {
  const { channel, room } = event.address;
  const now = ctx.now();
  const botRoom = event.roomKind === "bot" ? room : null;
  const identity = await tx.people.identity(channel, event.from);
  if (identity) {
    const freshAfterMs = 60_000;
    // Somebody who has blocked koloop and talks on in a group has not let it in again.
    const reachable = botRoom || identity.room === null ? "yes" : identity.reachable;
    if (
      identity.reachable !== reachable ||
      (identity.lastSeenAt ?? 0) + freshAfterMs < event.at ||
      (botRoom && !identity.room)
    ) {
      await tx.people.changeIdentity(identity, {
        lastSeenAt: event.at,
        reachable,
        room: botRoom ?? identity.room,
      });
    }
    const person = await tx.people.find(identity.personId);
    if (person) return person.mergedInto ? ((await tx.people.find(person.mergedInto)) ?? person) : person;
  }
  if (await tx.erasure.isBeingForgotten(event.from)) return undefined;
  const person = newPerson({
    id: ctx.newId(),
    name: event.fromName ?? event.from,
    roles: ["customer"],
    joinedAt: event.at,
    lang: ctx.lang,
    createdAt: now,
  });
  await tx.people.add(person);
  await tx.people.addIdentity({
    id: ctx.newId(),
    personId: person.id,
    channel,
    externalId: event.from,
    name: event.fromName ?? null,
    room: botRoom,
    reachable: "yes",
    lastSeenAt: event.at,
    linkedAt: now,
  });
  return person;
}

async function conversationOf(event: Incoming, tx: Tx, ctx: Context, person: Person): Promise<string> {
  const { channel, room } = event.address;
  const known = await tx.conversations.find(channel, room);
  const id = known?.id ?? ctx.newId();
  if (!known) {
    await tx.conversations.add({
      id,
      channel,
      room,
      kind: event.roomKind,
      title: event.roomTitle ?? null,
      createdAt: event.at,
    });
  }
  if (event.type === "message" && event.roomKind !== "bot") await tx.conversations.join(id, person.id, event.at);
  if (event.type === "message" && event.to != null && event.roomKind === "direct") {
    const employee = await tx.people.identity(channel, event.to);
    if (employee) await tx.conversations.join(id, employee.personId, event.at);
  }
  if (event.roomKind === "direct" && person.ownerId === null && !hasRole(person, "koe"))
    await adopt(tx, ctx, id, person);
  return id;
}

/** In a talk of two, the employee on the other side looks after somebody whom nobody has yet. */
async function adopt(tx: Tx, ctx: Context, conversationId: string, person: Person): Promise<void> {
  if (hasRole(person, "manager")) return;
  const members = await tx.people.list(await tx.conversations.membersOf(conversationId));
  const employees = members.filter((member) => hasRole(member, "koe"));
  const owner = employees.length === 1 ? employees[0] : undefined;
  if (!owner) return;
  await tx.people.change(person.id, { ownerId: owner.id, updatedAt: ctx.now() });
  person.ownerId = owner.id;
}
