import { say } from "#cards/names.ts";
import { ruleFaultText } from "#cards/segment-card.ts";
import type { RuleNames } from "#cards/segment-words.ts";
import type { SegmentDraft } from "#db/segment-work.ts";
import type { Tx } from "#db/store.ts";
import { forEachBit, type PeopleIndex, popCount } from "#domain/people-index.ts";
import { counted, selectByRule, without } from "#domain/people-rule.ts";
import type { Person } from "#domain/person.ts";
import { ok, type Result, refuse } from "#domain/result.ts";
import { may, reachOf } from "#domain/rights.ts";
import { leavesOf, type Rule, type Segment } from "#domain/segment.ts";
import { compile } from "#domain/segment-check.ts";
import { circleWith, readRule } from "#domain/segment-text.ts";
import type { Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { factsOf } from "./follow-segments.ts";
import { settleStep, startSettling } from "./settle-segment.ts";

const ended: ReadonlySet<Task["status"]> = new Set(["closed", "cancelled", "archived"]);
const namesShown = 5;
const readAtOnce = 1000;

type Moving = { count: number; names: string[] };
export type SegmentMoves = { entering: Moving; leaving: Moving; members: number };

/** Managers change every segment; an employee those that they made. */
export const mayChangeSegment = (person: Person, segment: Segment): boolean =>
  may(person, "segment.write", segment.createdBy === person.id ? "own" : "other");

export function segmentNames(ctx: Context, person: Person, segments: readonly Segment[]): RuleNames {
  return {
    taxonomy: ctx.taxonomy,
    segments: new Map(segments.map((one) => [one.id, one.name])),
    lang: person.lang,
  };
}

/** Reads a segment as somebody wrote it; in the refusal, what is wrong with the words and what may have been meant. */
export async function readSegment(
  tx: Tx,
  ctx: Context,
  person: Person,
  written: { id: string; name: string; words: string; version: number },
): Promise<{ draft: SegmentDraft } | { fault: string }> {
  const segments = await tx.segments.active();
  const cities = await tx.profiles.knownCities(written.words);
  const read = readRule(written.words, { taxonomy: ctx.taxonomy, segments, cities, lang: person.lang });
  if (!read.ok) return { fault: ruleFaultText(read.fault ?? { kind: "empty" }, segmentNames(ctx, person, segments)) };
  const draft = { id: written.id, name: written.name, rule: read.value, version: written.version };
  const circle = circleWith(draft, segments);
  if (!circle) return { draft };
  const path = circle.join(" → ");
  return {
    fault: say(person.lang, `分群不能绕回自己:${path}`, `Segments cannot refer to each other in a circle: ${path}`),
  };
}

/** Who would enter and leave by a rule, judged by the facts of now. */
export async function whoMoves(
  tx: Tx,
  ctx: Context,
  draft: Pick<Segment, "id" | "rule">,
  known: Segment | undefined,
  reader: Person,
): Promise<SegmentMoves> {
  const mine = await namedFor(tx, reader);
  const members = new Set(known ? await tx.segments.membersOf(known.id) : []);
  const people = await ctx.peopleInMemory.asSeenBy(tx);
  const { entering, leaving } =
    (people && movesInMemory(people, ctx, draft.rule, members, mine)) ??
    (await movesInTables(tx, ctx, draft.rule, members, mine));
  const shown = async (moving: { count: number; first: string[] }): Promise<Moving> => ({
    count: moving.count,
    names: (await tx.people.list(moving.first)).map((one) => one.name),
  });
  return { entering: await shown(entering), leaving: await shown(leaving), members: members.size };
}

type Mine = (id: string) => boolean;

/** Whose names somebody is shown: an employee only those of their own people, though all are counted. */
async function namedFor(tx: Tx, reader: Person): Promise<Mine> {
  if (reachOf(reader, "segment.write") === "all") return () => true;
  const own = new Set(await tx.people.idsOwnedBy(reader.id));
  return (id) => own.has(id);
}

type Moves = Record<"entering" | "leaving", { count: number; first: string[] }>;

/** Undefined for rules that look at more than tags. */
function movesInMemory(
  people: PeopleIndex,
  ctx: Context,
  rule: Rule,
  members: ReadonlySet<string>,
  mine: Mine,
): Moves | undefined {
  const holds = selectByRule(people, rule, ctx.taxonomy);
  if (!holds) return undefined;
  const inside = people.select({ all: [counted] }).fill(0);
  for (const id of members) {
    const row = people.rowOf(id);
    if (row !== undefined && people.holds(row, counted)) inside[row >> 5]! |= 1 << (row & 31);
  }
  const moving = (set: Uint32Array) => ({ count: popCount(set), first: firstIds(people, set, mine) });
  return { entering: moving(without(holds.slice(), inside)), leaving: moving(without(inside, holds)) };
}

/** The first few by id, as the tables give them. */
function firstIds(people: PeopleIndex, set: Uint32Array, mine: Mine): string[] {
  let first: string[] = [];
  forEachBit(set, set.length, (row) => {
    const id = people.idAt(row);
    if (!mine(id) || (first.length === namesShown && id > first.at(-1)!)) return;
    first = [...first, id].sort(byCode).slice(0, namesShown);
  });
  return first;
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function movesInTables(
  tx: Tx,
  ctx: Context,
  rule: Rule,
  members: ReadonlySet<string>,
  mine: Mine,
): Promise<Moves> {
  const check = compile(rule);
  const entering: string[] = [];
  const leaving: string[] = [];
  const now = ctx.now();
  const simple = leavesOf(rule).every((part) => part.kind === "tag");
  for (let after = ""; ; ) {
    const ids = await tx.peopleLog.countedAfter(after, readAtOnce);
    const tags = await tx.profiles.openTagsOf(ids);
    for (const id of ids) {
      const person = simple ? undefined : await tx.people.find(id);
      const facts = person
        ? await factsOf(tx, ctx, person, rule)
        : { tags: tags.get(id) ?? new Set<string>(), city: null, lastActiveAt: null, segments: new Set<string>() };
      const holds = check(facts, now);
      if (holds && !members.has(id)) entering.push(id);
      if (!holds && members.has(id)) leaving.push(id);
    }
    if (ids.length < readAtOnce) break;
    after = ids.at(-1) as string;
  }
  const moving = (ids: string[]) => ({ count: ids.length, first: ids.filter(mine).slice(0, namesShown) });
  return { entering: moving(entering), leaving: moving(leaving) };
}

/** Puts a draft in force and begins to settle it. A draft of a segment that was changed meanwhile is refused. */
export async function applySegment(
  tx: Tx,
  ctx: Context,
  person: Person,
  draft: SegmentDraft,
): Promise<Result<Segment, "not-for-your-role" | "already-answered">> {
  const known = await tx.segments.find(draft.id);
  if (known && !mayChangeSegment(person, known)) return refuse("not-for-your-role");
  if ((known?.version ?? 0) !== draft.version || known?.status === "retired") return refuse("already-answered");
  // Two that are changed at once, each to name the other, would be a circle that neither saw.
  await tx.locks.hold("segments");
  if (circleWith(draft, await tx.segments.active())) return refuse("already-answered");
  const now = ctx.now();
  const segment: Segment = {
    id: draft.id,
    name: draft.name,
    rule: draft.rule,
    version: draft.version + 1,
    status: "active",
    createdBy: known?.createdBy ?? person.id,
    createdAt: known?.createdAt ?? now,
    updatedAt: Math.max(now, (known?.updatedAt ?? 0) + 1),
  };
  if (known) await tx.segments.save(segment);
  else await tx.segments.add(segment);
  await settleAnew(tx, ctx, person, segment, "segment.applied");
  return ok(segment);
}

/** Ends a segment: its members leave step by step, its stays are kept. Refused while another segment names it. */
export async function retireSegment(
  tx: Tx,
  ctx: Context,
  person: Person,
  segment: Segment,
): Promise<Result<Segment, "not-for-your-role" | "still-named" | "already-answered">> {
  if (!mayChangeSegment(person, segment)) return refuse("not-for-your-role");
  if (segment.status === "retired") return refuse("already-answered");
  await tx.locks.hold("segments");
  if ((await namingSegments(tx, segment.id)).length > 0) return refuse("still-named");
  const updatedAt = Math.max(ctx.now(), segment.updatedAt + 1);
  const retired = { ...segment, status: "retired" as const, version: segment.version + 1, updatedAt };
  await tx.segments.save(retired);
  await settleAnew(tx, ctx, person, retired, "segment.retired");
  return ok(retired);
}

/** The segments whose rules name another one. */
export async function namingSegments(tx: Tx, id: string): Promise<Segment[]> {
  return (await tx.segments.active()).filter(
    (one) => one.id !== id && leavesOf(one.rule).some((part) => part.kind === "segment" && part.segmentId === id),
  );
}

/** The tasks, ended ones apart, whose audience names a segment. */
export async function namingTasks(tx: Tx, id: string): Promise<Task[]> {
  const open = (await tx.tasks.list()).filter(({ status }) => !ended.has(status));
  return open.filter(({ target: { segments, exclude } }) => segments.includes(id) || exclude.segments.includes(id));
}

async function settleAnew(tx: Tx, ctx: Context, person: Person, segment: Segment, action: string): Promise<void> {
  await startSettling(tx, ctx, segment.id);
  await settleStep(tx, ctx);
  const detail = { version: segment.version };
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action, subject: segment.id, detail });
}
