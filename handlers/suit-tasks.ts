import { reasonForKoc } from "#cards/match-reason.ts";
import { type ShownChoice, taskChoicesCard } from "#cards/task-choices.ts";
import { taskOfferCard } from "#cards/task-offer.ts";
import type { Tx } from "#db/store.ts";
import { seededChance, seedOf } from "#domain/chance.ts";
import { mayAtAll } from "#domain/rights.ts";
import { acceptOffer, newAssignment, type Task } from "#domain/task.ts";
import { rankTasks, type TaskChoice } from "#domain/task-choice.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { matchPeople, matchTask, mentionsOf } from "./match-people.ts";
import { newSteps, viewOf } from "./offer-steps.ts";
import { matchSetup } from "./plan-wave.ts";
import { reply, replyRefusal } from "./say.ts";
import { recordDecision } from "./write-decision.ts";

const asksWhatSuits =
  /^(?:\/suits|(?:现在|最近|今天|目前|还)?有(?:没有)?(?:什么|啥|哪些)?(?:新的?)?(?:任务)?(?:是)?适合我的?(?:任务)?|(?:现在|最近|今天|目前)?(?:还)?有(?:没有)?(?:什么|啥|哪些)(?:新的?)?(?:任务)(?:适合我|可以(?:接|做)|能(?:接|做)|可接)?|适合我的任务|推荐(?:几个|一下|个)?任务(?:给我)?|(?:我)?(?:想)?(?:接|领|找)(?:个|点|一个)?任务|(?:what|which)(?: tasks?)?(?: is there that)? (?:suits?|fits?|is for) me|find me a task)\s*[吗呢嘛呀啊。.!!??]*$/i;
const shownAtMost = 5;

/** `有什么任务适合我`: the running tasks ranked for this one person, with reasons. */
export async function suitTasks(scene: Scene<MessageEvent>): Promise<boolean> {
  if (!mayAtAll(scene.person, "offer.answer") || !asksWhatSuits.test(scene.event.text.trim())) return false;
  await offerChoices(scene);
  return true;
}

export async function suitsTapped(scene: Scene<TapEvent>): Promise<void> {
  await offerChoices(scene);
}

/** Shows what suits the person; `lead` says why, where it was not they who asked. With a lead, nothing is shown where nothing suits. */
export async function offerChoices(scene: Scene, lead?: string): Promise<void> {
  const { ctx, person, event } = scene;
  if (!mayAtAll(person, "task.take") || person.consent !== "yes") {
    if (lead === undefined) await replyRefusal(scene, "not-a-koc-yet");
    return;
  }
  const choices = (await choicesFor(scene)).slice(0, shownAtMost);
  if (choices.length === 0 && lead !== undefined) return;
  const shown = choices.map(
    ({ task, choice: { offer } }): ShownChoice => ({
      task,
      form: offer.form,
      chance: offer.expected,
      because: offer.reasons.flatMap((r) => reasonForKoc(r, ctx.taxonomy, person.lang) ?? []).slice(0, 2),
    }),
  );
  const timeZone = person.timeZone ?? ctx.timeZone;
  const about = { choices: shown, timeZone, lang: person.lang, ...(lead !== undefined && { lead }) };
  await reply(scene, taskChoicesCard({ key: `suits-${event.eventId}`, ...about }));
}

const byNameKey = "tasks:by-name";

/** Tasks for the people that were named for them: nobody else is shown them as a choice. */
async function listByName(tx: Tx): Promise<string[]> {
  return JSON.parse((await tx.settings.get(byNameKey)) ?? "[]") as string[];
}

/** From now on the task is for those only who are asked by name. */
export async function keepByName(tx: Tx, taskId: string, at: number): Promise<void> {
  await tx.settings.set(byNameKey, JSON.stringify([...new Set([...(await listByName(tx)), taskId])]), at);
}

async function choicesFor(scene: Scene): Promise<{ task: Task; choice: TaskChoice }[]> {
  const { tx, ctx, person } = scene;
  const [view] = await matchPeople(tx, ctx, person);
  if (!view) return [];
  const now = ctx.now();
  const tasks = new Map<string, Task>();
  const open = [];
  const byName = new Set(await listByName(tx));
  for (const task of await tx.tasks.list({ status: "open" })) {
    if (byName.has(task.id) || (task.deadlineAt !== null && task.deadlineAt <= now)) continue;
    const asked = (await tx.tasks.assignmentFor(task.id, person.id)) ? new Set([person.id]) : new Set<string>();
    tasks.set(task.id, task);
    const guess = { mentions: mentionsOf(ctx, task), kinship: await tx.tasks.kinship(task.id) };
    open.push(matchTask(task, { asked, sent: 0, approved: await tx.tasks.countApproved(task.id), guess }, now));
  }
  const setup = await matchSetup(tx, ctx, seededChance(seedOf(person.id, scene.event.eventId)), [view]);
  return rankTasks(open, view, setup).map((choice) => ({ task: tasks.get(choice.task.id) as Task, choice }));
}

/** One task as a choice, for who has come by its link: their own card where they have it already. */
export async function showOneTask(scene: Scene, taskId: string): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const task = await tx.tasks.find(taskId);
  if (!task) return replyRefusal(scene, "gone");
  const known = await tx.tasks.assignmentFor(task.id, person.id);
  if (known && known.withdrawnAt === null) {
    const card = taskOfferCard(await viewOf(scene, known, task));
    // They look for it below what they have just said, not further up where it stood.
    await tx.outbox.forgetPlace(event.address.channel, event.address.room, card.key);
    return reply(scene, card);
  }
  if (!mayAtAll(person, "task.take") || person.consent !== "yes") return replyRefusal(scene, "not-a-koc-yet");
  const found = (await choicesFor(scene)).find(({ task: { id } }) => id === task.id);
  if (!found) return replyRefusal(scene, task.status === "open" ? "not-for-you" : "task-closed");
  const { form, expected: chance, reasons } = found.choice.offer;
  const because = reasons.flatMap((r) => reasonForKoc(r, ctx.taxonomy, person.lang) ?? []).slice(0, 2);
  const timeZone = person.timeZone ?? ctx.timeZone;
  const choices = [{ task, form, chance, because }];
  await reply(scene, taskChoicesCard({ key: `suits-${event.eventId}`, choices, timeZone, lang: person.lang }));
}

/** "Take": the person has chosen a task themselves; it is theirs in that form from now on. */
export async function takeTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const task = await tx.tasks.find(event.action.id);
  if (!task) return replyRefusal(scene, "gone");
  const known = await tx.tasks.assignmentFor(task.id, person.id);
  if (known) return reply(scene, taskOfferCard(await viewOf(scene, known, task)));
  const found = (await choicesFor(scene)).find(({ task: { id } }) => id === task.id);
  if (!found) return replyRefusal(scene, task.status === "open" ? "not-for-you" : "task-closed");

  const now = ctx.now();
  const form = event.action.arg ?? found.choice.offer.form;
  const shown = {
    ...newAssignment({ id: ctx.newId(), taskId: task.id, personId: person.id, form, wave: 0, policy: "manual" }, now),
    pushedAt: now,
    seenAt: now,
  };
  await tx.tasks.holdPlaces(task.id);
  const approvedSoFar = await tx.tasks.countApproved(task.id);
  const taken = acceptOffer(shown, task, { by: person.id, form, approvedSoFar }, now);
  if (!taken.ok) return replyRefusal(scene, taken.refused);
  await tx.tasks.addAssignment(taken.value);
  await recordDecision(tx, ctx, taken.value, found.choice.offer);
  const before = { ...shown, pushedAt: null, seenAt: null };
  for (const fact of newSteps(before, taken.value, scene)) await tx.tasks.addStep(fact);
  await reply(scene, taskOfferCard(await viewOf(scene, taken.value, task)));
}
