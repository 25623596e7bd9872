import { applyTagEvent, foldHolds, type TagEvent, type TagHold } from "#domain/tag.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import type { Connection } from "./backend.ts";
import { putAll } from "./put-all.ts";
import { assignments, fromRow, toRow } from "./rows.ts";
import { listOf, wantedRows } from "./sql.ts";

type HoldRow = Omit<TagHold, "locked"> & { locked: number };

const holdOf = (row: object): TagHold => {
  const hold = fromRow<HoldRow>(row);
  return { ...hold, locked: hold.locked === 1 };
};

const eventOf = (row: object): TagEvent => {
  const { seq: _, ...event } = fromRow<TagEvent & { seq: number }>(row);
  return event;
};

/** The tag ledger and the intervals folded from it. Lines are only ever added; the intervals follow in the same transaction. */
export function ledgerTable({ sql }: Connection) {
  /** Writes the intervals of one tag anew from its lines: what an undo asks for, since the lines after it may read otherwise now. */
  async function refold(personId: string, tag: TagKey): Promise<TagHold[]> {
    const rows = await sql.all<object>(
      "SELECT * FROM tag_event WHERE person_id = ? AND tag = ? ORDER BY seq",
      personId,
      tag,
    );
    const holds = foldHolds(rows.map(eventOf));
    await sql.run("DELETE FROM tag_hold WHERE person_id = ? AND tag = ?", personId, tag);
    for (const hold of holds) await sql.insert("tag_hold", toRow(hold));
    return holds;
  }

  return {
    /** Adds lines and folds each into the open interval of its tag; returns every interval that changed. */
    async add(events: readonly TagEvent[]): Promise<TagHold[]> {
      const changed: TagHold[] = [];
      for (const event of events) {
        await sql.insert("tag_event", toRow(event));
        if (event.kind === "undone") {
          changed.push(...(await refold(event.personId, event.tag)));
          continue;
        }
        const openRow = await sql.get<object>(
          "SELECT * FROM tag_hold WHERE person_id = ? AND tag = ? AND until IS NULL",
          event.personId,
          event.tag,
        );
        const open = openRow && holdOf(openRow);
        const next = applyTagEvent(open, event);
        if (!next) continue;
        if (open) {
          const { id, ...fields } = next;
          const set = assignments(fields);
          await sql.run(`UPDATE tag_hold SET ${set.text} WHERE id = ?`, ...set.values, id);
        } else {
          await sql.insert("tag_hold", toRow(next));
        }
        changed.push(next);
      }
      return changed;
    },

    /** Adds many lines, none of them an undoing, as `add` would one by one: the intervals are folded in memory and written once. */
    async addAll(events: readonly TagEvent[]): Promise<void> {
      const open = new Map<string, TagHold>();
      const keyOf = ({ personId, tag }: { personId: string; tag: TagKey }) => `${personId}\n${tag}`;
      for (const row of await sql.all<object>("SELECT * FROM tag_hold WHERE until IS NULL")) {
        const hold = holdOf(row);
        open.set(keyOf(hold), hold);
      }
      const changed = new Map<string, TagHold>();
      for (const event of events) {
        await sql.insert("tag_event", toRow(event));
        const next = applyTagEvent(open.get(keyOf(event)), event);
        if (!next) continue;
        changed.set(next.id, next);
        if (next.until === null) open.set(keyOf(event), next);
        else open.delete(keyOf(event));
      }
      await putAll(sql, "tag_hold", ["id"], [...changed.values()]);
    },

    /** The intervals open for a person now. */
    async openHolds(personId: string): Promise<TagHold[]> {
      const holds = await sql.kept("tag_hold", personId, async () => {
        const rows = await sql.all<object>(
          "SELECT * FROM tag_hold WHERE person_id = ? AND until IS NULL ORDER BY since, tag",
          personId,
        );
        return rows.map(holdOf);
      });
      return holds.map((hold) => ({ ...hold }));
    },

    /** Reads at once the intervals that are open for these people. */
    async readAhead(personIds: readonly string[]): Promise<void> {
      const ids = personIds.filter((id) => !sql.knows("tag_hold", id));
      if (ids.length === 0) return;
      const rows = await sql.all<object>(
        `SELECT h.* FROM ${wantedRows(sql)} CROSS JOIN tag_hold h WHERE h.person_id = wanted.id AND h.until IS NULL
         ORDER BY h.since, h.tag`,
        listOf(sql, ids),
      );
      const holds = rows.map(holdOf);
      for (const id of ids)
        sql.keep("tag_hold", id, holds.length === 0 ? holds : holds.filter(({ personId }) => personId === id));
    },

    /** The open intervals of one tag, over everybody. */
    async holdersOf(tag: TagKey): Promise<TagHold[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM tag_hold WHERE tag = ? AND until IS NULL ORDER BY person_id",
        tag,
      );
      return rows.map(holdOf);
    },

    async findHold(id: string): Promise<TagHold | undefined> {
      const row = await sql.get<object>("SELECT * FROM tag_hold WHERE id = ?", id);
      return row && holdOf(row);
    },

    /** All intervals of a person, open and ended, oldest first. */
    async holdsOf(personId: string): Promise<TagHold[]> {
      const rows = await sql.all<object>("SELECT * FROM tag_hold WHERE person_id = ? ORDER BY since, tag", personId);
      return rows.map(holdOf);
    },

    async eventsOf(personId: string): Promise<TagEvent[]> {
      const rows = await sql.all<object>("SELECT * FROM tag_event WHERE person_id = ? ORDER BY seq", personId);
      return rows.map(eventOf);
    },

    /** How many people of the community, staff apart, hold a tag now. */
    async countHolding(tag: TagKey): Promise<number> {
      const row = await sql.get<{ n: number }>(
        `SELECT count(*) AS n FROM tag_hold h JOIN person p ON p.id = h.person_id
         WHERE h.tag = ? AND h.until IS NULL AND p.merged_into IS NULL
           AND p.roles NOT LIKE '%koe%' AND p.roles NOT LIKE '%manager%'`,
        tag,
      );
      return Number(row?.n ?? 0);
    },

    /** The words that a person took back are no evidence any more; that the tag was settled, and by whom, stays. */
    async forgetQuotes(messageId: string): Promise<void> {
      for (const table of ["tag_event", "tag_hold"])
        await sql.run(`UPDATE ${table} SET quote = NULL WHERE message_id = ?`, messageId);
    },

    /** The open tags of many people at once, by person. */
    async openTags(): Promise<Map<string, Set<TagKey>>> {
      const tags = new Map<string, Set<TagKey>>();
      for (const row of await sql.all<{ person_id: string; tag: string }>(
        "SELECT person_id, tag FROM tag_hold WHERE until IS NULL",
      )) {
        const held = tags.get(row.person_id);
        if (held) held.add(row.tag);
        else tags.set(row.person_id, new Set([row.tag]));
      }
      return tags;
    },

    /** All open intervals, for ranking many people at once. */
    async allOpenHolds(): Promise<TagHold[]> {
      return (await sql.all<object>("SELECT * FROM tag_hold WHERE until IS NULL")).map(holdOf);
    },
  };
}
