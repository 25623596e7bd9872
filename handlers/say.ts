import type { Body, Card, Lang } from "#cards/card.ts";
import { type Refusal, refusalText } from "#cards/refusals.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Context, Scene } from "./context.ts";
import type { Address } from "./incoming.ts";

/** Answers in the room where the event came from. */
export async function reply(scene: Scene, said: string | Card): Promise<void> {
  const body: Body = typeof said === "string" ? { type: "text", text: said } : { type: "card", card: said };
  await put(scene.tx, scene.ctx, scene.event.address, body, { purpose: "reply", personId: scene.person.id });
}

/** Says no, kindly and in the person's language. */
export async function replyRefusal(scene: Scene, refusal: Refusal): Promise<void> {
  await reply(scene, refusalText(refusal, scene.person.lang));
}

/**
 * Shows a card to a member of staff where koloop reaches them. Members of the community are never reached this way: what asks
 * something of them goes through the gate (`offer-tasks.ts`). False where koloop has no way to reach that person.
 */
export async function showStaff(tx: Tx, ctx: Context, person: Person, card: Card): Promise<boolean> {
  const address = await addressOf(tx, ctx, person);
  if (!address) {
    ctx.log.warn({ person: person.id, card: card.key }, "no channel reaches this person; the card waits in their list");
    return false;
  }
  await put(tx, ctx, address, { type: "card", card }, { purpose: "card", personId: person.id });
  return true;
}

/** Answers a member about something they have done (a review of their hand-in): not a push, since it asks nothing of them. */
export async function tellMember(tx: Tx, ctx: Context, person: Person, text: string): Promise<void> {
  const address = await addressOf(tx, ctx, person);
  if (address) await put(tx, ctx, address, { type: "text", text }, { purpose: "reply", personId: person.id });
}

/** Redraws a card wherever it stands, so that everybody who sees it sees it settle. */
export async function redraw(tx: Tx, ctx: Pick<Context, "now" | "newId">, card: Card, alsoIn?: Address): Promise<void> {
  // Where it is just being shown it stands too, though nobody knows yet under which handle.
  const places = [...(await tx.outbox.roomsInFlight(card.key)), ...(await tx.outbox.placesOf(card.key))];
  const rooms = new Map<string, Address>();
  for (const place of places) rooms.set(`${place.channel} ${place.room}`, place);
  if (alsoIn) rooms.set(`${alsoIn.channel} ${alsoIn.room}`, alsoIn);
  for (const address of rooms.values()) {
    await put(tx, ctx, address, { type: "card", card }, { purpose: "card", personId: null });
  }
}

type PutOptions = { purpose: "reply" | "card"; personId: string | null };

async function put(
  tx: Tx,
  ctx: Pick<Context, "now" | "newId">,
  address: Address,
  body: Body,
  options: PutOptions,
): Promise<void> {
  const now = ctx.now();
  await tx.outbox.add({
    id: ctx.newId(),
    channel: address.channel,
    room: address.room,
    reply: address.reply ?? null,
    cardKey: body.type === "card" ? body.card.key : null,
    dedupeKey: null,
    assignmentId: null,
    body,
    runAt: now,
    attempts: 0,
    createdAt: now,
    ...options,
  });
}

/** Where koloop reaches a person now: their own choice first, then where they were last seen, among the channels that run. */
export async function addressOf(tx: Tx, ctx: Context, person: Person): Promise<Address | undefined> {
  const identities = await tx.people.identitiesOf(person.id);
  const usable = identities.filter((i) => i.room !== null && i.reachable === "yes" && ctx.liveChannels.has(i.channel));
  // A channel that is down keeps what is for it, but another way goes first: even before the person's own choice.
  const up = usable.filter((i) => ctx.isUp(i.channel));
  const among = up.length > 0 ? up : usable;
  const home = among.find((i) => i.channel === person.homeChannel) ?? among[0];
  return home && { channel: home.channel, room: home.room as string };
}

/** The language a person reads; the brand's where they have not chosen. */
export const langOf = (person: Person): Lang => person.lang;
