import { readFileSync } from "node:fs";
import { keyBytes, type MasterKey, type MasterKeys, masterKey } from "#db/data-keys.ts";
import { ConfigError } from "./config.ts";

type Environment = Record<string, string | undefined>;

/**
 * The master key of the environment (`KOLOOP_MASTER_KEY`, or the file that `KOLOOP_MASTER_KEY_FILE` names), and while it is being changed
 * the one before (`KOLOOP_MASTER_KEY_OLD`, `KOLOOP_MASTER_KEY_OLD_FILE`). Undefined: none is set, and nothing is sealed. Throws
 * `ConfigError`, which never tells the key, where one cannot be used.
 */
export function masterKeysOf(environment: Environment): MasterKeys | undefined {
  const current = keyNamed(environment, "KOLOOP_MASTER_KEY");
  const old = keyNamed(environment, "KOLOOP_MASTER_KEY_OLD");
  if (current === undefined) {
    if (old)
      throw new ConfigError(
        "KOLOOP_MASTER_KEY_OLD is set, and KOLOOP_MASTER_KEY is not: set both, or the latter only.",
      );
    return undefined;
  }
  return old === undefined || old.fingerprint === current.fingerprint ? { current } : { current, old };
}

function keyNamed(environment: Environment, name: string): MasterKey | undefined {
  const [text, path] = [environment[name]?.trim(), environment[`${name}_FILE`]?.trim()];
  if (text && path) throw new ConfigError(`${name} and ${name}_FILE are both set: one of them is enough.`);
  if (!text && !path) return undefined;
  const said = text || fromFile(path ?? "", name);
  const bytes = Buffer.from(said, "base64");
  if (bytes.length !== keyBytes || bytes.toString("base64").replace(/=+$/, "") !== said.replace(/=+$/, ""))
    throw new ConfigError(
      `${path ? `${name}_FILE` : name}: 不是 base64 的 32 字节;用 koloop keys new 生成 / is not ${keyBytes} bytes in base64; koloop keys new makes one.`,
    );
  return masterKey(bytes);
}

function fromFile(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new ConfigError(`${name}_FILE: ${path} 读不了 / cannot be read (${(cause as { code?: string }).code}).`, {
      cause,
    });
  }
}
