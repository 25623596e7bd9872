import { z } from "zod";
import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Cleaned } from "#domain/query.ts";
import { content } from "./content.ts";
import type { Asked } from "./select.ts";

const count = z.number().nullable();
const figures = z.object({ reads: count, likes: count, comments: count, shares: count, favourites: count });
const pairSchema = z.object({ raw: figures, cleaned: figures });
type Figures = z.infer<typeof figures>;

/** A figure that cleaning may change; undefined for counts of posts. */
function partOf(of: string): ((f: Figures) => number) | undefined {
  if (of === "interactions") return (f) => (f.likes ?? 0) + (f.comments ?? 0) + (f.shares ?? 0) + (f.favourites ?? 0);
  return of in figures.shape ? (f) => f[of as keyof Figures] ?? 0 : undefined;
}

/**
 * What a sum, rate or mean over posts would be from cleaned figures; undefined where cleaning touched none of the posts behind it. `parts` are
 * the sums it was worked out from.
 */
export async function cleanedFigure(
  asked: Asked,
  key: MeasureKey,
  [top, bottom]: [number, number | undefined],
): Promise<Cleaned | undefined> {
  const { of, subject, kind, unit } = measureOf(key);
  if (subject !== "posts" || asked.query.group || !of.some((name) => partOf(name))) return undefined;
  const detail = { most: 1000, rows: [], onlyCleaned: true };
  await content({ ...asked, detail }, [key]);
  const pairs = (detail.rows as { text: string }[]).map((row) => pairSchema.parse(JSON.parse(row.text)));
  if (pairs.length === 0) return undefined;
  const moved = (name: string | undefined): number => {
    const figure = name === undefined ? undefined : partOf(name);
    return figure ? pairs.reduce((sum, { raw, cleaned }) => sum + figure(cleaned) - figure(raw), 0) : 0;
  };
  const [part, whole] = [top + moved(of[0]), (bottom ?? 0) + moved(of[1])];
  if (part === top && whole === (bottom ?? 0)) return undefined;
  if (kind === "sum") return { value: part, posts: pairs.length };
  return whole === 0 ? undefined : { value: (part / whole) * (unit === "%" ? 100 : 1), posts: pairs.length };
}
