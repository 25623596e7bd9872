import { reviewCard, reviewedText } from "#cards/hand-in.ts";
import { hasRole } from "#domain/person.ts";
import type { Submission } from "#domain/task.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { endIfDone } from "./run-tasks.ts";
import { addressOf, redraw, replyRefusal, tellMember } from "./say.ts";

type Outcome = Exclude<Submission["status"], "pending">;

export const approveTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "approved");
export const sendBackTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "sent_back");
export const rejectTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "rejected");

/** Settles a hand-in once: the first review stands. Managers, and the KOE who looks after the author, may do it. */
async function review(scene: Scene<TapEvent>, outcome: Outcome): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const submission = await tx.submissions.find(event.action.id);
  const task = submission && (await tx.tasks.find(submission.taskId));
  const author = submission && (await tx.people.find(submission.personId));
  if (!submission || !task || !author) return replyRefusal(scene, "gone");
  if (!hasRole(person, "manager") && author.ownerId !== person.id) return replyRefusal(scene, "not-for-your-role");
  if (submission.status !== "pending") return replyRefusal(scene, "already-answered");

  const now = ctx.now();
  const reviewed: Submission = { ...submission, status: outcome, reviewedBy: person.id, reviewedAt: now };
  await tx.submissions.save(reviewed);
  const assignment = await tx.tasks.assignmentFor(task.id, author.id);
  if (assignment) {
    const approvedAt = outcome === "approved" ? (assignment.approvedAt ?? now) : assignment.approvedAt;
    const rejectedAt = outcome === "rejected" ? now : outcome === "approved" ? null : assignment.rejectedAt;
    await tx.tasks.saveAssignment({ ...assignment, approvedAt, rejectedAt });
    if (outcome === "approved") await endIfDone(tx, ctx, task);
    await tx.tasks.addStep({
      assignmentId: assignment.id,
      taskId: task.id,
      personId: author.id,
      form: submission.form,
      step: outcome,
      reason: null,
      at: now,
      recordedAt: now,
      byId: person.id,
    });
  }
  await tx.settings.audit({
    at: now,
    actor: person.id,
    action: `review.${outcome}`,
    subject: submission.id,
    detail: { task: task.id },
  });
  await redraw(
    tx,
    ctx,
    reviewCard({ submission: reviewed, task, author: author.name, reviewer: person.name, lang: person.lang }),
    event.address,
  );
  if (await addressOf(tx, ctx, author)) {
    await tellMember(tx, ctx, author, reviewedText({ submission: reviewed, task, lang: author.lang }));
  }
}
