import { reminderCard, resultText } from "#cards/task-news.ts";
import type { Tx } from "#db/store.ts";
import { isQuiet } from "#domain/push-gate.ts";
import { reminderAt } from "#domain/reminder.ts";
import { topShare } from "#domain/result-rank.ts";
import { offsetMs } from "#domain/zone.ts";
import type { Context } from "./context.ts";
import { limitsOf } from "./match-people.ts";
import { linked } from "./offer-card.ts";
import { pushReminder } from "./push.ts";
import { addressOf, tellMember } from "./say.ts";

const atOnce = 100;

/** Reminds those who said yes and whose day is near: one card each, through the gate. */
export async function remindDue(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  for (const assignment of await tx.tasks.atWork()) {
    const task = await tx.tasks.find(assignment.taskId);
    const at = task ? reminderAt(assignment, task) : null;
    const person = await tx.people.find(assignment.personId);
    if (!task || !person || at === null || at > now) continue;
    const reminded = { ...assignment, remindedAt: now };
    await tx.tasks.saveAssignment(reminded);
    const timeZone = person.timeZone ?? ctx.timeZone;
    const about = reminderCard({ assignment, task, timeZone, lang: person.lang });
    const card = await linked(tx, ctx, person, assignment, about);
    await pushReminder(tx, ctx, { assignment: reminded, person, card, sendAt: now });
  }
}

/** Tells authors once how their piece is doing, when its figures have settled and they are awake. */
export async function tellResults(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  for (const result of await tx.submissions.resultsToTell(now, atOnce)) {
    const person = await tx.people.find(result.personId);
    const task = await tx.tasks.find(result.taskId);
    if (!person || !task || (person.pausedUntil ?? 0) > now || person.consent !== "yes") continue;
    const offset = offsetMs(now, person.timeZone ?? ctx.timeZone) / 60_000;
    if (isQuiet(now, offset, limitsOf(ctx).quiet) || !(await addressOf(tx, ctx, person))) continue;
    await tx.settings.set(`result-told:${result.submissionId}`, String(result.reads), now);
    const top = topShare(result.reads, await tx.submissions.latestReads(result.form));
    const { form, reads } = result;
    await tellMember(tx, ctx, person, resultText({ task, form, reads, top, lang: person.lang }));
  }
}
