import { endedEarlyText } from "#cards/task-orders.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Result } from "#domain/result.ts";
import type { Assignment, Task } from "#domain/task.ts";
import { isAtWork, isUnanswered, moveTask, scheduleTask, type TaskMove } from "#domain/task-life.ts";
import type { Context } from "./context.ts";
import { freeOffers, redrawOffers } from "./free-offers.ts";
import { markClosed } from "./mark-closed.ts";
import { tellMember } from "./say.ts";

/** What a move has done: the task as it is now, offers taken back, and people who said yes and are at it. */
export type Moved = { task: Task; freed: number; atWork: number };

/** Moves a task, by a manager's word in the chat or on the page: who has not answered is freed where it ends, and cards follow. */
export async function moveByManager(
  tx: Tx,
  ctx: Context,
  person: Person,
  before: Task,
  how: TaskMove,
): Promise<Result<Moved, "wrong-state" | "deadline-passed">> {
  await tx.tasks.holdPlaces(before.id);
  const asked = (await tx.tasks.assignmentsOf(before.id)).length > 0 ? "somebody" : "nobody";
  const moved = moveTask(before, how, ctx.now(), asked);
  if (!moved.ok) return moved;
  const task = moved.value;
  await tx.tasks.save(task);
  await note(tx, ctx, person, `task.${how}`, task, {});
  let freed = 0;
  if (how === "close") {
    freed = await endEarly(tx, ctx, person, task);
    await markClosed(tx, ctx, task.id, person.id);
  } else await redrawOffers(tx, ctx, task);
  return { ok: true, value: { task, freed, atWork: await countAtWork(tx, task) } };
}

/** Frees all who have handed nothing in; those who had said yes are told. Returns how many had not answered. */
async function endEarly(tx: Tx, ctx: Context, person: Person, task: Task): Promise<number> {
  const atWork = (await tx.tasks.assignmentsOf(task.id)).filter((a) => isAtWork(a) && a.submittedAt === null);
  const freed = await freeOffers(tx, ctx, task, isUnanswered, person.id);
  const ids = new Set(atWork.map((a) => a.id));
  for (const { personId } of await freeOffers(tx, ctx, task, (a) => ids.has(a.id), person.id)) {
    const koc = await tx.people.find(personId);
    if (koc) await tellMember(tx, ctx, koc, endedEarlyText(task, koc.lang));
  }
  return freed.length;
}

/** Takes offers back that were not answered; of one person (`only`) also one that was, until something is handed in. */
export async function withdrawByManager(
  tx: Tx,
  ctx: Context,
  person: Person,
  task: Task,
  only?: string,
): Promise<Moved> {
  const isMeant = (a: Assignment) =>
    only === undefined ? isUnanswered(a) : a.personId === only && (isUnanswered(a) || waitsForPiece(a));
  const taken = await freeOffers(tx, ctx, task, isMeant, person.id);
  await note(tx, ctx, person, "task.withdraw", task, { people: taken.map((a) => a.personId) });
  return { task, freed: taken.length, atWork: await countAtWork(tx, task) };
}

const waitsForPiece = (a: Assignment): boolean => isAtWork(a) && a.submittedAt === null;

/** Sets a draft to open by itself. */
export async function scheduleByManager(
  tx: Tx,
  ctx: Context,
  person: Person,
  draft: Task,
  at: number,
): Promise<Result<Task, "wrong-state" | "past-time">> {
  const scheduled = scheduleTask(draft, at, ctx.now());
  if (!scheduled.ok) return scheduled;
  await tx.tasks.save(scheduled.value);
  await note(tx, ctx, person, "task.schedule", scheduled.value, { at });
  return scheduled;
}

const countAtWork = async (tx: Tx, task: Task): Promise<number> =>
  (await tx.tasks.assignmentsOf(task.id)).filter(isAtWork).length;

async function note(tx: Tx, ctx: Context, person: Person, action: string, task: Task, detail: object): Promise<void> {
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action, subject: task.id, detail });
}
