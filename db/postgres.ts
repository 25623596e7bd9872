import { setTimeout as sleep } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolConfig, types } from "pg";
import { type Backend, type Connection, lostARace, type Prisma } from "./backend.ts";
import { numbered } from "./migrate-postgres.ts";
import { marks, type Sql, type SqlValue } from "./sql.ts";

/** Times and counts are 64-bit integers below 2^53: they come back as numbers, as they do from SQLite. */
const int8 = 20;
const numeric = 1700;
const asNumbers = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === int8 || oid === numeric ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** A transaction that lost a race (serialisation, deadlock) is begun anew so often. */
const triesAtMost = 12;

type Raw = {
  $queryRawUnsafe<T>(text: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
};
type Client = Raw & {
  $transaction<T>(
    work: (tx: Raw & Prisma) => Promise<T>,
    options: { timeout: number; maxWait: number; isolationLevel: string },
  ): Promise<T>;
  $disconnect(): Promise<void>;
};

/**
 * Opens PostgreSQL. Prisma and hand-written SQL share a transaction here too: inside one, SQL goes through Prisma's own connection;
 * reading outside goes straight to a pool.
 */
export async function openPostgres(url: string, poolSize = 10): Promise<Backend> {
  const config: PoolConfig = { connectionString: url, max: poolSize };
  const pool = new Pool({ ...config, types: asNumbers, options: "-c default_transaction_read_only=on" });
  // Without a listener an idle connection that breaks (a restart of the server) would end the process.
  pool.on("error", () => {});
  const { PrismaClient } = await import("./generated/postgresql/client.ts");
  const client = new PrismaClient({ adapter: new PrismaPg(config) }) as unknown as Client;
  const reading: Connection = { sql: readOver(pool), prisma: async () => client as unknown as Prisma };

  return {
    dialect: "postgresql",
    transaction: async (work, { sees } = {}) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await client.$transaction((tx) => inOne(tx, work), {
            timeout: longestMs,
            maxWait: 20_000,
            isolationLevel: sees === "each-statement" ? "ReadCommitted" : "RepeatableRead",
          });
        } catch (fault) {
          if (attempt >= triesAtMost || !lostARace(fault)) throw fault;
          await sleep(attempt * 5 * (0.5 + Math.random()));
        }
      }
    },
    read: (work) => work(reading),
    scrub: async (whole) => {
      // Dead rows can't be read by SQL; this takes them off the disk.
      await client.$executeRawUnsafe(whole ? "VACUUM FULL" : "VACUUM");
    },
    close: async () => {
      await pool.end();
      await client.$disconnect();
    },
  };
}

/** The import of a brand is one transaction, and a large brand takes minutes. */
const longestMs = 30 * 60_000;

async function inOne<T>(tx: Raw & Prisma, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { sql, flush } = sqlOver(tx);
  const result = await work({ sql, prisma: () => flush().then(() => tx) });
  await flush();
  return result;
}

const texts = new Map<string, string>();
function dialectText(text: string): string {
  let known = texts.get(text);
  if (known === undefined) {
    known = numbered(text);
    texts.set(text, known);
  }
  return known;
}

function readOver(pool: Pool): Sql {
  const all = async <Row>(text: string, ...values: SqlValue[]) =>
    (await pool.query(dialectText(text), values)).rows as Row[];
  const refuse = () => Promise.reject(new Error("attempt to write outside a transaction"));
  return {
    dialect: "postgresql",
    all,
    get: async (text, ...values) => (await all<never>(text, ...values))[0],
    run: refuse,
    insert: refuse,
    savepoint: refuse,
  };
}

/** A statement may have 65,535 values at most. */
const valuesAtOnce = 20_000;

/**
 * Rows to insert wait until something else is said, and then go table by table, many in a statement: each statement is a round trip.
 * Whatever reads or writes otherwise sees them; a row that is refused is refused at the latest at the commit, or at the end of its savepoint.
 */
function sqlOver(tx: Raw): { sql: Sql; flush: () => Promise<void> } {
  let depth = 0;
  let waiting = new Map<string, { table: string; columns: string[]; values: SqlValue[] }>();
  let count = 0;
  const flush = async () => {
    if (count === 0) return;
    const batches = [...waiting.values()];
    waiting = new Map();
    count = 0;
    for (const { table, columns, values } of batches)
      await tx.$executeRawUnsafe(rowsText(table, columns, values.length / columns.length), ...values.map(bound));
  };
  const all = async <Row>(text: string, ...values: SqlValue[]) => {
    await flush();
    const rows = await tx.$queryRawUnsafe<Record<string, unknown>[]>(dialectText(text), ...values.map(bound));
    return rows.map(withNumbers) as Row[];
  };
  const run = async (text: string, ...values: SqlValue[]) => {
    await flush();
    return tx.$executeRawUnsafe(dialectText(text), ...values.map(bound));
  };
  const sql: Sql = {
    dialect: "postgresql",
    all,
    get: async (text, ...values) => (await all<never>(text, ...values))[0],
    run,
    insert: async (table, row) => {
      const columns = Object.keys(row);
      const key = `${table} ${columns.join()}`;
      const batch = waiting.get(key) ?? { table, columns, values: [] };
      waiting.set(key, batch);
      batch.values.push(...columns.map((column) => row[column] ?? null));
      count += columns.length;
      if (count >= valuesAtOnce) await flush();
    },
    savepoint: async (work) => {
      await flush();
      const name = `s${++depth}`;
      await tx.$executeRawUnsafe(`SAVEPOINT ${name}`);
      try {
        const result = await work();
        await flush();
        await tx.$executeRawUnsafe(`RELEASE SAVEPOINT ${name}`);
        return result;
      } catch (cause) {
        waiting = new Map();
        count = 0;
        await tx.$executeRawUnsafe(`ROLLBACK TO SAVEPOINT ${name}`);
        throw cause;
      } finally {
        depth--;
      }
    },
  };
  return { sql, flush };
}

/** One INSERT for many rows. */
function rowsText(table: string, columns: readonly string[], rows: number): string {
  const row = `(${marks(columns.length)})`;
  return numbered(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${Array.from({ length: rows }, () => row).join(", ")}`,
  );
}

/** Whole numbers beyond 32 bits are times: without this Prisma would bind them as double precision. */
function bound(value: SqlValue): SqlValue | bigint {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) > 2_147_483_647
    ? BigInt(value)
    : value;
}

function withNumbers(row: Record<string, unknown>): Record<string, unknown> {
  for (const [column, value] of Object.entries(row)) {
    if (typeof value === "bigint") row[column] = Number(value);
    else if (typeof value === "object" && value !== null && value.constructor?.name === "Decimal")
      row[column] = Number(value);
  }
  return row;
}
