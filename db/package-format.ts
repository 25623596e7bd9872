import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse } from "csv-parse";
import { z } from "zod";
import { isMaterial } from "#domain/task-edit.ts";

/**
 * The data package: a brand's people, tags, segments, tasks and results as CSV and JSON, the format of demo/brand/README.md. UTF-8,
 * times ISO 8601 with their offset, lists separated by `;`, an empty field for what has not happened or is not known.
 */

/** Everything wrong with a package at once, each with its file and row, in words for the person who made it. */
export class PackageError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(faults.join("\n"));
    this.name = "PackageError";
    this.faults = faults;
  }
}

/** No row of an honest package comes near this; a longer one is a broken quote or a wrong file, and is refused before it fills memory. */
const longestRowBytes = 1024 * 1024;
const faultsShown = 50;

const text = z.string().min(1, "is empty");
const optional = z.string().transform((value) => value || null);
const list = z.string().transform((value) => value.split(";").filter(Boolean));
const whole = z
  .string()
  .regex(/^\d{1,15}$/, "is not a whole number")
  .transform(Number);
const count = z
  .string()
  .regex(/^\d{0,15}$/, "is not a whole number")
  .transform((value) => (value === "" ? null : Number(value)));
const share = z
  .string()
  .regex(/^(|0|1|[01]\.\d+)$/, "is not a share from 0 to 1")
  .transform((value) => (value === "" ? null : Number(value)));
const time = z.string().transform((value, context) => {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
  if (Number.isNaN(at)) {
    context.addIssue({
      code: "custom",
      message: `is not a time such as 2026-11-20T18:00:00+08:00: ${value.slice(0, 40)}`,
    });
    return z.NEVER;
  }
  return at;
});
const optionalTime = z.union([z.literal("").transform(() => null), time]);

export const tables = {
  people: z.object({
    id: text,
    name: text,
    roles: list.pipe(z.array(z.enum(["koc", "customer", "koe", "manager"])).min(1, "is empty")),
    city: optional,
    owner: optional,
    joined_at: time,
    channel: optional,
    consent: z.enum(["yes", "no", "unknown"]),
  }),
  tags: z.object({
    person: text,
    tag: text,
    source: z.enum(["koe", "self", "behaviour", "import", "machine"]),
    confirmed_by: optional,
    since: time,
    until: optionalTime,
    quote: optional,
  }),
  tasks: z.object({
    id: text,
    title: text,
    theme: text,
    brief: z.string(),
    segments: list,
    forms: list.pipe(z.array(z.string()).min(1, "is empty")),
    importance: whole.pipe(z.number().min(1, "must be 1 to 5").max(5, "must be 1 to 5")),
    quota: whole,
    reward: whole,
    published_at: optionalTime,
    deadline: optionalTime,
    status: z.enum(["draft", "scheduled", "open", "paused", "closed", "cancelled", "archived"]),
  }),
  assignments: z.object({
    task: text,
    person: text,
    form: text,
    pushed_at: time,
    seen_at: optionalTime,
    accepted_at: optionalTime,
    declined_at: optionalTime,
    decline_reason: optional,
    submitted_at: optionalTime,
    approved_at: optionalTime,
    rejected_at: optionalTime,
  }),
  submissions: z.object({
    id: text,
    task: text,
    person: text,
    platform: text,
    url: z.string(),
    form: text,
    submitted_at: time,
    status: z.enum(["approved", "rejected", "pending", "sent_back"]),
    raw_text: z.string(),
  }),
  metrics: z.object({
    submission: text,
    at: time,
    reads: count,
    likes: count,
    comments: count,
    shares: count,
    favourites: count,
    completion_rate: share,
  }),
  comments: z.object({ submission: text, at: time, author: z.string(), text: z.string() }),
} as const;

/** May be left out: who belongs to which team of employees, one row each; `leads`: whoever leads it, who may belong to another one. */
const teamsSchema = z.object({
  team: text,
  person: text,
  leads: z.enum(["yes", "no"], "must be yes or no"),
});
const teamsFile = "teams.csv";
export const teamColumns = Object.keys(teamsSchema.shape);
export type TeamRow = z.infer<typeof teamsSchema> & { row: number };

/** May be left out: what a task shows to whom it is offered, one web address each, in this order. */
const materialsSchema = z.object({
  task: text,
  address: text.refine(isMaterial, "is not a whole web address such as https://example.com/brief.pdf"),
});
const materialsFile = "materials.csv";
export const materialColumns = Object.keys(materialsSchema.shape);
export type MaterialRow = z.infer<typeof materialsSchema> & { row: number };

export type TableName = keyof typeof tables;
/** `row` counts as a spreadsheet does: the header is 1. */
export type Row<T extends TableName> = z.infer<(typeof tables)[T]> & { row: number };
export const columnsOf = (name: TableName): string[] => Object.keys(tables[name].shape);

const segmentsSchema = z.array(
  z.object({
    key: z.string().min(1),
    name: z.string().min(1),
    all: z.array(z.string()).default([]),
    any: z.array(z.string()).default([]),
    none: z.array(z.string()).default([]),
    city: z.array(z.string()).default([]),
    /** A rule that the four lists cannot say, as koloop keeps it. */
    rule: z.unknown().optional(),
  }),
);
export type SegmentEntry = z.infer<typeof segmentsSchema>[number];

export type DataPackage = { [T in TableName]: Row<T>[] } & {
  segments: SegmentEntry[];
  teams: TeamRow[];
  /** Undefined: the package says nothing about materials, and what tasks have stays. */
  materials: MaterialRow[] | undefined;
};

/** Reads a package folder and checks each row by itself. Throws `PackageError` with every fault, 50 at most. */
export async function readPackage(
  folder: string,
  progress: (file: string, rows: number) => void,
): Promise<DataPackage> {
  const missing = [...Object.keys(tables).map((name) => `${name}.csv`), "segments.json"].filter(
    (name) => !existsSync(join(folder, name)),
  );
  if (missing.length > 0) {
    throw new PackageError([
      `${folder} is not a data package: it has no ${missing.join(", ")}. A package has eight files; see demo/brand.`,
    ]);
  }
  const faults: string[] = [];
  const read: Partial<Record<TableName, unknown[]>> = {};
  for (const name of Object.keys(tables) as TableName[]) {
    read[name] = await readTable(join(folder, `${name}.csv`), tables[name], faults, progress);
  }
  const path = join(folder, teamsFile);
  const teams = existsSync(path) ? await readTable(path, teamsSchema, faults, progress) : [];
  const shown = join(folder, materialsFile);
  const materials = existsSync(shown) ? await readTable(shown, materialsSchema, faults, progress) : undefined;
  const segments = await readSegments(join(folder, "segments.json"), faults);
  if (faults.length > 0) throw new PackageError(shortened(faults));
  return {
    ...(read as { [T in TableName]: Row<T>[] }),
    segments,
    teams: teams as TeamRow[],
    materials: materials as MaterialRow[] | undefined,
  };
}

/** What `guardFormula` wrote, as it was. */
const unguarded = (text: string | undefined): string | undefined =>
  text !== undefined && /^'+(?:[=\t\r]|[+\-@][\w+\-@=(]).*(?:[A-Za-z]\(|\|)/s.test(text) ? text.slice(1) : text;

/** The first 50 faults, and how many more there are. */
export function shortened(faults: string[]): string[] {
  if (faults.length <= faultsShown) return faults;
  return [...faults.slice(0, faultsShown), `… and ${faults.length - faultsShown} more`];
}

async function readTable(
  path: string,
  schema: z.ZodObject,
  faults: string[],
  progress: (file: string, rows: number) => void,
) {
  const file = basename(path);
  const columns = Object.keys(schema.shape);
  const rows: object[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const parser = parse({ max_record_size: longestRowBytes, relax_column_count: true, bom: true, info: true });
  const feed = async () => {
    try {
      for await (const chunk of createReadStream(path)) parser.write(decoder.decode(chunk as Buffer, { stream: true }));
      parser.write(decoder.decode());
      parser.end();
    } catch (cause) {
      parser.destroy(cause as Error);
    }
  };
  const fed = feed();
  let row = 0;
  try {
    for await (const { record } of parser as AsyncIterable<{ record: string[] }>) {
      row++;
      if (row === 1) {
        if (record.join() !== columns.join()) {
          faults.push(`${file} row 1: the header must be ${columns.join(",")}; it is ${record.join().slice(0, 200)}`);
          return rows;
        }
        continue;
      }
      if (record.length !== columns.length) {
        faults.push(`${file} row ${row}: has ${record.length} fields, not ${columns.length}`);
        continue;
      }
      const checked = schema.safeParse(Object.fromEntries(columns.map((column, i) => [column, unguarded(record[i])])));
      if (checked.success) rows.push({ ...checked.data, row });
      else
        for (const issue of checked.error.issues)
          faults.push(`${file} row ${row}: ${issue.path.join(".")} ${issue.message}`);
      if (row % 1000 === 0) progress(file, row);
    }
  } catch (cause) {
    faults.push(`${file} row ${row + 1}: ${broken(cause)}`);
  }
  await fed;
  progress(file, row);
  return rows;
}

function broken(cause: unknown): string {
  const code = (cause as { code?: string }).code ?? "";
  if (code === "CSV_MAX_RECORD_SIZE") return "is longer than 1 MiB; a quote is probably not closed";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "is not UTF-8; save the file as UTF-8";
  if (code.startsWith("CSV_")) return `cannot be read as CSV: ${(cause as Error).message}`;
  throw cause;
}

async function readSegments(path: string, faults: string[]): Promise<SegmentEntry[]> {
  try {
    const checked = segmentsSchema.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (checked.success) return checked.data;
    for (const issue of checked.error.issues) faults.push(`segments.json ${issue.path.join(".")}: ${issue.message}`);
  } catch (cause) {
    faults.push(`segments.json: is not JSON: ${(cause as Error).message}`);
  }
  return [];
}
