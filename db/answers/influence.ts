import type { Query } from "#domain/query.ts";
import { postColumn } from "./columns.ts";
import { all, among, part, personParts, taskParts } from "./parts.ts";
import type { Asked } from "./select.ts";

type Post = { id: string; form: string; person: string; rate: number };
/** Fewer posts with figures than this say too little about a person. */
const fewest = 3;

/**
 * The influence of each KOC who has enough posts: the mean of (interaction rate / median interaction rate of all posts of the form).
 * Without a split, of the one person that the query names.
 */
export async function influences(
  asked: Asked,
): Promise<{ label: string; value: number | null; base: number; rows: number }[]> {
  const posts = await postsWithFigures(asked, {});
  const medians = mediansByForm(posts);
  const own = new Set((await postsWithFigures(asked, asked.query.filters)).map((post) => post.id));
  const byPerson = new Map<string, number[]>();
  for (const post of posts) {
    if (!own.has(post.id)) continue;
    const ratio = post.rate / (medians.get(post.form) ?? Number.NaN);
    const known = byPerson.get(post.person);
    if (known) known.push(ratio);
    else byPerson.set(post.person, [ratio]);
  }
  const { group } = asked.query;
  const shown = [...byPerson].filter(([person]) => !group?.keys || group.keys.includes(person));
  return shown
    .filter(([, ratios]) => ratios.length >= fewest || !group)
    .map(([label, ratios]) => ({
      label,
      value:
        ratios.length < fewest ? null : Math.round((ratios.reduce((a, b) => a + b, 0) / ratios.length) * 100) / 100,
      base: ratios.length,
      rows: ratios.length,
    }))
    .concat(shown.length === 0 && !group ? [{ label: "", value: null, base: 0, rows: 0 }] : []);
}

function mediansByForm(posts: readonly Post[]): Map<string, number> {
  const rates = new Map<string, number[]>();
  for (const { form, rate } of posts) {
    const known = rates.get(form);
    if (known) known.push(rate);
    else rates.set(form, [rate]);
  }
  return new Map([...rates].map(([form, values]) => [form, median(values)]));
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function postsWithFigures({ sql }: Asked, filters: Query["filters"]): Promise<Post[]> {
  const where = all([
    part("s.status = 'approved' AND m.reads > 0"),
    ...personParts(filters, part("s.submitted_at")),
    ...taskParts(filters),
    ...(filters.platform ? among("s.platform", filters.platform) : []),
    ...(filters.form ? among("s.form", filters.form) : []),
  ]);
  const rows = await sql.all<{ id: string; form: string; person: string; interactions: number; reads: number }>(
    `SELECT s.id, s.form, s.person_id AS person, ${postColumn("interactions")} AS interactions, m.reads
     FROM submission s JOIN person p ON p.id = s.person_id JOIN task t ON t.id = s.task_id
     JOIN metric_snapshot m ON m.id = (SELECT x.id FROM metric_snapshot x WHERE x.submission_id = s.id ORDER BY x.at DESC, x.recorded_at DESC LIMIT 1)
     WHERE ${where.text}`,
    ...where.values,
  );
  return rows.map(({ interactions, reads, ...post }) => ({ ...post, rate: Number(interactions) / Number(reads) }));
}
