import { createHash, randomInt } from "node:crypto";
import { z } from "zod";
import type { Connection } from "./backend.ts";
import { dropSetting, findSetting, saveSetting } from "./settings.ts";

/** Letters and digits that nobody takes for each other. */
const alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const codeSchema = z.object({ value: z.string(), until: z.number() });
const triesSchema = z.object({ since: z.number(), count: z.number() });

const keyOf = (kind: string, code: string): string =>
  `code:${kind}:${createHash("sha256").update(code.toUpperCase()).digest("hex")}`;

/** Short codes that a person carries from one place to another. Only their hashes are kept. */
export function codesTable({ sql }: Connection) {
  const save = (key: string, value: object, at: number) => saveSetting(sql, key, JSON.stringify(value), at);
  return {
    /** A new code of eight letters and digits that stands for a value until then. */
    async issue(kind: string, value: string, until: number, now: number): Promise<string> {
      const code = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join("");
      await save(keyOf(kind, code), { value, until }, now);
      return code;
    },

    /** What a code stands for; undefined where it is none, or has run out. */
    async find(kind: string, code: string, now: number): Promise<string | undefined> {
      const row = await findSetting(sql, keyOf(kind, code));
      const found = row === undefined ? undefined : codeSchema.parse(JSON.parse(row));
      return found && found.until > now ? found.value : undefined;
    },

    async spend(kind: string, code: string): Promise<void> {
      await dropSetting(sql, keyOf(kind, code));
    },

    /** Counts a wrong try; true once there were too many within the window, so that codes cannot be guessed. */
    async tooManyTries(who: string, limit: { most: number; windowMs: number }, now: number): Promise<boolean> {
      const key = `code-tries:${who}`;
      const row = await findSetting(sql, key);
      const known = row === undefined ? undefined : triesSchema.parse(JSON.parse(row));
      const current = known && now - known.since < limit.windowMs ? known : { since: now, count: 0 };
      await save(key, { ...current, count: current.count + 1 }, now);
      return current.count >= limit.most;
    },
  };
}
