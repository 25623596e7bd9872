import type { PrismaClient } from "./generated/sqlite/client.ts";
import type { Sql } from "./sql.ts";

/** The SQLite client's type is the one that all code sees: it is the smaller of the two, so what compiles runs on both. */
export type Prisma = Omit<PrismaClient, "$transaction" | "$connect" | "$disconnect" | "$on" | "$extends">;

/** One database session. `prisma` is loaded at its first use, since it costs 150-230 ms and 50 MB that a webhook need not wait for. */
export type Connection = { sql: Sql; prisma: () => Promise<Prisma> };

/** A transaction sees one state from its beginning, and one that would write over what it has not seen is begun anew. */
export type TransactionOptions = {
  /** For taking work that others take too: on PostgreSQL each statement then sees what was committed before it. */
  sees?: "each-statement";
  /** Somebody waits for it: where transactions run one after the other it goes before those that are not. */
  urgent?: boolean;
  /** A power cut may take it back, since it would only be done again: on SQLite it waits for the next flush of the disk. */
  mayBeLost?: boolean;
  /** Called as soon as it is committed, before another begins; what the transaction returns may come later, when it lasts. */
  committed?: () => void;
};

/** A database that koloop runs on. */
export interface Backend {
  readonly dialect: "sqlite" | "postgresql";
  /** The file, where the database is one. */
  readonly path?: string;
  /**
   * All or nothing; write transactions of one process run one after the other on SQLite. The work may be begun anew where it lost a
   * race, so it keeps nothing outside of the transaction from a run that failed.
   */
  transaction<T>(work: (connection: Connection) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Sees only what is committed, and cannot write. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Removes what deleted rows may have left on the disk. `whole` rewrites the file, which takes a while on a large one and needs as much
   * free space again; without it only what waits beside the file is taken in.
   */
  scrub(whole: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Whether the database itself could not go on (full, locked, damaged, out of reach), so that the work is not to blame: SQLite's words, the
 * classes 08, 53, 57 and 58 of PostgreSQL, and Prisma's P1xxx and P2024.
 */
export function isStorageFault(fault: unknown): boolean {
  for (let cause = fault, depth = 0; cause && depth < 4; cause = (cause as { cause?: unknown }).cause, depth++) {
    const { code, meta } = cause as { code?: string; meta?: unknown };
    if (/^SQLITE_(FULL|IOERR|CORRUPT|NOTADB|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM)/.test(String(code))) return true;
    if (/^(P1\d{3}|P2024|08\w{3}|53\w{3}|57\w{3}|58\w{3}|ENOSPC|EIO|ECONNRE\w+)$/.test(String(code))) return true;
    if (/"(originalCode|code)":"(08|53|57|58)\w{3}"/.test(JSON.stringify(meta ?? ""))) return true;
  }
  return false;
}

/** Whether the same work, begun anew, may well succeed: 40001 and 40P01, where PostgreSQL chose another transaction; P2034 is Prisma's word for both. */
export function lostARace(fault: unknown): boolean {
  const text = `${(fault as { code?: string }).code} ${JSON.stringify((fault as { meta?: unknown }).meta ?? "")}`;
  return /P2034|40001|40P01/.test(text);
}
