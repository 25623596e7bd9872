import type { Tx } from "#db/store.ts";
import { isStaff, type Person } from "#domain/person.ts";
import { nextChange, type Rule, type Segment, type SegmentFacts } from "#domain/segment.ts";
import {
  type Change,
  candidates,
  follow,
  indexSegments,
  looksAtTime,
  type SegmentIndex,
} from "#domain/segment-index.ts";
import { expiresBelow, fadesTo, fadingBelow, type TagHold } from "#domain/tag.ts";
import { definitionOf, type TagKey } from "#domain/taxonomy.ts";
import type { Context } from "./context.ts";

/** The mark in the due list under which a person's fading tags wait; ids of segments never begin so. */
export const fadingDue = "#fading";

/** The mark under which a person waits to be looked at for habits and moments. */
export const lookDue = "#look";
/** What is said in one go is looked at once. */
const lookAfterMs = 10 * 60_000;

/** What reading a person's facts needs of the context. */
type Reading = Pick<Context, "taxonomy">;

const kept = new WeakMap<Reading, { stamp: string; index: SegmentIndex }>();

/** The compiled segments, kept in memory until one of them changes. */
export async function segmentIndex(tx: Tx, ctx: Reading): Promise<SegmentIndex> {
  const stamp = await tx.segments.stamp();
  const known = kept.get(ctx);
  if (known?.stamp === stamp && known.index.taxonomy === ctx.taxonomy) return known.index;
  const index = indexSegments(await tx.segments.active(), ctx.taxonomy);
  kept.set(ctx, { stamp, index });
  return index;
}

/**
 * Brings a person's memberships in line with what is now known of them, inside the transaction of the event that changed it. Only the
 * segments that the change can move are judged; all of them where it is not said. Every entry and exit keeps the conditions that
 * decided it and the version of the rule. `at` is the time of the event.
 */
export async function followPerson(tx: Tx, ctx: Context, person: Person, at: number, change?: Change): Promise<void> {
  // Who was merged into somebody is counted as them.
  if (isStaff(person) || person.mergedInto !== null) return;
  if (!change || change.tags || change.activity || change.tasks)
    await tx.segments.setDueBy(person.id, lookDue, ctx.now() + lookAfterMs);
  // Another transaction may be judging them too, by what it knows: two must not both let them in, nor each miss what the other has changed.
  const isWord = !change || change.tags !== undefined || change.tasks === true;
  if (isWord) await tx.people.hold([person.id]);
  const index = await segmentIndex(tx, ctx);
  const touchesTags = !change || change.tags !== undefined;
  const moved = change ? candidates(index, change) : index.ordered;
  if (moved.length === 0 && !touchesTags) return;
  const holds = await tx.ledger.openHolds(person.id);
  if (touchesTags) await noteFading(tx, ctx, person, holds);
  if (moved.length === 0) return;

  const stays = new Map((await tx.segments.memberships(person.id)).map((stay) => [stay.segmentId, stay]));
  const members = new Set(stays.keys());
  const facts = await readFacts(tx, ctx, person, index, holds, members);
  // Facts are of now, so they are judged now: a word about last spring does not bring back who was active then.
  const now = ctx.now();
  const { moves, judged } = follow(index, facts, members, now, change);
  if (moves.length > 0 && !isWord) await tx.people.hold([person.id]);
  for (const { segment, enters, reasons } of moves) {
    const stay = stays.get(segment.id);
    if (!enters && stay) await tx.segments.leave(stay.id, Math.max(at, stay.enteredAt), reasons);
    if (!enters) continue;
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
  }
  for (const position of judged) {
    const segment = index.ordered[position]!;
    if (!looksAtTime(segment.rule)) continue;
    await tx.segments.setDue(person.id, segment.id, nextChange(segment.rule, facts, now) ?? null);
  }
}

/** What rules may look at, for a person as they are now; `rule` is one that is not among the segments yet. */
export async function factsOf(tx: Tx, ctx: Reading, person: Person, rule?: Rule): Promise<SegmentFacts> {
  const index = rule ? indexSegments([draftOf(rule)], ctx.taxonomy) : await segmentIndex(tx, ctx);
  const members = new Set((await tx.segments.memberships(person.id)).map((stay) => stay.segmentId));
  return readFacts(tx, ctx, person, index, await tx.ledger.openHolds(person.id), members);
}

const draftOf = (rule: Rule): Segment => ({
  id: "#draft",
  name: "",
  rule,
  version: 0,
  status: "active",
  createdBy: null,
  createdAt: 0,
  updatedAt: 0,
});

async function readFacts(
  tx: Tx,
  ctx: Reading,
  person: Person,
  index: SegmentIndex,
  holds: readonly TagHold[],
  members: ReadonlySet<string>,
): Promise<SegmentFacts> {
  const tags = new Set(holds.map((hold) => hold.tag));
  const asksActivity = index.byActivity.length > 0;
  return {
    tags,
    city: cityOf(person, tags),
    segments: members,
    lastActiveAt: asksActivity ? await tx.profiles.lastActiveAt(await tx.profiles.selvesOf(person.id)) : null,
    ...(index.byDimension.size > 0 && {
      dimensions: new Set([...tags].flatMap((tag) => definitionOf(ctx.taxonomy, tag)?.dimension ?? [])),
    }),
    ...(index.byInfluence.length > 0 && { influence: await tx.profiles.influenceOf(person.id) }),
    ...(index.byTasks.length > 0 && { approvedAt: await tx.profiles.approvedTimes(person.id) }),
  };
}

/** Where somebody lives: the newest word of it, which is a tag, before what their record says. */
function cityOf(person: Person, tags: ReadonlySet<TagKey>): string | null {
  for (const tag of tags) if (tag.startsWith("city:")) return tag.slice("city:".length);
  return person.city;
}

/** Notes when the next of a person's tags will be fading or worn out, so that nobody has to be scanned for it. */
async function noteFading(tx: Tx, ctx: Context, person: Person, holds: readonly TagHold[]): Promise<void> {
  const now = ctx.now();
  const times = holds
    .filter((hold) => !hold.locked)
    .flatMap((hold) => [fadesTo(hold, fadingBelow, ctx.taxonomy), fadesTo(hold, expiresBelow, ctx.taxonomy)])
    .filter((time) => time !== undefined && time > now) as number[];
  await tx.segments.setDue(person.id, fadingDue, times.length > 0 ? Math.min(...times) : null);
}

/** After a word of theirs: only segments that look at activity can have changed. */
export function followActivity(tx: Tx, ctx: Context, person: Person, at: number): Promise<void> {
  return followPerson(tx, ctx, person, at, { activity: true });
}
