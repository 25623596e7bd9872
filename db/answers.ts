import type { Catalog } from "#domain/catalog.ts";
import { type MeasureKey, measureOf } from "#domain/measures.ts";
import { type Answer, type AnswerRow, type DetailRow, funnelSteps, type Query } from "#domain/query.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { loadCatalog } from "./answers/catalog.ts";
import { cleanedFigure } from "./answers/cleaned.ts";
import { tally } from "./answers/counts.ts";
import { fieldAnswer } from "./answers/fields.ts";
import { groupOf, groupsOf } from "./answers/groups.ts";
import { compared, leftOf, listed, placed, rowOf, unitOf } from "./answers/listing.ts";
import { type RecentQuestion, recentSchema } from "./answers/recent.ts";
import type { Asked } from "./answers/select.ts";
import type { Connection } from "./backend.ts";
import { settingsTable } from "./settings.ts";
import type { Sql } from "./sql.ts";

/**
 * Answers a query from the tables, as of `now` (epoch milliseconds). Never throws for what a person asked: nothing to divide by, no
 * figures and too few posts are answers. Labels are ids and keys; names are the caller's.
 */
export async function answerQuery(sql: Sql, asksFor: Query, now: number): Promise<Answer> {
  const query = upToNow(asksFor, now);
  const asked: Asked = { sql, query, now };
  const key = query.measures[0];
  if (!key) return { type: "clarify", why: "which-measure", choices: [] };
  if (query.period && query.period.from > now && !["tasks", "task_field"].includes(key))
    return { type: "unknown", why: "future" };
  if (key === "task_field" || key === "person_field") return fieldAnswer(asked);
  if (key === "weakest_step") return weakest(asked);
  if (key === "step_lost") return lost(asked);
  if (key === "funnel" || query.measures.length > 1)
    return sideBySide(asked, key === "funnel" ? [...funnelSteps] : query.measures);
  if (query.share) return shareOf(asked, key);
  if (!query.group) return single(asked, key);
  const found = await groupsOf(asked, key);
  const groups =
    query.field === "left" ? found.map((g) => ({ ...g, value: g.parts ? leftOf(g.parts) : g.value })) : found;
  if (query.place !== null) return placed(asked, key, groups);
  return query.compare ? compared(asked, key, groups) : listed(asked, key, groups);
}

/** The rows behind a figure, newest first, at most so many; none for what is no count of rows (details of a task, a net change). */
export async function rowsBehind(sql: Sql, asksFor: Query, now: number, most: number): Promise<DetailRow[]> {
  const query = upToNow(asksFor, now);
  const key = query.measures[0];
  if (!key || ["task_field", "person_field", "weakest_step", "step_lost", "influence", "segment_net"].includes(key))
    return [];
  const rows: DetailRow[] = [];
  const { group } = query;
  const named = group?.keys && !["period", "weekday"].includes(group.by) ? { [group.by]: { in: group.keys } } : {};
  const periods = group?.by === "period" ? (group.periods ?? []) : [];
  const whole = periods[0] && {
    ...periods[0],
    from: Math.min(...periods.map((p) => p.from)),
    until: Math.max(...periods.map((p) => p.until)),
  };
  const flat: Query = { ...query, group: null, period: whole ?? query.period, filters: { ...query.filters, ...named } };
  await tally({ sql, query: flat, now, detail: { most, rows } }, [key === "funnel" ? "pushed" : key]);
  return rows;
}

/** Nothing that happened after `now` counts; deadlines of tasks may lie ahead. */
function upToNow(query: Query, now: number): Query {
  if (["tasks", "task_field"].includes(query.measures[0] ?? "")) return query;
  const cut = <P extends { from: number; until: number }>(p: P): P =>
    p.from <= now && p.until > now ? { ...p, until: now + 1 } : p;
  const { period, group } = query;
  return {
    ...query,
    period: period && cut(period),
    group: group && { ...group, ...(group.periods && { periods: group.periods.map(cut) }) },
  };
}

async function single(asked: Asked, key: MeasureKey): Promise<Answer> {
  const groups = await groupsOf(asked, key);
  const group = groups[0] ?? groupOf(key, "", {});
  const isGone = asked.query.filters.post !== undefined && group.rows === 0 && !group.value;
  if (isGone) return { type: "unknown", why: "no-figures" };
  if (group.value === null) return { type: "unknown", why: whyNothing(key, asked.query) };
  // How many pieces are still wanted.
  if (asked.query.field === "left" && group.parts)
    return {
      type: "number",
      value: leftOf(group.parts),
      unit: "篇",
      rows: group.rows,
      parts: group.parts,
    };
  const unit = unitOf(asked.query, key);
  const cleaned = await cleanedFigure(asked, key, group.parts ?? [group.value, undefined]);
  return {
    ...(cleaned && { cleaned }),
    type: unit === "%" ? "percent" : "number",
    value: group.value,
    unit,
    rows: group.rows,
    ...(group.parts && { parts: group.parts }),
  };
}

function whyNothing(key: MeasureKey, query: Query): "too-few-posts" | "no-figures" | "nothing-to-divide" {
  if (key === "influence") return "too-few-posts";
  return measureOf(key).subject === "posts" && query.filters.post ? "no-figures" : "nothing-to-divide";
}

async function shareOf(asked: Asked, key: MeasureKey): Promise<Answer> {
  const { query } = asked;
  const filters = { ...query.filters };
  for (const left of query.share ?? []) delete filters[left];
  const whole = await groupsOf({ ...asked, query: { ...query, filters, share: null, group: null } }, key);
  const bottom = whole[0]?.value ?? 0;
  if (bottom === 0) return { type: "unknown", why: "nothing-to-divide" };
  if (query.group) {
    const groups = await groupsOf({ ...asked, query: { ...query, share: null } }, key);
    const shares = groups.map((g) => ({
      ...g,
      value: ((g.value ?? 0) / bottom) * 100,
      parts: [g.value ?? 0, bottom] as [number, number],
    }));
    return listed(asked, key, shares);
  }
  const part = await groupsOf({ ...asked, query: { ...query, share: null } }, key);
  const top = part[0]?.value ?? 0;
  return { type: "percent", value: (top / bottom) * 100, unit: "%", rows: bottom, parts: [top, bottom] };
}

/** Several measures at once: of the same table in one statement, each under its own name. */
async function sideBySide(asked: Asked, keys: MeasureKey[]): Promise<Answer> {
  const value: AnswerRow[] = [];
  let rows = 0;
  const isFunnel = asked.query.measures[0] === "funnel";
  for (const key of keys) {
    const query: Query = { ...asked.query, measures: [key], group: null };
    // A whole funnel follows the cards that were pushed in the period; single steps go by their own time.
    const found = isFunnel
      ? await tally({ ...asked, query }, [
          "completion_rate",
          ...(["view_rate", "hand_in_rate", "participation_rate"] as const),
        ]).then((counts) => [{ label: key, value: counts.get(null)?.[key] ?? 0, base: 0, rows: 0 }])
      : await groupsOf({ ...asked, query }, key);
    const group = found[0] ?? groupOf(key, "", {});
    rows = Math.max(rows, group.rows, group.value ?? 0);
    const { parts: _, ...row } = rowOf({ ...asked, query }, key, { ...group, label: key });
    value.push(row);
  }
  return { type: "series", value, unit: unitOf(asked.query, keys[0]!), rows };
}

async function funnelCounts(asked: Asked): Promise<number[]> {
  const counts = await tally(asked, ["view_rate", "hand_in_rate", "completion_rate"]);
  const figures = counts.get(null) ?? {};
  return funnelSteps.map((step) => figures[step] ?? 0);
}

async function weakest(asked: Asked): Promise<Answer> {
  const counts = await funnelCounts({ ...asked, query: { ...asked.query, group: null } });
  const steps: AnswerRow[] = counts.slice(1).flatMap((count, i) => {
    const before = counts[i]!;
    const label = `${funnelSteps[i]}>${funnelSteps[i + 1]}`;
    return before === 0
      ? []
      : [{ label, name: label, value: (count / before) * 100, parts: [count, before] as [number, number] }];
  });
  const weakest = steps.sort((a, b) => a.value! - b.value!).slice(0, asked.query.limit ?? 1);
  if (weakest.length === 0) return { type: "unknown", why: "nothing-to-divide" };
  return { type: "ranking", value: weakest, unit: "%", rows: counts[0]! };
}

async function lost(asked: Asked): Promise<Answer> {
  const counts = await funnelCounts({ ...asked, query: { ...asked.query, group: null } });
  const at = (step: string) => counts[funnelSteps.indexOf(step as (typeof funnelSteps)[number])] ?? 0;
  const { between } = asked.query;
  if (between)
    return {
      type: "number",
      value: at(between[0]) - at(between[1]),
      unit: "人",
      rows: at(between[0]),
      parts: [at(between[0]), at(between[1])],
    };
  const steps = counts
    .slice(1)
    .map((count, i) => ({ label: `${funnelSteps[i]}>${funnelSteps[i + 1]}`, name: "", value: counts[i]! - count }));
  const value = asked.query.order
    ? steps.sort((a, b) => b.value - a.value).slice(0, asked.query.limit ?? steps.length)
    : steps;
  return { type: asked.query.order ? "ranking" : "series", value, unit: "人", rows: counts[0]! };
}

export function answersTable(connection: Connection) {
  const { sql } = connection;
  const settings = settingsTable(connection);
  const recentKey = (personId: string, conversationId: string) => `questions:${personId}:${conversationId}`;
  const keeper = {};
  return {
    /** Everything that questions may name. */
    catalog: (taxonomy: Taxonomy): Promise<Catalog> => loadCatalog(sql, keeper, taxonomy),

    answer: (query: Query, now: number): Promise<Answer> => answerQuery(sql, query, now),

    /** The rows behind an answer's figure, newest first. */
    rows: (query: Query, now: number, most: number): Promise<DetailRow[]> => rowsBehind(sql, query, now, most),

    async recentQuestions(personId: string, conversationId: string): Promise<RecentQuestion[]> {
      const text = await settings.get(recentKey(personId, conversationId));
      return text === undefined ? [] : recentSchema.parse(JSON.parse(text));
    },

    async rememberQuestions(
      personId: string,
      conversationId: string,
      recent: RecentQuestion[],
      at: number,
    ): Promise<void> {
      await settings.set(recentKey(personId, conversationId), JSON.stringify(recent), at);
    },

    /** The tasks that were pushed to a person. */
    async tasksPushedTo(personId: string): Promise<Set<string>> {
      const rows = await sql.all<{ task_id: string }>(
        "SELECT task_id FROM assignment WHERE pushed_at IS NOT NULL AND person_id = ?",
        personId,
      );
      return new Set(rows.map((row) => row.task_id));
    },
  };
}
