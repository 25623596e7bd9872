import type { Tx } from "#db/store.ts";
import { suggestionCardOf } from "./capture-cues.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";
import { keepWeights } from "./keep-weights.ts";
import { redraw } from "./say.ts";

/** At most so many of each kind a tick, so that a long absence is caught up in small steps. */
const atOnce = 200;

/** What time alone changes: questions that have gone cold, and memberships that depend on activity. */
export async function timePassed(tx: Tx, ctx: Context): Promise<void> {
  await expireSuggestions(tx, ctx);
  await keepWeights(tx, ctx);
  for (const personId of await tx.segments.duePeople(ctx.now(), atOnce)) {
    const person = await tx.people.find(personId);
    if (person) await followPerson(tx, ctx, person, ctx.now());
  }
}

async function expireSuggestions(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const cards = new Map<string, { personId: string; askedOf: string }>();
  for (const suggestion of await tx.suggestions.dueToExpire(now, atOnce)) {
    await tx.suggestions.save({ ...suggestion, status: "expired", answeredAt: now });
    cards.set(suggestion.cardId, suggestion);
  }
  for (const [cardId, { personId, askedOf }] of cards) {
    const [customer, reader] = [await tx.people.find(personId), await tx.people.find(askedOf)];
    if (customer && reader) await redraw(tx, ctx, await suggestionCardOf(tx, ctx, cardId, customer, reader));
  }
}
