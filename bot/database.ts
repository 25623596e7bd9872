import type { Backend } from "#db/backend.ts";
import { house, keyFor, type MasterKeys, mastersInUse } from "#db/data-keys.ts";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { sealedBackend } from "#db/sealed.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import { ConfigError, sqlitePath } from "./config.ts";
import { masterKeysOf } from "./master-key.ts";

/**
 * Brings the database up to date and opens it; with a master key in the environment what people say lies sealed in it. Throws with words
 * for a person where that cannot be done.
 */
export async function openDatabase(
  databaseUrl: string,
  masters: MasterKeys | undefined = masterKeysOf(process.env),
): Promise<{ store: Store; applied: string[] }> {
  if (!databaseUrl.startsWith("file:")) {
    const [{ migratePostgres }, { openPostgres }] = await Promise.all([
      import("#db/migrate-postgres.ts"),
      import("#db/postgres.ts"),
    ]);
    const applied = await migratePostgres(databaseUrl);
    return { store: storeOver(await underKeys(await openPostgres(databaseUrl), masters)), applied };
  }
  const path = sqlitePath(databaseUrl);
  const applied = migrateSqlite(path);
  return { store: storeOver(await underKeys(await openSqlite(path), masters)), applied };
}

/** Behind the door that seals, where there is a master key. Refuses, and writes nothing, where the database was sealed under another. */
async function underKeys(backend: Backend, masters: MasterKeys | undefined): Promise<Backend> {
  try {
    const used = await backend.read(({ sql }) => mastersInUse(sql));
    const given = [masters?.current, masters?.old].flatMap((key) => (key ? [key.fingerprint] : []));
    const missing = used.filter((fingerprint) => !given.includes(fingerprint));
    if (missing.length > 0) throw new ConfigError(missingWords(missing, given));
    if (!masters) return backend;
    if (used.length === 0) await backend.transaction(({ sql }) => keyFor(sql, masters, house, Date.now()));
    // A key that carries the right name and does not open says so now and not at the first message.
    else await backend.read(({ sql }) => keyFor(sql, masters, house, 0));
    return sealedBackend(backend, masters);
  } catch (fault) {
    await backend.close();
    throw fault;
  }
}

function missingWords(missing: readonly string[], given: readonly string[]): string {
  const named = missing.join(", ");
  if (given.length === 0)
    return `数据库里的内容是加密的(主密钥 ${named}),但没有设置 KOLOOP_MASTER_KEY 或 KOLOOP_MASTER_KEY_FILE;没有写入任何内容 / what lies in the database is sealed under the master key ${named}, and none is set: set KOLOOP_MASTER_KEY or KOLOOP_MASTER_KEY_FILE. Nothing was written.`;
  return `主密钥不对:数据库用 ${named} 加密,给的是 ${given.join(", ")};没有写入任何内容 / the master key is another one: the database is sealed under ${named}, given: ${given.join(", ")}. Set the right KOLOOP_MASTER_KEY; where the key is being changed, give the one before as KOLOOP_MASTER_KEY_OLD and run koloop keys rotate. Nothing was written.`;
}
