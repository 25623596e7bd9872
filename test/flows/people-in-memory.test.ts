import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store, Tx } from "#db/store.ts";
import { seededChance } from "#domain/chance.ts";
import { countByRule } from "#domain/people-rule.ts";
import type { Person } from "#domain/person.ts";
import { isStaff } from "#domain/person.ts";
import { judge, type Rule } from "#domain/segment.ts";
import type { TagEvent } from "#domain/tag.ts";
import { definitionOf, type Taxonomy } from "#domain/taxonomy.ts";
import { mergePeople, unmergePeople } from "#handlers/merge-people.ts";
import { createPeopleInMemory, type PeopleInMemory } from "#handlers/people-in-memory.ts";
import { whoMoves } from "#handlers/plan-segment.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { addCast, addPerson, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const tags = ["single", "married", "new_parent", "two_kids", "has_kids", "camping", "plans_replacement", "novice"];
const people = 40;
const log = { info: () => {}, warn: () => {}, error: () => {} };
const over = (store: Store, snapshotAfter = 1e9) =>
  createPeopleInMemory({ store, log, mostBytes: 1e9, snapshotAfter, breathe: async () => {} });

type Pick = (below: number) => number;
const pickBy = (seed: number): Pick => {
  const chance = seededChance(seed);
  return (below) => Math.floor(chance() * below);
};
const of = <T>(pick: Pick, list: readonly T[]): T => list[pick(list.length)]!;

function ruleBy(pick: Pick, deep: number): Rule {
  if (deep === 0 || pick(3) === 0)
    return pick(5) === 0
      ? { kind: "dimension", dimension: of(pick, ["family", "stage"]) }
      : { kind: "tag", tag: of(pick, tags) };
  return {
    kind: of(pick, ["all", "any", "none"] as const),
    of: Array.from({ length: pick(4) }, () => ruleBy(pick, deep - 1)),
  };
}

async function addMany({ store }: TestKoloop): Promise<void> {
  await store.transaction(async (tx) => {
    for (let i = 0; i < people; i++)
      await addPerson(tx, { id: `P${i}`, name: `客${i}`, roles: ["customer"], ownerId: null });
  });
}

/** One thing that happens to somebody: most touch tags, some who counts at all. */
async function happen(tx: Tx, { ctx }: TestKoloop, pick: Pick, merges: string[]): Promise<void> {
  const person = (await tx.people.find(`P${pick(people)}`))!;
  const by = (await tx.people.find("E1"))!;
  const kind = pick(20);
  if (kind === 0) return tx.people.change(person.id, { roles: isStaff(person) ? ["customer"] : ["koe"] });
  if (kind === 1) return addPerson(tx, { id: ctx.newId(), name: "新客", roles: ["customer"], ownerId: null });
  if (kind === 2 && merges.length > 0) {
    await unmergePeople(tx, ctx, merges.pop()!, by);
    return;
  }
  if (person.mergedInto !== null) return;
  const other = (await tx.people.find(`P${pick(people)}`))!;
  if (kind === 3 && other.id !== person.id && other.mergedInto === null) {
    merges.push(await mergePeople(tx, ctx, person, other, by));
    return;
  }
  await settleTag(tx, ctx, person, {
    tag: of(pick, tags), holds: pick(3) > 0, source: "koe", proposedBy: null, settledBy: "E1",
    quote: null, messageId: null, suggestionId: null, confidence: 1, at: ctx.now(),
  }); // biome-ignore format: short
}

/** What the tables say, person by person. */
async function bruteCount(tx: Tx, taxonomy: Taxonomy, rule: Rule): Promise<number> {
  const all = (await tx.people.all()).filter((person) => !isStaff(person));
  const held = await tx.ledger.openTags();
  return all.filter(({ id }) => {
    const own = held.get(id) ?? new Set<string>();
    const dimensions = new Set([...own].flatMap((tag) => definitionOf(taxonomy, tag)?.dimension ?? []));
    return judge(rule, { tags: own, city: null, lastActiveAt: null, segments: new Set(), dimensions }, friday).holds;
  }).length;
}

async function differences(koloop: TestKoloop, memory: PeopleInMemory, pick: Pick): Promise<string[]> {
  const { store, ctx } = koloop;
  return store.read(async (tx) => {
    const found: string[] = [];
    for (let i = 0; i < 4; i++) {
      const rule = ruleBy(pick, 3);
      const index = await memory.asSeenBy(tx);
      const told = index && countByRule(index, rule, ctx.taxonomy);
      const real = await bruteCount(tx, ctx.taxonomy, rule);
      if (told !== real) found.push(`${JSON.stringify(rule)}: ${told}, not ${real}`);
    }
    const tag = of(pick, tags);
    const told = (await memory.asSeenBy(tx))?.count({ all: [tag] });
    if (told !== (await tx.ledger.countHolding(tag))) found.push(`${tag}: ${told}`);
    return found;
  });
}

async function playAndCompare(koloop: TestKoloop, rounds: number): Promise<string[]> {
  const pick = pickBy(4);
  const merges: string[] = [];
  await addCast(koloop);
  await addMany(koloop);
  let memory = over(koloop.store, 60);
  await memory.catchUp();
  const found: string[] = [];
  for (let round = 0; round < rounds; round++) {
    await koloop.store.transaction(async (tx) => {
      for (let i = 0; i < 10; i++) await happen(tx, koloop, pick, merges);
    });
    found.push(...(await differences(koloop, memory, pick)));
    if (round % 5 === 2) await memory.keep();
    // The process dies: what comes next knows the last snapshot and the logs.
    if (round % 7 === 6) {
      memory = over(koloop.store, 60);
      await memory.catchUp();
    }
  }
  return found;
}

const started = (url?: string) => startKoloop({ extract: () => ({ cues: [], retractions: [] }) }, url);

describe("people in memory", () => {
  it("count what the tables count after every transaction, and after each crash", async () => {
    const koloop = await started();

    expect(await playAndCompare(koloop, 60)).toEqual([]);
    expect(await koloop.store.read((tx) => tx.peopleLog.snapshot())).toBeDefined();
  });

  it("are read anew where the snapshot is damaged or of another form, and catch up with a ledger that went on", async () => {
    const koloop = await started();
    await addMany(koloop);
    const { store } = koloop;
    const first = over(store, 1);
    await first.catchUp();
    await first.keep();
    await store.transaction((tx) => tx.ledger.add([held("P1", "camping")]));
    const damages: [string, string][] = [
      ["nothing", "SELECT 1"],
      ["the ends of the ids", "UPDATE people_snapshot SET bytes = x'00000001' WHERE part = 'ids:ends'"],
      ["the ids cut off", "UPDATE people_snapshot SET bytes = x'41' WHERE part = 'ids:text'"],
      ["a column too short", "UPDATE people_snapshot SET bytes = x'00' WHERE part LIKE 'column:%'"],
      ["the marks", "UPDATE people_snapshot SET bytes = x'7b' WHERE part = 'marks'"],
      ["a part gone", "DELETE FROM people_snapshot WHERE part = 'ids:ends'"],
    ];

    for (const [what, damage] of damages) {
      if (what !== "nothing") await store.transaction((tx) => tx.connection.sql.run(damage));
      const memory = over(store);
      await memory.catchUp();
      expect([what, await differences(koloop, memory, pickBy(3))]).toEqual([what, []]);
      // What was read anew is kept whole again, for the next damage.
      const again = over(store, 0);
      await again.catchUp();
      await again.keep();
    }
  });

  it("leave it to the tables what a transaction has written and not committed, and forget what is rolled back", async () => {
    const koloop = await started();
    await addCast(koloop);
    const memory = over(koloop.store);
    await memory.catchUp();
    const { ctx, store } = koloop;

    const inside = await store
      .transaction(async (tx) => {
        await tx.ledger.add([held("C1", "camping")]);
        throw new Error(`seen: ${await memory.asSeenBy(tx)}`);
      })
      .catch((fault: Error) => fault.message);

    expect(inside).toBe("seen: undefined");
    expect(await differences({ ...koloop, ctx, store } as TestKoloop, memory, pickBy(1))).toEqual([]);
  });

  it("say who would enter and leave as the tables do", async () => {
    const koloop = await started();
    await playAndCompare(koloop, 12);
    const { store, ctx } = koloop;
    const known = segmentOf({ kind: "tag", tag: "camping" });
    await store.transaction(async (tx) => {
      await tx.segments.add(known);
      for (const id of ["P1", "P2", "P3", "P5"])
        await tx.segments.enter({
          id: `s-${id}`, segmentId: known.id, personId: id, enteredAt: 0, leftAt: null, ruleVersion: 1, entryReason: [], exitReason: null,
        }); // biome-ignore format: short
    });
    const memory = over(store);
    await memory.catchUp();

    const reader = (await store.read((tx) => tx.people.find("M1"))) as Person;
    for (const rule of Array.from({ length: 30 }, (_, seed) => ruleBy(pickBy(seed + 1), 3))) {
      const ask = (using: PeopleInMemory) =>
        store.read((tx) => whoMoves(tx, { ...ctx, peopleInMemory: using }, { id: known.id, rule }, known, reader));
      const inMemory = await ask(memory);
      const inTables = await ask({ ...memory, asSeenBy: async () => undefined });
      expect(inMemory).toEqual(inTables);
    }
  });

  it("are not used where they would take too much memory", async () => {
    const { store } = await started();
    const memory = createPeopleInMemory({ store, log, mostBytes: 10, snapshotAfter: 1, breathe: async () => {} });
    await store.transaction((tx) => addPerson(tx, { id: "P1", name: "客", roles: ["customer"], ownerId: null }));

    await memory.catchUp();

    expect(await store.read((tx) => memory.asSeenBy(tx))).toBeUndefined();
  });
});

const segmentOf = (rule: Rule) => ({
  id: "outdoor", name: "户外", rule, version: 1, status: "active" as const, createdBy: "M1", createdAt: 0, updatedAt: 1,
}); // biome-ignore format: short

let lines = 0;
const held = (personId: string, tag: string): TagEvent => ({
  id: `line-${++lines}`, personId, tag, kind: "held", source: "koe", proposedBy: null, settledBy: "E1", quote: null,
  messageId: null, suggestionId: null, cause: null, confidence: 1, at: friday, recordedAt: friday,
}); // biome-ignore format: short

describe("people in memory on PostgreSQL", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  it("count what the tables count after every transaction, and after each crash", async () => {
    expect(await playAndCompare(await started(await server.create("memory")), 20)).toEqual([]);
  });

  it("see a line that was numbered before another and committed after it", async () => {
    const koloop = await started(await server.create("gaps"));
    await addCast(koloop);
    const { store } = koloop;
    const memory = over(store);
    await memory.catchUp();
    const count = () => store.read(async (tx) => (await memory.asSeenBy(tx))?.count({ all: ["camping"] }));
    let commit = () => {};
    let written = () => {};
    const isWritten = new Promise<void>((done) => {
      written = done;
    });
    const slow = store.transaction(async (tx) => {
      await tx.ledger.add([held("C1", "camping")]);
      await tx.ledger.openHolds("C1");
      written();
      await new Promise<void>((done) => {
        commit = done;
      });
    });
    await isWritten;

    await store.transaction((tx) => tx.ledger.add([held("K1", "camping")]));
    const before = await count();
    commit();
    await slow;

    expect([before, await count()]).toEqual([1, 2]);
  });
});
