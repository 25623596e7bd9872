import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { settleClaim, type TagClaim } from "#domain/tag.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";

/**
 * The one door to a person's tags: settles a claim against what is held, writes the ledger lines that follow from it, and brings the
 * segments in line, all in the caller's transaction. Returns false where a stronger or locked tag stands against it.
 */
export async function settleTag(
  tx: Tx,
  ctx: Context,
  person: Person,
  claim: Omit<TagClaim, "personId">,
): Promise<boolean> {
  const open = await tx.ledger.openHolds(person.id);
  const events = settleClaim({ ...claim, personId: person.id }, open, ctx.taxonomy, ctx.newId, ctx.now());
  if (events.length === 0) return false;
  await tx.ledger.add(events);
  await followPerson(tx, ctx, person, claim.at, { tags: events.map((event) => event.tag) });
  return true;
}
