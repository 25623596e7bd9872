import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import { emptyQuery, type Query } from "#domain/query.ts";
import { type Figure, median, quantile } from "./frame.ts";

const now = Date.parse("2026-11-20T18:00:00+08:00");
const rows = 1_000_000;
const people = 50_000;

/** A brand of 50,000 people and 1,000,000 assignments, made by the database itself; dates and steps by arithmetic, the same every time. */
async function fill(store: Store): Promise<void> {
  await store.transaction(async ({ connection: { sql } }) => {
    const count = (n: number) => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${n - 1})`;
    await sql.run(`${count(people)} INSERT INTO person (id, name, roles, city, owner_id, joined_at, consent, created_at, updated_at)
      SELECT 'P' || i, 'N' || i, 'koc customer', 'C' || (i % 17), 'E' || (i % 40), ${now - 400 * 86_400_000}, 'yes', ${now}, ${now} FROM n`);
    await sql.run(`${count(60)} INSERT INTO task (id, title, theme, brief, target, forms, importance, quota, reward, proof, published_at, deadline_at, status, created_at, updated_at)
      SELECT 'T' || i, 'Task ' || i, 'theme ' || (i % 9), '', '{"segments":[]}', '[]', 3, 100, 100, '{}', ${now} - i * 86400000, ${now} + (i - 30) * 86400000, 'open', ${now}, ${now} FROM n`);
    await sql.run(`${count(people)} INSERT INTO segment_stay (id, segment_id, person_id, entered_at, left_at, rule_version, entry_reason)
      SELECT 'S' || i, 'seg' || (i % 14), 'P' || i, ${now - 300 * 86_400_000}, NULL, 1, '[]' FROM n`);
    await sql.run(`${count(rows)} INSERT INTO assignment (id, task_id, person_id, form, wave, policy, planned_at, pushed_at, seen_at, accepted_at, submitted_at, approved_at)
      SELECT 'A' || i, 'T' || (i / ${people} * 3 % 60), 'P' || (i % ${people}), CASE i % 3 WHEN 0 THEN 'video' WHEN 1 THEN 'photo_text' ELSE 'longform' END, 1, 'import', t, t,
        CASE WHEN i % 5 > 0 THEN t + 3600000 END, CASE WHEN i % 5 > 2 THEN t + 7200000 END, CASE WHEN i % 5 > 3 THEN t + 86400000 END, CASE WHEN i % 10 = 9 THEN t + 172800000 END
      FROM (SELECT i, ${now} - (i % 180) * 86400000 AS t FROM n)`);
  });
}

type Case = { name: string; query: Query; bare: string };
const rate = "SUM(CASE WHEN a.approved_at IS NOT NULL THEN 1 ELSE 0 END), COUNT(*)";
const at = (s: string) => `s.entered_at <= a.pushed_at AND (s.left_at IS NULL OR a.pushed_at < s.left_at) AND ${s}`;
const cases: Case[] = [
  {
    name: "completion rate, all",
    query: { ...emptyQuery, measures: ["completion_rate"] },
    bare: `SELECT ${rate} FROM assignment a`,
  },
  {
    name: "completion rate of one segment's videos",
    query: {
      ...emptyQuery,
      measures: ["completion_rate"],
      filters: { segment: { in: ["seg3"] }, form: { in: ["video"] } },
    },
    bare: `SELECT ${rate} FROM assignment a WHERE a.form = 'video' AND EXISTS (SELECT 1 FROM segment_stay s WHERE s.person_id = a.person_id AND ${at("s.segment_id = 'seg3'")})`,
  },
  {
    name: "completion rate by theme",
    query: { ...emptyQuery, measures: ["completion_rate"], group: { by: "theme", keys: null } },
    bare: `SELECT t.theme, ${rate} FROM assignment a JOIN task t ON t.id = a.task_id GROUP BY t.theme`,
  },
  {
    name: "completion rate by segment",
    query: { ...emptyQuery, measures: ["completion_rate"], group: { by: "segment", keys: null } },
    bare: `SELECT s.segment_id, ${rate} FROM assignment a JOIN segment_stay s ON s.person_id = a.person_id AND ${at("1 = 1")} GROUP BY 1`,
  },
  {
    name: "accepted last week, each person once",
    query: {
      ...emptyQuery,
      measures: ["accepted"],
      count: "people",
      period: { from: now - 11 * 86_400_000, until: now - 4 * 86_400_000, label: "", words: "" },
    },
    bare: `SELECT COUNT(DISTINCT a.person_id) FROM assignment a WHERE a.accepted_at >= ${now - 11 * 86_400_000} AND a.accepted_at < ${now - 4 * 86_400_000}`,
  },
  {
    name: "overdue",
    query: { ...emptyQuery, measures: ["overdue"] },
    bare: `SELECT COUNT(*) FROM assignment a JOIN task t ON t.id = a.task_id WHERE a.accepted_at IS NOT NULL AND a.submitted_at IS NULL AND t.deadline_at < ${now}`,
  },
];

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** Answers over a million assignments against the bare SQL that says the same, by turns. */
export async function benchAnswers(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-answers-"));
  const path = join(folder, "koloop.db");
  migrateSqlite(path);
  const store = storeOver(await openSqlite(path, { synchronous: "NORMAL" }));
  try {
    await fill(store);
    const [ours, ratios, lines]: [number[], number[], string[]] = [[], [], []];
    for (const { name, query, bare } of cases) {
      const [mine, theirs]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < 3; turn++) {
        mine.push(await timed(() => store.read((tx) => tx.answers.answer(query, now))));
        theirs.push(await timed(() => store.read((tx) => tx.connection.sql.all(bare))));
      }
      ours.push(...mine);
      ratios.push(median(mine) / median(theirs));
      lines.push(`${name}: ${median(mine).toFixed(0)} ms, bare ${median(theirs).toFixed(0)} ms`);
    }
    return figuresOf(ours, ratios, lines);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function figuresOf(ours: number[], ratios: number[], lines: string[]): Figure[] {
  const how = `${cases.length} questions, 3 turns each, SQLite: ${lines.join("; ")}`;
  const [p95, ratio, worst] = [quantile(ours, 0.95), median(ratios), Math.max(...ratios)];
  const against = "the bare SQL";
  return [
    {
      name: "answer over 1,000,000 assignments, p95",
      value: p95,
      unit: "ms",
      goal: "<= 1500",
      holds: p95 <= 1500,
      against: "",
      how,
    },
    {
      name: "time of an answer, median question",
      value: ratio,
      unit: "x",
      goal: "<= 2",
      holds: ratio <= 2,
      against,
      how,
    },
    {
      name: "time of an answer, worst question",
      value: worst,
      unit: "x",
      goal: "<= 2",
      holds: worst <= 2,
      against,
      how,
    },
  ];
}
