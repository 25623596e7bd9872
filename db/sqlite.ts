import { setTimeout as sleep } from "node:timers/promises";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import type { SqlDriverAdapter, SqlDriverAdapterFactory, SqlQuery, Transaction } from "@prisma/driver-adapter-utils";
import type Database from "better-sqlite3";
import type { Backend, Connection, Prisma } from "./backend.ts";
import { createFlush } from "./flush.ts";
import { createKeptReads, type KeptReads, writtenBy } from "./kept-reads.ts";
import { insertText, type Sql, type SqlValue, wordsOf } from "./sql.ts";
import { createWaitingRows } from "./waiting-rows.ts";

type Options = { synchronous?: "FULL" | "NORMAL"; busyMs?: number };

/**
 * Opens a SQLite file: one connection that writes, one that only reads. Prisma and hand-written SQL share a transaction, since
 * both speak over the same connection. The stock adapter would let a call from outside slip into an open transaction and be lost
 * with its rollback (prisma #29933); here the writing client refuses to work outside a transaction, and transactions queue.
 */
export async function openSqlite(path: string, options: Options = {}): Promise<Backend> {
  const { synchronous = "FULL", busyMs = 5000 } = options;
  const writer = await connect(path, { timeout: 20 });
  writer.db.pragma("journal_mode = WAL");
  // FULL is this and the flush of the log.
  writer.db.pragma("synchronous = NORMAL");
  const flush = synchronous === "FULL" ? createFlush(`${path}-wal`) : undefined;
  writer.db.pragma("foreign_keys = ON");
  // 32 MB of log before its pages are carried into the file: a page that changes with every commit is carried once in so long.
  writer.db.pragma("wal_autocheckpoint = 8000");
  // What is deleted is overwritten in the file.
  writer.db.pragma("secure_delete = ON");
  const reader = await connect(path, { readonly: true, timeout: busyMs });

  const state = { open: false };
  const kept = createKeptReads();
  // Changes whenever another connection commits: what was read before may not be true any more.
  const otherWrites = writer.db.prepare("PRAGMA data_version").pluck();
  let seenWrites: unknown;
  // A full disk ends a transaction by itself: what comes after it must not be committed alone.
  const door = sqlOver(writer.db, () => state.open && writer.db.inTransaction, kept);
  const writing: Connection = {
    sql: door.sql,
    prisma: lazyPrisma(() => clientOver(insideTransaction(writer, state, kept, door.flush))),
  };
  const reading: Connection = {
    sql: sqlOver(reader.db, () => true, undefined).sql,
    prisma: lazyPrisma(() => clientOver(factoryOf(reader.adapter))),
  };

  const inTurn = createTurns();

  return {
    dialect: "sqlite",
    path,
    transaction: async (work, options) => {
      const result = await inTurn(async () => {
        flush?.check();
        await beginImmediate(writer.db, busyMs);
        state.open = true;
        const others = otherWrites.get();
        if (others !== seenWrites) kept.forget();
        seenWrites = others;
        try {
          const result = await work(writing);
          door.flush();
          writer.db.exec("COMMIT");
          flush?.committed(options?.mayBeLost === true);
          options?.committed?.();
          return result;
        } catch (cause) {
          kept.forget();
          throw cause;
        } finally {
          door.drop();
          state.open = false;
          if (writer.db.inTransaction) writer.db.exec("ROLLBACK");
        }
      }, options?.urgent);
      // The next one works meanwhile.
      await flush?.flushed();
      return result;
    },
    read: (work) => work(reading),
    scrub: (whole) =>
      inTurn(async () => {
        if (whole) writer.db.exec("VACUUM");
        writer.db.pragma("wal_checkpoint(TRUNCATE)");
      }),
    close: () =>
      inTurn(async () => {
        await flush?.close();
        reader.db.close();
        writer.db.close();
      }),
  };
}

/** One after the other, in the order in which they come, but what is urgent before what is not. */
function createTurns(): <T>(work: () => Promise<T>, urgent?: boolean) => Promise<T> {
  const waiting: { urgent: (() => Promise<void>)[]; rest: (() => Promise<void>)[] } = { urgent: [], rest: [] };
  let busy = false;
  const go = async (): Promise<void> => {
    busy = true;
    for (
      let turn = waiting.urgent.shift() ?? waiting.rest.shift();
      turn;
      turn = waiting.urgent.shift() ?? waiting.rest.shift()
    )
      await turn();
    busy = false;
  };
  return (work, urgent = false) =>
    new Promise((resolve, reject) => {
      waiting[urgent ? "urgent" : "rest"].push(() => work().then(resolve, reject));
      if (!busy) void go();
    });
}

type Opened = { adapter: SqlDriverAdapter; db: Database.Database };

async function connect(path: string, options: Database.Options): Promise<Opened> {
  const adapter = await new PrismaBetterSqlite3({ url: `file:${path}`, ...options }).connect();
  return { adapter, db: (adapter as unknown as { client: Database.Database }).client };
}

/** Waits for another process without stopping the event loop, as SQLite's own busy timeout would. */
async function beginImmediate(db: Database.Database, busyMs: number): Promise<void> {
  const end = Date.now() + busyMs;
  for (;;) {
    try {
      db.exec("BEGIN IMMEDIATE");
      return;
    } catch (cause) {
      if (!String((cause as { code?: string }).code).startsWith("SQLITE_BUSY")) throw cause;
      if (Date.now() > end) {
        throw new Error(
          "数据库正被另一个进程使用,停掉它或稍后再试 / The database is in use by another process. Stop that one, or try again in a moment.",
          {
            cause,
          },
        );
      }
      await sleep(5 + Math.random() * 20);
    }
  }
}

/**
 * SQLite looks at the value behind `LIMIT ?` when it plans, and so plans the statement anew at every call: 8 to 100 µs. An expression it
 * doesn't look at.
 */
const steady = (text: string): string => text.replaceAll("LIMIT ?", "LIMIT ? + 0");

type Known = { statement: Database.Statement; writes: readonly string[]; words: ReadonlySet<string> };
const added = Promise.resolve();

type Door = { sql: Sql; flush: () => void; drop: () => void };

function sqlOver(db: Database.Database, usable: () => boolean, kept: KeptReads | undefined): Door {
  const statements = new Map<string, Known>();
  const known = (text: string): Known => {
    let found = statements.get(text);
    if (!found) {
      found = {
        statement: db.prepare(steady(text)).safeIntegers(false),
        writes: writtenBy(text),
        words: wordsOf(text),
      };
      if (statements.size > 500) statements.clear();
      statements.set(text, found);
    }
    return found;
  };
  const check = (): void => {
    if (!usable()) throw new Error("SQL was used outside the transaction that it belongs to");
  };
  const inserts = new Map<string, Database.Statement>();
  const waiting = createWaitingRows(({ table, columns, clash }, rows, cells) => {
    check();
    const key = `${table} ${rows}`;
    let insert = inserts.get(key);
    if (!insert) {
      // Without OR FAIL a statement of several rows keeps a copy of each page that it changes, in case one row is refused. Here what came
      // before the refused one stays, and goes with the transaction or the savepoint that the fault undoes.
      insert = db.prepare(insertText(table, columns, clash?.clause, rows).replace("INSERT", "INSERT OR FAIL"));
      inserts.set(key, insert);
    }
    insert.run(cells);
  });
  const prepare = (text: string): Database.Statement => {
    check();
    const { statement, writes, words } = known(text);
    waiting.flushFor(words);
    if (kept) for (const table of writes) kept.wroteTo(table);
    return statement;
  };
  let depth = 0;
  const sql: Sql = {
    dialect: "sqlite",
    all: async <Row>(text: string, ...values: SqlValue[]) => prepare(text).all(...values) as Row[],
    get: async <Row>(text: string, ...values: SqlValue[]) => prepare(text).get(...values) as Row | undefined,
    run: async (text, ...values) => prepare(text).run(...values).changes,
    insert: async (table, row, clash) => {
      const columns = Object.keys(row);
      prepare(insertText(table, columns, clash?.clause)).run(...columns.map((column) => row[column] ?? null));
    },
    // Not `async`, since there is nothing to wait for: a message adds ten rows.
    add: (shape, rows) => {
      check();
      kept?.wroteTo(shape.table);
      for (const cells of rows) waiting.add(shape, cells);
      // Who only reads is refused at once.
      if (!kept) waiting.flush();
      return added;
    },
    savepoint: async (work) => {
      check();
      waiting.flush();
      const name = `s${++depth}`;
      prepare(`SAVEPOINT ${name}`).run();
      try {
        const result = await work();
        waiting.flush();
        prepare(`RELEASE ${name}`).run();
        return result;
      } catch (cause) {
        waiting.drop();
        kept?.forget();
        // A full disk makes SQLite end the whole transaction by itself: then there is nothing left to go back to.
        if (db.inTransaction) db.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw cause;
      } finally {
        depth--;
      }
    },
    // Transactions exclude each other.
    atEnd: (_name, item, work) => work([item], sql),
    // A connection that only reads sees what others commit at any time.
    kept: (table, key, ask) => (kept ? kept.read(table, key, ask) : ask()),
    keep: (table, key, value) => kept?.keep(table, key, value),
    knows: (table, key) => kept?.knows(table, key) === true,
    touching: (table, keys, write) => (kept ? kept.touching(table, keys, write) : write()),
  };
  return { sql, flush: waiting.flush, drop: waiting.drop };
}

function lazyPrisma(make: () => Promise<Prisma>): () => Promise<Prisma> {
  let made: Promise<Prisma> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function clientOver(adapter: SqlDriverAdapterFactory): Promise<Prisma> {
  const { PrismaClient } = await import("./generated/sqlite/client.ts");
  return new PrismaClient({ adapter });
}

function factoryOf(adapter: SqlDriverAdapter): SqlDriverAdapterFactory {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect: async () => adapter,
  };
}

/** The adapter of a client that lives inside our transactions: its own (nested) ones become savepoints. */
function insideTransaction(
  { adapter, db }: Opened,
  state: { open: boolean },
  kept: KeptReads,
  flush: () => void,
): SqlDriverAdapterFactory {
  const guard = <T>(work: (query: SqlQuery) => Promise<T>) => {
    return async (query: SqlQuery): Promise<T> => {
      if (!state.open) throw new Error("Prisma was used outside the transaction that it belongs to");
      kept.saw(query.sql);
      flush();
      return work(query);
    };
  };
  const queryRaw = guard(adapter.queryRaw.bind(adapter));
  const executeRaw = guard(adapter.executeRaw.bind(adapter));
  let depth = 0;
  const startTransaction = async (): Promise<Transaction> => {
    flush();
    const name = `p${++depth}`;
    db.exec(`SAVEPOINT ${name}`);
    const end = async (text: string) => {
      depth--;
      db.exec(text);
    };
    return {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      options: { usePhantomQuery: true },
      queryRaw,
      executeRaw,
      commit: () => end(`RELEASE ${name}`),
      rollback: () => {
        kept.forget();
        return end(`ROLLBACK TO ${name}; RELEASE ${name}`);
      },
      createSavepoint: async (point: string) => void db.exec(`SAVEPOINT ${point}`),
      rollbackToSavepoint: async (point: string) => {
        kept.forget();
        db.exec(`ROLLBACK TO ${point}`);
      },
      releaseSavepoint: async (point: string) => void db.exec(`RELEASE ${point}`),
    } as Transaction;
  };
  return factoryOf({
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw,
    executeRaw,
    executeScript: adapter.executeScript.bind(adapter),
    startTransaction,
    dispose: async () => {},
  } as SqlDriverAdapter);
}
