import { createHash, randomBytes } from "node:crypto";
import { forgottenName } from "#cards/erased.ts";
import { holdsMark, type Mark, marksOf, monthOf } from "#domain/erasure.ts";
import { addAuditLine } from "./audit-chain.ts";
import type { Connection } from "./backend.ts";
import { erasureSteps, type Forgotten, personalRows } from "./erasure-plan.ts";
import {
  allBeganSince,
  beginSweep,
  databaseClock,
  type Erasing,
  endSweep,
  farewellKey,
  isBeingForgotten,
  type Look,
  lookOn,
  type Swept,
  sweepRows,
  sweepUnderWay,
} from "./erasure-sweep.ts";
import { holding, holdingAny, textTables } from "./marks-held.ts";
import { sealedIn } from "./sealed-columns.ts";
import { findSetting } from "./settings.ts";
import { marks as places, type Sql, type SqlValue } from "./sql.ts";

/** What a forgetting did at once: how many rows of each table it removed or emptied; and by what the person could be found again. */
export type Erased = { rows: Record<string, number>; marks: Mark[] };
export type Trace = { table: string; column: string; rows: number };

const saltKey = "erasure-salt";

/** Forgetting people, and the proof that nothing of them is left. */
export function erasureTable({ sql }: Connection) {
  return {
    /**
     * Removes a person and all who were merged into them: at once from where an index finds them, so that nobody can reach or meet them any
     * more; the sweep takes out the rest (`lookOn`, `sweep`). Their posts and steps go on counting for somebody without a name, tags and
     * questions as sums by month. Undefined where nobody is known by that id.
     */
    async forget(personId: string, at: number, ghost: string): Promise<Erased | undefined> {
      const who = await forgottenOf(sql, personId, ghost);
      if (!who) return undefined;
      const marks = await marksFor(sql, who);
      await keepCounts(sql, who.ids);
      await leaveGhost(sql, who, at);
      const rows: Record<string, number> = {};
      for (const { table, text, values } of erasureSteps(who, at)) {
        rows[table] = (rows[table] ?? 0) + (await sql.run(text, ...values));
      }
      await addAuditLine(sql, { at, actor: "koloop", action: "person.erased", subject: "", detail: { lines: [] } });
      rows.person = await sql.run(`DELETE FROM person WHERE id IN (${places(who.ids.length)})`, ...who.ids);
      await sql.run("UPDATE person SET owner_id = NULL, updated_at = ? WHERE owner_id = ?", at, personId);
      // What was learned is worked out again from the facts that are left.
      await sql.run("DELETE FROM learner_state");
      await noteErasure(sql, [...who.ids, ...who.externalIds], at);
      await beginSweep(sql, who, marks, at);
      return { rows, marks };
    },

    /** The forgetting that is under way, if any. */
    underWay: () => sweepUnderWay(sql),
    /** The database's own clock; null on SQLite, where transactions exclude each other. */
    clock: () => databaseClock(sql),
    /** Whether whoever writes now has begun since then, and so knows of what was committed until then. */
    allBeganSince: (clock: number) => allBeganSince(sql, clock),
    lookOn: (erasing: Erasing, atMost: number) => lookOn(sql, erasing, atMost),
    /** Takes out what a look has found; wants a transaction. */
    async sweep(look: Look): Promise<Swept> {
      if (look.table) return sweepRows(sql, look);
      // What was worked out meanwhile may have come from rows that had not gone yet: it is worked out again.
      if (await endSweep(sql, look.next)) await noteErasure(sql, [look.next.who.ghost], look.next.at);
      return { rows: 0, shown: [] };
    },
    isBeingForgotten: (externalId: string) => isBeingForgotten(sql, externalId),

    /** Every row that names a person, by table: what they may ask to be given. Undefined where nobody is known by that id. */
    async everythingOf(personId: string): Promise<Record<string, object[]> | undefined> {
      const who = await forgottenOf(sql, personId, "");
      if (!who) return undefined;
      const held: Record<string, object[]> = {
        person: await sql.all(`SELECT * FROM person WHERE id IN (${places(who.ids.length)})`, ...who.ids),
      };
      for (const { table, where: condition, values } of personalRows(who)) {
        const rows = await sql.all<object>(`SELECT * FROM ${table} WHERE ${condition}`, ...values);
        const known = new Set((held[table] ?? []).map((row) => JSON.stringify(row)));
        const more = rows.filter((row) => !known.has(JSON.stringify(row)));
        if (more.length > 0) held[table] = [...(held[table] ?? []), ...more];
      }
      // Secrets are not data about the person.
      for (const secret of ["web_session", "web_link", "data_key"]) delete held[secret];
      return held;
    },

    /** Where any of the marks still stands, over every text column of every table. */
    async traces(marks: readonly Mark[]): Promise<Trace[]> {
      const found: Trace[] = [];
      for (const [table, columns] of await textTables(sql)) {
        const sealed = sealedIn(table).map((known) => known.column);
        const plain = await holdingAny(
          sql,
          table,
          columns.filter((column) => !sealed.includes(column)),
          () => marks,
        );
        for (const column of columns) {
          const values = sealed.includes(column)
            ? (await holding(sql, table, column, marks)).map(({ value }) => value)
            : [...(plain.get(column) ?? [])];
          const rows = values.filter((value) => holdsMark(value, marks)).length;
          if (rows > 0) found.push({ table, column, rows });
        }
      }
      return found;
    },

    /** How much is kept of a person, in figures. */
    async kept(personId: string): Promise<{ messages: number; tasks: number; posts: number }> {
      const count = async (text: string) => Number((await sql.get<{ n: number }>(text, personId))?.n ?? 0);
      return {
        messages: await count("SELECT count(*) AS n FROM message WHERE from_id = ? AND text <> ''"),
        tasks: await count("SELECT count(*) AS n FROM assignment WHERE person_id = ?"),
        posts: await count("SELECT count(*) AS n FROM submission WHERE person_id = ?"),
      };
    },

    farewellKey,

    /** The words behind one tag of a person are no evidence any more, for whatever else they stood; that it was settled stays. */
    async forgetQuotes(personId: string, tag: string): Promise<void> {
      const behind = await sql.all<{ quote: string }>(
        "SELECT id, quote FROM tag_event WHERE person_id = ? AND tag = ? AND quote IS NOT NULL",
        personId,
        tag,
      );
      const quotes = new Set(behind.map((row) => row.quote));
      for (const [table, nothing, which] of [
        ["tag_event", "NULL", "quote IS NOT NULL"],
        ["tag_hold", "NULL", "quote IS NOT NULL"],
        ["suggestion", "''", "status <> 'open'"],
      ]) {
        const rows = await sql.all<{ id: string; quote: string }>(
          `SELECT id, quote FROM ${table} WHERE person_id = ? AND ${which}`,
          personId,
        );
        for (const { id, quote } of rows)
          if (quotes.has(quote)) await sql.run(`UPDATE ${table} SET quote = ${nothing} WHERE id = ?`, id);
      }
    },

    /** The last word to somebody who was forgotten names their room: it goes once it was said, or could not be. */
    async dropFarewells(): Promise<void> {
      await sql.run("DELETE FROM outbox WHERE dedupe_key LIKE ? AND status <> 'waiting'", `${farewellKey}%`);
    },

    /** Whether somebody known by this id or account asked to be forgotten once. */
    async wasForgotten(id: string): Promise<boolean> {
      const hash = hashed(await saltOf(sql, 0), id);
      return (await sql.get("SELECT 1 AS one FROM erasure WHERE id = ?", hash)) !== undefined;
    },

    /** Which of these ids belong to somebody who asked to be forgotten once. */
    async forgottenAmong(ids: readonly string[]): Promise<Set<string>> {
      const known = new Set((await sql.all<{ id: string }>("SELECT id FROM erasure")).map((row) => row.id));
      if (known.size === 0) return new Set();
      const salt = await saltOf(sql, 0);
      return new Set(ids.filter((id) => known.has(hashed(salt, id))));
    },

    /** Grows when somebody is forgotten, and when the last of them is gone: what was worked out from their facts is worked out again then. */
    async forgottenCount(): Promise<number> {
      return Number((await sql.get<{ n: number }>("SELECT count(*) AS n FROM erasure"))?.n ?? 0);
    },
  };
}

async function forgottenOf(sql: Sql, personId: string, ghost: string): Promise<Forgotten | undefined> {
  const person = await sql.get<{ merged_into: string | null }>("SELECT merged_into FROM person WHERE id = ?", personId);
  if (!person) return undefined;
  const kept = person.merged_into ?? personId;
  const list = async (text: string, ...values: SqlValue[]) =>
    (await sql.all<{ v: string | null }>(text, ...values)).flatMap(({ v }) => (v === null ? [] : [v]));
  const merged = await list("SELECT id AS v FROM person WHERE merged_into = ?", kept);
  const ids = [...new Set([kept, personId, ...merged])];
  const of = places(ids.length);
  const alone = await list(
    `SELECT c.room AS v FROM conversation c JOIN conversation_member m ON m.conversation_id = c.id
     WHERE m.person_id IN (${of}) AND c.kind <> 'group'`,
    ...ids,
  );
  const own = await list(`SELECT room AS v FROM identity WHERE person_id IN (${of})`, ...ids);
  const web = await list(
    `SELECT r.id AS v FROM web_room r JOIN web_room_member m ON m.room_id = r.id
     WHERE m.person_id IN (${of}) AND r.kind <> 'group'`,
    ...ids,
  );
  const rooms = [...new Set([...own, ...alone, ...web])];
  return {
    ids,
    ghost,
    rooms,
    externalIds: await list(`SELECT external_id AS v FROM identity WHERE person_id IN (${of})`, ...ids),
    conversations:
      rooms.length === 0
        ? []
        : await list(
            // The channels stand beside the rooms so that the index on both is of use.
            `SELECT id AS v FROM conversation WHERE kind <> 'group' AND room IN (${places(rooms.length)})
             AND channel IN (SELECT DISTINCT channel FROM identity WHERE person_id IN (${of}) UNION SELECT 'web')`,
            ...rooms,
            ...ids,
          ),
  };
}

/** By what the person could be found again: ids, accounts, rooms; their names, unless somebody else bears one, and their quoted words. */
async function marksFor(sql: Sql, who: Forgotten): Promise<Mark[]> {
  const of = places(who.ids.length);
  const names = await sql.all<{ name: string }>(
    `SELECT name FROM person WHERE id IN (${of}) UNION SELECT name FROM identity WHERE person_id IN (${of}) AND name IS NOT NULL`,
    ...who.ids,
    ...who.ids,
  );
  const words: string[] = [];
  for (const table of ["tag_event", "tag_hold", "suggestion"]) {
    const quotes = await sql.all<{ quote: string }>(
      `SELECT id, quote FROM ${table} WHERE person_id IN (${of}) AND quote IS NOT NULL`,
      ...who.ids,
    );
    words.push(...quotes.map((row) => row.quote));
  }
  for (const { name } of names) {
    const other = await sql.get(`SELECT 1 AS one FROM person WHERE name = ? AND id NOT IN (${of})`, name, ...who.ids);
    if (!other) words.push(name);
  }
  const urls = await sql.all<{ v: string }>(
    `SELECT url AS v FROM submission WHERE person_id IN (${of}) AND url <> '' UNION SELECT post_key FROM submission WHERE person_id IN (${of})`,
    ...who.ids,
    ...who.ids,
  );
  const ids = [...who.ids, ...who.externalIds, ...who.rooms, ...urls.map((row) => row.v)];
  return marksOf(ids, words, `gone${randomBytes(5).toString("hex")}`);
}

/** The sums that stay: what was settled, asked and said, by month, without whom. */
async function keepCounts(sql: Sql, ids: readonly string[]): Promise<void> {
  const of = places(ids.length);
  const rows = [
    ...(await sql.all<Fact>(
      `SELECT 'tag' AS what, tag || ':' || kind AS name, at FROM tag_event WHERE person_id IN (${of})`,
      ...ids,
    )),
    ...(await sql.all<Fact>(
      `SELECT 'question' AS what, tag || ':' || status AS name, created_at AS at FROM suggestion WHERE person_id IN (${of})`,
      ...ids,
    )),
    ...(await sql.all<Fact>(
      `SELECT 'message' AS what, channel AS name, at FROM message WHERE from_id IN (${of})`,
      ...ids,
    )),
  ];
  const sums = new Map<string, { fact: Fact; month: string; count: number }>();
  for (const fact of rows) {
    const month = monthOf(fact.at);
    const key = JSON.stringify([fact.what, fact.name, month]);
    const sum = sums.get(key) ?? { fact, month, count: 0 };
    sum.count++;
    sums.set(key, sum);
  }
  for (const { fact, month, count } of sums.values())
    await sql.run(
      `INSERT INTO erased_count (kind, name, month, count) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, name, month) DO UPDATE SET count = erased_count.count + excluded.count`,
      fact.what,
      fact.name,
      month,
      count,
    );
}
type Fact = { what: string; name: string; at: number };

/** Somebody without name, account or profile, whom the posts and steps belong to, so that funnels and reports add up as before. */
async function leaveGhost(sql: Sql, who: Forgotten, at: number): Promise<void> {
  const old = await sql.get<{ roles: string; owner_id: string | null; joined_at: number }>(
    "SELECT roles, owner_id, joined_at FROM person WHERE id = ?",
    who.ids[0] ?? "",
  );
  const month = Date.parse(`${monthOf(old?.joined_at ?? at)}-01T00:00:00Z`);
  await sql.insert("person", {
    id: who.ghost,
    name: forgottenName,
    roles: old?.roles ?? "customer",
    owner_id: old?.owner_id ?? null,
    joined_at: month,
    consent: "no",
    paused_until: Number.MAX_SAFE_INTEGER,
    // Whoever is merged into somebody is nobody to ask, count as a member, or find by name.
    merged_into: who.ghost,
    created_at: month,
    updated_at: at,
  });
}

/** Grows what `forgottenCount` tells. */
async function noteErasure(sql: Sql, ids: readonly string[], at: number): Promise<void> {
  const salt = await saltOf(sql, at);
  for (const id of new Set(ids))
    await sql.run("INSERT INTO erasure (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", hashed(salt, id), at);
}

async function saltOf(sql: Sql, at: number): Promise<string> {
  const known = await findSetting(sql, saltKey);
  if (known !== undefined) return known;
  const salt = randomBytes(16).toString("hex");
  if (at > 0) await sql.insert("setting", { key: saltKey, value: salt, updated_at: at });
  return salt;
}

const hashed = (salt: string, id: string): string => createHash("sha256").update(`${salt}\n${id}`).digest("hex");
