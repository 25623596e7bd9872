import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import Database from "better-sqlite3";
import { openDatabase } from "#bot/database.ts";
import { newId } from "#bot/ids.ts";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import type { Store } from "#db/store.ts";
import { forgetPerson, sweepForgotten } from "#handlers/forget-person.ts";
import { type Figure, quantile } from "./frame.ts";

const people = Number(process.env.KOLOOP_BENCH_PEOPLE ?? 20_000);
const someone = "P0000007";
/** A step that others wait for. */
const stepMs = 200;

/** Forgetting one person among many: how long others wait for each step, and for how long it goes on beside them. */
export async function benchErase(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  const path = join(folder, "erase.db");
  try {
    fill(path);
    const { store } = await openDatabase(`file:${path}`);
    try {
      return await measure(store);
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** People with an account, three tags, two messages and a segment each, written straight into the tables. */
function fill(path: string): void {
  migrateSqlite(path);
  const db = new Database(path);
  db.pragma("synchronous = OFF");
  const add = (table: string, columns: string) =>
    db.prepare(
      `INSERT INTO ${table} (${columns}) VALUES (${columns
        .split(",")
        .map(() => "?")
        .join(", ")})`,
    );
  const person = add("person", "id, name, roles, owner_id, joined_at, consent, created_at, updated_at");
  const identity = add("identity", "id, person_id, channel, external_id, room, linked_at");
  const talk = add("conversation", "id, channel, room, kind, created_at");
  const message = add("message", "id, conversation_id, channel, event_id, from_id, at, text");
  const hold = add("tag_hold", "id, person_id, tag, source, settled_by, since, strength, evidence_at, quote");
  const event = add("tag_event", "id, person_id, tag, kind, source, settled_by, at, recorded_at, confidence, quote");
  const stay = add("segment_stay", "id, segment_id, person_id, entered_at, rule_version, entry_reason");
  db.transaction(() => {
    add("segment", "id, name, rule, version, status, created_at, updated_at").run("s", "分群", "{}", 1, "active", 0, 0);
    for (let n = 0; n < people; n++) {
      const id = `P${String(n).padStart(7, "0")}`;
      person.run(id, `顾客${n}`, "customer", null, 0, "yes", 0, 0);
      identity.run(`i${id}`, id, "bench", `wx-${id}`, `bot:${id}`, 0);
      talk.run(`t${id}`, "bench", `bot:${id}`, "bot", 0);
      for (const m of [1, 2])
        message.run(`m${m}${id}`, `t${id}`, "bench", `e${m}${id}`, id, n, `我家养了猫,叫 ${n}-${m} 号`);
      for (const tag of ["pet_family", "new_parent", "city_commuter"]) {
        hold.run(`${tag}${id}`, id, tag, "koe", null, 0, 1, 0, `我家养了猫,叫 ${n}-1 号`);
        event.run(`e${tag}${id}`, id, tag, "held", "koe", null, 0, 0, 1, `我家养了猫,叫 ${n}-1 号`);
      }
      stay.run(`s${id}`, "s", id, 0, 1, "[]");
    }
  })();
  db.exec("ANALYZE");
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

async function measure(store: Store): Promise<Figure[]> {
  const steps: number[] = [];
  const stops: number[] = [];
  let beat = performance.now();
  const noteStop = () => {
    stops.push(performance.now() - beat);
    beat = performance.now();
  };
  const { transaction } = store;
  const timed: Store = {
    ...store,
    transaction: async (work, options) => {
      const begun = performance.now();
      try {
        return await transaction(work, options);
      } finally {
        steps.push(performance.now() - begun);
      }
    },
  };
  const ctx = { now: Date.now, newId };
  const begun = performance.now();
  const erased = await timed.transaction((tx) => forgetPerson(tx, ctx, someone));
  const atOnce = performance.now() - begun;
  noteStop();
  await sweepForgotten(timed, ctx, async () => {
    noteStop();
    await breathe();
    beat = performance.now();
  });
  const all = (performance.now() - begun) / 1000;
  const left = erased ? await store.read((tx) => tx.erasure.traces(erased.marks.filter((mark) => mark.whole))) : [];
  const how = `${people} people, each with an account, 2 messages, 3 tags and a segment`;
  const figure = (name: string, value: number, unit: string, goal = "", holds: boolean | null = null): Figure => ({
    ...{ name, value, unit, goal, holds, against: "", how },
  });
  const [longest, stop] = [Math.max(...steps), Math.max(...stops)];
  return [
    figure("gone for everybody", atOnce, "ms", "", null),
    figure("longest write transaction", longest, "ms", `<= ${stepMs}`, longest <= stepMs),
    figure("longest time that nothing else had its turn", stop, "ms", `<= ${stepMs}`, stop <= stepMs),
    figure("p95 of these times", quantile(stops, 0.95), "ms"),
    figure("until the last trace is gone", all, "s"),
    figure("traces left", left.length, "", "0", left.length === 0),
  ];
}
