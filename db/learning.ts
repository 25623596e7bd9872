import type { Task } from "#domain/task.ts";
import type { Connection } from "./backend.ts";
import { plain } from "./rows.ts";
import { taskOf } from "./tasks.ts";

/** One learned number and the observations behind it. */
export type Weight = {
  scope: string;
  scopeKey: string;
  name: string;
  value: number;
  weightOf: number;
  override: string | null;
  detail: string | null;
  updatedAt: number;
};

/** What was chosen for a person and task, among which options, with which chance. */
export type Decision = {
  id: string;
  taskId: string;
  personId: string;
  assignmentId: string | null;
  form: string;
  /** {form: probability}, as JSON. */
  options: string;
  probability: number;
  score: number;
  /** As JSON. */
  reasons: string;
  policy: "learned" | "holdout" | "manual";
  /** What the learner compares the outcome with, as JSON. */
  detail: string | null;
  at: number;
};

export type ThemeRow = {
  id: string;
  status: string;
  /** As JSON. */
  evidence: string | null;
  /** Null: koloop judged it. */
  setBy: string | null;
  updatedAt: number;
};

export type WeightMove = {
  scope: string;
  scopeKey: string;
  name: string;
  before: number | null;
  after: number;
  cause: string;
  at: number;
};

export function learningTable({ prisma, sql }: Connection) {
  return {
    async addDecisions(decisions: Decision[]): Promise<void> {
      await (await prisma()).decision.createMany({ data: decisions });
    },

    async decisionFor(assignmentId: string): Promise<Decision | undefined> {
      const row = await (await prisma()).decision.findFirst({ where: { assignmentId } });
      return row ? plain<Decision>(row) : undefined;
    },

    async decisionsOf(taskId: string): Promise<Decision[]> {
      return (await (await prisma()).decision.findMany({ where: { taskId }, orderBy: { score: "desc" } })).map((row) =>
        plain(row),
      );
    },

    async weights(scope: string, scopeKey?: string): Promise<Weight[]> {
      const rows = await (await prisma()).weight.findMany({
        where: { scope, ...(scopeKey !== undefined && { scopeKey }) },
        orderBy: [{ scopeKey: "asc" }, { name: "asc" }],
      });
      return rows.map((row) => plain(row));
    },

    /** Sets a weight and notes how it moved and why. */
    async setWeight(weight: Weight, cause: string): Promise<void> {
      const client = await prisma();
      const { scope, scopeKey, name } = weight;
      const before = await client.weight.findUnique({ where: { scope_scopeKey_name: { scope, scopeKey, name } } });
      if (before && before.value === weight.value && before.weightOf === weight.weightOf) return;
      await client.weight.upsert({
        where: { scope_scopeKey_name: { scope, scopeKey, name } },
        create: weight,
        update: weight,
      });
      await client.weightChange.create({
        data: {
          scope,
          scopeKey,
          name,
          before: before?.value ?? null,
          after: weight.value,
          cause,
          at: weight.updatedAt,
        },
      });
    },

    /** A manager's word on a theme, with the evidence as JSON. */
    async setTheme(theme: {
      id: string;
      status: string;
      evidence: string;
      setBy: string | null;
      updatedAt: number;
    }): Promise<void> {
      await (await prisma()).theme.upsert({ where: { id: theme.id }, create: theme, update: theme });
    },

    /** Every theme that was ever judged, by koloop or by a person. */
    async themes(): Promise<ThemeRow[]> {
      return (await (await prisma()).theme.findMany({ orderBy: { id: "asc" } })).map((row) => plain(row));
    },

    /** The latest tasks that are over and were not imported, the oldest first. */
    async closedTasks(count: number): Promise<Task[]> {
      const where = { status: { in: ["closed", "archived"] }, publishedAt: { not: null } };
      const order = [{ deadlineAt: "desc" as const }, { id: "desc" as const }];
      const rows = await (await prisma()).task.findMany({ where, orderBy: order, take: count });
      return rows.map(taskOf).reverse();
    },

    /** Pushes of tasks that are over, by who chose: what was learned, or the fixed rules. Completed is approved. */
    async settledPushes(now: number): Promise<Record<"learned" | "holdout", { pushes: number; completed: number }>> {
      const rows = await sql.all<{ policy: string; pushes: number; completed: number }>(
        `SELECT a.policy, count(*) AS pushes, sum(CASE WHEN a.approved_at IS NULL THEN 0 ELSE 1 END) AS completed
         FROM assignment a JOIN task t ON t.id = a.task_id
         WHERE a.policy IN ('learned', 'holdout') AND a.pushed_at IS NOT NULL AND a.withdrawn_at IS NULL
           AND (t.status IN ('closed', 'archived') OR t.deadline_at < ?)
         GROUP BY a.policy`,
        now,
      );
      const of = (policy: string) => {
        const row = rows.find((each) => each.policy === policy);
        return { pushes: Number(row?.pushes ?? 0), completed: Number(row?.completed ?? 0) };
      };
      return { learned: of("learned"), holdout: of("holdout") };
    },

    /** How the weights moved, the newest first. */
    async changes(count: number): Promise<WeightMove[]> {
      const rows = await (await prisma()).weightChange.findMany({ orderBy: { seq: "desc" }, take: count });
      return rows.map((row) => plain(row));
    },

    async state(id: string): Promise<{ uptoSeq: number; state: string } | undefined> {
      const row = await (await prisma()).learnerState.findUnique({ where: { id } });
      return row ? { uptoSeq: row.uptoSeq, state: row.state } : undefined;
    },

    async saveState(id: string, uptoSeq: number, state: string, updatedAt: number): Promise<void> {
      const row = { id, uptoSeq, state, updatedAt };
      await (await prisma()).learnerState.upsert({ where: { id }, create: row, update: row });
    },
  };
}
