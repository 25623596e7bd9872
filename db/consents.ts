import type { Connection } from "./backend.ts";

/** What a person said yes or no to: being listened to, being asked things; `notice`: they were told about it. */
export type ConsentKind = "capture" | "push" | "notice";
export type Consent = { channel: string; kind: ConsentKind; status: "yes" | "no"; at: number };

/** Consent by person, channel and kind. The person's own `consent` is what holds where nothing is said here. */
export function consentsTable({ sql }: Connection) {
  return {
    async status(personId: string, channel: string, kind: ConsentKind): Promise<"yes" | "no" | undefined> {
      const row = await sql.get<{ status: "yes" | "no" }>(
        "SELECT status FROM consent WHERE person_id = ? AND channel = ? AND kind = ?",
        personId,
        channel,
        kind,
      );
      return row?.status;
    },

    async of(personId: string): Promise<Consent[]> {
      return sql.all<Consent>(
        "SELECT channel, kind, status, at FROM consent WHERE person_id = ? ORDER BY channel, kind",
        personId,
      );
    },

    async set(consent: Consent & { id: string; personId: string; byId: string }): Promise<void> {
      const { id, personId, channel, kind, status, at, byId } = consent;
      await sql.run(
        `INSERT INTO consent (id, person_id, channel, kind, status, at, by_id) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (person_id, channel, kind) DO UPDATE SET status = excluded.status, at = excluded.at, by_id = excluded.by_id`,
        id,
        personId,
        channel,
        kind,
        status,
        at,
        byId,
      );
    },
  };
}
