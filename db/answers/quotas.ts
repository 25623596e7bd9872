import { all, part, taskParts } from "./parts.ts";
import type { Asked, Tally } from "./select.ts";

/**
 * Adds to each group the quota of its tasks: of those that were published, once each. Only splits by task, theme and status have a quota
 * of their own; other groups share none, so a quota for them would be made up.
 */
export async function quotas({ sql, query }: Asked, counts: Tally): Promise<void> {
  const columns: Partial<Record<string, string>> = { task: "t.id", theme: "t.theme", status: "t.status" };
  const column = query.group ? columns[query.group.by] : "'all'";
  if (!column) return;
  const where = all([part("t.published_at IS NOT NULL"), ...taskParts(query.filters)]);
  const rows = await sql.all<{ grouped: string; quota: number }>(
    `SELECT ${column} AS grouped, SUM(t.quota) AS quota FROM task t WHERE ${where.text} GROUP BY 1`,
    ...where.values,
  );
  for (const row of rows) {
    const figures = counts.get(query.group ? row.grouped : null);
    if (figures) figures.quota = Number(row.quota);
  }
}
