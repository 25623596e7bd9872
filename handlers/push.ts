import type { Card } from "#cards/card.ts";
import type { OutboxItem } from "#db/outbox.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { type GateVerdict, mayPush } from "#domain/push-gate.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { limitsOf, matchPeople, matchTask } from "./match-people.ts";
import { addressOf } from "./say.ts";

/** The only way by which something that asks a member for anything gets into the outbox: `test/architecture.test.ts` holds that. */
export async function pushOffer(
  tx: Tx,
  ctx: Context,
  push: { assignment: Assignment; person: Person; card: Card; sendAt: number },
): Promise<boolean> {
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
    dedupeKey: `push:${assignment.taskId}:${person.id}`,
    body: { type: "card", card },
    reply: null,
    assignmentId: assignment.id,
    runAt: Math.max(now, push.sendAt),
    attempts: 0,
    createdAt: now,
  });
}

/** Asks the gate again at the moment of sending, with the facts of now: consent may be gone, the cap used up, the task closed. */
export async function gateAtSending(tx: Tx, ctx: Context, item: OutboxItem): Promise<GateVerdict> {
  const assignment = item.assignmentId === null ? undefined : await tx.tasks.findAssignment(item.assignmentId);
  const person = item.personId === null ? undefined : await tx.people.find(item.personId);
  const task = assignment && (await tx.tasks.find(assignment.taskId));
  if (!assignment || !person || !task || assignment.withdrawnAt !== null) return { never: "not-running" };
  const [view] = await matchPeople(tx, ctx, person);
  if (!view) return { never: "not-koc" };
  return mayPush(pushFacts(ctx, task, assignment, view), ctx.now());
}

function pushFacts(
  ctx: Context,
  task: Task,
  assignment: Assignment,
  view: Awaited<ReturnType<typeof matchPeople>>[number],
) {
  const forTask = matchTask(task, { asked: new Set(), sent: 0, approved: 0 }, ctx.now());
  const ownSend = assignment.sendAfter ?? assignment.plannedAt;
  const others = [...view.sends];
  const own = others.indexOf(ownSend);
  if (own >= 0) others.splice(own, 1);
  return {
    person: { ...view, sends: others },
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
