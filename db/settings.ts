import { createHash } from "node:crypto";
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
    async audit(line: { at: number; actor: string; action: string; subject: string; detail: unknown }): Promise<void> {
      const client = await prisma();
      const last = await client.audit.findFirst({ orderBy: { seq: "desc" }, select: { hash: true } });
      const previousHash = last?.hash ?? "";
      const detail = JSON.stringify(line.detail ?? {});
      await client.audit.create({
        data: { ...line, detail, previousHash, hash: auditHash(previousHash, { ...line, detail }) },
      });
    },
  };
}

/** SHA-256 over the hash before and every field of the line. */
export function auditHash(
  previous: string,
  line: { at: number; actor: string; action: string; subject: string; detail: string },
): string {
  const text = JSON.stringify([previous, line.at, line.actor, line.action, line.subject, line.detail]);
  return createHash("sha256").update(text).digest("hex");
}
