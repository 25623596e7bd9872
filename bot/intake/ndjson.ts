import { z } from "zod";
import type { Figures } from "#domain/cleaning.ts";
import { metrics } from "#domain/metric-words.ts";
import { type CommentLine, type FigureRow, type RowFault, type RowSetup, readTime } from "#domain/table-rows.ts";

const post = z.union([z.string().trim().min(1).max(2000), z.number().int().transform(String)]);
const time = z.union([z.string(), z.number()]);
const count = z.number().int().max(1e12).nullish();
const figuresSchema = z.object({
  post,
  at: time,
  reads: count,
  likes: count,
  comments: count,
  shares: count,
  favourites: count,
  completion_rate: z.number().max(1).nullish(),
  /** The post is gone; what was known of it stays. */
  gone: z.boolean().optional(),
});
const commentSchema = z.object({
  post,
  at: time,
  author: z.string().max(200).default(""),
  text: z.string().trim().min(1).max(5000),
});

/** Reads JSON lines of figures: `{"post","at","reads",…}`; a line that is none is a fault with its number. */
export function readFigureLines(body: string, setup: RowSetup): { rows: FigureRow[]; faults: RowFault[] } {
  return readLines<z.infer<typeof figuresSchema>, FigureRow>(body, setup, figuresSchema, (line, value, at) => {
    const { gone, completion_rate, post: name } = value;
    const figures = Object.fromEntries(metrics.map((metric) => [metric, null])) as Figures;
    for (const metric of metrics)
      figures[metric] = (metric === "completionRate" ? completion_rate : value[metric]) ?? null;
    const negative = metrics.find((metric) => (figures[metric] ?? 0) < 0);
    if (negative) return { line, why: "negative", text: `${negative} ${figures[negative]}` };
    if (!gone && metrics.every((metric) => figures[metric] === null)) return { line, why: "no-figures", text: name };
    return { line, post: name, at, figures, ...(gone && { gone }) };
  });
}

/** Reads JSON lines of comments: `{"post","at","author","text"}`. */
export function readCommentLines(body: string, setup: RowSetup): { rows: CommentLine[]; faults: RowFault[] } {
  return readLines<z.infer<typeof commentSchema>, CommentLine>(body, setup, commentSchema, (line, value, at) => ({
    ...value,
    line,
    at,
  }));
}

function readLines<V extends { post: string; at: string | number }, Row extends object>(
  body: string,
  setup: RowSetup,
  schema: z.ZodType<V>,
  rowOf: (line: number, value: V, at: number) => Row | RowFault,
): { rows: Row[]; faults: RowFault[] } {
  const rows: Row[] = [];
  const faults: RowFault[] = [];
  for (const [i, text] of body
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (text.trim() === "") continue;
    const row = readLine(i + 1, text, setup, schema, rowOf);
    if ("why" in row) faults.push(row as RowFault);
    else rows.push(row as Row);
  }
  return { rows, faults };
}

function readLine<V extends { post: string; at: string | number }, Row extends object>(
  line: number,
  text: string,
  setup: RowSetup,
  schema: z.ZodType<V>,
  rowOf: (line: number, value: V, at: number) => Row | RowFault,
): Row | RowFault {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { line, why: "not-json", text: text.slice(0, 60) };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return { line, why: "not-a-row", text: `${issue.path.join(".") || "row"}: ${issue.message}`.slice(0, 120) };
  }
  const at = readTime(String(parsed.data.at), setup);
  if (at === null) return { line, why: "bad-time", text: String(parsed.data.at).slice(0, 60) };
  if (at > setup.now + 3_600_000) return { line, why: "future", text: String(parsed.data.at) };
  return rowOf(line, parsed.data, at);
}
