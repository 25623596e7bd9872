import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { isStaff } from "#domain/person.ts";
import { inOrder, judge, leavesOf, nextChange, type Segment, type SegmentFacts } from "#domain/segment.ts";
import type { Context } from "./context.ts";

/**
 * Brings a person's memberships in line with what is now known of them, inside the transaction of the event that changed it. Every
 * entry and exit keeps the conditions that decided it and the version of the rule. `at` is the time of the event.
 */
export async function followPerson(tx: Tx, ctx: Context, person: Person, at: number): Promise<void> {
  if (isStaff(person)) return;
  const segments = inOrder(await tx.segments.active());
  if (segments.length === 0) return;
  const holds = await tx.ledger.openHolds(person.id);
  const stays = await tx.segments.openStays(person.id);
  const members = new Set(stays.map((stay) => stay.segmentId));
  const facts: SegmentFacts = {
    tags: new Set(holds.map((hold) => hold.tag)),
    city: person.city,
    lastActiveAt: segments.some(looksAtTime) ? await tx.conversations.lastMessageAt(person.id) : null,
    segments: members,
  };
  for (const segment of segments) {
    const { holds: belongs, reasons } = judge(segment.rule, facts, at);
    const stay = stays.find((s) => s.segmentId === segment.id);
    if (belongs && !stay) {
      await tx.segments.enter({
        id: ctx.newId(),
        segmentId: segment.id,
        personId: person.id,
        enteredAt: at,
        leftAt: null,
        ruleVersion: segment.version,
        entryReason: reasons,
        exitReason: null,
      });
      members.add(segment.id);
    } else if (!belongs && stay) {
      await tx.segments.leave(stay.id, Math.max(at, stay.enteredAt), reasons);
      members.delete(segment.id);
    }
    if (looksAtTime(segment)) {
      await tx.segments.setDue(person.id, segment.id, nextChange(segment.rule, facts, at) ?? null);
    }
  }
}

/** After a word of theirs: only segments that look at activity can have changed. */
export async function followActivity(tx: Tx, ctx: Context, person: Person, at: number): Promise<void> {
  if ((await tx.segments.active()).some(looksAtTime)) await followPerson(tx, ctx, person, at);
}

const looksAtTime = (segment: Segment): boolean =>
  leavesOf(segment.rule).some((part) => part.kind === "active" || part.kind === "silent");
