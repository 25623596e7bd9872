import type { Figures } from "./cleaning.ts";
import { type Metric, metrics } from "./metric-words.ts";
import { narrowDigits, readNumber } from "./number.ts";
import type { Columns, Field } from "./table-columns.ts";
import { fromZoned } from "./zone.ts";

/** Figures of one post at one time, from line `line` of whatever they came in. */
export type FigureRow = { line: number; post: string; at: number; figures: Figures; gone?: boolean };
export type CommentLine = { line: number; post: string; at: number; author: string; text: string };

export type RowFaultReason =
  | "not-json"
  | "not-a-row"
  | "no-post"
  | "unknown-post"
  | "no-figures"
  | "no-text"
  | "not-a-number"
  | "negative"
  | "impossible"
  | "bad-time"
  | "no-time"
  | "future"
  | "contradiction";
/** Why a line was not taken; `text` is what stands there. */
export type RowFault = { line: number; why: RowFaultReason; text: string };

/** When a row without a time of its own counts, the brand's zone for times without one, and what counts as now. */
export type RowSetup = { at: number; timeZone: string; now: number };

const hourMs = 3_600_000;
const nothing = /^(?:|[-–—/\\]+|n\/?a|null|none|无|暂无|未知)$/i;

/** A figure as a table has it: `1.2万`, `12,034`, `41%`; null where the cell is empty. */
export function readFigure(cell: string, metric: Metric): number | null | { why: RowFaultReason } {
  const text = narrowDigits(cell.trim()).replace(/^'/, "");
  if (nothing.test(text)) return null;
  const isShare = /[%]$/.test(text);
  const bare = text.replace(/[%,\s]/g, "");
  if (/^-\d/.test(bare)) return { why: "negative" };
  const value = /^\d+(?:\.\d+)?$/.test(bare) ? Number(bare) : readNumber(bare);
  if (value === null || !Number.isFinite(value)) return { why: "not-a-number" };
  if (metric === "completionRate") return shareIn(value, isShare);
  if (isShare || value > 1e12) return { why: "impossible" };
  return Number.isInteger(value)
    ? value
    : Math.abs(value - Math.round(value)) < 1e-6
      ? Math.round(value)
      : { why: "impossible" };
}

/** `41%`, `41` and `0.41` are one share. */
function shareIn(value: number, isShare: boolean): number | { why: RowFaultReason } {
  const share = isShare || value > 1 ? Math.round(value * 1e4) / 1e6 : value;
  return share > 1 ? { why: "impossible" } : share;
}

/**
 * A time as tables have them: ISO, `2026/11/2 13:05`, `2026年11月2日`, epoch seconds or milliseconds, Excel's day number. A day alone is its
 * last second (platforms count to the day's end), or now where the day still runs.
 */
export function readTime(cell: string, { timeZone, now }: RowSetup): number | null {
  const text = narrowDigits(cell.trim());
  if (/^\d{13}$/.test(text)) return Number(text);
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{5}(?:\.\d+)?$/.test(text)) return readTime(dayOfExcel(Number(text)), { at: now, timeZone, now });
  const zonedIso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
  if (zonedIso) {
    const at = Date.parse(text.replace(" ", "T"));
    return Number.isNaN(at) ? null : at;
  }
  const parts =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?(?:\.\d+)?秒?)?$/.exec(
      text,
    ) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (!year || !month || !day || month > 12 || day > 31 || (hour ?? 0) > 24 || (minute ?? 0) > 59) return null;
  if (hour !== undefined)
    return fromZoned({ year, month, day, hour, minute: minute ?? 0, second: second ?? 0 }, timeZone);
  const end = fromZoned({ year, month, day: day + 1 }, timeZone) - 1000;
  return end > now && end - 24 * hourMs <= now ? now : end;
}

/** Excel counts days from 30 December 1899. */
function dayOfExcel(days: number): string {
  const date = new Date(Math.round((days - 25_569) * 86_400) * 1000).toISOString();
  return Number.isInteger(days) ? date.slice(0, 10) : date.slice(0, 19).replace("T", " ");
}

/** Where each mapped column stands; a name that is not there is left out. */
export function placesOf(header: readonly string[], columns: Columns): Partial<Record<Field, number>> {
  const places: Partial<Record<Field, number>> = {};
  for (const [field, name] of Object.entries(columns) as [Field, string][]) {
    const at = header.findIndex((cell) => cell.trim() === name.trim());
    if (at >= 0) places[field] = at;
  }
  return places;
}

type Places = Partial<Record<Field, number>>;
const cellAt = (cells: readonly string[], at: number | undefined): string =>
  at === undefined ? "" : (cells[at] ?? "").trim();

function timeOf(cells: readonly string[], places: Places, setup: RowSetup): number | { why: RowFaultReason } {
  const written = cellAt(cells, places.at);
  if (written === "") return setup.at;
  const at = readTime(written, setup);
  if (at === null) return { why: "bad-time" };
  return at > setup.now + hourMs ? { why: "future" } : at;
}

/** One row of a table of figures; null for an empty one. */
export function readFigureRow(
  line: number,
  cells: readonly string[],
  places: Places,
  setup: RowSetup,
): FigureRow | RowFault | null {
  if (cells.every((cell) => cell.trim() === "")) return null;
  const fault = (why: RowFaultReason, text: string): RowFault => ({ line, why, text: text.slice(0, 80) });
  const post = cellAt(cells, places.post);
  if (post === "") return fault("no-post", cells.join(" ").trim());
  const at = timeOf(cells, places, setup);
  if (typeof at === "object") return fault(at.why, cellAt(cells, places.at));
  const figures = Object.fromEntries(metrics.map((metric) => [metric, null])) as Figures;
  for (const metric of metrics) {
    const cell = cellAt(cells, places[metric]);
    const value = readFigure(cell, metric);
    if (value !== null && typeof value === "object") return fault(value.why, cell);
    figures[metric] = value;
  }
  if (metrics.every((metric) => figures[metric] === null)) return fault("no-figures", post);
  return { line, post, at, figures };
}

/** One row of a table of comments; null for an empty one. */
export function readCommentRow(
  line: number,
  cells: readonly string[],
  places: Places,
  setup: RowSetup,
): CommentLine | RowFault | null {
  if (cells.every((cell) => cell.trim() === "")) return null;
  const post = cellAt(cells, places.post);
  if (post === "") return { line, why: "no-post", text: cells.join(" ").trim().slice(0, 80) };
  const text = cellAt(cells, places.text);
  if (text === "") return { line, why: "no-text", text: post };
  const at = timeOf(cells, places, setup);
  if (typeof at === "object") return { line, why: at.why, text: cellAt(cells, places.at) };
  return { line, post, at, author: cellAt(cells, places.author), text: text.slice(0, 5000) };
}
