import type { Scene } from "./context.ts";
import { followPerson } from "./follow-segments.ts";
import type { TapEvent } from "./incoming.ts";
import { approveTapped } from "./review-hand-in.ts";

/** An approval, and in the same transaction the segments whose rules ask for approved posts. */
export async function approveAndFollow(scene: Scene<TapEvent>): Promise<void> {
  await approveTapped(scene);
  const { tx, ctx, event } = scene;
  const submission = await tx.submissions.find(event.action.id);
  const author = submission && (await tx.people.find(submission.personId));
  if (author && submission.status === "approved") await followPerson(tx, ctx, author, ctx.now(), { tasks: true });
}
