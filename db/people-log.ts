import { z } from "zod";
import type { IdBytes } from "#domain/id-table.ts";
import type { Connection } from "./backend.ts";
import { marks as valueMarks } from "./sql.ts";

const rangeSchema = z.tuple([z.number(), z.number()]);
const markSchema = z.object({ seq: z.number(), gaps: z.array(rangeSchema) });
const marksSchema = z.object({ tags: markSchema, people: markSchema, forgotten: z.number() });
/**
 * Up to where the tag ledger and the changes of people were read. `gaps`: numbers below that were not there yet. PostgreSQL gives numbers
 * out before the commit, so that a line may come to light below one that was read; one that was rolled back never does.
 * `forgotten`: how many were erased until then, since their lines are gone from both logs.
 */
export type Mark = z.infer<typeof markSchema>;
export type Marks = z.infer<typeof marksSchema>;

const logs = { tags: "tag_event", people: "person_change" } as const;
/** More gaps than this are not worth asking for: reading all anew is the shorter way. */
const gapsAtMost = 100;
const columnPart = "column:";
const idsText = "ids:text";
const idsEnds = "ids:ends";

/** What people in memory are made from: everybody who counts with their open tags, whom the logs name since, and the last snapshot. */
export function peopleLogTable({ sql }: Connection) {
  async function changedSince(log: keyof typeof logs, mark: Mark): Promise<{ people: string[]; mark: Mark }> {
    const missed = mark.gaps.map(() => "OR seq BETWEEN ? AND ?").join(" ");
    const rows = await sql.all<{ seq: number; person_id: string }>(
      `SELECT seq, person_id FROM ${logs[log]} WHERE seq > ? ${missed} ORDER BY seq`,
      mark.seq,
      ...mark.gaps.flat(),
    );
    return {
      people: rows.map((row) => row.person_id),
      mark: markAfter(
        mark,
        rows.map((row) => Number(row.seq)),
      ),
    };
  }

  const forgottenCount = async () =>
    Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM erasure"))?.n ?? 0);

  const last = async (table: string) =>
    Number((await sql.get<{ seq: number | null }>(`SELECT max(seq) AS seq FROM ${table}`))?.seq ?? 0);

  return {
    /** Whose tags or roles changed behind the marks, each once, and the marks to go on from; undefined where too much is missing. */
    async changes(since: Marks): Promise<{ people: string[]; marks: Marks } | undefined> {
      const forgotten = await forgottenCount();
      if (forgotten !== since.forgotten) return undefined;
      const tags = await changedSince("tags", since.tags);
      const people = await changedSince("people", since.people);
      if (tags.mark.gaps.length + people.mark.gaps.length > gapsAtMost) return undefined;
      return {
        people: [...new Set([...tags.people, ...people.people])],
        marks: { tags: tags.mark, people: people.mark, forgotten },
      };
    },

    /**
     * Marks below which nothing can come to light any more; wants a transaction. On PostgreSQL it waits a moment for those who are writing
     * the logs, and throws where they take longer (an import): later, then.
     */
    async settledMarks(): Promise<Marks> {
      if (sql.dialect === "postgresql") {
        await sql.run("SET LOCAL lock_timeout = '500ms'");
        await sql.run("LOCK TABLE tag_event, person_change IN SHARE MODE");
      }
      return {
        tags: { seq: await last("tag_event"), gaps: [] },
        people: { seq: await last("person_change"), gaps: [] },
        forgotten: await forgottenCount(),
      };
    },

    /** Those who count among these people, with the tags that they hold now. */
    async counted(ids: readonly string[]): Promise<Map<string, Set<string>>> {
      const found = new Map<string, Set<string>>();
      if (ids.length === 0) return found;
      const rows = await sql.all<{ id: string; tag: string | null }>(
        `SELECT p.id, h.tag FROM person p LEFT JOIN tag_hold h ON h.person_id = p.id AND h.until IS NULL
         WHERE p.id IN (${valueMarks(ids.length)}) AND p.merged_into IS NULL
           AND p.roles NOT LIKE '%koe%' AND p.roles NOT LIKE '%manager%'`,
        ...ids,
      );
      for (const { id, tag } of rows) {
        const held = found.get(id) ?? new Set<string>();
        found.set(id, held);
        if (tag !== null) held.add(tag);
      }
      return found;
    },

    /** Replaces the snapshot; wants a transaction. */
    async keepSnapshot(marks: Marks, ids: IdBytes, columns: ReadonlyMap<string, Uint32Array>): Promise<void> {
      await sql.run("DELETE FROM people_snapshot");
      const put = (part: string, bytes: Uint8Array) => sql.insert("people_snapshot", { part, bytes });
      await put("marks", new TextEncoder().encode(JSON.stringify(marks)));
      await put(idsText, ids.text);
      await put(idsEnds, bytesOf(ids.ends));
      for (const [tag, bits] of columns) await put(`${columnPart}${tag}`, bytesOf(bits));
    },

    /** The last snapshot, all of one moment; undefined: there is none, it is not ours to read, or its parts do not fit each other. */
    async snapshot(): Promise<{ marks: Marks; ids: IdBytes; columns: Map<string, Uint32Array> } | undefined> {
      const rows = await sql.all<{ part: string; bytes: Uint8Array }>("SELECT part, bytes FROM people_snapshot");
      const parts = new Map(rows.map((row) => [row.part, row.bytes]));
      const marks = marksSchema.safeParse(jsonIn(parts.get("marks")));
      const text = parts.get(idsText);
      const ends = numbersIn(parts.get(idsEnds));
      if (!marks.success || !text || !ends || (ends.at(-1) ?? 0) !== text.length || !isAscending(ends))
        return undefined;
      const columns = new Map<string, Uint32Array>();
      for (const [part, bytes] of parts) {
        if (!part.startsWith(columnPart)) continue;
        const bits = numbersIn(bytes);
        if (bits?.length !== (ends.length + 31) >> 5) return undefined;
        columns.set(part.slice(columnPart.length), bits);
      }
      return { marks: marks.data, ids: { text, ends }, columns };
    },

    /** Ids of everybody behind an id, in order, those apart who do not count. */
    async countedAfter(after: string, count: number): Promise<string[]> {
      const rows = await sql.all<{ id: string }>(
        `SELECT id FROM person WHERE id > ? AND merged_into IS NULL AND roles NOT LIKE '%koe%' AND roles NOT LIKE '%manager%'
         ORDER BY id LIMIT ?`,
        after,
        count,
      );
      return rows.map((row) => row.id);
    },
  };
}

function jsonIn(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()));
  } catch {
    return undefined;
  }
}

const bytesOf = (numbers: Uint32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** The numbers in these bytes; copied, since a driver's bytes may lie where no number can. */
const numbersIn = (bytes: Uint8Array | undefined): Uint32Array | undefined =>
  bytes && bytes.length % 4 === 0 ? new Uint32Array(new Uint8Array(bytes).buffer) : undefined;

function isAscending(numbers: Uint32Array): boolean {
  for (let k = 1; k < numbers.length; k++) if (numbers[k]! < numbers[k - 1]!) return false;
  return true;
}

/** The mark after these numbers, in order, were read. */
function markAfter(mark: Mark, read: readonly number[]): Mark {
  const there = new Set(read);
  const gaps = mark.gaps.flatMap((gap) => left(gap, there));
  let seq = mark.seq;
  for (const next of read) {
    if (next <= mark.seq) continue;
    if (next > seq + 1) gaps.push([seq + 1, next - 1]);
    seq = next;
  }
  return { seq, gaps };
}

/** What is left of a gap once some of its numbers were there. */
function left([from, to]: [number, number], there: ReadonlySet<number>): [number, number][] {
  const rest: [number, number][] = [];
  let start = from;
  for (let seq = from; seq <= to + 1; seq++) {
    if (seq <= to && !there.has(seq)) continue;
    if (start < seq) rest.push([start, seq - 1]);
    start = seq + 1;
  }
  return rest;
}
