import { sendBackCard } from "#cards/review-queue.ts";
import { sendBackReasons } from "#domain/proof.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { mayOver } from "./reach.ts";
import { redraw, replyRefusal } from "./say.ts";
import { type Outcome, type Reviewing, settleReview } from "./settle-review.ts";

export const approveTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "approved");
export const rejectTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "rejected");

/** "Send back": the card asks why, in one tap more. Nothing has changed yet. */
export async function sendBackTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const found = await reviewable(scene);
  if (!found) return;
  const { submission, task, author } = found;
  await redraw(tx, ctx, sendBackCard({ submission, task, author: author.name, lang: person.lang }), event.address);
}

export async function sendBackBecauseTapped(scene: Scene<TapEvent>): Promise<void> {
  const reason = sendBackReasons.find((known) => known === scene.event.action.arg) ?? "other";
  await review(scene, "sent_back", reason);
}

/** Settles a hand-in once: the first review stands. Managers, and the KOE who looks after the author, may do it. */
async function review(scene: Scene<TapEvent>, outcome: Outcome, note?: string): Promise<void> {
  const found = await reviewable(scene);
  if (!found) return;
  const { tx, ctx, person } = scene;
  await settleReview(tx, ctx, found, { outcome, reviewer: person, ...(note !== undefined && { note }) });
}

async function reviewable(scene: Scene<TapEvent>): Promise<Reviewing | undefined> {
  const { tx, person, event } = scene;
  const submission = await tx.submissions.find(event.action.id);
  const task = submission && (await tx.tasks.find(submission.taskId));
  const author = submission && (await tx.people.find(submission.personId));
  if (!submission || !task || !author) await replyRefusal(scene, "gone");
  else if (!(await mayOver(tx, person, "review.decide", author.ownerId)))
    await replyRefusal(scene, "not-for-your-role");
  else if (submission.status !== "pending") await replyRefusal(scene, "already-answered");
  else return { submission, task, author };
  return undefined;
}
