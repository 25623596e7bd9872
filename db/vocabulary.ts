import { z } from "zod";
import type { VocabularyChanges } from "#domain/vocabulary-care.ts";
import type { Connection } from "./backend.ts";
import { ruleSchema } from "./segments.ts";
import { findSetting, saveSetting } from "./settings.ts";

const changeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("synonym"), tag: z.string(), name: z.string() }),
  z.object({ kind: z.literal("rename"), tag: z.string(), name: z.string() }),
  z.object({ kind: z.literal("parent"), tag: z.string(), parent: z.string() }),
  z.object({ kind: z.literal("merge"), tag: z.string(), into: z.string() }),
]);
const recordSchema = z.object({
  id: z.string(),
  change: changeSchema,
  state: z.enum(["asked", "applied", "dropped", "undone"]),
  /** What was written for whom, the rules as they were, and the tasks that were aimed anew: what an undo needs. */
  settlements: z.array(z.object({ personId: z.string(), settlement: z.string() })),
  segments: z.array(z.object({ id: z.string(), rule: ruleSchema, version: z.number() })),
  tasks: z.array(z.string()),
});
type VocabularyRecord = z.infer<typeof recordSchema>;

const prefix = "vocabulary:";
/** The ids of the changes in force, in their order. */
const inForce = "vocabulary-in-force";

/** What managers have changed about the vocabulary. Kept among the settings: there are few, and each is read whole. */
export function vocabularyTable({ sql }: Connection) {
  const keepValue = (key: string, kept: unknown, at: number) => saveSetting(sql, key, JSON.stringify(kept), at);
  const idsInForce = async (): Promise<string[]> =>
    z.array(z.string()).parse(JSON.parse((await findSetting(sql, inForce)) ?? "[]"));

  const find = async (id: string): Promise<VocabularyRecord | undefined> => {
    const text = await findSetting(sql, prefix + id);
    return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
  };

  return {
    find,

    async keep(record: VocabularyRecord, at: number): Promise<void> {
      await keepValue(prefix + record.id, record, at);
      const ids = await idsInForce();
      const others = ids.filter((id) => id !== record.id);
      const now = record.state === "applied" ? (ids.includes(record.id) ? ids : [...ids, record.id]) : others;
      if (now.length !== ids.length) await keepValue(inForce, now, at);
    },

    /** The changes in force, oldest first. */
    async changes(): Promise<VocabularyChanges> {
      const found = [];
      for (const id of await idsInForce()) {
        const record = await find(id);
        if (record) found.push({ id, change: record.change });
      }
      return found;
    },
  };
}
