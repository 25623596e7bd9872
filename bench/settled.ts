import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Channel } from "#bot/channels/channel.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { seededChance } from "#domain/chance.ts";
import { PeopleIndex } from "#domain/people-index.ts";
import { countByRule } from "#domain/people-rule.ts";
import type { Segment } from "#domain/segment.ts";
import { compile } from "#domain/segment-check.ts";
import { follow, indexSegments } from "#domain/segment-index.ts";
import type { TagDefinition, Taxonomy } from "#domain/taxonomy.ts";
import { createPeopleInMemory } from "#handlers/people-in-memory.ts";
import { type Figure, median, quantile } from "./frame.ts";

const tagCount = 120;
const tagsHeld = 12;
const usual = 100_000;
const large = 1_000_000;
const warmUp = 300;
const events = 2000;

/** Tags in pairs that end each other, so that one message changes two. */
function taxonomyOf(): Taxonomy {
  const tags = Array.from({ length: tagCount }, (_, n): [string, TagDefinition] => [
    `t${n}`,
    {
      key: `t${n}`, dimension: "d", zh: `标签${n}号`, en: `tag ${n}`, meaning: "", implies: [], supersedes: [`t${n ^ 1}`],
      open: false, retired: false,
    },
  ]); // biome-ignore format: short
  return {
    version: 1,
    dimensions: new Map([["d", { key: "d", zh: "维度", en: "dimension", halfLifeDays: 400 }]]),
    tags: new Map(tags),
  };
}

/** Twelve tags of as many pairs. */
function tagsBy(chance: () => number): Set<string> {
  const tags = new Map<number, string>();
  while (tags.size < tagsHeld) {
    const n = Math.floor(chance() * tagCount);
    tags.set(n >> 1, `t${n}`);
  }
  return new Set(tags.values());
}

/** A base of people with their tags and settled memberships, written straight into the tables. */
function fillBase(path: string, people: number, segments: readonly Segment[], taxonomy: Taxonomy): number {
  migrateSqlite(path);
  const db = new Database(path);
  db.pragma("synchronous = OFF");
  const indexes = db
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('tag_hold', 'segment_stay')",
    )
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  const person = db.prepare(
    "INSERT INTO person (id, name, roles, owner_id, joined_at, consent, created_at, updated_at) VALUES (?, ?, ?, 'E1', 0, 'yes', 0, 0)",
  );
  const hold = db.prepare(
    `INSERT INTO tag_hold (id, person_id, tag, source, settled_by, since, strength, evidence_at) VALUES (?, ?, ?, 'koe', 'E1', ?, 1, ?)`,
  );
  const segment = db.prepare(
    "INSERT INTO segment (id, name, rule, version, status, created_at, updated_at) VALUES (?, ?, ?, 1, 'active', 0, 0)",
  );
  const stay = db.prepare(
    "INSERT INTO segment_stay (id, segment_id, person_id, entered_at, rule_version, entry_reason) VALUES (?, ?, ?, 0, 1, ?)",
  );
  const chance = seededChance(20_261_122);
  const index = indexSegments(segments, taxonomy);
  const at = Date.now();
  let stays = 0;
  db.transaction(() => {
    person.run("E1", "安娜", "koe");
    db.prepare(
      "INSERT INTO identity (id, person_id, channel, external_id, room, linked_at) VALUES ('i', 'E1', 'bench', 'E1', 'bot:E1', 0)",
    ).run();
    for (const one of segments) segment.run(one.id, one.name, JSON.stringify(one.rule));
    for (let p = 0; p < people; p++) {
      const id = `P${String(p).padStart(7, "0")}`;
      person.run(id, `客${p}`, "customer");
      const tags = tagsBy(chance);
      for (const tag of tags) hold.run(`${id}${tag}`, id, tag, at, at);
      const members = new Set<string>();
      follow(index, { tags, city: null, lastActiveAt: null, segments: members }, members, 0);
      for (const one of members)
        stay.run(`${id}${one}`, one, id, JSON.stringify([{ rule: { kind: "tag", tag: "t0" }, holds: true }]));
      stays += members.size;
    }
  })();
  for (const { sql } of indexes) db.exec(sql);
  db.exec("ANALYZE");
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return stays;
}

/** A messenger that takes every answer: what nobody takes would pile up in the outbox. */
const taker: Channel = {
  name: "bench",
  start: async () => {},
  deliver: async () => ({}),
  stop: async () => {},
};

/** The way of a message: accepted, handled, memberships settled, committed to the disk. */
async function timesOf(koloop: Koloop, people: number): Promise<number[]> {
  const chance = seededChance(7);
  const times: number[] = [];
  for (let i = 0; i < warmUp + events; i++) {
    const p = Math.floor(chance() * people);
    const id = `P${String(p).padStart(7, "0")}`;
    const held = await koloop.store.read((tx) => tx.ledger.openHolds(id));
    const old = held[Math.floor(chance() * held.length)]!.tag;
    const begun = performance.now();
    await koloop.inbox.accept({
      type: "message", eventId: `e${i}`, from: "E1", address: { channel: "bench", room: "bot:E1" }, at: Date.now(),
      text: `/tag 客${p} 标签${Number(old.slice(1)) ^ 1}号`, addressed: true, roomKind: "bot",
    }); // biome-ignore format: short
    await koloop.inbox.drain();
    const took = performance.now() - begun;
    const now = new Set((await koloop.store.read((tx) => tx.ledger.openHolds(id))).map(({ tag }) => tag));
    if (now.has(old) || !now.has(`t${Number(old.slice(1)) ^ 1}`))
      throw new Error(`the message changed no tags of ${id}`);
    if (i >= warmUp) times.push(took);
  }
  return times;
}

/** Whether the members of today are those that the rules say, for people whose tags were changed. */
async function isSettled(koloop: Koloop, people: number, segments: readonly Segment[]): Promise<boolean> {
  const chance = seededChance(7);
  const checks = segments.map((segment) => ({ id: segment.id, check: compile(segment.rule) }));
  for (let i = 0; i < 100; i++) {
    const id = `P${String(Math.floor(chance() * people)).padStart(7, "0")}`;
    chance();
    const { tags, members } = await koloop.store.read(async (tx) => ({
      tags: new Set((await tx.ledger.openHolds(id)).map(({ tag }) => tag)),
      members: new Set((await tx.segments.memberships(id)).map(({ segmentId }) => segmentId)),
    }));
    const facts = { tags, city: null, lastActiveAt: null, segments: members };
    if (checks.some(({ id: segment, check }) => check(facts, 0) !== members.has(segment))) return false;
  }
  return true;
}

type Measured = { times: number[]; settled: boolean; stays: number; rowsMs: number; snapshotMs: number };

async function measure(people: number, segments: readonly Segment[]): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  try {
    const path = join(folder, "base.db");
    const taxonomy = taxonomyOf();
    const stays = fillBase(path, people, segments, taxonomy);
    const config = readConfig({ DATABASE_URL: `file:${path}`, KOLOOP_LOG_LEVEL: "error", KOLOOP_PEOPLE_INDEX: "off" });
    const koloop = await createKoloop(config, {
      web: false,
      extract: () => ({ cues: [], retractions: [] }),
      channels: [taker],
    });
    koloop.ctx.taxonomy = taxonomy;
    koloop.ctx.packTaxonomy = taxonomy;
    await koloop.start();
    const times = await timesOf(koloop, people);
    const settled = await isSettled(koloop, people, segments);
    const memory = () =>
      createPeopleInMemory({
        store: koloop.store,
        log: koloop.ctx.log,
        mostBytes: 1e9,
        snapshotAfter: 1,
        breathe: async () => {},
      });
    const first = memory();
    const rowsMs = await tookMs(() => first.catchUp());
    await first.keep();
    const snapshotMs = await tookMs(() => memory().catchUp());
    await koloop.stop();
    return { times, settled, stays, rowsMs, snapshotMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tookMs(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Settled membership in the running system over a base of 100,000 people; with `KOLOOP_BENCH_LONG` of 1,000,000 too. */
export async function benchSettled(segments: readonly Segment[]): Promise<Figure[]> {
  const small = await measure(usual, segments);
  const figures = figuresOf(small, usual);
  if (!process.env.KOLOOP_BENCH_LONG)
    return [
      ...figures,
      fact(
        "settled at 1,000,000 against 100,000 people",
        null,
        "x",
        "<= 1.5",
        null,
        "",
        "only with KOLOOP_BENCH_LONG=1",
      ),
    ];
  const big = await measure(large, segments);
  const ratio = median(big.times) / median(small.times);
  return [
    ...figures,
    ...figuresOf(big, large),
    fact(
      "settled at 1,000,000 against 100,000 people",
      ratio,
      "x",
      "<= 1.5",
      ratio <= 1.5,
      "",
      "the medians of the two",
    ),
  ];
}

function figuresOf({ times, settled, stays, rowsMs, snapshotMs }: Measured, people: number): Figure[] {
  const base = people.toLocaleString("en");
  const p95 = quantile(times, 0.95);
  const how = `${events} messages of an employee, each changing two tags of one of ${base} people in ${segments(stays)}; SQLite, each synced to the disk`;
  const share = snapshotMs / rowsMs;
  return [
    fact(`message to settled membership, ${base} people, p50`, median(times), "ms", "", null, "", how),
    fact(`message to settled membership, ${base} people, p95`, p95, "ms", "<= 10", p95 <= 10, "", how),
    fact(`members are those of the rules, ${base} people`, settled ? 1 : 0, "", "1", settled, "every rule, for 100 who changed", ""),
    fact(
      `people in memory ready, ${base} people`, share, "of reading the rows", "<= 0.15", share <= 0.15,
      `reading the rows ${rowsMs.toFixed(0)} ms`, `from the snapshot ${snapshotMs.toFixed(0)} ms`,
    ),
  ]; // biome-ignore format: short
}

const segments = (stays: number) => `1,000 segments with ${stays.toLocaleString("en")} members`;

/** "A and B and not C" over a million people: people in memory against SQLite, which has nothing but the rows that it needs. */
export function benchCount(): Figure[] {
  const chance = seededChance(20_260_302);
  const index = new PeopleIndex();
  index.reserve(large);
  const db = new Database(":memory:");
  db.exec("CREATE TABLE held(tag INTEGER, person INTEGER, PRIMARY KEY(tag, person)) WITHOUT ROWID");
  const insert = db.prepare("INSERT INTO held VALUES (?, ?)");
  const asked = [5, 11, 2];
  db.transaction(() => {
    for (let p = 0; p < large; p++) {
      const row = index.addPerson(String(p));
      const held = new Set<number>();
      while (held.size < tagsHeld) held.add(Math.floor(tagCount * chance() ** 1.6));
      for (const tag of held) index.hold(row, `t${tag}`);
      for (const tag of asked) if (held.has(tag)) insert.run(tag, p);
    }
  })();
  db.exec("ANALYZE");
  const rule = {
    kind: "all" as const,
    of: [
      { kind: "tag" as const, tag: "t5" },
      { kind: "tag" as const, tag: "t11" },
      { kind: "none" as const, of: [{ kind: "tag" as const, tag: "t2" }] },
    ],
  };
  const taxonomy = taxonomyOf();
  const queries = [
    "SELECT COUNT(*) AS n FROM (SELECT person FROM held WHERE tag = 5 INTERSECT SELECT person FROM held WHERE tag = 11 EXCEPT SELECT person FROM held WHERE tag = 2)",
    "SELECT COUNT(*) AS n FROM held a JOIN held b ON b.person = a.person AND b.tag = 11 WHERE a.tag = 5 AND NOT EXISTS (SELECT 1 FROM held c WHERE c.tag = 2 AND c.person = a.person)",
  ].map((text) => db.prepare(text));
  const ours = middleMs(300, () => countByRule(index, rule, taxonomy));
  const theirs = Math.min(...queries.map((query) => middleMs(5, () => query.get())));
  const counted = countByRule(index, rule, taxonomy);
  const same = queries.every((query) => (query.get() as { n: number }).n === counted);
  db.close();
  return [
    fact(
      "count of A and B and not C over 1,000,000 people", theirs / ours, "times", ">= 400", same && theirs / ours >= 400,
      `SQLite in memory, the better of two queries, ${theirs.toFixed(1)} ms`,
      `${counted} people in ${ours.toFixed(3)} ms by the rule of a segment, ${same ? "equal" : "NOT equal"} to SQL`,
    ),
  ]; // biome-ignore format: short
}

function middleMs(rounds: number, work: () => unknown): number {
  work();
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    work();
    return performance.now() - begun;
  });
  return median(times);
}

const fact = (
  name: string, value: number | null, unit: string, goal: string, holds: boolean | null, against: string, how: string,
): Figure => ({ name, value, unit, goal, holds, against, how }); // biome-ignore format: short
