import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { marks, type Sql } from "./sql.ts";

/** The key that wraps all data keys. `fingerprint` tells which one it is without telling the key. */
export type MasterKey = { bytes: Buffer; fingerprint: string };
/** `old`: the one before, while a change of the master key is under way. */
export type MasterKeys = { current: MasterKey; old?: MasterKey };

export type DataKey = { id: string; bytes: Buffer };
type KeyRow = { id: string; person_id: string; master: string; wrapped: string };

/** Whose the key is under which koloop's own cards and answers lie. No person has this id: theirs never end in a colon. */
export const house = "house:";

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export function masterKey(bytes: Buffer): MasterKey {
  const fingerprint = createHash("sha256").update("koloop master key\n").update(bytes).digest("hex").slice(0, 16);
  return { bytes, fingerprint };
}

/** So much chance is drawn at once: a draw of its own for each nonce took longer than the sealing. */
const drawnBytes = 8192;
let drawn = Buffer.alloc(0);
let used = 0;

/** Bytes of the system's chance, given out once. */
function chance(count: number): Buffer {
  if (used + count > drawn.length) {
    drawn = randomBytes(drawnBytes);
    used = 0;
  }
  used += count;
  return drawn.subarray(used - count, used);
}

/** AES-256-GCM: the nonce, the sealed words, the tag. `place` must be the same at the opening. */
export function sealBytes(key: Buffer, plain: Buffer | string, place: string): string {
  const nonce = chance(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(place));
  const words = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, words, cipher.getAuthTag()]).toString("base64");
}

/** Undefined where the key or the place is another one, or a bit has changed. */
export function openBytes(key: Buffer, sealed: string, place: string): Buffer | undefined {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const words = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return words;
}

const placeOf = (row: { id: string; person_id: string }): string => `data_key\n${row.id}\n${row.person_id}`;

function unwrap(row: KeyRow, masters: MasterKeys): DataKey {
  const master = [masters.current, masters.old].find((key) => key?.fingerprint === row.master);
  const bytes = master && openBytes(master.bytes, row.wrapped, placeOf(row));
  if (!bytes) throw new Error(`The data key ${row.id} does not open under the master key that was given`);
  return { id: row.id, bytes };
}

/** The key of a person, or of the house, which is made where there is none yet. */
export async function keyFor(sql: Sql, masters: MasterKeys, personId: string, now: number): Promise<DataKey> {
  const find = () =>
    sql.get<KeyRow>("SELECT id, person_id, master, wrapped FROM data_key WHERE person_id = ?", personId);
  const known = await find();
  if (known) return unwrap(known, masters);
  // Kept as long as its person, so not a part of what was drawn with others.
  const bytes = randomBytes(keyBytes);
  for (let tries = 0; tries < addTriesAtMost; tries++) {
    const row = { id: newKeyId(now), person_id: personId };
    const added = await sql.run(
      "INSERT INTO data_key (id, person_id, master, wrapped, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      row.id,
      personId,
      masters.current.fingerprint,
      sealBytes(masters.current.bytes, bytes, placeOf(row)),
      now,
    );
    if (added === 1) return { id: row.id, bytes };
    // Another process was faster, or, once in a blue moon, another key has this id.
    const theirs = await find();
    if (theirs) return unwrap(theirs, masters);
  }
  throw new Error("A data key could neither be added nor found");
}

const addTriesAtMost = 3;

/** Sixteen hex digits that begin with the second, so that keys which are made together lie together in their index. */
const newKeyId = (now: number): string =>
  Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0")
    .slice(-8) + chance(4).toString("hex");

const keysAtOnce = 500;

/** The keys of these ids; those that were destroyed are missing. */
export async function keysById(sql: Sql, masters: MasterKeys, ids: readonly string[]): Promise<DataKey[]> {
  const found: DataKey[] = [];
  for (let i = 0; i < ids.length; i += keysAtOnce) {
    const some = ids.slice(i, i + keysAtOnce);
    const rows = await sql.all<KeyRow>(
      `SELECT id, person_id, master, wrapped FROM data_key WHERE id IN (${marks(some.length)})`,
      ...some,
    );
    found.push(...rows.map((row) => unwrap(row, masters)));
  }
  return found;
}

/** Fingerprints of the master keys that data keys lie under. An index answers, however many keys there are. */
export async function mastersInUse(sql: Sql): Promise<string[]> {
  const found: string[] = [];
  for (let last = ""; ; ) {
    const row = await sql.get<{ next: string | null }>(
      "SELECT min(master) AS next FROM data_key WHERE master > ?",
      last,
    );
    if (!row?.next) return found;
    found.push(row.next);
    last = row.next;
  }
}

/** Wraps at most so many data keys anew under the current master key; returns how many, 0: all are. */
export async function rewrapSome(sql: Sql, masters: MasterKeys, atMost: number): Promise<number> {
  const rows = await sql.all<KeyRow>(
    "SELECT id, person_id, master, wrapped FROM data_key WHERE master <> ? ORDER BY id LIMIT ?",
    masters.current.fingerprint,
    atMost,
  );
  for (const row of rows)
    await sql.run(
      "UPDATE data_key SET master = ?, wrapped = ? WHERE id = ?",
      masters.current.fingerprint,
      sealBytes(masters.current.bytes, unwrap(row, masters).bytes, placeOf(row)),
      row.id,
    );
  return rows.length;
}

/** How many data keys lie under each master key, by its fingerprint. */
export async function keysByMaster(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.all<{ master: string; n: number }>(
    "SELECT master, count(*) AS n FROM data_key GROUP BY master ORDER BY master",
  );
  return new Map(rows.map((row) => [row.master, Number(row.n)]));
}
