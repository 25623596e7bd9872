import { declineNotedText } from "#cards/task-offer.ts";
import { readDecline } from "#domain/decline-words.ts";
import type { Assignment } from "#domain/task.ts";
import { askLess } from "./ask-less.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";

const kind = "decline-words";
/** Words that come later than this are about something else. */
const patienceMs = 15 * 60_000;
const longestNote = 500;

/** From now on the person's next free words are the reason for this no; saying nothing is fine. */
export async function awaitDeclineWords(scene: Scene, assignment: Assignment): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const about = { personId: person.id, channel: event.address.channel, kind, updatedAt: ctx.now() };
  await tx.settings.setDialogue({ ...about, state: assignment.id });
}

/** A no in the person's own words: kept as they said it, and what it comes to acts at once. */
export async function noteDeclineWords(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const dialogue = await tx.settings.dialogue(person.id, event.address.channel);
  if (dialogue?.kind !== kind || ctx.now() - dialogue.updatedAt > patienceMs) return false;
  const assignment = await tx.tasks.findAssignment(dialogue.state);
  await tx.settings.endDialogue(person.id, event.address.channel);
  if (!assignment || assignment.declinedAt === null || assignment.personId !== person.id) return false;
  const words = ctx.mask(event.text.trim().slice(0, longestNote).toWellFormed());
  const reason = readDecline(words);
  await tx.tasks.saveAssignment({
    ...assignment,
    declineNote: words,
    declineReason: reason ?? assignment.declineReason,
  });
  if (reason === "too_often") await askLess(scene);
  await reply(scene, declineNotedText(reason ?? null, person.lang));
  return true;
}
