import type { Connection } from "./backend.ts";
import { listOf, wantedRows } from "./sql.ts";

/** What a person said yes or no to: being listened to, being asked things; `notice`: they were told about it. */
export type ConsentKind = "capture" | "push" | "notice";
export type Consent = { channel: string; kind: ConsentKind; status: "yes" | "no"; at: number };

/** Under these is kept whether somebody was told, and what they have said. */
const noticeKey = (personId: string, channel: string): string => `${personId} ${channel}`;

/** Consent by person, channel and kind. The person's own `consent` is what holds where nothing is said here. */
export function consentsTable({ sql }: Connection) {
  return {
    /** Whether this person was told on this channel that they are listened to. */
    wasTold(personId: string, channel: string): Promise<boolean> {
      return sql.kept("consent", noticeKey(personId, channel), async () => {
        const row = await sql.get<object>(
          "SELECT status FROM consent WHERE person_id = ? AND channel = ? AND kind = 'notice'",
          personId,
          channel,
        );
        return row !== undefined;
      });
    },

    /** Reads at once what these people said of being listened to and asked. */
    async readAhead(personIds: readonly string[]): Promise<void> {
      const ids = personIds.filter((id) => !sql.knows("consent", id));
      if (ids.length === 0) return;
      const rows = await sql.all<Consent & { person_id: string }>(
        `SELECT c.person_id, c.channel, c.kind, c.status, c.at FROM ${wantedRows(sql)} CROSS JOIN consent c
         WHERE c.person_id = wanted.id AND c.kind IN ('capture', 'push') ORDER BY c.at DESC, c.channel`,
        listOf(sql, ids),
      );
      const saidBy = (id: string): Consent[] =>
        rows.filter((row) => row.person_id === id).map(({ person_id: _, ...consent }) => consent);
      for (const id of ids) sql.keep("consent", id, rows.length === 0 ? rows : saidBy(id));
    },

    /** What this person has said of being listened to and asked, on every channel, the newest first. */
    said(personId: string): Promise<readonly Consent[]> {
      return sql.kept("consent", personId, () =>
        sql.all<Consent>(
          "SELECT channel, kind, status, at FROM consent WHERE person_id = ? AND kind IN ('capture', 'push') ORDER BY at DESC, channel",
          personId,
        ),
      );
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
