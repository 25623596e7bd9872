import type { Card } from "#cards/card.ts";
import { taskOfferCard, withPage } from "#cards/task-offer.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { offerView } from "./offer-steps.ts";
import { addressOf } from "./say.ts";

/** The card of an offer for where its KOC is reached: with a link to its page where there are no buttons to press. */
export async function offerCardFor(
  tx: Tx,
  ctx: Context,
  person: Person,
  assignment: Assignment,
  task: Task,
): Promise<Card> {
  return linked(tx, ctx, person, assignment, taskOfferCard(await offerView(tx, ctx, person, assignment, task)));
}

/** Adds the page's link where the person's channel shows no buttons and something is left to do. */
export async function linked(tx: Tx, ctx: Context, person: Person, assignment: Assignment, card: Card): Promise<Card> {
  const address = await addressOf(tx, ctx, person);
  const isOver = assignment.declinedAt !== null || assignment.withdrawnAt !== null || assignment.approvedAt !== null;
  if (isOver || !address || !ctx.isCardless(address.channel, address.room)) return card;
  return withPage(card, await ctx.taskLink(tx, assignment.id, person.id), person.lang);
}
