import { say } from "#cards/names.ts";
import { declineReasonsCard, declineWordsText, taskOfferCard } from "#cards/task-offer.ts";
import type { Result } from "#domain/result.ts";
import {
  type Assignment,
  acceptOffer,
  type DeclineReason,
  declineOffer,
  declineReasons,
  type OfferRefusal,
  promiseOffer,
  type Task,
} from "#domain/task.ts";
import { isUnanswered } from "#domain/task-life.ts";
import { askLess } from "./ask-less.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { awaitDeclineWords } from "./note-decline.ts";
import { newSteps, viewOf } from "./offer-steps.ts";
import { redraw, reply, replyRefusal } from "./say.ts";
import { offerChoices } from "./suit-tasks.ts";

/** "Take it" in the form that the button names. */
export async function acceptTapped(scene: Scene<TapEvent>): Promise<void> {
  await answer(scene, async (assignment, task) => {
    await scene.tx.tasks.holdPlaces(task.id);
    const approvedSoFar = await scene.tx.tasks.countApproved(task.id);
    const form = scene.event.action.arg ?? assignment.form;
    return acceptOffer(assignment, task, { by: scene.person.id, form, approvedSoFar }, scene.ctx.now());
  });
}

/** "Not this time": the card asks why, in one tap more. Nothing has changed yet. */
export async function declineTapped(scene: Scene<TapEvent>): Promise<void> {
  const found = await offered(scene);
  if (!found) return;
  const { assignment, task } = found;
  const trial = declineOffer(assignment, task, { by: scene.person.id, reason: null }, scene.ctx.now());
  if (!trial.ok) return replyRefusal(scene, trial.refused);
  await redraw(scene.tx, scene.ctx, declineReasonsCard(await viewOf(scene, assignment, task)), scene.event.address);
}

/** The reason why not. It acts at once: "too often" is asked less from now on. */
export async function declineBecauseTapped(scene: Scene<TapEvent>): Promise<void> {
  const reason = declineReasons.find((known) => known === scene.event.action.arg) ?? "other";
  await answer(scene, async (assignment, task) =>
    declineOffer(assignment, task, { by: scene.person.id, reason }, scene.ctx.now()),
  );
  if (reason === "too_often") await askLess(scene);
  const declined = await scene.tx.tasks.findAssignment(scene.event.action.id);
  if (reason !== "other" || declined?.declineReason !== "other" || declined.personId !== scene.person.id) return;
  await awaitDeclineWords(scene, declined);
  await reply(scene, declineWordsText(scene.person.lang));
}

/** "Not my thing" in words: the latest offer that is open is declined with that reason. False where there is none. */
export async function declineLatest(scene: Scene, reason: DeclineReason): Promise<boolean> {
  const { tx, ctx, person } = scene;
  for (const assignment of await tx.tasks.assignmentsFor(person.id)) {
    const task = await tx.tasks.find(assignment.taskId);
    if (!task || assignment.pushedAt === null || !isUnanswered(assignment)) continue;
    const declined = declineOffer(assignment, task, { by: person.id, reason }, ctx.now());
    if (!declined.ok) continue;
    await keep(scene, assignment, declined.value, task);
    return true;
  }
  return false;
}

/** "By Dec 3": the day the KOC says they will have it done. */
export async function promiseTapped(scene: Scene<TapEvent>): Promise<void> {
  const at = Number.parseInt(scene.event.action.arg ?? "", 36);
  await answer(scene, async (assignment, task) =>
    promiseOffer(assignment, task, { by: scene.person.id, at }, scene.ctx.now()),
  );
}

async function offered(scene: Scene<TapEvent>): Promise<{ assignment: Assignment; task: Task } | undefined> {
  const assignment = await scene.tx.tasks.findAssignment(scene.event.action.id);
  const task = assignment && (await scene.tx.tasks.find(assignment.taskId));
  if (assignment && task) return { assignment, task };
  await replyRefusal(scene, "gone");
  return undefined;
}

/** Nos that are nobody's fault: whoever hears one is shown what else there is. */
const tooLate: ReadonlySet<string> = new Set(["task-closed", "deadline-passed", "quota-full", "withdrawn"]);

type Decide = (assignment: Assignment, task: Task) => Promise<Result<Assignment, OfferRefusal | "past-time">>;

async function answer(scene: Scene<TapEvent>, decide: Decide): Promise<void> {
  const found = await offered(scene);
  if (!found) return;
  const { assignment, task } = found;
  const answered = await decide(assignment, task);
  if (!answered.ok) {
    await replyRefusal(scene, answered.refused);
    if (tooLate.has(answered.refused))
      await offerChoices(scene, say(scene.person.lang, "这些任务现在可以接", "You could take one of these"));
    return;
  }
  await keep(scene, assignment, answered.value, task);
}

async function keep(scene: Scene, before: Assignment, after: Assignment, task: Task): Promise<void> {
  const { tx, ctx, event } = scene;
  await tx.tasks.saveAssignment(after);
  for (const fact of newSteps(before, after, scene)) await tx.tasks.addStep(fact);
  await redraw(tx, ctx, taskOfferCard(await viewOf(scene, after, task)), event.address);
}
