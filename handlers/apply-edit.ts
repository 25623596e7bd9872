import { taskEditedCard, wrongStateText } from "#cards/task-orders.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Result } from "#domain/result.ts";
import type { Task } from "#domain/task.ts";
import { type EditRefusal, editTask, showsOnOffers, type TaskEdit } from "#domain/task-edit.ts";
import type { Context, Scene } from "./context.ts";
import { redrawOffers } from "./free-offers.ts";
import { leaveForms } from "./leave-forms.ts";
import { showPlan } from "./offer-tasks.ts";
import { reply, replyRefusal } from "./say.ts";

/** Changes a task: a draft is shown anew with its plan; where cards are out, they follow. False, with words, where it may not be. */
export async function applyEdit(scene: Scene, before: Task, edit: TaskEdit): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const edited = await editByManager(tx, ctx, person, before, edit);
  if (!edited.ok) {
    if (edited.refused === "wrong-state") await reply(scene, wrongStateText(before, person.lang));
    else await replyRefusal(scene, edited.refused);
    return false;
  }
  const { task, told } = edited.value;
  if (task.status === "draft") {
    await showPlan(scene, task);
    return true;
  }
  const about = { task, edit, told, timeZone: person.timeZone ?? ctx.timeZone, lang: person.lang };
  await reply(scene, taskEditedCard({ key: `edited-${event.eventId}`, ...about }));
  return true;
}

/** The same without words, for the page as well: the task as it is now, and how many people's cards followed. */
export async function editByManager(
  tx: Tx,
  ctx: Context,
  person: Person,
  before: Task,
  edit: TaskEdit,
): Promise<Result<{ task: Task; told: number }, EditRefusal>> {
  const edited = editTask(before, edit, ctx.now());
  if (!edited.ok) return edited;
  const task = edited.value;
  await tx.tasks.save(task);
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action: "task.edit", subject: task.id, detail: edit });
  const isLeft = edit.forms && before.forms.some(({ form }) => task.forms.every((kept) => kept.form !== form));
  if (isLeft && task.status !== "draft") await leaveForms(tx, ctx, task, person.id);
  const told = task.status !== "draft" && showsOnOffers(edit) ? await redrawOffers(tx, ctx, task) : 0;
  return { ok: true, value: { task, told } };
}
