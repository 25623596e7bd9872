import { clockText } from "#cards/names.ts";
import {
  nothingToSend,
  scheduledText,
  taskMovedCard,
  timeNotRead,
  whichTaskText,
  wrongStateText,
} from "#cards/task-orders.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task, TaskStatus } from "#domain/task.ts";
import { asksForEdit, type EditOrder, readEdits } from "#domain/task-edit.ts";
import type { TaskMove } from "#domain/task-life.ts";
import { readSchedule, readTaskOrder, type TaskOrder } from "#domain/task-order.ts";
import { findTimes } from "#domain/time-text.ts";
import { applyEdit } from "./apply-edit.ts";
import type { Scene } from "./context.ts";
import { findTasksNamed } from "./find-task.ts";
import type { MessageEvent } from "./incoming.ts";
import { moveByManager, scheduleByManager, withdrawByManager } from "./move-task.ts";
import { proposeWave, setAutopilot } from "./next-wave.ts";
import { reply, replyRefusal } from "./say.ts";

const live: TaskStatus[] = ["open", "paused", "scheduled"];
const statesFor: Record<TaskMove, TaskStatus[]> = {
  pause: ["open", "scheduled"],
  resume: ["paused", "closed"],
  close: live,
  archive: ["closed", "cancelled", "draft"],
};

/** `暂停 / 继续 / 关闭 / 归档 / 撤回 / 下一批 任务名`, `改 任务名 截止 12月5日`, `定时 任务名 12月1日9点`: a manager's word on a task. */
export async function orderTask(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  if (!mayAtAll(person, "task.run")) return false;
  const schedule = readSchedule(event.text);
  if (schedule) await setTime(scene, schedule);
  else if (asksForEdit(event.text)) return change(scene);
  else {
    const order = readTaskOrder(event.text);
    if (!order) return false;
    await obey(scene, order);
  }
  return true;
}

async function obey(scene: Scene<MessageEvent>, order: TaskOrder): Promise<void> {
  if (order.kind === "withdraw") return withdraw(scene, order.name);
  const task = await theTask(scene, order.name, order.kind === "move" ? statesFor[order.move] : live);
  if (!task) return;
  if (order.kind === "move") await move(scene, task, order.move);
  else if (order.kind === "autopilot") await setAutopilot(scene, task, order.on);
  else if (!(await proposeWave(scene.tx, scene.ctx, task, scene.person)))
    await reply(scene, nothingToSend(task, scene.person.lang));
}

async function move(scene: Scene, before: Task, how: TaskMove): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const moved = await moveByManager(tx, ctx, person, before, how);
  if (!moved.ok)
    return moved.refused === "deadline-passed"
      ? replyRefusal(scene, "deadline-passed")
      : reply(scene, wrongStateText(before, person.lang));
  await reply(scene, taskMovedCard({ key: `moved-${event.eventId}`, ...moved.value, lang: person.lang }));
}

/** Takes back one person's offer (`撤回 任务名 李雷`), or all that nobody has answered (`撤回 任务名`). */
async function withdraw(scene: Scene<MessageEvent>, said: string): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const [, name, whom] = /^(.*?)[\s,,]+(?:给|from)?\s*(\S+?)(?:的)?$/.exec(said) ?? [];
  const target = whom === undefined ? undefined : (await tx.people.named(whom))[0];
  const task = await theTask(scene, target && name ? name : said, live);
  if (!task) return;
  const taken = await withdrawByManager(tx, ctx, person, task, target?.id);
  await reply(scene, taskMovedCard({ key: `moved-${event.eventId}`, ...taken, lang: person.lang }));
}

async function change(scene: Scene<MessageEvent>): Promise<boolean> {
  const { ctx, person, event } = scene;
  const timeZone = person.timeZone ?? ctx.timeZone;
  const orders = readEdits(event.text, ctx.now(), timeZone);
  const meant = await meantBy(scene, orders);
  const first = meant ?? orders[0];
  if (!first) {
    await replyRefusal(scene, "edit-not-read");
    return true;
  }
  const before = meant ? meant.task : await theTask(scene, first.name, ["draft", ...live]);
  if (!before) return true;
  await applyEdit(scene, before, first.edit);
  return true;
}

/** The one way of reading the order in which its name is a task's. */
async function meantBy({ tx }: Scene, orders: EditOrder[]): Promise<(EditOrder & { task: Task }) | undefined> {
  for (const order of orders) {
    const [task, another] = await findTasksNamed(tx, order.name, ["draft", ...live]);
    if (task && !another) return { ...order, task };
  }
  return undefined;
}

async function setTime(scene: Scene, { name, when }: { name: string; when: string }): Promise<void> {
  const { tx, ctx, person } = scene;
  const timeZone = person.timeZone ?? ctx.timeZone;
  const task = await theTask(scene, name, ["draft", "scheduled"]);
  if (!task) return;
  const [time, another] = findTimes(when, ctx.now(), timeZone);
  if (!time || another) return reply(scene, timeNotRead(person.lang));
  const scheduled = await scheduleByManager(tx, ctx, person, task, time.from);
  if (!scheduled.ok) return replyRefusal(scene, scheduled.refused === "past-time" ? "past-time" : "not-a-draft");
  await reply(scene, scheduledText(task, clockText(time.from, ctx.now(), timeZone, person.lang), person.lang));
}

/** The one task that is meant; asks back otherwise. */
export async function theTask(scene: Scene, name: string, states: TaskStatus[]): Promise<Task | undefined> {
  const found = await findTasksNamed(scene.tx, name, states);
  if (found.length === 1) return found[0];
  const candidates = found.length > 0 ? found : await findTasksNamed(scene.tx, "", states);
  const titles = candidates.map((task) => task.title);
  await reply(scene, whichTaskText(name, titles, scene.person.lang));
  return undefined;
}
