import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import { type Backend, type Connection, lostARace, type TransactionOptions } from "./backend.ts";
import { createKeptReads } from "./kept-reads.ts";
import { createPrismaBeside, type PrismaBeside } from "./postgres-prisma.ts";
import { readOver, writeOver } from "./postgres-sql.ts";

/** Times and counts are 64-bit integers below 2^53: they come back as numbers, as they do from SQLite. */
const int8 = 20;
const numeric = 1700;
const asNumbers = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === int8 || oid === numeric ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** A transaction that lost a race (serialisation, deadlock) is begun anew so often. */
const triesAtMost = 12;
const maxWaitMs = 20_000;

/**
 * Opens PostgreSQL. Transactions are spoken over `pg` directly; Prisma is a guest in them where a handler asks for it. Reading outside has a
 * pool of its own that cannot write.
 */
export async function openPostgres(url: string, poolSize = 10): Promise<Backend> {
  const config: PoolConfig = { connectionString: url, max: poolSize };
  const reads = guarded(new Pool({ ...config, types: asNumbers, options: "-c default_transaction_read_only=on" }));
  const writes = guarded(new Pool({ ...config, types: asNumbers, connectionTimeoutMillis: maxWaitMs }));
  const prisma = createPrismaBeside(config);
  const reading: Connection = { sql: readOver(reads), prisma: () => prisma.outside() };

  return {
    dialect: "postgresql",
    transaction: async (work, options = {}) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await inOne({ writes, reads, prisma }, work, options);
        } catch (fault) {
          if (attempt >= triesAtMost || !(lostARace(fault) || planIsOld(fault))) throw fault;
          await sleep(attempt * 5 * (0.5 + Math.random()));
        }
      }
    },
    read: (work) => work(reading),
    scrub: async (whole) => {
      // Dead rows can't be read by SQL; this takes them off the disk.
      await writes.query(whole ? "VACUUM FULL" : "VACUUM");
    },
    close: async () => {
      await reads.end();
      await writes.end();
      await prisma.close();
    },
  };
}

/** Without a listener a connection that breaks (a restart of the server), idle or in use, would end the process. */
function guarded(pool: Pool): Pool {
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** A newer koloop has migrated the database while this one runs: what was prepared on the connection is of no use, and goes with it. */
const planIsOld = (fault: unknown): boolean =>
  (fault as { code?: string }).code === "0A000" && /cached plan/.test((fault as Error).message);

type Doors = { writes: Pool; reads: Pool; prisma: PrismaBeside };

async function inOne<T>(
  doors: Doors,
  work: (connection: Connection) => Promise<T>,
  { sees, committed }: TransactionOptions,
): Promise<T> {
  const client = await doors.writes.connect();
  let broken: boolean | Error = false;
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${sees === "each-statement" ? "READ COMMITTED" : "REPEATABLE READ"}`);
    const result = await workedOut(client, doors, work, sees);
    await client.query("COMMIT");
    committed?.();
    return result;
  } catch (fault) {
    broken = planIsOld(fault);
    await client.query("ROLLBACK").catch((cause: Error) => {
      broken = cause;
    });
    throw fault;
  } finally {
    client.release(broken);
  }
}

async function workedOut<T>(
  client: PoolClient,
  { reads, prisma: beside }: Doors,
  work: (connection: Connection) => Promise<T>,
  sees: TransactionOptions["sees"],
): Promise<T> {
  // What was read stays true to the end of a transaction that sees one state.
  const kept = sees === "each-statement" ? undefined : createKeptReads();
  const { sql, flush, end } = writeOver(client, kept, reads);
  let guest: ReturnType<PrismaBeside["inside"]> | undefined;
  const prisma: Connection["prisma"] = async () => {
    await flush();
    guest ??= beside.inside({ client, saw: (text) => kept?.saw(text) });
    return (await guest).prisma;
  };
  try {
    const result = await work({ sql, prisma });
    await end();
    return result;
  } finally {
    await guest?.then(({ end }) => end()).catch(() => {});
  }
}
