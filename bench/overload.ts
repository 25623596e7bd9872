import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
const tapsPerPhase = 150;
const betweenTapsMs = 40;
/** A flood brings so many times what koloop handles of it. */
const overload = 10;
const floodSeconds = Number(process.env.KOLOOP_BENCH_SECONDS ?? 8);
/** People of a flood, by its name; each has an employee, so that what they say is heard and asked about. */
const floods = { flooder: 1, many: 400, first: 400, pace: 400 } as const;

/**
 * How long an employee's tap takes, from the moment it is sent until it is known to be committed: calm; calm while the same load goes
 * elsewhere, since the load maker takes its share of the cores; the same while another process burns a core, as koloop itself does in a flood: what
 * is left between that and a flood is koloop's own doing; while one person floods, and while a crowd does, with ten times what koloop
 * handles a second. koloop, the load maker and the one who taps are processes of their own.
 */
export async function benchOverload(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  const url = `file:${join(folder, "overload.db")}`;
  try {
    const { store } = await openDatabase(url);
    const questions = await prepare(store);
    const koloop = await beside("koloop", url);
    const sink = await beside("sink");
    try {
      return await measure({ koloop, sink, store, questions });
    } finally {
      await end(koloop);
      await end(sink);
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Beside = { child: ChildProcess; port: number; peakRss: number };

const besideFile = fileURLToPath(new URL("./overload-process.js", import.meta.url));

async function beside(...args: string[]): Promise<Beside> {
  const child = fork(besideFile, args);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const running: Beside = { child, port, peakRss: 0 };
  child.on("message", ({ rss }: { rss: number }) => {
    running.peakRss = Math.max(running.peakRss, rss);
  });
  return running;
}

async function end({ child }: Beside): Promise<void> {
  const ended = once(child, "exit");
  child.send("stop");
  await ended;
}

type Flood = { acknowledged: number; refused: number; offeredSeconds: number; seconds: number };

/** A flood on its way: when all of it was offered, and what became of it. */
function flood(port: number, name: keyof typeof floods, perSecond: number, seconds: number, answers = true) {
  const child = fork(
    besideFile,
    ["flood", port, perSecond, seconds, floods[name], name, answers ? "yes" : "no"].map(String),
  );
  const told = (isEnd: boolean) =>
    new Promise<Flood>((resolve) => {
      child.on("message", (message: Flood) => {
        if ("acknowledged" in message === isEnd) resolve(message);
      });
    });
  return { offered: told(false), ended: told(true) };
}

type Bench = { koloop: Beside; sink: Beside; store: Store; questions: readonly Question[] };

async function measure({ koloop, sink, store, questions }: Bench): Promise<Figure[]> {
  const left = [...questions];
  const send = await tapper(koloop.port);
  const taps = (goesOn: () => boolean, most = tapsPerPhase) => tapAll(send, left, most, goesOn);
  const always = () => true;
  await taps(always, warmUp);
  const paceFirst = await flood(koloop.port, "first", 1e6, 0.001).ended;
  const paceFlood = await flood(koloop.port, "pace", 1e6, 0.003).ended;
  const pace = paceFlood.acknowledged / paceFlood.seconds;
  const calm = await taps(always, tapsPerPhase / 2);
  const before = koloop.peakRss;
  const during = async (port: number, name: keyof typeof floods, answers = true) => {
    const { offered, ended } = flood(port, name, overload * pace, floodSeconds, answers);
    let raging = true;
    void offered.then(() => {
      raging = false;
    });
    await sleep(300);
    return { taps: await taps(() => raging), ...(await ended) };
  };
  const elsewhere = await during(sink.port, "many", false);
  const burner = await beside("burner");
  const burning = await during(sink.port, "many", false);
  await end(burner);
  const one = await during(koloop.port, "flooder");
  const crowd = await during(koloop.port, "many");
  // Half before and half after: a machine that others use as well has better and worse moments.
  calm.push(...(await taps(always, tapsPerPhase / 2)));
  const pressed = left.splice(0, 1)[0] as Question;
  const button = await Promise.all(Array.from({ length: 1000 }, (_, n) => send(tapped(pressed, `again-${n}`))));
  const kept = await store.read(async ({ connection: { sql } }) => ({
    said: Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM message WHERE event_id LIKE 'said%'"))?.n),
    held: Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM tag_event WHERE kind = 'held'"))?.n),
    aside: Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM dead_event"))?.n),
  }));
  const answered = questions.length - left.length;
  const acknowledged = [paceFirst, paceFlood, one, crowd].reduce((sum, told) => sum + told.acknowledged, 0);
  const grown = (koloop.peakRss - before) / 2 ** 20;
  const calmP95 = quantile(calm, 0.95);
  const besideP95 = quantile(elsewhere.taps, 0.95);
  const burningP95 = quantile(burning.taps, 0.95);
  const how = `taps on real questions, one every ${betweenTapsMs} ms, from sending to the answer that it is committed`;
  const under = (name: string, { taps: times, offeredSeconds, acknowledged, refused }: Storm): Figure[] => {
    const p95 = quantile(times, 0.95);
    const offered = Math.round((acknowledged + refused) / offeredSeconds);
    const text = `${times.length} ${how}; ${offered} messages/s offered (${(offered / pace).toFixed(1)} x), ${acknowledged} taken, ${refused} refused`;
    return [
      figure(`taps, p50, ${name}`, quantile(times, 0.5), "ms", "", text),
      figure(`taps, p95, ${name}`, p95, "ms", "", text),
      figure(`p95, ${name} against calm`, p95 / calmP95, "x", "<= 2", text, p95 / calmP95 <= 2),
      figure(`p95, ${name} against calm with the load elsewhere`, p95 / besideP95, "x", "", text),
      figure(`p95, ${name} against calm with the load elsewhere and a core burning`, p95 / burningP95, "x", "", text),
    ];
  };
  return [
    figure("messages handled", pace, "a second", "", "3,000 of a crowd at once, heard and asked about"),
    figure("taps, p50, calm", quantile(calm, 0.5), "ms", "", `${calm.length} ${how}`),
    figure("taps, p95, calm", calmP95, "ms", "", `${calm.length} ${how}`),
    figure("taps, p95, calm, the load goes elsewhere", besideP95, "ms", "", `${elsewhere.taps.length} ${how}`),
    figure(
      "taps, p95, calm, the load goes elsewhere and a core burns",
      burningP95,
      "ms",
      "",
      `${burning.taps.length} ${how}`,
    ),
    ...under("one person floods", one),
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
    figure("memory above calm, at its peak", grown, "MiB", "< 256", "what waits is bounded by its bytes", grown < 256),
  ];
}

type Storm = Flood & { taps: number[] };
type Send = (event: Incoming) => Promise<number>;

/** Sends over a line of its own; tells how many milliseconds passed until it was answered. */
async function tapper(port: number): Promise<Send> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.setNoDelay(true).unref();
  const waiting = new Map<string, () => void>();
  createInterface({ input: socket }).on("line", (line) => waiting.get(line.slice(1))?.());
  return (event) =>
    new Promise((resolve) => {
      const sent = performance.now();
      waiting.set(event.eventId, () => {
        waiting.delete(event.eventId);
        resolve(performance.now() - sent);
      });
      socket.write(`${JSON.stringify(event)}\n`);
    });
}

/** Taps at their pace, whatever the answers take, as long as it goes on. */
async function tapAll(send: Send, left: Question[], most: number, goesOn: () => boolean): Promise<number[]> {
  const answers: Promise<number>[] = [];
  while (answers.length < most && goesOn()) {
    answers.push(send(tapped(left.shift() as Question, "once")));
    await sleep(betweenTapsMs);
  }
  return Promise.all(answers);
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
    for (const [name, count] of Object.entries(floods))
      for (let n = 0; n < count; n++) {
        const id = `${name}${n}`;
        await tx.people.add({ ...person, ...rest, id, name: id, roles: ["customer"], ownerId: `E${n % employees}` });
        const account = { id: `i${id}`, personId: id, channel: "bench", externalId: id, name: null, room: `bot:${id}` };
        await tx.people.addIdentity({ ...account, reachable: "yes", lastSeenAt: now, linkedAt: now });
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
