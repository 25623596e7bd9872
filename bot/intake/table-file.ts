import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { parse } from "csv-parse";

/** A row of somebody's table with the line or sheet row where it stands. */
export type TableRow = { line: number; cells: string[] };
export type TableRefusal = "encoding" | "too-large" | "not-a-table" | "old-excel";
/** Why a file cannot be read as a table at all. */
export class TableError extends Error {
  readonly why: TableRefusal;
  constructor(why: TableRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/** An XLSX is read whole: larger ones are for CSV, which is streamed. */
const largestXlsx = { packed: 30_000_000, unpacked: 400_000_000 };
const longestRow = 1_000_000;

/** The rows of a CSV, TSV or XLSX file, one by one. A CSV is streamed in whatever encoding it has. Throws `TableError`. */
export async function* readTableFile(path: string): AsyncIterable<TableRow> {
  const head = await firstBytes(path);
  if (isZip(head)) {
    if ((await stat(path)).size > largestXlsx.packed)
      throw new TableError("too-large", "the XLSX is over 30 MB; save it as CSV");
    yield* readXlsxRows(await readFile(path));
    return;
  }
  if (isOle(head)) throw new TableError("old-excel", "an .xls of old Excel; save it as XLSX or CSV");
  yield* csvRows(() => createReadStream(path));
}

/** The same for bytes that came in over the web. */
export async function* readTableBytes(bytes: Uint8Array): AsyncIterable<TableRow> {
  if (isZip(bytes)) yield* readXlsxRows(bytes);
  else if (isOle(bytes)) throw new TableError("old-excel", "an .xls of old Excel; save it as XLSX or CSV");
  else yield* csvRows(() => Readable.from([bytes]));
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const isZip = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
const isOle = (head: Uint8Array): boolean =>
  head[0] === 0xd0 && head[1] === 0xcf && head[2] === 0x11 && head[3] === 0xe0;

// ---------------------------------------------------------------- CSV

/** Which encoding makes sense of all of the bytes: a mark at the beginning, UTF-16 by its zeros, UTF-8, else GB 18030 (which GBK is part of). */
export async function encodingOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const chinese = new TextDecoder("gb18030", { fatal: true });
  let [isUtf8, isChinese, first] = [true, true, true];
  for await (const chunk of chunks) {
    const marked = first ? markedEncoding(chunk) : undefined;
    if (marked) return marked;
    first = false;
    isUtf8 &&= decodes(utf8, chunk);
    isChinese &&= decodes(chinese, chunk);
    if (!isUtf8 && !isChinese) break;
  }
  if (isUtf8 && decodes(utf8)) return "utf-8";
  if (isChinese && decodes(chinese)) return "gb18030";
  throw new TableError("encoding", "neither UTF-8, UTF-16 nor GBK");
}

function decodes(decoder: TextDecoder, chunk?: Uint8Array): boolean {
  try {
    // 0 bytes are in no text table: a picture or a database that happens to decode.
    return !decoder.decode(chunk, { stream: chunk !== undefined }).includes("\0");
  } catch {
    return false;
  }
}

function markedEncoding(chunk: Uint8Array): string | undefined {
  const [a, b] = chunk;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  const some = chunk.subarray(0, 2000);
  const zeros = [0, 0];
  for (let i = 0; i < some.length; i++) if (some[i] === 0) zeros[i % 2]!++;
  // Commas, digits and line ends have one zero byte each in UTF-16, always on the same side.
  if (zeros[1]! > some.length / 20 && zeros[0] === 0) return "utf-16le";
  if (zeros[0]! > some.length / 20 && zeros[1] === 0) return "utf-16be";
  return undefined;
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    throw new TableError("encoding", `not ${encoding} throughout`, { cause });
  }
}

async function* csvRows(source: () => Readable): AsyncIterable<TableRow> {
  const encoding = await encodingOf(source());
  const text = Readable.from(decoded(source(), encoding));
  const delimiter = await delimiterOf(decoded(source(), encoding));
  const rows = text.pipe(
    parse({
      delimiter,
      bom: true,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: longestRow,
    }),
  );
  text.on("error", (fault) => rows.destroy(fault));
  try {
    for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { line: info.lines, cells: record };
  } catch (cause) {
    if (cause instanceof TableError) throw cause;
    throw new TableError("not-a-table", (cause as Error).message.slice(0, 200), { cause });
  }
}

/** The sign that cuts the first lines into most columns. */
async function delimiterOf(text: AsyncIterable<string>): Promise<string> {
  let head = "";
  for await (const piece of text) {
    head += piece;
    if (head.length > 4000) break;
  }
  const counts = [",", "\t", ";", "|", ","].map(
    (sign) => [sign, head.split("\n", 5).join("\n").split(sign).length] as const,
  );
  return counts.sort((a, b) => b[1] - a[1])[0]![0];
}

// ---------------------------------------------------------------- XLSX

/** The first sheet. Formulas count by the result that was saved with them; a merged cell of words or a day holds in each of its rows. */
async function* readXlsxRows(bytes: Uint8Array): AsyncIterable<TableRow> {
  if (unpackedSize(bytes) > largestXlsx.unpacked)
    throw new TableError("too-large", "the XLSX unpacks to over 400 MB; save it as CSV");
  const { readXlsx } = await import("hucre/xlsx");
  const book = await readXlsx(bytes).catch((cause: unknown) => {
    throw new TableError("not-a-table", "the XLSX is damaged", { cause });
  });
  const sheet = book.sheets.find(({ rows }) => rows.length > 0);
  if (!sheet) return;
  const rows = sheet.rows.map((row) => row.map(cellText));
  for (const { startRow, endRow, startCol } of sheet.merges ?? []) {
    const value = rows[startRow]?.[startCol] ?? "";
    // A number over several rows is one figure of them all: giving it to each would count it again.
    if (value === "" || /^[\d.,%]+$/.test(value)) continue;
    for (let row = startRow + 1; row <= Math.min(endRow, rows.length - 1); row++) rows[row]![startCol] ||= value;
  }
  for (const [i, cells] of rows.entries()) yield { line: i + 1, cells: Array.from(cells, (cell) => cell ?? "") };
}

/** A day and time of a sheet have no zone: they are what stood on the wall. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) {
    const iso = value.toISOString();
    return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso.slice(0, 19).replace("T", " ");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What a ZIP's own list says of the sizes inside; beyond any limit where the list cannot be found. */
function unpackedSize(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 66_000 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) return Number.POSITIVE_INFINITY;
  let [at, size] = [view.getUint32(end + 16, true), 0];
  for (let left = view.getUint16(end + 10, true); left > 0 && at + 46 <= bytes.length; left--) {
    if (view.getUint32(at, true) !== 0x02014b50) return Number.POSITIVE_INFINITY;
    size += view.getUint32(at + 24, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return size;
}
