import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase } from "#bot/database.ts";
import { newId } from "#bot/ids.ts";
import type { Store } from "#db/store.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Figure, quantile } from "./frame.ts";

const employees = 20;
/** A customer each for every tap that is measured. */
const customers = 1200;
const warmUp = 150;
const tapsPerPhase = 300;
const betweenTapsMs = 40;
/** What comes at once: many times what the machine handles in the second that it takes to arrive. */
const storm = 10_000;

/**
 * How long an employee's tap takes, from its arrival to its commit: calm, while one person floods, and while a crowd does. The running
 * program is another process, and the vendor's side does not compete inside it.
 */
export async function benchOverload(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  const url = `file:${join(folder, "overload.db")}`;
  try {
    const { store } = await openDatabase(url);
    const questions = await prepare(store);
    const vendor = await connect(url);
    try {
      return await measure(vendor, store, questions);
    } finally {
      vendor.child.send({ stop: true });
      await once(vendor.child, "exit");
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Vendor = { child: ChildProcess; send(events: Incoming[]): Promise<Outcome>[]; peakRss(): number };
type Outcome = { ms: number; taken: boolean };

async function connect(url: string): Promise<Vendor> {
  const child = fork(fileURLToPath(new URL("./overload-process.js", import.meta.url)), [url]);
  const waiting = new Map<string, (taken: boolean) => void>();
  let peak = 0;
  child.on("message", ({ settled, rss }: { settled: [string, boolean][]; rss: number }) => {
    peak = Math.max(peak, rss);
    for (const [eventId, taken] of settled) waiting.get(eventId)?.(taken);
  });
  await once(child, "message");
  return {
    child,
    send: (events) => {
      const sent = performance.now();
      const outcomes = events.map(
        ({ eventId }) =>
          new Promise<Outcome>((resolve) => {
            waiting.set(eventId, (taken) => {
              waiting.delete(eventId);
              resolve({ ms: performance.now() - sent, taken });
            });
          }),
      );
      child.send({ events });
      return outcomes;
    },
    peakRss: () => peak,
  };
}

async function measure(vendor: Vendor, store: Store, questions: readonly Question[]): Promise<Figure[]> {
  const left = [...questions];
  const take = () => left.splice(0, tapsPerPhase);
  await taps(vendor, left.splice(0, warmUp), () => true);
  const calm = await taps(vendor, left.splice(0, tapsPerPhase / 2), () => true);
  const before = vendor.peakRss();
  const flood = await underStorm(vendor, take(), (n) => said("flooder", "bot:flooder", n));
  const crowd = await underStorm(vendor, take(), (n) => said(`many${n % 400}`, `bot:many${n % 400}`, n));
  // Half before and half after: a machine that others use as well has better and worse moments.
  calm.push(...(await taps(vendor, left.splice(0, tapsPerPhase / 2), () => true)));
  const button = await Promise.all(
    vendor.send(Array.from({ length: 1000 }, (_, n) => tapped(left[0] as Question, `again-${n}`))),
  );
  const kept = await store.read(async ({ connection: { sql } }) => ({
    said: Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM message WHERE event_id LIKE 'said%'"))?.n),
    held: Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM tag_event WHERE kind = 'held'"))?.n),
    aside: Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM dead_event"))?.n),
  }));
  const answered = warmUp + calm.length + flood.taps.length + crowd.taps.length + 1;
  const calmP95 = quantile(calm, 0.95);
  const how = `${tapsPerPhase} taps on real questions, one every ${betweenTapsMs} ms, arrival to commit over the process's line`;
  const under = (name: string, { taps: times, seconds }: Storm): Figure[] => {
    const p95 = quantile(times, 0.95);
    const text = `${how}; ${storm} messages at once, worked off in ${seconds.toFixed(1)} s`;
    return [
      figure(`others' taps, p95, ${name}`, p95, "ms", "", text),
      figure(
        `${name} against calm`,
        p95 / calmP95,
        "x",
        "<= 2",
        `${times.length} taps while it lasted`,
        p95 / calmP95 <= 2,
      ),
    ];
  };
  const acknowledged = flood.acknowledged + crowd.acknowledged;
  return [
    figure("taps, p50, calm", quantile(calm, 0.5), "ms", "", how),
    figure("taps, p95, calm", calmP95, "ms", "", how),
    ...under("one person floods", flood),
    ...under("a crowd floods", crowd),
    figure(
      "acknowledged and lost",
      acknowledged - kept.said,
      "",
      "0",
      `${acknowledged} acknowledged`,
      acknowledged === kept.said,
    ),
    figure(
      "effects more than taps that count",
      kept.held - answered,
      "",
      "0",
      `${button.length} taps on one button among them; ${kept.aside} events set aside`,
      kept.held === answered && kept.aside === 0,
    ),
    figure(
      "memory above calm, at its peak",
      (vendor.peakRss() - before) / 2 ** 20,
      "MiB",
      "< 256",
      `${storm} waiting`,
      vendor.peakRss() - before < 256 * 2 ** 20,
    ),
  ];
}

type Storm = { taps: number[]; seconds: number; acknowledged: number };

async function underStorm(vendor: Vendor, some: readonly Question[], event: (n: number) => Incoming): Promise<Storm> {
  const began = performance.now();
  let raging = true;
  const storms = Promise.all(vendor.send(Array.from({ length: storm }, (_, n) => event(n)))).finally(() => {
    raging = false;
  });
  await sleep(300);
  const measured = await taps(vendor, some, () => raging);
  const outcomes = await storms;
  return {
    taps: measured,
    seconds: (performance.now() - began) / 1000,
    acknowledged: outcomes.filter(({ taken }) => taken).length,
  };
}

/** Taps at their pace, whatever the answers take, as long as it goes on. */
async function taps(vendor: Vendor, some: readonly Question[], goesOn: () => boolean): Promise<number[]> {
  const outcomes: Promise<Outcome>[] = [];
  for (const question of some) {
    if (!goesOn()) break;
    outcomes.push(...vendor.send([tapped(question, "once")]));
    await sleep(betweenTapsMs);
  }
  return (await Promise.all(outcomes)).map(({ ms }) => ms);
}

type Question = { id: string; askedOf: string };

const tapped = ({ id, askedOf }: Question, n: string): Incoming => ({
  type: "tap",
  eventId: `tap-${id}-${n}`,
  from: askedOf,
  address: { channel: "bench", room: `bot:${askedOf}` },
  roomKind: "bot",
  at: Date.now(),
  action: { type: "suggestion.confirm", id },
});

let sentence = 0;
const said = (from: string, room: string, n: number): Incoming => ({
  type: "message",
  eventId: `said-${++sentence}`,
  from,
  address: { channel: "bench", room },
  roomKind: "bot",
  at: Date.now(),
  text: `第 ${n} 句:昨天带孩子去海边玩了一天,回来路上堵车`,
  addressed: false,
});

/** Employees, and a customer for each question that one of them is asked. */
async function prepare(store: Store): Promise<Question[]> {
  const now = Date.now();
  const person = { city: null, joinedAt: now, lang: "zh", timeZone: null, consent: "yes", homeChannel: null } as const;
  const rest = { pausedUntil: null, frequency: 1, mergedInto: null, createdAt: now, updatedAt: now };
  return store.transaction(async (tx) => {
    for (let n = 0; n < employees; n++) {
      const id = `E${n}`;
      await tx.people.add({ ...person, ...rest, id, name: `员工${n}`, roles: ["koe"], ownerId: null });
      const account = { id: `i${id}`, personId: id, channel: "bench", externalId: id, name: null, room: `bot:${id}` };
      await tx.people.addIdentity({ ...account, reachable: "yes", lastSeenAt: now, linkedAt: now });
    }
    const questions: Question[] = [];
    for (let n = 0; n < customers; n++) {
      const askedOf = `E${n % employees}`;
      await tx.people.add({ ...person, ...rest, id: `C${n}`, name: `顾客${n}`, roles: ["customer"], ownerId: askedOf });
      const id = newId();
      await tx.suggestions.add({
        ...{ id, cardId: newId(), personId: `C${n}`, tag: "pet_family", kind: "hold", quote: "我家养了三只猫" },
        ...{ messageId: null, conversationId: null, askedOf, score: 0.9, evidence: [], status: "open" },
        ...{ createdAt: now, expiresAt: now + 86_400_000, answeredAt: null, answeredBy: null },
      });
      questions.push({ id, askedOf });
    }
    return questions;
  });
}

const figure = (
  name: string,
  value: number,
  unit: string,
  goal: string,
  how: string,
  holds: boolean | null = null,
): Figure => ({ name, value, unit, goal, holds, against: "", how });
