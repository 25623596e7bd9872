import { handInReceiptCard, reviewCard, whichTaskCard, wrongPlatformText } from "#cards/hand-in.ts";
import { say } from "#cards/names.ts";
import type { Refusal } from "#cards/refusals.ts";
import { findLinks, type PostLink } from "#domain/link.ts";
import type { Person } from "#domain/person.ts";
import { mayBePost } from "#domain/post-address.ts";
import { isTrusted, type ProofNote, proofNotes } from "#domain/proof.ts";
import { mayAtAll } from "#domain/rights.ts";
import { type Assignment, handInCandidates, type Submission, type Task } from "#domain/task.ts";
import { isAtWork } from "#domain/task-life.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { offerCardFor } from "./offer-card.ts";
import { trustSetting } from "./review-queue.ts";
import { redraw, reply, replyRefusal, showStaff } from "./say.ts";
import { ownerOfAccount, settleReview } from "./settle-review.ts";
import { offerChoices } from "./suit-tasks.ts";

export type Offered = { assignment: Assignment; task: Task };
/** What was taken in and is not yet thanked for. */
type Piece = Offered & { submission: Submission; notes: ProofNote[] };

/**
 * A post link in a KOC's message is a hand-in: koloop finds the task it is for, asks where it can't tell, and refuses doubles. What came
 * with one message has one receipt per task.
 */
export async function collectLinks(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  if (!mayAtAll(person, "hand-in.give")) return false;
  const all = findLinks(event.text);
  const links = all.filter((link) => link.platform !== null);
  const posts = links.filter((link) => link.kind === "post");
  const handedIn = posts.length > 0 ? posts : await oddPosts(scene, links);
  const pieces: Piece[] = [];
  for (const post of handedIn) pieces.push(...(await handIn(scene, post)));
  await thankFor(scene, pieces);
  if (handedIn.length > 0) return true;
  const [page] = all.filter((link) => link.platform === null);
  if (page && links.length === 0 && event.mayOnlyAnswer) return takePage(scene, page);
  if (links.length === 0 || (await runningOf(scene, person)).every((one) => !isAtWork(one.assignment))) return false;
  await replyRefusal(scene, "not-a-post");
  return true;
}

/** Links of a platform that have no post's shape: taken in from somebody at work, for the reviewer to look at. */
async function oddPosts(scene: Scene<MessageEvent>, links: readonly PostLink[]): Promise<PostLink[]> {
  const maybe = links.filter(mayBePost);
  if (maybe.length === 0) return [];
  const atWork = (await runningOf(scene, scene.person)).filter(({ assignment }) => isAtWork(assignment));
  return handInCandidates(atWork, null, "any-platform").length > 0 ? maybe : [];
}

/** One receipt per task, then what follows from each piece. */
async function thankFor(scene: Scene, pieces: readonly Piece[], key?: string): Promise<void> {
  const { lang } = scene.person;
  for (const task of new Set(pieces.map((piece) => piece.task.id))) {
    const [first, ...rest] = pieces.filter((piece) => piece.task.id === task);
    if (!first) continue;
    const submissions = [first, ...rest].map(({ submission }) => submission);
    const receipt = handInReceiptCard({ submissions, task: first.task, lang });
    if (key) await redraw(scene.tx, scene.ctx, receipt, scene.event.address);
    else await reply(scene, receipt);
  }
  for (const piece of pieces) await sendToReview(scene, piece);
}

/** A page of an unknown site, from somebody at work in a talk that is about tasks alone: a piece where the task allows it, or a word why not. */
async function takePage(scene: Scene<MessageEvent>, page: PostLink): Promise<boolean> {
  const atWork = (await runningOf(scene, scene.person)).filter((one) => isAtWork(one.assignment));
  const [first] = handInCandidates(atWork, null, "any-platform");
  if (!first) return false;
  if (handInCandidates(atWork, null).length > 0) await thankFor(scene, await handIn(scene, page));
  else await reply(scene, wrongPlatformText({ task: first.task, platform: page.platform, lang: scene.person.lang }));
  return true;
}

/** Takes a post in; empty where it was refused, or where koloop had to ask. */
async function handIn(scene: Scene<MessageEvent>, post: PostLink): Promise<Piece[]> {
  const { tx, ctx, person } = scene;
  if (isTaken(await tx.submissions.withPost(post.canonical))) return refused(scene, "post-known");
  const owner = await ownerOfAccount(tx, post.platform, post.author);
  if (owner !== undefined && owner !== person.id) return refused(scene, "not-your-account");
  const offered = await runningOf(scene, person);
  const candidates = handInCandidates(offered, post.platform);
  const [first, second] = candidates;
  if (!first) {
    await explain(scene, post, offered);
    return [];
  }
  if (!second) return [await keepPiece(scene, first, post, pieceWords(post, scene.event.text, first.task))];
  const id = ctx.newId();
  const kept = { personId: person.id, url: post.url, text: scene.event.text };
  await tx.settings.set(`hand-in:${id}`, JSON.stringify(kept), ctx.now());
  const tasks = candidates.map(({ assignment, task }) => ({ assignmentId: assignment.id, title: task.title }));
  await reply(scene, whichTaskCard({ submissionId: id, url: post.url, tasks, lang: person.lang }));
  return [];
}

async function refused(scene: Scene, why: Refusal): Promise<Piece[]> {
  await replyRefusal(scene, why);
  return [];
}

/** Handed in already and not given back, by anybody. */
export const isTaken = (earlier: readonly Submission[]): boolean =>
  earlier.some((known) => known.status !== "sent_back" && known.status !== "rejected");

/** Why a link is for none of the person's tasks: the wrong platform, too late, or there is none; and what they could take instead. */
async function explain(scene: Scene, post: PostLink, offered: Offered[]): Promise<void> {
  const { lang } = scene.person;
  const elsewhere = handInCandidates(offered, null, "any-platform")[0];
  if (elsewhere && post.platform !== null)
    return reply(scene, wrongPlatformText({ task: elsewhere.task, platform: post.platform, lang }));
  const late = offered.some(({ assignment, task }) => isAtWork(assignment) && task.status !== "open");
  await replyRefusal(scene, late ? "deadline-passed" : "nothing-to-hand-in");
  await offerChoices(scene, say(lang, "这些任务现在可以接", "You could take one of these"));
}

/** The KOC has said which task a link is for. */
export async function handInChosen(scene: Scene<TapEvent>): Promise<void> {
  const { tx, person, event } = scene;
  const kept = await tx.settings.get(`hand-in:${event.action.id}`);
  const asked = kept
    ? (JSON.parse(kept) as { personId: string; url: string; text: string; canonical?: string })
    : undefined;
  if (!asked) return replyRefusal(scene, "gone");
  if (asked.personId !== person.id) return replyRefusal(scene, "not-yours");
  const chosen = (await runningOf(scene, person)).find(({ assignment }) => assignment.id === event.action.arg);
  if (asked.canonical !== undefined && chosen) {
    if (isTaken(await tx.submissions.withPost(asked.canonical))) return replyRefusal(scene, "already-answered");
    const pictureId = asked.url.slice("picture:".length);
    return acceptPicture(scene, chosen, { pictureId, canonical: asked.canonical, text: asked.text }, event.action.id);
  }
  const post = findLinks(asked.url)[0];
  if (!post || !chosen) return replyRefusal(scene, "gone");
  if (isTaken(await tx.submissions.withPost(post.canonical))) return replyRefusal(scene, "already-answered");
  await acceptPiece(scene, chosen, post, pieceWords(post, asked.text, chosen.task), event.action.id);
}

/** Takes a screenshot in: nobody can read a picture's address, so a person looks at each. */
export async function acceptPicture(
  scene: Scene,
  chosen: Offered,
  { pictureId, canonical, text }: { pictureId: string; canonical: string; text: string },
  id?: string,
): Promise<void> {
  const [platform, other] = chosen.task.proof.platforms;
  const piece = {
    platform: other === undefined ? (platform ?? null) : null,
    url: `picture:${pictureId}`,
    canonical,
  };
  await acceptPiece(scene, chosen, piece, { rawText: text, notes: [{ kind: "screenshot" }] }, id);
}

/** All that the person was ever asked for, with its task. */
export async function runningOf(scene: Scene, person: Person): Promise<Offered[]> {
  const offered: Offered[] = [];
  for (const assignment of await scene.tx.tasks.assignmentsFor(person.id)) {
    if (assignment.pushedAt === null) continue;
    const task = await scene.tx.tasks.find(assignment.taskId);
    if (task) offered.push({ assignment, task });
  }
  return offered;
}

type Words = { rawText: string; notes: ProofNote[] };
const pieceWords = (post: PostLink, rawText: string, task: Task): Words => ({
  rawText,
  notes: proofNotes(post, rawText, task),
});

type Post = Pick<PostLink, "url" | "canonical"> & { platform: string | null };

/** Takes a piece in for a task: the submission, the steps, a receipt, and somebody who reviews it. */
export async function acceptPiece(
  scene: Scene,
  offered: Offered,
  post: Post,
  words: Words,
  id?: string,
): Promise<void> {
  await thankFor(scene, [await keepPiece(scene, offered, post, words, id)], id);
}

/** The submission and its steps. */
async function keepPiece(
  { tx, ctx, person, event }: Scene,
  { assignment, task }: Offered,
  post: Post,
  { rawText, notes }: Words,
  id?: string,
): Promise<Piece> {
  const now = ctx.now();
  const submission: Submission = {
    id: id ?? ctx.newId(),
    taskId: task.id,
    personId: person.id,
    platform: post.platform ?? "other",
    url: post.url,
    postKey: post.canonical,
    form: assignment.form,
    submittedAt: now,
    status: "pending",
    rawText,
    reviewedBy: null,
    reviewedAt: null,
    reviewNote: null,
  };
  await tx.tasks.holdPlaces(task.id);
  // Somebody else may be handing it in for another task.
  await tx.locks.hold(`post ${post.canonical}`);
  await tx.submissions.add(submission);
  const first = assignment.submittedAt === null;
  // Whoever hands in without having tapped "take it" has taken it.
  const acceptedAt = assignment.acceptedAt ?? now;
  const seenAt = assignment.seenAt ?? now;
  const taken = { ...assignment, seenAt, acceptedAt, submittedAt: assignment.submittedAt ?? now };
  await tx.tasks.saveAssignment(taken);
  for (const [step, was] of [
    ["seen", assignment.seenAt],
    ["accepted", assignment.acceptedAt],
    ["submitted", first ? null : now],
  ] as const) {
    if (was !== null) continue;
    await tx.tasks.addStep({
      assignmentId: assignment.id,
      taskId: task.id,
      personId: person.id,
      form: assignment.form,
      step,
      reason: null,
      at: now,
      recordedAt: now,
      byId: person.id,
    });
  }
  // The offer's own card has no more buttons to step back or to name a day.
  // Where nothing that was said can be changed, the card would be said once more beside the receipt.
  const isAnswerOnly = event.type === "message" && event.mayOnlyAnswer === true;
  if (first && !isAnswerOnly) await redraw(tx, ctx, await offerCardFor(tx, ctx, person, taken, task));
  return { assignment, task, submission, notes };
}

/** A trusted author's piece without a remark is approved; everything else has somebody look at it. */
async function sendToReview(scene: Scene, { submission, task, notes }: Piece): Promise<void> {
  const { tx, ctx, person } = scene;
  const trusted = (await tx.settings.get(trustSetting)) === "on" && notes.length === 0;
  if (trusted && isTrusted(await tx.submissions.ofPerson(person.id)))
    await settleReview(tx, ctx, { submission, task, author: person }, { outcome: "approved" });
  else await askForReview(scene, submission, task, notes);
}

/** Who looks after the author reviews; without one, whoever made the task. */
async function askForReview(
  { tx, ctx, person }: Scene,
  submission: Submission,
  task: Task,
  notes: ProofNote[],
): Promise<void> {
  const reviewerId = task.createdBy ?? person.ownerId;
  const reviewer = reviewerId === null ? undefined : await tx.people.find(reviewerId);
  const reader = reviewer ?? (await tx.people.listByRole("manager"))[0];
  if (!reader) {
    ctx.log.warn({ task: task.id }, say("en", "", "nobody can review this hand-in; it waits in the queue"));
    return;
  }
  const timeZone = reader.timeZone ?? ctx.timeZone;
  await showStaff(
    tx,
    ctx,
    reader,
    reviewCard({ submission, task, author: person.name, notes, timeZone, lang: reader.lang }),
  );
}
