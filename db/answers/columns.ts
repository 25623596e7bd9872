import type { Dimension, Period } from "#domain/query.ts";
import { type Part, part } from "./parts.ts";

/** When a row of assignments counts for a part of a measure; `now` is a value. Alias `a`, the task `t`. */
export function assignmentPart(of: string, now: number): Part {
  const open = "a.accepted_at IS NOT NULL AND a.submitted_at IS NULL AND a.withdrawn_at IS NULL";
  switch (of) {
    case "reviewed":
      return part("a.approved_at IS NOT NULL OR a.rejected_at IS NOT NULL");
    case "overdue":
      return part(`${open} AND t.deadline_at < ?`, now);
    case "to_come":
      return part(`${open} AND (t.deadline_at IS NULL OR t.deadline_at >= ?)`, now);
    case "not_handed_in":
      return part(open);
    case "late":
      return part("a.submitted_at > t.deadline_at");
    case "waiting":
      return part("a.submitted_at IS NOT NULL AND a.approved_at IS NULL AND a.rejected_at IS NULL");
    case "no_answer":
      return part("a.seen_at IS NOT NULL AND a.accepted_at IS NULL AND a.declined_at IS NULL");
    case "unread":
      return part("a.pushed_at IS NOT NULL AND a.seen_at IS NULL");
    case "resubmitted":
      return part("(SELECT COUNT(*) FROM submission x WHERE x.task_id = a.task_id AND x.person_id = a.person_id) > 1");
    case "response":
      return part("a.accepted_at IS NOT NULL");
    case "review":
    case "reward":
      return part("a.approved_at IS NOT NULL");
    default:
      return part(`a.${stepColumn(of)} IS NOT NULL`);
  }
}

/** What is added up where it is not rows. */
export const assignmentSums: Record<string, string> = {
  response: "a.accepted_at - a.pushed_at",
  review: "a.approved_at - a.submitted_at",
  reward: "t.reward",
};

const steps = ["pushed", "seen", "accepted", "declined", "submitted", "approved", "rejected"];

/** Only names that stand here become columns. */
export function stepColumn(step: string): string {
  if (!steps.includes(step)) throw new Error(`no such step: ${step}`);
  return `${step}_at`;
}

export const assignmentTime = (time: string): string =>
  time === "deadline" ? "t.deadline_at" : `a.${stepColumn(time)}`;

const interactions = (m: string) =>
  `(COALESCE(${m}.likes, 0) + COALESCE(${m}.comments, 0) + COALESCE(${m}.shares, 0) + COALESCE(${m}.favourites, 0))`;

/** A post's figure: `m` is its latest snapshot, `f` its first. */
export function postColumn(of: string): string {
  if (of.startsWith("growth_")) {
    const name = of.slice(7);
    return name === "interactions"
      ? `${interactions("m")} - ${interactions("f")}`
      : `m.${figureColumn(name)} - f.${figureColumn(name)}`;
  }
  if (of === "interactions") return `CASE WHEN m.id IS NOT NULL THEN ${interactions("m")} END`;
  if (of === "blind") return "CASE WHEN m.id IS NULL THEN 1 ELSE 0 END";
  if (of === "figures") return "CASE WHEN m.id IS NOT NULL THEN 1 END";
  if (of === "completion") return "CASE WHEN s.form = 'video' THEN m.completion_rate * 100 END";
  if (of === "completions") return "CASE WHEN s.form = 'video' AND m.completion_rate IS NOT NULL THEN 1 END";
  return `m.${figureColumn(of)}`;
}

const figures = ["reads", "likes", "comments", "shares", "favourites"];
function figureColumn(name: string): string {
  if (!figures.includes(name)) throw new Error(`no such figure: ${name}`);
  return name;
}

/** The number of the period in which a time lies, `-1` outside of all. */
export function periodNumber(column: string, periods: readonly Period[]): Part {
  const whens = periods.map((p, i) => part(`WHEN ${column} >= ? AND ${column} < ? THEN ${i}`, p.from, p.until));
  return part(`CASE ${whens.map((w) => w.text).join(" ")} ELSE -1 END`, ...whens.flatMap((w) => w.values));
}

const ofTasks: Partial<Record<Dimension, string>> = { theme: "t.theme", status: "t.status" };
const ofPeople: Partial<Record<Dimension, string>> = {
  city: "p.city",
  koe: "p.owner_id",
  channel: "p.home_channel",
  consent: "p.consent",
};
const columns: Record<"a" | "s" | "p" | "t", Partial<Record<Dimension, string>>> = {
  p: { ...ofPeople, person: "p.id" },
  t: { ...ofTasks, task: "t.id" },
  a: {
    ...ofPeople,
    ...ofTasks,
    task: "a.task_id",
    person: "a.person_id",
    form: "a.form",
    platform: "s.platform",
    reason: "COALESCE(NULLIF(a.decline_reason, ''), 'none')",
  },
  s: {
    ...ofPeople,
    ...ofTasks,
    task: "s.task_id",
    person: "s.person_id",
    form: "s.form",
    platform: "s.platform",
    post: "s.id",
  },
};

/** The column that a split by this dimension takes its key from; undefined where these rows have none. */
export const groupColumn = (by: Dimension, row: "a" | "s" | "p" | "t"): string | undefined => columns[row][by];
