import { taskOfferCard } from "#cards/task-offer.ts";
import { mayAtAll } from "#domain/rights.ts";
import { isAtWork } from "#domain/task-life.ts";
import { runningOf } from "./collect-links.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { markPushed } from "./mark-pushed.ts";
import { showOwnTasks } from "./my-tasks.ts";
import { viewOf } from "./offer-steps.ts";
import { reply } from "./say.ts";
import { offerChoices } from "./suit-tasks.ts";

/** A room where koloop cannot speak first takes few answers: the most urgent offers, and the rest when these are settled. */
const shownAtMost = 2;
const speaksOfTasks = /任务|\btasks?\b/i;

/** Where koloop may only answer, whoever mentions tasks is shown the offers that wait for their yes or no. */
export async function showWaiting(scene: Scene<MessageEvent>): Promise<boolean> {
  return asksForTasks(scene) && !/https?:\/\//i.test(scene.event.text) && showOffers(scene);
}

/** Whoever mentions tasks there and was understood by nobody else has what they are at work on, else what they could take. */
export async function tasksMentioned(scene: Scene<MessageEvent>): Promise<boolean> {
  if (!asksForTasks(scene)) return false;
  const running = await runningOf(scene, scene.person);
  if (running.some(({ assignment }) => isAtWork(assignment))) await showOwnTasks(scene);
  else await offerChoices(scene);
  return true;
}

const asksForTasks = ({ person, event }: Scene<MessageEvent>): boolean =>
  event.mayOnlyAnswer === true && mayAtAll(person, "offer.answer") && speaksOfTasks.test(event.text);

/** The offers that wait for this person's yes or no; false where there are none. */
async function showOffers(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person } = scene;
  const now = ctx.now();
  let shown = 0;
  for (const assignment of await tx.tasks.assignmentsFor(person.id)) {
    if (shown === shownAtMost) break;
    if (assignment.acceptedAt !== null || assignment.declinedAt !== null || assignment.withdrawnAt !== null) continue;
    const task = await tx.tasks.find(assignment.taskId);
    if (task?.status !== "open" || (task.deadlineAt !== null && task.deadlineAt <= now)) continue;
    await markPushed(tx, ctx, assignment.id, now);
    await reply(scene, taskOfferCard(await viewOf(scene, assignment, task)));
    shown++;
  }
  return shown > 0;
}
