import type { Tx } from "#db/store.ts";
import type { PlannedOffer } from "#domain/holdout.ts";
import { newAssignment, type Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { offerCardFor } from "./offer-card.ts";
import type { PlannedWave } from "./plan-wave.ts";
import { pushOffer } from "./push.ts";
import { recordDecision } from "./write-decision.ts";

/** Writes one wave: an assignment, a decision and a card each, all through the gate. Returns how many people are asked. */
export async function sendWave(
  tx: Tx,
  ctx: Context,
  task: Task,
  { number, wave, guess }: PlannedWave,
): Promise<number> {
  // Kept for those who ask what suits them: it takes everybody to work it out.
  await tx.tasks.saveKinship(task.id, guess.kinship, ctx.now());
  let asked = 0;
  for (const offer of wave.offers) if (await sendOne(tx, ctx, task, offer, number)) asked++;
  return asked;
}

async function sendOne(tx: Tx, ctx: Context, task: Task, offer: PlannedOffer, wave: number): Promise<boolean> {
  const person = await tx.people.find(offer.person);
  if (!person || (await tx.tasks.assignmentFor(task.id, offer.person))) return false;
  const about = { id: ctx.newId(), taskId: task.id, personId: person.id, form: offer.form, wave };
  const assignment = { ...newAssignment({ ...about, policy: offer.policy }, ctx.now()), sendAfter: offer.at };
  await tx.tasks.addAssignment(assignment);
  await recordDecision(tx, ctx, assignment, offer);
  const card = await offerCardFor(tx, ctx, person, assignment, task);
  if (await pushOffer(tx, ctx, { assignment, person, card, sendAt: offer.at })) return true;
  await tx.tasks.saveAssignment({ ...assignment, blocked: "unreachable" });
  return false;
}
