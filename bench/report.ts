import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawPng } from "#bot/chart.ts";
import { importFolder } from "#bot/commands/import.ts";
import { openDatabase } from "#bot/database.ts";
import { healthChart } from "#cards/health-report.ts";
import { root } from "#db/migrations.ts";
import type { Store, Tx } from "#db/store.ts";
import { type Chance, normalPair, seededChance } from "#domain/chance.ts";
import type { HealthScope } from "#domain/health-facts.ts";
import type { HealthReport } from "#domain/health-report.ts";
import { laterSteps } from "#domain/step-health.ts";
import { reportHealth } from "#handlers/gather-health.ts";
import { readWaitingComments } from "#handlers/take-rows.ts";
import { type CommentReader, createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { type Figure, median, quantile } from "./frame.ts";

const day = 86_400_000;
const now = Date.parse("2026-11-20T18:00:00+08:00");
const timeZone = "Asia/Shanghai";
const forms = ["video", "photo_text", "longform"] as const;
/** Seeds of the generated brands: one alone has too few tasks to tell 0.9 from 0.85. */
const brands = [20261120, 11, 12, 13];
/** Logits of the four steps by form, of an ordinary brand. */
const usual = { video: [1.5, 0.1, 0.8, 2.2], photo_text: [1.5, 0.5, 1.3, 2.6], longform: [1.4, -0.3, 0.5, 2] };
/** What the demo brand's tasks were planted with; the others are sound or have too little. */
const demoFaults: Record<string, string> = {
  T06: "accepted",
  T09: "approved",
  T14: "submitted",
  T17: "accepted",
  T18: "accepted",
  T22: "seen",
};

/** The health report: whether it names the right step, keeps quiet otherwise, and how long it and its picture take. */
export async function benchReport(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  const read = createCommentReader(loadCommentModel());
  try {
    const tally = { right: 0, faulty: 0, alarms: 0, sound: 0, claims: 0, tooSmall: 0 };
    for (const seed of brands) {
      const planted = await openDatabase(`file:${join(folder, `planted-${seed}.db`)}`);
      await plantedFaults(planted.store, read, seed, tally);
      await planted.store.close();
    }
    const figures = plantedFigures(tally);
    const { store } = await openDatabase(`file:${join(folder, "demo.db")}`);
    await importFolder(store, join(root, "demo", "brand"));
    figures.push(...(await demoBrand(store, read)), ...(await large(store, read)), ...(await pictures(store, read)));
    await store.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const figure = (
  name: string,
  value: number,
  unit: string,
  goal: string,
  holds: boolean | null,
  how: string,
  against = "",
): Figure => ({
  name,
  value,
  unit,
  goal,
  holds,
  against,
  how,
});

const reportOn = (store: Store, id: string, read: CommentReader): Promise<HealthReport> =>
  store.read((tx) => reportHealth(tx, { kind: "task", id, name: id }, { now, timeZone, readComment: read }));

type Planted = { right: number; faulty: number; alarms: number; sound: number; claims: number; tooSmall: number };

/**
 * Eighty tasks of a brand, half of them with one step lowered by 1.2 to 2.6 logits. Each task has 80 to 260 pushes in one to three forms, and every step
 * of every task strays by 0.3 logits.
 */
async function plantedFaults(store: Store, read: CommentReader, seed: number, tally: Planted): Promise<void> {
  const chance = seededChance(seed);
  const faults = new Map<string, number>();
  await store.transaction(async (tx) => {
    for (let i = 0; i < 80; i++) {
      const id = `B${i}`;
      if (i % 2 === 0) faults.set(id, (i / 2) % 4);
      await addTask(tx.connection.sql, id, 120 - i, chance);
      const shifts = [0, 1, 2, 3].map(
        (step) => 0.3 * normalPair(chance)[0] - (faults.get(id) === step ? 1.2 + 1.4 * chance() : 0),
      );
      const own = forms.filter(() => chance() < 0.6);
      const pushes = 80 + Math.floor(chance() * 180);
      for (let k = 0; k < pushes; k++) {
        const form = own[Math.floor(chance() * own.length)] ?? "video";
        await addPush(tx.connection.sql, id, k, form, 120 - i, shifts, chance);
      }
    }
  });
  for (let i = 0; i < 80; i++) {
    const id = `B${i}`;
    const { weak } = await reportOn(store, id, read);
    const fault = faults.get(id);
    if (weak) tally.claims++;
    if (weak && weak.share.of < 20) tally.tooSmall++;
    if (fault === undefined) {
      tally.sound++;
      if (weak) tally.alarms++;
    } else {
      tally.faulty++;
      if (weak?.step === laterSteps[fault]) tally.right++;
    }
  }
}

function plantedFigures({ right, faulty, alarms, sound, claims, tooSmall }: Planted): Figure[] {
  const how = `${brands.length} brands of 40 faulty and 40 sound tasks, 80-260 pushes, fault 1.2-2.6 logits, stray 0.3`;
  return [
    figure("planted faults, right weak step", right / faulty, "", ">= 0.9", right >= 0.9 * faulty, how),
    figure("sound tasks, false alarms", alarms / sound, "", "<= 0.05", alarms <= 0.05 * sound, how),
    figure("claims below the smallest sample", tooSmall, "", "0", tooSmall === 0, `${claims} claims`),
  ];
}

type Sql = Parameters<Parameters<Store["transaction"]>[0]>[0]["connection"]["sql"];

async function addTask(sql: Sql, id: string, daysAgo: number, chance: Chance): Promise<void> {
  const publishedAt = now - (daysAgo + 20) * day;
  await sql.insert("task", {
    id,
    title: id,
    theme: `theme ${Math.floor(chance() * 8)}`,
    brief: "",
    target: '{"segments":[],"tags":[],"exclude":{"segments":[],"tags":[]}}',
    forms: '[{"form":"video","brief":""}]',
    importance: 3,
    quota: 40,
    reward: 200,
    proof: '{"platforms":[],"count":1,"mustMention":[],"newerThanTask":true}',
    published_at: publishedAt,
    deadline_at: publishedAt + 15 * day,
    status: "closed",
    created_at: publishedAt,
    updated_at: publishedAt,
  });
}

async function addPush(
  sql: Sql,
  task: string,
  k: number,
  form: (typeof forms)[number],
  daysAgo: number,
  shifts: number[],
  chance: Chance,
): Promise<number> {
  const pushedAt = now - (daysAgo + 20) * day + 3_600_000;
  const times: (number | null)[] = [];
  for (let step = 0; step < 4; step++) {
    const passed = chance() < 1 / (1 + Math.exp(-(usual[form][step]! + shifts[step]!)));
    times.push(passed && times.every((at) => at !== null) ? pushedAt + (step + 1) * 12 * 3_600_000 : null);
  }
  const [seen, accepted, submitted, approved] = times as [number | null, number | null, number | null, number | null];
  await sql.insert("assignment", {
    id: `${task}-${k}`,
    task_id: task,
    person_id: `P${k}`,
    form,
    policy: "import",
    planned_at: pushedAt,
    pushed_at: pushedAt,
    seen_at: seen,
    accepted_at: accepted,
    submitted_at: submitted,
    approved_at: approved,
  });
  return approved ?? 0;
}

async function demoBrand(store: Store, read: CommentReader): Promise<Figure[]> {
  const ids = (await store.read((tx) => tx.tasks.list())).map(({ id }) => id);
  let [right, alarms, sound] = [0, 0, 0];
  for (const id of ids) {
    const { weak } = await reportOn(store, id, read);
    if (demoFaults[id]) right += weak?.step === demoFaults[id] ? 1 : 0;
    else {
      sound++;
      if (weak) alarms++;
    }
  }
  const faulty = Object.keys(demoFaults).length;
  return [
    figure(
      "demo brand, right weak step",
      right / faulty,
      "",
      ">= 0.9",
      right / faulty >= 0.9,
      `${faulty} tasks that went wrong`,
    ),
    figure(
      "demo brand, claims on other tasks",
      alarms / sound,
      "",
      "<= 0.05",
      alarms / sound <= 0.05,
      `${sound} tasks`,
    ),
  ];
}

/** A task of 10,000 pushes and 50,000 comments in the demo brand; against its own bare SQL and a sentiment pass. */
async function large(store: Store, read: CommentReader): Promise<Figure[]> {
  const chance = seededChance(7);
  await store.transaction(async ({ connection: { sql } }) => {
    const said = await sql.all<{ text: string }>("SELECT text FROM comment LIMIT 3000");
    const people = await sql.all<{ id: string }>("SELECT id FROM person");
    const template = { ...(await sql.get<Record<string, string>>("SELECT * FROM person LIMIT 1")) };
    for (let i = people.length; i < 10_000; i++)
      await sql.insert("person", { ...template, id: `P${i}`, name: `人${i}` });
    await addTask(sql, "LARGE", 0, chance);
    const posts: string[] = [];
    for (let k = 0; k < 10_000; k++) {
      const approvedAt = await addPush(sql, "LARGE", k, forms[k % 3]!, 0, [0, 0, 0, 0], chance);
      if (approvedAt === 0) continue;
      posts.push(`L${k}`);
      await sql.insert("submission", {
        id: `L${k}`,
        task_id: "LARGE",
        person_id: `P${k}`,
        platform: "douyin",
        url: "",
        post_key: `L${k}`,
        form: forms[k % 3]!,
        submitted_at: approvedAt,
        status: "approved",
        raw_text: "",
      });
    }
    for (let i = 0; i < 50_000; i++) {
      const text = `${said[i % said.length]!.text},${said[(i * 7 + 3) % said.length]!.text}${i}`;
      await sql.insert("comment", {
        id: `LC${i}`,
        submission_id: posts[i % posts.length]!,
        at: now - i,
        author: `u${i}`,
        text,
        recorded_at: now,
      });
    }
  });
  const scope = { kind: "task", id: "LARGE", name: "LARGE" } as const;
  const [whole, bare, sentiment]: [number[], number[], number[]] = [[], [], []];
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    into.push((performance.now() - begun) / 1000);
  };
  const rows = await store.read((tx) => tx.reportFacts.comments(scope));
  const intake: number[] = [];
  // As they come in, comments are read once for their mood; a report finds that beside the words.
  await timed(intake, () =>
    store.transaction(async (tx) => {
      while ((await readWaitingComments(tx, read, 5000)) > 0);
    }),
  );
  for (let round = 0; round < 3; round++) {
    await timed(bare, () => store.read((tx) => bareFacts(tx, scope)));
    await timed(sentiment, async () => rows.forEach(({ text }) => void read(text)));
    await timed(whole, () => store.read((tx) => reportHealth(tx, scope, { now, timeZone, readComment: read })));
  }
  const base = median(bare) + median(sentiment);
  const how = `10,000 pushes, ${rows.length} comments; its SQL alone ${median(bare).toFixed(2)} s, a sentiment pass ${median(sentiment).toFixed(2)} s`;
  return [
    figure("report of a large task", median(whole), "s", "<= 2", median(whole) <= 2, how),
    figure(
      "against its own SQL and a sentiment pass",
      median(whole) / base,
      "x",
      "<= 1.5",
      median(whole) <= 1.5 * base,
      `${how}; sentiment is read at intake, so the report itself only finds it`,
      "the same run",
    ),
    figure("against its own SQL alone", median(whole) / median(bare), "x", "", null, how, "the same run"),
    figure(
      "comments read at intake",
      rows.length / intake[0]!,
      "a second",
      "",
      null,
      "mood, aspects, keywords, and saved",
    ),
  ];
}

/** The rows that a report is made of, and nothing done with them. */
async function bareFacts(tx: Tx, scope: HealthScope): Promise<void> {
  const facts = tx.reportFacts;
  await facts.pushes(scope, undefined, 0);
  const peers = (await facts.peerTasks(scope, undefined, now)).map(({ taskId }) => taskId);
  await facts.peerCells(scope, peers);
  await facts.peerCellsBySegment(scope, peers);
  await facts.peersAtNight(peers, 0);
  await facts.declines(peers);
  await facts.posts(scope);
  await tx.postFigures.peerPosts(peers);
  await facts.handIns(scope);
  await facts.comments(scope);
}

async function pictures(store: Store, read: CommentReader): Promise<Figure[]> {
  const view = { report: await reportOn(store, "T14", read), lang: "zh", timeZone } as const;
  const times: number[] = [];
  let size = 0;
  for (let i = 0; i < 15; i++) {
    const begun = performance.now();
    size = (await drawPng(healthChart(view))).length;
    times.push(performance.now() - begun);
  }
  return [
    figure(
      "picture, median",
      median(times),
      "ms",
      "<= 300",
      median(times) <= 300,
      "15 pictures, the first loads the library",
    ),
    figure("picture, slowest", quantile(times, 1), "ms", "", null, "the first"),
    figure("picture size", size / 1000, "kB", "<= 200", size <= 200_000, "PNG"),
  ];
}
