import { z } from "zod";
import type { TagKinship } from "#domain/tag-kinship.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Connection } from "./backend.ts";
import { fromRow, plain, assignments as setList, toRow } from "./rows.ts";
import { findSetting, saveSetting } from "./settings.ts";
import { marks } from "./sql.ts";

const kinshipSchema = z.array(z.tuple([z.string(), z.number()]));
export const targetSchema = z.object({
  segments: z.array(z.string()),
  tags: z.array(z.string()),
  exclude: z.object({ segments: z.array(z.string()), tags: z.array(z.string()) }),
});
export const formsSchema = z.array(z.object({ form: z.string(), brief: z.string() }));
export const proofSchema = z.object({
  platforms: z.array(z.string()),
  count: z.number(),
  mustMention: z.array(z.string()),
  newerThanTask: z.boolean(),
});

const materialsSchema = z.array(z.string());

type TaskRow = Omit<Task, "materials" | "target" | "forms" | "proof" | "autopilot"> & {
  materials: string;
  target: string;
  forms: string;
  proof: string;
  autopilot: number;
};

export const taskOf = (row: object): Task => {
  const task = plain<TaskRow>(fromRow(row));
  return {
    ...task,
    materials: materialsSchema.parse(JSON.parse(task.materials)),
    target: targetSchema.parse(JSON.parse(task.target)),
    forms: formsSchema.parse(JSON.parse(task.forms)),
    proof: proofSchema.parse(JSON.parse(task.proof)),
    autopilot: task.autopilot === 1,
  };
};

/** What was asked of whom. */
export function tasksTable({ sql }: Connection) {
  return {
    async find(id: string): Promise<Task | undefined> {
      const row = await sql.get<object>("SELECT * FROM task WHERE id = ?", id);
      return row && taskOf(row);
    },

    /** The newest first. */
    async list({ status }: { status?: Task["status"] } = {}): Promise<Task[]> {
      const rows = await sql.all<object>(
        `SELECT * FROM task ${status === undefined ? "" : "WHERE status = ?"} ORDER BY created_at DESC, id DESC`,
        ...(status === undefined ? [] : [status]),
      );
      return rows.map(taskOf);
    },

    async add(task: Task): Promise<void> {
      await sql.insert("task", toRow(task));
    },

    async save({ id, ...fields }: Task): Promise<void> {
      const set = setList(fields);
      await sql.run(`UPDATE task SET ${set.text} WHERE id = ?`, ...set.values, id);
    },

    /**
     * Makes what decides on a task's places one after the other: of two transactions that hold the same task's places at once, PostgreSQL
     * begins the later one anew, and it sees what the first has done. On SQLite transactions exclude each other anyway.
     */
    async holdPlaces(id: string): Promise<void> {
      if (sql.dialect === "postgresql") await sql.run("UPDATE task SET id = id WHERE id = ?", id);
    },

    async addAssignment(assignment: Assignment): Promise<void> {
      await sql.insert("assignment", toRow(assignment));
    },

    async saveAssignment(assignment: Assignment): Promise<void> {
      const { id, ...fields } = assignment;
      const set = setList(fields);
      await sql.run(`UPDATE assignment SET ${set.text} WHERE id = ?`, ...set.values, id);
    },

    async findAssignment(id: string): Promise<Assignment | undefined> {
      const row = await sql.get<object>("SELECT * FROM assignment WHERE id = ?", id);
      return row && fromRow<Assignment>(row);
    },

    async assignmentFor(taskId: string, personId: string): Promise<Assignment | undefined> {
      const row = await sql.get<object>(
        "SELECT * FROM assignment WHERE task_id = ? AND person_id = ?",
        taskId,
        personId,
      );
      return row && fromRow<Assignment>(row);
    },

    async assignmentsOf(taskId: string): Promise<Assignment[]> {
      return (await sql.all<object>("SELECT * FROM assignment WHERE task_id = ? ORDER BY planned_at, id", taskId)).map(
        (row) => fromRow<Assignment>(row),
      );
    },

    async assignmentsFor(personId: string, since = 0): Promise<Assignment[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM assignment WHERE person_id = ? AND planned_at >= ? ORDER BY planned_at DESC, id",
        personId,
        since,
      );
      return rows.map((row) => fromRow<Assignment>(row));
    },

    /** Who has said yes to a running task, has handed nothing in and was not reminded yet. What was imported is history. */
    async atWork(): Promise<Assignment[]> {
      const rows = await sql.all<object>(
        `SELECT a.* FROM task t JOIN assignment a ON a.task_id = t.id
         WHERE t.status = 'open' AND a.accepted_at IS NOT NULL AND a.submitted_at IS NULL AND a.reminded_at IS NULL
           AND a.declined_at IS NULL AND a.withdrawn_at IS NULL AND a.policy <> 'import' ORDER BY a.accepted_at, a.id`,
      );
      return rows.map((row) => fromRow<Assignment>(row));
    },

    /** When each of these people was pushed or reminded of something since a time, past and planned. */
    async pushTimes(personIds: readonly string[], since: number): Promise<Map<string, number[]>> {
      const times = new Map<string, number[]>();
      for (let i = 0; i < personIds.length; i += 500) {
        const some = personIds.slice(i, i + 500);
        const rows = await sql.all<{ person_id: string; at: number }>(
          `SELECT person_id, coalesce(pushed_at, send_after, planned_at) AS at FROM assignment
           WHERE person_id IN (${marks(some.length)}) AND (pushed_at IS NOT NULL OR (withdrawn_at IS NULL AND blocked IS NULL))
             AND coalesce(pushed_at, send_after, planned_at) >= ?
           UNION ALL
           SELECT person_id, reminded_at AS at FROM assignment WHERE person_id IN (${marks(some.length)}) AND reminded_at >= ?`,
          ...some,
          since,
          ...some,
          since,
        );
        for (const row of rows) times.set(row.person_id, [...(times.get(row.person_id) ?? []), row.at]);
      }
      return times;
    },

    /** When pushes and reminders have gone out to a person since a time, whatever became of them; what is planned is not among them. */
    async sentTimes(personId: string, since: number): Promise<number[]> {
      const rows = await sql.all<{ at: number }>(
        `SELECT pushed_at AS at FROM assignment WHERE person_id = ? AND pushed_at >= ?
         UNION ALL
         SELECT sent_at AS at FROM outbox
         WHERE person_id = ? AND purpose = 'push' AND dedupe_key LIKE 'remind:%' AND status = 'sent' AND sent_at >= ?`,
        personId,
        since,
        personId,
        since,
      );
      return rows.map((row) => row.at);
    },

    /** Every decline with what it was about, oldest first; of one person where one is named. */
    async declines(
      personId?: string,
    ): Promise<{ personId: string; theme: string; form: string; reason: string | null; at: number }[]> {
      const only = personId === undefined ? "" : "AND a.person_id = ?";
      const rows = await sql.all<object>(
        `SELECT a.person_id, t.theme, a.form, a.decline_reason AS reason, a.declined_at AS at FROM assignment a JOIN task t ON t.id = a.task_id
         WHERE a.declined_at IS NOT NULL ${only} ORDER BY a.declined_at, a.id`,
        ...(personId === undefined ? [] : [personId]),
      );
      return rows.map((row) => fromRow(row));
    },

    /** How many were ever asked, or are about to be. */
    async countAsked(taskId: string): Promise<number> {
      const row = await sql.get<{ n: number }>("SELECT count(*) AS n FROM assignment WHERE task_id = ?", taskId);
      return Number(row?.n ?? 0);
    },

    async countApproved(taskId: string): Promise<number> {
      const row = await sql.get<{ n: number }>(
        "SELECT count(*) AS n FROM assignment WHERE task_id = ? AND approved_at IS NOT NULL",
        taskId,
      );
      return Number(row?.n ?? 0);
    },

    /** How typical each tag was of those whom the task is meant for, when it last asked somebody; empty before. */
    async kinship(taskId: string): Promise<TagKinship> {
      const kept = await findSetting(sql, `kinship:${taskId}`);
      return new Map(kept === undefined ? [] : kinshipSchema.parse(JSON.parse(kept)));
    },

    async saveKinship(taskId: string, kinship: TagKinship, at: number): Promise<void> {
      await saveSetting(sql, `kinship:${taskId}`, JSON.stringify([...kinship]), at);
    },

    /** One step that happened, for reports and learning; lines are only ever added. */
    async addStep(fact: StepFact): Promise<void> {
      await sql.insert("step_fact", toRow(fact));
    },

    /** The number of the newest line; 0 where there is none. */
    async lastStep(): Promise<number> {
      return Number((await sql.get<{ seq: number | null }>("SELECT max(seq) AS seq FROM step_fact"))?.seq ?? 0);
    },

    /** Every form that a task of the brand asks for or has asked for, in order. */
    async formsOffered(): Promise<string[]> {
      const rows = await sql.all<{ forms: string }>("SELECT DISTINCT forms FROM task");
      return [
        ...new Set(rows.flatMap((row) => formsSchema.parse(JSON.parse(row.forms)).map(({ form }) => form))),
      ].sort();
    },

    async stepsAfter(seq: number, count: number): Promise<(StepFact & { seq: number })[]> {
      const rows = await sql.all<object>("SELECT * FROM step_fact WHERE seq > ? ORDER BY seq LIMIT ?", seq, count);
      return rows.map((row) => fromRow(row));
    },
  };
}

export type StepFact = {
  assignmentId: string;
  taskId: string;
  personId: string;
  form: string;
  /** `form_withdrawn`: the task asks for this form no longer. `closed` is of the task alone: it names no assignment and nobody. */
  step:
    | "pushed"
    | "seen"
    | "accepted"
    | "declined"
    | "submitted"
    | "sent_back"
    | "approved"
    | "rejected"
    | "withdrawn"
    | "form_withdrawn"
    | "closed";
  reason: string | null;
  at: number;
  recordedAt: number;
  byId: string | null;
};
