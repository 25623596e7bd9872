import { sendBackCard } from "#cards/review-queue.ts";
import { sendBackReasons } from "#domain/proof.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { mayOver } from "./reach.ts";
import { redraw, replyRefusal } from "./say.ts";
import { type Outcome, type Reviewing, settleReview } from "./settle-review.ts";

export const approveTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "approved");
export const rejectTapped = (scene: Scene<TapEvent>): Promise<void> => review(scene, "rejected");

const dialogueKind = "send-back-words";
/** Words that come later than this are about something else. */
const patienceMs = 15 * 60_000;
const longestNote = 500;

/** "Send back": the card asks why, in one tap more or in the reviewer's own words. Nothing has changed yet. */
export async function sendBackTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const found = await reviewable(scene, event.action.id);
  if (!found) return;
  const about = { personId: person.id, channel: event.address.channel, kind: dialogueKind, updatedAt: ctx.now() };
  await tx.settings.setDialogue({ ...about, state: event.action.id });
  const { submission, task, author } = found;
  await redraw(tx, ctx, sendBackCard({ submission, task, author: author.name, lang: person.lang }), event.address);
}

export async function sendBackBecauseTapped(scene: Scene<TapEvent>): Promise<void> {
  const reason = sendBackReasons.find((known) => known === scene.event.action.arg) ?? "other";
  await review(scene, "sent_back", reason);
}

/** Why a piece is sent back, in the reviewer's own words: the author reads them as they were said, sensitive parts masked. */
export async function noteSendBackWords(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const { channel } = event.address;
  const dialogue = await tx.settings.dialogue(person.id, channel);
  if (event.roomKind !== "bot" || dialogue?.kind !== dialogueKind) return false;
  // A question or a command is koloop's to answer: nothing goes to the author that was not meant for them.
  if (ctx.now() - dialogue.updatedAt > patienceMs || /^[//]|[??]\s*$/.test(event.text.trim())) return false;
  await tx.settings.endDialogue(person.id, channel);
  const submission = await tx.submissions.find(dialogue.state);
  // Settled meanwhile, by a tap or by somebody else: these words are about something else.
  if (submission?.status !== "pending") return false;
  const words = ctx.mask(event.text.trim().slice(0, longestNote).toWellFormed());
  const found = words === "" ? undefined : await reviewable(scene, submission.id);
  if (found) await settleReview(tx, ctx, found, { outcome: "sent_back", reviewer: person, note: words });
  return words !== "";
}

/** Settles a hand-in once: the first review stands. Managers, and the KOE who looks after the author, may do it. */
async function review(scene: Scene<TapEvent>, outcome: Outcome, note?: string): Promise<void> {
  const found = await reviewable(scene, scene.event.action.id);
  if (!found) return;
  const { tx, ctx, person } = scene;
  await settleReview(tx, ctx, found, { outcome, reviewer: person, ...(note !== undefined && { note }) });
}

async function reviewable(scene: Scene, id: string): Promise<Reviewing | undefined> {
  const { tx, person } = scene;
  const submission = await tx.submissions.find(id);
  const task = submission && (await tx.tasks.find(submission.taskId));
  const author = submission && (await tx.people.find(submission.personId));
  if (!submission || !task || !author) await replyRefusal(scene, "gone");
  else if (!(await mayOver(tx, person, "review.decide", author.ownerId)))
    await replyRefusal(scene, "not-for-your-role");
  else if (submission.status !== "pending") await replyRefusal(scene, "already-answered");
  else return { submission, task, author };
  return undefined;
}
