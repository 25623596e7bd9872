import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { checkSqlite, copySqlite } from "#db/backup-sqlite.ts";

// A backup is: "KLB1", the key's id (16 bytes), the nonce (12), the copy under AES-256-GCM, the tag (16). Each backup has a key of its own,
// which lies beside the live database and never in the backup: to destroy the key is to destroy every copy of that backup.

const magic = Buffer.from("KLB1");
const idBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = magic.length + idBytes + nonceBytes;
const keySchema = z.object({ key: z.string().length(64), at: z.number() });

/** Where the keys of a database's backups lie. */
export const keyFolder = (databasePath: string): string => `${databasePath}.keys`;

/**
 * Copies the database while it runs, checks the copy, and writes it encrypted. Returns how many people and bytes it holds. Throws where
 * the target exists or the copy is not whole; then nothing is left behind.
 */
export async function makeBackup(databasePath: string, target: string, now: number) {
  if (existsSync(target)) throw new Error(`${target} 已存在 / exists already`);
  if (!existsSync(dirname(target)))
    throw new Error(`没有这个文件夹,请先建好 / there is no such folder, make it first: ${dirname(target)}`);
  const plain = `${target}.part`;
  try {
    const people = await copySqlite(databasePath, plain);
    const id = randomBytes(idBytes);
    const key = await newKey(databasePath, id.toString("hex"), now);
    await encrypt(plain, target, id, key);
    return { people, bytes: (await stat(target)).size };
  } catch (cause) {
    await rm(target, { force: true });
    throw cause;
  } finally {
    await rm(plain, { force: true });
  }
}

/** Reads a backup back into `target`, which must not exist, with the keys of the database that it was made of, and checks it. */
export async function readBackup(backup: string, databasePath: string, target: string): Promise<number> {
  if (existsSync(target)) throw new Error(`${target} 已存在 / exists already`);
  const half = `${target}.part`;
  try {
    await decrypt(backup, half, databasePath);
    const people = checkSqlite(half);
    await rename(half, target);
    return people;
  } finally {
    await rm(half, { force: true });
  }
}

/** Destroys the keys of backups that were made before `madeBefore`; nobody can read those again. Returns how many there were. */
export async function destroyKeys(databasePath: string, madeBefore: number): Promise<number> {
  const folder = keyFolder(databasePath);
  if (!existsSync(folder)) return 0;
  let gone = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const kept = keySchema.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (!kept.success || kept.data.at >= madeBefore) continue;
    // Overwritten first, so that the name is not all that goes.
    await writeFile(path, randomBytes(128));
    await rm(path);
    gone++;
  }
  return gone;
}

async function newKey(databasePath: string, id: string, at: number): Promise<Buffer> {
  const folder = keyFolder(databasePath);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  await writeFile(join(folder, id), JSON.stringify({ key: key.toString("hex"), at }), { mode: 0o600, flag: "wx" });
  return key;
}

async function encrypt(plain: string, target: string, id: Buffer, key: Buffer): Promise<void> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const head = Buffer.concat([magic, id, nonce]);
  cipher.setAAD(head);
  await writeFile(target, head, { mode: 0o600 });
  await pipeline(createReadStream(plain), cipher, createWriteStream(target, { flags: "a" }));
  await writeFile(target, cipher.getAuthTag(), { flag: "a" });
  await chmod(target, 0o600);
}

async function decrypt(backup: string, target: string, databasePath: string): Promise<void> {
  const { size } = await stat(backup);
  if (size < headBytes + tagBytes) throw new Error("这不是 koloop 的备份 / this is no backup of koloop");
  const file = await open(backup);
  const head = Buffer.alloc(headBytes);
  const tag = Buffer.alloc(tagBytes);
  try {
    await file.read(head, 0, headBytes, 0);
    await file.read(tag, 0, tagBytes, size - tagBytes);
  } finally {
    await file.close();
  }
  if (!head.subarray(0, magic.length).equals(magic))
    throw new Error("这不是 koloop 的备份 / this is no backup of koloop");
  const id = head.subarray(magic.length, magic.length + idBytes).toString("hex");
  const path = join(keyFolder(databasePath), id);
  if (!existsSync(path))
    throw new Error("这份备份的密钥不在(已销毁或在别处) / the key of this backup is not here: destroyed, or elsewhere");
  const { key } = keySchema.parse(JSON.parse(await readFile(path, "utf8")));
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "hex"), head.subarray(magic.length + idBytes));
  decipher.setAAD(head);
  decipher.setAuthTag(tag);
  const body = createReadStream(backup, { start: headBytes, end: size - tagBytes - 1 });
  await pipeline(body, decipher, createWriteStream(target, { mode: 0o600 }));
}
