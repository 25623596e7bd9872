import type { Sql } from "./sql.ts";

/** So many answers are kept for one table at most, a few megabytes in all; of talks, which hold a dozen messages each, fewer. */
const answersAtMost = 5000;
const talksAtMost = 1000;
const mostOf = (table: string): number => (table === "message" ? talksAtMost : answersAtMost);

/**
 * What the writing connection has read by key, until it writes to that table: people, their accounts and the segments' stamp are asked for at
 * every message. Only good while nobody else writes: the one who owns it forgets all where somebody may have.
 */
export type KeptReads = {
  /** The answer that is kept under this key, or else the one that `ask` gets. Nobody may change it. */
  read<T>(table: string, key: string, ask: () => Promise<T>): Promise<T>;
  /** To be told of every statement before it runs. */
  saw(text: string): void;
  wroteTo(table: string): void;
  /** What `write` begins at once changes nothing in this table but what is kept under these keys. */
  touching<T>(table: string, keys: readonly string[], write: () => Promise<T>): Promise<T>;
  forget(): void;
};

export function createKeptReads(): KeptReads {
  const tables = new Map<string, Map<string, Promise<unknown>>>();
  /** Grows with every write: an answer from before it is not kept. */
  let writes = 0;
  let spared: string | undefined;

  function wroteTo(table: string): void {
    if (table === spared) return;
    writes++;
    const answers = tables.get(table);
    if (answers !== undefined && answers.size > 0) answers.clear();
  }

  return {
    // Not `async`: what is kept is the promise itself, and a message asks a dozen times. What was refused is forgotten with its transaction.
    read<T>(table: string, key: string, ask: () => Promise<T>): Promise<T> {
      let answers = tables.get(table);
      const known = answers?.get(key);
      if (known !== undefined) return known as Promise<T>;
      const before = writes;
      const answer = ask();
      if (before !== writes) return answer;
      if (!answers) {
        answers = new Map();
        tables.set(table, answers);
      }
      answers.set(key, answer);
      // The oldest goes, and not all at once: memory stays as it is.
      if (answers.size > mostOf(table)) answers.delete(answers.keys().next().value as string);
      return answer;
    },
    saw(text) {
      for (const table of writtenBy(text)) wroteTo(table);
    },
    wroteTo,
    touching(table, keys, write) {
      writes++;
      for (const key of keys) tables.get(table)?.delete(key);
      spared = table;
      try {
        return write();
      } finally {
        spared = undefined;
      }
    },
    forget() {
      writes++;
      for (const answers of tables.values()) answers.clear();
    },
  };
}

const known = new Map<string, readonly string[]>();
/** Names as koloop writes them, and as Prisma does: `main`.`person`, "public"."person". */
const writing =
  /\b(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from)\s+(?:only\s+)?(?:[`"]?\w+[`"]?\.)?[`"]?(\w+)/gi;

/** The tables that a statement writes to. `DO UPDATE SET` and `FOR UPDATE SKIP LOCKED` name none. */
export function writtenBy(text: string): readonly string[] {
  let tables = known.get(text);
  if (tables === undefined) {
    tables = [...new Set([...text.matchAll(writing)].map((match) => (match[1] as string).toLowerCase()))].filter(
      (name) => name !== "set" && name !== "skip",
    );
    if (known.size > 2000) known.clear();
    known.set(text, tables);
  }
  return tables;
}

/** For what costs a round trip on PostgreSQL, and on SQLite hardly more than looking whether it is kept. */
export const keptOnPostgres = <T>(sql: Sql, table: string, key: string, ask: () => Promise<T>): Promise<T> =>
  sql.dialect === "postgresql" ? sql.kept(table, key, ask) : ask();
