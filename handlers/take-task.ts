import { declineReasonsCard, taskOfferCard } from "#cards/task-offer.ts";
import type { Result } from "#domain/result.ts";
import {
  type Assignment,
  acceptOffer,
  type DeclineReason,
  declineOffer,
  declineReasons,
  type OfferRefusal,
  type Task,
} from "#domain/task.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { newSteps, viewOf } from "./offer-steps.ts";
import { redraw, replyRefusal } from "./say.ts";

/** "Take it" in the form that the button names. */
export async function acceptTapped(scene: Scene<TapEvent>): Promise<void> {
  await answer(scene, async (assignment, task) =>
    acceptOffer(
      assignment,
      task,
      {
        by: scene.person.id,
        form: scene.event.action.arg ?? assignment.form,
        approvedSoFar: await scene.tx.tasks.countApproved(task.id),
      },
      scene.ctx.now(),
    ),
  );
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

/** The reason why not. It acts at once: "too often" halves how often this person is asked from now on. */
export async function declineBecauseTapped(scene: Scene<TapEvent>): Promise<void> {
  const reason = declineReasons.find((known) => known === scene.event.action.arg) ?? "other";
  await answer(scene, async (assignment, task) =>
    declineOffer(assignment, task, { by: scene.person.id, reason }, scene.ctx.now()),
  );
  if (reason === "too_often") await askHalfAsOften(scene, reason);
}

async function askHalfAsOften(scene: Scene<TapEvent>, _reason: DeclineReason): Promise<void> {
  const { person, tx, ctx } = scene;
  await tx.people.change(person.id, { frequency: Math.max(0.125, person.frequency / 2), updatedAt: ctx.now() });
}

async function offered(scene: Scene<TapEvent>): Promise<{ assignment: Assignment; task: Task } | undefined> {
  const assignment = await scene.tx.tasks.findAssignment(scene.event.action.id);
  const task = assignment && (await scene.tx.tasks.find(assignment.taskId));
  if (assignment && task) return { assignment, task };
  await replyRefusal(scene, "gone");
  return undefined;
}

type Decide = (assignment: Assignment, task: Task) => Promise<Result<Assignment, OfferRefusal>>;

async function answer(scene: Scene<TapEvent>, decide: Decide): Promise<void> {
  const found = await offered(scene);
  if (!found) return;
  const { assignment, task } = found;
  const answered = await decide(assignment, task);
  if (!answered.ok) return replyRefusal(scene, answered.refused);
  await scene.tx.tasks.saveAssignment(answered.value);
  for (const fact of newSteps(assignment, answered.value, scene)) await scene.tx.tasks.addStep(fact);
  await redraw(scene.tx, scene.ctx, taskOfferCard(await viewOf(scene, answered.value, task)), scene.event.address);
}
