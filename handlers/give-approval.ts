import { approvalAnsweredText, nothingWaitsText } from "#cards/approval.ts";
import type { Tx } from "#db/store.ts";
import { type Approval, type ApprovalKind, answerApproval } from "#domain/approval.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { sendAgreedWave } from "./next-wave.ts";
import { sendAgreedDraft } from "./offer-tasks.ts";
import { settleQueue } from "./review-queue.ts";
import { redraw, reply, replyRefusal, tellMember } from "./say.ts";
import { audit, cardFor, othersCould } from "./second-yes.ts";

const asksForWaiting =
  /^(?:\/approvals|待同意|待复核|(?:有)?(?:什么|哪些)(?:要|需要|等)我?(?:同意|复核)的?|approvals)\s*[吗呢??。.!!]*$/i;
const shownAtOnce = 5;

/** `待同意`: what waits for a second manager's yes. */
export async function approvalsWaiting(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!asksForWaiting.test(event.text.trim()) || !mayAtAll(person, "approval.give")) return false;
  const waiting = await tx.approvals.waiting(ctx.now());
  for (const approval of waiting.slice(0, shownAtOnce)) await reply(scene, await cardFor(tx, ctx, approval, person));
  if (waiting.length === 0) await reply(scene, nothingWaitsText(person.lang));
  return true;
}

export const approvalGiven = (scene: Scene<TapEvent>): Promise<void> => answer(scene, true);
export const approvalRefused = (scene: Scene<TapEvent>): Promise<void> => answer(scene, false);

/** Another manager's yes or no. With the yes the step is done at once, in the name of whoever asked. */
async function answer(scene: Scene<TapEvent>, yes: boolean): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const asked = await tx.approvals.find(event.action.id);
  if (!asked) return replyRefusal(scene, "gone");
  const others = await othersCould(tx, asked);
  const answered = answerApproval(asked, { by: person.id, yes, others }, ctx.approval, ctx.now());
  if (!answered.ok) return replyRefusal(scene, answered.refused);
  const approval = answered.value;
  if (!(await tx.approvals.settle(approval, "waiting"))) return replyRefusal(scene, "already-answered");
  await audit(tx, ctx, approval, yes ? "given" : "refused", person.id);
  await redraw(tx, ctx, await cardFor(tx, ctx, approval, person), event.address);
  const asker = await tx.people.find(approval.askedBy);
  if (asker && asker.id !== person.id)
    await tellMember(tx, ctx, asker, approvalAnsweredText(approval, person.name, asker.lang));
  await (yes ? done : dropped)[approval.kind](tx, ctx, approval, asker ?? person);
}

type Follows = Record<ApprovalKind, (tx: Tx, ctx: Context, approval: Approval, by: Person) => Promise<void>>;

const nothing = async (): Promise<void> => {};

/** What a yes does. A file or a link waits for whoever asked for it: they fetch it themselves. */
const done: Follows = {
  send: (tx, ctx, { subject }, by) => sendAgreedDraft(tx, ctx, subject, by),
  wave: (tx, ctx, { subject }, by) => sendAgreedWave(tx, ctx, subject, by),
  review: settleQueue,
  export: nothing,
  "sign-in": nothing,
};

/** What a no does: what koloop would have done by itself at its time must not ask again a minute later. */
const dropped: Follows = {
  send: async (tx, ctx, { subject }) => {
    const task = await tx.tasks.find(subject);
    if (task?.status === "scheduled")
      await tx.tasks.save({ ...task, status: "draft", publishedAt: null, updatedAt: ctx.now() });
  },
  wave: async (tx, ctx, { subject }) => {
    const task = await tx.tasks.find(subject.slice(0, subject.lastIndexOf(":")));
    if (task?.autopilot) await tx.tasks.save({ ...task, autopilot: false, updatedAt: ctx.now() });
  },
  review: nothing,
  export: nothing,
  "sign-in": nothing,
};

/** Requests that nobody answered in time are closed, on their cards as well. */
export async function expireApprovals(tx: Tx, ctx: Context): Promise<void> {
  for (const past of await tx.approvals.past(ctx.now())) {
    const approval: Approval = { ...past, status: "expired" };
    if (!(await tx.approvals.settle(approval, past.status))) continue;
    await audit(tx, ctx, approval, "expired", "koloop");
    const reader = (await tx.people.listByRole("manager"))[0];
    if (reader) await redraw(tx, ctx, await cardFor(tx, ctx, approval, reader));
  }
}
