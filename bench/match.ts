import Database from "better-sqlite3";
import { seededChance } from "#domain/chance.ts";
import { bestOf, forEachBit, PeopleIndex, type Scored } from "#domain/people-index.ts";
import { benchAllocation } from "./allocation.ts";
import { type Figure, median } from "./frame.ts";

const PEOPLE = 1_000_000;
const TAGS = 120;
const EACH = 12;
const MOST = 200;
const FEWER = 100_000;
const CAP = 3;

/** The same question for all: (tag 5 or 11) and not 2, not too tired; five weighted tags, own form, influence, less what was asked lately. */
const ASKED = {
  any: [5, 11],
  none: 2,
  weights: [
    [5, 0.8],
    [11, 0.6],
    [17, 0.5],
    [23, 0.4],
    [31, 0.3],
  ] as [number, number][],
};

type World = { tags: Uint8Array; tired: Float32Array; base: Float32Array };

/** A million made-up people; some tags are common and some rare, as in life. */
function makeWorld(): World {
  const chance = seededChance(20260302);
  const tags = new Uint8Array(PEOPLE * EACH);
  const tired = new Float32Array(PEOPLE);
  const base = new Float32Array(PEOPLE);
  const held = new Set<number>();
  for (let p = 0; p < PEOPLE; p++) {
    held.clear();
    while (held.size < EACH) held.add(Math.floor(TAGS * chance() ** 1.6));
    let k = p * EACH;
    for (const tag of held) tags[k++] = tag;
    tired[p] = chance() * 4;
    base[p] = 0.4 * chance() + 0.3 * chance() ** 3 - 0.2 * tired[p]!;
  }
  return { tags, tired, base };
}

const times = (rounds: number, work: () => unknown): number => {
  work();
  const spent: number[] = [];
  for (let r = 0; r < rounds; r++) {
    const from = process.hrtime.bigint();
    work();
    spent.push(Number(process.hrtime.bigint() - from) / 1e6);
  }
  return median(spent);
};

const tagKey = (tag: number): string => `tag${tag}`;

function buildIndex(world: World): PeopleIndex {
  const index = new PeopleIndex();
  index.reserve(PEOPLE);
  for (let p = 0; p < PEOPLE; p++) {
    const row = index.addPerson(String(p));
    for (let k = 0; k < EACH; k++) index.hold(row, tagKey(world.tags[p * EACH + k]!));
    if (world.tired[p]! >= CAP) index.hold(row, "resting");
  }
  return index;
}

type Reasoned = Scored & { reasons: { tag: string; weight: number }[] };

/** The product's way: the index, and reasons for those who are chosen. */
function byIndex(index: PeopleIndex, world: World, set: Uint32Array, sums: Float32Array): Reasoned[] {
  const eligible = index.select({ any: ASKED.any.map(tagKey), none: [tagKey(ASKED.none), "resting"] }, set);
  const weights = ASKED.weights.map(([tag, weight]) => ({ tag: tagKey(tag), weight }));
  return bestOf(index, eligible, { base: world.base, tags: weights }, MOST, sums).map((found) => ({
    ...found,
    reasons: weights.filter(({ tag }) => index.holds(found.row, tag)),
  }));
}

/** Brute force, person by person: what the answer must be. */
function byHand(world: World): Scored[] {
  const all: Scored[] = [];
  for (let p = 0; p < PEOPLE; p++) {
    let fits = false;
    let barred = world.tired[p]! >= CAP;
    let score = world.base[p]!;
    for (const [tag, weight] of ASKED.weights) {
      for (let k = p * EACH; k < (p + 1) * EACH; k++) if (world.tags[k] === tag) score = Math.fround(score + weight);
    }
    for (let k = p * EACH; k < (p + 1) * EACH; k++) {
      if (ASKED.any.includes(world.tags[k]!)) fits = true;
      if (world.tags[k] === ASKED.none) barred = true;
    }
    if (fits && !barred) all.push({ row: p, score });
  }
  return all.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, MOST);
}

type Floor = { bits: Uint32Array[]; postings: Uint32Array[]; resting: Uint32Array };

function buildFloor(world: World): Floor {
  const words = PEOPLE / 32;
  const bits = Array.from({ length: TAGS }, () => new Uint32Array(words));
  const resting = new Uint32Array(words);
  for (let p = 0; p < PEOPLE; p++) {
    for (let k = p * EACH; k < (p + 1) * EACH; k++) bits[world.tags[k]!]![p >> 5]! |= 1 << (p & 31);
    if (world.tired[p]! >= CAP) resting[p >> 5]! |= 1 << (p & 31);
  }
  const postings = bits.map((set) => {
    const rows: number[] = [];
    forEachBit(set, words, (row) => rows.push(row));
    return Uint32Array.from(rows);
  });
  return { bits, postings, resting };
}

/** The floor of the performance notes, section D: nothing but loops written for this one question. */
function byFloor(floor: Floor, world: World, sums: Float32Array): Scored[] {
  sums.set(world.base);
  for (const [tag, weight] of ASKED.weights) {
    const rows = floor.postings[tag]!;
    for (let k = 0; k < rows.length; k++) sums[rows[k]!]! += weight;
  }
  const [a, b, c, r] = [floor.bits[ASKED.any[0]!]!, floor.bits[ASKED.any[1]!]!, floor.bits[ASKED.none]!, floor.resting];
  const rows = new Int32Array(MOST);
  const values = new Float32Array(MOST);
  let size = 0;
  let bar = Number.NEGATIVE_INFINITY;
  for (let w = 0; w < a.length; w++) {
    for (let rest = (a[w]! | b[w]!) & ~c[w]! & ~r[w]!; rest !== 0; rest &= rest - 1) {
      const row = (w << 5) + 31 - Math.clz32(rest & -rest);
      const value = sums[row]!;
      if (value <= bar) continue;
      let i: number;
      if (size < MOST) {
        i = size++;
        for (let up = (i - 1) >> 1; i > 0 && values[up]! > value; i = up, up = (i - 1) >> 1) {
          values[i] = values[up]!;
          rows[i] = rows[up]!;
        }
      } else {
        i = 0;
        for (;;) {
          let child = 2 * i + 1;
          if (child >= MOST) break;
          if (child + 1 < MOST && values[child + 1]! < values[child]!) child++;
          if (values[child]! >= value) break;
          values[i] = values[child]!;
          rows[i] = rows[child]!;
          i = child;
        }
      }
      values[i] = value;
      rows[i] = row;
      if (size === MOST) bar = values[0]!;
    }
  }
  return Array.from({ length: size }, (_, i) => ({ row: rows[i]!, score: values[i]! }));
}

type Person = { id: number; tags: number[]; tired: number; base: number };

function byObjects(people: readonly Person[]): { id: number; score: number }[] {
  return people
    .filter((p) => ASKED.any.some((t) => p.tags.includes(t)) && !p.tags.includes(ASKED.none) && p.tired < CAP)
    .map((p) => ({
      id: p.id,
      score: ASKED.weights.reduce((sum, [t, w]) => (p.tags.includes(t) ? sum + w : sum), p.base),
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST);
}

function openSqlite(world: World): Database.Database {
  const db = new Database(":memory:");
  db.exec(
    "CREATE TABLE person(id INTEGER PRIMARY KEY, tired REAL, base REAL); CREATE TABLE held(tag INTEGER, person INTEGER, PRIMARY KEY(tag, person)) WITHOUT ROWID;",
  );
  const person = db.prepare("INSERT INTO person VALUES(?, ?, ?)");
  const held = db.prepare("INSERT INTO held VALUES(?, ?)");
  const byTag: number[][] = Array.from({ length: TAGS }, () => []);
  for (let p = 0; p < PEOPLE; p++) for (let k = p * EACH; k < (p + 1) * EACH; k++) byTag[world.tags[k]!]!.push(p);
  db.transaction(() => {
    for (let p = 0; p < PEOPLE; p++) person.run(p, world.tired[p], world.base[p]);
    byTag.forEach((list, tag) => {
      for (const p of list) held.run(tag, p);
    });
  })();
  db.exec("CREATE INDEX of_person ON held(person, tag); ANALYZE;");
  return db;
}

const weightCase = ASKED.weights.map(([t, w]) => `WHEN ${t} THEN ${w}`).join(" ");
const weighed = ASKED.weights.map(([t]) => t).join(",");
const eligibleSql = `SELECT person FROM held WHERE tag IN (${ASKED.any.join(",")}) EXCEPT SELECT person FROM held WHERE tag = ${ASKED.none}`;
/** Two ways to ask it; the better one counts. */
const SQLS = [
  `WITH e AS (${eligibleSql}), s AS (SELECT person, SUM(CASE tag ${weightCase} END) AS w FROM held WHERE tag IN (${weighed}) GROUP BY person)
   SELECT p.id, p.base + COALESCE(s.w, 0) AS score FROM e JOIN person p ON p.id = e.person LEFT JOIN s ON s.person = p.id
   WHERE p.tired < ${CAP} ORDER BY score DESC LIMIT ${MOST}`,
  `WITH e AS (${eligibleSql})
   SELECT p.id, p.base + COALESCE((SELECT SUM(CASE h.tag ${weightCase} END) FROM held h WHERE h.person = p.id AND h.tag IN (${weighed})), 0) AS score
   FROM e JOIN person p ON p.id = e.person WHERE p.tired < ${CAP} ORDER BY score DESC LIMIT ${MOST}`,
];

/** Matching one task among a million people, counting a segment, and allocating many tasks at once, beside peers and limits. */
export async function benchMatch(): Promise<Figure[]> {
  const world = makeWorld();
  const index = buildIndex(world);
  const [set, sums] = [new Uint32Array(PEOPLE / 32 + 64), new Float32Array(PEOPLE)];
  const eligibleWords = index.select({}).length;
  const scratch = set.subarray(0, eligibleWords);
  const found = byIndex(index, world, scratch, sums);
  const wanted = byHand(world);
  const same = found.length === wanted.length && found.every((f, i) => f.row === wanted[i]!.row);
  const mine = times(15, () => byIndex(index, world, scratch, sums));
  const floor = buildFloor(world);
  const least = times(15, () => byFloor(floor, world, sums));
  const people: Person[] = Array.from({ length: FEWER }, (_, p) => ({
    id: p,
    tags: [...world.tags.subarray(p * EACH, (p + 1) * EACH)],
    tired: world.tired[p]!,
    base: world.base[p]!,
  }));
  const objects = times(5, () => byObjects(people)) * (PEOPLE / FEWER);
  const db = openSqlite(world);
  const sql = Math.min(...SQLS.map((q) => times(3, () => db.prepare(q).all())));
  const count = times(200, () => index.count({ all: ["tag5", "tag11"], none: ["tag2"] }));
  const counted = index.count({ all: ["tag5", "tag11"], none: ["tag2"] });
  const countSqls = [
    "SELECT COUNT(*) AS n FROM (SELECT person FROM held WHERE tag = 5 INTERSECT SELECT person FROM held WHERE tag = 11 EXCEPT SELECT person FROM held WHERE tag = 2)",
    "SELECT COUNT(*) AS n FROM held a JOIN held b ON b.person = a.person AND b.tag = 11 WHERE a.tag = 5 AND NOT EXISTS (SELECT 1 FROM held c WHERE c.tag = 2 AND c.person = a.person)",
  ];
  const sqlCount = Math.min(...countSqls.map((q) => times(3, () => db.prepare(q).get())));
  const sameCount = (db.prepare(countSqls[0]!).get() as { n: number }).n === counted;
  db.close();
  return [
    fact(
      "top 200 of 1,000,000: the same people as brute force",
      same ? 1 : 0,
      "1 = same",
      "the same 200",
      same,
      "every person scored one by one",
      "tags by rules and score, with reasons",
    ),
    fact("top 200: time", mine, "ms", "", null, "", `median of 15; ${found.length} found`),
    fact(
      "top 200: faster than SQLite",
      sql / mine,
      "x",
      ">= 60",
      sql / mine >= 60,
      `SQLite in memory, the better of two queries, ${sql.toFixed(0)} ms`,
      "same question, same run",
    ),
    fact(
      "top 200: faster than filter, map and sort",
      objects / mine,
      "x",
      ">= 35",
      objects / mine >= 35,
      `objects in an array, ${objects.toFixed(0)} ms`,
      "100,000 objects, scaled by ten",
    ),
    fact(
      "top 200: of the floor's speed",
      least / mine,
      "x",
      ">= 0.7",
      least / mine >= 0.7,
      `loops written for this question alone, ${least.toFixed(2)} ms`,
      "postings, bitsets, heap",
    ),
    fact(
      "count of A and B and not C: faster than SQLite",
      sqlCount / count,
      "x",
      ">= 400",
      sameCount && sqlCount / count >= 400,
      `SQLite in memory, the better of two queries, ${sqlCount.toFixed(1)} ms`,
      `${counted} people in ${count.toFixed(3)} ms, ${sameCount ? "equal" : "NOT equal"} to SQL`,
    ),
    ...benchAllocation(),
  ];
}

const fact = (
  name: string,
  value: number,
  unit: string,
  goal: string,
  holds: boolean | null,
  against: string,
  how: string,
): Figure => ({
  name,
  value,
  unit,
  goal,
  holds,
  against,
  how,
});
