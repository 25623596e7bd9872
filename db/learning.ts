import type { Task } from "#domain/task.ts";
import type { Connection } from "./backend.ts";
import { fromRow, toRow, upsert } from "./rows.ts";
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

export function learningTable({ sql }: Connection) {
  return {
    async addDecisions(decisions: Decision[]): Promise<void> {
      for (const decision of decisions) await sql.insert("decision", toRow(decision));
    },

    async decisionFor(assignmentId: string): Promise<Decision | undefined> {
      const row = await sql.get<object>(
        "SELECT * FROM decision WHERE assignment_id = ? ORDER BY at, id LIMIT 1",
        assignmentId,
      );
      return row && fromRow<Decision>(row);
    },

    async decisionsOf(taskId: string): Promise<Decision[]> {
      const rows = await sql.all<object>("SELECT * FROM decision WHERE task_id = ? ORDER BY score DESC, id", taskId);
      return rows.map((row) => fromRow<Decision>(row));
    },

    async weights(scope: string, scopeKey?: string): Promise<Weight[]> {
      const ofKey = scopeKey === undefined ? [] : [scopeKey];
      const rows = await sql.all<object>(
        `SELECT * FROM weight WHERE scope = ? ${ofKey.length > 0 ? "AND scope_key = ?" : ""} ORDER BY scope_key, name`,
        scope,
        ...ofKey,
      );
      return rows.map((row) => fromRow<Weight>(row));
    },

    /** Sets a weight and notes how it moved and why. */
    async setWeight(weight: Weight, cause: string): Promise<void> {
      const { scope, scopeKey, name } = weight;
      const before = await sql.get<{ value: number; weight_of: number }>(
        "SELECT value, weight_of FROM weight WHERE scope = ? AND scope_key = ? AND name = ?",
        ...[scope, scopeKey, name],
      );
      if (before && before.value === weight.value && before.weight_of === weight.weightOf) return;
      await upsert(sql, "weight", ["scope", "scope_key", "name"], weight);
      const moved = { before: before?.value ?? null, after: weight.value, cause, at: weight.updatedAt };
      await sql.insert("weight_change", toRow({ scope, scopeKey, name, ...moved }));
    },

    /** Puts a person's word on a weight, or takes it away; the weight itself stays as learned. */
    async setOverride(segment: string, form: string, override: string | null): Promise<void> {
      await sql.run(
        "UPDATE weight SET override = ? WHERE scope = 'segment' AND scope_key = ? AND name = ?",
        ...[override, segment, form],
      );
    },

    /** The value that each weight of a scope was last set to by koloop. */
    async lastSet(scope: string): Promise<{ scopeKey: string; name: string; after: number }[]> {
      const rows = await sql.all<object>(
        `SELECT scope_key, name, after FROM weight_change
         WHERE seq IN (SELECT max(seq) FROM weight_change WHERE scope = ? GROUP BY scope_key, name)`,
        scope,
      );
      return rows.map((row) => fromRow<{ scopeKey: string; name: string; after: number }>(row));
    },

    /** A manager's word on a theme, with the evidence as JSON. */
    async setTheme(theme: {
      id: string;
      status: string;
      evidence: string;
      setBy: string | null;
      updatedAt: number;
    }): Promise<void> {
      await upsert(sql, "theme", ["id"], theme);
    },

    async dropTheme(id: string): Promise<void> {
      await sql.run("DELETE FROM theme WHERE id = ?", id);
    },

    /** Every theme that was ever judged, by koloop or by a person. */
    async themes(): Promise<ThemeRow[]> {
      return (await sql.all<object>("SELECT * FROM theme ORDER BY id")).map((row) => fromRow<ThemeRow>(row));
    },

    /** The latest tasks that are over and were not imported, the oldest first. */
    async closedTasks(count: number): Promise<Task[]> {
      const rows = await sql.all<object>(
        `SELECT * FROM task WHERE status IN ('closed', 'archived') AND published_at IS NOT NULL
         ORDER BY coalesce(deadline_at, 0) DESC, id DESC LIMIT ?`,
        count,
      );
      // In one order on every database, whatever its collation: the last bits of what is judged depend on it.
      return rows.map(taskOf).sort((a, b) => (a.deadlineAt ?? 0) - (b.deadlineAt ?? 0) || (a.id < b.id ? -1 : 1));
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
      const rows = await sql.all<object>("SELECT * FROM weight_change ORDER BY seq DESC LIMIT ?", count);
      return rows.map((row) => fromRow<WeightMove>(row));
    },

    async state(id: string): Promise<{ uptoSeq: number; state: string } | undefined> {
      const row = await sql.get<object>("SELECT upto_seq, state FROM learner_state WHERE id = ?", id);
      return row && fromRow<{ uptoSeq: number; state: string }>(row);
    },

    async saveState(id: string, uptoSeq: number, state: string, updatedAt: number): Promise<void> {
      await upsert(sql, "learner_state", ["id"], { id, uptoSeq, state, updatedAt });
    },
  };
}
