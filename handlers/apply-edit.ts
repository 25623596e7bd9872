import { taskEditedCard, wrongStateText } from "#cards/task-orders.ts";
import type { Task } from "#domain/task.ts";
import { editTask, showsOnOffers, type TaskEdit } from "#domain/task-edit.ts";
import type { Scene } from "./context.ts";
import { redrawOffers } from "./free-offers.ts";
import { showPlan } from "./offer-tasks.ts";
import { reply, replyRefusal } from "./say.ts";

/** Changes a task: a draft is shown anew with its plan; where cards are out, they follow. False, with words, where it may not be. */
export async function applyEdit(scene: Scene, before: Task, edit: TaskEdit): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const edited = editTask(before, edit, ctx.now());
  if (!edited.ok) {
    if (edited.refused === "wrong-state") await reply(scene, wrongStateText(before, person.lang));
    else await replyRefusal(scene, edited.refused);
    return false;
  }
  const task = edited.value;
  await tx.tasks.save(task);
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action: "task.edit", subject: task.id, detail: edit });
  if (task.status === "draft") {
    await showPlan(scene, task);
    return true;
  }
  const told = showsOnOffers(edit) ? await redrawOffers(tx, ctx, task) : 0;
  const about = { task, edit, told, timeZone: person.timeZone ?? ctx.timeZone, lang: person.lang };
  await reply(scene, taskEditedCard({ key: `edited-${event.eventId}`, ...about }));
  return true;
}
