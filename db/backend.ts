import type { PrismaClient } from "./generated/sqlite/client.ts";
import type { Sql } from "./sql.ts";

/** The SQLite client's type is the one that all code sees: it is the smaller of the two, so what compiles runs on both. */
export type Prisma = Omit<PrismaClient, "$transaction" | "$connect" | "$disconnect" | "$on" | "$extends">;

/** One database session. `prisma` is loaded at its first use, since it costs 150-230 ms and 50 MB that a webhook need not wait for. */
export type Connection = { sql: Sql; prisma: () => Promise<Prisma> };

/** A database that koloop runs on. */
export interface Backend {
  readonly dialect: "sqlite" | "postgresql";
  /** All or nothing; write transactions of one process run one after the other on SQLite. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Sees only what is committed, and cannot write. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
