import { autopilotText, nextWaveCard, nothingToSend, waveSentCard } from "#cards/task-orders.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { ok, type Result, refuse } from "#domain/result.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import type { Context, Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { showPlan } from "./offer-tasks.ts";
import { type PlannedWave, planNextWave } from "./plan-wave.ts";
import { redraw, reply, replyRefusal, showStaff } from "./say.ts";
import { isAwaited, secondYes, showAwaited } from "./second-yes.ts";
import { sendWave } from "./send-wave.ts";

/** Shows a manager the next wave of a running task. False where it would ask nobody. */
export async function proposeWave(tx: Tx, ctx: Context, task: Task, reader: Person): Promise<boolean> {
  return propose(tx, ctx, task, reader, await planNextWave(tx, ctx, task));
}

async function propose(tx: Tx, ctx: Context, task: Task, reader: Person, planned: PlannedWave): Promise<boolean> {
  const { number, wave } = planned;
  if (wave.offers.length === 0 || task.status !== "open") return false;
  const approved = await tx.tasks.countApproved(task.id);
  const expected = wave.offers.reduce((sum, offer) => sum + offer.expected, 0);
  const about = { task, wave: number, approved, people: wave.offers.length, expected };
  return showStaff(tx, ctx, reader, nextWaveCard({ ...about, lang: reader.lang }));
}

/** A wave whose time has come: sent where the task runs by itself, shown to its manager otherwise. False where nobody else is to be asked. */
export async function continueTask(tx: Tx, ctx: Context, task: Task): Promise<boolean> {
  const planned = await planNextWave(tx, ctx, task);
  if (planned.wave.offers.length === 0) return false;
  const manager = await managerOf(tx, task);
  if (!task.autopilot) return manager ? propose(tx, ctx, task, manager, planned) : false;
  if (await isAwaited(tx, ctx, "wave", waveSubject(task, planned))) return true;
  const awaits = await secondYes(tx, ctx, waveWish(task, planned, undefined));
  if (awaits) return true;
  const asked = await sendWave(tx, ctx, task, planned);
  const detail = { asked, wave: planned.number };
  await tx.settings.audit({ at: ctx.now(), actor: "koloop", action: "task.wave", subject: task.id, detail });
  if (manager)
    await showStaff(tx, ctx, manager, waveSentCard({ task, wave: planned.number, asked, lang: manager.lang }));
  return true;
}

/** Who decides on a task: its maker, or else the first manager. */
export async function managerOf(tx: Tx, task: Task): Promise<Person | undefined> {
  const maker = task.createdBy === null ? undefined : await tx.people.find(task.createdBy);
  return maker ?? (await tx.people.listByRole("manager"))[0];
}

/** "Ask N more": sends the wave that the card is about, once. */
export async function waveTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const task = await runningTask(scene);
  if (!task) return;
  const planned = await planNextWave(tx, ctx, task);
  if (String(planned.number) !== event.action.arg) return replyRefusal(scene, "already-answered");
  if (planned.wave.offers.length === 0) return replyRefusal(scene, "no-candidates");
  const sent = await sendPlanned(tx, ctx, person, task, planned);
  if (!sent.ok) return showAwaited(scene, "wave", waveSubject(task, planned));
  const card = waveSentCard({ task, wave: planned.number, asked: sent.value, lang: person.lang });
  await redraw(tx, ctx, card, event.address);
}

/** Sends the next wave of a running task as it is planned now. Returns how many people are asked. */
export async function sendNextWave(
  tx: Tx,
  ctx: Context,
  person: Person,
  task: Task,
): Promise<Result<number, "awaits-second">> {
  const planned = await planNextWave(tx, ctx, task);
  return planned.wave.offers.length === 0 ? ok(0) : sendPlanned(tx, ctx, person, task, planned);
}

async function sendPlanned(
  tx: Tx,
  ctx: Context,
  by: Person,
  task: Task,
  planned: PlannedWave,
): Promise<Result<number, "awaits-second">> {
  if (await secondYes(tx, ctx, waveWish(task, planned, by))) return refuse("awaits-second");
  const asked = await sendWave(tx, ctx, task, planned);
  const detail = { asked, wave: planned.number };
  await tx.settings.audit({ at: ctx.now(), actor: by.id, action: "task.wave", subject: task.id, detail });
  return ok(asked);
}

const waveSubject = (task: Task, { number }: PlannedWave): string => `${task.id}:${number}`;
const waveWish = (task: Task, planned: PlannedWave, by: Person | undefined) => ({
  kind: "wave" as const,
  subject: waveSubject(task, planned),
  people: planned.wave.offers.length,
  what: task.title,
  changedAt: task.updatedAt,
  by,
});

/** Sends a wave that a second manager has agreed to, for whoever asked; nothing where it is no longer the next one. */
export async function sendAgreedWave(tx: Tx, ctx: Context, subject: string, by: Person): Promise<void> {
  const task = await tx.tasks.find(subject.slice(0, subject.lastIndexOf(":")));
  if (task?.status !== "open") return;
  const planned = await planNextWave(tx, ctx, task);
  if (waveSubject(task, planned) !== subject || planned.wave.offers.length === 0) return;
  const sent = await sendPlanned(tx, ctx, by, task, planned);
  if (sent.ok) await redraw(tx, ctx, waveSentCard({ task, wave: planned.number, asked: sent.value, lang: by.lang }));
}

/** "See proposal": the next wave of a task that runs, without sending it. */
export async function proposeWaveTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await runningTask(scene);
  if (task && !(await proposeWave(scene.tx, scene.ctx, task, scene.person)))
    await reply(scene, nothingToSend(task, scene.person.lang));
}

export async function autopilotTapped(scene: Scene<TapEvent>): Promise<void> {
  const draft = await scene.tx.tasks.find(scene.event.action.id);
  const isDraft = draft?.status === "draft" && mayAtAll(scene.person, "task.run");
  const task = isDraft ? draft : await runningTask(scene);
  if (task) await setAutopilot(scene, task, scene.event.action.arg === "on");
}

/** From now on koloop sends this task's waves by itself, or asks first. */
export async function setAutopilot(scene: Scene, before: Task, on: boolean): Promise<void> {
  const task = await keepAutopilot(scene.tx, scene.ctx, scene.person, before, on);
  await reply(scene, autopilotText(task, scene.person.lang));
  if (task.status === "draft") await showPlan(scene, task);
}

export async function keepAutopilot(tx: Tx, ctx: Context, by: Person, before: Task, on: boolean): Promise<Task> {
  const task: Task = { ...before, autopilot: on, updatedAt: ctx.now() };
  await tx.tasks.save(task);
  const audited = { at: task.updatedAt, actor: by.id, action: "task.autopilot", subject: task.id };
  await tx.settings.audit({ ...audited, detail: { on } });
  return task;
}

async function runningTask(scene: Scene<TapEvent>): Promise<Task | undefined> {
  const task = await scene.tx.tasks.find(scene.event.action.id);
  if (!mayAtAll(scene.person, "task.run")) await replyRefusal(scene, "not-for-your-role");
  else if (!task) await replyRefusal(scene, "gone");
  else if (task.status !== "open") await replyRefusal(scene, "task-closed");
  else return task;
  return undefined;
}
