import type { Card } from "#cards/card.ts";
import type { PortraitView } from "#cards/portrait.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Assignment, Task } from "#domain/task.ts";
import { suggestionCardOf } from "./capture-cues.ts";
import type { Context } from "./context.ts";
import { openMomentsOf } from "./notice-moments.ts";
import { offerReasons } from "./offer-reasons.ts";
import { viewFor } from "./read-portrait.ts";

export type SidebarTask = { assignment: Assignment; task: Task; because: string[] };
/** What an employee is shown beside a talk with a customer. */
export type SidebarView = {
  portrait: PortraitView;
  /** Questions that wait for this employee's answer. */
  questions: Card[];
  /** What to say, and why now. */
  moments: Card[];
  /** Tasks meant for this person that they have not answered. */
  tasks: SidebarTask[];
};

/** All that helps an employee in a talk with one customer, from one transaction's view of the database. */
export async function readSidebar(tx: Tx, ctx: Context, person: Person, reader: Person): Promise<SidebarView> {
  const asked = (await tx.suggestions.openAbout(person.id)).filter((s) => s.askedOf === reader.id);
  const questions: Card[] = [];
  for (const cardId of new Set(asked.map((s) => s.cardId)))
    questions.push(await suggestionCardOf(tx, ctx, cardId, person, reader));
  return {
    portrait: await viewFor(tx, ctx, person, reader),
    questions,
    moments: await openMomentsOf(tx, ctx, person, reader),
    tasks: await offerable(tx, ctx, person),
  };
}

/** Offers that an employee may hand over: the person has not answered, the task runs, and they have not refused koloop. */
export async function offerable(tx: Tx, ctx: Context, person: Person): Promise<SidebarTask[]> {
  if (person.consent === "no") return [];
  const tasks: SidebarTask[] = [];
  for (const assignment of await tx.tasks.assignmentsFor(person.id)) {
    const { acceptedAt, declinedAt, withdrawnAt, submittedAt } = assignment;
    if ([acceptedAt, declinedAt, withdrawnAt, submittedAt].some((at) => at !== null)) continue;
    const task = await tx.tasks.find(assignment.taskId);
    const isOver = task?.deadlineAt != null && task.deadlineAt <= ctx.now();
    if (task?.status !== "open" || isOver) continue;
    tasks.push({ assignment, task, because: await offerReasons(tx, ctx, assignment, person) });
  }
  return tasks;
}
