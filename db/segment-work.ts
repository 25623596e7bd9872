import { z } from "zod";
import type { Connection } from "./backend.ts";
import { ruleSchema } from "./segments.ts";
import { dropSetting, findSetting, saveSetting } from "./settings.ts";
import { marks } from "./sql.ts";

const draftSchema = z.object({ id: z.string(), name: z.string(), rule: ruleSchema, version: z.number() });
/** A segment as it would be, until somebody presses. `version` is the one that it would replace; 0: none. */
export type SegmentDraft = z.infer<typeof draftSchema>;

const settlingSchema = z.object({
  segmentId: z.string(),
  /** The last person judged, in the order of ids. */
  after: z.string(),
  done: z.number(),
  total: z.number(),
  startedAt: z.number(),
});
export type Settling = z.infer<typeof settlingSchema>;

/** What is under way with segments: drafts, and rules that are new and not yet settled for everybody. Kept among the settings. */
export function segmentWork({ sql }: Connection) {
  const keep = (key: string, kept: object, at: number) => saveSetting(sql, key, JSON.stringify(kept), at);

  return {
    async keepDraft(id: string, draft: SegmentDraft, at: number): Promise<void> {
      await keep(`segment-draft:${id}`, draft, at);
    },

    /** A draft is taken once. */
    async takeDraft(id: string): Promise<SegmentDraft | undefined> {
      const text = await findSetting(sql, `segment-draft:${id}`);
      if (text === undefined) return undefined;
      await dropSetting(sql, `segment-draft:${id}`);
      return draftSchema.parse(JSON.parse(text));
    },

    async keepSettling(settling: Settling): Promise<void> {
      await keep(`segment-settling:${settling.segmentId}`, settling, settling.startedAt);
    },

    async settlingOf(segmentId: string): Promise<Settling | undefined> {
      const text = await findSetting(sql, `segment-settling:${segmentId}`);
      return text === undefined ? undefined : settlingSchema.parse(JSON.parse(text));
    },

    /** The segment that waits longest; a key range, so that the settings are not scanned. */
    async nextSettling(): Promise<Settling | undefined> {
      const row = await sql.get<{ value: string }>(
        `SELECT value FROM setting WHERE key >= 'segment-settling:' AND key < 'segment-settling;' ORDER BY updated_at, key LIMIT 1`,
      );
      return row && settlingSchema.parse(JSON.parse(row.value));
    },

    async allSettling(): Promise<Settling[]> {
      const rows = await sql.all<{ value: string }>(
        "SELECT value FROM setting WHERE key >= 'segment-settling:' AND key < 'segment-settling;'",
      );
      return rows.map(({ value }) => settlingSchema.parse(JSON.parse(value)));
    },

    async endSettling(segmentId: string): Promise<void> {
      await dropSetting(sql, `segment-settling:${segmentId}`);
    },

    async countPeople(): Promise<number> {
      return Number(
        (await sql.get<{ n: number }>("SELECT count(*) AS n FROM person WHERE merged_into IS NULL"))?.n ?? 0,
      );
    },

    async countMembers(segmentId: string): Promise<number> {
      const row = await sql.get<{ n: number }>(
        "SELECT count(*) AS n FROM segment_stay WHERE segment_id = ? AND left_at IS NULL",
        segmentId,
      );
      return Number(row?.n ?? 0);
    },

    async openTagsOf(ids: readonly string[]): Promise<Map<string, Set<string>>> {
      const tags = new Map<string, Set<string>>();
      if (ids.length === 0) return tags;
      const rows = await sql.all<{ person_id: string; tag: string }>(
        `SELECT person_id, tag FROM tag_hold WHERE until IS NULL AND person_id IN (${marks(ids.length)})`,
        ...ids,
      );
      for (const { person_id, tag } of rows) {
        const held = tags.get(person_id);
        if (held) held.add(tag);
        else tags.set(person_id, new Set([tag]));
      }
      return tags;
    },

    /** Which cities of the people known stand in a text. */
    async knownCities(text: string): Promise<Set<string>> {
      const rows = await sql.all<{ city: string | null }>("SELECT DISTINCT city FROM person");
      return new Set(rows.flatMap(({ city }) => (city && text.includes(city) ? [city] : [])));
    },
  };
}
