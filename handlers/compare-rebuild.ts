import type { Tx } from "#db/store.ts";
import { isStaff, type Person } from "#domain/person.ts";
import { follow } from "#domain/segment-index.ts";
import { foldHolds, type TagHold } from "#domain/tag.ts";
import type { Context } from "./context.ts";
import { factsOf, segmentIndex } from "./follow-segments.ts";

/** What of a person is kept otherwise than a rebuild from the ledger gives it. */
export type Differences = { tags: boolean; segments: string[] };

/**
 * Folds a person's tags from the ledger and judges every segment from nothing, and compares with what is kept. A segment that waits to
 * be settled, or has fallen due and not been looked at yet, is not held against anybody.
 */
export async function compareWithRebuild(
  tx: Tx,
  ctx: Pick<Context, "taxonomy" | "now">,
  person: Person,
  settling: ReadonlySet<string>,
): Promise<Differences> {
  const kept = await tx.ledger.holdsOf(person.id);
  const rebuilt = foldHolds(await tx.ledger.eventsOf(person.id));
  const tags = JSON.stringify(kept.map(lineOf).sort()) !== JSON.stringify(rebuilt.map(lineOf).sort());
  const stays = new Set((await tx.segments.memberships(person.id)).map((stay) => stay.segmentId));
  if (isStaff(person) || person.mergedInto !== null) return { tags, segments: [...stays] };
  const waits = new Set([...settling, ...(await tx.segments.dueOf(person.id, ctx.now()))]);
  const index = await segmentIndex(tx, ctx);
  const members = new Set<string>();
  const facts = { ...(await factsOf(tx, ctx, person)), segments: members };
  follow(index, facts, members, ctx.now());
  const differing = [...new Set([...stays, ...members])].filter((id) => stays.has(id) !== members.has(id));
  return { tags, segments: differing.filter((id) => !waits.has(id)) };
}

const lineOf = (hold: TagHold): string =>
  JSON.stringify([
    hold.tag,
    hold.since,
    hold.until,
    hold.endCause,
    hold.source,
    hold.settledBy,
    hold.quote,
    hold.strength,
    hold.evidenceAt,
    hold.evidenceCount,
    Number(hold.locked),
  ]);
