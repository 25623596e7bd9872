import { z } from "zod";
import type { Cue } from "#domain/cue.ts";
import { type Experience, type VerdictCount, withVerdict } from "#domain/suggestion-learning.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import type { Connection } from "./backend.ts";
import { marks } from "./sql.ts";

const name = "asked";
const detailSchema = z.object({ tag: z.string(), confirmed: z.number(), rejected: z.number() });
type Scope = "tag" | "pattern";
type Row = { scope: Scope; scope_key: string; value: number; weight_of: number; detail: string; updated_at: number };

/** What was learned of one tag or one piece of evidence: the faded counts, and how many verdicts there were in all. */
export type Learned = VerdictCount & { scope: Scope; key: string; tag: TagKey; verdicts: number; updatedAt: number };

const learnedOf = (row: Row): Learned => ({
  ...detailSchema.parse(JSON.parse(row.detail)),
  scope: row.scope,
  key: row.scope_key,
  verdicts: row.weight_of,
  updatedAt: row.updated_at,
});

const shareOf = ({ confirmed, rejected }: VerdictCount): number => confirmed / Math.max(confirmed + rejected, 1e-9);

/** What verdicts taught about suggestions, kept among the weights: each change is noted with its cause. */
export function experienceTable({ sql }: Connection) {
  const rowsOf = async (scope: Scope, keys: readonly string[]): Promise<readonly Learned[]> => {
    if (keys.length === 0) return [];
    return sql.kept("weight", `${scope} ${keys.join("\n")}`, async () => {
      const rows = await sql.all<Row>(
        `SELECT scope, scope_key, value, weight_of, detail, updated_at FROM weight
         WHERE scope = ? AND name = ? AND scope_key IN (${marks(keys.length)})`,
        scope,
        name,
        ...keys,
      );
      return rows.map(learnedOf);
    });
  };

  const change = (
    row: Pick<Learned, "scope" | "key">,
    before: number | null,
    after: number,
    cause: string,
    at: number,
  ) => sql.insert("weight_change", { scope: row.scope, scope_key: row.key, name, before, after, cause, at });

  async function save(learned: Learned, before: number | null, cause: string): Promise<void> {
    const { scope, key, tag, confirmed, rejected, verdicts, updatedAt } = learned;
    await sql.run(
      `INSERT INTO weight (scope, scope_key, name, value, weight_of, detail, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (scope, scope_key, name) DO UPDATE SET
         value = excluded.value, weight_of = excluded.weight_of, detail = excluded.detail, updated_at = excluded.updated_at`,
      scope,
      key,
      name,
      shareOf(learned),
      verdicts,
      JSON.stringify({ tag, confirmed, rejected }),
      updatedAt,
    );
    await change(learned, before, shareOf(learned), cause, updatedAt);
  }

  /** What was learned of these tags and pieces of evidence. */
  async function about(
    tags: readonly TagKey[],
    evidence: readonly string[],
  ): Promise<Experience & { rows: Learned[] }> {
    const rows = [...(await rowsOf("tag", tags)), ...(await rowsOf("pattern", evidence))];
    const counts = (scope: Scope) => new Map(rows.filter((r) => r.scope === scope).map((r) => [r.key, r]));
    return { byTag: counts("tag"), byEvidence: counts("pattern"), rows };
  }

  return {
    about,

    /** Adds a verdict to the tag and to each piece of evidence; costs the same however many came before. */
    async note(
      cue: Pick<Cue, "tag" | "evidence">,
      verdict: "confirmed" | "rejected",
      cause: string,
      at: number,
    ): Promise<void> {
      const before = await about([cue.tag], cue.evidence);
      const after = withVerdict(before, cue, verdict);
      const changed: [Scope, string, VerdictCount | undefined][] = [
        ["tag", cue.tag, after.byTag.get(cue.tag)],
        ...cue.evidence.map((id): [Scope, string, VerdictCount | undefined] => [
          "pattern",
          id,
          after.byEvidence.get(id),
        ]),
      ];
      for (const [scope, key, counts] of changed) {
        if (!counts) continue;
        const old = before.rows.find((row) => row.scope === scope && row.key === key);
        const { confirmed, rejected } = counts;
        const learned = {
          scope,
          key,
          tag: cue.tag,
          confirmed,
          rejected,
          verdicts: (old?.verdicts ?? 0) + 1,
          updatedAt: at,
        };
        await save(learned, old ? shareOf(old) : null, cause);
      }
    },

    /** All that was learned of suggestions, or of one tag's. */
    async all(tag?: TagKey): Promise<Learned[]> {
      const rows = await sql.all<Row>(
        `SELECT scope, scope_key, value, weight_of, detail, updated_at FROM weight
         WHERE scope IN ('tag', 'pattern') AND name = ? ORDER BY scope DESC, weight_of DESC, scope_key`,
        name,
      );
      return rows.map(learnedOf).filter((row) => tag === undefined || row.tag === tag || row.tag === `-${tag}`);
    },

    /** Forgets what was learned of a tag and its evidence; returns it, so that it can be put back. */
    async forget(tag: TagKey, cause: string, at: number): Promise<Learned[]> {
      const rows = await this.all(tag);
      for (const row of rows) {
        await sql.run("DELETE FROM weight WHERE scope = ? AND scope_key = ? AND name = ?", row.scope, row.key, name);
        await change(row, shareOf(row), 0, cause, at);
      }
      return rows;
    },

    /** Puts back exactly what was forgotten. */
    async restore(rows: readonly Learned[], cause: string): Promise<void> {
      for (const row of rows) await save(row, null, cause);
    },
  };
}
