import type { Store } from "#db/store.ts";
import type { FigureSource } from "#domain/cleaning.ts";
import {
  type Columns,
  headerRow,
  proposeColumns,
  signatureOf,
  type TableKind,
  tableKind,
} from "#domain/table-columns.ts";
import { placesOf, type RowFault, type RowSetup, readCommentRow, readFigureRow } from "#domain/table-rows.ts";
import { cleanPosts } from "#handlers/clean-figures.ts";
import type { ReadText } from "#handlers/gather-health.ts";
import { type Taken, takeComments, takeFigures } from "#handlers/take-rows.ts";
import type { TableRow } from "./table-file.ts";

/** Reads `columns:` as remembered for tables with these column names. */
export const columnsKey = (header: readonly string[]): string => `figure-columns:${signatureOf(header)}`;

export type TakeDeps = {
  store: Store;
  now: () => number;
  newId: () => string;
  timeZone: string;
  readComment: ReadText;
};
export type TakeOptions = {
  source: FigureSource;
  byId: string | null;
  /** When rows without a time of their own count. */
  at: number;
  /** How the columns are to be read; left out: as remembered, else as they look. */
  columns?: Columns;
  /** Remembers how the columns were read, for the next table with the same. */
  remember?: boolean;
};
export type FileTaken = {
  kind: TableKind;
  columns: Columns;
  rows: number;
  changed: number;
  same: number;
  posts: number;
  faults: RowFault[];
  faultCount: number;
};
/** No rows; no row that names columns; a column that was mapped but is not there; too little mapped. */
export type FileRefusal = { refused: "empty" | "no-header" | "no-column" | "too-little"; about: string };

/** Rows a transaction, and posts cleaned in one: others' events go between them. */
const batch = { rows: 4000, posts: 100 };
/** Faults that are named one by one; more are counted. */
const faultsNamed = 20;

/**
 * Takes a table of figures or comments row by row, in memory that does not grow with it. What was taken stays taken where a later row cannot
 * be read; taking the same table again changes nothing. Throws `TableError` where the file is no table.
 */
export async function takeFile(
  deps: TakeDeps,
  rows: AsyncIterable<TableRow>,
  options: TakeOptions,
): Promise<FileTaken | FileRefusal> {
  const iterator = rows[Symbol.asyncIterator]();
  const head: TableRow[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    head.push(next.value);
    if (head.length >= 40) break;
  }
  const opened = await openTable(deps, head, options);
  if ("refused" in opened) return opened;
  const { header, columns, kind } = opened;
  const report: FileTaken = { kind, columns, rows: 0, changed: 0, same: 0, posts: 0, faults: [], faultCount: 0 };
  const posts = new Set<string>();
  const setup: RowSetup = { at: options.at, timeZone: deps.timeZone, now: deps.now() };
  const places = placesOf(header, columns);
  let waiting = head.slice(opened.headerAt + 1);
  for (let done = false; !done; ) {
    while (waiting.length < batch.rows && !done) {
      const next = await iterator.next();
      if (next.done) done = true;
      else waiting.push(next.value);
    }
    const taken = await takeBatch(deps, kind, waiting, places, setup, options);
    report.rows += waiting.length;
    report.changed += taken.changed;
    report.same += taken.same;
    report.faultCount += taken.faults.length;
    report.faults.push(...taken.faults.slice(0, faultsNamed - report.faults.length));
    for (const post of taken.posts) posts.add(post);
    waiting = [];
  }
  report.posts = posts.size;
  if (kind === "figures") await cleanAll(deps, [...posts]);
  if (options.remember)
    await deps.store.transaction((tx) => tx.settings.set(columnsKey(header), JSON.stringify(columns), deps.now()));
  return report;
}

type Opened = { header: string[]; headerAt: number; columns: Columns; kind: TableKind };

async function openTable(
  { store }: TakeDeps,
  head: TableRow[],
  { columns: given }: TakeOptions,
): Promise<Opened | FileRefusal> {
  const cells = head.map((row) => row.cells);
  if (cells.every((row) => row.every((cell) => cell.trim() === ""))) return { refused: "empty", about: "" };
  const headerAt = given
    ? cells.findIndex((row) => Object.values(given).every((name) => row.some((cell) => cell.trim() === name)))
    : headerRow(cells);
  if (given && headerAt < 0) {
    const names = new Set(cells.flat().map((cell) => cell.trim()));
    return {
      refused: "no-column",
      about: Object.values(given)
        .filter((name) => !names.has(name))
        .join(", "),
    };
  }
  // Names that say nothing to us may have been mapped by somebody before.
  const first = Math.max(
    0,
    headerAt >= 0 ? headerAt : cells.findIndex((row) => row.filter((cell) => cell.trim() !== "").length > 1),
  );
  const header = cells[first]!.map((cell) => cell.trim());
  const kept = given ? undefined : await store.read((tx) => tx.settings.get(columnsKey(header)));
  const columns =
    given ?? (kept ? (JSON.parse(kept) as Columns) : proposeColumns(header, cells.slice(first + 1, first + 21)));
  const kind = tableKind(columns);
  if (headerAt < 0 && !kept)
    return {
      refused: "no-header",
      about: header
        .filter((name) => name !== "")
        .join(", ")
        .slice(0, 300),
    };
  if (!kind) return { refused: "too-little", about: Object.values(columns).join(", ") };
  return { header, headerAt: first, columns, kind };
}

async function takeBatch(
  deps: TakeDeps,
  kind: TableKind,
  rows: readonly TableRow[],
  places: ReturnType<typeof placesOf>,
  setup: RowSetup,
  { source, byId }: TakeOptions,
): Promise<Taken> {
  const faults: RowFault[] = [];
  const take = { now: deps.now(), newId: deps.newId, source, byId };
  const read = <T extends object>(one: (line: number, cells: readonly string[]) => T | RowFault | null): T[] =>
    rows.flatMap(({ line, cells }) => {
      const row = one(line, cells);
      if (row !== null && "why" in row) faults.push(row);
      return row === null || "why" in row ? [] : [row as T];
    });
  const taken = await deps.store.transaction((tx) =>
    kind === "figures"
      ? takeFigures(
          tx,
          read((line, cells) => readFigureRow(line, cells, places, setup)),
          take,
        )
      : takeComments(
          tx,
          read((line, cells) => readCommentRow(line, cells, places, setup)),
          { ...take, readComment: deps.readComment },
        ),
  );
  return { ...taken, faults: [...faults, ...taken.faults].sort((a, b) => a.line - b.line) };
}

async function cleanAll({ store, now }: TakeDeps, posts: readonly string[]): Promise<void> {
  for (let i = 0; i < posts.length; i += batch.posts)
    await store.transaction((tx) => cleanPosts(tx, posts.slice(i, i + batch.posts), now()));
}
