import { reviewCard, reviewedText } from "#cards/hand-in.ts";
import type { Tx } from "#db/store.ts";
import { findLinks } from "#domain/link.ts";
import type { Person } from "#domain/person.ts";
import { sendBackReasons } from "#domain/proof.ts";
import type { Submission, Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";
import { offerCardFor } from "./offer-card.ts";
import { endIfDone } from "./run-tasks.ts";
import { addressOf, redraw, tellMember } from "./say.ts";

export type Outcome = Exclude<Submission["status"], "pending">;
export type Reviewing = { submission: Submission; task: Task; author: Person };
/** Who reviews; without a reviewer koloop itself, for somebody who is trusted. */
export type Review = { outcome: Outcome; reviewer?: Person; note?: string };

/**
 * Settles a hand-in: the piece, its assignment (approved once as many pieces are as each person owes), the ledger, the audit, the
 * segments that ask for approvals, the review card wherever it stands, and a word to the author. The caller has made sure that it was still open.
 */
export async function settleReview(tx: Tx, ctx: Context, what: Reviewing, review: Review): Promise<void> {
  const { submission, task, author } = what;
  const { outcome, reviewer } = review;
  const now = ctx.now();
  const by = reviewer?.id ?? null;
  const reviewed: Submission = {
    ...submission,
    status: outcome,
    reviewedBy: by,
    reviewedAt: now,
    reviewNote: review.note ?? null,
  };
  if (outcome === "approved") await tx.tasks.holdPlaces(task.id);
  await tx.submissions.save(reviewed);
  const isStep = await keepStep(tx, ctx, { ...what, submission: reviewed }, outcome, by);
  const detail = { task: task.id, note: reasonOf(reviewed) };
  const action = `review.${outcome}`;
  await tx.settings.audit({ at: now, actor: by ?? "koloop", action, subject: submission.id, detail });
  if (outcome === "approved") {
    await rememberAccount(tx, reviewed, now);
    // Segments may ask for approved posts; by hand, many at once or by trust, all approvals pass here.
    await followPerson(tx, ctx, author, now, { tasks: true });
  }
  const about = { submission: reviewed, task, author: author.name, lang: reviewer?.lang ?? ctx.lang };
  await redraw(tx, ctx, reviewCard({ ...about, ...(reviewer && { reviewer: reviewer.name }) }));
  if (isStep && outcome === "approved") await endIfDone(tx, ctx, task);
  if (await addressOf(tx, ctx, author))
    await tellMember(tx, ctx, author, reviewedText({ submission: reviewed, task, lang: author.lang }));
}

/** What the ledger and the audit say: the reviewer's own words stand on the piece alone. */
const reasonOf = ({ reviewNote }: Submission): string | null =>
  reviewNote === null ? null : (sendBackReasons.find((known) => known === reviewNote) ?? "other");

/** The step on the assignment; an approved piece is one only when the last piece that its author owes is approved. */
async function keepStep(
  tx: Tx,
  ctx: Context,
  { submission, task, author }: Reviewing,
  outcome: Outcome,
  byId: string | null,
): Promise<boolean> {
  const assignment = await tx.tasks.assignmentFor(task.id, author.id);
  if (!assignment) return false;
  const own = (await tx.submissions.ofPerson(author.id)).filter((s) => s.taskId === task.id);
  const approved = own.filter((s) => s.status === "approved").length;
  if (outcome === "approved" && approved < task.proof.count) return false;
  const now = ctx.now();
  const approvedAt = outcome === "approved" ? (assignment.approvedAt ?? now) : assignment.approvedAt;
  const rejectedAt = outcome === "rejected" ? now : outcome === "approved" ? null : assignment.rejectedAt;
  const settled = { ...assignment, approvedAt, rejectedAt };
  await tx.tasks.saveAssignment(settled);
  if (outcome === "approved") await redraw(tx, ctx, await offerCardFor(tx, ctx, author, settled, task));
  await tx.tasks.addStep({
    assignmentId: assignment.id,
    taskId: task.id,
    personId: author.id,
    form: submission.form,
    step: outcome,
    reason: reasonOf(submission),
    at: now,
    recordedAt: now,
    byId,
  });
  return true;
}

const accountKey = (platform: string, author: string): string => `account:${platform}:${author}`;

/** Whose account a post is from, where its link tells and a piece from it was approved before. */
export async function ownerOfAccount(
  tx: Tx,
  platform: string | null,
  author: string | null,
): Promise<string | undefined> {
  return platform && author ? tx.settings.get(accountKey(platform, author)) : undefined;
}

async function rememberAccount(tx: Tx, submission: Submission, now: number): Promise<void> {
  const [link] = findLinks(submission.url);
  if (!link?.platform || !link.author || (await ownerOfAccount(tx, link.platform, link.author))) return;
  await tx.settings.set(accountKey(link.platform, link.author), submission.personId, now);
}
