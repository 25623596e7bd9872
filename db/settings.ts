import { addAuditLine } from "./audit-chain.ts";
import type { Connection } from "./backend.ts";
import { fromRow, upsert } from "./rows.ts";
import type { Sql } from "./sql.ts";

/** A conversation that gathers something step by step, such as a task being written. One at a time per person and channel. */
export type Dialogue = { personId: string; channel: string; kind: string; state: string; updatedAt: number };

/** One value by its key: for what there is one of, or few, each read and written whole. */
export async function findSetting(sql: Sql, key: string): Promise<string | undefined> {
  return (await sql.get<{ value: string }>("SELECT value FROM setting WHERE key = ?", key))?.value;
}

export const saveSetting = (sql: Sql, key: string, value: string, updatedAt: number): Promise<void> =>
  upsert(sql, "setting", ["key"], { key, value, updatedAt });

export async function dropSetting(sql: Sql, key: string): Promise<void> {
  await sql.run("DELETE FROM setting WHERE key = ?", key);
}

export function settingsTable({ sql }: Connection) {
  return {
    get: (key: string): Promise<string | undefined> => findSetting(sql, key),

    set: (key: string, value: string, updatedAt: number): Promise<void> => saveSetting(sql, key, value, updatedAt),

    async picture(id: string): Promise<{ mime: string; bytes: Uint8Array } | undefined> {
      return sql.get<{ mime: string; bytes: Uint8Array }>("SELECT mime, bytes FROM picture WHERE id = ?", id);
    },

    /** A picture for cards; the id is the caller's. */
    async addPicture(picture: { id: string; mime: string; bytes: Uint8Array; createdAt: number }): Promise<void> {
      const { createdAt, ...rest } = picture;
      await sql.insert("picture", { ...rest, created_at: createdAt });
    },

    /** A picture that is handed in with no piece, and that no question waits about, is not kept. */
    async dropLoosePicture(id: string): Promise<void> {
      const url = `picture:${id}`;
      if (await sql.get("SELECT 1 AS one FROM submission WHERE url = ? LIMIT 1", url)) return;
      const asked = await sql.all<{ value: string }>(
        "SELECT value FROM setting WHERE key > 'hand-in:' AND key < 'hand-in;'",
      );
      if (asked.some(({ value }) => value.includes(JSON.stringify(url)))) return;
      await sql.run("DELETE FROM picture WHERE id = ?", id);
    },

    async dialogue(personId: string, channel: string): Promise<Dialogue | undefined> {
      const row = await sql.get<object>(
        "SELECT * FROM dialogue WHERE person_id = ? AND channel = ?",
        personId,
        channel,
      );
      return row && fromRow<Dialogue>(row);
    },

    async setDialogue(dialogue: Dialogue): Promise<void> {
      await upsert(sql, "dialogue", ["person_id", "channel"], dialogue);
    },

    async endDialogue(personId: string, channel: string): Promise<void> {
      await sql.run("DELETE FROM dialogue WHERE person_id = ? AND channel = ?", personId, channel);
    },

    /** Adds a line to the audit; each carries the hash of the one before, so that a line taken out or changed shows. */
    audit: (line: { at: number; actor: string; action: string; subject: string; detail: unknown }): Promise<void> =>
      addAuditLine(sql, line),
  };
}
