import { createWriteStream } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "csv-stringify";
import type { Rule, Segment } from "#domain/segment.ts";
import { offsetMs } from "#domain/zone.ts";
import { makeFolder } from "./folder.ts";
import { columnsOf, materialColumns, type SegmentEntry, type TableName, teamColumns } from "./package-format.ts";
import type { Sql } from "./sql.ts";
import type { Tx } from "./store.ts";

type Options = { timeZone: string; progress: (file: string, rows: number) => void };

/** How each file is read from the tables; columns in the order of the format, times still in epoch milliseconds. */
const queries: Record<TableName, string> = {
  people: `SELECT id, name, replace(roles, ' ', ';') AS roles, city, owner_id AS owner, joined_at, home_channel AS channel, consent
           FROM person WHERE merged_into IS NULL ORDER BY id`,
  tags: `SELECT person_id AS person, tag, source, settled_by AS confirmed_by, since, until, quote, id FROM tag_hold
         ORDER BY person_id, since, tag`,
  tasks: `SELECT id, title, theme, brief, target AS segments, forms, importance, quota, reward, published_at, deadline_at AS deadline, status
          FROM task ORDER BY created_at, id`,
  assignments: `SELECT task_id AS task, person_id AS person, form, pushed_at, seen_at, accepted_at, declined_at, decline_reason,
                submitted_at, approved_at, rejected_at FROM assignment WHERE pushed_at IS NOT NULL ORDER BY task_id, pushed_at, person_id`,
  submissions: `SELECT id, task_id AS task, person_id AS person, platform, url, form, submitted_at, status, raw_text
                FROM submission ORDER BY submitted_at, id`,
  metrics: `SELECT submission_id AS submission, at, reads, likes, comments, shares, favourites, completion_rate
            FROM metric_snapshot ORDER BY submission_id, at`,
  comments: "SELECT submission_id AS submission, at, author, text FROM comment ORDER BY submission_id, at, author",
};

const isTime = (column: string): boolean => /(_at|^at|^since|^until|^deadline)$/.test(column);

/**
 * Writes everything that the data package holds into a folder, which is made; files of the same names are replaced. Each file is
 * written beside its place and moved there when it is whole, so that a full disk leaves no half file.
 */
export async function exportPackage(tx: Tx, folder: string, options: Options): Promise<void> {
  makeFolder(folder);
  for (const name of Object.keys(queries) as TableName[]) {
    const rows = await writeTable(tx.connection.sql, folder, name, options.timeZone);
    options.progress(`${name}.csv`, rows);
  }
  await writeTeams(tx, folder);
  await writeMaterials(tx, folder);
  const segments = (await tx.segments.active()).map(entryOf);
  const lines = segments.map((segment) => ` ${JSON.stringify(segment)}`).join(",\n");
  await inPlace(join(folder, "segments.json"), (path) => writeFile(path, `[\n${lines}\n]\n`));
}

/** `teams.csv`, where there are any teams: a row for each member and one for who leads. */
async function writeTeams(tx: Tx, folder: string): Promise<void> {
  const rows = (await tx.teams.list()).flatMap(({ name, leadId, members }) => [
    ...members.map((id) => [name, id, "no"]),
    ...(leadId === null ? [] : [[name, leadId, "yes"]]),
  ]);
  if (rows.length === 0) return;
  const lines = rows.map((row) => row.map(guardFormula));
  await inPlace(join(folder, "teams.csv"), (path) => writeRows(path, teamColumns, lines));
}

/** `materials.csv`, where any task has some. */
async function writeMaterials(tx: Tx, folder: string): Promise<void> {
  const tasks = await tx.connection.sql.all<{ id: string; materials: string }>(
    "SELECT id, materials FROM task WHERE materials <> '[]' ORDER BY created_at, id",
  );
  if (tasks.length === 0) return;
  const rows = tasks.flatMap(({ id, materials }) => (JSON.parse(materials) as string[]).map((each) => [id, each]));
  const lines = rows.map((row) => row.map(guardFormula));
  await inPlace(join(folder, "materials.csv"), (path) => writeRows(path, materialColumns, lines));
}

async function inPlace(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const half = `${path}.part`;
  try {
    await write(half);
    await rename(half, path);
  } catch (cause) {
    await rm(half, { force: true });
    throw new Error(`${path} could not be written; is the disk full, or the folder protected?`, { cause });
  }
}

async function writeTable(sql: Sql, folder: string, name: TableName, timeZone: string): Promise<number> {
  const columns = columnsOf(name);
  const rows = await sql.all<Record<string, string | number | null>>(queries[name]);
  await inPlace(join(folder, `${name}.csv`), (path) =>
    writeRows(path, columns, cellsOf(rows, name, columns, timeZone)),
  );
  return rows.length;
}

/** A row at a time: a large table is never there as text as a whole. */
function* cellsOf(
  rows: Record<string, string | number | null>[],
  name: TableName,
  columns: string[],
  timeZone: string,
): Iterable<string[]> {
  for (const row of rows) yield columns.map((column) => cell(name, column, row[column] ?? null, timeZone));
}

function writeRows(path: string, columns: string[], rows: Iterable<string[]>): Promise<void> {
  return new Promise((resolve, reject) => {
    const csv = stringify({ header: true, columns });
    csv.on("error", reject);
    csv.pipe(createWriteStream(path)).on("error", reject).on("finish", resolve);
    for (const row of rows) csv.write(row);
    csv.end();
  });
}

/**
 * A spreadsheet would run what looks like a formula that calls something. An apostrophe makes it text; the import takes it away again, so
 * that a package comes back as it went.
 */
export const guardFormula = (text: string): string =>
  /^'*(?:[=\t\r]|[+\-@][\w+\-@=(]).*(?:[A-Za-z]\(|\|)/s.test(text) ? `'${text}` : text;

function cell(table: TableName, column: string, value: string | number | null, timeZone: string): string {
  if (value === null) return "";
  if (isTime(column)) return isoWithOffset(Number(value), timeZone);
  if (table === "tasks" && column === "segments")
    return (JSON.parse(String(value)) as { segments: string[] }).segments.join(";");
  if (table === "tasks" && column === "forms")
    return (JSON.parse(String(value)) as { form: string }[]).map((f) => f.form).join(";");
  return guardFormula(String(value));
}

/** `2026-11-20T18:00:00+08:00`; milliseconds only where there are any. */
function isoWithOffset(at: number, timeZone: string): string {
  const offset = offsetMs(at, timeZone);
  const wall = new Date(at + offset).toISOString().slice(0, at % 1000 === 0 ? 19 : 23);
  const minutes = Math.abs(offset) / 60_000;
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${wall}${offset < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** The four lists where they can say the rule; else the rule itself beside empty lists. */
function entryOf(segment: Segment): SegmentEntry {
  const lists = { all: [] as string[], any: [] as string[], none: [] as string[], city: [] as string[] };
  const named = { key: segment.id, name: segment.name };
  if (segment.rule.kind !== "all") return { ...named, ...lists, rule: segment.rule };
  for (const part of segment.rule.of) {
    const tags = tagsOnly(part);
    if (part.kind === "tag") lists.all.push(part.tag);
    else if (part.kind === "city" && lists.city.length === 0) lists.city = part.cities;
    else if ((part.kind === "any" || part.kind === "none") && tags && lists[part.kind].length === 0)
      lists[part.kind] = tags;
    else return { ...named, all: [], any: [], none: [], city: [], rule: segment.rule };
  }
  return { ...named, ...lists };
}

function tagsOnly(rule: Rule): string[] | undefined {
  if (!("of" in rule) || rule.of.length === 0) return undefined;
  const tags = rule.of.flatMap((part) => (part.kind === "tag" ? [part.tag] : []));
  return tags.length === rule.of.length ? tags : undefined;
}
