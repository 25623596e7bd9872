import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import Database from "better-sqlite3";
import type { Channel } from "#bot/channels/channel.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import type { Turn } from "#domain/cue.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Figure, median, quantile } from "./frame.ts";

const rounds = Number(process.env.KOLOOP_BENCH_ROUNDS ?? 5);
const messages = Number(process.env.KOLOOP_BENCH_MESSAGES ?? 1500);
const inFlight = 32;
const employees = 50;
const prismaMessages = 150;
const silent = { KOLOOP_LOG_LEVEL: "error", KOLOOP_QUIET_HOURS: "off", KOLOOP_PEOPLE_INDEX: "off" };

/** Two tags in each message, without the cost of hearing them: what is measured is how they are kept. */
const hearsTwo = (turns: readonly Turn[]) => {
  const turn = turns.length - 1;
  const cue = (tag: string) => ({ tag, quote: "养了猫", turn, score: 0.9, evidence: [] });
  return { cues: [cue("pet_family"), cue("business_traveler")], retractions: [] };
};

/** Durable intake in process against a raw group commit and a Prisma transaction a message, by turns in one run. */
export async function intakeFigures(folder: string): Promise<Figure[]> {
  const desk = await openDesk(join(folder, "koloop.db"));
  const raw = openRaw(join(folder, "raw.db"));
  const prisma = await openPrisma(join(folder, "prisma.db"));
  await desk.take(300, inFlight); // What is compiled and loaded at first use.
  const alone = await desk.take(1, 1);
  const rates: Record<"koloop" | "raw" | "prisma", number[]> = { koloop: [], raw: [], prisma: [] };
  const commits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    rates.raw.push(raw.take(messages));
    const own = await desk.take(messages, inFlight);
    rates.koloop.push(own.rate);
    commits.push(own.commits / messages);
    rates.prisma.push(await prisma.take(prismaMessages));
  }
  const latencies = await desk.paced(Math.min(messages, 800), median(rates.koloop) / 2);
  const kept = await desk.close();
  raw.close();
  await prisma.close();

  const ratio = (peer: "raw" | "prisma") => median(rates.koloop.map((rate, round) => rate / rates[peer][round]!));
  const how = `medians of ${rounds} x ${messages} messages of different customers: message, 2 suggestions, membership, card; synchronous FULL`;
  const figure = (
    name: string,
    value: number,
    unit: string,
    goal = "",
    holds: boolean | null = null,
    against = "",
  ): Figure => ({
    ...{ name, value, unit, goal, holds, against, how },
  });
  const [toRaw, toPrisma, fsyncs, p99] = [ratio("raw"), ratio("prisma"), median(commits), quantile(latencies, 0.99)];
  return [
    figure("full intake, 32 in flight", median(rates.koloop), "messages/s"),
    figure("raw group commit of 32", median(rates.raw), "messages/s"),
    figure("Prisma interactive transaction a message", median(rates.prisma), "messages/s"),
    figure(
      "full intake, share of raw",
      toRaw,
      "x",
      ">= 0.5",
      toRaw >= 0.5,
      "better-sqlite3, 32 messages a transaction, same rows",
    ),
    figure(
      "full intake against Prisma",
      toPrisma,
      "x",
      ">= 25",
      toPrisma >= 25,
      "one interactive transaction a message, same rows",
    ),
    figure("commits a message, each one fsync", fsyncs, "", "<= 0.05", fsyncs <= 0.05),
    figure("commits of one message alone", alone.commits, "", "1", alone.commits === 1),
    figure("event to outbox at half of that load, p99", p99, "ms", "<= 100", p99 <= 100),
    figure("messages kept, of those taken", kept, "x", "1", kept === 1),
  ];
}

type Desk = {
  take(count: number, atOnce: number): Promise<{ rate: number; commits: number }>;
  paced(count: number, perSecond: number): Promise<number[]>;
  close(): Promise<number>;
};

/** koloop with a channel in memory whose cards are never due, so that only the intake is measured. */
async function openDesk(path: string): Promise<Desk> {
  const channel: Channel = {
    name: "probe",
    start: async () => {},
    deliver: async () => ({}),
    stop: async () => {},
  };
  const koloop = await createKoloop(readConfig({ DATABASE_URL: `file:${path}`, ...silent }), {
    web: false,
    channels: [channel],
    extract: hearsTwo,
  });
  await addEmployees(koloop);
  let commits = 0;
  const { transaction } = koloop.store;
  koloop.store.transaction = ((work, options) => {
    commits++;
    return transaction(work, options);
  }) as typeof transaction;
  let next = 0;
  const event = (): Incoming => messageOf(next++);

  async function many(count: number, atOnce: number): Promise<void> {
    let begun = 0;
    const lane = async () => {
      while (begun++ < count) await koloop.inbox.accept(event());
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  return {
    async take(count, atOnce) {
      // Customers are there before, as in a brand that lives: what is measured is what they say.
      await addCustomers(koloop, next, count);
      const [before, begun] = [commits, performance.now()];
      await many(count, atOnce);
      return { rate: count / ((performance.now() - begun) / 1000), commits: commits - before };
    },
    async paced(count, perSecond) {
      await addCustomers(koloop, next, count);
      const times: number[] = [];
      const begun = performance.now();
      const under: Promise<void>[] = [];
      for (let sent = 0; sent < count; ) {
        const due = Math.min(count, Math.floor(((performance.now() - begun) / 1000) * perSecond));
        for (; sent < due; sent++) {
          const came = performance.now();
          under.push(koloop.inbox.accept(event()).then(() => void times.push(performance.now() - came)));
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await Promise.all(under);
      return times;
    },
    async close() {
      const row = await koloop.store.read(({ connection: { sql } }) =>
        sql.get<{ n: number }>("SELECT count(*) / 2.0 AS n FROM suggestion"),
      );
      await koloop.stop();
      return Number(row?.n ?? 0) / next;
    },
  };
}

const messageOf = (n: number): Incoming => ({
  type: "message",
  eventId: `event-${n}`,
  from: `C${n}`,
  address: { channel: "probe", room: `direct:C${n}` },
  roomKind: "direct",
  at: Date.now(),
  text: `我家养了猫,这个月又要出差 ${n} 次`,
  addressed: false,
});

async function addEmployees({ store }: Koloop): Promise<void> {
  await store.transaction(async ({ connection: { sql } }) => {
    for (let n = 0; n < employees; n++) {
      await sql.insert("person", { ...personOf(`E${n}`), roles: "koe" });
      await sql.insert("identity", { ...identityOf(`E${n}`), room: `bot:E${n}` });
    }
  });
}

async function addCustomers({ store }: Koloop, from: number, count: number): Promise<void> {
  await store.transaction(async ({ connection: { sql } }) => {
    for (let n = from; n < from + count; n++) {
      await sql.insert("person", { ...personOf(`C${n}`), roles: "customer", owner_id: `E${n % employees}` });
      await sql.insert("identity", identityOf(`C${n}`));
    }
  });
}

const personOf = (id: string) => {
  const at = Date.now();
  return {
    ...{ id, name: id, joined_at: at, lang: "zh", consent: "yes", frequency: 1, created_at: at, updated_at: at },
  };
};
const identityOf = (id: string) => ({
  ...{ id: `i-${id}`, person_id: id, channel: "probe", external_id: id, reachable: "yes" },
  ...{ last_seen_at: Date.now(), linked_at: Date.now() },
});

/** As long as the card of two questions that koloop writes: 637 characters, 770 bytes. */
const cardBody = JSON.stringify({
  type: "card",
  card: { v: 1, blocks: "有宠".repeat(33), buttons: "confirm ".repeat(66) },
});

/** The rows that one message leaves behind, for the peers: message, two suggestions, membership, card. */
function rowsOf(n: number) {
  const at = Date.now();
  const suggestion = (tag: string) => ({
    ...{
      id: `s-${n}-${tag}`,
      person_id: `C${n}`,
      tag,
      kind: "hold",
      quote: "养了猫",
      card_id: `c-${n}`,
      asked_of: `E${n % employees}`,
    },
    ...{
      message_id: `m-${n}`,
      evidence: "[]",
      score: 0.9,
      status: "open",
      created_at: at,
      expires_at: at + 86_400_000,
    },
  });
  return {
    message: {
      ...{ id: `m-${n}`, conversation_id: `v-${n}`, channel: "probe", event_id: `event-${n}`, from_id: `C${n}`, at },
      text: `我家养了猫,这个月又要出差 ${n} 次`,
    },
    suggestions: [suggestion("pet_family"), suggestion("business_traveler")],
    member: { conversation_id: `v-${n}`, person_id: `C${n}`, joined_at: at },
    outbox: {
      ...{
        id: `o-${n}`,
        channel: "probe",
        room: `bot:E${n % employees}`,
        person_id: `E${n % employees}`,
        purpose: "card",
        body: cardBody,
        status: "waiting",
      },
      ...{ run_at: at, attempts: 0, created_at: at, card_key: `c-${n}` },
    },
  };
}

function openRaw(path: string): { take(count: number): number; close(): void } {
  migrateSqlite(path);
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  const inserts = new Map<string, Database.Statement>();
  const insert = (table: string, row: Record<string, unknown>) => {
    const columns = Object.keys(row);
    let statement = inserts.get(table);
    if (!statement) {
      statement = db.prepare(
        `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      );
      inserts.set(table, statement);
    }
    statement.run(...Object.values(row));
  };
  let next = 0;
  const group = db.transaction((count: number) => {
    for (const end = next + count; next < end; next++) {
      const { message, suggestions, member, outbox } = rowsOf(next);
      insert("message", message);
      for (const suggestion of suggestions) insert("suggestion", suggestion);
      insert("conversation_member", member);
      insert("outbox", outbox);
    }
  });
  return {
    take(count) {
      const begun = performance.now();
      for (let left = count; left > 0; left -= inFlight) group.immediate(Math.min(left, inFlight));
      return count / ((performance.now() - begun) / 1000);
    },
    close: () => db.close(),
  };
}

type Delegate = { create(argument: { data: object }): Promise<unknown> };
type PrismaTx = Record<"message" | "suggestion" | "conversationMember" | "outbox", Delegate>;

/** The stock client with its stock adapter, as a bot written the usual way would have it. */
async function openPrisma(path: string): Promise<{ take(count: number): Promise<number>; close(): Promise<void> }> {
  migrateSqlite(path);
  const { PrismaClient } = await import("#db/generated/sqlite/client.ts");
  const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${path}` }) });
  await client.$executeRawUnsafe("PRAGMA synchronous = FULL");
  let next = 0;
  const one = (n: number) =>
    client.$transaction(async (open) => {
      const tx = open as unknown as PrismaTx;
      const { message, suggestions, member, outbox } = rowsOf(n);
      await tx.message.create({ data: camel(message) });
      for (const suggestion of suggestions) await tx.suggestion.create({ data: camel(suggestion) });
      await tx.conversationMember.create({ data: camel(member) });
      await tx.outbox.create({ data: camel(outbox) });
    });
  for (; next < 50; next++) await one(next);
  return {
    async take(count) {
      const begun = performance.now();
      for (const end = next + count; next < end; next++) await one(next);
      return count / ((performance.now() - begun) / 1000);
    },
    close: () => client.$disconnect(),
  };
}

const camel = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
