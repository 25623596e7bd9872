import { createHash } from "node:crypto";
import { findLinks } from "#domain/link.ts";
import type { Row } from "./package-format.ts";
import { putAll } from "./put-all.ts";
import type { Tx } from "./store.ts";
import type { StepFact } from "./tasks.ts";

/** A short id made of what a row says, so that importing it again finds it. */
export const idOf = (...parts: (string | number)[]): string =>
  createHash("sha1").update(parts.join("\u0000")).digest("hex").slice(0, 16);

/** Brings a task in. Without a word on materials, a task keeps those it has. */
export async function importTask(
  tx: Tx,
  row: Row<"tasks">,
  materials: readonly string[] | undefined,
  now: number,
): Promise<void> {
  const known = await tx.tasks.find(row.id);
  const fields = {
    title: row.title,
    theme: row.theme,
    brief: row.brief,
    materials: [...(materials ?? known?.materials ?? [])],
    importance: row.importance,
    quota: row.quota,
    reward: row.reward,
    publishedAt: row.published_at,
    deadlineAt: row.deadline,
    status: row.status,
  };
  const briefs = new Map(known?.forms.map((form) => [form.form, form.brief]));
  const forms = row.forms.map((form) => ({ form, brief: briefs.get(form) ?? "" }));
  if (known) {
    await tx.tasks.save({ ...known, ...fields, forms, target: { ...known.target, segments: row.segments } });
    return;
  }
  await tx.tasks.add({
    id: row.id,
    ...fields,
    forms,
    target: { segments: row.segments, tags: [], exclude: { segments: [], tags: [] } },
    pushBudget: null,
    proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
    autopilot: false,
    briefVersion: 1,
    templateId: null,
    createdBy: null,
    createdAt: row.published_at ?? now,
    updatedAt: now,
  });
}

const stepTimes = [
  ["pushed", "pushed_at"],
  ["seen", "seen_at"],
  ["accepted", "accepted_at"],
  ["declined", "declined_at"],
  ["submitted", "submitted_at"],
  ["approved", "approved_at"],
  ["rejected", "rejected_at"],
] as const;

type KnownCard = { id: string; policy: string | null; plannedAt: number | null };

/** Brings in the assignments; returns the steps that the log does not have yet, in no order. */
export async function importAssignments(tx: Tx, rows: Row<"assignments">[], now: number): Promise<StepFact[]> {
  const { sql } = tx.connection;
  const cards = new Map<string, KnownCard>();
  const stored = await sql.all<{ id: string; task_id: string; person_id: string; policy: string; planned_at: number }>(
    "SELECT id, task_id, person_id, policy, planned_at FROM assignment",
  );
  for (const { id, task_id, person_id, policy, planned_at } of stored)
    cards.set(`${task_id}\n${person_id}`, { id, policy, plannedAt: planned_at });
  const noted = new Set(
    (await sql.all<{ key: string }>("SELECT assignment_id || ' ' || step AS key FROM step_fact")).map((row) => row.key),
  );
  const known = (row: Row<"assignments">) => cards.get(`${row.task}\n${row.person}`);
  await putAll(
    sql,
    "assignment",
    ["task_id", "person_id"],
    rows.map((row) => assignmentOf(row, known(row))),
  );
  return rows.flatMap((row) => {
    const card = known(row);
    return card?.policy && card.policy !== "import"
      ? []
      : factsOf(row, card?.id ?? idOf(row.task, row.person), noted, now);
  });
}

const assignmentOf = (row: Row<"assignments">, known: KnownCard | undefined): object => ({
  id: known?.id ?? idOf(row.task, row.person),
  taskId: row.task,
  personId: row.person,
  form: row.form,
  policy: known?.policy ?? "import",
  plannedAt: known?.plannedAt ?? row.pushed_at,
  pushedAt: row.pushed_at,
  seenAt: row.seen_at,
  acceptedAt: row.accepted_at,
  declinedAt: row.declined_at,
  declineReason: row.decline_reason,
  submittedAt: row.submitted_at,
  approvedAt: row.approved_at,
  rejectedAt: row.rejected_at,
});

/** The steps that the log does not hold yet. */
function factsOf(row: Row<"assignments">, assignmentId: string, noted: ReadonlySet<string>, now: number): StepFact[] {
  return stepTimes.flatMap(([step, column]) => {
    const at = row[column];
    if (at === null || noted.has(`${assignmentId} ${step}`)) return [];
    return {
      assignmentId,
      taskId: row.task,
      personId: row.person,
      form: row.form,
      step,
      reason: step === "declined" ? row.decline_reason : null,
      at,
      recordedAt: now,
      byId: null,
    };
  });
}

/** The row of a hand-in. */
export const submissionOf = (row: Row<"submissions">): object => ({
  id: row.id,
  taskId: row.task,
  personId: row.person,
  platform: row.platform,
  url: row.url,
  postKey: findLinks(row.url)[0]?.canonical ?? row.url,
  form: row.form,
  submittedAt: row.submitted_at,
  status: row.status,
  rawText: row.raw_text,
});

/** The row of figures of a post. */
export function snapshotOf(row: Row<"metrics">, now: number): object {
  const { row: _, submission, at, completion_rate, ...figures } = row;
  return {
    id: idOf(submission, at, "import"),
    submissionId: submission,
    at,
    source: "import",
    ...figures,
    completionRate: completion_rate,
    recordedAt: now,
  };
}

/** The row of a comment. */
export function commentOf(row: Row<"comments">, now: number): object {
  const { row: _, submission, ...said } = row;
  return {
    id: idOf(submission, said.at, said.author, said.text),
    submissionId: submission,
    ...said,
    recordedAt: now,
  };
}
