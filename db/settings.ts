import { addAuditLine } from "./audit-chain.ts";
import type { Connection } from "./backend.ts";
import { plain } from "./rows.ts";

/** A conversation that gathers something step by step, such as a task being written. One at a time per person and channel. */
export type Dialogue = { personId: string; channel: string; kind: string; state: string; updatedAt: number };

export function settingsTable({ prisma, sql }: Connection) {
  return {
    async get(key: string): Promise<string | undefined> {
      return (await (await prisma()).setting.findUnique({ where: { key } }))?.value;
    },

    async set(key: string, value: string, updatedAt: number): Promise<void> {
      await (await prisma()).setting.upsert({
        where: { key },
        create: { key, value, updatedAt },
        update: { value, updatedAt },
      });
    },

    async picture(id: string): Promise<{ mime: string; bytes: Uint8Array } | undefined> {
      return sql.get<{ mime: string; bytes: Uint8Array }>("SELECT mime, bytes FROM picture WHERE id = ?", id);
    },

    /** A picture for cards; the id is the caller's. */
    async addPicture(picture: { id: string; mime: string; bytes: Uint8Array; createdAt: number }): Promise<void> {
      const { createdAt, ...rest } = picture;
      await sql.insert("picture", { ...rest, created_at: createdAt });
    },

    async dialogue(personId: string, channel: string): Promise<Dialogue | undefined> {
      const row = await (await prisma()).dialogue.findUnique({ where: { personId_channel: { personId, channel } } });
      return row ? plain<Dialogue>(row) : undefined;
    },

    async setDialogue(dialogue: Dialogue): Promise<void> {
      const { personId, channel } = dialogue;
      await (await prisma()).dialogue.upsert({
        where: { personId_channel: { personId, channel } },
        create: dialogue,
        update: dialogue,
      });
    },

    async endDialogue(personId: string, channel: string): Promise<void> {
      await (await prisma()).dialogue.deleteMany({ where: { personId, channel } });
    },

    /** Adds a line to the audit; each carries the hash of the one before, so that a line taken out or changed shows. */
    audit: (line: { at: number; actor: string; action: string; subject: string; detail: unknown }): Promise<void> =>
      addAuditLine(sql, line),
  };
}
