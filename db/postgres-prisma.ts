import { AsyncLocalStorage } from "node:async_hooks";
import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from "@prisma/driver-adapter-utils";
import type { ClientBase, PoolConfig } from "pg";
import type { Prisma } from "./backend.ts";

type Client = Prisma & {
  $transaction<T>(work: (tx: Prisma) => Promise<T>, options: { timeout: number; maxWait: number }): Promise<T>;
  $disconnect(): Promise<void>;
};

/** A transaction that is open on a connection of our own, and what is to be told of each statement that Prisma sends there. */
type Open = { client: ClientBase; saw: (text: string) => void };

/** The import of a brand is one transaction, and a large brand takes minutes. */
const longestMs = 30 * 60_000;

export type PrismaBeside = {
  /** Prisma inside a transaction that is open already; `end` is to be called before that ends. */
  inside(open: Open): Promise<{ prisma: Prisma; end: () => Promise<void> }>;
  /** Prisma over connections of its own, for reading. */
  outside(): Promise<Prisma>;
  close(): Promise<void>;
};

/**
 * Prisma as a guest in transactions that `pg` has begun: its own costs 1 ms and a dozen round trips more. One client serves all of them, since
 * each costs 20 MB; it is loaded at its first use.
 */
export function createPrismaBeside(config: PoolConfig): PrismaBeside {
  const current = new AsyncLocalStorage<Open>();
  let guest: Promise<Client> | undefined;
  let own: Promise<Client> | undefined;

  const clientOver = async (adapter: SqlDriverAdapterFactory): Promise<Client> => {
    const { PrismaClient } = await import("./generated/postgresql/client.ts");
    return new PrismaClient({ adapter }) as unknown as Client;
  };

  return {
    async inside(open) {
      guest ??= clientOver(guestFactory(current));
      const client = await guest;
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      let over: Promise<void> = Promise.resolve();
      const prisma = await new Promise<Prisma>((resolve, reject) => {
        const work = async (tx: Prisma): Promise<void> => {
          resolve(tx);
          await ended;
        };
        over = current.run(open, () => client.$transaction(work, { timeout: longestMs, maxWait: 20_000 }));
        over.catch(reject);
      });
      return {
        prisma,
        end: () => {
          end();
          return over;
        },
      };
    },
    async outside() {
      own ??= clientOver(new PrismaPg(config));
      return own;
    },
    async close() {
      await (await own)?.$disconnect();
      await (await guest)?.$disconnect();
    },
  };
}

/** An adapter without connections: its transactions are those that are open already, which it neither begins nor ends. */
function guestFactory(current: AsyncLocalStorage<Open>): SqlDriverAdapterFactory {
  const factory = new PrismaPg({});
  const outside = async (): Promise<never> => {
    throw new Error("Prisma was used outside the transaction that it belongs to");
  };
  const startTransaction = async (): Promise<Transaction> => {
    const open = current.getStore();
    if (!open) return outside();
    // The stock adapter over a connection of ours: it makes a pool of its own, which never connects.
    const adapter = await factory.connect();
    (adapter as unknown as { client: ClientBase }).client = open.client;
    const told =
      <T>(work: SqlDriverAdapter["queryRaw"] | SqlDriverAdapter["executeRaw"]) =>
      (query: Parameters<SqlDriverAdapter["queryRaw"]>[0]) => {
        open.saw(query.sql);
        return work(query) as Promise<T>;
      };
    const say = async (text: string): Promise<void> => {
      open.saw(text);
      await open.client.query(text);
    };
    return {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      options: { usePhantomQuery: true },
      queryRaw: told(adapter.queryRaw.bind(adapter)),
      executeRaw: told(adapter.executeRaw.bind(adapter)),
      commit: async () => {},
      rollback: async () => {},
      createSavepoint: (name: string) => say(`SAVEPOINT ${name}`),
      rollbackToSavepoint: (name: string) => say(`ROLLBACK TO SAVEPOINT ${name}`),
      releaseSavepoint: (name: string) => say(`RELEASE SAVEPOINT ${name}`),
    } as Transaction;
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () =>
      ({
        provider: factory.provider,
        adapterName: factory.adapterName,
        getConnectionInfo: () => ({ supportsRelationJoins: true }),
        queryRaw: outside,
        executeRaw: outside,
        executeScript: outside,
        startTransaction,
        dispose: async () => {},
      }) as unknown as SqlDriverAdapter,
  };
}
