import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import Database from "better-sqlite3";
import { migrateSqlite } from "#db/migrate-sqlite.ts";

/** So many events wait for their commit at once, and share one. */
export const inFlight = 32;
export const employees = 50;

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

type Raw = {
  take(count: number): number /** The rows of so many messages, in one commit. */;
  put(count: number): void;
  close(): void;
};

export function openRaw(path: string): Raw {
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
    put: (count) => group.immediate(count),
    close: () => db.close(),
  };
}

type Delegate = { create(argument: { data: object }): Promise<unknown> };
type PrismaTx = Record<"message" | "suggestion" | "conversationMember" | "outbox", Delegate>;

type Stock = {
  take(count: number): Promise<number> /** The rows of one message, in a transaction of its own. */;
  put(): Promise<void>;
  close(): Promise<void>;
};

/** The stock client with its stock adapter, as a bot written the usual way would have it. */
export async function openPrisma(path: string): Promise<Stock> {
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
  const warmUp = Math.min(50, Number(process.env.KOLOOP_BENCH_PRISMA ?? 50));
  for (; next < warmUp; next++) await one(next);
  return {
    async take(count) {
      const begun = performance.now();
      for (const end = next + count; next < end; next++) await one(next);
      return count / ((performance.now() - begun) / 1000);
    },
    put: () => one(next++),
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
