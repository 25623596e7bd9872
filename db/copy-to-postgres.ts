import { createHash } from "node:crypto";
import Database from "better-sqlite3";
import { Client } from "pg";
import { migratePostgres } from "./migrate-postgres.ts";

const rowsAtOnce = 2000;
/** The copy's own notes in the target: how far it has come. A start on the target removes them, and with them the leave to copy again. */
export const copyNotes = "koloop_copy";

type Row = Record<string, unknown>;
export type CopiedTable = { table: string; rows: number; checksum: string; again: boolean };
type Progress = (table: string, done: number, total: number) => void;

/**
 * Copies a SQLite installation, which may be running, into PostgreSQL: one state of it, table by table, in steps that a later run
 * resumes. Counts and checksums of every table are compared at the end; a table that has changed since an earlier run is copied anew.
 * Throws where the target holds data that no copy has put there, and where a table still differs.
 */
export async function copyToPostgres(path: string, url: string, progress: Progress): Promise<CopiedTable[]> {
  await migratePostgres(url);
  const source = new Database(path, { readonly: true, timeout: 5000 });
  const target = new Client({ connectionString: url });
  try {
    await target.connect();
    // One state of a running installation: what is written from now on is not seen.
    source.exec("BEGIN");
    source.prepare("SELECT count(*) FROM person").get();
    await ownTarget(target);
    const copied: CopiedTable[] = [];
    for (const table of tablesOf(source)) copied.push(await copyTable(source, target, table, progress));
    await moveSequences(target);
    // The first events would be planned for tables of no known size, and read whole ones, until autovacuum comes by.
    await target.query("ANALYZE");
    return copied;
  } finally {
    source.close();
    await target.end();
  }
}

/** Refuses a target with data of its own, and begins the notes. */
async function ownTarget(target: Client): Promise<void> {
  const { rows } = await target.query<{ known: boolean; people: boolean }>(
    `SELECT to_regclass('${copyNotes}') IS NOT NULL AS known, EXISTS (SELECT 1 FROM person) AS people`,
  );
  if (rows[0]?.people && !rows[0].known)
    throw new Error(
      "目标数据库里已有数据,没有动它 / the target already holds data of its own; nothing was changed. Use an empty database.",
    );
  await target.query(`CREATE TABLE IF NOT EXISTS ${copyNotes} (table_name TEXT PRIMARY KEY, last_row BIGINT NOT NULL)`);
}

function tablesOf(source: Database.Database): string[] {
  return source
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all() as string[];
}

async function copyTable(
  source: Database.Database,
  target: Client,
  table: string,
  progress: Progress,
): Promise<CopiedTable> {
  const columns = source.prepare("SELECT name FROM pragma_table_info(?) ORDER BY name").pluck().all(table) as string[];
  await append(source, target, table, columns, progress);
  const wanted = sumOfSource(source, table, columns);
  let again = false;
  if (!same(await sumOfTarget(target, table, columns), wanted)) {
    // Rows that an earlier run had copied have changed since.
    again = true;
    await target.query(`TRUNCATE "${table}"`);
    await target.query(`DELETE FROM ${copyNotes} WHERE table_name = $1`, [table]);
    await append(source, target, table, columns, progress);
    const came = await sumOfTarget(target, table, columns);
    if (!same(came, wanted))
      throw new Error(
        `表 ${table} 复制后不一致 / the table ${table} differs after it was copied: ${came.rows} of ${wanted.rows} rows, checksums ${came.checksum} and ${wanted.checksum}.`,
      );
  }
  return { table, ...wanted, again };
}

/** Adds the rows after the last that was copied; each step is committed with its note. */
async function append(
  source: Database.Database,
  target: Client,
  table: string,
  columns: string[],
  progress: Progress,
): Promise<void> {
  const names = columns.map((name) => `"${name}"`).join(", ");
  const total = source.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number;
  const next = source.prepare(
    `SELECT rowid AS "#row", ${names} FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT ${rowsAtOnce}`,
  );
  const noted = await target.query<{ last_row: string }>(`SELECT last_row FROM ${copyNotes} WHERE table_name = $1`, [
    table,
  ]);
  let last = Number(noted.rows[0]?.last_row ?? -1);
  for (let done = 0; ; ) {
    const rows = next.all(last) as Row[];
    if (rows.length === 0) return;
    last = rows.at(-1)?.["#row"] as number;
    await target.query("BEGIN");
    await target.query(
      `INSERT INTO "${table}" (${names}) SELECT ${names} FROM json_populate_recordset(NULL::"${table}", $1)`,
      [JSON.stringify(rows.map(carried))],
    );
    await target.query(
      `INSERT INTO ${copyNotes} (table_name, last_row) VALUES ($1, $2) ON CONFLICT (table_name) DO UPDATE SET last_row = excluded.last_row`,
      [table, last],
    );
    await target.query("COMMIT");
    done += rows.length;
    progress(table, done, total);
  }
}

/** A row as JSON that PostgreSQL reads back: bytes as hex, and no zero characters, which it cannot keep. */
function carried(row: Row): Row {
  const plain: Row = {};
  for (const [name, value] of Object.entries(row)) if (name !== "#row") plain[name] = carriedValue(value);
  return plain;
}

function carriedValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;
}

type Sum = { rows: number; checksum: string };
const same = (a: Sum, b: Sum): boolean => a.rows === b.rows && a.checksum === b.checksum;

/** The sum of the rows' hashes, whatever their order. */
function summing(columns: string[]): { add(row: Row): void; sum(): Sum } {
  let rows = 0;
  let total = 0n;
  return {
    add(row) {
      const text = columns.map((name) => (row[name] === null ? "" : `=${carriedValue(row[name])}`)).join("\u001f");
      total = BigInt.asUintN(64, total + createHash("md5").update(text).digest().readBigUInt64BE());
      rows++;
    },
    sum: () => ({ rows, checksum: total.toString(16) }),
  };
}

function sumOfSource(source: Database.Database, table: string, columns: string[]): Sum {
  const { add, sum } = summing(columns);
  for (const row of source.prepare(`SELECT * FROM "${table}"`).iterate()) add(row as Row);
  return sum();
}

async function sumOfTarget(target: Client, table: string, columns: string[]): Promise<Sum> {
  const { add, sum } = summing(columns);
  await target.query("BEGIN");
  await target.query(`DECLARE copied CURSOR FOR SELECT * FROM "${table}"`);
  for (;;) {
    const { rows } = await target.query<Row>(`FETCH ${rowsAtOnce} FROM copied`);
    for (const row of rows) add(row);
    if (rows.length === 0) break;
  }
  await target.query("COMMIT");
  return sum();
}

/** Numbers that the database gives out go on after the copied ones. */
async function moveSequences(target: Client): Promise<void> {
  const { rows } = await target.query<{ table_name: string; column_name: string }>(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'",
  );
  for (const { table_name: table, column_name: column } of rows)
    await target.query(
      `SELECT setval(pg_get_serial_sequence('"${table}"', '${column}'), GREATEST(max("${column}"), 1), max("${column}") IS NOT NULL) FROM "${table}"`,
    );
}
