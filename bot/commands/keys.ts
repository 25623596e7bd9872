import { randomBytes } from "node:crypto";
import { keyBytes, keysByMaster, type MasterKeys, rewrapSome } from "#db/data-keys.ts";
import { countSealed, sealSome } from "#db/seal-rows.ts";
import { sealedColumns } from "#db/sealed-columns.ts";
import type { Store } from "#db/store.ts";
import { ConfigError, environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { masterKeysOf } from "../master-key.ts";
import { progressLine } from "./progress.ts";

/** `koloop keys new`: prints a new master key. It is kept nowhere else: who loses it loses what is sealed under it. */
export async function runNewKey(): Promise<0> {
  process.stdout.write(`${randomBytes(keyBytes).toString("base64")}\n`);
  process.stderr.write(
    "放进密钥库,再设为 KOLOOP_MASTER_KEY;丢了它,加密的内容谁也打不开 / put it into your store of secrets and set it as KOLOOP_MASTER_KEY; without it nobody opens what is sealed\n",
  );
  return 0;
}

/** `koloop keys`: which master keys are in use, and how much lies sealed or open. 1: some lies open though a key is set. */
export async function runKeys(): Promise<0 | 1> {
  return withStore(async (store, masters) => {
    const { zh, en, ok } = await keysState(store, masters);
    process.stdout.write(`${zh} / ${en}\n`);
    for (const column of sealedColumns) {
      const { sealed, open } = await store.read(({ connection: { sql } }) => countSealed(sql, column));
      process.stdout.write(`  ${column.table}.${column.column}: ${sealed} sealed, ${open} open\n`);
    }
    return ok ? 0 : 1;
  });
}

const cellsAtOnce = 200;
const keysAtOnce = 500;

/** `koloop keys seal`: seals what was written before a key was set, in small steps beside a running koloop; may be run again. */
export async function runSeal(): Promise<0> {
  return withStore(async (store, masters) => {
    needKey(masters);
    const line = progressLine("加密 / sealing");
    let cells = 0;
    for (const column of sealedColumns) {
      let after: Parameters<typeof sealSome>[2];
      for (;;) {
        const step = await store.transaction(({ connection: { sql } }) => sealSome(sql, column, after, cellsAtOnce));
        if (!step) break;
        after = step.last;
        cells += step.rows;
        line.show(cells, cells);
      }
    }
    line.end();
    // What was overwritten is not to be found in free pages either.
    if (cells > 0) await store.backend.scrub(true);
    process.stderr.write(`${cells} 处已加密 / ${cells} cells sealed\n`);
    return 0;
  });
}

/** `koloop keys rotate`: wraps every data key anew under KOLOOP_MASTER_KEY; may be killed and run again. */
export async function runRotate(): Promise<0> {
  return withStore(async (store, masters) => {
    needKey(masters);
    let keys = 0;
    for (;;) {
      const done = await store.transaction(({ connection: { sql } }) => rewrapSome(sql, masters, keysAtOnce));
      keys += done;
      if (done === 0) break;
    }
    if (keys > 0) await store.backend.scrub(false);
    process.stderr.write(
      `${keys} 把数据密钥已换到主密钥 ${masters.current.fingerprint};用新主密钥重启 koloop,不再需要旧的 / ${keys} data keys wrapped anew under the master key ${masters.current.fingerprint}; restart koloop with it, and the old one is not needed any more\n`,
    );
    return 0;
  });
}

function needKey(masters: MasterKeys | undefined): asserts masters {
  if (!masters)
    throw new ConfigError(
      "没有设置 KOLOOP_MASTER_KEY;先 koloop keys new / no KOLOOP_MASTER_KEY is set; koloop keys new makes one",
    );
}

async function withStore<Code extends 0 | 1>(
  work: (store: Store, masters: MasterKeys | undefined) => Promise<Code>,
): Promise<Code> {
  const environment = environmentWithFile();
  const masters = masterKeysOf(environment);
  const { store } = await openDatabase(readConfig(environment).databaseUrl, masters);
  try {
    return await work(store, masters);
  } finally {
    await store.close();
  }
}

/** What `koloop keys` and `koloop doctor` say about sealing. */
export async function keysState(
  store: Store,
  masters: MasterKeys | undefined,
): Promise<{ ok: boolean; zh: string; en: string }> {
  if (!masters)
    return {
      ok: true,
      zh: "内容未加密:没有设置 KOLOOP_MASTER_KEY(koloop keys new 生成一把)",
      en: "nothing is sealed: KOLOOP_MASTER_KEY is not set",
    };
  return store.read(async ({ connection: { sql } }) => {
    const keys = await keysByMaster(sql);
    let open = 0;
    for (const column of sealedColumns) open += (await countSealed(sql, column)).open;
    const { current } = masters;
    const old = [...keys].filter(([master]) => master !== current.fingerprint).reduce((sum, [, n]) => sum + n, 0);
    const todo = [
      ...(old > 0 ? [`${old} 把仍在旧主密钥下 / still under the old one: koloop keys rotate`] : []),
      ...(open > 0 ? [`${open} 处还没加密 / cells lie open: koloop keys seal`] : []),
    ];
    const said = todo.length > 0 ? `; ${todo.join("; ")}` : "";
    return {
      ok: todo.length === 0,
      zh: `内容加密:主密钥 ${current.fingerprint},数据密钥 ${keys.get(current.fingerprint) ?? 0} 把`,
      en: `sealed under this master key, so many data keys${said}`,
    };
  });
}
