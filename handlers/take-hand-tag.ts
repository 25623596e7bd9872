import type { Scene } from "./context.ts";
import type { HandTagEvent } from "./incoming.ts";
import { learnFromHand } from "./learn-verdicts.ts";
import { settleTag } from "./settle-tags.ts";

/** A tag that an employee set or took off in the messenger itself: their word stands in the ledger as if they had said it to koloop. */
export async function takeHandTag({ event, person, tx, ctx }: Scene<HandTagEvent>): Promise<void> {
  const employee = await tx.people.identity(event.address.channel, event.to);
  if (!employee) return;
  const settled = await settleTag(tx, ctx, person, {
    tag: event.tag,
    holds: event.holds,
    source: "koe",
    proposedBy: employee.personId,
    settledBy: employee.personId,
    quote: null,
    messageId: null,
    suggestionId: null,
    confidence: 1,
    at: event.at,
  });
  if (settled) await learnFromHand(tx, ctx, person, event);
}
