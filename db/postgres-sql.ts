import type { ClientBase, Pool } from "pg";
import type { KeptReads } from "./kept-reads.ts";
import { numbered } from "./migrate-postgres.ts";
import { insertRows, type Sql, type SqlValue } from "./sql.ts";

/** Statements that are prepared on a connection by name; beyond them a text is sent as it is, so that made-up texts cannot fill the server. */
const preparedAtMost = 400;
/** A text that is longer is one of many rows, and hardly comes again. */
const preparedLength = 2000;

type Said = { text: string; name: string | undefined };
const saids = new Map<string, Said>();
let names = 0;

/** The text as PostgreSQL reads it, and the name that it is prepared under. */
function said(text: string): Said {
  let known = saids.get(text);
  if (known === undefined) {
    const name = names < preparedAtMost && text.length < preparedLength ? `k${++names}` : undefined;
    known = { text: numbered(text), name };
    if (saids.size < 5 * preparedAtMost) saids.set(text, known);
  }
  return known;
}

export function readOver(pool: Pool): Sql {
  const all = async <Row>(text: string, ...values: SqlValue[]) =>
    (await pool.query(said(text).text, values)).rows as Row[];
  const refuse = () => Promise.reject(new Error("attempt to write outside a transaction"));
  return {
    dialect: "postgresql",
    all,
    get: async (text, ...values) => (await all<never>(text, ...values))[0],
    run: refuse,
    insert: refuse,
    savepoint: refuse,
    // Others commit at any time.
    kept: (_table, _key, ask) => ask(),
    touching: (_table, _keys, write) => write(),
  };
}

/** So many values wait at most. */
const valuesWaiting = 20_000;

/**
 * SQL inside an open transaction. Rows to insert wait until something else is said, and then go table by table, many in a statement: each
 * statement is a round trip. Whatever reads or writes otherwise sees them; a row that is refused is refused at the latest at the commit, or
 * at the end of its savepoint.
 */
export function writeOver(client: ClientBase, kept: KeptReads | undefined): { sql: Sql; flush: () => Promise<void> } {
  let depth = 0;
  let waiting = new Map<string, { table: string; rows: Record<string, SqlValue | undefined>[] }>();
  let count = 0;

  const say = async (text: string, values: SqlValue[]) => {
    const { name, text: words } = said(text);
    return client.query(name === undefined ? { text: words, values } : { name, text: words, values });
  };
  const flush = async () => {
    if (count === 0) return;
    const batches = [...waiting.values()];
    waiting = new Map();
    count = 0;
    for (const { table, rows } of batches)
      await insertRows(async (text, ...values) => (await say(text, values)).rowCount ?? 0, table, rows);
  };
  const all = async <Row>(text: string, ...values: SqlValue[]) => {
    kept?.saw(text);
    await flush();
    return (await say(text, values)).rows as Row[];
  };

  const sql: Sql = {
    dialect: "postgresql",
    all,
    get: async (text, ...values) => (await all<never>(text, ...values))[0],
    run: async (text, ...values) => {
      kept?.saw(text);
      await flush();
      return (await say(text, values)).rowCount ?? 0;
    },
    insert: async (table, row) => {
      kept?.wroteTo(table);
      const columns = Object.keys(row);
      const key = `${table} ${columns.join()}`;
      const batch = waiting.get(key) ?? { table, rows: [] };
      waiting.set(key, batch);
      batch.rows.push(row);
      count += columns.length;
      if (count >= valuesWaiting) await flush();
    },
    savepoint: async (work) => {
      await flush();
      const name = `s${++depth}`;
      await client.query(`SAVEPOINT ${name}`);
      try {
        const result = await work();
        await flush();
        await client.query(`RELEASE SAVEPOINT ${name}`);
        return result;
      } catch (cause) {
        waiting = new Map();
        count = 0;
        kept?.forget();
        await client.query(`ROLLBACK TO SAVEPOINT ${name}`);
        throw cause;
      } finally {
        depth--;
      }
    },
    kept: (table, key, ask) => (kept ? kept.read(table, key, ask) : ask()),
    touching: (table, keys, write) => (kept ? kept.touching(table, keys, write) : write()),
  };
  return { sql, flush };
}
