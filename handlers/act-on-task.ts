import { type Refusal, refusalText } from "#cards/refusals.ts";
import { type DeskAct, deskButtons, deskDoneText, deskFaultText, deskSavedText } from "#cards/task-desk.ts";
import { nothingToSend, wrongStateText } from "#cards/task-orders.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Task } from "#domain/task.ts";
import { editByManager } from "./apply-edit.ts";
import type { Context } from "./context.ts";
import { moveByManager, scheduleByManager, withdrawByManager } from "./move-task.ts";
import { keepAutopilot, sendNextWave } from "./next-wave.ts";
import { dropDraft, sendDraft } from "./offer-tasks.ts";
import { readWrittenTask, timeOf, type WrittenTask } from "./read-tasks.ts";

/** What came of it, in words; `fault`: nothing was changed. */
export type Told = { id: string; said: string } | { fault: string; stale?: true };

/** Keeps a task as it was filled in: a new draft, or a change of one that is. `version` is the `updatedAt` that its reader saw. */
export async function saveWrittenTask(
  tx: Tx,
  ctx: Context,
  person: Person,
  written: WrittenTask,
  version: number,
): Promise<Told> {
  const read = await readWrittenTask(tx, ctx, person, written);
  if ("fault" in read) return read;
  const { known, task, edit } = read;
  if (!known) {
    await tx.tasks.add(task);
    await tx.settings.audit({ at: ctx.now(), actor: person.id, action: "task.add", subject: task.id, detail: {} });
    return { id: task.id, said: deskSavedText(0, person.lang) };
  }
  if (known.updatedAt !== version) return { fault: deskFaultText("stale", person.lang), stale: true };
  const edited = await editByManager(tx, ctx, person, known, edit);
  if (!edited.ok) return { fault: wrongStateText(known, person.lang) };
  return { id: known.id, said: deskSavedText(edited.value.told, person.lang) };
}

/** Does what a button on a task's page says, as the chat would; `at` is a wall clock reading, for a schedule. */
export async function actOnTask(
  tx: Tx,
  ctx: Context,
  person: Person,
  wanted: { id: string; act: DeskAct; at?: string; version: number },
): Promise<Told> {
  const task = await tx.tasks.find(wanted.id);
  if (!task) return { fault: refusalText("gone", person.lang) };
  if (task.updatedAt !== wanted.version) return { fault: deskFaultText("stale", person.lang), stale: true };
  if (!deskButtons(task, person.lang).some(({ act }) => act === wanted.act))
    return { fault: wrongStateText(task, person.lang) };
  const done = await perform(tx, ctx, person, task, wanted);
  if ("refused" in done)
    return {
      fault:
        done.refused === "wrong-state" ? wrongStateText(task, person.lang) : refusalText(done.refused, person.lang),
    };
  if (done.asked === 0) return { fault: nothingToSend(task, person.lang) };
  return { id: task.id, said: deskDoneText(wanted.act, done, person.lang) };
}

type Done = { asked?: number; freed?: number } | { refused: Refusal | "wrong-state"; asked?: never };

async function perform(
  tx: Tx,
  ctx: Context,
  person: Person,
  task: Task,
  { act, at }: { act: DeskAct; at?: string },
): Promise<Done> {
  switch (act) {
    case "send": {
      const sent = await sendDraft(tx, ctx, person, task);
      return sent.ok ? { asked: sent.value.asked } : sent;
    }
    case "schedule": {
      const when = timeOf(ctx, person, at ?? "");
      const scheduled = when === null ? null : await scheduleByManager(tx, ctx, person, task, when);
      return scheduled?.ok ? {} : { refused: "past-time" };
    }
    case "wave": {
      const sent = await sendNextWave(tx, ctx, person, task);
      return sent.ok ? { asked: sent.value } : sent;
    }
    case "autopilot-on":
    case "autopilot-off":
      await keepAutopilot(tx, ctx, person, task, act === "autopilot-on");
      return {};
    case "withdraw":
      return { freed: (await withdrawByManager(tx, ctx, person, task)).freed };
    case "drop":
      await dropDraft(tx, ctx, person, task);
      return {};
    default: {
      const moved = await moveByManager(tx, ctx, person, task, act);
      return moved.ok ? { freed: moved.value.freed } : moved;
    }
  }
}
