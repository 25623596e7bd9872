import type { ClientBase, Pool } from "pg";
import type { KeptReads } from "./kept-reads.ts";
import { numbered } from "./migrate-postgres.ts";
import { type Clash, insertRows, rowOf, type Sql, type SqlValue, wordsOf } from "./sql.ts";

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
    add: refuse,
    savepoint: refuse,
    atEnd: refuse,
    // Others commit at any time.
    kept: (_table, _key, ask) => ask(),
    keep: () => {},
    knows: () => false,
    touching: (_table, _keys, write) => write(),
  };
}

const assigned = (columns: readonly string[], between: string): string =>
  columns.map((column) => `${column} = ?`).join(between);

/** So many values wait at most. */
const valuesWaiting = 20_000;
/** From so many rows on they travel as one JSON value: a statement of many marks is planned anew each time. */
const rowsAsJson = 3;

type Row = Record<string, SqlValue | undefined>;
/** Rows of one table that wait. `keys`: those of rows that may clash, since one statement cannot change a row twice. */
type Waiting = { table: string; columns: string[]; clash: Clash | undefined; rows: Row[]; keys: Set<string> };

type Ending = { items: unknown[]; work: (items: readonly never[], committed: Sql) => Promise<void> };

/** Characters that JSON can say and PostgreSQL's cannot keep: zero, and half of a pair. */
const notForJson = /\\u(?:0000|d[89a-f])/i;

/**
 * SQL inside an open transaction. Rows to insert wait until something is said of their table, and then go many in a statement: each statement is a
 * round trip. Whatever reads or writes the table otherwise sees them; a row that is refused is refused at the latest at the commit, or at the end of
 * its savepoint.
 */
export function writeOver(
  client: ClientBase,
  kept: KeptReads | undefined,
  reads: Pool,
): { sql: Sql; flush: () => Promise<void>; end: () => Promise<void> } {
  let depth = 0;
  const endings = new Map<string, Ending>();
  const waiting = new Map<string, Waiting>();
  let count = 0;

  const say = async (text: string, values: SqlValue[]) => {
    const { name, text: words } = said(text);
    return client.query(name === undefined ? { text: words, values } : { name, text: words, values });
  };
  const changeRows = async ({ table, columns, clash, rows }: Waiting) => {
    const key = clash?.key ?? [];
    const rest = columns.filter((column) => !key.includes(column));
    const json = JSON.stringify(rows);
    if (notForJson.test(json)) {
      const text = `UPDATE ${table} SET ${assigned(rest, ", ")} WHERE ${assigned(key, " AND ")}`;
      for (const row of rows)
        await say(
          text,
          [...rest, ...key].map((column) => row[column] ?? null),
        );
      return;
    }
    const set = rest.map((column) => `${column} = changed.${column}`).join(", ");
    const same = key.map((column) => `${table}.${column} = changed.${column}`).join(" AND ");
    await say(`UPDATE ${table} SET ${set} FROM json_populate_recordset(NULL::${table}, ?) AS changed WHERE ${same}`, [
      json,
    ]);
  };
  const sayRows = async (batch: Waiting) => {
    const { table, columns, clash, rows } = batch;
    if (clash?.isThere) return changeRows(batch);
    const json = rows.length < rowsAsJson ? undefined : JSON.stringify(rows);
    if (json === undefined || notForJson.test(json) || rows.some((row) => columns.some((name) => isBytes(row[name])))) {
      await insertRows(async (text, ...values) => (await say(text, values)).rowCount ?? 0, table, rows, clash?.clause);
      return;
    }
    const names = columns.join(", ");
    await say(
      `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${table}, ?) ${clash?.clause ?? ""}`,
      [json],
    );
  };
  const flush = async (wanted: (table: string) => boolean = () => true) => {
    if (count === 0) return;
    for (const [key, batch] of waiting) {
      if (!wanted(batch.table)) continue;
      waiting.delete(key);
      count -= batch.rows.length * batch.columns.length;
      await sayRows(batch);
    }
  };
  const flushFor = async (text: string) => {
    if (count === 0) return;
    const named = wordsOf(text);
    await flush((table) => named.has(table));
  };
  const all = async <Row>(text: string, ...values: SqlValue[]) => {
    kept?.saw(text);
    await flushFor(text);
    return (await say(text, values)).rows as Row[];
  };

  const sql: Sql = {
    dialect: "postgresql",
    all,
    get: async (text, ...values) => (await all<never>(text, ...values))[0],
    add: async ({ table, columns, clash }, rows) => {
      // All begin before the first has ended: what is kept of the table is spared for as long as this begins.
      await Promise.all(rows.map((cells) => sql.insert(table, rowOf(columns, cells), clash)));
    },
    run: async (text, ...values) => {
      kept?.saw(text);
      await flushFor(text);
      return (await say(text, values)).rowCount ?? 0;
    },
    insert: async (table, row, clash) => {
      kept?.wroteTo(table);
      const columns = Object.keys(row);
      const place = `${table} ${columns.join()} ${clash?.isThere ? "changed" : (clash?.clause ?? "")}`;
      const taken = clash?.key.map((column) => row[column] ?? null);
      // Nothing clashes with what has no value.
      const key = taken?.includes(null) ? undefined : JSON.stringify(taken);
      // What waits for this table in another shape came before it, and so does a row that this one may change.
      const clashes = key !== undefined && waiting.get(place)?.keys.has(key);
      if (clashes || (waiting.size > 0 && !waiting.has(place))) await flush((other) => other === table);
      const batch = waiting.get(place) ?? { table, columns, clash, rows: [], keys: new Set() };
      waiting.set(place, batch);
      batch.rows.push(row);
      if (key !== undefined) batch.keys.add(key);
      count += columns.length;
      if (count >= valuesWaiting) await flush();
    },
    savepoint: async (work) => {
      await flush();
      const before = new Map([...endings].map(([ending, { items }]) => [ending, items.length]));
      const name = `s${++depth}`;
      await client.query(`SAVEPOINT ${name}`);
      try {
        const result = await work();
        await flush();
        await client.query(`RELEASE SAVEPOINT ${name}`);
        return result;
      } catch (cause) {
        waiting.clear();
        count = 0;
        for (const [ending, { items }] of endings) items.length = before.get(ending) ?? 0;
        kept?.forget();
        await client.query(`ROLLBACK TO SAVEPOINT ${name}`);
        throw cause;
      } finally {
        depth--;
      }
    },
    atEnd: async (name, item, work) => {
      const ending: Ending = endings.get(name) ?? { items: [], work };
      endings.set(name, ending);
      ending.items.push(item);
    },
    kept: (table, key, ask) => (kept ? kept.read(table, key, ask) : ask()),
    keep: (table, key, value) => kept?.keep(table, key, value),
    knows: (table, key) => kept?.knows(table, key) === true,
    touching: (table, keys, write) => (kept ? kept.touching(table, keys, write) : write()),
  };
  /** The lock goes with the transaction. It is asked for last, so that who holds it waits for nothing; what was committed before is read beside. */
  const end = async () => {
    await flush();
    for (const [name, { items, work }] of endings) {
      if (items.length === 0) continue;
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`end ${name}`]);
      await work(items as never[], readOver(reads));
    }
    await flush();
  };
  return { sql, flush: () => flush(), end };
}

const isBytes = (value: SqlValue | undefined): boolean => value instanceof Uint8Array;
