import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolConfig, types } from "pg";
import type { Backend, Connection, Prisma } from "./backend.ts";
import { numbered } from "./migrate-postgres.ts";
import { insertText, type Sql, type SqlValue } from "./sql.ts";

/** Times and counts are 64-bit integers below 2^53: they come back as numbers, as they do from SQLite. */
const int8 = 20;
const numeric = 1700;
const asNumbers = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === int8 || oid === numeric ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** A transaction that lost a race (serialisation, deadlock) is begun anew so often. */
const triesAtMost = 5;

type Raw = {
  $queryRawUnsafe<T>(text: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
};
type Client = Raw & {
  $transaction<T>(work: (tx: Raw & Prisma) => Promise<T>, options: { timeout: number; maxWait: number }): Promise<T>;
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
    transaction: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await client.$transaction((tx) => work({ sql: sqlOver(tx), prisma: async () => tx }), {
            timeout: 60_000,
            maxWait: 20_000,
          });
        } catch (fault) {
          if (attempt >= triesAtMost || !lostARace(fault)) throw fault;
        }
      }
    },
    read: (work) => work(reading),
    close: async () => {
      await pool.end();
      await client.$disconnect();
    },
  };
}

/** 40001 and 40P01: the database chose another transaction; P2034 is Prisma's word for both. */
function lostARace(fault: unknown): boolean {
  const text = `${(fault as { code?: string }).code} ${JSON.stringify((fault as { meta?: unknown }).meta ?? "")}`;
  return /P2034|40001|40P01/.test(text);
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

function sqlOver(tx: Raw): Sql {
  let depth = 0;
  const all = async <Row>(text: string, ...values: SqlValue[]) => {
    const rows = await tx.$queryRawUnsafe<Record<string, unknown>[]>(dialectText(text), ...values.map(bound));
    return rows.map(withNumbers) as Row[];
  };
  const run = (text: string, ...values: SqlValue[]) => tx.$executeRawUnsafe(dialectText(text), ...values.map(bound));
  return {
    dialect: "postgresql",
    all,
    get: async (text, ...values) => (await all<never>(text, ...values))[0],
    run,
    insert: async (table, row) => {
      const columns = Object.keys(row);
      await run(insertText(table, columns), ...columns.map((column) => row[column] ?? null));
    },
    savepoint: async (work) => {
      const name = `s${++depth}`;
      await tx.$executeRawUnsafe(`SAVEPOINT ${name}`);
      try {
        const result = await work();
        await tx.$executeRawUnsafe(`RELEASE SAVEPOINT ${name}`);
        return result;
      } catch (cause) {
        await tx.$executeRawUnsafe(`ROLLBACK TO SAVEPOINT ${name}`);
        throw cause;
      } finally {
        depth--;
      }
    },
  };
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
