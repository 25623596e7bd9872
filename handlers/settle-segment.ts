import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";

const peopleAStep = 500;

/** Notes that everybody has to be judged by a segment's new rule; `settleStep` does it in small steps, so that nothing waits for it. */
export async function startSettling(tx: Tx, ctx: Context, segmentId: string): Promise<void> {
  const total = await tx.profiles.countPeople();
  await tx.profiles.keepSettling({ segmentId, after: "", done: 0, total, startedAt: ctx.now() });
}

/** Judges the next few people by a segment whose rule is new. Returns whether anything is left to do. */
export async function settleStep(tx: Tx, ctx: Context): Promise<boolean> {
  const settling = await tx.profiles.nextSettling();
  if (!settling) return false;
  const segment = await tx.segments.find(settling.segmentId);
  if (segment?.status === "retired") return emptyStep(tx, ctx, segment.id);
  const ids = await tx.peopleLog.countedAfter(settling.after, peopleAStep);
  for (const person of await tx.people.list(ids)) {
    await followPerson(tx, ctx, person, ctx.now(), { segments: [settling.segmentId] });
  }
  // Whoever was given a tag meanwhile, by somebody who did not know of the new rule yet, is judged again.
  await tx.people.hold(ids);
  if (ids.length < peopleAStep) {
    await tx.profiles.endSettling(settling.segmentId);
    return (await tx.profiles.nextSettling()) !== undefined;
  }
  await tx.profiles.keepSettling({ ...settling, after: ids.at(-1) as string, done: settling.done + ids.length });
  return true;
}

/** Lets the next few members of a retired segment go. */
async function emptyStep(tx: Tx, ctx: Context, segmentId: string): Promise<boolean> {
  const members = (await tx.segments.membersOf(segmentId)).slice(0, peopleAStep);
  for (const id of members) {
    const stay = (await tx.segments.memberships(id)).find((one) => one.segmentId === segmentId);
    if (stay) await tx.segments.leave(stay.id, Math.max(ctx.now(), stay.enteredAt), []);
    await tx.segments.setDue(id, segmentId, null);
  }
  if (members.length === peopleAStep) return true;
  await tx.profiles.endSettling(segmentId);
  return (await tx.profiles.nextSettling()) !== undefined;
}
