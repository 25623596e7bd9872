import type { Card } from "#cards/card.ts";
import type { OutboxItem } from "#db/outbox.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { type GateVerdict, mayPush } from "#domain/push-gate.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { limitsOf, matchAtSending, matchTask } from "./match-people.ts";
import { addressOf } from "./say.ts";

const pausedLookMs = 15 * 60_000;
const shortWaitMs = 1000;

type Push = { assignment: Assignment; person: Person; card: Card; sendAt: number };

/** The only way by which something that asks a member for anything gets into the outbox: `test/architecture.test.ts` holds that. */
export const pushOffer = (tx: Tx, ctx: Context, push: Push): Promise<boolean> =>
  write(tx, ctx, push, `push:${push.assignment.taskId}:${push.person.id}`);

/** The one reminder of an accepted task; it counts against the caps like a push. */
export const pushReminder = (tx: Tx, ctx: Context, push: Push): Promise<boolean> =>
  write(tx, ctx, push, `remind:${push.assignment.taskId}:${push.person.id}`);

/** Asks for a post's figures, once for each `about` (the post and its day). */
export const pushFigures = (tx: Tx, ctx: Context, push: Push, about: string): Promise<boolean> =>
  write(tx, ctx, push, `figures:${about}`);

async function write(tx: Tx, ctx: Context, push: Push, dedupeKey: string): Promise<boolean> {
  const { assignment, person, card } = push;
  const address = await addressOf(tx, ctx, person);
  if (!address) return false;
  const now = ctx.now();
  return tx.outbox.add({
    id: ctx.newId(),
    channel: address.channel,
    room: address.room,
    personId: person.id,
    cardKey: card.key,
    purpose: "push",
    dedupeKey,
    body: { type: "card", card },
    reply: null,
    assignmentId: assignment.id,
    runAt: Math.max(now, push.sendAt),
    attempts: 0,
    createdAt: now,
  });
}

/**
 * Asks the gate again at the moment of sending, with the facts of now: consent may be gone, the cap used up, the task closed. While another
 * push to the same person is on its way, by whatever channel and process, it waits: only what has gone out counts. Whether there is one is
 * asked first, for each read sees what was committed before it: one that goes out in between is counted then.
 */
export async function gateAtSending(tx: Tx, ctx: Context, item: OutboxItem): Promise<GateVerdict> {
  const mustWait = await tx.outbox.hasAnotherOnItsWay(item.id, ctx.now());
  const verdict = await gateAlone(tx, ctx, item);
  if (!("go" in verdict) || !mustWait) return verdict;
  return { later: ctx.now() + Math.round(shortWaitMs * (1 + ctx.chance())), why: "capped" };
}

async function gateAlone(tx: Tx, ctx: Context, item: OutboxItem): Promise<GateVerdict> {
  const assignment = item.assignmentId === null ? undefined : await tx.tasks.findAssignment(item.assignmentId);
  const person = item.personId === null ? undefined : await tx.people.find(item.personId);
  const task = assignment && (await tx.tasks.find(assignment.taskId));
  if (!assignment || !person || !task || assignment.withdrawnAt !== null) return { never: "not-running" };
  if (item.dedupeKey?.startsWith("figures:")) return gateFigures(tx, ctx, item.dedupeKey, { assignment, person, task });
  // A paused task loses nothing: what waits goes out once it runs again.
  if (task.status === "paused") return { later: ctx.now() + pausedLookMs, why: "resting" };
  const view = await matchAtSending(tx, ctx, person);
  const facts = pushFacts(ctx, task, assignment, view);
  if (!item.dedupeKey?.startsWith("remind:")) return mayPush(facts, ctx.now());
  // They have said yes already: whom the task is for is no longer the question, whether it is still open is.
  if (assignment.submittedAt !== null || assignment.declinedAt !== null) return { never: "not-running" };
  return mayPush({ ...facts, task: { ...facts.task, excluded: false } }, ctx.now());
}

/** The piece is made, whatever has become of its task since: only the person's own limits hold, and whether figures are still missing. */
async function gateFigures(
  tx: Tx,
  ctx: Context,
  key: string,
  { assignment, person, task }: { assignment: Assignment; person: Person; task: Task },
): Promise<GateVerdict> {
  const [, submissionId = "", day = ""] = key.split(":");
  if (!(await tx.submissions.wantsFigures(submissionId, Number(day)))) return { never: "not-running" };
  const view = await matchAtSending(tx, ctx, person);
  const { sendBy: _, ...facts } = pushFacts(ctx, task, assignment, view).task;
  const own = { ...pushFacts(ctx, task, assignment, view), task: { ...facts, excluded: false, running: true } };
  return mayPush(own, ctx.now());
}

function pushFacts(ctx: Context, task: Task, assignment: Assignment, view: Awaited<ReturnType<typeof matchAtSending>>) {
  const forTask = matchTask(task, { asked: new Set(), sent: 0, approved: 0 }, ctx.now());
  return {
    person: view,
    task: {
      theme: task.theme,
      form: assignment.form,
      excluded: !forTask.isFor(view),
      asked: false,
      sent: 0,
      budget: forTask.budget,
      running: task.status === "open",
      ...(task.deadlineAt !== null && { sendBy: task.deadlineAt }),
    },
    limits: limitsOf(ctx),
  };
}
