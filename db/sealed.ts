import type { Backend, Connection } from "./backend.ts";
import { type DataKey, house, keyFor, keysById, type MasterKeys, openBytes, sealBytes } from "./data-keys.ts";
import { type SealedColumn, sealedColumns, sealedIn, sealedPrefix } from "./sealed-columns.ts";
import { sealedSlots } from "./sealed-statements.ts";
import { type RowShape, rowOf, type Sql, type SqlValue } from "./sql.ts";

// The one door that words pass on their way into the database and out of it: above it everything is as it was said. A cell is
//   sealed1:<column's code>:<data key's id>:<nonce, words, tag under AES-256-GCM, in base64>
// and its row's identity is authenticated with it, so that a cell does not open in another row.

const cellShape = /^sealed1:([a-z]):([0-9a-f]{16}):([A-Za-z0-9+/]{38,}={0,2})$/;
const byCode = new Map(sealedColumns.map((column) => [column.code, column]));
const keysInMemory = 50_000;

/** A cell that was changed, or moved from where it was written. Its words are lost, and somebody should know. */
export class SealBroken extends Error {}

/** Keys that are known to be committed. */
class KeyRing {
  readonly #byId = new Map<string, DataKey>();
  readonly #byPerson = new Map<string, DataKey>();

  ofPerson(personId: string): DataKey | undefined {
    return this.#byPerson.get(personId);
  }
  byId(id: string): DataKey | undefined {
    return this.#byId.get(id);
  }
  keep(key: DataKey, personId?: string): void {
    if (this.#byId.size > keysInMemory) this.forget();
    this.#byId.set(key.id, key);
    if (personId !== undefined) this.#byPerson.set(personId, key);
  }
  forget(): void {
    this.#byId.clear();
    this.#byPerson.clear();
  }
}

/** A database whose sealed columns are sealed when they are written and open when they are read. */
export function sealedBackend(backend: Backend, masters: MasterKeys): Backend {
  const ring = new KeyRing();
  const doors = new WeakMap<Connection, Door>();
  const doorOf = (connection: Connection): Door => {
    let door = doors.get(connection);
    if (!door) {
      door = doorOver(connection, masters, ring);
      doors.set(connection, door);
    }
    return door;
  };
  return {
    ...backend,
    transaction: (work, options) => {
      let door: Door | undefined;
      return backend.transaction(
        (connection) => {
          door = doorOf(connection);
          door.begin();
          return work(door.connection);
        },
        {
          ...options,
          committed: () => {
            door?.committed();
            options?.committed?.();
          },
        },
      );
    },
    read: (work) => backend.read((connection) => work(doorOf(connection).connection)),
  };
}

type Door = { connection: Connection; begin: () => void; committed: () => void };

function doorOver(connection: Connection, masters: MasterKeys, ring: KeyRing): Door {
  const inner = connection.sql;
  /** Made or seen inside the transaction that is open: what is rolled back was never a key. */
  let fresh = new Map<string, DataKey>();
  let dropped = false;

  async function keyOf(personId: string): Promise<DataKey> {
    const known = fresh.get(personId) ?? (dropped ? undefined : ring.ofPerson(personId));
    if (known) return known;
    const key = await keyFor(inner, masters, personId, Date.now());
    fresh.set(personId, key);
    return key;
  }

  /** The values, with those for sealed columns sealed. */
  async function sealed(text: string, values: readonly SqlValue[]): Promise<readonly SqlValue[]> {
    if (text.includes("data_key") && !/^\s*SELECT/i.test(text)) {
      ring.forget();
      fresh.clear();
      dropped = true;
    }
    const slots = sealedSlots(text);
    if (slots.length === 0) return values;
    const out = [...values];
    for (const { column, value, key, owner } of slots) {
      const words = values[value];
      if (typeof words !== "string" || words === "") continue;
      const row = key.map((at) => values[at] ?? null);
      const whose = owner === undefined ? await ownerOf(column, row) : values[owner];
      out[value] = sealCell(column, row, words, await keyOf(whose ? String(whose) : house));
    }
    return out;
  }

  async function ownerOf(column: SealedColumn, row: readonly SqlValue[]): Promise<SqlValue | undefined> {
    if (column.owner === undefined) return undefined;
    const where = column.key.map((name) => `${name} = ?`).join(" AND ");
    const found = await inner.get<{ v: string | null }>(
      `SELECT ${column.owner} AS v FROM ${column.table} WHERE ${where}`,
      ...row,
    );
    return found?.v;
  }

  async function opened<Row>(rows: Row[]): Promise<Row[]> {
    const cells: Cell[] = [];
    for (const row of rows as Record<string, unknown>[])
      for (const name in row) {
        const value = row[name];
        if (typeof value === "string" && value.startsWith(sealedPrefix)) {
          const cell = cellOf(row, name, value);
          if (cell) cells.push(cell);
        }
      }
    if (cells.length === 0) return rows;
    const keys = new Map<string, DataKey>([...fresh.values()].map((key) => [key.id, key]));
    const missing = new Set<string>();
    for (const { keyId } of cells) {
      const key = keys.get(keyId) ?? ring.byId(keyId);
      if (key) keys.set(keyId, key);
      else missing.add(keyId);
    }
    for (const key of await keysById(inner, masters, [...missing])) {
      keys.set(key.id, key);
      // A transaction may have made it itself and still be undone; a key that is only read by its id is harmless then.
      ring.keep(key);
    }
    for (const cell of cells) cell.row[cell.name] = openCell(cell, keys.get(cell.keyId));
    return rows;
  }

  const all = async <Row>(text: string, ...values: SqlValue[]) =>
    opened(await inner.all<Row>(text, ...(await sealed(text, values))));
  const sql: Sql = {
    dialect: inner.dialect,
    all,
    get: async <Row>(text: string, ...values: SqlValue[]) => {
      const row = await inner.get<Row>(text, ...(await sealed(text, values)));
      return row === undefined ? undefined : (await opened([row]))[0];
    },
    run: async (text, ...values) => inner.run(text, ...(await sealed(text, values))),
    insert: async (table, row, clash) => inner.insert(table, await sealedRow(table, row, keyOf), clash),
    add: (shape, rows) =>
      columnsByTable.has(shape.table)
        ? sealedRows(shape, rows, keyOf).then((sealed) => inner.add(shape, sealed))
        : inner.add(shape, rows),
    savepoint: (work) =>
      inner.savepoint(work).catch((cause) => {
        fresh.clear();
        throw cause;
      }),
    atEnd: (name, item, work) => inner.atEnd(name, item, work),
    kept: (table, key, ask) => inner.kept(table, key, ask),
    keep: (table, key, value) => inner.keep(table, key, value),
    knows: (table, key) => inner.knows(table, key),
    touching: (table, keys, write) => inner.touching(table, keys, write),
  };
  return {
    connection: { sql, prisma: connection.prisma },
    begin: () => {
      fresh = new Map();
      dropped = false;
    },
    committed: () => {
      // What others read meanwhile may be keys that are destroyed now.
      if (dropped) ring.forget();
      for (const [personId, key] of fresh) ring.keep(key, personId);
      fresh = new Map();
    },
  };
}

type KeyOf = (personId: string) => Promise<DataKey>;
type Row = Record<string, SqlValue | undefined>;

async function sealedRow(table: string, row: Row, keyOf: KeyOf): Promise<Row> {
  const columns = columnsByTable.get(table);
  if (!columns) return row;
  const out = { ...row };
  for (const column of columns) {
    const words = row[column.column];
    if (typeof words !== "string" || words === "") continue;
    const whose = column.owner === undefined ? undefined : row[column.owner];
    const key = column.key.map((name) => row[name] ?? null);
    out[column.column] = sealCell(column, key, words, await keyOf(whose ? String(whose) : house));
  }
  return out;
}

async function sealedRows({ table, columns }: RowShape, rows: Rows, keyOf: KeyOf): Promise<Rows> {
  const sealed: SqlValue[][] = [];
  for (const cells of rows) {
    const row = await sealedRow(table, rowOf(columns, cells), keyOf);
    sealed.push(columns.map((column) => row[column] ?? null));
  }
  return sealed;
}

type Rows = readonly (readonly SqlValue[])[];

const columnsByTable = new Map(sealedColumns.map(({ table }) => [table, sealedIn(table)]));

type Cell = {
  row: Record<string, unknown>;
  name: string;
  column: SealedColumn;
  keyId: string;
  sealed: string;
};

const placeOf = ({ table, column }: SealedColumn, row: readonly unknown[]): string =>
  `${table}.${column}\n${JSON.stringify(row)}`;

export const sealCell = (column: SealedColumn, row: readonly SqlValue[], words: string, key: DataKey): string =>
  `${sealedPrefix}${column.code}:${key.id}:${sealBytes(key.bytes, words, placeOf(column, row))}`;

/** Undefined for words that only look like a sealed cell: somebody may have said them. */
function cellOf(row: Record<string, unknown>, name: string, value: string): Cell | undefined {
  const match = cellShape.exec(value);
  const column = match && byCode.get(match[1] ?? "");
  if (!column) return undefined;
  return { row, name, column, keyId: match[2] ?? "", sealed: match[3] ?? "" };
}

/** The words; nothing where their key was destroyed, as it is when somebody is forgotten. */
function openCell({ row, column, sealed, name }: Cell, key: DataKey | undefined): string {
  if (!key) return "";
  const here = column.key.map((part) => row[part] ?? row[`${column.table}_${part}`] ?? null);
  if (here.includes(null))
    throw new Error(
      `${column.table}.${column.column} is sealed and was read (as ${name}) without ${column.key.join(", ")}, which open it`,
    );
  const words = openBytes(key.bytes, sealed, placeOf(column, here));
  if (!words)
    throw new SealBroken(
      `A sealed cell does not open: ${column.table}.${column.column} of ${here.join(" ")} was changed or moved from another row`,
    );
  return words.toString("utf8");
}
