import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { isWornOut, settleClaim, type TagClaim, toldBeforeItsEnd } from "#domain/tag.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";

const pastAfterMs = 3_600_000;

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
  // Only claims about the past can have been overtaken; what is said now costs no look back.
  const isPast = claim.at < ctx.now() - pastAfterMs && claim.source !== "koe" && claim.source !== "self";
  if (isPast && claim.holds && isWornOut(claim, ctx.taxonomy, ctx.now())) return false;
  if (isPast && toldBeforeItsEnd(claim, await tx.ledger.holdsOf(person.id))) return false;
  const events = settleClaim({ ...claim, personId: person.id }, open, ctx.taxonomy, ctx.newId, ctx.now());
  if (events.length === 0) return false;
  await tx.ledger.add(events);
  await followPerson(tx, ctx, person, claim.at, { tags: events.map((event) => event.tag) });
  return true;
}
