import { noteText, reviewCard } from "#cards/hand-in.ts";
import { say } from "#cards/names.ts";
import { allApprovedCard, approveAllCard, queueShown, reviewQueueCard } from "#cards/review-queue.ts";
import type { Tx } from "#db/store.ts";
import type { Approval } from "#domain/approval.ts";
import { findLinks } from "#domain/link.ts";
import type { Person } from "#domain/person.ts";
import { type ProofNote, proofNotes } from "#domain/proof.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { mayOver } from "./reach.ts";
import { redraw, reply, replyRefusal } from "./say.ts";
import { cardFor, secondYes } from "./second-yes.ts";
import { type Reviewing, settleReview } from "./settle-review.ts";

const asksForQueue =
  /^(?:\/review|待审核?|审核(?:队列|列表)?|(?:有)?(?:什么|哪些)(?:要|需要|待)审核?的?|review(?: queue)?|to review)\s*[吗呢??。.!!]*$/i;
const setsTrust = /^(?:\/trust\s+|自动(?:通过|审核)\s*[::]?\s*|auto[- ]?approve\s+)(开启?|打开|关闭?|on|off)$/i;
const atATime = 5;
/** The setting behind `自动通过 开`. */
export const trustSetting = "trusted-approval";

/** `待审核`: what waits for this reviewer; `自动通过 开/关`: whether pieces of trusted KOCs need eyes. */
export async function reviewQueue(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  if (!mayAtAll(person, "review.decide")) return false;
  const trust = setsTrust.exec(event.text.trim())?.[1];
  if (trust !== undefined) await setTrust(scene, /^(?:开|打开|on)/i.test(trust));
  else if (asksForQueue.test(event.text.trim())) await showQueue(scene);
  else return false;
  return true;
}

async function showQueue(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const timeZone = person.timeZone ?? ctx.timeZone;
  const waiting = await waitingFor(scene);
  const id = ctx.newId();
  const ids = waiting.slice(0, queueShown).map(({ submission }) => submission.id);
  await tx.settings.set(`queue:${id}`, JSON.stringify(ids), ctx.now());
  const page = ctx.publicUrl === undefined ? {} : { page: `${ctx.publicUrl}/review` };
  const shown = waiting.map((one) => ({
    submission: one.submission,
    task: one.task,
    author: one.author.name,
    notes: one.notes.map((note) => noteText(note, timeZone, person.lang)),
  }));
  await reply(scene, reviewQueueCard({ id, waiting: shown, now: ctx.now(), timeZone, lang: person.lang, ...page }));
}

export type Noted = Reviewing & { notes: ProofNote[] };

/** All that waits and that this person may review; of `ids` alone where they are given. */
export async function waitingFor(
  { tx, person }: Pick<Scene, "tx" | "person">,
  ids?: ReadonlySet<string>,
): Promise<Noted[]> {
  const found: Noted[] = [];
  for (const submission of await tx.submissions.waiting()) {
    if (ids && !ids.has(submission.id)) continue;
    const task = await tx.tasks.find(submission.taskId);
    const author = await tx.people.find(submission.personId);
    if (!task || !author || !(await mayOver(tx, person, "review.decide", author.ownerId))) continue;
    const [link] = findLinks(submission.url);
    const notes: ProofNote[] = link ? proofNotes(link, submission.rawText, task) : [{ kind: "screenshot" }];
    found.push({ submission, task, author, notes });
  }
  return found;
}

/** What of a queue's card still waits; says so where nothing does. */
async function stillWaiting(scene: Scene<TapEvent>): Promise<Noted[]> {
  const kept = await scene.tx.settings.get(`queue:${scene.event.action.id}`);
  const waiting = kept ? await waitingFor(scene, new Set(JSON.parse(kept) as string[])) : [];
  if (waiting.length === 0) await replyRefusal(scene, kept ? "already-answered" : "gone");
  return waiting;
}

/** "One by one": the first few as cards of their own. */
export async function eachTapped(scene: Scene<TapEvent>): Promise<void> {
  const { ctx, person } = scene;
  for (const { submission, task, author, notes } of (await stillWaiting(scene)).slice(0, atATime)) {
    const about = { submission, task, author: author.name, notes, lang: person.lang };
    await reply(scene, reviewCard({ ...about, timeZone: person.timeZone ?? ctx.timeZone }));
  }
}

/** "Approve all": asks once more. */
export async function allTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const waiting = await stillWaiting(scene);
  if (waiting.length === 0) return;
  const noted = waiting.filter(({ notes }) => notes.length > 0).length;
  const card = approveAllCard({ id: event.action.id, count: waiting.length, noted, lang: person.lang });
  await redraw(tx, ctx, card, event.address);
}

export async function allSureTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if ((await stillWaiting(scene)).length === 0) return;
  const settled = await settleAll(tx, ctx, { id: event.action.id, outcome: "approved", by: person });
  if (typeof settled !== "number") return reply(scene, await cardFor(tx, ctx, settled, person));
  const card = allApprovedCard({ id: event.action.id, approved: settled, lang: person.lang });
  await redraw(tx, ctx, card, event.address);
}

type Bulk = { id: string; outcome: "approved" | "rejected"; by: Person };

/** Settles what still waits of a list that was kept; a long one waits for a second person, and the request is returned. */
async function settleAll(tx: Tx, ctx: Context, { id, outcome, by }: Bulk): Promise<number | Approval> {
  const ids = JSON.parse((await tx.settings.get(`queue:${id}`)) ?? "[]") as string[];
  const waiting = await waitingFor({ tx, person: by }, new Set(ids));
  const what = [...new Set(waiting.map(({ task }) => task.title))].slice(0, 3).join("、");
  const awaits = await secondYes(tx, ctx, { kind: "review", subject: id, people: waiting.length, what, outcome, by });
  if (awaits) return awaits;
  for (const one of waiting) await settleReview(tx, ctx, one, { outcome, reviewer: by });
  return waiting.length;
}

/** Settles the pieces that somebody has ticked on a page; a request where a second person has to agree. */
export async function settleTicked(tx: Tx, ctx: Context, ids: readonly string[], bulk: Omit<Bulk, "id">) {
  const id = ctx.newId();
  await tx.settings.set(`queue:${id}`, JSON.stringify(ids), ctx.now());
  return settleAll(tx, ctx, { id, ...bulk });
}

/** Settles a list that a second person has agreed to, for whoever asked. */
export async function settleQueue(tx: Tx, ctx: Context, { subject, detail }: Approval, by: Person): Promise<void> {
  const settled = await settleAll(tx, ctx, { id: subject, outcome: detail.outcome ?? "approved", by });
  if (typeof settled === "number" && detail.outcome !== "rejected")
    await redraw(tx, ctx, allApprovedCard({ id: subject, approved: settled, lang: by.lang }));
}

async function setTrust(scene: Scene, on: boolean): Promise<void> {
  const { tx, ctx, person } = scene;
  if (!mayAtAll(person, "review.trust")) return replyRefusal(scene, "not-for-your-role");
  await tx.settings.set(trustSetting, on ? "on" : "off", ctx.now());
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action: "review.trust", subject: "all", detail: { on } });
  const onText = say(
    person.lang,
    "好的:一直表现好的 KOC,没有疑点的作品会自动通过。",
    "All right: pieces of KOCs who have always done well are approved by themselves where nothing is doubtful.",
  );
  await reply(
    scene,
    on ? onText : say(person.lang, "好的:每篇都由人来审。", "All right: somebody reviews every piece."),
  );
}
