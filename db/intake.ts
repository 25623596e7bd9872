import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Columns } from "#domain/table-columns.ts";
import type { Connection } from "./backend.ts";
import { fromRow, toRow } from "./rows.ts";
import { insertRows, marks } from "./sql.ts";
import type { Comment, MetricSnapshot } from "./submissions.ts";

export type IntakeToken = {
  id: string;
  name: string;
  createdBy: string;
  createdAt: number;
  revokedAt: number | null;
  lastUsedAt: number | null;
};

/** A table that waits for a yes to how its columns were understood; the first row names the columns. */
export type IntakeTable = {
  id: string;
  name: string;
  rows: string[][];
  personId: string;
  columns: Columns;
  createdAt: number;
  status: "taken" | "dropped" | null;
};

export type ReadComment = { id: string; sentiment: string; score: number; aspects: string; keywords: string };

const rowsSchema = z.array(z.array(z.string()));
const columnsSchema = z.record(z.string(), z.string());
/** So many names are looked for in one statement. */
const atOnce = 400;

const hashed = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** How figures and comments come in from outside, many at a time. */
export function intakeTable({ sql }: Connection) {
  return {
    /** Which hand-ins these words name: their id, the post's address as it was handed in, or its canonical address. */
    async findPosts(names: readonly string[]): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (let i = 0; i < names.length; i += atOnce) {
        const some = names.slice(i, i + atOnce);
        const list = marks(some.length);
        const rows = await sql.all<{ id: string; url: string; post_key: string }>(
          `SELECT id, url, post_key FROM submission WHERE id IN (${list}) OR post_key IN (${list}) OR url IN (${list})
           ORDER BY CASE WHEN status IN ('rejected', 'sent_back') THEN 0 ELSE 1 END, submitted_at`,
          ...some,
          ...some,
          ...some,
        );
        // The last one wins: of two hand-ins of one post, the one that stands.
        for (const row of rows) for (const name of [row.url, row.post_key]) if (name !== "") found.set(name, row.id);
        for (const row of rows) found.set(row.id, row.id);
      }
      return found;
    },

    /** Adds snapshots; one of the same post, time and source is corrected, and what it does not say stays. No two of `rows` may be the same. */
    async addSnapshots(rows: readonly MetricSnapshot[]): Promise<number> {
      const columns = ["reads", "likes", "comments", "shares", "favourites", "completion_rate"];
      const set = columns
        .map((column) => `${column} = COALESCE(excluded.${column}, metric_snapshot.${column})`)
        .join(", ");
      const differs = columns
        .map(
          (column) =>
            `(excluded.${column} IS NOT NULL AND (metric_snapshot.${column} IS NULL OR metric_snapshot.${column} <> excluded.${column}))`,
        )
        .join(" OR ");
      return insertRows(
        sql.run,
        "metric_snapshot",
        rows.map(toRow),
        `ON CONFLICT (submission_id, at, source) DO UPDATE SET ${set}, by_id = excluded.by_id, recorded_at = excluded.recorded_at WHERE ${differs}`,
      );
    },

    /** Adds comments that are not there yet, and tells how many were new. */
    async addComments(rows: readonly (Comment & Omit<ReadComment, "id">)[]): Promise<number> {
      return insertRows(
        sql.run,
        "comment",
        rows.map(toRow),
        "ON CONFLICT (submission_id, at, author, text) DO NOTHING",
      );
    },

    /** Comments that nobody has read for their mood yet. */
    async unreadComments(count: number): Promise<{ id: string; text: string }[]> {
      return sql.all("SELECT id, text FROM comment WHERE sentiment IS NULL LIMIT ?", count);
    },

    async saveRead({ id, sentiment, score, aspects, keywords }: ReadComment): Promise<void> {
      await sql.run(
        "UPDATE comment SET sentiment = ?, score = ?, aspects = ?, keywords = ? WHERE id = ?",
        sentiment,
        score,
        aspects,
        keywords,
        id,
      );
    },

    async markGone(submissionId: string, at: number): Promise<void> {
      await sql.run("UPDATE submission SET gone_at = ? WHERE id = ? AND gone_at IS NULL", at, submissionId);
    },

    /** Makes a token and returns its secret, of 192 random bits: nobody can read it again. */
    async addToken(token: Omit<IntakeToken, "revokedAt" | "lastUsedAt">): Promise<string> {
      const secret = `klp_${randomBytes(24).toString("base64url")}`;
      await sql.insert("intake_token", { ...toRow(token), hash: hashed(secret) });
      return secret;
    },

    async tokens(): Promise<IntakeToken[]> {
      const rows = await sql.all<object>(
        "SELECT id, name, created_by, created_at, revoked_at, last_used_at FROM intake_token ORDER BY created_at",
      );
      return rows.map((row) => fromRow<IntakeToken>(row));
    },

    /** The token of a secret, revoked or not. */
    async findToken(secret: string): Promise<IntakeToken | undefined> {
      const row = await sql.get<object>(
        "SELECT id, name, created_by, created_at, revoked_at, last_used_at FROM intake_token WHERE hash = ?",
        hashed(secret),
      );
      return row && fromRow<IntakeToken>(row);
    },

    async noteTokenUsed(id: string, at: number): Promise<void> {
      await sql.run("UPDATE intake_token SET last_used_at = ? WHERE id = ?", at, id);
    },

    /** False where there is no such token, or it was revoked before. */
    async revokeToken(id: string, at: number): Promise<boolean> {
      return (await sql.run("UPDATE intake_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", at, id)) > 0;
    },

    async addTable(table: IntakeTable): Promise<void> {
      await sql.insert("intake_table", toRow(table));
    },

    async saveTable({ id, columns, status }: Pick<IntakeTable, "id" | "columns" | "status">): Promise<void> {
      await sql.run(
        // What was taken or dropped need not be kept.
        `UPDATE intake_table SET columns = ?, status = ?${status === null ? "" : ", rows = '[]'"} WHERE id = ?`,
        JSON.stringify(columns),
        status,
        id,
      );
    },

    async findTable(id: string): Promise<IntakeTable | undefined> {
      return tableFrom(await sql.get<object>("SELECT * FROM intake_table WHERE id = ?", id));
    },

    /** The newest table of a person that still waits. */
    async waitingTable(personId: string): Promise<IntakeTable | undefined> {
      return tableFrom(
        await sql.get<object>(
          "SELECT * FROM intake_table WHERE person_id = ? AND status IS NULL ORDER BY created_at DESC, id DESC LIMIT 1",
          personId,
        ),
      );
    },
  };
}

function tableFrom(row: object | undefined): IntakeTable | undefined {
  if (!row) return undefined;
  const table = fromRow<Omit<IntakeTable, "rows" | "columns"> & { rows: string; columns: string }>(row);
  return {
    ...table,
    rows: rowsSchema.parse(JSON.parse(table.rows)),
    columns: columnsSchema.parse(JSON.parse(table.columns)),
  };
}
