import { type Body, bodySchema, type Card, cardSchema } from "#cards/card.ts";
import { erasedCard } from "#cards/erased.ts";
import { formsOf, holdsMark, type Mark, withoutMarks } from "#domain/erasure.ts";
import { addAuditLine } from "./audit-chain.ts";
import { type Forgotten, goesWith, losesFor, writtenByKoloop } from "./erasure-plan.ts";
import { keyColumns, textTables } from "./marks-held.ts";
import { sealedIn } from "./sealed-columns.ts";
import { dropSetting } from "./settings.ts";
import { marks as places, type Sql, type SqlValue } from "./sql.ts";

// A forgetting that is under way: what no index finds of a person is looked for table by table, so many rows at a time in the order of their
// keys, and goes in small transactions. How far it is lies in the database, so that whoever starts next goes on there.

export const farewellKey = "farewell:";
const underWayKey = "erasing:";
const ours = new Set(writtenByKoloop.map(([table, column]) => `${table}.${column}`));

/** A forgetting under way, and up to which row of which table it has looked. */
export type Erasing = { who: Forgotten; marks: Mark[]; at: number; table: string; after: SqlValue[] };
type Row = Record<string, SqlValue>;
type Table = { name: string; key: string[]; columns: string[] };
/** The rows with traces among the next ones, and where to go on; `table` is undefined at the end of all. */
export type Look = { table: Table | undefined; rows: Row[]; read: number; isEnd: boolean; next: Erasing };
export type Swept = { rows: number; shown: { channel: string; room: string; cardKey: string }[] };

export async function beginSweep(sql: Sql, who: Forgotten, marks: Mark[], at: number): Promise<void> {
  const value = JSON.stringify({ who, marks, at, table: "", after: [] } satisfies Erasing);
  await sql.insert("setting", { key: `${underWayKey}${who.ghost}`, value, updated_at: at });
}

/** The forgetting that was begun first and is not through. */
export async function sweepUnderWay(sql: Sql): Promise<Erasing | undefined> {
  const row = await sql.get<{ value: string }>(
    "SELECT value FROM setting WHERE key > ? AND key < ? ORDER BY key LIMIT 1",
    underWayKey,
    `${underWayKey}~`,
  );
  return row && (JSON.parse(row.value) as Erasing);
}

/** Whether somebody with this account is being forgotten right now: nothing of theirs is taken in until it is done. */
export async function isBeingForgotten(sql: Sql, externalId: string): Promise<boolean> {
  const rows = await sql.kept("setting", underWayKey, () =>
    sql.all<{ value: string }>("SELECT value FROM setting WHERE key > ? AND key < ?", underWayKey, `${underWayKey}~`),
  );
  return rows.some(({ value }) => (JSON.parse(value) as Erasing).who.externalIds.includes(externalId));
}

/** The database's own time, in ms; null on SQLite. */
export async function databaseClock(sql: Sql): Promise<number | null> {
  if (sql.dialect === "sqlite") return null;
  const row = await sql.get<{ at: number }>(
    "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint) AS at",
  );
  return Number(row?.at);
}

/** Whether no transaction of koloop is older than that time. Where one is, it takes a moment, so that it may be asked again at once. A dump only reads, and takes its time. */
export async function allBeganSince(sql: Sql, clock: number): Promise<boolean> {
  const older = await sql.get(
    `SELECT pg_sleep(0.02) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user
       AND pid <> pg_backend_pid() AND application_name <> 'pg_dump' AND xact_start <= to_timestamp(CAST(? AS double precision) / 1000) LIMIT 1) AS older`,
    clock,
  );
  return older === undefined;
}

/** Looks through the next rows for traces; changes nothing. */
export async function lookOn(sql: Sql, erasing: Erasing, atMost: number): Promise<Look> {
  const tables = [...(await textTables(sql))].sort(([a], [b]) => (a < b ? -1 : 1));
  const found = tables.find(([name]) => name >= erasing.table);
  if (!found) return { table: undefined, rows: [], read: 0, isEnd: true, next: erasing };
  const [name, texts] = found;
  const key = await keyColumns(sql, name);
  const columns = [...new Set([...key, ...texts])];
  const after = name === erasing.table ? erasing.after : [];
  const order = key.join(", ");
  const rows = await sql.all<Row>(
    `SELECT ${columns.join(", ")} FROM ${name}
     ${after.length > 0 ? `WHERE (${order}) > (${places(key.length)})` : ""} ORDER BY ${order} LIMIT ?`,
    ...after,
    atMost,
  );
  const isEnd = rows.length < atMost;
  const last = rows.at(-1);
  const next =
    isEnd || !last ? { table: `${name} `, after: [] } : { table: name, after: key.map((k) => last[k] ?? null) };
  const held = await rowsWithTraces(sql, { name, key, columns: texts }, rows, erasing);
  return { table: { name, key, columns: texts }, rows: held, read: rows.length, isEnd, next: { ...erasing, ...next } };
}

/** Names and quotes stand in many people's words, where they stay: only rows that will change are handed on. */
async function rowsWithTraces(sql: Sql, table: Table, rows: readonly Row[], { marks }: Erasing): Promise<Row[]> {
  const ids = marks.filter((mark) => mark.whole);
  const [holdsAny, holdsId] = [tracer(marks), tracer(ids)];
  const found = rows.filter((row) =>
    table.columns.some((column) => (wordsCount(table.name, column) ? holdsAny : holdsId)(row[column])),
  );
  if (table.name !== "message") return found;
  const staff = await staffAmong(sql, found);
  return found.filter((row) => staff.has(row.from_id) || table.columns.some((column) => holdsId(row[column])));
}

/** Whether names and quotes are blacked out there, or only ids. In messages it depends on who wrote them. */
const wordsCount = (table: string, column: string): boolean =>
  table === "audit" || ours.has(`${table}.${column}`) || (table === "message" && column === "text");

async function staffAmong(sql: Sql, messages: readonly Row[]): Promise<Set<SqlValue | undefined>> {
  const writers = [...new Set(messages.map((row) => row.from_id ?? null))];
  if (writers.length === 0) return new Set();
  const rows = await sql.all<{ id: string }>(
    `SELECT id FROM person WHERE id IN (${places(writers.length)}) AND (roles LIKE '%koe%' OR roles LIKE '%manager%')`,
    ...writers,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Takes the traces out of these rows, or the rows away, and notes how far it is. */
export async function sweepRows(sql: Sql, { table, rows, next }: Look): Promise<Swept> {
  const swept: Swept = { rows: 0, shown: [] };
  if (!table) return swept;
  const work: Work = { sql, table, erasing: next, swept, lines: [] };
  for (const row of rows) if (await sweepRow(work, row)) swept.rows++;
  if (work.lines.length > 0) {
    const detail = { lines: work.lines };
    await addAuditLine(sql, { at: next.at, actor: "koloop", action: "person.erased", subject: "", detail });
  }
  await sql.run("UPDATE setting SET value = ? WHERE key = ?", JSON.stringify(next), `${underWayKey}${next.who.ghost}`);
  return swept;
}

/** Ends it, or does one more step of the end: whether it was the last. */
export async function endSweep(sql: Sql, { who }: Erasing): Promise<boolean> {
  // Ids of everybody, as bytes; it is written anew in a while. One part may be megabytes.
  const part = await sql.get<{ part: string }>("SELECT part FROM people_snapshot LIMIT 1");
  if (part) await sql.run("DELETE FROM people_snapshot WHERE part = ?", part.part);
  else await dropSetting(sql, `${underWayKey}${who.ghost}`);
  return part === undefined;
}

type Work = { sql: Sql; table: Table; erasing: Erasing; swept: Swept; lines: number[] };

/** Whether anything was changed. The row is read again: it may have been changed, or have gone, since it was looked at. */
async function sweepRow(work: Work, seen: Row): Promise<boolean> {
  const { sql, table, erasing } = work;
  const { name, key, columns } = table;
  const byKey = key.map((column) => `${column} = ?`).join(" AND ");
  const keyOf = key.map((column) => seen[column] ?? null);
  const read = () =>
    sql.get<Row>(`SELECT ${[...new Set([...key, ...columns])].join(", ")} FROM ${name} WHERE ${byKey}`, ...keyOf);
  const row = await read();
  if (!row || isSpared(name, row)) return false;
  if (goesWith(erasing.who, name, row)) return (await sql.run(`DELETE FROM ${name} WHERE ${byKey}`, ...keyOf)) > 0;
  const loses = losesFor(erasing.who, name, row);
  for (const { column, set } of loses) {
    const more = set === "" ? "" : `, ${set}`;
    await sql.run(`UPDATE ${name} SET ${column} = ?${more} WHERE ${byKey}`, erasing.who.ghost, ...keyOf);
  }
  const changed = await blackOut(work, (await read()) ?? row);
  return changed || loses.length > 0;
}

/** The last word to somebody names their room and goes once it was said; what is noted of a forgetting goes at its end. */
const isSpared = (table: string, row: Row): boolean =>
  (table === "outbox" && String(row.dedupe_key ?? "").startsWith(farewellKey)) ||
  (table === "setting" && String(row.key).startsWith(underWayKey));

/** Blacks out what is left in a row's texts: ids everywhere, names and quotes where koloop itself or an employee writes. */
async function blackOut(work: Work, row: Row): Promise<boolean> {
  const { sql, table, lines } = work;
  const { name, key } = table;
  const changes = new Map<string, SqlValue>();
  for (const column of table.columns) {
    const value = row[column];
    if (typeof value !== "string" || (name === "person" && column === "id")) continue;
    const marks = await marksFor(work, row, column);
    const left = isCard(name, column) ? await cardLeft(work, row, value) : undefined;
    const text = left ?? withoutMarks(value, marks);
    if (text !== value) changes.set(column, text);
  }
  if (changes.size === 0) return false;
  if (name === "audit") lines.push(Number(row.seq));
  const now: Row = { ...row };
  const set = async (columns: readonly string[], where: readonly string[]) => {
    if (columns.length === 0) return;
    await sql.run(
      `UPDATE ${name} SET ${columns.map((column) => `${column} = ?`).join(", ")} WHERE ${where.map((column) => `${column} = ?`).join(" AND ")}`,
      ...columns.map((column) => changes.get(column) ?? row[column] ?? null),
      ...where.map((column) => now[column] ?? null),
    );
    for (const column of columns) now[column] = changes.get(column) ?? row[column] ?? null;
  };
  const sealed = sealedIn(name);
  const plain = [...changes.keys()].filter((column) => !sealed.some((known) => known.column === column));
  const movesKey = sealed.some((known) => known.key.some((column) => plain.includes(column)));
  await set(plain, key);
  // A sealed cell is bound to its row's key: where that has changed it is sealed anew, whatever it says.
  for (const known of sealed)
    if (changes.has(known.column) || (movesKey && row[known.column])) await set([known.column], known.key);
  return true;
}

const isCard = (table: string, column: string): boolean =>
  column === "body" && ["outbox", "card_place", "web_post"].includes(table);
async function marksFor({ sql, table: { name }, erasing }: Work, row: Row, column: string): Promise<readonly Mark[]> {
  const isHeard = wordsCount(name, column) && (name !== "message" || (await staffAmong(sql, [row])).size > 0);
  return isHeard ? erasing.marks : erasing.marks.filter((mark) => mark.whole);
}

/** The empty card that takes the place of one about the person; notes where a vendor shows it, and nobody is sent it any more. */
async function cardLeft(
  { sql, table: { name }, erasing, swept }: Work,
  row: Row,
  value: string,
): Promise<string | undefined> {
  const empty = emptied(value, erasing.marks, name === "web_post");
  if (!empty) return undefined;
  const { channel, room, card_key: cardKey } = row as { channel: string; room: string; card_key: string };
  if (name === "card_place" && !holdsMark(cardKey, erasing.marks)) swept.shown.push({ channel, room, cardKey });
  if (name === "outbox")
    await sql.run("UPDATE outbox SET status = 'dropped' WHERE seq = ? AND status = 'waiting'", row.seq ?? null);
  return JSON.stringify(empty);
}

/** Undefined for a card that only mentions the person, and for plain words. */
function emptied(text: string, marks: readonly Mark[], bare: boolean): Body | Card | undefined {
  const card = cardIn(text, bare);
  if (!card) return undefined;
  const named = [card.title, card.key, ...card.buttons.flatMap(({ action }) => [action.id, action.arg ?? ""])];
  if (!named.some((name) => holdsMark(name, marks))) return undefined;
  const empty = erasedCard(withoutMarks(card.key, marks));
  return bare ? empty : { type: "card", card: empty };
}

function cardIn(text: string, bare: boolean): Card | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined; // Plain words of somebody.
  }
  if (bare) return cardSchema.safeParse(parsed).data;
  const body = bodySchema.safeParse(parsed).data;
  return body?.type === "card" ? body.card : undefined;
}

/** A quick look whether a text may hold a trace; `withoutMarks` decides. */
function tracer(marks: readonly Mark[]): (value: SqlValue | undefined) => boolean {
  const forms = marks.flatMap((mark) => formsOf(mark.text)).map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  if (forms.length === 0) return () => false;
  const any = new RegExp(forms.join("|"));
  return (value) => typeof value === "string" && any.test(value);
}
