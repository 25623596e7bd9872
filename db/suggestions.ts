import type { Suggestion } from "#domain/suggestion.ts";
import type { Connection } from "./backend.ts";
import { assignments, fromRow, rowWriter } from "./rows.ts";
import { listOf, wantedRows } from "./sql.ts";

const suggestionOf = (row: object): Suggestion => {
  const suggestion = fromRow<Omit<Suggestion, "evidence"> & { evidence: string }>(row);
  return { ...suggestion, evidence: JSON.parse(suggestion.evidence) as string[] };
};

const addRows = rowWriter<Suggestion>("suggestion", {
  id: true,
  cardId: true,
  personId: true,
  tag: true,
  kind: true,
  quote: true,
  messageId: true,
  conversationId: true,
  askedOf: true,
  score: true,
  evidence: true,
  status: true,
  createdAt: true,
  expiresAt: true,
  answeredAt: true,
  answeredBy: true,
});

const ofStatus = (all: readonly Suggestion[], status: Suggestion["status"]): readonly Suggestion[] =>
  all.length === 0 ? all : all.filter((one) => one.status === status);

const noneAsked: Suggestion[] = [];
const openKey = (personId: string): string => `open ${personId}`;
const refusedKey = (personId: string): string => `refused ${personId}`;

export function suggestionsTable({ sql }: Connection) {
  return {
    async find(id: string): Promise<Suggestion | undefined> {
      const row = await sql.get<object>("SELECT * FROM suggestion WHERE id = ?", id);
      return row && suggestionOf(row);
    },

    async ofCard(cardId: string): Promise<Suggestion[]> {
      return (await sql.all<object>("SELECT * FROM suggestion WHERE card_id = ? ORDER BY created_at, id", cardId)).map(
        suggestionOf,
      );
    },

    /** Everything that was ever asked about a person, whatever came of it. */
    async about(personId: string): Promise<Suggestion[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM suggestion WHERE person_id = ? ORDER BY created_at, id",
        personId,
      );
      return rows.map(suggestionOf);
    },

    async openAbout(personId: string): Promise<Suggestion[]> {
      const open = await sql.kept("suggestion", openKey(personId), async () => {
        const rows = await sql.all<object>(
          "SELECT * FROM suggestion WHERE person_id = ? AND status = 'open' ORDER BY created_at, id",
          personId,
        );
        return rows.map(suggestionOf);
      });
      return open.map((suggestion) => ({ ...suggestion }));
    },

    /** Reads at once what is open about these people and what was refused. */
    async readAhead(personIds: readonly string[]): Promise<void> {
      const ids = personIds.filter((id) => !sql.knows("suggestion", openKey(id)));
      if (ids.length === 0) return;
      const rows = await sql.all<object>(
        `SELECT s.* FROM ${wantedRows(sql)} CROSS JOIN suggestion s
         WHERE s.person_id = wanted.id AND s.status IN ('open', 'rejected') ORDER BY s.created_at, s.id`,
        listOf(sql, ids),
      );
      const byPerson = new Map<string, Suggestion[]>();
      for (const suggestion of rows.map(suggestionOf)) {
        const own = byPerson.get(suggestion.personId);
        if (own) own.push(suggestion);
        else byPerson.set(suggestion.personId, [suggestion]);
      }
      for (const id of ids) {
        const all = byPerson.get(id) ?? noneAsked;
        sql.keep("suggestion", openKey(id), ofStatus(all, "open"));
        sql.keep("suggestion", refusedKey(id), ofStatus(all, "rejected"));
      }
    },

    /** When a person's tags were last asked about because they fade; null: never. */
    async lastKeepAskedAt(personId: string): Promise<number | null> {
      const row = await sql.get<{ at: number | null }>(
        "SELECT max(created_at) AS at FROM suggestion WHERE person_id = ? AND kind = 'keep'",
        personId,
      );
      return row?.at ?? null;
    },

    /** Everything one employee was ever asked about one person, whatever came of it. */
    async askedOfAbout(askedOf: string, personId: string): Promise<Suggestion[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM suggestion WHERE person_id = ? AND asked_of = ? ORDER BY created_at, id",
        personId,
        askedOf,
      );
      return rows.map(suggestionOf);
    },

    /** Every question that stands on a message, whatever came of it. */
    async fromMessage(messageId: string): Promise<Suggestion[]> {
      return (await sql.all<object>("SELECT * FROM suggestion WHERE message_id = ?", messageId)).map(suggestionOf);
    },

    /** What was answered about a person since a time, the newest first. */
    async answeredAbout(personId: string, since: number): Promise<Suggestion[]> {
      const rows = await sql.all<object>(
        `SELECT * FROM suggestion WHERE person_id = ? AND status IN ('confirmed', 'rejected') AND answered_at >= ?
         ORDER BY answered_at DESC, id`,
        personId,
        since,
      );
      return rows.map(suggestionOf);
    },

    /** What was refused about a person since a time. */
    async refusalsAbout(personId: string, since: number): Promise<{ tag: string; answeredAt: number }[]> {
      const refused = await sql.kept("suggestion", refusedKey(personId), async () => {
        const rows = await sql.all<object>(
          "SELECT tag, answered_at FROM suggestion WHERE person_id = ? AND status = 'rejected'",
          personId,
        );
        return rows.map((row) => fromRow<{ tag: string; answeredAt: number | null }>(row));
      });
      return refused.flatMap(({ tag, answeredAt }) =>
        answeredAt !== null && answeredAt >= since ? [{ tag, answeredAt }] : [],
      );
    },

    add(suggestion: Suggestion): Promise<void> {
      return this.addAll([suggestion]);
    },

    addAll(suggestions: readonly Suggestion[]): Promise<void> {
      const people = [...new Set(suggestions.map(({ personId }) => openKey(personId)))];
      return sql.touching("suggestion", people, () => addRows(sql, suggestions));
    },

    async save(suggestion: Suggestion): Promise<void> {
      const { id, status, answeredAt, answeredBy, quote } = suggestion;
      const set = assignments({ status, answeredAt, answeredBy, quote });
      await sql.run(`UPDATE suggestion SET ${set.text} WHERE id = ?`, ...set.values, id);
    },

    async dueToExpire(now: number, count: number): Promise<Suggestion[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM suggestion WHERE status = 'open' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
        now,
        count,
      );
      return rows.map(suggestionOf);
    },
  };
}
