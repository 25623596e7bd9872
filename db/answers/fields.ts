import { type Answer, type AnswerRow, passes } from "#domain/query.ts";
import { marks } from "../sql.ts";
import { all, among, joined, part, personParts, taskParts } from "./parts.ts";
import type { Asked } from "./select.ts";

const numbers = ["reward", "quota", "importance"];

/** What a task or a person says of itself: a number, or a list of labels. */
export async function fieldAnswer(asked: Asked): Promise<Answer> {
  return asked.query.measures[0] === "person_field" ? personAnswer(asked) : taskAnswer(asked);
}

type TaskRow = {
  id: string;
  theme: string;
  brief: string;
  target: string;
  forms: string;
  importance: number;
  quota: number;
  reward: number;
  status: string;
  published_at: number | null;
  deadline_at: number | null;
};

async function taskAnswer({ sql, query, now }: Asked): Promise<Answer> {
  const field = query.field ?? "status";
  const { person, segment, form } = query.filters;
  const held = (column: string, keys: string[]) =>
    joined(
      keys.map((key) => part(`${column} LIKE ?`, `%"${key}"%`)),
      " OR ",
    );
  const where = all([
    ...taskParts(query.filters),
    ...(query.group?.keys && query.group.by === "task" ? among("t.id", { in: query.group.keys }) : []),
    ...(segment?.in ? [held("t.target", segment.in)].map((p) => part(`(${p.text})`, ...p.values)) : []),
    ...(form?.in ? [held("t.forms", form.in)].map((p) => part(`(${p.text})`, ...p.values)) : []),
    ...(person?.in
      ? [
          part(
            `t.id IN (SELECT task_id FROM assignment WHERE pushed_at IS NOT NULL AND person_id IN (${marks(person.in.length)}))`,
            ...person.in,
          ),
        ]
      : []),
    ...(query.period
      ? [
          part(
            `${field === "published_at" ? "t.published_at" : "t.deadline_at"} >= ? AND ${field === "published_at" ? "t.published_at" : "t.deadline_at"} < ?`,
            query.period.from,
            query.period.until,
          ),
        ]
      : []),
  ]);
  const rows = await sql.all<TaskRow>(`SELECT * FROM task t WHERE ${where.text} ORDER BY t.id`, ...where.values);
  if (rows.length === 0) return { type: "unknown", why: "no-such-name" };
  const one = rows.length === 1 && !query.group && query.order === null ? rows[0] : undefined;
  if (one) return oneTask(one, field);
  const entries: AnswerRow[] = rows.map((row) => ({ label: row.id, name: row.id, value: numberOf(row, field) }));
  const sorted =
    query.order && (numbers.includes(field) || field.endsWith("_at") || field === "deadline")
      ? entries
          .filter((e) => e.value !== null)
          .sort((a, b) => (query.order === "desc" ? b.value! - a.value! : a.value! - b.value!))
      : entries;
  const kept = sorted.filter((e) => passes(query.having, e.value));
  if (query.countGroups) return { type: "number", value: kept.length, unit: "个", rows: rows.length };
  const cut = query.limit === null ? kept : kept.slice(0, query.limit);
  const shown = numbers.includes(field) ? cut : cut.map((e) => ({ ...e, value: null }));
  return { type: query.order ? "ranking" : "list", value: shown, unit: unitOf(field), rows: now > 0 ? rows.length : 0 };
}

const unitOf = (field: string): string => (field === "reward" ? "积分" : field === "quota" ? "篇" : "");

function numberOf(row: TaskRow, field: string): number | null {
  if (field === "deadline") return row.deadline_at;
  if (field === "published_at") return row.published_at;
  return numbers.includes(field) ? Number(row[field as "reward"]) : null;
}

function oneTask(row: TaskRow, field: string): Answer {
  if (numbers.includes(field))
    return { type: "number", value: Number(row[field as "reward"]), unit: unitOf(field), rows: 1 };
  const labels = labelsOf(row, field);
  if (labels.length === 0) return { type: "unknown", why: "no-figures" };
  return { type: "list", value: labels.map((label) => ({ label, name: label, value: null })), unit: "", rows: 1 };
}

/** Times are labelled by their milliseconds; the caller knows the zone and makes dates of them. */
function labelsOf(row: TaskRow, field: string): string[] {
  switch (field) {
    case "deadline":
      return row.deadline_at === null ? [] : [`@${row.deadline_at}`];
    case "published_at":
      return row.published_at === null ? [] : [`@${row.published_at}`];
    case "theme":
      return [row.theme];
    case "brief":
      return [row.brief];
    case "forms":
      return (JSON.parse(row.forms) as { form: string }[]).map((f) => f.form);
    case "segments":
      return (JSON.parse(row.target) as { segments: string[] }).segments;
    default:
      return [row.status];
  }
}

async function personAnswer({ sql, query, now }: Asked): Promise<Answer> {
  const where = all([...personParts({ person: query.filters.person }, part("?", now))]);
  const row = await sql.get<Record<string, string | number | null>>(
    `SELECT * FROM person p WHERE ${where.text} LIMIT 1`,
    ...where.values,
  );
  if (!row) return { type: "unknown", why: "no-such-name" };
  const columns: Record<string, string> = {
    owner: "owner_id",
    city: "city",
    channel: "home_channel",
    consent: "consent",
    joined_at: "joined_at",
    roles: "roles",
  };
  const value = row[columns[query.field ?? "owner"] ?? "owner_id"];
  if (value === null || value === undefined) return { type: "list", value: [], unit: "", rows: 1 };
  const labels =
    query.field === "joined_at" ? [`@${value}`] : query.field === "roles" ? String(value).split(" ") : [String(value)];
  return { type: "list", value: labels.map((label) => ({ label, name: label, value: null })), unit: "", rows: 1 };
}
