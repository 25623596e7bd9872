import type { Task } from "./task.ts";

/** What is kept of a task so that another can be made from it. */
export type TemplateBody = Pick<
  Task,
  "title" | "theme" | "brief" | "materials" | "target" | "forms" | "importance" | "quota" | "reward" | "proof"
> & {
  /** From opening to deadline. */
  days: number;
};

/** What the task reached when it was kept: the reason to use it again, or not to. */
export type TemplateEvidence = {
  task: string;
  quota: number;
  asked: number;
  accepted: number;
  submitted: number;
  approved: number;
  reads: number | null;
  interactions: number | null;
  /** Where koloop kept it by itself: how its theme has done over so many tasks. */
  pattern?: { tasks: number; strong: number; level: number } | undefined;
};

export type Template = {
  id: string;
  title: string;
  body: TemplateBody;
  evidence: TemplateEvidence;
  createdBy: string | null;
  createdAt: number;
};

const dayMs = 86_400_000;
/** Where a task had no deadline. */
export const usualDays = 14;

/** All of a task that is worth using again; people, times and outcomes are not. */
export function templateOf(task: Task): TemplateBody {
  const { title, theme, brief, materials, target, forms, importance, quota, reward, proof, publishedAt, deadlineAt } =
    task;
  const span = deadlineAt === null ? usualDays * dayMs : deadlineAt - (publishedAt ?? task.createdAt);
  const days = Math.max(1, Math.round(span / dayMs));
  return { title, theme, brief, materials, target, forms, importance, quota, reward, proof, days };
}

/** What a manager says differently this time; what is missing or null is as the template has it. */
export type TemplateChanges = {
  [K in "quota" | "deadlineAt" | "reward" | "importance" | "pushBudget"]?: number | null;
} & { forms?: string[] };

/** A draft from a template. The theme stays, so that what was learned of it counts. */
export function taskFromTemplate(
  { body, id: templateId }: Pick<Template, "body" | "id">,
  changes: TemplateChanges,
  about: { id: string; createdBy: string },
  now: number,
): Task {
  const { days, ...kept } = body;
  const forms = changes.forms ?? [];
  return {
    ...kept,
    ...about,
    quota: changes.quota ?? kept.quota,
    reward: changes.reward ?? kept.reward,
    importance: changes.importance ?? kept.importance,
    forms:
      forms.length === 0
        ? kept.forms
        : forms.map((form) => kept.forms.find((known) => known.form === form) ?? { form, brief: "" }),
    pushBudget: changes.pushBudget ?? null,
    publishedAt: null,
    deadlineAt: changes.deadlineAt ?? now + days * dayMs,
    status: "draft",
    autopilot: false,
    briefVersion: 1,
    templateId,
    createdAt: now,
    updatedAt: now,
  };
}
