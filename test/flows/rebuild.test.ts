import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Rule } from "#domain/segment.ts";
import { contradictionIn } from "#domain/segment-text.ts";
import { type TagSource, undoLast } from "#domain/tag.ts";
import { compareWithRebuild } from "#handlers/compare-rebuild.ts";
import { followPerson } from "#handlers/follow-segments.ts";
import { mergePeople, unmergePeople } from "#handlers/merge-people.ts";
import { settleStep, startSettling } from "#handlers/settle-segment.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { timePassed } from "#handlers/time-passed.ts";
import { addCast, addPerson, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const day = 86_400_000;
/** KOLOOP_EVENTS=1000000 is the number of the goal. Every run checks 20,000 in memory (domain tests) and these on each database. */
const events = Number(process.env.KOLOOP_EVENTS ?? 3000);
const perTransaction = 50;
const people = 30;

/** A small generator with a seed (Park and Miller 1988): the same life on every machine. */
function chanceFrom(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
type Pick = ReturnType<typeof chanceFrom>;

/** Tags that exclude, imply, supersede and fade at different paces. */
const tags = [
  "single", "in_relationship", "married", "expecting", "new_parent", "two_kids", "has_kids", "student", "office_worker",
  "retiree", "novice", "expert", "plans_replacement", "ordered", "new_owner", "camping", "dissatisfied", "promotion",
  "city:上海", "city:北京",
]; // biome-ignore format: a list
const of = <T>(pick: Pick, list: readonly T[]): T => list[pick(list.length)]!;

function ruleBy(pick: Pick, before: number): Rule {
  const leaf = (): Rule => {
    const kind = pick(12);
    if (kind === 0) return { kind: "city", cities: [of(pick, ["上海", "北京"])] };
    if (kind === 1) return { kind: "active", withinDays: 1 + pick(60) };
    if (kind === 2) return { kind: "silent", forDays: 1 + pick(60) };
    if (kind === 3) return { kind: "dimension", dimension: of(pick, ["family", "stage", "emotion"]) };
    if (kind === 4 && before > 0) return { kind: "segment", segmentId: `s${pick(before)}` };
    return {
      kind: "tag",
      tag: of(
        pick,
        tags.filter((tag) => !tag.startsWith("city:")),
      ),
    };
  };
  const group = (): Rule => ({ kind: of(pick, ["all", "any", "none"] as const), of: [leaf(), leaf()] });
  return { kind: "all", of: [pick(3) === 0 ? group() : leaf(), pick(2) === 0 ? group() : leaf()] };
}

async function playLife(koloop: TestKoloop, count: number) {
  const pick = chanceFrom(20_261_120);
  const { store, ctx } = koloop;
  await addCast(koloop);
  await store.transaction(async (tx) => {
    for (let i = 0; i < people; i++)
      await addPerson(tx, { id: `P${i}`, name: `客${i}`, roles: ["customer"], ownerId: null });
    for (let i = 0; i < 20; i++) await writeRule(tx, koloop, i, ruleBy(pick, i), 1);
  });
  const merges: { kept: string; gone: string; settlement: string }[] = [];
  const versions = new Map<number, number>();
  const kinds: Record<string, number> = {};
  const differences: string[] = [];
  for (let done = 0; done < count; done += perTransaction) {
    await store.transaction(async (tx) => {
      for (let i = 0; i < perTransaction; i++) {
        const kind = await oneEvent(tx, koloop, pick, merges, versions);
        kinds[kind] = (kinds[kind] ?? 0) + 1;
      }
      const person = await tx.people.find(`P${pick(people)}`);
      differences.push(...(await differing(tx, koloop, [person!])));
    });
  }
  await koloop.clock.tick();
  differences.push(...(await store.read(async (tx) => differing(tx, koloop, await tx.people.all()))));
  return { differences, kinds, ctx };
}

async function differing(tx: Tx, { ctx }: TestKoloop, who: readonly Person[]): Promise<string[]> {
  const settling = new Set((await tx.profiles.allSettling()).map(({ segmentId }) => segmentId));
  const found: string[] = [];
  for (const person of who) {
    const { tags: ledger, segments } = await compareWithRebuild(tx, ctx, person, settling);
    if (ledger || segments.length > 0) found.push(`${person.id}${ledger ? " tags" : ""} ${segments.join(" ")}`);
  }
  return found;
}

async function writeRule(tx: Tx, { ctx }: TestKoloop, n: number, rule: Rule, version: number) {
  const usable = contradictionIn(rule, ctx.taxonomy) ? { kind: "tag" as const, tag: "camping" } : rule;
  const segment = { id: `s${n}`, name: `s${n}`, rule: usable, version, status: "active" as const };
  const written = { ...segment, createdBy: "M1", createdAt: 0, updatedAt: ctx.now() + version };
  if (version === 1) await tx.segments.add(written);
  else await tx.segments.save(written);
  await startSettling(tx, ctx, segment.id);
  while (await settleStep(tx, ctx));
}

type Merges = { kept: string; gone: string; settlement: string }[];

async function oneEvent(tx: Tx, koloop: TestKoloop, pick: Pick, merges: Merges, versions: Map<number, number>) {
  const { ctx } = koloop;
  const person = (await tx.people.find(`P${pick(people)}`))!;
  const by = (await tx.people.find("E1"))!;
  const kind = pick(200);
  if (kind < 130 || person.mergedInto !== null) {
    const target = person.mergedInto === null ? person : (await tx.people.find(person.mergedInto))!;
    const source = of<TagSource>(pick, ["koe", "koe", "behaviour", "import", "machine"]);
    const holds = pick(4) > 0;
    // One in eight is about the past, and clocks may be an hour off.
    const at = ctx.now() - (pick(8) === 0 ? pick(200) * day : 0) + (pick(10) === 0 ? 3_600_000 : 0);
    await settleTag(tx, ctx, target, {
      tag: of(pick, tags), holds, source, proposedBy: null, settledBy: source === "koe" ? "E1" : null,
      quote: null, messageId: null, suggestionId: null, confidence: (1 + pick(10)) / 10, at,
    }); // biome-ignore format: short
    return holds ? "held" : "retracted";
  }
  if (kind < 150) {
    const lines = undoLast(await tx.ledger.eventsOf(person.id), { personId: "E1", at: ctx.now() }, ctx.newId);
    if (lines.length === 0) return "nothing to undo";
    await tx.ledger.add(lines);
    await followPerson(tx, ctx, person, ctx.now(), { tags: lines.map((line) => line.tag) });
    return "undone";
  }
  if (kind < 165) {
    const message = { id: ctx.newId(), conversationId: "c", channel: "web", eventId: ctx.newId(), fromId: person.id };
    await tx.conversations.addMessage({ ...message, at: ctx.now(), text: "好", deletedAt: null });
    await followPerson(tx, ctx, person, ctx.now(), { activity: true });
    return "message";
  }
  if (kind < 170) {
    const other = (await tx.people.find(`P${pick(people)}`))!;
    if (other.id === person.id || other.mergedInto !== null) return "no merge";
    merges.push({ kept: person.id, gone: other.id, settlement: await mergePeople(tx, ctx, person, other, by) });
    return "merged";
  }
  if (kind < 175 && merges.length > 0) {
    await unmergePeople(tx, ctx, merges.pop()!.settlement, by);
    return "unmerged";
  }
  if (kind < 178) {
    const n = pick(20);
    const version = (versions.get(n) ?? 1) + 1;
    versions.set(n, version);
    await writeRule(tx, koloop, n, ruleBy(pick, n), version);
    return "rule";
  }
  koloop.pass(pick(4 * day));
  await timePassed(tx, ctx);
  return "time";
}

const started = (url?: string) => startKoloop({ extract: () => ({ cues: [], retractions: [] }) }, url);

describe("what is kept equals a rebuild from the ledger", () => {
  it(`after ${events} random events on SQLite: tags, retractions, undos, merges, rule changes and time`, async () => {
    const { differences, kinds } = await playLife(await started(), events);

    expect(Object.keys(kinds).sort()).toEqual(
      expect.arrayContaining(["held", "merged", "rule", "time", "undone", "unmerged"]),
    );
    expect(differences).toEqual([]);
  }, 3_600_000);

  it("sees a difference where a hold, or a stay, was changed behind the ledger's back", async () => {
    const koloop = await started();
    await playLife(koloop, 200);
    const { store } = koloop;

    await store.transaction(async (tx) => {
      const { sql } = tx.connection;
      const found = await sql.get<{ id: string }>("SELECT id FROM tag_hold WHERE until IS NULL LIMIT 1");
      await sql.run("UPDATE tag_hold SET strength = 0.123 WHERE id = ?", found!.id);
      await sql.run("DELETE FROM segment_stay WHERE left_at IS NULL");
    });

    expect((await store.read(async (tx) => differing(tx, koloop, await tx.people.all()))).length).toBeGreaterThan(5);
  });
});

describe("on PostgreSQL", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const fewer = Math.ceil(events / 4);
  it(`what is kept equals a rebuild after ${fewer} of the same events`, async () => {
    const { differences } = await playLife(await started(await server.create("rebuild")), fewer);

    expect(differences).toEqual([]);
  }, 3_600_000);
});
